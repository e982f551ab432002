package organisations

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	timeline "github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// page is an organisation with what stands around it.
type page struct {
	view     directory.OrganisationView
	areas    areas
	mine     []ui.Option // areas in whose name the reader may add to it
	contacts []directory.Contact
	contact  *ui.Form // refused, to be shown again; else nil
	people   []directory.PersonView
	more     bool // there are more people than shown
	seeds    []catalogue.View[catalogue.Seed]
	needs    []catalogue.View[catalogue.Need]
	lines    timeline.Lines
	day      hub.Date
	reader   hub.Actor
}

// Related records shown on an organisation's page.
const related = 10

// show answers GET /organisations/{id}.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, id, nil)
}

// render draws an organisation's page, with the contact form as it was typed
// when that was refused.
func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, id hub.ID, contact *ui.Form) (err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x := page{day: p.today(), reader: a, contact: contact}
	if x.view, err = p.Directory.Organisations.Get(ctx, a, id); err != nil {
		return err
	}
	if x.areas, err = p.areas(ctx); err != nil {
		return err
	}
	x.mine = x.areas.mine(ctx, a)
	if x.contacts, err = p.Directory.Contacts.Of(ctx, a, id); err != nil {
		return err
	}
	next := ""
	if x.people, next, err = p.Directory.People.List(ctx, a, directory.PersonQuery{Organisations: []hub.ID{id}}, hub.Page{Limit: 2 * related}); err != nil {
		return err
	}
	x.more = next != ""
	if x.seeds, err = p.Catalogue.Seeds.OfOrganisation(ctx, a, id, related); err != nil {
		return err
	}
	if x.needs, err = p.Catalogue.Needs.OfOrganisation(ctx, a, id, related); err != nil {
		return err
	}
	if x.lines, err = p.Lines.Of(ctx, a, subject(x.view)); err != nil {
		return err
	}
	return web.Render(w, r, status, showPage(x))
}
