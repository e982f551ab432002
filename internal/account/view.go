package account

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// View is as whom a session looks: a person, or somebody with a role in an area
// and nothing else.
type View struct {
	User hub.ID
	Name string // of the person, as he calls himself
	Role hub.Role
	Area hub.ID
}

// LookAs has the session of a token look as somebody else, until it leaves. It
// reads what the other would read, but for what is sealed, and changes nothing.
// A person must be one whose account the actor manages; a role one that he gives;
// roles beyond areas are for administrators. Both ends stand in the log.
func (s *Service) LookAs(ctx context.Context, a hub.Actor, token string, v View) error {
	if a.Borrowed() {
		return hub.Errorf(hub.Conflict, "error.borrowed")
	}
	if err := s.mayLookAs(ctx, a, v); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := tx.Exec(ctx, `insert into session_view (session_id, user_id, role, area_id, began_at)
			select id, $1, $2, $3, $4 from user_session where token_hash = $5 and user_id = $6
			on conflict (session_id) do nothing`, v.User, string(v.Role), v.Area, db.Millis(s.now()), tokenHash(token), a.User)
		if err != nil {
			return err
		}
		if n == 0 {
			return hub.Errorf(hub.Conflict, "error.borrowed")
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Assume, Kind: viewKind(v), Record: v.User, Area: v.Area})
		return nil
	})
}

// viewKind is what the log calls it: ids do not tell a role.
func viewKind(v View) string {
	if v.User != "" {
		return KindUser
	}
	return string(v.Role)
}

func (s *Service) mayLookAs(ctx context.Context, a hub.Actor, v View) error {
	missing := hub.Errorf(hub.NotFound, "error.user_missing")
	switch {
	case v.User != "":
		if v.User == a.User || v.Role != "" {
			return missing
		}
		u, err := s.managed(ctx, a, v.User)
		if err == nil && u.Disabled {
			err = missing
		}
		return err
	case areaRole(v.Role) && v.Area != "":
		if !mayGrant(a, v.Area) {
			return forbidden()
		}
		return nil
	case slices.Contains([]hub.Role{hub.ProgrammeOfficer, hub.Administrator}, v.Role) || v.Role == "":
		if !a.IsAdministrator() && v.Role != "" {
			return forbidden()
		}
		return nil // "" = a member of the public, whom everybody may play
	}
	return forbidden()
}

// Leave ends looking as somebody else; it is no error where nobody does.
func (s *Service) Leave(ctx context.Context, token string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		return s.stopViews(ctx, tx, "token_hash = $1", tokenHash(token))
	})
}

// stopViews ends the views of the sessions that where names.
func (s *Service) stopViews(ctx context.Context, tx db.Tx, where string, args ...any) error {
	type ended struct {
		session, by hub.ID
		View
	}
	all, err := db.All(ctx, tx, func(r db.Row) (e ended, err error) {
		err = r.Scan(&e.session, &e.by, &e.User, &e.Role, &e.Area)
		return e, err
	}, "select v.session_id, s.user_id, v.user_id, v.role, v.area_id from session_view v join user_session s on s.id = v.session_id where s."+where, args...)
	if err != nil {
		return err
	}
	for _, e := range all {
		if _, err := tx.Exec(ctx, "delete from session_view where session_id = $1", e.session); err != nil {
			return err
		}
		s.log.Add(ctx, hub.Actor{Kind: hub.User, User: e.by}, audit.Entry{Action: audit.Leave, Kind: viewKind(e.View), Record: e.User, Area: e.Area})
	}
	return nil
}

// lookAs gives the actor through whose eyes self looks. Who may not do so any more
// gets the eyes of a stranger until he leaves.
func (s *Service) lookAs(ctx context.Context, tx db.Tx, self hub.Actor, v View) (hub.Actor, error) {
	if err := s.mayLookAs(ctx, self, v); err != nil {
		if k := hub.KindOf(err); k == hub.NotFound || k == hub.Forbidden {
			return hub.Actor{Behind: self.User}, nil
		}
		return hub.Actor{}, err
	}
	var a hub.Actor
	switch {
	case v.User != "":
		u, _, err := scanUser(tx.QueryRow(ctx, selectUser+" where u.id = $1", v.User))
		if err != nil {
			return a, err
		}
		b, err := bearings(ctx, tx, u.ID, "", s.today())
		if err != nil {
			return a, err
		}
		a = b.actor(u)
	case v.Role == hub.ProgrammeOfficer:
		programmes, err := db.All(ctx, tx, db.Scalar[hub.ID], "select id from programme order by slug limit 1")
		if err != nil {
			return a, err
		}
		a = hub.Actor{Kind: hub.User}
		for _, p := range programmes {
			a.Roles = append(a.Roles, hub.RoleIn{Role: v.Role, Programme: p})
		}
	case v.Role != "":
		a = hub.Actor{Kind: hub.User, Roles: []hub.RoleIn{{Role: v.Role, Area: v.Area}}}
	}
	a.Behind = self.User
	return a, nil
}
