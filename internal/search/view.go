package search

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// View is a list as somebody keeps it: what its address asks for, under a name.
// It holds no records: who opens it sees what he may.
type View struct {
	ID      hub.ID
	User    hub.ID // whose it is
	Area    hub.ID // shared with the staff of this area; "" = with nobody
	Section string // of the site: "seeds"
	Name    string
	Query   string // as in an address, encoded
	Default bool   // the reader's list opens with it
	Mine    bool   // the reader may change and remove it
}

// Bounds of a view.
const (
	maxViewName  = 40    // characters
	maxViewQuery = 2_000 // bytes
	maxViews     = 50    // of one person in one section
)

// Views keeps the views of lists. Words that somebody searched for may tell of
// what only the hub knows, so shared views are for the area's staff alone.
type Views struct {
	db    *db.DB
	log   *audit.Log
	clock hub.Clock
}

// NewViews gives the views kept in d.
func NewViews(d *db.DB, log *audit.Log, clock hub.Clock) *Views { return &Views{d, log, clock} }

// List gives the actor's views of a section and those shared with him, his own
// first, by name.
func (s *Views) List(ctx context.Context, a hub.Actor, section string) (out []View, err error) {
	if a.Kind != hub.User {
		return nil, nil
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		me := args.Add(string(a.User))
		q := `select v.id, v.user_id, v.area_id, v.section, v.name, v.query, case when d.view_id is null then 0 else 1 end
			from list_view v left join list_default d on d.view_id = v.id and d.user_id = ` + me + `
			where v.section = ` + args.Add(section) + ` and (v.user_id = ` + me
		if areas := a.Areas(hub.Role.Staff); len(areas) > 0 {
			q += " or " + db.In(&args, "v.area_id", areas)
		}
		q += ") order by case when v.user_id = " + me + " then 0 else 1 end, v.name" + s.db.Dialect().Bytewise() + ", v.id"
		out, err = db.All(ctx, tx, scanView, q, args...)
		return err
	})
	for i := range out {
		out[i].Mine = mayKeep(a, out[i])
	}
	return out, err
}

func scanView(r db.Row) (v View, err error) {
	var def int
	err = r.Scan(&v.ID, &v.User, &v.Area, &v.Section, &v.Name, &v.Query, &def)
	v.Default = def == 1
	return v, err
}

// mayKeep: a view is its owner's; one that is shared also the office's, since its
// owner may have left.
func mayKeep(a hub.Actor, v View) bool {
	return a.Kind == hub.User && (v.User == a.User || v.Area != "" && a.Has(hub.Office, v.Area))
}

// Save keeps a view under its name; one of the same name in the section is
// replaced, in its own ID. Sharing is for the area's staff.
func (s *Views) Save(ctx context.Context, a hub.Actor, v View) (View, error) {
	if a.Kind != hub.User || v.Area != "" && !a.StaffOf(v.Area) {
		return v, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	var p hub.Problems
	v.Name = strings.TrimSpace(v.Name)
	switch n := utf8.RuneCountInString(v.Name); {
	case n == 0:
		p.Add("name", "error.view_name")
	case n > maxViewName:
		p.Add("name", "error.too_long", "n", n, "limit", maxViewName)
	}
	if _, err := url.ParseQuery(v.Query); err != nil || len(v.Query) > maxViewQuery {
		p.Add("name", "error.view_query")
	}
	if err := p.Err(); err != nil {
		return v, err
	}
	v.User, v.Mine = a.User, true
	return v, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		now := db.Millis(s.clock.Now())
		id, err := db.Scalar[hub.ID](tx.QueryRow(ctx, "select id from list_view where user_id = $1 and section = $2 and name = $3", string(a.User), v.Section, v.Name))
		switch {
		case err == nil:
			v.ID = id
			_, err = tx.Exec(ctx, "update list_view set area_id = $1, query = $2, updated = $3 where id = $4", string(v.Area), v.Query, now, string(id))
		case errors.Is(err, db.ErrNoRows):
			n, err2 := db.Scalar[int](tx.QueryRow(ctx, "select count(*) from list_view where user_id = $1 and section = $2", string(a.User), v.Section))
			if err2 != nil {
				return err2
			}
			if n >= maxViews {
				return hub.Errorf(hub.Invalid, "error.view_many", "n", maxViews)
			}
			v.ID = hub.NewID()
			_, err = tx.Exec(ctx, "insert into list_view (id, user_id, area_id, section, name, query, updated) values ($1, $2, $3, $4, $5, $6, $7)",
				string(v.ID), string(a.User), string(v.Area), v.Section, v.Name, v.Query, now)
		}
		if err != nil {
			return err
		}
		if v.Default {
			return s.setDefault(ctx, tx, a, v.Section, v.ID)
		}
		return nil
	})
}

// SetDefault makes a list open with a view the actor may see; with "" it opens
// with everything again.
func (s *Views) SetDefault(ctx context.Context, a hub.Actor, section string, id hub.ID) error {
	if id != "" {
		if _, err := s.find(ctx, a, section, id); err != nil {
			return err
		}
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return s.setDefault(ctx, tx, a, section, id) })
}

func (s *Views) setDefault(ctx context.Context, tx db.Tx, a hub.Actor, section string, id hub.ID) error {
	if _, err := tx.Exec(ctx, "delete from list_default where user_id = $1 and section = $2", string(a.User), section); err != nil || id == "" {
		return err
	}
	_, err := tx.Exec(ctx, "insert into list_default (user_id, section, view_id) values ($1, $2, $3)", string(a.User), section, string(id))
	return err
}

// Remove takes a view away, for everybody whose list opens with it too.
func (s *Views) Remove(ctx context.Context, a hub.Actor, section string, id hub.ID) error {
	v, err := s.find(ctx, a, section, id)
	if err != nil {
		return err
	}
	if !v.Mine {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "delete from list_default where view_id = $1", string(id)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "delete from list_view where id = $1", string(id))
		return err
	})
}

func (s *Views) find(ctx context.Context, a hub.Actor, section string, id hub.ID) (View, error) {
	all, err := s.List(ctx, a, section)
	if err != nil {
		return View{}, err
	}
	for _, v := range all {
		if v.ID == id {
			return v, nil
		}
	}
	return View{}, hub.Errorf(hub.NotFound, "error.not_found")
}

// Exported notes in the audit log that the actor took a list out.
func (s *Views) Exported(ctx context.Context, a hub.Actor, kind string, area hub.ID) error {
	if a.Kind != hub.User {
		return nil // what strangers take is public
	}
	return s.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
		s.log.Add(ctx, a, audit.Entry{Action: audit.Export, Kind: kind, Area: area})
		return nil
	})
}
