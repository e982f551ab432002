// Package portal is the first thing people see: the start page and the home of
// each area, which says in one sentence what the hub does and shows living
// examples of it. A shop owner and a professor must both understand it.
//
// It shows only what the reader may see: every list and every count is asked
// for on his behalf.
package portal

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in navigation and tests.
const Section = "portal"

// Pages are the pages of the section.
type Pages struct {
	Accounts  *account.Service
	Catalogue *catalogue.Service
	Directory *directory.Service
	Search    *search.Service
	Clock     hub.Clock
	// Start gives the address where a signed-in reader begins his day; "" or nil
	// shows him the start page.
	Start func(hub.Actor) string
	// Promise says by when an area answers what is asked; nil says nothing.
	Promise func(ctx context.Context, area hub.ID) (string, error)
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: "/{$}", Handler: p.start, Section: Section, Public: true},
		{Method: http.MethodGet, Pattern: "/areas", Handler: p.areas, Section: Section, Public: true},
		{Method: http.MethodGet, Pattern: "/areas/{slug}", Handler: p.area, Section: Section, Public: true},
	}
}

// Href is the address of an area's home.
func Href(slug string) string { return "/areas/" + slug }

// shown is how many examples of each kind a portal shows.
const shown = 5

// find gives the newest open records of a kind in an area, and how many there
// are; none while the search is still being made ready.
func (p *Pages) find(ctx context.Context, kind string, area hub.ID, facets ...string) (ids []hub.ID, r search.Result, err error) {
	q := search.Query{
		Sort: "-updated", Limit: shown, Facets: facets,
		Filter: search.Filter{Kinds: []string{kind}, Any: map[string][]string{"open": {"true"}}},
	}
	if area != "" {
		q.Areas = []hub.ID{area}
	}
	if !p.Search.Ready() {
		return nil, r, nil // the page says that it is being prepared
	}
	if r, err = p.Search.Search(ctx, web.ActorOf(ctx), q); err != nil {
		return nil, r, err
	}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids, r, nil
}

// seeds gives the newest seeds as examples.
func (p *Pages) seeds(ctx context.Context, ids []hub.ID) ([]ui.Example, error) {
	views, err := p.Catalogue.Seeds.Rows(ctx, web.ActorOf(ctx), ids)
	if err != nil {
		return nil, err
	}
	names, err := names(ctx, p.Directory, views, func(s *catalogue.Seed) hub.ID { return s.Organisation })
	if err != nil {
		return nil, err
	}
	var out []ui.Example
	for _, v := range views {
		s := &v.Entry
		out = append(out, ui.Example{
			Title: i18n.Text(ctx, s.Title), Href: "/seeds/" + string(s.ID), Sample: s.Sample,
			By: by(ctx, s.Record, names), Facts: words(ctx, "field", s.Fields),
		})
	}
	return out, nil
}

// needs gives the newest needs as examples.
func (p *Pages) needs(ctx context.Context, ids []hub.ID) ([]ui.Example, error) {
	views, err := p.Catalogue.Needs.Rows(ctx, web.ActorOf(ctx), ids)
	if err != nil {
		return nil, err
	}
	names, err := names(ctx, p.Directory, views, func(n *catalogue.Need) hub.ID { return n.Organisation })
	if err != nil {
		return nil, err
	}
	var out []ui.Example
	for _, v := range views {
		n := &v.Entry
		facts := words(ctx, "field", n.Fields)
		if n.Deadline != "" {
			facts = i18n.T(ctx, "portal.until", "facts", facts, "day", n.Deadline)
		}
		out = append(out, ui.Example{
			Title: i18n.Text(ctx, n.Title), Href: "/needs/" + string(n.ID), Sample: n.Sample,
			By: by(ctx, n.Record, names), Facts: facts,
		})
	}
	return out, nil
}

// names gives the names of the organisations behind views that the reader may
// know.
func names[T any](ctx context.Context, d *directory.Service, views []catalogue.View[T], of func(*T) hub.ID) (map[hub.ID]hub.Text, error) {
	var ids []hub.ID
	for i := range views {
		if id := of(&views[i].Entry); id != "" && views[i].Name {
			ids = append(ids, id)
		}
	}
	return d.Organisations.Names(ctx, web.ActorOf(ctx), ids)
}

// by gives who stands behind a record, or says that it is not disclosed.
func by(ctx context.Context, r catalogue.Record, names map[hub.ID]hub.Text) string {
	if name, ok := names[r.Organisation]; ok && r.Organisation != "" {
		return i18n.Text(ctx, name)
	}
	if r.Institution != "" {
		return r.Institution
	}
	return i18n.T(ctx, "portal.undisclosed")
}
