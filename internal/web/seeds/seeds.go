// Package seeds is the section /seeds: the list of research seeds, a seed's page
// and what can be done from it. One file per verb.
package seeds

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// Pages are the pages of the section: those that seeds have in common with needs
// (records.Kind), and the list, the gate and the states.
type Pages struct{ records.Kind[catalogue.Seed] }

// Section is the section's name in navigation and tests.
const Section = "seeds"

// New gives the pages of the section.
func New(s *records.Services) *Pages {
	p := &Pages{records.Kind[catalogue.Seed]{
		Services: s, Name: "seed", Section: Section, Collection: &s.Catalogue.Seeds, Side: match.BySeed,
		Base: func(s *catalogue.Seed) *catalogue.Record { return &s.Record }, People: researcherIDs,
		New: blank, Fill: formOf, Read: read, Fields: fields, Page: showPage, Sheet: sheetPage,
		States: catalogue.SeedStates, State: records.SeedState,
	}}
	p.Every = func(r *http.Request, fn func(hub.ID) error) error {
		return p.every(r, &listing{}, func(v view) error { return fn(v.Entry.ID) })
	}
	return p
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	route := func(method, pattern string, public bool, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Handler: h, Section: Section, Public: public}
	}
	return append(p.Kind.Routes(),
		route(http.MethodGet, "/seeds", true, p.list),
		route(http.MethodGet, "/seeds.csv", true, p.export),
		route(http.MethodGet, "/seeds.xlsx", true, p.export),
		route(http.MethodGet, "/seeds/view", true, p.settings),
		route(http.MethodGet, "/seeds/booklet", true, p.booklet),
		route(http.MethodGet, "/seeds/{id}/publish", false, p.publish),
		route(http.MethodPost, "/seeds/{id}/publish", false, p.published),
		route(http.MethodPost, "/seeds/{id}/state", false, p.state),
	)
}

func href(id hub.ID) string { return "/seeds/" + string(id) }

// by tells who stands behind a seed, as far as the view shows it.
func by(ctx context.Context, v catalogue.View[catalogue.Seed], orgs map[hub.ID]hub.Text) string {
	s := &v.Entry
	name := s.Institution
	if t, ok := orgs[s.Organisation]; ok && s.Organisation != "" {
		name = i18n.Text(ctx, t)
	}
	for _, r := range s.Researchers {
		if r.Name == "" {
			continue
		}
		if name != "" {
			name += "　"
		}
		return name + r.Name
	}
	return name
}

func organisations(views []catalogue.View[catalogue.Seed]) (ids []hub.ID) {
	for _, v := range views {
		if v.Entry.Organisation != "" {
			ids = append(ids, v.Entry.Organisation)
		}
	}
	return ids
}
