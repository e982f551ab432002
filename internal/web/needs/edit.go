package needs

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// editing is the form of a need: a new one, or one being changed.
type editing struct {
	form   *ui.Form
	need   *catalogue.Need // as stored; nil for a new one
	detail bool            // the detail may be edited
	areas  []ui.Option
	orgs   []ui.Option
	people []ui.Option
	theirs *catalogue.Need // what somebody else saved meanwhile
}

// create answers GET /needs/new.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	f := ui.NewForm("kind", catalogue.CompanyNeed, "scope", string(hub.HubOnly), "name_scope", string(hub.HubOnly),
		"detail_scope", string(hub.HubOnly), "state", string(catalogue.NeedReceived))
	return p.renderForm(w, r, http.StatusOK, editing{form: f, detail: true})
}

// created answers POST /needs/new.
func (p *Pages) created(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := catalogue.Need{Record: catalogue.Record{Area: hub.ID(f.Get("area"))}}
	read(f, &n, true)
	if err := f.Err(); err == nil {
		if n, err = p.Catalogue.Needs.Create(r.Context(), web.ActorOf(r.Context()), n); err == nil {
			return web.RedirectWith(w, r, href(n.ID), "needs.created")
		} else if !f.Take(err) {
			return err
		}
	}
	return p.renderForm(w, r, http.StatusUnprocessableEntity, editing{form: f, detail: true})
}

// edit answers GET /needs/{id}/edit. Who may see the detail edits it too, which
// counts as opening it.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	v, err := p.editable(r)
	if err != nil {
		return err
	}
	return p.renderForm(w, r, http.StatusOK, editing{form: formOf(&v.Entry), need: &v.Entry, detail: v.Detail})
}

