package organisations

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
)

// mostRows bounds what one file holds.
const mostRows = 20_000

// settings answers GET /organisations/view.
func (p *Pages) settings(w http.ResponseWriter, r *http.Request) error {
	l, err := p.reading(r)
	if err != nil {
		return err
	}
	return lists.Settings(w, r, p.Lists, Section, l.list.Address, columns(r.Context(), &l))
}

// export answers GET /organisations.csv and /organisations.xlsx: the same list
// as a file, from its first row on.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	l, err := p.reading(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	return lists.Send(w, r, p.Lists, lists.List[view]{
		Section: Section, Kind: directory.KindOrganisation, Address: l.list.Address, Day: p.today(), Columns: columns(ctx, &l),
		Name: func(v view) string { return i18n.Text(ctx, v.Name) },
		Every: func(fn func(view) error) error {
			page := hub.Page{Limit: hub.MaxLimit}
			for n := 0; n < mostRows; {
				rows, next, err := p.Directory.Organisations.List(ctx, a, l.query, page)
				if err != nil {
					return err
				}
				for _, v := range rows {
					if err := fn(v); err != nil {
						return err
					}
				}
				n += len(rows)
				if page.After = next; next == "" {
					break
				}
			}
			return nil
		},
	})
}

// reading is a list as the address asks for it, before its rows are read.
func (p *Pages) reading(r *http.Request) (l listing, err error) {
	areas, err := p.areas(r.Context())
	if err != nil {
		return l, err
	}
	l = p.read(r, areas)
	l.areas = areas
	l.staff = len(web.ActorOf(r.Context()).Areas(hub.Role.Staff)) > 0
	return l, nil
}

// membershipCells gives the membership a file tells of: one in force, else the
// newest.
func membershipCells(v directory.OrganisationView, day hub.Date) directory.Membership {
	for _, m := range v.Memberships {
		if m.InForce(day) {
			return m
		}
	}
	if len(v.Memberships) > 0 {
		return v.Memberships[0]
	}
	return directory.Membership{}
}

func standingWord(ctx context.Context, m directory.Membership, day hub.Date) string {
	if m.ID == "" {
		return ""
	}
	return i18n.T(ctx, "directory.standing_"+string(m.On(day)))
}
