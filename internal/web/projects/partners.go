package projects

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// spare is how many empty rows stand below those that are filled.
const spare = 3

// rowsForm is a form of rows that belongs to a project.
type rowsForm struct {
	view catalogue.View[project.Project]
	form *ui.Form
	rows map[string]int // how many of each sort, with the empty ones
}

func at(sort string, i int) string { return fmt.Sprintf("%s%d", sort, i) }

// partners answers GET /projects/{id}/partners: who takes part, and as what.
func (p *Pages) partners(w http.ResponseWriter, r *http.Request) error {
	v, err := p.one(r)
	if err != nil {
		return err
	}
	if !v.Name {
		return hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	x := &v.Entry
	f := ui.NewForm("version", strconv.Itoa(x.Version))
	for i, q := range x.Lead {
		f.Set(at("partner", i), string(q.Organisation)).Set(at("partner", i)+".name", q.Name).Set(at("partner", i)+".role", q.Role)
	}
	for i, m := range x.Team {
		f.Set(at("member", i), string(m.Person)).Set(at("member", i)+".role", m.Role)
	}
	return p.renderPartners(w, r, http.StatusOK, rowsForm{v, f, map[string]int{"partner": len(x.Lead) + spare, "member": len(x.Team) + spare}})
}

func (p *Pages) renderPartners(w http.ResponseWriter, r *http.Request, status int, x rowsForm) error {
	var orgs, persons []string
	for i := range x.rows["partner"] {
		orgs = append(orgs, at("partner", i))
	}
	for i := range x.rows["member"] {
		persons = append(persons, at("member", i))
	}
	if err := p.Choose.Word(r.Context(), web.ActorOf(r.Context()), x.form, orgs, persons); err != nil {
		return err
	}
	return web.Render(w, r, status, partnersPage(x))
}

// partnered answers POST /projects/{id}/partners.
func (p *Pages) partnered(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.one(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x := rowsForm{v, f, map[string]int{"partner": count(f, "partner"), "member": count(f, "member")}}
	var lead []project.Partner
	var team []project.Member
	for i := range x.rows["partner"] {
		name := at("partner", i)
		if err := p.Choose.SettleOrganisation(ctx, a, f, name, v.Entry.Area); err != nil {
			return err
		}
		q := project.Partner{Organisation: hub.ID(f.Get(name)), Name: f.Text(name + ".name"), Role: f.Get(name + ".role")}
		if q.Organisation != "" || q.Name != "" {
			if q.Role == "" {
				q.Role = "support"
			}
			lead = append(lead, q)
		}
	}
	for i := range x.rows["member"] {
		name := at("member", i)
		if err := p.Choose.SettlePerson(ctx, a, f, name, v.Entry.Area); err != nil {
			return err
		}
		if m := (project.Member{Person: hub.ID(f.Get(name)), Role: f.Get(name + ".role")}); m.Person != "" {
			if m.Role == "" {
				m.Role = "coordinator"
			}
			team = append(team, m)
		}
	}
	return p.save(w, r, x, p.renderPartners, "#partners", func(x *project.Project) { x.Lead, x.Team = lead, team })
}

// save revises the project and leads back to its page, or shows the form again.
func (p *Pages) save(w http.ResponseWriter, r *http.Request, x rowsForm, render func(http.ResponseWriter, *http.Request, int, rowsForm) error, back string, change func(*project.Project)) error {
	if x.form.Err() == nil {
		version, _ := strconv.Atoi(x.form.Get("version"))
		_, err := p.Projects.Revise(r.Context(), web.ActorOf(r.Context()), x.view.Entry.ID, version, func(e *project.Project) error {
			change(e)
			return nil
		})
		if err == nil {
			return web.RedirectWith(w, r, href(x.view.Entry.ID)+back, "record.saved")
		}
		if !x.form.Take(err) {
			return err
		}
	}
	return render(w, r, http.StatusUnprocessableEntity, x)
}

// count tells how many rows of a sort were sent; bounded, for the form is the
// sender's.
func count(f *ui.Form, sort string) int {
	n, _ := strconv.Atoi(f.Get(sort + "s"))
	return min(max(n, spare), 80)
}

func roles(ctx context.Context, family string, codes []string) []ui.Option {
	out := []ui.Option{{Value: "", Label: "—"}}
	for _, c := range codes {
		out = append(out, ui.Option{Value: c, Label: i18n.T(ctx, family+"."+c)})
	}
	return out
}
