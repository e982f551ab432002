// Package fees is the section /areas/SLUG/fees, 費用の目安: what working together
// costs and takes, what is free and who owns the results, for those who would not
// dare to ask. /fees leads there. Everyone reads it; the office and an
// institution's desk write it.
package fees

import (
	"context"
	"net/http"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in navigation and tests.
const Section = "fees"

// Pages are the pages of the section.
type Pages struct {
	Accounts  *account.Service
	Directory *directory.Service
	Enquiry   *enquiry.Service
	Clock     hub.Clock
}

// Href is the address of an area's fees.
func Href(slug string) string { return "/areas/" + slug + "/fees" }

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section}
	}
	return []web.Route{
		{Method: http.MethodGet, Pattern: "/fees", Handler: p.choose, Section: Section, Public: true},
		{Method: http.MethodGet, Pattern: "/areas/{slug}/fees", Handler: p.show, Section: Section, Public: true},
		{Method: http.MethodGet, Pattern: "/areas/{slug}/fees/new", Handler: p.create, Section: Section},
		post("/areas/{slug}/fees/new", p.created),
		post("/areas/{slug}/fees/{fee}/remove", p.remove),
		post("/areas/{slug}/fees/{fee}/restore", p.restore),
	}
}

// page is an area's fees as one reader sees them.
type page struct {
	area   account.Area
	today  hub.Date
	tables []enquiry.FeeTable
	names  map[hub.ID]hub.Text
	reader hub.Actor
	bodies []ui.Option // for whom the reader may write
}

// choose answers GET /fees.
func (p *Pages) choose(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Accounts.Areas(r.Context())
	if err != nil {
		return err
	}
	if slug := r.URL.Query().Get("area"); slug != "" {
		for _, a := range all {
			if a.Slug == slug {
				return web.Redirect(w, r, Href(slug))
			}
		}
	}
	if len(all) == 1 {
		return web.Redirect(w, r, Href(all[0].Slug))
	}
	return web.Render(w, r, http.StatusOK, choosePage(all))
}

// show answers GET /areas/{slug}/fees.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	x, err := p.load(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, showPage(x))
}

func (p *Pages) load(r *http.Request) (x page, err error) {
	ctx := r.Context()
	x = page{today: hub.DateOf(p.Clock.Now()), reader: web.ActorOf(ctx)}
	if x.area, err = p.Accounts.AreaBySlug(ctx, r.PathValue("slug")); err != nil {
		return x, err
	}
	if x.tables, err = p.Enquiry.Fees(ctx, x.area.ID, x.today); err != nil {
		return x, err
	}
	var ids []hub.ID
	for _, t := range x.tables {
		if t.Organisation != "" {
			ids = append(ids, t.Organisation)
		}
	}
	if x.names, err = p.Directory.Names(ctx, x.reader, ids); err != nil {
		return x, err
	}
	x.tables = slices.DeleteFunc(x.tables, func(t enquiry.FeeTable) bool {
		_, ok := x.names[t.Organisation]
		return t.Organisation != "" && !ok
	})
	x.bodies, err = p.writable(ctx, x.area, x.reader)
	return x, err
}

// writable are those in whose name the reader may write fees.
func (p *Pages) writable(ctx context.Context, area account.Area, a hub.Actor) (out []ui.Option, err error) {
	if a.Kind != hub.User {
		return nil, nil
	}
	if enquiry.MaySet(a, area.ID) {
		out = append(out, ui.Option{Value: "", Label: i18n.Text(ctx, area.Name)})
	}
	var ids []hub.ID
	for _, x := range a.Affiliations {
		ok, err := p.Directory.Memberships.Participates(ctx, x.Organisation, area.ID)
		if err != nil {
			return nil, err
		}
		if ok && enquiry.MayPrice(a, area.ID, x.Organisation) {
			ids = append(ids, x.Organisation)
		}
	}
	if enquiry.MaySet(a, area.ID) {
		members, err := p.Directory.Memberships.Of(ctx, a, area.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			ids = append(ids, m.Organisation)
		}
	}
	names, err := p.Directory.Names(ctx, a, ids)
	seen := map[hub.ID]bool{}
	for _, id := range ids {
		if name, ok := names[id]; ok && !seen[id] {
			seen[id] = true
			out = append(out, ui.Option{Value: string(id), Label: i18n.Text(ctx, name)})
		}
	}
	return out, err
}

