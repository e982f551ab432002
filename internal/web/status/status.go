// Package status is the page by which an asker follows his enquiry,
// /status/WORD: no account, no jargon, one sheet of paper. Opening it decides
// nothing; everything he can do there is a form.
package status

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in tests.
const Section = "status"

// Pages are the pages of the section.
type Pages struct {
	Accounts *account.Service
	Enquiry  *enquiry.Service
	Clock    hub.Clock
}

// Href is the address that a word opens.
func Href(word string) string { return "/status/" + word }

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section, Public: true}
	}
	return []web.Route{
		{Method: http.MethodGet, Pattern: "/status/{token}", Handler: p.show, Section: Section, Public: true},
		post("/status/{token}/add", p.add),
		post("/status/{token}/agree", p.agree),
		{Method: http.MethodGet, Pattern: "/status/{token}/withdraw", Handler: p.withdraw, Section: Section, Public: true},
		post("/status/{token}/withdraw", p.withdrawn),
	}
}

// page is an enquiry as its asker sees it.
type page struct {
	enquiry.Status
	word  string
	area  account.Area
	days  calendar.Calendar
	today hub.Date
	form  *ui.Form
}

// holder is who comes by the word in the address. What he is shown is his alone:
// no copy of it is kept on the way.
func (p *Pages) holder(w http.ResponseWriter, r *http.Request) (hub.Actor, error) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex")
	return p.Accounts.FollowLink(r.Context(), r.PathValue("token"), enquiry.LinkStatus)
}

// show answers GET /status/{token}.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	a, err := p.holder(w, r)
	if err != nil {
		return err
	}
	return p.draw(w, r, http.StatusOK, a, ui.NewForm())
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request, code int, a hub.Actor, f *ui.Form) error {
	x, err := p.load(r.Context(), r, a)
	if err != nil {
		return err
	}
	x.form = f
	return web.Render(w, r, code, showPage(x))
}

func (p *Pages) load(ctx context.Context, r *http.Request, a hub.Actor) (x page, err error) {
	x = page{word: r.PathValue("token"), today: hub.DateOf(p.Clock.Now())}
	if x.Status, err = p.Enquiry.Status(ctx, a); err != nil {
		return x, err
	}
	if x.area, err = p.Accounts.Area(ctx, x.Status.Area); err != nil {
		return x, err
	}
	x.days, err = p.Accounts.Calendar(ctx, x.area.ID)
	return x, err
}

// add answers POST /status/{token}/add.
func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	a, err := p.holder(w, r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.Enquiry.AddText(r.Context(), a, f.Text("text")); err != nil {
		if !f.Take(err) {
			return err
		}
		return p.draw(w, r, http.StatusUnprocessableEntity, a, f)
	}
	return web.RedirectWith(w, r, Href(r.PathValue("token")), "status.added")
}

// agree answers POST /status/{token}/agree: may another answer?
func (p *Pages) agree(w http.ResponseWriter, r *http.Request) error {
	a, err := p.holder(w, r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	answer := f.Choice("answer", "yes", "no")
	if err := f.Err(); err != nil {
		return err
	}
	if err := p.Enquiry.Agree(r.Context(), a, answer == "yes"); err != nil {
		return err
	}
	return web.RedirectWith(w, r, Href(r.PathValue("token")), "status.agreed_"+answer)
}

// withdraw answers GET /status/{token}/withdraw: it asks before.
func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	a, err := p.holder(w, r)
	if err != nil {
		return err
	}
	x, err := p.load(r.Context(), r, a)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, withdrawPage(x))
}

// withdrawn answers POST /status/{token}/withdraw.
func (p *Pages) withdrawn(w http.ResponseWriter, r *http.Request) error {
	a, err := p.holder(w, r)
	if err != nil {
		return err
	}
	if err := p.Enquiry.Withdraw(r.Context(), a); err != nil {
		return err
	}
	return web.RedirectWith(w, r, Href(r.PathValue("token")), "status.withdrawn")
}

// sentence says where the enquiry stands, who answers and by when.
func (x page) sentence(ctx context.Context) string {
	e := &x.Enquiry
	who := x.Contact.Name
	if who == "" {
		who = i18n.T(ctx, "status.office", "area", x.area.Name)
	}
	switch {
	case e.Outcome == enquiry.Withdrawn:
		return i18n.T(ctx, "status.is_withdrawn")
	case e.Outcome == enquiry.Declined:
		return i18n.T(ctx, "status.is_declined")
	case e.State == enquiry.Closed:
		return i18n.T(ctx, "status.is_closed")
	case !e.Running():
		return i18n.T(ctx, "status.is_answered", "who", who)
	case e.Due < x.today:
		return i18n.T(ctx, "status.is_late", "who", who, "day", e.Due)
	case e.First.IsZero():
		return i18n.T(ctx, "status.is_first", "who", who, "day", e.Due)
	}
	return i18n.T(ctx, "status.is_next", "who", who, "day", e.Due)
}

// clock is the promise as the page draws it; nil when nothing is promised.
func (x page) clock() *ui.Promise {
	e := &x.Enquiry
	if !e.Running() {
		return nil
	}
	c := &ui.Promise{Due: e.Due, Left: x.days.Left(x.today, e.Due)}
	if total := x.days.Left(hub.DateOf(e.Received), e.Due); total > 0 {
		c.Total = total
	}
	return c
}

// open reports whether the asker can still say something.
func (x page) open() bool {
	return x.Enquiry.Outcome != enquiry.Withdrawn && x.Enquiry.Outcome != enquiry.Redirected
}

// Sentence says in plain words what happened; texts are shown beside.
func Sentence(ctx context.Context, x enquiry.Event) string {
	key := "enquiry.step_" + string(x.Kind)
	next := hub.Date(x.Args["next"])
	if x.Kind == enquiry.StepAnswer && next != "" {
		key = "enquiry.step_answer_next"
	}
	return i18n.T(ctx, key, "who", x.Args["who"], "to", hub.Text{JA: x.Args["ja"], EN: x.Args["en"]}, "next", next)
}

var icons = map[enquiry.Step]string{
	enquiry.StepReceived: "check", enquiry.StepAssigned: "person", enquiry.StepAnswer: "mail", enquiry.StepAdded: "note",
	enquiry.StepNeed: "need", enquiry.StepAskPass: "mail", enquiry.StepAgreed: "check", enquiry.StepRefused: "close",
	enquiry.StepPassed: "right", enquiry.StepCame: "right", enquiry.StepDeclined: "mail", enquiry.StepWithdrawn: "close", enquiry.StepClosed: "flag",
}

// Entry draws one event as a line of a timeline; body draws its text.
func Entry(ctx context.Context, x enquiry.Event) ui.Entry {
	e := ui.Entry{At: x.At, Kind: ui.EntryKind{Icon: icons[x.Kind], Label: i18n.T(ctx, "enquiry.kind_"+string(x.Kind))}, Text: Sentence(ctx, x)}
	if x.Body != "" {
		e.Detail = body(x)
	}
	return e
}

func (x page) entries(ctx context.Context) []ui.Entry {
	var out []ui.Entry
	for i := len(x.Events) - 1; i >= 0; i-- {
		if x.Events[i].Kind == enquiry.StepCame {
			continue // the line before says where it went
		}
		out = append(out, Entry(ctx, x.Events[i]))
	}
	return out
}

// newest is the last text that the hub wrote, which is shown open; nil for none.
func (x page) newest() *enquiry.Event {
	for i := len(x.Events) - 1; i >= 0; i-- {
		if x.Events[i].Outgoing() {
			return &x.Events[i]
		}
	}
	return nil
}
