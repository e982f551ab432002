package projects

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

var (
	sorts   = []string{"title", "updated", "trl"}
	filters = []string{"state", "type", "field", "issue", "origin", "area", "scope"}
)

// listing is a page of projects with everything drawn around it.
type listing struct {
	list    web.List
	result  search.Result
	views   []catalogue.View[project.Project]
	orgs    map[hub.ID]hub.Text
	people  map[hub.ID]string
	schemes map[hub.ID]project.Scheme
	facets  []ui.Facet
	mayAdd  bool
}

// list answers GET /projects.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	l, err := p.find(r, web.ReadList(r, sorts, filters))
	if err != nil {
		return err
	}
	l.mayAdd = len(web.ActorOf(r.Context()).Areas(hub.Role.Staff)) > 0
	return web.Render(w, r, http.StatusOK, listPage(l))
}

// find asks the index for the page and the room for its rows.
func (p *Pages) find(r *http.Request, list web.List) (l listing, err error) {
	ctx := r.Context()
	a := web.ActorOf(ctx)
	l.list = list
	q := search.Query{
		Text: list.Words, Sort: list.Sort, After: list.Page.After, Limit: list.Page.Limit,
		Filter: search.Filter{Kinds: []string{project.Kind}, Any: map[string][]string{}}, Facets: filters,
	}
	if list.Sort != "" && list.Down {
		q.Sort = "-" + list.Sort
	}
	for _, name := range filters {
		if v := list.Filter(name); len(v) > 0 {
			q.Any[name] = v
		}
	}
	var areas map[string]hub.Text
	if l.result, areas, err = p.Find(ctx, a, q); err != nil {
		return l, err
	}
	ids := make([]hub.ID, len(l.result.Hits))
	for i, h := range l.result.Hits {
		ids[i] = h.ID
	}
	if l.views, err = p.Projects.Rows(ctx, a, ids); err != nil {
		return l, err
	}
	if err := p.name(ctx, a, &l); err != nil {
		return l, err
	}
	l.facets = facets(ctx, a, l, areas)
	return l, nil
}

// name fetches the names that the rows need, each kind with one query.
func (p *Pages) name(ctx context.Context, a hub.Actor, l *listing) (err error) {
	var orgs, persons []hub.ID
	for _, v := range l.views {
		if v.Entry.Organisation != "" {
			orgs = append(orgs, v.Entry.Organisation)
		}
		persons = append(persons, v.Entry.Coordinator)
	}
	if l.orgs, err = p.Directory.Organisations.Names(ctx, a, orgs); err != nil {
		return err
	}
	if l.people, err = p.PersonNames(ctx, a, persons); err != nil {
		return err
	}
	l.schemes, err = p.Projects.Schemes(ctx)
	return err
}

// schemeOf is the scheme of an area: its own, or the default.
func schemeOf(all map[hub.ID]project.Scheme, area hub.ID) project.Scheme {
	if s, ok := all[area]; ok {
		return s
	}
	return project.DefaultScheme(area)
}

func facets(ctx context.Context, a hub.Actor, l listing, areas map[string]hub.Text) []ui.Facet {
	word := func(family string) func(string) string {
		return func(code string) string { return records.Word(ctx, family, code) }
	}
	specs := []records.FacetSpec{
		{Name: "state", Title: i18n.T(ctx, "project.state"), Label: word("project_state"), Order: states()},
		{Name: "type", Title: i18n.T(ctx, "project.type"), Label: word("project_type")},
		{Name: "field", Title: i18n.T(ctx, "need.fields"), Label: word("field")},
		{Name: "issue", Title: i18n.T(ctx, "project.issues")},
		{Name: "origin", Title: i18n.T(ctx, "project.origin"), Label: word("project_origin")},
		{Name: "area", Title: i18n.T(ctx, "need.area"), Label: func(slug string) string { return i18n.Text(ctx, areas[slug]) }},
	}
	if a.Kind == hub.User {
		specs = append(specs, records.FacetSpec{Name: "scope", Title: i18n.T(ctx, "scope.label"), Label: word("scope")})
	}
	return records.Facets(l.result.Facets, specs)
}

// by tells who leads a project, as far as the view shows it.
func by(ctx context.Context, v catalogue.View[project.Project], orgs map[hub.ID]hub.Text) string {
	if t, ok := orgs[v.Entry.Organisation]; ok && v.Entry.Organisation != "" {
		return i18n.Text(ctx, t)
	}
	return v.Entry.Institution
}
