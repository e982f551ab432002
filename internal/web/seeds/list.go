package seeds

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

var (
	sorts   = []string{"title", "updated", "trl"}
	filters = []string{"field", "state", "trl", "form", "organisation", "prefecture", "area", "scope"}
)

// listing is a page of seeds with everything drawn around it.
type listing struct {
	list   web.List
	result search.Result
	views  []catalogue.View[catalogue.Seed]
	orgs   map[hub.ID]hub.Text
	areas  map[hub.ID]hub.Text
	facets []ui.Facet
	tabs   lists.Tabs
	reader hub.Actor
	bulk   bool // the reader may change many at once
}

// list answers GET /seeds.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	at := p.read(r)
	tabs, redirect, err := p.Lists.Open(r.Context(), web.ActorOf(r.Context()), Section, at.Address)
	if err != nil {
		return err
	}
	if redirect != "" {
		return web.Redirect(w, r, redirect)
	}
	l, err := p.find(r, at)
	if err != nil {
		return err
	}
	l.tabs, l.reader = tabs, web.ActorOf(r.Context())
	l.bulk = records.MayBulk(l.reader)
	return web.Render(w, r, http.StatusOK, listPage(&l, mayAdd(l.reader)))
}

func (p *Pages) read(r *http.Request) web.List {
	return web.ReadList(r, sorts, append(slices.Clone(filters), lists.Params...))
}

func mayAdd(a hub.Actor) bool {
	return len(a.Areas(func(r hub.Role) bool { return r.Staff() || r == hub.Researcher })) > 0
}

// find asks the index for the page and the catalogue for its rows.
func (p *Pages) find(r *http.Request, list web.List) (l listing, err error) {
	ctx := r.Context()
	a := web.ActorOf(ctx)
	l.list = list
	q := search.Query{
		Text: list.Words, Sort: sortOf(list), After: list.Page.After, Limit: list.Page.Limit,
		Filter: search.Filter{Kinds: []string{"seed"}, Any: map[string][]string{}},
		Facets: filters,
	}
	for _, name := range filters {
		if v := list.Filter(name); len(v) > 0 {
			q.Any[name] = v
		}
	}
	if l.areas, err = p.AreaNames(ctx); err != nil {
		return l, err
	}
	var areas map[string]hub.Text
	if l.result, areas, err = p.Find(ctx, a, q); err != nil {
		return l, err
	}
	ids := make([]hub.ID, len(l.result.Hits))
	for i, h := range l.result.Hits {
		ids[i] = h.ID
	}
	if l.views, err = p.Catalogue.Seeds.Rows(ctx, a, ids); err != nil {
		return l, err
	}
	if l.orgs, err = p.names(ctx, a, l); err != nil {
		return l, err
	}
	l.facets = p.facets(ctx, a, l, areas)
	return l, nil
}

// mostInstitutions is how many institutions the facet names, those with the
// most seeds first; the search box finds the others.
const mostInstitutions = 40

// names gives the names of the organisations on the page and in the facet.
func (p *Pages) names(ctx context.Context, a hub.Actor, l listing) (map[hub.ID]hub.Text, error) {
	ids := organisations(l.views)
	for i, c := range l.result.Facets["organisation"] {
		if i < mostInstitutions || slices.Contains(l.list.Filter("organisation"), c.Value) {
			ids = append(ids, hub.ID(c.Value))
		}
	}
	return p.Directory.Organisations.Names(ctx, a, ids)
}

func (p *Pages) facets(ctx context.Context, a hub.Actor, l listing, areas map[string]hub.Text) []ui.Facet {
	word := func(family string) func(string) string {
		return func(code string) string { return records.Word(ctx, family, code) }
	}
	named := func(names map[hub.ID]hub.Text) func(string) string {
		return func(id string) string { return i18n.Text(ctx, names[hub.ID(id)]) }
	}
	specs := []records.FacetSpec{
		{Name: "field", Title: i18n.T(ctx, "seed.fields"), Label: word("field")},
		{Name: "trl", Title: i18n.T(ctx, "seed.trl"), Label: func(v string) string { return "TRL " + v }, Order: levels()},
		{Name: "form", Title: i18n.T(ctx, "seed.forms"), Label: word("form")},
		{Name: "organisation", Title: i18n.T(ctx, "seed.organisation"), Label: named(l.orgs)},
		{Name: "prefecture", Title: i18n.T(ctx, "seed.prefecture"), Label: func(code string) string { return i18n.Text(ctx, directory.PrefectureName(code)) }},
		{Name: "area", Title: i18n.T(ctx, "seed.area"), Label: func(slug string) string { return i18n.Text(ctx, areas[slug]) }},
	}
	if a.Kind == hub.User {
		var states []string
		for _, s := range catalogue.SeedStates {
			states = append(states, string(s))
		}
		specs = append(specs,
			records.FacetSpec{Name: "state", Title: i18n.T(ctx, "seed.state"), Label: word("seed_state"), Order: states},
			records.FacetSpec{Name: "scope", Title: i18n.T(ctx, "scope.label"), Label: word("scope")})
	}
	return records.Facets(l.result.Facets, specs)
}

func levels() (out []string) {
	for n := 9; n >= 1; n-- {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// sortOf turns the address's sort into the search's.
func sortOf(l web.List) string {
	if l.Sort == "" {
		return ""
	}
	if l.Down {
		return "-" + l.Sort
	}
	return l.Sort
}
