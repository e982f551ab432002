package seeds

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// mostPrinted bounds a booklet, which is made to be read on paper.
const mostPrinted = 300

// sheet answers GET /seeds/{id}/print: the summary layer on A4.
func (p *Pages) sheet(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	v, err := p.Catalogue.Seeds.Get(ctx, a, id)
	if err != nil {
		return err
	}
	x := page{view: v}
	if x.orgs, err = p.Directory.Organisations.Names(ctx, a, []hub.ID{v.Entry.Organisation}); err != nil {
		return err
	}
	if x.areas, err = p.AreaNames(ctx); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, sheetPage(x, p.Today(), records.Address(r, href(id))))
}

// booklet answers GET /seeds/booklet: the public seeds of the list as asked for,
// one after another on A4 (シーズ集).
func (p *Pages) booklet(w http.ResponseWriter, r *http.Request) error {
	var all []page
	areas, err := p.AreaNames(r.Context())
	if err != nil {
		return err
	}
	err = p.every(r, func(v catalogue.View[catalogue.Seed], orgs map[hub.ID]hub.Text) error {
		if v.Entry.Scope == hub.Public && len(all) < mostPrinted {
			all = append(all, page{view: v, orgs: orgs, areas: areas})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, bookletPage(all, p.Today(), records.Address(r, "/seeds")))
}
