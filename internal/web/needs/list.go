package needs

import (
	"context"
	"net/http"
	"slices"

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
	sorts   = []string{"title", "updated", "deadline"}
	filters = []string{"kind_of_need", "field", "state", "prefecture", "form", "area", "scope"}
)

// listing is a page of needs with everything drawn around it.
type listing struct {
	list   web.List
	result search.Result
	views  []catalogue.View[catalogue.Need]
	orgs   map[hub.ID]hub.Text
	areas  map[hub.ID]hub.Text
	facets []ui.Facet
	tabs   lists.Tabs
	reader hub.Actor
	bulk   bool // the reader may change many at once
}

// list answers GET /needs.
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
	return len(a.Areas(func(r hub.Role) bool { return r.Staff() || r.Member() })) > 0
}

// find asks the index for the page and the catalogue for its rows.
func (p *Pages) find(r *http.Request, list web.List) (l listing, err error) {
	ctx := r.Context()
	a := web.ActorOf(ctx)
	l.list = list
	q := search.Query{
		Text: list.Words, Sort: sortOf(list), After: list.Page.After, Limit: list.Page.Limit,
		Filter: search.Filter{Kinds: []string{"need"}, Any: map[string][]string{}},
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
	if l.views, err = p.Catalogue.Needs.Rows(ctx, a, ids); err != nil {
		return l, err
	}
	if l.orgs, err = p.Directory.Organisations.Names(ctx, a, organisations(l.views)); err != nil {
		return l, err
	}
	l.facets = p.facets(ctx, a, l, areas)
	return l, nil
}

func (p *Pages) facets(ctx context.Context, a hub.Actor, l listing, areas map[string]hub.Text) []ui.Facet {
	word := func(family string) func(string) string {
		return func(code string) string { return records.Word(ctx, family, code) }
	}
	specs := []records.FacetSpec{
		{Name: "kind_of_need", Title: i18n.T(ctx, "need.kind"), Label: word("need_kind")},
		{Name: "field", Title: i18n.T(ctx, "need.fields"), Label: word("field")},
		{Name: "state", Title: i18n.T(ctx, "need.state"), Label: word("need_state"), Order: states()},
		{Name: "prefecture", Title: i18n.T(ctx, "need.prefecture"), Label: func(code string) string { return i18n.Text(ctx, directory.PrefectureName(code)) }},
		{Name: "form", Title: i18n.T(ctx, "need.forms"), Label: word("form")},
		{Name: "area", Title: i18n.T(ctx, "need.area"), Label: func(slug string) string { return i18n.Text(ctx, areas[slug]) }},
	}
	if a.Kind == hub.User {
		specs = append(specs, records.FacetSpec{Name: "scope", Title: i18n.T(ctx, "scope.label"), Label: word("scope")})
	}
	return records.Facets(l.result.Facets, specs)
}

func states() (out []string) {
	for _, s := range catalogue.NeedStates {
		out = append(out, string(s))
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
