package account

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Standing is an account as a letter to it needs to know it.
type Standing struct {
	User  User
	Actor hub.Actor // with the roles in force now
}

// Standing gives who an account is now, for the program itself: what leaves for
// somebody is rendered as he stands when it leaves. A disabled account has an
// Actor without any rights.
func (s *Service) Standing(ctx context.Context, a hub.Actor, user hub.ID) (out Standing, err error) {
	if a.Kind != hub.System {
		return out, forbidden()
	}
	u, _, err := s.load(ctx, user)
	if err != nil {
		return out, err
	}
	out.User, out.Actor = u, hub.Actor{Kind: hub.User, User: u.ID, Name: u.Name}
	if u.Disabled {
		return out, nil
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		b, err := bearings(ctx, tx, user, "", s.today())
		out.Actor = b.actor(u)
		return err
	})
	return out, err
}

// Working lists the accounts that are open and hold a role today, for the program
// itself. Those of the sample hub are not among them: nobody reads their mail.
func (s *Service) Working(ctx context.Context, a hub.Actor) (ids []hub.ID, err error) {
	if a.Kind != hub.System {
		return nil, forbidden()
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		ids, err = db.All(ctx, tx, db.Scalar[hub.ID], `select u.id from user_account u where u.disabled = 0 and u.sample = 0
			and exists (select 1 from user_role r where r.user_id = u.id and r.ended_at = 0
			and r.valid_from <= $1 and (r.valid_until = '' or r.valid_until >= $1)) order by u.id`, string(s.today()))
		return err
	})
	return ids, err
}
