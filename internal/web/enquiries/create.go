package enquiries

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// entering is the form by which somebody enters what another asked.
type entering struct {
	form  *ui.Form
	areas []ui.Option
	staff bool // else a bank for its client
}

// create answers GET /enquiries/new.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	f := ui.NewForm("source", string(enquiry.Phone), "take", "1", "area", r.URL.Query().Get("area"))
	return p.drawForm(w, r, http.StatusOK, f)
}

func (p *Pages) drawForm(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x := entering{form: f}
	all, err := p.Accounts.Areas(ctx)
	if err != nil {
		return err
	}
	for _, area := range all {
		if area.Slug == f.Get("area") {
			f.Set("area", string(area.ID))
		}
		if a.StaffOf(area.ID) || a.Has(hub.Finance, area.ID) {
			x.areas = append(x.areas, ui.Option{Value: string(area.ID), Label: i18n.Text(ctx, area.Name)})
			x.staff = x.staff || a.StaffOf(area.ID)
		}
	}
	if len(x.areas) == 0 {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return web.Render(w, r, status, formPage(x))
}

// created answers POST /enquiries/new.
func (p *Pages) created(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	q := enquiry.Question{
		Area: hub.ID(f.Get("area")), Words: f.Text("words"), Language: i18n.Lang(ctx), Source: enquiry.Source(f.Get("source")),
		Anonymous: f.Bool("anonymous"), MayForward: f.Bool("forward"), Consent: consent(f.Text, f.Date("consent_on")),
		Asker: enquiry.Asker{Name: f.Text("name"), Body: f.Text("body"), Mail: f.Text("mail"), Phone: f.Text("phone")},
	}
	if f.Bool("take") && a.StaffOf(q.Area) {
		q.Assignee = a.User
	}
	var e enquiry.Enquiry
	if err = f.Err(); err == nil {
		e, _, err = p.Enquiry.Enter(ctx, a, q)
	}
	if f.Take(err) {
		return p.drawForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(e.ID), "enquiries.entered", "day", e.Due)
}

func sources(ctx context.Context) (out []ui.Option) {
	for _, s := range enquiry.ByHand {
		out = append(out, ui.Option{Value: string(s), Label: i18n.T(ctx, "enquiry.source_"+string(s))})
	}
	return out
}