func (p *Pages) editable(r *http.Request) (v catalogue.View[catalogue.Need], err error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return v, err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if v, err = p.Catalogue.Needs.Get(ctx, a, id); err != nil {
		return v, err
	}
	if !v.Edit {
		return v, hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	if v.Detail {
		return p.Catalogue.Needs.Open(ctx, a, id)
	}
	return v, nil
}

// edited answers POST /needs/{id}/edit. When somebody else has saved since the
// form was drawn, both versions are shown and nothing is lost.
func (p *Pages) edited(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.editable(r)
	if err != nil {
		return err
	}
	scratch := v.Entry // notes what cannot be read
	read(f, &scratch, v.Detail)
	status := http.StatusUnprocessableEntity
	e := editing{form: f, need: &v.Entry, detail: v.Detail}
	if f.Err() == nil {
		version, _ := strconv.Atoi(f.Get("version"))
		_, err = p.Catalogue.Needs.Revise(r.Context(), web.ActorOf(r.Context()), v.Entry.ID, version, func(n *catalogue.Need) error {
			read(f, n, v.Detail)
			return nil
		})
		switch {
		case err == nil:
			return web.RedirectWith(w, r, href(v.Entry.ID), "record.saved")
		case hub.KindOf(err) == hub.Conflict && version != v.Entry.Version:
			status, e.theirs = http.StatusConflict, &v.Entry
			f.Set("version", strconv.Itoa(v.Entry.Version)) // saving again says yes to ours
		}
		if !f.Take(err) {
			return err
		}
	}
	return p.renderForm(w, r, status, e)
}

func (p *Pages) renderForm(w http.ResponseWriter, r *http.Request, status int, e editing) (err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if e.areas, err = p.AreaOptions(ctx, a); err != nil {
		return err
	}
	if e.need == nil && len(e.areas) == 0 {
		return hub.Errorf(hub.Forbidden, "error.may_not_create")
	}
	area := hub.ID(e.form.Get("area"))
	if e.need != nil {
		area = e.need.Area
	} else if area == "" {
		area = hub.ID(e.areas[0].Value)
		e.form.Set("area", string(area))
	}
	if e.orgs, err = p.OrganisationOptions(ctx, a, area); err != nil {
		return err
	}
	if e.people, err = p.PersonOptions(ctx, a, area); err != nil {
		return err
	}
	return web.Render(w, r, status, formPage(e))
}

// formOf fills the form from a need.
func formOf(n *catalogue.Need) *ui.Form {
	d := &n.Detail
	f := ui.NewForm("version", strconv.Itoa(n.Version), "area", string(n.Area))
	f.SetText("title", n.Title).SetText("anonymous", n.Anonymous).SetText("affected", n.Affected).
		SetText("words", d.Words).SetText("problem", d.Problem).SetText("background", d.Background).
		SetText("conditions", d.Conditions).SetText("constraints", d.Constraints).SetText("tried", d.Tried).
		SetText("success", d.Success).SetText("view", d.View).Set("contact", d.Contact).
		Set("keywords.ja", strings.Join(n.Keywords.JA, "、")).Set("keywords.en", strings.Join(n.Keywords.EN, ", ")).
		Set("kind", n.Kind).Set("prefecture", n.Prefecture).Set("deadline", string(n.Deadline)).SetMoney("budget", n.Budget).
		Set("organisation", string(n.Organisation)).Set("institution", n.Institution).Set("owner", string(n.Owner)).
		Set("coordinator", string(n.Coordinator)).Set("number", n.Number).Set("nda", n.NDA).
		Set("state", string(n.State)).Set("reason", n.Reason).
		Set("scope", string(n.Scope)).Set("name_scope", string(n.NameScope)).Set("detail_scope", string(n.DetailScope))
	if n.TRLWish > 0 {
		f.Set("trl_wish", strconv.Itoa(n.TRLWish))
	}
	f.Values["fields"], f.Values["forms"] = n.Fields, n.Forms
	return f
}

// read puts what was typed into a need. What cannot be read is noted in the
// form.
func read(f *ui.Form, n *catalogue.Need, detail bool) {
	n.Title, n.Anonymous, n.Affected = f.Bilingual("title"), f.Bilingual("anonymous"), f.Bilingual("affected")
	n.Keywords = catalogue.Words{JA: records.SplitWords(f.Text("keywords.ja")), EN: records.SplitWords(f.Text("keywords.en"))}
	n.Kind, n.Prefecture, n.Deadline, n.Budget = f.Get("kind"), f.Get("prefecture"), f.Date("deadline"), f.Money("budget")
	n.Fields, n.Forms, n.TRLWish = f.List("fields"), f.List("forms"), int(f.Int("trl_wish"))
	n.Organisation, n.Institution, n.Owner = hub.ID(f.Get("organisation")), f.Text("institution"), hub.ID(f.Get("owner"))
	n.Coordinator, n.Number, n.NDA = hub.ID(f.Get("coordinator")), f.Text("number"), f.Get("nda")
	n.State, n.Reason = catalogue.State(f.Get("state")), f.Text("reason")
	n.Scope, n.NameScope, n.DetailScope = hub.Scope(f.Get("scope")), hub.Scope(f.Get("name_scope")), hub.Scope(f.Get("detail_scope"))
	if detail {
		n.Detail = catalogue.NeedDetail{
			Words: f.Bilingual("words"), Problem: f.Bilingual("problem"), Background: f.Bilingual("background"),
			Conditions: f.Bilingual("conditions"), Constraints: f.Bilingual("constraints"), Tried: f.Bilingual("tried"),
			Success: f.Bilingual("success"), View: f.Bilingual("view"), Contact: f.Text("contact"),
		}
	}
}

// state answers POST /needs/{id}/state.
func (p *Pages) state(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version"))
	_, err = p.Catalogue.Needs.Revise(r.Context(), web.ActorOf(r.Context()), id, version, func(n *catalogue.Need) error {
		n.State = catalogue.State(f.Get("state"))
		return nil
	})
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(id), "record.state_saved")
}

// withdraw answers POST /needs/{id}/withdraw: takes a need out of the lists, or
// puts it back.
func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return records.Withdraw(w, r, &p.Catalogue.Needs, "/needs/")
}
