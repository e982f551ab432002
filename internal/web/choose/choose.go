// Package choose lets forms of all sections choose an organisation or a person by
// typing: it answers what the field asks while one types, and finds out what was
// meant when the words come without a choice. It offers only what the reader may
// see in the directory.
package choose

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in tests; it has no place in the navigation.
const Section = "choose"

// most is how many records are offered at once.
const most = 12

// Pages are the addresses of the section.
type Pages struct {
	Directory *directory.Service
	Clock     hub.Clock
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	get := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Handler: h, Section: Section}
	}
	return []web.Route{get("/choose/organisations", p.organisations), get("/choose/people", p.people), get(Municipalities, p.municipalities)}
}

// Organisations is the address that offers organisations, those of area first.
func Organisations(area hub.ID) string { return "/choose/organisations?area=" + string(area) }

// People is the address that offers the people of area.
func People(area hub.ID) string { return "/choose/people?area=" + string(area) }

// Municipalities is the address that offers municipalities.
const Municipalities = "/choose/municipalities"

// municipalities answers GET /choose/municipalities?q=.
func (p *Pages) municipalities(w http.ResponseWriter, r *http.Request) error {
	words, _ := asked(r)
	var all []ui.Option
	for _, m := range directory.FindTowns(words, most+1) {
		all = append(all, ui.Option{Value: m.Code, Label: m.In(), Help: m.Kana})
	}
	return p.answer(w, r, all, nil)
}

// organisations answers GET /choose/organisations?q=&area=.
func (p *Pages) organisations(w http.ResponseWriter, r *http.Request) error {
	words, area := asked(r)
	all, err := p.findOrganisations(r.Context(), web.ActorOf(r.Context()), area, words)
	return p.answer(w, r, all, err)
}

// people answers GET /choose/people?q=&area=.
func (p *Pages) people(w http.ResponseWriter, r *http.Request) error {
	words, area := asked(r)
	all, err := p.findPeople(r.Context(), web.ActorOf(r.Context()), area, words)
	return p.answer(w, r, all, err)
}

func asked(r *http.Request) (words string, area hub.ID) {
	q := r.URL.Query()
	words = strings.ToValidUTF8(strings.ReplaceAll(q.Get("q"), "\x00", ""), "")
	return words[:min(len(words), 300)], hub.ID(q.Get("area"))
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request, all []ui.Option, err error) error {
	if err != nil {
		return err
	}
	more := len(all) > most
	return web.Render(w, r, http.StatusOK, ui.PickOptions(all[:min(most, len(all))], more))
}

func (p *Pages) findOrganisations(ctx context.Context, a hub.Actor, area hub.ID, words string) (out []ui.Option, err error) {
	found, err := p.Directory.FindOrganisations(ctx, a, area, words, most+1)
	for _, v := range found {
		out = append(out, organisation(ctx, v))
	}
	return out, err
}

func (p *Pages) findPeople(ctx context.Context, a hub.Actor, area hub.ID, words string) (out []ui.Option, err error) {
	found, err := p.Directory.FindPeople(ctx, a, area, words, most+1)
	for _, v := range found {
		out = append(out, person(ctx, v, hub.DateOf(p.Clock.Now())))
	}
	return out, err
}

func organisation(ctx context.Context, v directory.OrganisationView) ui.Option {
	help := []string{i18n.T(ctx, "organisation_kind."+string(v.Kind)), i18n.Text(ctx, directory.PrefectureName(v.Prefecture))}
	return ui.Option{Value: string(v.ID), Label: v.Name.In(hub.JA), Help: joined(help)}
}

func person(ctx context.Context, v directory.PersonView, day hub.Date) ui.Option {
	f, _ := v.Current(day)
	where := f.Name
	if n, ok := v.Organisations[f.Organisation]; ok {
		where = i18n.Text(ctx, n)
	}
	return ui.Option{Value: string(v.ID), Label: v.Name, Help: joined([]string{where, f.Department, i18n.Text(ctx, f.Title)})}
}

func joined(parts []string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "　")
}
