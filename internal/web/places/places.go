// Package places is the page /places: where organisations, seeds and needs are,
// by prefecture, as a map of squares and as a table. It counts what the reader
// may see, as the lists do to which it leads.
package places

import (
	"context"
	"net/http"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in tests; it has no place in the navigation.
const Section = "places"

// Pages are the pages of the section.
type Pages struct{ Search *search.Service }

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{{Method: http.MethodGet, Pattern: "/places", Handler: p.show, Section: Section, Public: true}}
}

// kinds are what can be looked at, each with the list it leads to. Seeds stand
// where their institution is, needs where the need is.
var kinds = []struct{ kind, list string }{{"organisation", "/organisations"}, {"seed", "/seeds"}, {"need", "/needs"}}

// places is one kind of record by prefecture.
type places struct {
	kind, list string
	tiles      []ui.Tile // in the order of their codes
	placed     int       // records that have a place
	total      int
}

// show answers GET /places?kind=, of organisations when no kind is named.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	x := places{kind: kinds[0].kind, list: kinds[0].list}
	for _, k := range kinds {
		if k.kind == r.URL.Query().Get("kind") {
			x.kind, x.list = k.kind, k.list
		}
	}
	found, err := p.Search.Search(ctx, web.ActorOf(ctx), search.Query{
		Filter: search.Filter{Kinds: []string{x.kind}}, Facets: []string{"prefecture"}, Limit: 1,
	})
	if err != nil {
		return err
	}
	x.total = found.Total
	counts := map[string]int{}
	for _, c := range found.Facets["prefecture"] {
		counts[c.Value] = c.N
	}
	for _, pref := range directory.Prefectures {
		n := counts[pref.Code]
		x.placed += n
		x.tiles = append(x.tiles, ui.Tile{
			Code: pref.Code, Label: short(ctx, pref), Name: i18n.Text(ctx, pref.Name), Count: n, Href: x.list + "?prefecture=" + pref.Code,
		})
	}
	return web.Render(w, r, http.StatusOK, page(x))
}

func short(ctx context.Context, p directory.Prefecture) string {
	if i18n.Lang(ctx) == hub.EN {
		return p.Name.EN[:min(len(p.Name.EN), 6)]
	}
	return directory.ShortPrefecture(p.Name.JA)
}

// ranked gives the prefectures that have any, the most numerous first.
func (x places) ranked() []ui.Tile {
	out := slices.DeleteFunc(slices.Clone(x.tiles), func(t ui.Tile) bool { return t.Count == 0 })
	slices.SortStableFunc(out, func(a, b ui.Tile) int { return b.Count - a.Count })
	return out
}
