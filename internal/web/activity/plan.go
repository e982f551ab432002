package activity

import (
	"net/http"

	record "github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// plan answers GET /activities/{id}/plan: who does it, and by when.
func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	x, s, err := p.plannable(r)
	if err != nil {
		return err
	}
	f := ui.NewForm("assignee", string(x.Assignee), "due", string(x.Due))
	return p.drawPlan(w, r, http.StatusOK, x, s, f)
}

// planned answers POST /activities/{id}/plan.
func (p *Pages) planned(w http.ResponseWriter, r *http.Request) error {
	x, s, err := p.plannable(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a, to, due := web.ActorOf(r.Context()), hub.ID(f.Get("assignee")), f.Date("due")
	if to != x.Assignee && to != a.User {
		if !a.StaffOf(x.Area) {
			f.Problems.Add("assignee", "error.choose")
		} else if err := p.checkColleague(r.Context(), a, x.Area, to, f); err != nil {
			return err
		}
	}
	if err = f.Err(); err == nil {
		err = p.Activity.Plan(r.Context(), a, x.ID, to, due)
	}
	if f.Take(err) {
		return p.drawPlan(w, r, http.StatusUnprocessableEntity, x, s, f)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, back(s, f.Get("back")), "activity.planned_done")
}

func (p *Pages) plannable(r *http.Request) (record.Record, Subject, error) {
	x, s, err := p.line(r)
	if err == nil && (x.Next == "" || !record.MayPlan(web.ActorOf(r.Context()), x)) {
		err = hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return x, s, err
}

func (p *Pages) drawPlan(w http.ResponseWriter, r *http.Request, status int, x record.Record, s Subject, f *ui.Form) error {
	a := web.ActorOf(r.Context())
	names, err := p.Accounts.NamesOf(r.Context(), a, []hub.ID{x.Assignee, a.User})
	if err != nil {
		return err
	}
	var people []ui.Option
	if a.StaffOf(x.Area) {
		all, err := p.Accounts.Colleagues(r.Context(), a, x.Area)
		if err != nil {
			return err
		}
		for _, c := range all {
			people = append(people, ui.Option{Value: string(c.ID), Label: c.Name})
			delete(names, c.ID)
		}
	}
	for id, name := range names { // who is no longer staff keeps what is his
		people = append(people, ui.Option{Value: string(id), Label: name})
	}
	return web.Render(w, r, status, planPage(x, s, f, people))
}
