package account

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Entered is what a right password gives: a session, or the word for a second
// step that is still due. One of the two is "".
type Entered struct{ Session, Step string }

// SignIn is Enter for accounts without a second factor; with one it is Forbidden.
func (s *Service) SignIn(ctx context.Context, mail, password string, from Device) (token string, err error) {
	e, err := s.Enter(ctx, mail, password, from)
	if err == nil && e.Session == "" {
		err = hub.Errorf(hub.Forbidden, "error.second_missing")
	}
	return e.Session, err
}

// Enter signs in by mail and password: it opens a session, or begins the second
// step of an account that has a second factor; the caller ends the session that
// the browser had before. Whatever is wrong – no such account, a wrong password,
// an account that is shut – the answer is the same Forbidden after the same time;
// too many failures for the account or from the address are Unavailable for a
// while.
func (s *Service) Enter(ctx context.Context, mail, password string, from Device) (e Entered, err error) {
	key := mailKey(cleanMail(mail))
	succeeded, err := s.attempt(ctx, throttleOf("mail", key, accountFailures), addressThrottle(from.Address))
	if err != nil {
		return e, err
	}
	if len(password) > 4*MaxPassword {
		password = "" // no password is that long, and hashing it would be work for nothing
	}
	u, kept, err := s.loadBy(ctx, " where u.mail_key = $1", key)
	if err != nil && hub.KindOf(err) != hub.NotFound {
		return e, err
	}
	ok, stale := s.verify(password, kept)
	if !ok || err != nil || u.Disabled {
		return e, hub.Errorf(hub.Forbidden, "error.sign_in_failed")
	}
	if err := succeeded(ctx); err != nil {
		return e, err
	}
	if stale {
		if err := s.renew(ctx, u.ID, kept, s.hash(password)); err != nil {
			return e, err
		}
	}
	second, err := s.seconds(ctx, u.ID)
	if err != nil {
		return e, err
	}
	if second.On() {
		e.Step, err = s.beginStep(ctx, u.ID, secondStep, "", from)
	} else {
		e.Session, err = s.open(ctx, u, from)
	}
	return e, err
}

// renew replaces a hash made at another cost, unless the password was changed
// meanwhile.
func (s *Service) renew(ctx context.Context, user hub.ID, old, hash string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update user_account set password = $1 where id = $2 and password = $3", hash, user, old)
		return err
	})
}

// DemoRole is a part that a visitor of the demo can play: a sample account with
// one of its roles.
type DemoRole struct {
	User hub.ID
	Name string
	Role hub.Role
	Area hub.ID
}

// DemoRoles lists the parts, by area and in the order of hub.Roles; none when
// the demo is off.
func (s *Service) DemoRoles(ctx context.Context) (out []DemoRole, err error) {
	if !s.demo {
		return nil, nil
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, func(r db.Row) (d DemoRole, err error) {
			err = r.Scan(&d.User, &d.Name, &d.Role, &d.Area)
			return d, err
		}, `select u.id, u.name, r.role, r.area_id from user_role r join user_account u on u.id = r.user_id
			left join area a on a.id = r.area_id
			where u.sample = 1 and u.disabled = 0 and r.ended_at = 0 and r.valid_from <= $1 and (r.valid_until = '' or r.valid_until >= $1)
			order by coalesce(a.slug, ''), u.id, r.id`, s.today())
		return err
	})
	slices.SortStableFunc(out, func(x, y DemoRole) int {
		if x.Area != y.Area {
			return 0
		}
		return slices.Index(hub.Roles, x.Role) - slices.Index(hub.Roles, y.Role)
	})
	return out, err
}

// DemoSignIn opens a session for a sample account without a password. It works
// only where Options.Demo is set and for accounts made as samples; the caller has
// made sure that the request came over the loopback with the right Host and
// Origin.
func (s *Service) DemoSignIn(ctx context.Context, user hub.ID, from Device) (token string, err error) {
	missing := hub.Errorf(hub.NotFound, "error.not_found")
	if !s.demo {
		return "", missing
	}
	u, _, err := s.load(ctx, user)
	if err != nil {
		return "", err
	}
	if !u.Sample || u.Disabled {
		return "", missing
	}
	return s.open(ctx, u, from)
}

// Demo reports whether this installation is a demo.
func (s *Service) Demo() bool { return s.demo }
