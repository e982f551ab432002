// Package people is the section /people: the people whom the hub's areas know,
// a person's page with affiliations, expertise, contacts, seeds and timeline,
// and what can be done from it. One file per verb.
package people

import (
	"context"
	"net/http"
	"strings"

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
const Section = "people"

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
		get("/people", true, p.list),
		get("/people.csv", true, p.export),
		get("/people.xlsx", true, p.export),
		get("/people/view", true, p.settings),
		get("/people/new", false, p.create),
		post("/people/new", p.created),
		get("/people/{id}", true, p.show),
		get("/people/{id}/edit", false, p.edit),
		post("/people/{id}/edit", p.edited),
		post("/people/{id}/withdraw", p.withdraw),
		post("/people/{id}/contacts", p.addContact),
		post("/people/{id}/contacts/{contact}/end", p.endContact),
	}
}

func href(id hub.ID) string { return "/people/" + string(id) }

// Subject gives a person to the timeline.
func (p *Pages) Subject(ctx context.Context, a hub.Actor, id hub.ID) (timeline.Subject, error) {
	v, err := p.Directory.People.Get(ctx, a, id)
	return subject(a, v), err
}

// subject: what is noted about a person is for the area's staff to write.
func subject(a hub.Actor, v directory.PersonView) timeline.Subject {
	return timeline.Subject{
		Kind: directory.KindPerson, ID: v.ID, Title: hub.Text{JA: v.Name, EN: v.English}, Href: href(v.ID),
		Area: v.Area, Scope: v.Scope, Write: v.Edit && a.StaffOf(v.Area),
	}
}

func (p *Pages) today() hub.Date { return hub.DateOf(p.Clock.Now()) }

// areas gives the areas' names by id, and their ids by slug.
func (p *Pages) areas(ctx context.Context) (all []account.Area, name map[hub.ID]hub.Text, err error) {
	all, err = p.Accounts.Areas(ctx)
	name = make(map[hub.ID]hub.Text, len(all))
	for _, x := range all {
		name[x.ID] = x.Name
	}
	return all, name, err
}

// shown is a person's name in the reader's language.
func shown(ctx context.Context, p directory.Person) string {
	return i18n.Text(ctx, hub.Text{JA: p.Name, EN: p.English})
}

// organisation is where an affiliation is, as the directory calls it today for
// those who may open it, else as it was written.
func organisation(ctx context.Context, v directory.PersonView, f directory.Affiliation) string {
	if n, ok := v.Organisations[f.Organisation]; ok {
		return i18n.Text(ctx, n)
	}
	return f.Name
}

// affiliation is where a person belongs on a day, in one line.
func affiliation(ctx context.Context, v directory.PersonView, day hub.Date) string {
	f, ok := v.Current(day)
	if !ok {
		return ""
	}
	return strings.Join(nonEmpty(organisation(ctx, v, f), f.Department, i18n.Text(ctx, f.Title)), "　")
}

func nonEmpty(all ...string) (out []string) {
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// field is the word for a field.
func field(ctx context.Context, name string) string { return i18n.T(ctx, "directory.field_"+name) }

func kindWord(ctx context.Context, k directory.PersonKind) string {
	if k == "" {
		return ""
	}
	return i18n.T(ctx, "person_kind."+string(k))
}

func kinds(ctx context.Context) []ui.Option {
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "form.choose")}}
	for _, k := range directory.PersonKinds {
		out = append(out, ui.Option{Value: string(k), Label: kindWord(ctx, k)})
	}
	return out
}
