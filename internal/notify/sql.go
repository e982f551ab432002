package notify

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Preference is how a person wants his letters.
type Preference struct {
	Digest   bool
	Hour     int      // in Japan, 0 to 23
	Language hub.Lang // "" = the account's
}

var standard = Preference{Digest: true, Hour: 7}

// Preference gives the actor's own.
func (s *Service) Preference(ctx context.Context, a hub.Actor) (Preference, error) {
	_, all, err := s.state(ctx, "")
	if p, ok := all[a.User]; ok {
		return p, err
	}
	return standard, err
}

// SetPreference changes the actor's own.
func (s *Service) SetPreference(ctx context.Context, a hub.Actor, p Preference) error {
	if a.Kind != hub.User {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	var bad hub.Problems
	if p.Hour < 0 || p.Hour > 23 {
		bad.Add("hour", "error.choose")
	}
	if p.Language != "" && p.Language != hub.JA && p.Language != hub.EN {
		bad.Add("language", "error.choose")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	digest := 0
	if p.Digest {
		digest = 1
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `insert into mail_preference (user_id, digest, hour, language) values ($1, $2, $3, $4)
			on conflict (user_id) do update set digest = excluded.digest, hour = excluded.hour, language = excluded.language`,
			string(a.User), digest, p.Hour, string(p.Language))
		return err
	})
}

// state gives who has today's letter already, and everyone's wishes.
func (s *Service) state(ctx context.Context, today string) (done map[hub.ID]bool, wishes map[hub.ID]Preference, err error) {
	done, wishes = map[hub.ID]bool{}, map[hub.ID]Preference{}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		ids, err := db.All(ctx, tx, db.Scalar[hub.ID], "select user_id from mail where kind = $1 and about = $2", Digest, today)
		if err != nil {
			return err
		}
		for _, id := range ids {
			done[id] = true
		}
		_, err = db.All(ctx, tx, func(r db.Row) (x struct{}, err error) {
			var id hub.ID
			var digest int
			var p Preference
			err = r.Scan(&id, &digest, &p.Hour, &p.Language)
			p.Digest = digest == 1
			wishes[id] = p
			return x, err
		}, "select user_id, digest, hour, language from mail_preference")
		return err
	})
	return done, wishes, err
}

const selectMail = "select id, user_id, kind, about, area_id, state, made, settled, failures, failure from mail"

func scan(r db.Row) (l Letter, err error) {
	var made, settled int64
	err = r.Scan(&l.ID, &l.User, &l.Kind, &l.About, &l.Area, &l.State, &made, &settled, &l.Failures, &l.Failure)
	l.Made, l.Settled = db.Time(made), db.Time(settled)
	return l, err
}

func (s *Service) load(ctx context.Context, id hub.ID) (l Letter, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		l, err = scan(tx.QueryRow(ctx, selectMail+" where id = $1", string(id)))
		return err
	})
	return l, err
}

func (s *Service) settle(ctx context.Context, id hub.ID, state string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update mail set state = $2, settled = $3, failure = '' where id = $1", string(id), state, db.Millis(s.clock.Now()))
		return err
	})
}

// note keeps why a letter did not leave.
func (s *Service) note(ctx context.Context, id hub.ID, state string, why error) error {
	text := []rune(why.Error())
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update mail set state = $2, failures = failures + 1, failure = $3 where id = $1",
			string(id), state, string(text[:min(len(text), 500)]))
		return err
	})
}