// create answers GET /areas/{slug}/fees/new.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	x, err := p.load(r)
	if err != nil {
		return err
	}
	f := ui.NewForm("from", string(x.today), "organisation", r.URL.Query().Get("organisation"), "form", r.URL.Query().Get("form"))
	for _, t := range x.tables { // a new row begins as the one that holds
		for _, now := range t.Now {
			if string(t.Organisation) == f.Get("organisation") && now.Form == f.Get("form") {
				f.SetMoney("low", now.Low).SetMoney("high", now.High).SetText("cost", now.Cost).SetText("takes", now.Takes).
					SetText("free", now.Free).SetText("owner", now.Owner)
			}
		}
	}
	return p.drawForm(w, r, http.StatusOK, x, f)
}

func (p *Pages) drawForm(w http.ResponseWriter, r *http.Request, status int, x page, f *ui.Form) error {
	if len(x.bodies) == 0 {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}
	return web.Render(w, r, status, formPage(x, f))
}

// created answers POST /areas/{slug}/fees/new.
func (p *Pages) created(w http.ResponseWriter, r *http.Request) error {
	x, err := p.load(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	fee := enquiry.Fee{
		Area: x.area.ID, Organisation: hub.ID(f.Get("organisation")), Form: f.Get("form"), From: f.Date("from"), Low: f.Money("low"), High: f.Money("high"),
		Cost: f.Bilingual("cost"), Takes: f.Bilingual("takes"), Free: f.Bilingual("free"), Owner: f.Bilingual("owner"),
	}
	known := false
	for _, o := range x.bodies {
		known = known || o.Value == string(fee.Organisation)
	}
	if !known {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}
	if err = f.Err(); err == nil {
		_, err = p.Enquiry.AddFee(r.Context(), x.reader, fee)
	}
	if f.Take(err) {
		return p.drawForm(w, r, http.StatusUnprocessableEntity, x, f)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, Href(x.area.Slug), "fees.saved")
}

// remove answers POST /areas/{slug}/fees/{fee}/remove; restore takes it back.
func (p *Pages) remove(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "fee")
	if err != nil {
		return err
	}
	if _, err := p.Enquiry.RemoveFee(r.Context(), web.ActorOf(r.Context()), id, false); err != nil {
		return err
	}
	slug := r.PathValue("slug")
	web.Flash(w, r, ui.Message{Tone: ui.Good, Text: i18n.T(r.Context(), "fees.removed"), Undo: &ui.Action{Href: Href(slug) + "/" + string(id) + "/restore"}})
	return web.Redirect(w, r, Href(slug))
}

func (p *Pages) restore(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "fee")
	if err != nil {
		return err
	}
	if _, err := p.Enquiry.RemoveFee(r.Context(), web.ActorOf(r.Context()), id, true); err != nil {
		return err
	}
	return web.RedirectWith(w, r, Href(r.PathValue("slug")), "fees.saved")
}

// cost says what a form costs: a range, a sum, or the words alone.
func cost(ctx context.Context, f enquiry.Fee) string {
	low, high := f.Low.State == hub.Amount, f.High.State == hub.Amount
	switch {
	case low && high && f.Low == f.High:
		return i18n.Money(ctx, f.Low)
	case low && high:
		return i18n.T(ctx, "fees.range", "low", f.Low, "high", f.High)
	case low:
		return i18n.T(ctx, "fees.from_sum", "low", f.Low)
	case high:
		return i18n.T(ctx, "fees.up_to", "high", f.High)
	case f.Low.State != hub.Unknown:
		return i18n.Money(ctx, f.Low)
	}
	return ""
}

func (x page) title(ctx context.Context, t enquiry.FeeTable) string {
	if t.Organisation == "" {
		return i18n.T(ctx, "fees.area", "area", x.area.Name)
	}
	return i18n.Text(ctx, x.names[t.Organisation])
}
