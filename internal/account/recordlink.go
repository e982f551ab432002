package account

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// linkBytes is the length of what a link is guessed by: 160 bits.
const linkBytes = 20

// RecordLink is an unguessable address that lets its holder do one thing with one
// record, as often as he likes, until it ends. It is kept as a hash.
type RecordLink struct {
	ID      hub.ID
	Record  hub.ID
	Purpose string
	Created time.Time
	Expires time.Time
	Revoked time.Time // zero = not taken back
	Used    time.Time // when it was last followed, to the hour; zero = never
}

// Open reports whether the link still leads somewhere.
func (l RecordLink) Open(now time.Time) bool { return l.Revoked.IsZero() && now.Before(l.Expires) }

// IssueLink makes a link and gives the word that stands in its address, which is
// kept nowhere. It joins the Write in ctx. The room of the record has asked
// whether the actor may; strangers may be given one for what they brought.
func (s *Service) IssueLink(ctx context.Context, a hub.Actor, record hub.ID, purpose string, area hub.ID, until time.Time) (word string, err error) {
	var b [linkBytes]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	word = strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
	return word, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `insert into record_link (id, token_hash, record_id, purpose, area_id, created_at, created_by, expires_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			string(hub.NewID()), tokenHash(word), string(record), purpose, string(area), db.Millis(s.now()), string(a.User), db.Millis(until))
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: "link", Record: record, Area: area})
		return nil
	})
}

// FollowLink gives the actor that a link makes of whoever comes by it. A word
// that opens nothing, or something else, is NotFound; one that has ended is Gone.
func (s *Service) FollowLink(ctx context.Context, word, purpose string) (a hub.Actor, err error) {
	missing := hub.Errorf(hub.NotFound, "error.not_found")
	if len(word) != linkBytes*8/5 {
		return a, missing
	}
	var l RecordLink
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		l, err = scanRecordLink(tx.QueryRow(ctx, selectRecordLink+" where token_hash = $1 and purpose = $2", tokenHash(word), purpose))
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return a, missing
	}
	if err != nil {
		return a, err
	}
	now := s.now()
	if !l.Open(now) {
		return a, hub.Errorf(hub.Gone, "error.link_gone")
	}
	if now.Sub(l.Used) > time.Hour {
		err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, "update record_link set used_at = $1 where id = $2", db.Millis(now), string(l.ID))
			return err
		})
	}
	return hub.Actor{Kind: hub.LinkHolder, Link: hub.Link{ID: l.ID, Record: l.Record, Purpose: l.Purpose}}, err
}

// RevokeLinks ends every open link of a purpose to a record and gives their
// number. The room of the record has asked whether the actor may.
func (s *Service) RevokeLinks(ctx context.Context, a hub.Actor, record hub.ID, purpose string) (n int64, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err = tx.Exec(ctx, "update record_link set revoked_at = $1 where record_id = $2 and purpose = $3 and revoked_at = 0",
			db.Millis(s.now()), string(record), purpose)
		if err != nil || n == 0 {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: "link", Record: record})
		return nil
	})
	return n, err
}

// RecordLinks lists the links of a purpose to a record, newest first, for the
// room of the record, which has asked whether the actor may know.
func (s *Service) RecordLinks(ctx context.Context, record hub.ID, purpose string) (out []RecordLink, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanRecordLink, selectRecordLink+" where record_id = $1 and purpose = $2 order by created_at desc, id desc", string(record), purpose)
		return err
	})
	return out, err
}

const selectRecordLink = "select id, record_id, purpose, created_at, expires_at, revoked_at, used_at from record_link"

func scanRecordLink(r db.Row) (l RecordLink, err error) {
	var created, expires, revoked, used int64
	err = r.Scan(&l.ID, &l.Record, &l.Purpose, &created, &expires, &revoked, &used)
	l.Created, l.Expires, l.Revoked, l.Used = db.Time(created), db.Time(expires), db.Time(revoked), db.Time(used)
	return l, err
}

// PersonsOf gives the person of the directory that each account is in an area;
// accounts that are nobody there are left out. It is for rooms that propose one
// of the area's people, whom they may show.
func (s *Service) PersonsOf(ctx context.Context, users []hub.ID) (map[hub.ID][]hub.ID, error) {
	out := map[hub.ID][]hub.ID{}
	var args db.Args
	q := "select user_id, person_id from user_person where " + db.In(&args, "user_id", users) + " order by user_id, person_id"
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := db.All(ctx, tx, func(r db.Row) (x struct{}, err error) {
			var user, person hub.ID
			err = r.Scan(&user, &person)
			out[user] = append(out[user], person)
			return x, err
		}, q, args...)
		return err
	})
	return out, err
}
