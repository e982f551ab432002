package people

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	timeline "github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// page is a person with what stands around it.
type page struct {
	view     directory.PersonView
	area     hub.Text
	contacts []directory.Contact
	contact  *ui.Form // refused, to be shown again; else nil
	seeds    []catalogue.View[catalogue.Seed]
	needs    []catalogue.View[catalogue.Need]
	lines    timeline.Lines
	day      hub.Date
}

// Related records shown on a person's page.
const related = 10

// show answers GET /people/{id}.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, id, nil)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, id hub.ID, contact *ui.Form) (err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x := page{day: p.today(), contact: contact}
	if x.view, err = p.Directory.People.Get(ctx, a, id); err != nil {
		return err
	}
	_, names, err := p.areas(ctx)
	if err != nil {
		return err
	}
	x.area = names[x.view.Area]
	if x.contacts, err = p.Directory.Contacts.Of(ctx, a, id); err != nil {
		return err
	}
	if x.seeds, err = p.Catalogue.Seeds.OfPerson(ctx, a, id, related); err != nil {
		return err
	}
	if x.needs, err = p.Catalogue.Needs.OfPerson(ctx, a, id, related); err != nil {
		return err
	}
	if x.lines, err = p.Lines.Of(ctx, a, subject(a, x.view)); err != nil {
		return err
	}
	return web.Render(w, r, status, showPage(x))
}
