// Package enquiries is the section /enquiries: what was asked of the hub, as
// those see it who answer. The list is by what was promised first; on an
// enquiry's page stand the asker's words, who could answer, and the ways on:
// answer, turn into a need, pass on, decline. One file per verb.
package enquiries

import (
	"context"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in navigation and tests.
const Section = "enquiries"

// Pages are the pages of the section.
type Pages struct {
	Accounts  *account.Service
	Directory *directory.Service
	Enquiry   *enquiry.Service
	Lines     *activity.Pages
	Clock     hub.Clock
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	get := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Handler: h, Section: Section}
	}
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section}
	}
	return []web.Route{
		get("/enquiries", p.list),
		get("/enquiries.csv", p.export),
		get("/enquiries/new", p.create),
		post("/enquiries/new", p.created),
		get("/enquiries/{id}", p.show),
		get("/enquiries/{id}/answer", p.answer),
		post("/enquiries/{id}/answer", p.answered),
		get("/enquiries/{id}/decline", p.decline),
		post("/enquiries/{id}/decline", p.declined),
		get("/enquiries/{id}/pass", p.pass),
		post("/enquiries/{id}/pass", p.passed),
		post("/enquiries/{id}/assign", p.assign),
		post("/enquiries/{id}/need", p.need),
		post("/enquiries/{id}/close", p.close),
		post("/enquiries/{id}/link", p.link),
		post("/enquiries/{id}/links/revoke", p.revoke),
		get("/enquiries/{id}/files/{file}", p.file),
		get("/areas/{slug}/enquiries", p.settings),
		post("/areas/{slug}/enquiries", p.set),
		post("/areas/{slug}/enquiries/reasons", p.setReasons),
	}
}

func href(id hub.ID) string { return "/enquiries/" + string(id) }

// Subject loads an enquiry for its timeline.
func (p *Pages) Subject(ctx context.Context, a hub.Actor, id hub.ID) (activity.Subject, error) {
	v, err := p.Enquiry.Subject(ctx, a, id)
	if err != nil {
		return activity.Subject{}, err
	}
	return subject(v), nil
}

func subject(v enquiry.View) activity.Subject {
	return activity.Subject{
		Kind: enquiry.Kind, ID: v.ID, Title: hub.Text{JA: v.Title()}, Href: href(v.ID), Area: v.Area, Scope: v.Scope,
		Coordinator: v.Coordinator, Write: true,
	}
}

// one loads the enquiry of the path for somebody who may answer it.
func (p *Pages) one(r *http.Request) (enquiry.View, error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return enquiry.View{}, err
	}
	return p.Enquiry.Subject(r.Context(), web.ActorOf(r.Context()), id)
}

func version(f *ui.Form) int {
	n, err := strconv.Atoi(f.Get("version"))
	if err != nil || n <= 0 {
		return -1 // a form of ours always says which it saw
	}
	return n
}

// today is the day by the site's clock.
func (p *Pages) today() hub.Date { return hub.DateOf(p.Clock.Now()) }

// stateOf draws where an enquiry stands.
func stateOf(ctx context.Context, e *enquiry.Enquiry, today hub.Date) ui.State {
	switch {
	case e.State == enquiry.Closed:
		tone := ui.Ended
		if e.Outcome == enquiry.Solved || e.Outcome == enquiry.Need {
			tone = ui.Good
		}
		return ui.State{Label: i18n.T(ctx, "enquiry.outcome_"+string(e.Outcome)), Tone: tone}
	case e.Running() && e.Due < today:
		return ui.State{Label: i18n.T(ctx, "enquiry.state_"+string(e.State)), Tone: ui.Bad}
	case e.State == enquiry.Received:
		return ui.State{Label: i18n.T(ctx, "enquiry.state_received"), Tone: ui.Caution}
	case e.State == enquiry.Answered:
		return ui.State{Label: i18n.T(ctx, "enquiry.state_answered"), Tone: ui.Good}
	}
	return ui.State{Label: i18n.T(ctx, "enquiry.state_"+string(e.State)), Tone: ui.Active}
}

// clockOf draws the promise; nil when the clock stands.
func clockOf(e *enquiry.Enquiry, days calendar.Calendar, today hub.Date) *ui.Promise {
	if !e.Running() {
		return nil
	}
	c := &ui.Promise{Due: e.Due, Left: days.Left(today, e.Due)}
	if total := days.Left(hub.DateOf(e.Received), e.Due); total > 0 {
		c.Total = total
	}
	return c
}

// asker names who asks as far as the reader may know.
func asker(ctx context.Context, v enquiry.View) string {
	switch {
	case v.StatusOnly:
		return ""
	case !v.Name:
		return i18n.T(ctx, "enquiries.withheld")
	case v.Asker.Body != "" && v.Asker.Name != "":
		return v.Asker.Body + "　" + v.Asker.Name
	}
	return v.Asker.Body + v.Asker.Name
}

// areas gives the areas by id.
func (p *Pages) areas(ctx context.Context) (map[hub.ID]account.Area, error) {
	all, err := p.Accounts.Areas(ctx)
	out := map[hub.ID]account.Area{}
	for _, a := range all {
		out[a.ID] = a
	}
	return out, err
}
