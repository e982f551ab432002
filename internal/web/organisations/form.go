package organisations

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// edition is the form of an organisation, new or stored.
type edition struct {
	form    *ui.Form
	id      hub.ID      // "" for a new one
	areas   []ui.Option // in whose name a new one is added
	similar []directory.OrganisationView
}

func fill(o directory.Organisation) *ui.Form {
	return ui.NewForm().SetText("name", o.Name).Set("kana", o.Kana).Set("kind", string(o.Kind)).
		Set("former", strings.Join(o.Former, "\n")).Set("corporate_number", o.CorporateNumber).
		Set("prefecture", o.Prefecture).Set("municipality", municipality(o.Municipality)).Set("postal_code", o.PostalCode).
		SetText("address", o.Address).Set("website", o.Website).Set("ror", o.ROR).SetText("about", o.About).
		Set("scope", string(o.Scope)).Set("version", strconv.Itoa(o.Version))
}

// municipality is a code's name, or the code itself where the list has none.
func municipality(code string) string {
	if m, ok := directory.TownOf(code); ok {
		return m.In()
	}
	return code
}

// readInto puts what was typed into an organisation. The room checks it.
func readInto(f *ui.Form, o *directory.Organisation) {
	o.Name, o.Kana, o.Kind = f.Bilingual("name"), f.Text("kana"), directory.OrganisationKind(f.Get("kind"))
	o.Former = strings.Split(f.Text("former"), "\n")
	o.CorporateNumber, o.Prefecture, o.Municipality = f.Text("corporate_number"), f.Get("prefecture"), f.Text("municipality")
	o.PostalCode, o.Address, o.Website, o.ROR = f.Text("postal_code"), f.Bilingual("address"), f.Text("website"), f.Text("ror")
	o.About, o.Scope = f.Bilingual("about"), hub.Scope(f.Get("scope"))
}

// create answers GET /organisations/new.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	areas, err := p.areas(ctx)
	if err != nil {
		return err
	}
	mine := areas.mine(ctx, a)
	if len(mine) == 0 {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	f := ui.NewForm("name.ja", r.URL.Query().Get("name"), "scope", string(hub.HubOnly), "area", mine[0].Value)
	return web.Render(w, r, http.StatusOK, formPage(edition{form: f, areas: mine}))
}

// created answers POST /organisations/new. What looks like an organisation that
// is there already is asked about once.
func (p *Pages) created(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	areas, err := p.areas(ctx)
	if err != nil {
		return err
	}
	e := edition{form: f, areas: areas.mine(ctx, a)}
	if len(e.areas) == 0 {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	var o directory.Organisation
	readInto(f, &o)
	if !f.Bool("different") {
		if e.similar, err = p.Directory.Organisations.Similar(ctx, a, o); err != nil {
			return err
		}
		if len(e.similar) > 0 {
			return web.Render(w, r, http.StatusUnprocessableEntity, formPage(e))
		}
	}
	if err = f.Err(); err == nil {
		o, err = p.Directory.Organisations.Create(ctx, a, hub.ID(f.Get("area")), o)
	}
	if f.Take(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, formPage(e))
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(o.ID), "form.saved")
}

// edit answers GET /organisations/{id}/edit.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	v, err := p.editable(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, formPage(edition{form: fill(v.Organisation), id: v.ID}))
}

// edited answers POST /organisations/{id}/edit. When somebody else was quicker,
// the form comes back as typed and says so.
func (p *Pages) edited(w http.ResponseWriter, r *http.Request) error {
	v, err := p.editable(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	version := int(f.Int("version"))
	var o directory.Organisation
	readInto(f, &o)
	if err = f.Err(); err == nil {
		_, err = p.Directory.Organisations.Revise(r.Context(), web.ActorOf(r.Context()), v.ID, version, func(o *directory.Organisation) error {
			readInto(f, o)
			return nil
		})
	}
	if f.Take(err) {
		return web.Render(w, r, statusOf(err), formPage(edition{form: f, id: v.ID}))
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(v.ID), "form.saved")
}

func (p *Pages) editable(r *http.Request) (directory.OrganisationView, error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return directory.OrganisationView{}, err
	}
	v, err := p.Directory.Organisations.Get(r.Context(), web.ActorOf(r.Context()), id)
	if err == nil && !v.Edit {
		err = hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return v, err
}

func statusOf(err error) int {
	if hub.KindOf(err) == hub.Conflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// withdraw answers POST /organisations/{id}/withdraw: into the recycle bin, or
// out of it.
func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	v, err := p.editable(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	out := f.Bool("withdrawn")
	if err := p.Directory.Organisations.Withdraw(r.Context(), web.ActorOf(r.Context()), out, v.ID); err != nil {
		return err
	}
	if !out {
		return web.RedirectWith(w, r, href(v.ID), "organisations.put_back_done")
	}
	web.Flash(w, r, ui.Message{
		Tone: ui.Good, Text: i18n.T(r.Context(), "organisations.withdraw_done"),
		Undo: &ui.Action{Href: href(v.ID) + "/withdraw", Post: true},
	})
	return web.Redirect(w, r, "/organisations")
}

func prefectures(ctx context.Context) []ui.Option {
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "form.choose")}}
	for _, x := range directory.Prefectures {
		out = append(out, ui.Option{Value: x.Code, Label: i18n.Text(ctx, x.Name)})
	}
	return out
}

func scopes(ctx context.Context) (out []ui.Option) {
	for _, s := range []hub.Scope{hub.Public, hub.HubOnly} {
		out = append(out, ui.Option{Value: string(s), Label: i18n.T(ctx, "scope."+string(s)), Help: i18n.T(ctx, "organisations.scope_"+string(s))})
	}
	return out
}
