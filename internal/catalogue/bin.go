package catalogue

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Binned is a record that is withdrawn, with when and by whom.
type Binned[T any] struct {
	View[T]
	At time.Time
	By string // name at that time
}

// Bin lists the withdrawn records that the actor may edit, the last first, and
// gives the cursor of the next page ("" on the last) and their number.
func (c *Collection[T, P]) Bin(ctx context.Context, a hub.Actor, page hub.Page) (out []Binned[T], next string, total int, err error) {
	defer hub.Wrap(&err, "catalogue.Bin(%s)", c.kindName())
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		now := db.Millis(c.clock.Now())
		var args db.Args
		where := " t.withdrawn = 1 and " + access.Scope(a, access.Edit).SQL("t", now, args.Add)
		if total, err = db.Scalar[int](tx.QueryRow(ctx, "select count(*) from "+c.kindName()+" t where "+here+" and"+where, args...)); err != nil {
			return err
		}
		args = nil
		q := "select t.body, t.detail, t.version, t.updated, t.id, coalesce(v.actor_name, '') from " + c.kindName() + " t left join version v on v.kind = " + args.Add(c.kindName()) +
			" and v.record_id = t.id and v.n = t.version where " + here + " and t.withdrawn = 1 and " + access.Scope(a, access.Edit).SQL("t", now, args.Add)
		if page.After != "" {
			at, id, ok := strings.Cut(page.After, "~")
			updated, err := strconv.ParseInt(at, 10, 64)
			if !ok || err != nil || !hub.ID(id).Valid() {
				return hub.Errorf(hub.Invalid, "error.bad_form")
			}
			q += " and (t.updated < " + args.Add(updated) + " or t.updated = " + args.Add(updated) + " and t.id > " + args.Add(id) + ")"
		}
		q += " order by t.updated desc, t.id limit " + strconv.Itoa(page.Size()+1)
		type row struct {
			entry   T
			updated int64
			id, by  string
		}
		rows, err := db.All(ctx, tx, func(r db.Row) (x row, err error) {
			x.entry, err = scanRecord[T, P](more{r, []any{&x.updated, &x.id, &x.by}})
			return x, err
		}, q, args...)
		if err != nil {
			return err
		}
		if len(rows) > page.Size() {
			rows = rows[:page.Size()]
			last := rows[len(rows)-1]
			next = strconv.FormatInt(last.updated, 10) + "~" + last.id
		}
		entries := make([]T, len(rows))
		for i, x := range rows {
			entries[i] = x.entry
		}
		if err := loadNamed(ctx, tx, now, bases[T, P](entries)); err != nil {
			return err
		}
		for i, x := range rows {
			out = append(out, Binned[T]{View: c.view(a, entries[i]), At: db.Time(x.updated), By: x.by})
		}
		return nil
	})
	return out, next, total, err
}

// more scans columns beyond those the scan function knows.
type more struct {
	db.Row
	rest []any
}

func (m more) Scan(dest ...any) error { return m.Row.Scan(append(dest, m.rest...)...) }

// PutBack takes records out of the bin in one transaction: all or none.
func (c *Collection[T, P]) PutBack(ctx context.Context, a hub.Actor, ids ...hub.ID) error {
	return c.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
		for _, id := range ids {
			if err := c.Withdraw(ctx, a, id, false); err != nil {
				return err
			}
		}
		return nil
	})
}

// lookup gives records of ids with what protects them, as stored, in the order
// of ids; those that are not there are left out.
func (c *Collection[T, P]) lookup(ctx context.Context, tx db.Tx, ids []hub.ID, lock string) ([]T, error) {
	found := map[hub.ID]T{}
	for chunk := range chunks(texts(ids), 500) {
		var args db.Args
		part, err := db.All(ctx, tx, scanRecord[T, P], selectRecords(c.kindName())+" and "+db.In(&args, "t.id", chunk)+" order by t.id"+lock, args...)
		if err != nil {
			return nil, err
		}
		for _, e := range part {
			found[P(&e).base().ID] = e
		}
	}
	var out []T
	for _, id := range ids {
		if e, ok := found[id]; ok {
			delete(found, id)
			out = append(out, e)
		}
	}
	return out, loadNamed(ctx, tx, db.Millis(c.clock.Now()), bases[T, P](out))
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // of types of this room alone
	}
	return string(b)
}
