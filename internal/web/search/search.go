// Package search is the page behind the search box: one address for everything
// that can be found, grouped by kind, with the words marked.
//
// The index gives IDs and counts; what is drawn comes from the rooms, which are
// asked again on behalf of the reader.
package search

import (
	"context"
	"net/http"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in navigation and tests; Path its one address.
const (
	Section = "search"
	Path    = "/search"
)

// Pages are the pages of the section.
type Pages struct {
	Search    *search.Service
	Accounts  *account.Service
	Catalogue *catalogue.Service
	Directory *directory.Service
	Projects  *project.Service
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{{Method: http.MethodGet, Pattern: Path, Handler: p.find, Section: Section, Public: true}}
}

// few is how many of each kind stand on the page for all kinds.
const few = 5

// found is what the page shows.
type found struct {
	list   web.List
	total  int
	groups []group
	facets []ui.Facet
	// one tells that a single kind is looked at, in pages.
	one     bool
	next    string
	relaxed bool
}

// group is the hits of one kind.
type group struct {
	kind  string
	total int
	hits  []hit
}

// hit is one record found.
type hit struct {
	href  string
	title ui.Marked
	below ui.Marked // a passage with the words
	by    string    // whose it is, or what sort
}

// find answers GET /search.
func (p *Pages) find(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	f := found{list: web.ReadList(r, nil, []string{"kind", "area", "field"})}
	if f.list.Words == "" {
		return web.Render(w, r, http.StatusOK, page(f))
	}
	areas, err := p.Accounts.Areas(ctx)
	if err != nil {
		return err
	}
	q := p.query(f.list, areas)
	all, err := p.Search.Search(ctx, a, q)
	if err != nil {
		return err
	}
	f.relaxed = all.Relaxed
	f.facets = facets(ctx, all.Facets, areas)
	kinds := f.list.Filter("kind")
	f.one = len(kinds) == 1
	for _, c := range all.Facets["kind"] {
		if len(kinds) == 0 || slices.Contains(kinds, c.Value) {
			f.total += c.N
			f.groups = append(f.groups, group{kind: c.Value, total: c.N})
		}
	}
	order := p.Search.Kinds()
	slices.SortFunc(f.groups, func(x, y group) int { return slices.Index(order, x.kind) - slices.Index(order, y.kind) })
	for i := range f.groups {
		g := &f.groups[i]
		part := q
		part.Kinds, part.Facets, part.Limit = []string{g.kind}, nil, few
		if f.one {
			part.Limit, part.After = f.list.Page.Size(), f.list.Page.After
		}
		res, err := p.Search.Search(ctx, a, part)
		if err != nil {
			return err
		}
		if f.one {
			f.next = res.Next
		}
		if g.hits, err = p.rows(ctx, a, g.kind, res, records.SearchWords(f.list.Words)); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, page(f))
}

// query asks for counts by kind; areas stand in addresses by their slug.
func (p *Pages) query(l web.List, areas []account.Area) search.Query {
	q := search.Query{Text: l.Words, Limit: 1, Facets: []string{"kind", "area", "field"}}
	q.Kinds = l.Filter("kind")
	q.Any = map[string][]string{"field": l.Filter("field")}
	for _, slug := range l.Filter("area") {
		id := hub.ID("-") // an area that does not exist has no records
		for _, x := range areas {
			if x.Slug == slug {
				id = x.ID
			}
		}
		q.Areas = append(q.Areas, id)
	}
	return q
}

func facets(ctx context.Context, counts map[string][]retrieval.Count, areas []account.Area) []ui.Facet {
	var byArea ui.Facet
	byArea.Name, byArea.Title = "area", i18n.T(ctx, "shell.area")
	for _, c := range counts["area"] {
		for _, x := range areas {
			if string(x.ID) == c.Value {
				byArea.Values = append(byArea.Values, ui.FacetValue{Value: x.Slug, Label: i18n.Text(ctx, x.Name), Count: c.N})
			}
		}
	}
	rest := records.Facets(counts, []records.FacetSpec{
		{Name: "kind", Title: i18n.T(ctx, "search.kind"), Label: func(kind string) string { return kindWord(ctx, kind) }},
		{Name: "field", Title: i18n.T(ctx, "search.field"), Label: func(code string) string { return records.Word(ctx, "field", code) }},
	})
	return []ui.Facet{rest[0], byArea, rest[1]}
}

func kindWord(ctx context.Context, kind string) string { return i18n.T(ctx, "search.kind_"+kind) }
