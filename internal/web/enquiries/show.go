package enquiries

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/status"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// page is an enquiry with what stands around it.
type page struct {
	view        enquiry.View
	area        account.Area
	days        calendar.Calendar
	today       hub.Date
	events      []enquiry.Event
	suggestions []enquiry.Suggestion
	files       []catalogue.File
	names       map[hub.ID]string
	body        hub.Text // the institution that answers
	referrer    hub.Text // the bank that referred it
	lines       activity.Lines
	staff       bool
	link        string // a fresh link, shown once
}

// show answers GET /enquiries/{id}.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.draw(w, r, "")
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request, link string) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	v, err := p.Enquiry.Get(ctx, a, id)
	if err != nil {
		return err
	}
	x, err := p.around(ctx, a, v)
	if err != nil {
		return err
	}
	x.link = link
	if v.StatusOnly {
		return web.Render(w, r, http.StatusOK, referredPage(x))
	}
	return web.Render(w, r, http.StatusOK, showPage(x))
}

func (p *Pages) around(ctx context.Context, a hub.Actor, v enquiry.View) (x page, err error) {
	x = page{view: v, today: p.today(), staff: a.StaffOf(v.Area)}
	if x.area, err = p.Accounts.Area(ctx, v.Area); err != nil {
		return x, err
	}
	if x.days, err = p.Accounts.Calendar(ctx, v.Area); err != nil || v.StatusOnly {
		return x, err
	}
	if x.events, err = p.Enquiry.Events(ctx, a, v.ID); err != nil {
		return x, err
	}
	if x.suggestions, err = p.Enquiry.Suggest(ctx, a, v.ID); err != nil {
		return x, err
	}
	if x.files, err = p.Enquiry.Files(ctx, a, v.ID); err != nil {
		return x, err
	}
	if x.names, err = p.Accounts.NamesOf(ctx, a, []hub.ID{v.Assignee}); err != nil {
		return x, err
	}
	names, err := p.Directory.Names(ctx, a, []hub.ID{v.Body, v.RefBody})
	if err != nil {
		return x, err
	}
	x.body, x.referrer = names[v.Body], names[v.RefBody]
	x.lines, err = p.Lines.Of(ctx, a, subject(v))
	return x, err
}

// link answers POST /enquiries/{id}/link: a fresh link to the status page, shown
// once to be copied.
func (p *Pages) link(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	word, err := p.Enquiry.NewLink(r.Context(), web.ActorOf(r.Context()), id)
	if err != nil {
		return err
	}
	return p.draw(w, r, address(r)+status.Href(word))
}

// address is where the reader's browser reaches this site.
func address(r *http.Request) string {
	scheme := "http://"
	if web.Secure(r) {
		scheme = "https://"
	}
	return scheme + r.Host
}

// revoke answers POST /enquiries/{id}/links/revoke.
func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Enquiry.RevokeLinks(r.Context(), web.ActorOf(r.Context()), id); err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(id), "enquiries.revoked")
}

// file answers GET /enquiries/{id}/files/{file}: always as a file to be saved, so
// that nothing in it runs in this site's name.
func (p *Pages) file(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	file, err := web.PathID(r, "file")
	if err != nil {
		return err
	}
	return p.Enquiry.ReadFile(r.Context(), web.ActorOf(r.Context()), id, file, func(f catalogue.File) {
		w.Header().Set("Content-Type", f.MediaType)
		w.Header().Set("Content-Disposition", web.Attachment(f.Name))
		w.Header().Set("Content-Length", strconv.FormatInt(f.Size, 10))
		w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
		w.WriteHeader(http.StatusOK)
	}, w)
}

// why says why somebody is proposed.
func why(ctx context.Context, s enquiry.Suggestion) string {
	load := i18n.T(ctx, "enquiries.load", "n", s.Open)
	if s.Late > 0 {
		load = i18n.T(ctx, "enquiries.load_late", "n", s.Open, "late", s.Late)
	}
	if len(s.Words) == 0 {
		return i18n.T(ctx, "enquiries.why_load", "load", load)
	}
	return i18n.T(ctx, "enquiries.why", "words", strings.Join(s.Words[:min(len(s.Words), 4)], i18n.T(ctx, "enquiries.comma")), "load", load)
}

func (x page) outgoing() (out []enquiry.Event) {
	for i := len(x.events) - 1; i >= 0; i-- {
		if x.events[i].Outgoing() {
			out = append(out, x.events[i])
		}
	}
	return out
}

func (x page) told(ctx context.Context) (out []ui.Entry) {
	for i := len(x.events) - 1; i >= 0; i-- {
		e := status.Entry(ctx, x.events[i])
		e.Who = x.events[i].ByName
		out = append(out, e)
	}
	return out
}
