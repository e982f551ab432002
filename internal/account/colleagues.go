package account

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Colleague is an account as others in its area know it.
type Colleague struct {
	ID   hub.ID
	Name string
}

// Colleagues lists the area's staff today, by name, for handing work to them.
// Other staff of the area may ask.
func (s *Service) Colleagues(ctx context.Context, a hub.Actor, area hub.ID) (out []Colleague, err error) {
	if !mayAll(a) && !a.StaffOf(area) {
		return nil, forbidden()
	}
	var staff []string
	for _, r := range hub.Roles {
		if r.Staff() {
			staff = append(staff, string(r))
		}
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		today := args.Add(string(s.today()))
		q := `select u.id, u.name from user_account u where u.disabled = 0 and exists (select 1 from user_role r where r.user_id = u.id
			and r.area_id = ` + args.Add(string(area)) + " and " + db.In(&args, "r.role", staff) + ` and r.ended_at = 0
			and r.valid_from <= ` + today + " and (r.valid_until = '' or r.valid_until >= " + today + ")) order by u.sort_key" + s.db.Dialect().Bytewise() + ", u.id"
		out, err = db.All(ctx, tx, scanColleague, q, args...)
		return err
	})
	return out, err
}

// NamesOf gives the names of accounts: to administrators all, to staff those of
// everyone who has or had a role in one of their areas, and to everyone his own.
func (s *Service) NamesOf(ctx context.Context, a hub.Actor, ids []hub.ID) (map[hub.ID]string, error) {
	out := map[hub.ID]string{}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id hub.ID) bool { return id == "" })
	if slices.Contains(ids, a.User) && a.User != "" {
		out[a.User] = a.Name
	}
	areas := a.Areas(hub.Role.Staff)
	if len(ids) == 0 || len(areas) == 0 && !mayAll(a) {
		return out, nil
	}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		q := "select u.id, u.name from user_account u where " + db.In(&args, "u.id", ids)
		if !mayAll(a) {
			q += " and exists (select 1 from user_role r where r.user_id = u.id and " + db.In(&args, "r.area_id", areas) + ")"
		}
		found, err := db.All(ctx, tx, scanColleague, q, args...)
		for _, c := range found {
			out[c.ID] = c.Name
		}
		return err
	})
	return out, err
}

func scanColleague(r db.Row) (c Colleague, err error) {
	err = r.Scan(&c.ID, &c.Name)
	return c, err
}

// MembersOf gives every account that has or had a role in the area, by its id, to
// those who give the area's roles.
func (s *Service) MembersOf(ctx context.Context, a hub.Actor, area hub.ID) (map[hub.ID]User, error) {
	if area == "" || !mayGrant(a, area) {
		return nil, forbidden()
	}
	out := map[hub.ID]User{}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := db.All(ctx, tx, func(r db.Row) (User, error) {
			u, _, err := scanUser(r)
			return u, err
		}, selectUser+" where exists (select 1 from user_role r where r.user_id = u.id and r.area_id = $1)", area)
		for _, u := range all {
			out[u.ID] = u
		}
		return err
	})
	return out, err
}
