package seeds

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// showing is a seed on its page.
type showing = records.Showing[catalogue.Seed]

// mostPrinted bounds a booklet, which is made to be read on paper.
const mostPrinted = 300

// booklet answers GET /seeds/booklet: the public seeds of the list as asked for,
// one after another on A4 (シーズ集).
func (p *Pages) booklet(w http.ResponseWriter, r *http.Request) error {
	var all []showing
	areas, err := p.AreaNames(r.Context())
	if err != nil {
		return err
	}
	l := &listing{}
	err = p.every(r, l, func(v view) error {
		if v.Entry.Scope == hub.Public && len(all) < mostPrinted {
			all = append(all, showing{View: v, Orgs: l.orgs, Areas: areas})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, bookletPage(all, p.Today(), records.Address(r, "/seeds")))
}
