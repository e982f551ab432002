// Package audit keeps the committed-order log: one line for every change, every
// change of permission and every reading of a case or sealed record. The lines
// are numbered without gaps in the order in which they were committed and each
// carries the hash of the one before, so the same log is evidence for an
// auditor and the change feed for indexes.
//
// It also keeps the versions of records. A line holds ids and digests only,
// never the text of a record nor a person's name: those are in the version,
// whose digest the line carries.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Action is what a line tells of.
type Action string

// The actions. Create, Change and Delete make the change feed; Grant is any
// change of who may do what; Read is the opening of a detail layer or of a case
// or sealed record; Export is taking records out.
const (
	Create Action = "create"
	Change Action = "change"
	Delete Action = "delete"
	Grant  Action = "grant"
	Read   Action = "read"
	Export Action = "export"
	Login  Action = "login"
	Assume Action = "assume" // somebody begins to look as the account, or as a role
	Leave  Action = "leave"  // and ends it
)

// Entry is what a room says of something it does.
type Entry struct {
	Action Action
	Kind   string // of record: "seed", "need", "user", …
	Record hub.ID
	Area   hub.ID // empty for records of the whole installation
	Digest string // of the record's new version; empty where there is none
}

// Line is an Entry as committed.
type Line struct {
	Entry
	Seq     int64 // 1, 2, 3, … without gaps
	At      time.Time
	By      hub.ID // the account; empty for strangers and the system
	ByKind  hub.ActorKind
	Request string
	Prev    string // hash of the line before; empty for the first
	Hash    string // SHA-256, hex, of Prev and every other field
}

// Log is the installation's log.
type Log struct {
	db    *db.DB
	clock hub.Clock

	mu   sync.Mutex
	wake chan struct{} // closed and replaced at every commit of this process
}

// New gives the log kept in d.
func New(d *db.DB, clock hub.Clock) *Log {
	return &Log{db: d, clock: clock, wake: make(chan struct{})}
}

// pending is what a transaction has to log when it commits.
type pending struct{ lines []Line }

// Add logs e for the actor in the Write that ctx carries. The line gets its
// number in the transaction's last step, so writers wait for each other only
// there. It panics outside a Write.
func (l *Log) Add(ctx context.Context, a hub.Actor, e Entry) {
	p := l.db.Local(ctx, l, func() any {
		p := &pending{}
		l.db.BeforeCommit(ctx, func(ctx context.Context, tx db.Tx) error { return l.append(ctx, tx, p.lines) })
		l.db.AfterCommit(ctx, l.signal)
		return p
	}).(*pending)
	by := a.User
	if a.Borrowed() {
		by = a.Behind // who really looks
	}
	p.lines = append(p.lines, Line{Entry: e, By: by, ByKind: a.Kind, Request: hub.RequestOf(ctx)})
}

func (l *Log) append(ctx context.Context, tx db.Tx, lines []Line) error {
	var seq int64
	var prev string
	q := "select seq, hash from log_head where id = 1" + tx.Dialect().ForUpdate()
	if err := tx.QueryRow(ctx, q).Scan(&seq, &prev); err != nil {
		return fmt.Errorf("audit: lock the log: %w", err)
	}
	at := l.clock.Now()
	rows := func(yield func([]any) bool) {
		for _, x := range lines {
			seq++
			x.Seq, x.At, x.Prev = seq, at, prev
			x.Hash = x.sum()
			prev = x.Hash
			if !yield([]any{
				x.Seq, db.Millis(x.At), string(x.ByKind), string(x.By), string(x.Area), string(x.Action),
				x.Kind, string(x.Record), x.Digest, x.Request, x.Prev, x.Hash,
			}) {
				return
			}
		}
	}
	if _, err := tx.Insert(ctx, "log", columns, rows); err != nil {
		return fmt.Errorf("audit: append: %w", err)
	}
	_, err := tx.Exec(ctx, "update log_head set seq = $1, hash = $2 where id = 1", seq, prev)
	return err
}

var columns = []string{
	"seq", "at", "actor_kind", "actor_id", "area_id", "action",
	"kind", "record_id", "digest", "request", "prev", "hash",
}

// sum is the SHA-256 of the line's fields, each preceded by its length so that
// no two lines can be confused.
func (x Line) sum() string {
	h := sha256.New()
	for _, f := range []string{
		x.Prev, strconv.FormatInt(x.Seq, 10), strconv.FormatInt(db.Millis(x.At), 10), string(x.ByKind), string(x.By),
		string(x.Area), string(x.Action), x.Kind, string(x.Record), x.Digest, x.Request,
	} {
		fmt.Fprintf(h, "%d:%s", len(f), f)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Since gives up to limit lines after number seq, oldest first.
func (l *Log) Since(ctx context.Context, seq int64, limit int) (lines []Line, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		lines, err = db.All(ctx, tx, scan, selectLine+" where seq > $1 order by seq limit $2", seq, limit)
		return err
	})
	return lines, err
}

// Of gives the newest lines about one record, newest first.
func (l *Log) Of(ctx context.Context, record hub.ID, limit int) (lines []Line, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		lines, err = db.All(ctx, tx, scan, selectLine+" where record_id = $1 order by seq desc limit $2", record, limit)
		return err
	})
	return lines, err
}

