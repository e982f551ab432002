package enquiries

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// setting is how an area takes enquiries, as its office sees it.
type setting struct {
	area    account.Area
	form    *ui.Form
	reasons *ui.Form
	rows    int
	median  *enquiry.Median
}

// settingsHref is the address of an area's settings.
func settingsHref(slug string) string { return "/areas/" + slug + "/enquiries" }

func (p *Pages) office(r *http.Request) (account.Area, error) {
	area, err := p.Accounts.AreaBySlug(r.Context(), r.PathValue("slug"))
	if err == nil && !enquiry.MaySet(web.ActorOf(r.Context()), area.ID) {
		err = hub.Errorf(hub.NotFound, "error.not_found")
	}
	return area, err
}

// settings answers GET /areas/{slug}/enquiries.
func (p *Pages) settings(w http.ResponseWriter, r *http.Request) error {
	area, err := p.office(r)
	if err != nil {
		return err
	}
	return p.drawSettings(w, r, http.StatusOK, area, nil, nil)
}

func (p *Pages) drawSettings(w http.ResponseWriter, r *http.Request, status int, area account.Area, form, reasons *ui.Form) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x := setting{area: area, form: form, reasons: reasons}
	if form == nil {
		set, err := p.Enquiry.Settings(ctx, area.ID)
		if err != nil {
			return err
		}
		x.form = ui.NewForm("days", strconv.Itoa(set.Days), "version", strconv.Itoa(set.Version)).SetText("lead", set.Lead).SetText("signature", set.Signature)
		if !set.Shut {
			x.form.Set("open", "1")
		}
		if set.ShowMedian {
			x.form.Set("median", "1")
		}
	}
	if reasons == nil {
		own, err := p.Enquiry.Reasons(ctx, area.ID)
		if err != nil {
			return err
		}
		if len(own) == 0 {
			for _, code := range enquiry.Standard {
				ja, en := i18n.With(ctx, hub.JA), i18n.With(ctx, hub.EN)
				own = append(own, enquiry.Reason{
					Code:  code,
					Label: hub.Text{JA: i18n.T(ja, "enquiries.reason_"+code), EN: i18n.T(en, "enquiries.reason_"+code)},
					Body:  hub.Text{JA: lines(i18n.T(ja, "enquiries.reason_body_"+code)), EN: lines(i18n.T(en, "enquiries.reason_body_"+code))},
				})
			}
		}
		x.reasons = ui.NewForm()
		for i, reason := range own {
			n := strconv.Itoa(i)
			x.reasons.Set("code."+n, reason.Code).SetText("label."+n, reason.Label).SetText("body."+n, reason.Body)
		}
		x.rows = len(own) + 1
	} else {
		x.rows, _ = strconv.Atoi(reasons.Get("rows"))
		x.rows = max(1, min(x.rows, 21))
	}
	m, ok, err := p.Enquiry.Median(ctx, a, area.ID)
	if ok {
		x.median = &m
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, status, settingsPage(x))
}

// set answers POST /areas/{slug}/enquiries.
func (p *Pages) set(w http.ResponseWriter, r *http.Request) error {
	area, err := p.office(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, _ := strconv.Atoi(f.Get("version"))
	set := enquiry.Settings{
		Area: area.ID, Shut: !f.Bool("open"), Days: int(f.Int("days")), ShowMedian: f.Bool("median"),
		Lead: f.Bilingual("lead"), Signature: f.Bilingual("signature"), Version: v,
	}
	if err = f.Err(); err == nil {
		err = p.Enquiry.Set(r.Context(), web.ActorOf(r.Context()), set)
	}
	if f.Take(err) {
		return p.drawSettings(w, r, http.StatusUnprocessableEntity, area, f, nil)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, settingsHref(area.Slug), "record.saved")
}

// setReasons answers POST /areas/{slug}/enquiries/reasons. A row without a label
// is taken out.
func (p *Pages) setReasons(w http.ResponseWriter, r *http.Request) error {
	area, err := p.office(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	rows, _ := strconv.Atoi(f.Get("rows"))
	var list []enquiry.Reason
	for i := range max(0, min(rows, 21)) {
		n := strconv.Itoa(i)
		x := enquiry.Reason{Code: f.Get("code." + n), Label: f.Bilingual("label." + n), Body: f.Bilingual("body." + n)}
		if !x.Label.Empty() {
			list = append(list, x)
		}
	}
	if err = f.Err(); err == nil {
		err = p.Enquiry.SetReasons(r.Context(), web.ActorOf(r.Context()), area.ID, list)
	}
	if f.Take(err) {
		return p.drawSettings(w, r, http.StatusUnprocessableEntity, area, nil, f)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, settingsHref(area.Slug), "record.saved")
}
