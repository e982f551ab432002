package people

import (
	"context"
	"net/http"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// listing is one page of the list with what stands around it.
type listing struct {
	list   web.List
	query  directory.PersonQuery
	rows   []directory.PersonView
	next   string
	total  int
	facets []ui.Facet
	day    hub.Date
	areas  map[hub.ID]hub.Text
	staff  bool
	bin    bool
	tabs   lists.Tabs
}

// list answers GET /people: everyone sees whom he may.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	l, all, err := p.reading(r)
	if err != nil {
		return err
	}
	var redirect string
	if l.tabs, redirect, err = p.Lists.Open(ctx, a, Section, l.list.Address); err != nil {
		return err
	}
	if redirect != "" {
		return web.Redirect(w, r, redirect)
	}
	if l.rows, l.next, err = p.Directory.People.List(ctx, a, l.query, l.list.Page); err != nil {
		return err
	}
	counts, err := p.Directory.People.Count(ctx, a, l.query)
	if err != nil {
		return err
	}
	l.total = counts.Total
	if l.facets, err = p.facets(ctx, a, counts, all, l.list.Filter("organisation")); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(&l))
}

// reading is a list as the address asks for it, before its rows are read.
func (p *Pages) reading(r *http.Request) (l listing, all []account.Area, err error) {
	all, names, err := p.areas(r.Context())
	if err != nil {
		return l, nil, err
	}
	l = p.read(r, all)
	l.areas = names
	l.staff = len(web.ActorOf(r.Context()).Areas(hub.Role.Staff)) > 0
	return l, all, nil
}

var sorts = []string{directory.ByName, directory.ByKind, directory.ByUpdated}

func (p *Pages) read(r *http.Request, areas []account.Area) listing {
	l := listing{list: web.ReadList(r, sorts, append([]string{"kind", "area", "organisation", "bin"}, lists.Params...)), day: p.today()}
	l.bin = l.list.Address.Has("bin", "1")
	q := directory.PersonQuery{Words: l.list.Words, Sort: l.list.Sort, Down: l.list.Down, Withdrawn: l.bin}
	for _, k := range l.list.Filter("kind") {
		q.Kinds = append(q.Kinds, directory.PersonKind(k))
	}
	for _, x := range areas {
		if slices.Contains(l.list.Filter("area"), x.Slug) {
			q.Areas = append(q.Areas, x.ID)
		}
	}
	for _, o := range l.list.Filter("organisation") {
		if id := hub.ID(o); id.Valid() {
			q.Organisations = append(q.Organisations, id)
		}
	}
	l.query = q
	return l
}

func (p *Pages) facets(ctx context.Context, a hub.Actor, f directory.Facets, areas []account.Area, chosen []string) ([]ui.Facet, error) {
	kind := ui.Facet{Name: "kind", Title: field(ctx, "person_kind")}
	for _, k := range directory.PersonKinds {
		if n := f.Values["kind"][string(k)]; n > 0 {
			kind.Values = append(kind.Values, ui.FacetValue{Value: string(k), Label: kindWord(ctx, k), Count: n})
		}
	}
	area := ui.Facet{Name: "area", Title: field(ctx, "area")}
	for _, x := range areas {
		if n := f.Values["area"][string(x.ID)]; n > 0 {
			area.Values = append(area.Values, ui.FacetValue{Value: x.Slug, Label: i18n.Text(ctx, x.Name), Count: n})
		}
	}
	organisation := ui.Facet{Name: "organisation", Title: field(ctx, "affiliation")}
	var ids []hub.ID
	for id := range f.Values["organisation"] {
		ids = append(ids, hub.ID(id))
	}
	for _, id := range chosen { // what narrows the list is shown though it counts nobody
		if !slices.Contains(ids, hub.ID(id)) {
			ids = append(ids, hub.ID(id))
		}
	}
	names, err := p.Directory.Names(ctx, a, ids)
	for _, id := range ids {
		if n, ok := names[id]; ok {
			organisation.Values = append(organisation.Values, ui.FacetValue{Value: string(id), Label: i18n.Text(ctx, n), Count: f.Values["organisation"][string(id)]})
		}
	}
	slices.SortFunc(organisation.Values, func(a, b ui.FacetValue) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		if a.Value < b.Value {
			return -1
		}
		return 1
	})
	return []ui.Facet{kind, area, organisation}, err
}
