package records

import (
	"context"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Editing is the form of a record: a new one, or one being changed.
type Editing struct {
	Form   *ui.Form
	Kind   string            // "seed", "need"
	Stored *catalogue.Record // nil for a new one
	Detail bool              // the detail may be edited
	Areas  []ui.Option       // where a new one may be added
	// Theirs is what somebody else saved meanwhile where it differs from what
	// was typed; Clash says that somebody did.
	Clash  bool
	Theirs []Difference
	base   string
	area   hub.ID
}

// The fields of every record in which one chooses from the directory.
var organisationFields, personFields = []string{"organisation"}, []string{"owner", "coordinator"}

// settle finds out which records of the directory were chosen.
func (k *Kind[T]) settle(ctx context.Context, f *ui.Form, area hub.ID) error {
	a := web.ActorOf(ctx)
	for _, name := range organisationFields {
		if err := k.Choose.SettleOrganisation(ctx, a, f, name, area); err != nil {
			return err
		}
	}
	for _, name := range personFields {
		if err := k.Choose.SettlePerson(ctx, a, f, name, area); err != nil {
			return err
		}
	}
	return nil
}

// create answers GET /seeds/new.
func (k *Kind[T]) create(w http.ResponseWriter, r *http.Request) error {
	return k.renderForm(w, r, http.StatusOK, Editing{Form: k.New(), Detail: true})
}

// created answers POST /seeds/new.
func (k *Kind[T]) created(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var e T
	k.Base(&e).Area = hub.ID(f.Get("area"))
	if err := k.settle(r.Context(), f, hub.ID(f.Get("area"))); err != nil {
		return err
	}
	k.read(f, &e, true)
	if f.Err() == nil {
		if e, err = k.Collection.Create(r.Context(), web.ActorOf(r.Context()), e); err == nil {
			return web.RedirectWith(w, r, k.Href(k.Base(&e).ID), k.Section+".created")
		} else if !f.Take(err) {
			return err
		}
	}
	return k.renderForm(w, r, http.StatusUnprocessableEntity, Editing{Form: f, Detail: true})
}

// read puts what was typed into a record: what both kinds have, and the rest.
func (k *Kind[T]) read(f *ui.Form, e *T, detail bool) {
	b := k.Base(e)
	b.Title, b.Fields = f.Bilingual("title"), f.List("fields")
	b.Organisation, b.Institution, b.Owner = hub.ID(f.Get("organisation")), f.Text("institution"), hub.ID(f.Get("owner"))
	b.Coordinator, b.Number = hub.ID(f.Get("coordinator")), f.Text("number")
	b.Scope, b.NameScope, b.DetailScope = hub.Scope(f.Get("scope")), hub.Scope(f.Get("name_scope")), hub.Scope(f.Get("detail_scope"))
	k.Read(f, e, detail)
}

// fill is the form of a stored record.
func (k *Kind[T]) fill(e *T) *ui.Form {
	b := k.Base(e)
	f := k.Fill(e)
	f.Set("version", strconv.Itoa(b.Version)).Set("area", string(b.Area)).SetText("title", b.Title).
		Set("organisation", string(b.Organisation)).Set("institution", b.Institution).Set("owner", string(b.Owner)).
		Set("coordinator", string(b.Coordinator)).Set("number", b.Number).
		Set("scope", string(b.Scope)).Set("name_scope", string(b.NameScope)).Set("detail_scope", string(b.DetailScope))
	f.Values["fields"] = b.Fields
	return f
}

// edit answers GET /seeds/{id}/edit. Who may see the detail edits it too, which
// counts as opening it.
func (k *Kind[T]) edit(w http.ResponseWriter, r *http.Request) error {
	v, err := k.editable(r)
	if err != nil {
		return err
	}
	return k.renderForm(w, r, http.StatusOK, Editing{Form: k.fill(&v.Entry), Stored: k.Base(&v.Entry), Detail: v.Detail})
}

func (k *Kind[T]) editable(r *http.Request) (v catalogue.View[T], err error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return v, err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if v, err = k.Collection.Get(ctx, a, id); err != nil {
		return v, err
	}
	if !v.Edit {
		return v, hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	if v.Detail {
		return k.Collection.Open(ctx, a, id)
	}
	return v, nil
}

// edited answers POST /seeds/{id}/edit. When somebody else has saved since the
// form was drawn, both versions are shown and nothing is lost.
func (k *Kind[T]) edited(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := k.editable(r)
	if err != nil {
		return err
	}
	stored := k.Base(&v.Entry)
	if err := k.settle(r.Context(), f, stored.Area); err != nil {
		return err
	}
	scratch := v.Entry // notes what cannot be read
	k.read(f, &scratch, v.Detail)
	status := http.StatusUnprocessableEntity
	e := Editing{Form: f, Stored: stored, Detail: v.Detail}
	if f.Err() == nil {
		version, _ := strconv.Atoi(f.Get("version"))
		_, err = k.Collection.Revise(r.Context(), web.ActorOf(r.Context()), stored.ID, version, func(x *T) error {
			k.read(f, x, v.Detail)
			return nil
		})
		switch {
		case err == nil:
			return web.RedirectWith(w, r, k.Href(stored.ID), "record.saved")
		case hub.KindOf(err) == hub.Conflict && version != stored.Version:
			status, e.Clash = http.StatusConflict, true
			e.Theirs = Compare(r.Context(), k.Name, k.fill(&v.Entry), k.fill(&scratch))
			f.Set("version", strconv.Itoa(stored.Version)) // saving again says yes to ours
		}
		if !f.Take(err) {
			return err
		}
	}
	return k.renderForm(w, r, status, e)
}

func (k *Kind[T]) renderForm(w http.ResponseWriter, r *http.Request, status int, e Editing) (err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	e.Kind, e.base = k.Name, k.base()
	if e.Areas, err = k.AreaOptions(ctx, a); err != nil {
		return err
	}
	if e.Stored == nil && len(e.Areas) == 0 {
		return hub.Errorf(hub.Forbidden, "error.may_not_create")
	}
	area := hub.ID(e.Form.Get("area"))
	if e.Stored != nil {
		area = e.Stored.Area
	} else if area == "" {
		area = hub.ID(e.Areas[0].Value)
		e.Form.Set("area", string(area))
	}
	e.area = area
	if err := k.Choose.Word(ctx, a, e.Form, organisationFields, personFields); err != nil {
		return err
	}
	return web.Render(w, r, status, formPage(e, k.Section, k.Fields(e)))
}
