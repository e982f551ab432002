package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Role is one role given to an account. It is in force from From to Until, both
// included, unless Ended.
type Role struct {
	ID        hub.ID
	User      hub.ID
	Role      hub.Role
	Area      hub.ID   // of an area's role
	Programme hub.ID   // of a programme officer
	From      hub.Date // never ""
	Until     hub.Date // "" = open
	GrantedBy hub.ID   // the account; "" = the system
	Granted   time.Time
	EndedBy   hub.ID
	Ended     time.Time // zero = not taken back
}

// InForce reports whether the role counts on a day.
func (r Role) InForce(day hub.Date) bool {
	return r.Ended.IsZero() && r.From <= day && (r.Until == "" || r.Until >= day)
}

// areaRole reports whether the role is held on an area.
func areaRole(r hub.Role) bool { return r.Staff() || r.Member() }

// Grant gives a role from a day until a day: an empty from is today, an empty
// until is open. where is the area, the programme of a programme officer, and
// empty for an administrator. Administrators give every role; an area's chief,
// deputies and office those of their own area. A role that is held already in
// that time is a Conflict.
func (s *Service) Grant(ctx context.Context, a hub.Actor, user hub.ID, role hub.Role, where hub.ID, from, until hub.Date) (hub.ID, error) {
	r := Role{ID: hub.NewID(), User: user, Role: role, From: from, Until: until, GrantedBy: a.User, Granted: s.now()}
	if r.From == "" {
		r.From = s.today()
	}
	switch {
	case areaRole(role):
		r.Area = where
		if !mayGrant(a, where) {
			return "", forbidden()
		}
	case role == hub.ProgrammeOfficer:
		r.Programme = where
	}
	if !areaRole(role) && !mayAll(a) {
		return "", forbidden()
	}
	if err := checkRole(r, where); err != nil {
		return "", err
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := one(ctx, tx, " where id = $1", r.Area); r.Area != "" && err != nil {
			return err
		}
		if err := programmeExists(ctx, tx, r.Programme); err != nil {
			return err
		}
		// Locking the account keeps two grants of the same role from crossing.
		if _, err := db.Scalar[string](tx.QueryRow(ctx, "select id from user_account where id = $1"+tx.Dialect().ForUpdate(), user)); err != nil {
			if errors.Is(err, db.ErrNoRows) {
				return hub.Errorf(hub.NotFound, "error.user_missing")
			}
			return err
		}
		held, err := rolesIn(ctx, tx, "user_id = $1", user)
		if err != nil {
			return err
		}
		for _, h := range held {
			if h.Role == r.Role && h.Area == r.Area && h.Programme == r.Programme && h.Ended.IsZero() &&
				(h.Until == "" || h.Until >= r.From) && (r.Until == "" || h.From <= r.Until) {
				return hub.Errorf(hub.Conflict, "error.role_held")
			}
		}
		_, err = tx.Exec(ctx, `insert into user_role (id, user_id, role, area_id, programme_id, valid_from, valid_until, granted_by, granted_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			r.ID, r.User, r.Role, r.Area, r.Programme, r.From, r.Until, r.GrantedBy, db.Millis(r.Granted))
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: user, Area: r.Area})
		return nil
	})
	return r.ID, err
}

func checkRole(r Role, where hub.ID) error {
	var p hub.Problems
	if !slices.Contains(hub.Roles, r.Role) {
		p.Add("role", "error.choose")
	}
	if r.Role != hub.Administrator && where == "" || r.Role == hub.Administrator && where != "" {
		p.Add("area", "error.choose")
	}
	for _, d := range []struct {
		field string
		date  hub.Date
	}{{"from", r.From}, {"until", r.Until}} {
		if _, err := hub.ParseDate(string(d.date)); err != nil {
			p.Add(d.field, "error.date", "value", string(d.date))
		}
	}
	if r.Until != "" && r.Until < r.From {
		p.Add("until", "error.until_before_from")
	}
	return p.Err()
}

// EndRole ends a role: with a last day, on that day; with "", at this moment.
// Those may end a role who may give it. The last administrator's stays.
func (s *Service) EndRole(ctx context.Context, a hub.Actor, id hub.ID, last hub.Date) error {
	if _, err := hub.ParseDate(string(last)); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err := rolesIn(ctx, tx, "id = $1", id)
		if err != nil {
			return err
		}
		missing := hub.Errorf(hub.NotFound, "error.role_missing")
		if len(list) == 0 {
			return missing
		}
		r := list[0]
		if !mayEnd(a, r) {
			return missing
		}
		if !r.Ended.IsZero() {
			return hub.Errorf(hub.Conflict, "error.role_ended")
		}
		var ended int64
		until := last
		switch {
		case last == "":
			ended = db.Millis(s.now())
			if until = s.today(); r.Until != "" && r.Until < until {
				until = r.Until
			}
			until = max(until, r.From)
		case last < r.From:
			return (hub.Problems{{Field: "until", Key: "error.until_before_from"}}).Err()
		}
		_, err = tx.Exec(ctx, "update user_role set valid_until = $1, ended_at = $2, ended_by = $3 where id = $4", until, ended, a.User, id)
		if err != nil {
			return err
		}
		if r.Role == hub.Administrator {
			if err := s.lastAdministrator(ctx, tx); err != nil {
				return err
			}
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: r.User, Area: r.Area})
		return nil
	})
}

// lastAdministrator fails when nobody who can still sign in administers the
// installation without an end.
func (s *Service) lastAdministrator(ctx context.Context, tx db.Tx) error {
	n, err := db.Scalar[int](tx.QueryRow(ctx, `select count(*) from user_role r join user_account u on u.id = r.user_id
		where r.role = $1 and r.ended_at = 0 and r.valid_until = '' and r.valid_from <= $2 and u.disabled = 0`, hub.Administrator, s.today()))
	if err == nil && n == 0 {
		return hub.Errorf(hub.Conflict, "error.last_administrator")
	}
	return err
}

// RoleByID gives one role to those who may end it; others do not find it.
func (s *Service) RoleByID(ctx context.Context, a hub.Actor, id hub.ID) (r Role, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err := rolesIn(ctx, tx, "id = $1", id)
		if err != nil {
			return err
		}
		if len(list) == 0 || !mayEnd(a, list[0]) {
			return hub.Errorf(hub.NotFound, "error.role_missing")
		}
		r = list[0]
		return nil
	})
	return r, err
}

func mayEnd(a hub.Actor, r Role) bool {
	if areaRole(r.Role) {
		return mayGrant(a, r.Area)
	}
	return mayAll(a)
}

// MayGrant reports whether the actor may give and end roles of the area: for
// pages, which offer only what would succeed.
func MayGrant(a hub.Actor, area hub.ID) bool { return mayGrant(a, area) }

// Roles gives the roles an account has or had, newest first: to itself and to
// administrators all, to others those of the areas whose roles they give.
func (s *Service) Roles(ctx context.Context, a hub.Actor, user hub.ID) ([]Role, error) {
	all, err := s.rolesOf(ctx, user)
	if err != nil || mayAll(a) || user == a.User && user != "" {
		return all, err
	}
	if len(grantedAreas(a)) == 0 {
		return nil, forbidden()
	}
	return slices.DeleteFunc(all, func(r Role) bool { return !mayGrant(a, r.Area) }), nil
}

// Member is an account with its roles in one area.
type Member struct {
	User  User
	Roles []Role
}

// AreaMember gives one account that has or had a role in the area, with those
// roles, newest first, to those who give the area's roles. Others do not find it.
func (s *Service) AreaMember(ctx context.Context, a hub.Actor, area, user hub.ID) (User, []Role, error) {
	missing := hub.Errorf(hub.NotFound, "error.user_missing")
	if area == "" || !mayGrant(a, area) {
		return User{}, nil, missing
	}
	roles, err := s.rolesOf(ctx, user)
	if err != nil {
		return User{}, nil, err
	}
	roles = slices.DeleteFunc(roles, func(r Role) bool { return r.Area != area })
	if len(roles) == 0 {
		return User{}, nil, missing
	}
	u, _, err := s.load(ctx, user)
	return u, roles, err
}

// AreaMembers lists a page of the accounts that have or had a role in the area,
// by name, each with those roles, in a fixed number of queries. For those who
// give the area's roles.
func (s *Service) AreaMembers(ctx context.Context, a hub.Actor, area hub.ID, f UserFilter, page hub.Page) (members []Member, next string, err error) {
	if area == "" || !mayGrant(a, area) {
		return nil, "", forbidden()
	}
	f.Area = area
	users, next, err := s.Users(ctx, a, f, page)
	if err != nil || len(users) == 0 {
		return nil, next, err
	}
	at := map[hub.ID]int{}
	ids := make([]hub.ID, len(users))
	members = make([]Member, len(users))
	for i, u := range users {
		ids[i], at[u.ID], members[i] = u.ID, i, Member{User: u}
	}
	var args db.Args
	where := "area_id = " + args.Add(string(area)) + " and " + db.In(&args, "user_id", ids)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		roles, err := rolesIn(ctx, tx, where, args...)
		for _, r := range roles {
			m := &members[at[r.User]]
			m.Roles = append(m.Roles, r)
		}
		return err
	})
	return members, next, err
}

func (s *Service) rolesOf(ctx context.Context, user hub.ID) (roles []Role, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		roles, err = rolesIn(ctx, tx, "user_id = $1", user)
		return err
	})
	return roles, err
}

func rolesIn(ctx context.Context, tx db.Tx, where string, args ...any) ([]Role, error) {
	return db.All(ctx, tx, func(r db.Row) (x Role, err error) {
		var granted, ended int64
		err = r.Scan(&x.ID, &x.User, &x.Role, &x.Area, &x.Programme, &x.From, &x.Until, &x.GrantedBy, &granted, &x.EndedBy, &ended)
		x.Granted, x.Ended = db.Time(granted), db.Time(ended)
		return x, err
	}, `select id, user_id, role, area_id, programme_id, valid_from, valid_until, granted_by, granted_at, ended_by, ended_at
		from user_role where `+where+" order by granted_at desc, id desc", args...)
}
