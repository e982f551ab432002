// Package needs is the section /needs: company needs and regional challenges,
// their list, a need's page and what can be done from it. One file per verb.
package needs

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// Pages are the pages of the section: those that needs have in common with seeds
// (records.Kind), and the list and the states.
type Pages struct{ records.Kind[catalogue.Need] }

// showing is a need on its page.
type showing = records.Showing[catalogue.Need]

// Section is the section's name in navigation and tests.
const Section = "needs"

// New gives the pages of the section.
func New(s *records.Services) *Pages {
	p := &Pages{records.Kind[catalogue.Need]{
		Services: s, Name: "need", Section: Section, Collection: &s.Catalogue.Needs, Side: match.ByNeed,
		Base:   func(n *catalogue.Need) *catalogue.Record { return &n.Record },
		People: func(*catalogue.Need) []hub.ID { return nil },
		New:    blank, Fill: formOf, Read: read, Fields: fields, Page: showPage, Sheet: sheetPage,
		States: catalogue.NeedStates, State: records.NeedState,
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
		route(http.MethodGet, "/needs", true, p.list),
		route(http.MethodGet, "/needs.csv", true, p.export),
		route(http.MethodGet, "/needs.xlsx", true, p.export),
		route(http.MethodGet, "/needs/view", true, p.settings),
		route(http.MethodPost, "/needs/{id}/state", false, p.state),
	)
}

func href(id hub.ID) string { return "/needs/" + string(id) }

// by tells who asks, as far as the view shows it, and where.
func by(ctx context.Context, v catalogue.View[catalogue.Need], orgs map[hub.ID]hub.Text) string {
	n := &v.Entry
	place := i18n.Text(ctx, directory.PrefectureName(n.Prefecture))
	name := n.Institution
	if t, ok := orgs[n.Organisation]; ok && n.Organisation != "" {
		name = i18n.Text(ctx, t)
	}
	if name == "" {
		name = i18n.T(ctx, "need.name_withheld")
	}
	if place == "" {
		return name
	}
	return name + "　" + place
}

func organisations(views []catalogue.View[catalogue.Need]) (ids []hub.ID) {
	for _, v := range views {
		if v.Entry.Organisation != "" {
			ids = append(ids, v.Entry.Organisation)
		}
	}
	return ids
}
