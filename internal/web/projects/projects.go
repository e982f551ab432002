// Package projects is the section /projects: supported projects (推進計画), their
// list and pages, application and tiers, the portfolio as board, roadmap and
// chart, and the load of those who support them. One file per verb.
package projects

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Pages are the pages of the section: those that projects have in common with
// seeds and needs (records.Kind), and what only projects have.
type Pages struct {
	records.Kind[project.Project]
	Projects *project.Service
}

// showing is a project on its page.
type showing = records.Showing[project.Project]

// Section is the section's name in navigation and tests.
const Section = "projects"

// New gives the pages of the section.
func New(s *records.Services, projects *project.Service) *Pages {
	p := &Pages{Projects: projects}
	p.Kind = records.Kind[project.Project]{
		Services: s, Name: project.Kind, Section: Section, Collection: projects,
		Base: func(x *project.Project) *catalogue.Record { return &x.Record }, People: people,
		States: project.States, State: State,
		New: blank, Fill: formOf, Read: read, Fields: fields, Around: p.around, Page: showPage, Sheet: sheetPage,
	}
	return p
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	route := func(method, pattern string, public bool, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Handler: h, Section: Section, Public: public}
	}
	// States go step by step, each with its day and reason: nothing here changes
	// many projects at once.
	shared := slices.DeleteFunc(p.Kind.Routes(), func(r web.Route) bool { return strings.Contains(r.Pattern, "/bulk") })
	return append(shared,
		route(http.MethodGet, "/projects", true, p.list),
		route(http.MethodGet, "/projects.csv", true, p.export),
		route(http.MethodGet, "/projects/board", true, p.board),
		route(http.MethodGet, "/projects/chart", true, p.chart),
		route(http.MethodPost, "/projects/begin", false, p.begin),
		route(http.MethodPost, "/projects/{id}/tasks", false, p.addTask),
		route(http.MethodPost, "/projects/{id}/levels", false, p.addLevel),
		route(http.MethodGet, "/projects/{id}/partners", false, p.partners),
		route(http.MethodPost, "/projects/{id}/partners", false, p.partnered),
		route(http.MethodGet, "/projects/{id}/plan", false, p.plan),
		route(http.MethodPost, "/projects/{id}/plan", false, p.planned),
		route(http.MethodGet, "/projects/{id}/state", false, p.state),
		route(http.MethodPost, "/projects/{id}/state", false, p.moved),
		route(http.MethodGet, "/projects/{id}/application", false, p.application),
		route(http.MethodPost, "/projects/{id}/application", false, p.applied),
		route(http.MethodGet, "/projects/{id}/tier", false, p.tier),
		route(http.MethodPost, "/projects/{id}/tier", false, p.tiered),
		route(http.MethodGet, "/areas/{slug}/tiers", true, p.scheme),
		route(http.MethodPost, "/areas/{slug}/tiers", false, p.schemed),
	)
}

func href(id hub.ID) string { return "/projects/" + string(id) }

func people(x *project.Project) (ids []hub.ID) {
	for _, m := range x.Team {
		ids = append(ids, m.Person)
	}
	return ids
}

// State draws where a project stands.
func State(ctx context.Context, s catalogue.State) ui.State {
	tone := ui.Active
	switch s {
	case project.Concept:
		tone = ui.Neutral
	case project.Planned, project.Continuing, project.Transferring:
		tone = ui.Caution
	case project.Commercial, project.Productised:
		tone = ui.Good
	case project.Supported, project.Closed:
		tone = ui.Ended
	}
	return ui.State{Label: i18n.T(ctx, "project_state."+string(s)), Tone: tone}
}

func states() (out []string) {
	for _, s := range project.States {
		out = append(out, string(s))
	}
	return out
}

// tierWord names a tier by its number and its word, never by the number alone.
func tierWord(ctx context.Context, s project.Scheme, number int) string {
	if number == 0 {
		return ""
	}
	t, _ := s.Tier(number)
	return i18n.T(ctx, "project.tier_n", "n", number, "word", i18n.Text(ctx, t.Word))
}

// one loads the project named in the path as its editor sees it, with its detail
// layer where he may open it, which is logged.
func (p *Pages) one(r *http.Request) (v catalogue.View[project.Project], err error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return v, err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if v, err = p.Projects.Get(ctx, a, id); err != nil {
		return v, err
	}
	if !v.Edit {
		return v, hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	if v.HasDetail {
		return p.Projects.Open(ctx, a, id)
	}
	return v, nil
}

func trail(ctx context.Context, x *project.Project) []ui.Link {
	return []ui.Link{{Label: i18n.T(ctx, "section.projects"), Href: "/projects"}, {Label: i18n.Text(ctx, x.Title), Href: href(x.ID)}}
}

// staffOptions are the accounts of an area's staff as choices.
func (p *Pages) staffOptions(ctx context.Context, a hub.Actor, area hub.ID) (out []ui.Option, err error) {
	if !a.StaffOf(area) {
		return nil, nil
	}
	all, err := p.Accounts.Colleagues(ctx, a, area)
	for _, c := range all {
		out = append(out, ui.Option{Value: string(c.ID), Label: c.Name})
	}
	return out, err
}

func chosen(options []ui.Option, value string) (ui.Option, bool) {
	i := slices.IndexFunc(options, func(o ui.Option) bool { return o.Value == value })
	if i < 0 {
		return ui.Option{}, false
	}
	return options[i], true
}
