package seeds

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

// editing is the form of a seed: a new one, or one being changed.
type editing struct {
	form   *ui.Form
	seed   *catalogue.Seed // as stored; nil for a new one
	detail bool            // the detail may be edited
	areas  []ui.Option
	orgs   []ui.Option
	people []ui.Option
	theirs *catalogue.Seed // what somebody else saved meanwhile
}

// create answers GET /seeds/new.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	f := ui.NewForm("scope", string(hub.HubOnly), "name_scope", string(hub.Public), "detail_scope", string(hub.HubOnly))
	return p.renderForm(w, r, http.StatusOK, editing{form: f, detail: true})
}

// created answers POST /seeds/new.
func (p *Pages) created(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	s := catalogue.Seed{Record: catalogue.Record{Area: hub.ID(f.Get("area"))}}
	read(f, &s, true)
	if err := f.Err(); err == nil {
		if s, err = p.Catalogue.Seeds.Create(r.Context(), web.ActorOf(r.Context()), s); err == nil {
			return web.RedirectWith(w, r, href(s.ID), "seeds.created")
		} else if !f.Take(err) {
			return err
		}
	}
	return p.renderForm(w, r, http.StatusUnprocessableEntity, editing{form: f, detail: true})
}

// edit answers GET /seeds/{id}/edit. Who may see the detail edits it too, which
// counts as opening it.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	v, err := p.editable(r)
	if err != nil {
		return err
	}
	return p.renderForm(w, r, http.StatusOK, editing{form: formOf(&v.Entry), seed: &v.Entry, detail: v.Detail})
}

func (p *Pages) editable(r *http.Request) (v catalogue.View[catalogue.Seed], err error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return v, err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if v, err = p.Catalogue.Seeds.Get(ctx, a, id); err != nil {
		return v, err
	}
	if !v.Edit {
		return v, hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	if v.Detail {
		return p.Catalogue.Seeds.Open(ctx, a, id)
	}
	return v, nil
}

// edited answers POST /seeds/{id}/edit. When somebody else has saved since the
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
	e := editing{form: f, seed: &v.Entry, detail: v.Detail}
	if f.Err() == nil {
		version, _ := strconv.Atoi(f.Get("version"))
		_, err = p.Catalogue.Seeds.Revise(r.Context(), web.ActorOf(r.Context()), v.Entry.ID, version, func(s *catalogue.Seed) error {
			read(f, s, v.Detail)
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
	if e.seed == nil && len(e.areas) == 0 {
		return hub.Errorf(hub.Forbidden, "error.may_not_create")
	}
	area := hub.ID(e.form.Get("area"))
	if e.seed != nil {
		area = e.seed.Area
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

// formOf fills the form from a seed.
func formOf(s *catalogue.Seed) *ui.Form {
	f := ui.NewForm("version", strconv.Itoa(s.Version), "area", string(s.Area))
	f.SetText("title", s.Title).SetText("summary", s.Summary).SetText("advantage", s.Advantage).
		SetText("applications", s.Applications).SetText("challenges", s.Challenges).SetText("remark", s.Remark).
		SetText("detail", s.Detail).SetText("trl_ground", s.TRL.Ground).
		Set("keywords.ja", strings.Join(s.Keywords.JA, "、")).Set("keywords.en", strings.Join(s.Keywords.EN, ", ")).
		Set("trl_date", string(s.TRL.Date)).SetMoney("budget", s.Budget).
		Set("organisation", string(s.Organisation)).Set("institution", s.Institution).
		Set("owner", string(s.Owner)).Set("coordinator", string(s.Coordinator)).Set("number", s.Number).
		Set("scope", string(s.Scope)).Set("name_scope", string(s.NameScope)).Set("detail_scope", string(s.DetailScope))
	if s.TRL.Level > 0 {
		f.Set("trl", strconv.Itoa(s.TRL.Level))
	}
	if s.Months > 0 {
		f.Set("months", strconv.Itoa(s.Months))
	}
	f.Values["fields"], f.Values["forms"] = s.Fields, s.Forms
	var names []string
	for _, r := range s.Researchers {
		if r.Person == "" || r.Person != s.Owner {
			names = append(names, r.Name)
		}
	}
	f.Set("researchers", strings.Join(names, "、"))
	for i, x := range s.IP {
		n := strconv.Itoa(i)
		f.Set("ip_kind."+n, x.Kind).Set("ip_status."+n, x.Status).Set("ip_number."+n, x.Number).Set("ip_filing."+n, x.Filing)
	}
	return f
}

// ipLines is how many lines of intellectual property the form has: one more than
// are written, and at least three.
func ipLines(s *catalogue.Seed) int {
	if s == nil {
		return 3
	}
	return max(3, len(s.IP)+1)
}

// read puts what was typed into a seed. What cannot be read is noted in the
// form.
func read(f *ui.Form, s *catalogue.Seed, detail bool) {
	s.Title, s.Summary, s.Advantage = f.Bilingual("title"), f.Bilingual("summary"), f.Bilingual("advantage")
	s.Applications, s.Challenges, s.Remark = f.Bilingual("applications"), f.Bilingual("challenges"), f.Bilingual("remark")
	s.Keywords = catalogue.Words{JA: records.SplitWords(f.Text("keywords.ja")), EN: records.SplitWords(f.Text("keywords.en"))}
	s.Fields, s.Forms = f.List("fields"), f.List("forms")
	s.TRL = catalogue.TRL{Level: int(f.Int("trl")), Date: f.Date("trl_date"), Ground: f.Bilingual("trl_ground")}
	s.Budget, s.Months = f.Money("budget"), int(f.Int("months"))
	s.Organisation, s.Institution = hub.ID(f.Get("organisation")), f.Text("institution")
	s.Coordinator, s.Number = hub.ID(f.Get("coordinator")), f.Text("number")
	s.Researchers = readResearchers(f, s.Researchers)
	s.Owner = hub.ID(f.Get("owner"))
	s.Scope, s.NameScope, s.DetailScope = hub.Scope(f.Get("scope")), hub.Scope(f.Get("name_scope")), hub.Scope(f.Get("detail_scope"))
	if detail {
		s.Detail = f.Bilingual("detail")
	}
	lines := ipLines(s)
	s.IP = nil
	for i := range lines {
		n := strconv.Itoa(i)
		x := catalogue.IP{Kind: f.Get("ip_kind." + n), Status: f.Get("ip_status." + n), Number: f.Text("ip_number." + n), Filing: f.Get("ip_filing." + n)}
		if x != (catalogue.IP{}) {
			s.IP = append(s.IP, x)
		}
	}
}

// readResearchers puts the owner first and then the names as typed. A name that
// stood there before keeps its link to the directory.
func readResearchers(f *ui.Form, before []catalogue.Researcher) (out []catalogue.Researcher) {
	known := map[string]hub.ID{}
	owner := hub.ID(f.Get("owner"))
	if owner != "" {
		out = append(out, catalogue.Researcher{Person: owner})
	}
	for _, r := range before {
		if r.Person == owner && owner != "" {
			out[0].Name = r.Name
		} else {
			known[r.Name] = r.Person
		}
	}
	for _, name := range records.SplitWords(f.Text("researchers")) {
		out = append(out, catalogue.Researcher{Person: known[name], Name: name})
	}
	return out
}
