// Package ask is the public form of an area, /areas/SLUG/ask: anybody may ask
// there in his own words, without an account and without scripts. Whoever asks is
// led to his status page.
package ask

import (
	"context"
	"net"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/status"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in navigation and tests.
const Section = "ask"

// Pages are the pages of the section.
type Pages struct {
	Accounts *account.Service
	Enquiry  *enquiry.Service
	Clock    hub.Clock
}

// Href is the address of an area's form.
func Href(slug string) string { return "/areas/" + slug + "/ask" }

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: "/areas/{slug}/ask", Handler: p.show, Section: Section, Public: true},
		{Method: http.MethodPost, Pattern: "/areas/{slug}/ask", Handler: p.asked, Section: Section, Public: true, MaxBody: enquiry.MaxFile + 1<<20},
	}
}

// page is the form as one visitor sees it.
type page struct {
	area     account.Area
	set      enquiry.Settings
	due      hub.Date
	median   *enquiry.Median
	form     *ui.Form
	stamp    string
	again    string // the challenge to confirm; "" the first time
	withFile bool   // a file was chosen, which must be chosen again
}

// trap is the field that people do not see and machines fill.
const trap = "website"

// show answers GET /areas/{slug}/ask.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	x, err := p.open(r)
	if err != nil {
		return err
	}
	x.form = ui.NewForm()
	return p.draw(w, r, http.StatusOK, x)
}

func (p *Pages) open(r *http.Request) (page, error) {
	area, err := p.Accounts.AreaBySlug(r.Context(), r.PathValue("slug"))
	if err != nil {
		return page{}, err
	}
	x, err := p.terms(r.Context(), area.ID)
	x.area = area
	return x, err
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request, status int, x page) (err error) {
	// A form that comes back is one of the moment it was first drawn.
	if x.stamp == "" {
		if x.stamp, err = p.Enquiry.NewStamp(r.Context(), x.area.ID); err != nil {
			return err
		}
	}
	if x.form.Get("again") != "" && x.again == "" {
		x.again = x.form.Get("again")
	}
	return web.Render(w, r, status, askPage(x))
}

// asked answers POST /areas/{slug}/ask.
func (p *Pages) asked(w http.ResponseWriter, r *http.Request) error {
	x, err := p.open(r)
	if err != nil {
		return err
	}
	if x.form, err = web.ReadForm(r); err != nil {
		return err
	}
	ctx, f := r.Context(), x.form
	name, file, closeFile := upload(r)
	defer closeFile()
	verdict, err := p.Enquiry.Judge(ctx, x.area.ID, enquiry.Sender{
		Address: peer(r), Stamp: f.Get("stamp"), Trap: f.Get(trap), Answer: f.Get("work"), Again: f.Get("again"),
	})
	if err != nil {
		return err
	}
	x.stamp, x.withFile = f.Get("stamp"), file != nil
	switch verdict {
	case enquiry.Redraw:
		x.stamp = ""
		f.General = hub.Errorf(hub.Conflict, "ask.error_again")
		return p.draw(w, r, http.StatusConflict, x)
	case enquiry.Confirm:
		if x.again, err = p.Enquiry.NewChallenge(ctx, x.area.ID); err != nil {
			return err
		}
		return p.draw(w, r, http.StatusOK, x)
	}
	q := read(ctx, f)
	q.Area = x.area.ID
	var e enquiry.Enquiry
	var word string
	if err = f.Err(); err == nil {
		e, word, err = p.Enquiry.Ask(ctx, web.ActorOf(ctx), q)
	}
	if f.Take(err) {
		return p.draw(w, r, http.StatusUnprocessableEntity, x)
	}
	if err != nil {
		return err
	}
	if file != nil {
		if err := p.Enquiry.Attach(ctx, e.ID, name, file); err != nil {
			web.Flash(w, r, ui.Message{Tone: ui.Caution, Text: i18n.T(ctx, "ask.file_refused", "why", i18n.Error(ctx, err))})
			return web.Redirect(w, r, status.Href(word))
		}
	}
	return web.RedirectWith(w, r, status.Href(word), "ask.done")
}

// read puts what was typed into a question.
func read(ctx context.Context, f *ui.Form) enquiry.Question {
	return enquiry.Question{
		Words: f.Text("words"), Language: i18n.Lang(ctx), Anonymous: f.Bool("anonymous"), MayForward: f.Bool("forward"),
		Asker: enquiry.Asker{Name: f.Text("name"), Body: f.Text("body"), Mail: f.Text("mail"), Phone: f.Text("phone")},
	}
}

// upload gives the file of the form, if there is one.
func upload(r *http.Request) (name string, file readFile, done func()) {
	done = func() {}
	if r.MultipartForm == nil {
		return "", nil, done
	}
	f, h, err := r.FormFile("file")
	if err != nil || h.Size == 0 {
		return "", nil, done
	}
	return h.Filename, f, func() { _ = f.Close() }
}

type readFile interface{ Read([]byte) (int, error) }

// peer is the address a request comes from.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// Promise says in a sentence by when an area answers, and how long it usually
// takes; "" when its form is shut.
func (p *Pages) Promise(ctx context.Context, area hub.ID) (string, error) {
	x, err := p.terms(ctx, area)
	if err != nil || x.set.Shut {
		return "", err
	}
	return x.promise(ctx), nil
}

// terms are an area's promise and what has come of it so far.
func (p *Pages) terms(ctx context.Context, area hub.ID) (x page, err error) {
	if x.set, err = p.Enquiry.Settings(ctx, area); err != nil {
		return x, err
	}
	days, err := p.Accounts.Calendar(ctx, area)
	if err != nil {
		return x, err
	}
	x.due = days.Add(hub.DateOf(p.Clock.Now()), x.set.Days)
	m, ok, err := p.Enquiry.Median(ctx, hub.Actor{}, area)
	if ok {
		x.median = &m
	}
	return x, err
}

// promise says by when the first answer comes, and how long it usually takes.
func (x page) promise(ctx context.Context) string {
	s := i18n.T(ctx, "ask.promise", "n", x.set.Days, "day", x.due)
	if x.median != nil {
		s += i18n.T(ctx, "ask.median", "days", strconv.FormatFloat(x.median.Days, 'f', -1, 64), "count", x.median.N)
	}
	return s
}
