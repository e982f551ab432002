// Package organisations is the section /organisations: the list of bodies a hub
// works with, an organisation's page with its people, memberships, seeds, needs
// and timeline, and what can be done from it. One file per verb.
package organisations

import (
	"context"
	"net/http"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	timeline "github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in navigation and tests.
const Section = "organisations"

// Pages are the pages of the section.
type Pages struct {
	Directory *directory.Service
	Accounts  *account.Service
	Catalogue *catalogue.Service
	Lines     *timeline.Pages
	Lists     *lists.Pages
	Clock     hub.Clock
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	get := func(pattern string, public bool, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Handler: h, Section: Section, Public: public}
	}
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section}
	}
	return []web.Route{
		get("/organisations", true, p.list),
		get("/organisations.csv", true, p.export),
		get("/organisations.xlsx", true, p.export),
		get("/organisations/view", true, p.settings),
		get("/organisations/new", false, p.create),
		post("/organisations/new", p.created),
		get("/organisations/growth", true, p.growth),
		get("/organisations/{id}", true, p.show),
		get("/organisations/{id}/edit", false, p.edit),
		post("/organisations/{id}/edit", p.edited),
		post("/organisations/{id}/withdraw", p.withdraw),
		get("/organisations/{id}/memberships/new", false, p.join),
		post("/organisations/{id}/memberships/new", p.joined),
		get("/organisations/{id}/memberships/{membership}", false, p.membership),
		post("/organisations/{id}/memberships/{membership}", p.membershipEdited),
		post("/organisations/{id}/contacts", p.addContact),
		post("/organisations/{id}/contacts/{contact}/end", p.endContact),
	}
}

func href(id hub.ID) string { return "/organisations/" + string(id) }

// Subject gives an organisation to the timeline.
func (p *Pages) Subject(ctx context.Context, a hub.Actor, id hub.ID) (timeline.Subject, error) {
	v, err := p.Directory.Organisations.Get(ctx, a, id)
	return subject(v), err
}

// subject: an organisation belongs to no area, and notes about it are never
// wider than the members of the one in whose name they are written.
func subject(v directory.OrganisationView) timeline.Subject {
	return timeline.Subject{
		Kind: directory.KindOrganisation, ID: v.ID, Title: v.Name, Href: href(v.ID), Scope: hub.Members, Write: v.Edit,
	}
}

func (p *Pages) today() hub.Date { return hub.DateOf(p.Clock.Now()) }

// areas are all areas of the installation, by id and in their order.
type areas struct {
	all  []account.Area
	name map[hub.ID]hub.Text
	slug map[hub.ID]string
	id   map[string]hub.ID
}

func (p *Pages) areas(ctx context.Context) (out areas, err error) {
	out = areas{name: map[hub.ID]hub.Text{}, slug: map[hub.ID]string{}, id: map[string]hub.ID{}}
	out.all, err = p.Accounts.Areas(ctx)
	for _, x := range out.all {
		out.name[x.ID], out.slug[x.ID], out.id[x.Slug] = x.Name, x.Slug, x.ID
	}
	return out, err
}

// mine are the areas in whose name the actor works as staff.
func (x areas) mine(ctx context.Context, a hub.Actor) (out []ui.Option) {
	for _, area := range x.all {
		if a.StaffOf(area.ID) {
			out = append(out, ui.Option{Value: string(area.ID), Label: i18n.Text(ctx, area.Name)})
		}
	}
	return out
}

// standings names what an organisation is in its areas today, once each.
func standings(ctx context.Context, v directory.OrganisationView, day hub.Date) (out []ui.State) {
	for _, s := range directory.Standings {
		if s == directory.IsFormer && len(out) > 0 {
			continue // it came back
		}
		if slices.ContainsFunc(v.Memberships, func(m directory.Membership) bool { return m.On(day) == s }) {
			out = append(out, standing(ctx, s))
		}
	}
	return out
}

func standing(ctx context.Context, s directory.Standing) ui.State {
	tone := ui.Good
	switch s {
	case directory.IsProspect:
		tone = ui.Active
	case directory.IsFormer:
		tone = ui.Ended
	}
	return ui.State{Label: i18n.T(ctx, "directory.standing_"+string(s)), Tone: tone}
}

func kindWord(ctx context.Context, k directory.OrganisationKind) string {
	return i18n.T(ctx, "organisation_kind."+string(k))
}

func prefecture(ctx context.Context, code string) string {
	return i18n.Text(ctx, directory.PrefectureName(code))
}

// field is the word for a field.
func field(ctx context.Context, name string) string { return i18n.T(ctx, "directory.field_"+name) }

func options[T ~string](ctx context.Context, prefix string, values []T) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, v := range values {
		out[i] = ui.Option{Value: string(v), Label: i18n.T(ctx, prefix+string(v))}
	}
	return out
}
