package people

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/organisations"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// edition is the form of a person, new or stored.
type edition struct {
	form    *ui.Form
	id      hub.ID // "" for a new one
	name    string
	areas   []ui.Option // to choose from for a new one
	self    bool        // it is the person himself: only what he knows best
	remark  bool        // the area's staff, who keep a remark
	rows    int         // lines of affiliations
	area    hub.ID      // whose organisations are offered first
	similar []directory.PersonView
	day     hub.Date
}

func fill(p directory.Person) *ui.Form {
	f := ui.NewForm("name", p.Name, "kana", p.Kana, "english", p.English, "kind", string(p.Kind),
		"researcher_number", p.ResearcherNumber, "orcid", p.ORCID, "website", p.Website, "scope", string(p.Scope),
		"remark", p.Remark, "version", strconv.Itoa(p.Version)).
		SetText("expertise", p.Expertise).SetText("handles", p.Handles).SetText("achievements", p.Achievements)
	for i, a := range p.Affiliations {
		n := "." + strconv.Itoa(i)
		f.Set("organisation"+n, a.Name).Set("department"+n, a.Department).
			SetText("title"+n, a.Title).Set("from"+n, string(a.From)).Set("until"+n, string(a.Until))
	}
	return f
}

// readInto puts what was typed into a person, and the affiliations as read.
func readInto(f *ui.Form, e edition, p *directory.Person, affiliations []directory.Affiliation) {
	p.Kana, p.English = f.Text("kana"), f.Text("english")
	p.Expertise, p.Handles, p.Achievements = f.Bilingual("expertise"), f.Bilingual("handles"), f.Bilingual("achievements")
	p.ORCID, p.Website = f.Text("orcid"), f.Text("website")
	if e.self {
		return
	}
	p.Name, p.Kind, p.Scope = f.Text("name"), directory.PersonKind(f.Get("kind")), hub.Scope(f.Get("scope"))
	p.ResearcherNumber, p.Affiliations = f.Text("researcher_number"), affiliations
	if e.remark {
		p.Remark = f.Text("remark")
	}
}

// readAffiliations reads the lines and finds their organisations. A name that
// was left as it stood keeps its link.
func (p *Pages) readAffiliations(ctx context.Context, a hub.Actor, f *ui.Form, rows int, old []directory.Affiliation) ([]directory.Affiliation, error) {
	var out []directory.Affiliation
	var names []string
	var open []int
	for i := range rows {
		n := "." + strconv.Itoa(i)
		x := directory.Affiliation{
			Name: f.Text("organisation" + n), Department: f.Text("department" + n), Title: f.Bilingual("title" + n),
			From: f.Date("from" + n), Until: f.Date("until" + n),
		}
		if x == (directory.Affiliation{}) {
			continue
		}
		if k := slices.IndexFunc(old, func(o directory.Affiliation) bool { return o.Name == x.Name && o.Organisation != "" }); k >= 0 {
			x.Organisation = old[k].Organisation
		} else if x.Name != "" {
			names, open = append(names, x.Name), append(open, len(out))
		}
		out = append(out, x)
	}
	found, err := p.Directory.Organisations.Resolve(ctx, a, names)
	for i, r := range found {
		out[open[i]].Organisation = r.ID
	}
	return out, err
}

// prepare fills in what a form offers.
func (p *Pages) prepare(a hub.Actor, e *edition, affiliations int) {
	e.rows, e.day = max(2, affiliations+1), p.today()
	if mine := a.Areas(hub.Role.Staff); len(mine) > 0 {
		e.area = mine[0]
	}
}

// create answers GET /people/new; organisation names where he belongs.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	e, err := p.blank(r)
	if err != nil {
		return err
	}
	e.form = ui.NewForm("scope", string(hub.HubOnly), "area", e.areas[0].Value)
	if id := hub.ID(r.URL.Query().Get("organisation")); id.Valid() {
		names, err := p.Directory.Names(r.Context(), web.ActorOf(r.Context()), []hub.ID{id})
		if err != nil {
			return err
		}
		e.form.Set("organisation.0", names[id].In(hub.JA))
	}
	return web.Render(w, r, http.StatusOK, formPage(e))
}

// blank is the form of a new person for one of the hub's own people.
func (p *Pages) blank(r *http.Request) (e edition, err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	all, _, err := p.areas(ctx)
	if err != nil {
		return e, err
	}
	for _, x := range all {
		if a.StaffOf(x.ID) {
			e.areas = append(e.areas, ui.Option{Value: string(x.ID), Label: i18n.Text(ctx, x.Name)})
		}
	}
	if len(e.areas) == 0 {
		return e, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	e.remark = true
	p.prepare(a, &e, 0)
	return e, nil
}

// created answers POST /people/new. Who looks like someone who is there already
// is asked about once.
func (p *Pages) created(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	e, err := p.blank(r)
	if err != nil {
		return err
	}
	if e.form, err = web.ReadForm(r); err != nil {
		return err
	}
	f := e.form
	affiliations, err := p.readAffiliations(ctx, a, f, e.rows, nil)
	if err != nil {
		return err
	}
	x := directory.Person{Area: hub.ID(f.Get("area"))}
	readInto(f, e, &x, affiliations)
	if !f.Bool("different") {
		if e.similar, err = p.similar(ctx, a, x); err != nil {
			return err
		}
		if len(e.similar) > 0 {
			return web.Render(w, r, http.StatusUnprocessableEntity, formPage(e))
		}
	}
	if err = f.Err(); err == nil {
		x, err = p.Directory.People.Create(ctx, a, x)
	}
	if err = renamed(err); f.Take(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, formPage(e))
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(x.ID), "form.saved")
}

