package projects

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// plan answers GET /projects/{id}/plan: milestones, risks and what was settled.
func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	v, err := p.one(r)
	if err != nil {
		return err
	}
	if !v.Detail {
		return hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	d := &v.Entry.Detail
	f := ui.NewForm("version", strconv.Itoa(v.Entry.Version))
	for i, m := range d.Milestones {
		f.Set(at("milestone", i), m.What).Set(at("milestone", i)+".due", string(m.Due)).Set(at("milestone", i)+".done", string(m.Done))
	}
	for i, x := range d.Risks {
		f.Set(at("risk", i), x.What).Set(at("risk", i)+".measure", x.Measure)
	}
	for i, x := range d.Decisions {
		f.Set(at("decision", i), x.What).Set(at("decision", i)+".date", string(x.Date)).Set(at("decision", i)+".reason", x.Reason)
	}
	return p.renderPlan(w, r, http.StatusOK, rowsForm{v, f, map[string]int{
		"milestone": len(d.Milestones) + spare, "risk": len(d.Risks) + spare, "decision": len(d.Decisions) + spare,
	}})
}

func (p *Pages) renderPlan(w http.ResponseWriter, r *http.Request, status int, x rowsForm) error {
	return web.Render(w, r, status, planPage(x))
}

// planned answers POST /projects/{id}/plan.
func (p *Pages) planned(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.one(r)
	if err != nil {
		return err
	}
	if !v.Detail {
		return hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	x := rowsForm{v, f, map[string]int{"milestone": count(f, "milestone"), "risk": count(f, "risk"), "decision": count(f, "decision")}}
	var d project.Detail
	for i := range x.rows["milestone"] {
		name := at("milestone", i)
		m := project.Milestone{What: f.Text(name), Due: f.Date(name + ".due"), Done: f.Date(name + ".done")}
		if m.What != "" {
			d.Milestones = append(d.Milestones, m)
		}
	}
	for i := range x.rows["risk"] {
		name := at("risk", i)
		if m := (project.Risk{What: f.Text(name), Measure: f.Text(name + ".measure")}); m.What != "" {
			d.Risks = append(d.Risks, m)
		}
	}
	for i := range x.rows["decision"] {
		name := at("decision", i)
		m := project.Decided{What: f.Text(name), Date: f.Date(name + ".date"), Reason: f.Text(name + ".reason")}
		if m.What != "" {
			d.Decisions = append(d.Decisions, m)
		}
	}
	return p.save(w, r, x, p.renderPlan, "/detail#plan", func(x *project.Project) {
		x.Detail.Milestones, x.Detail.Risks, x.Detail.Decisions = d.Milestones, d.Risks, d.Decisions
	})
}
