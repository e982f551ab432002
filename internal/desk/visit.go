package desk

import (
	"context"
	"errors"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// visit is when somebody looked.
type visit struct{ seen, before, refreshed time.Time }

func (s *Service) visit(ctx context.Context, a hub.Actor) (v visit, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var seen, before, refreshed int64
		err := tx.QueryRow(ctx, "select seen_at, before_at, refreshed_at from desk_visit where user_id = $1", string(a.User)).Scan(&seen, &before, &refreshed)
		v = visit{db.Time(seen), db.Time(before), db.Time(refreshed)}
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	return v, err
}

// sitting is how long looks belong together: within it, the changes shown are
// those since the look before, so that a page loaded again loses none.
const sitting = 30 * time.Minute

// since gives the moment from which changes are told.
func (s *Service) since(ctx context.Context, a hub.Actor) (time.Time, error) {
	v, err := s.visit(ctx, a)
	now := s.clock.Now()
	at := v.before
	if now.Sub(v.seen) > sitting {
		at = v.seen
	}
	if at.IsZero() {
		at = now.Add(-firstLook)
	}
	return at, err
}

// Seen notes that the actor looks now.
func (s *Service) Seen(ctx context.Context, a hub.Actor) error {
	if a.User == "" || a.Borrowed() {
		return nil // who looks through another's eyes leaves no trace in what she has seen
	}
	v, err := s.visit(ctx, a)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	if !v.seen.IsZero() && now.Sub(v.seen) < time.Minute {
		return nil // a page loaded again writes nothing
	}
	before := v.before
	if now.Sub(v.seen) > sitting {
		before = v.seen
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `insert into desk_visit (user_id, seen_at, before_at) values ($1, $2, $3)
			on conflict (user_id) do update set seen_at = excluded.seen_at, before_at = excluded.before_at`,
			string(a.User), db.Millis(now), db.Millis(before))
		return err
	})
}

// laterKey names a line that somebody put off.
type laterKey struct {
	kind Kind
	id   hub.ID
}

// putOff gives what the actor does not want to see today.
func (s *Service) putOff(ctx context.Context, a hub.Actor, today hub.Date) (map[laterKey]bool, error) {
	out := map[laterKey]bool{}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := db.All(ctx, tx, func(r db.Row) (k laterKey, err error) {
			err = r.Scan(&k.kind, &k.id)
			return k, err
		}, "select kind, record_id from desk_later where user_id = $1 and until_on > $2", string(a.User), string(today))
		for _, k := range all {
			out[k] = true
		}
		return err
	})
	return out, err
}