// similar gives people of the area who may be the one described.
func (p *Pages) similar(ctx context.Context, a hub.Actor, x directory.Person) ([]directory.PersonView, error) {
	clue := directory.PersonClue{Name: x.Name, ResearcherNumber: x.ResearcherNumber}
	if n, ok := directory.ResearcherNumber(x.ResearcherNumber); ok {
		clue.ResearcherNumber = n
	}
	found, err := p.Directory.People.Resolve(ctx, a, x.Area, []directory.PersonClue{clue})
	if err != nil || len(found[0].Candidates) == 0 {
		return nil, err
	}
	return p.Directory.People.Rows(ctx, a, found[0].Candidates[:min(10, len(found[0].Candidates))])
}

// edit answers GET /people/{id}/edit.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	e, v, err := p.stored(r)
	if err != nil {
		return err
	}
	e.form = fill(v.Person)
	return web.Render(w, r, http.StatusOK, formPage(e))
}

// edited answers POST /people/{id}/edit. When somebody else was quicker, the
// form comes back as typed and says so.
func (p *Pages) edited(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	e, v, err := p.stored(r)
	if err != nil {
		return err
	}
	if e.form, err = web.ReadForm(r); err != nil {
		return err
	}
	f := e.form
	affiliations, err := p.readAffiliations(ctx, a, f, e.rows, v.Affiliations)
	if err != nil {
		return err
	}
	version := int(f.Int("version"))
	if err = f.Err(); err == nil {
		_, err = p.Directory.People.Revise(ctx, a, v.ID, version, func(x *directory.Person) error {
			readInto(f, e, x, affiliations)
			return nil
		})
	}
	if err = renamed(err); f.Take(err) {
		status := http.StatusUnprocessableEntity
		if hub.KindOf(err) == hub.Conflict {
			status = http.StatusConflict
		}
		return web.Render(w, r, status, formPage(e))
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(v.ID), "form.saved")
}

func (p *Pages) stored(r *http.Request) (e edition, v directory.PersonView, err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	id, err := web.PathID(r, "id")
	if err != nil {
		return e, v, err
	}
	if v, err = p.Directory.People.Get(ctx, a, id); err != nil {
		return e, v, err
	}
	if !v.Edit && !v.Self {
		return e, v, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	e = edition{id: id, name: shown(ctx, v.Person), self: !v.Edit, remark: a.StaffOf(v.Area)}
	p.prepare(a, &e, len(v.Affiliations))
	return e, v, nil
}

// renamed points problems of affiliations at the first line: the room does not
// know the form's lines.
func renamed(err error) error {
	e, ok := err.(*hub.Error)
	if !ok {
		return err
	}
	for i := range e.Fields {
		switch e.Fields[i].Field {
		case "affiliation.name", "affiliation.organisation":
			e.Fields[i].Field = "organisation.0"
		case "affiliation.department":
			e.Fields[i].Field = "department.0"
		case "affiliation.title":
			e.Fields[i].Field = "title.0.ja"
		case "affiliation.from":
			e.Fields[i].Field = "from.0"
		case "affiliation.until":
			e.Fields[i].Field = "until.0"
		}
	}
	return e
}

// withdraw answers POST /people/{id}/withdraw.
func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	e, _, err := p.stored(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	out := f.Bool("withdrawn")
	if err := p.Directory.People.Withdraw(r.Context(), web.ActorOf(r.Context()), out, e.id); err != nil {
		return err
	}
	if !out {
		return web.RedirectWith(w, r, href(e.id), "organisations.put_back_done")
	}
	web.Flash(w, r, ui.Message{
		Tone: ui.Good, Text: i18n.T(r.Context(), "organisations.withdraw_done"),
		Undo: &ui.Action{Href: href(e.id) + "/withdraw", Post: true},
	})
	return web.Redirect(w, r, "/people")
}

// addContact answers POST /people/{id}/contacts.
func (p *Pages) addContact(w http.ResponseWriter, r *http.Request) error {
	e, _, err := p.stored(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c := organisations.ReadContact(f)
	c.Record = e.id
	if err = f.Err(); err == nil {
		_, err = p.Directory.Contacts.Add(r.Context(), web.ActorOf(r.Context()), c)
	}
	if f.Take(err) {
		return p.render(w, r, http.StatusUnprocessableEntity, e.id, f)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(e.id)+"#contacts", "form.saved")
}

// endContact answers POST /people/{id}/contacts/{contact}/end.
func (p *Pages) endContact(w http.ResponseWriter, r *http.Request) error {
	e, _, err := p.stored(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "contact")
	if err != nil {
		return err
	}
	if err := p.Directory.Contacts.End(r.Context(), web.ActorOf(r.Context()), id); err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(e.id)+"#contacts", "organisations.contact_ended")
}

func scopes(ctx context.Context) (out []ui.Option) {
	for _, s := range []hub.Scope{hub.Public, hub.Members, hub.HubOnly} {
		out = append(out, ui.Option{Value: string(s), Label: i18n.T(ctx, "scope."+string(s)), Help: i18n.T(ctx, "people.scope_"+string(s))})
	}
	return out
}
