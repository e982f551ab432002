package portal

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// home is what the portal of an area shows.
type home struct {
	area    account.Area
	needs   []ui.Example
	seeds   []ui.Example
	fields  []ui.Link
	nNeeds  int
	nSeeds  int
	members directory.Growth
	// preparing says that the search is not ready, so that nothing is listed yet.
	preparing bool
	// promise says by when an enquiry is answered; "" when none is taken.
	promise string
}

// area answers GET /areas/{slug}.
func (p *Pages) area(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	area, err := p.Accounts.AreaBySlug(ctx, r.PathValue("slug"))
	if err != nil {
		return err
	}
	h := home{area: area, preparing: !p.Search.Ready()}
	if p.Promise != nil {
		if h.promise, err = p.Promise(ctx, area.ID); err != nil {
			return err
		}
	}
	ids, needs, err := p.find(ctx, "need", area.ID)
	if err != nil {
		return err
	}
	if h.needs, err = p.needs(ctx, ids); err != nil {
		return err
	}
	ids, seeds, err := p.find(ctx, "seed", area.ID, "field")
	if err != nil {
		return err
	}
	if h.seeds, err = p.seeds(ctx, ids); err != nil {
		return err
	}
	h.nNeeds, h.nSeeds = needs.Total, seeds.Total
	h.fields = fields(r, area.Slug, seeds)
	today := hub.DateOf(p.Clock.Now())
	h.members, err = p.Directory.Memberships.Growth(ctx, web.ActorOf(ctx), area.ID, []hub.Date{yearsBefore(today, 2), yearsBefore(today, 1), today})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, areaPage(h))
}

// fields gives the fields of research that the area has seeds in, the fullest
// first, as ways into the list.
func fields(r *http.Request, slug string, found search.Result) []ui.Link {
	var out []ui.Link
	for _, c := range found.Facets["field"] {
		if c.N == 0 || len(out) == 16 {
			continue
		}
		a := ui.Address{Path: "/seeds"}.Set("area", slug).Set("field", c.Value)
		out = append(out, ui.Link{Label: i18n.T(r.Context(), "portal.field", "field", word(r.Context(), "field", c.Value), "n", c.N), Href: a.String()})
	}
	return out
}

func yearsBefore(d hub.Date, n int) hub.Date { return hub.DateOf(d.Time().AddDate(-n, 0, 0)) }

// list gives the address of a section's list, narrowed to the area.
func (h home) list(path string) string {
	return ui.Address{Path: path}.Set("area", h.area.Slug).String()
}