const selectLine = `select seq, at, actor_kind, actor_id, area_id, action, kind, record_id, digest, request, prev, hash from log`

func scan(r db.Row) (x Line, err error) {
	var at int64
	err = r.Scan(&x.Seq, &at, &x.ByKind, &x.By, &x.Area, &x.Action, &x.Kind, &x.Record, &x.Digest, &x.Request, &x.Prev, &x.Hash)
	x.At = db.Time(at)
	return x, err
}

// Head gives the number and hash of the last line; 0 and "" for an empty log.
func (l *Log) Head(ctx context.Context) (seq int64, hash string, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRow(ctx, "select seq, hash from log_head where id = 1").Scan(&seq, &hash)
	})
	return seq, hash, err
}

// Verify reads the whole log and gives the number of lines in it. It fails with
// a hub.Error of kind Conflict that names the first line at which the chain
// does not hold: a line changed, missing or added.
func (l *Log) Verify(ctx context.Context) (n int64, err error) {
	head, hash, err := l.Head(ctx)
	if err != nil {
		return 0, err
	}
	var prev string
	for n < head {
		lines, err := l.Since(ctx, n, 5_000)
		if err != nil {
			return n, err
		}
		for _, x := range lines {
			if x.Seq != n+1 || x.Prev != prev || x.Hash != x.sum() {
				return n, hub.Errorf(hub.Conflict, "error.audit_broken", "line", n+1)
			}
			n, prev = x.Seq, x.Hash
			if n == head && prev != hash {
				return n, hub.Errorf(hub.Conflict, "error.audit_broken", "line", n)
			}
		}
		if len(lines) == 0 {
			return n, hub.Errorf(hub.Conflict, "error.audit_broken", "line", n+1)
		}
	}
	return n, nil
}

// Follow calls fn with the lines after number from, in order, until ctx ends or
// fn fails. Changes of this process come at once, those of others within a
// second.
func (l *Log) Follow(ctx context.Context, from int64, fn func(context.Context, []Line) error) error {
	for {
		l.mu.Lock()
		wake := l.wake
		l.mu.Unlock()
		lines, err := l.Since(ctx, from, 1_000)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return err
		}
		if len(lines) > 0 {
			if err := fn(ctx, lines); err != nil {
				return err
			}
			from = lines[len(lines)-1].Seq
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		case <-time.After(time.Second):
		}
	}
}

func (l *Log) signal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.wake)
	l.wake = make(chan struct{})
}

// Version is what a record was after one change.
type Version struct {
	N    int // 1 is the first
	At   time.Time
	By   hub.ID
	Name string // the actor's name at that time
	Body []byte // JSON
}

// Keep stores body as the record's next version in the Write that ctx carries
// and gives its digest for the Entry.
func (l *Log) Keep(ctx context.Context, tx db.Tx, a hub.Actor, kind string, record hub.ID, body any) (digest string, err error) {
	b, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, `insert into version (kind, record_id, n, at, actor_id, actor_name, body)
		select $1, $2, coalesce(max(n), 0) + 1, $3, $4, $5, $6 from version where kind = $1 and record_id = $2`,
		kind, record, db.Millis(l.clock.Now()), a.User, a.Name, string(b))
	return Digest(b), err
}

// KeepAll stores the first version of n new records at once; record gives the ID
// and body of each. It gives their digests in order.
func (l *Log) KeepAll(ctx context.Context, tx db.Tx, a hub.Actor, kind string, n int, record func(i int) (hub.ID, any)) (digests []string, err error) {
	at := db.Millis(l.clock.Now())
	_, failed := tx.Insert(ctx, "version", []string{"kind", "record_id", "n", "at", "actor_id", "actor_name", "body"}, func(yield func([]any) bool) {
		for i := range n {
			id, body := record(i)
			b, e := json.Marshal(body)
			if e != nil {
				err = e
				return
			}
			digests = append(digests, Digest(b))
			if !yield([]any{kind, string(id), 1, at, string(a.User), a.Name, string(b)}) {
				return
			}
		}
	})
	if err == nil {
		err = failed
	}
	return digests, err
}

// Forget removes the versions of records that were never there for anybody: an
// import's, given up before it arrived. The log's lines about them stay.
func (l *Log) Forget(ctx context.Context, tx db.Tx, kind string, records []hub.ID) error {
	args := db.Args{kind}
	_, err := tx.Exec(ctx, "delete from version where kind = $1 and "+db.In(&args, "record_id", records), args...)
	return err
}

// Digest is the SHA-256 of a version's body, hex.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Versions gives what a record has been, newest first. The caller has asked
// access whether the reader may see the record, and cuts what he may not.
func (l *Log) Versions(ctx context.Context, kind string, record hub.ID) (out []Version, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, func(r db.Row) (v Version, err error) {
			var at int64
			var body string
			err = r.Scan(&v.N, &at, &v.By, &v.Name, &body)
			v.At, v.Body = db.Time(at), []byte(body)
			return v, err
		}, "select n, at, actor_id, actor_name, body from version where kind = $1 and record_id = $2 order by n desc", kind, record)
		return err
	})
	return out, err
}
