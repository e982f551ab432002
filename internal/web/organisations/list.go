package organisations

import (
	"context"
	"net/http"
	"slices"
	"strconv"

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
	query  directory.OrganisationQuery
	rows   []directory.OrganisationView
	next   string
	total  int
	facets []ui.Facet
	day    hub.Date // of which standings are told
	areas  areas
	staff  bool
	bin    bool
	tabs   lists.Tabs
}

// list answers GET /organisations: everyone sees what he may.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	l, err := p.reading(r)
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
	if l.rows, l.next, err = p.Directory.Organisations.List(ctx, a, l.query, l.list.Page); err != nil {
		return err
	}
	counts, err := p.Directory.Organisations.Count(ctx, a, l.query)
	if err != nil {
		return err
	}
	l.total, l.facets = counts.Total, p.facets(ctx, counts, l.areas)
	return web.Render(w, r, http.StatusOK, listPage(&l))
}

var sorts = []string{directory.ByName, directory.ByKind, directory.ByPrefecture, directory.ByUpdated}

// read turns the address into a query. An area is named by its slug; a day that
// cannot be read is today.
func (p *Pages) read(r *http.Request, areas areas) listing {
	l := listing{list: web.ReadList(r, sorts, append([]string{"kind", "prefecture", "standing", "area", "on", "bin"}, lists.Params...)), day: p.today()}
	l.bin = l.list.Address.Has("bin", "1")
	q := directory.OrganisationQuery{
		Words: l.list.Words, Sort: l.list.Sort, Down: l.list.Down, Prefectures: l.list.Filter("prefecture"), Withdrawn: l.bin,
	}
	for _, k := range l.list.Filter("kind") {
		q.Kinds = append(q.Kinds, directory.OrganisationKind(k))
	}
	for _, s := range l.list.Filter("standing") {
		q.Standings = append(q.Standings, directory.Standing(s))
	}
	for _, slug := range l.list.Filter("area") {
		if id, ok := areas.id[slug]; ok {
			q.Areas = append(q.Areas, id)
		}
	}
	for _, on := range l.list.Filter("on") {
		if d, err := hub.ParseDate(on); err == nil {
			q.On, l.day = d, d
		}
	}
	l.query = q
	return l
}

func (p *Pages) facets(ctx context.Context, f directory.Facets, areas areas) []ui.Facet {
	facet := func(name string, counts map[string]int, values []string, label func(string) string) ui.Facet {
		out := ui.Facet{Name: name, Title: field(ctx, name)}
		for _, v := range values {
			if n := counts[v]; n > 0 {
				out.Values = append(out.Values, ui.FacetValue{Value: v, Label: label(v), Count: n})
			}
		}
		return out
	}
	word := func(prefix string) func(string) string {
		return func(v string) string { return i18n.T(ctx, prefix+v) }
	}
	var kinds, prefectures, standings, slugs []string
	for _, k := range directory.OrganisationKinds {
		kinds = append(kinds, string(k))
	}
	for _, x := range directory.Prefectures {
		prefectures = append(prefectures, x.Code)
	}
	// The most numerous prefectures come first: a hub works in a few of them.
	slices.SortStableFunc(prefectures, func(a, b string) int { return f.Values["prefecture"][b] - f.Values["prefecture"][a] })
	for _, s := range directory.Standings {
		standings = append(standings, string(s))
	}
	bySlug := map[string]int{}
	for _, x := range areas.all {
		slugs = append(slugs, x.Slug)
		bySlug[x.Slug] = f.Values["area"][string(x.ID)]
	}
	out := []ui.Facet{
		facet("standing", f.Values["standing"], standings, word("directory.standing_")),
		facet("area", bySlug, slugs, func(slug string) string { return i18n.Text(ctx, areas.name[areas.id[slug]]) }),
		facet("kind", f.Values["kind"], kinds, word("organisation_kind.")),
		facet("prefecture", f.Values["prefecture"], prefectures, func(code string) string { return prefecture(ctx, code) }),
	}
	// Members of a day: the ends of the last fiscal years; any other by the address.
	on := ui.Facet{Name: "on", Title: i18n.T(ctx, "organisations.on")}
	year := int(p.today().FiscalYear())
	for y := year - 1; y >= year-4; y-- {
		d := hub.Date(strconv.Itoa(y+1) + "-03-31")
		on.Values = append(on.Values, ui.FacetValue{Value: string(d), Label: i18n.DateColumn(ctx, d), Count: -1})
	}
	return append(out, on)
}

func (l *listing) at(path string) string {
	a := l.list.Address
	a.Path = path
	return a.After("").String()
}
