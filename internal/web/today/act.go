package today

import (
	"context"
	"net/http"
	"net/url"

	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// line is the line of work that a form speaks of.
type line struct {
	kind desk.Kind
	id   hub.ID
	form *ui.Form
}

// read takes the posted form. Undoing carries its values in the address.
func read(r *http.Request) (l line, err error) {
	f, err := web.ReadForm(r)
	if err != nil {
		return l, err
	}
	for name, values := range r.URL.Query() {
		if _, posted := f.Values[name]; !posted {
			f.Values[name] = values
		}
	}
	l = line{kind: desk.Kind(f.Get("kind")), id: hub.ID(f.Get("id")), form: f}
	if !l.id.Valid() {
		return l, hub.Errorf(hub.NotFound, "error.not_found")
	}
	return l, nil
}

// done answers POST /today/done.
func (p *Pages) done(w http.ResponseWriter, r *http.Request) error {
	l, err := read(r)
	if err != nil {
		return err
	}
	if err := p.Desk.Finish(r.Context(), web.ActorOf(r.Context()), l.id); err != nil {
		return p.refuse(w, r, l, err)
	}
	return p.settle(w, r, l, i18n.T(r.Context(), "desk.done_done"), "/today/reopen?"+l.address().Encode())
}

// reopen answers POST /today/reopen.
func (p *Pages) reopen(w http.ResponseWriter, r *http.Request) error {
	l, err := read(r)
	if err != nil {
		return err
	}
	if err := p.Desk.Reopen(r.Context(), web.ActorOf(r.Context()), l.id); err != nil {
		return err
	}
	return web.RedirectWith(w, r, Href, "activity.reopened_done")
}

// putOff answers POST /today/put-off: until the day of the button, or the one
// typed.
func (p *Pages) putOff(w http.ResponseWriter, r *http.Request) error {
	l, err := read(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	until := l.form.Date("until")
	if until == "" {
		until = l.form.Date("day")
	}
	if err := l.form.Err(); err != nil {
		return p.refuse(w, r, l, err)
	}
	undo, err := p.undo(ctx, a, l)
	if err != nil {
		return p.refuse(w, r, l, err)
	}
	if err := p.Desk.PutOff(ctx, a, l.kind, l.id, until); err != nil {
		return p.refuse(w, r, l, err)
	}
	return p.settle(w, r, l, i18n.T(ctx, "desk.put_off_done", "day", until), undo)
}

// handOn answers POST /today/hand-on: a promise becomes a colleague's.
func (p *Pages) handOn(w http.ResponseWriter, r *http.Request) error {
	l, err := read(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	to, due := hub.ID(l.form.Get("to")), l.form.Date("due")
	if err := l.form.Err(); err != nil {
		return p.refuse(w, r, l, err)
	}
	undo, err := p.undo(ctx, a, l)
	if err != nil {
		return p.refuse(w, r, l, err)
	}
	if err := p.Desk.HandOn(ctx, a, l.id, to, due); err != nil {
		return p.refuse(w, r, l, err)
	}
	return p.settle(w, r, l, p.handed(ctx, a, to), undo)
}

// plan answers POST /today/plan: a line of work becomes a promise with a day, of
// the reader or of a colleague.
func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	l, err := read(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	what, to, due := l.form.Required("what", i18n.T(ctx, "record.next_action")), hub.ID(l.form.Get("to")), l.form.Date("due")
	if err := l.form.Err(); err != nil {
		return p.refuse(w, r, l, err)
	}
	record := desk.Ref{Kind: l.form.Get("of"), ID: l.id}
	if err := p.Desk.Plan(ctx, a, l.kind, record, what, to, due); err != nil {
		return p.refuse(w, r, l, err)
	}
	text := i18n.T(ctx, "desk.plan_done")
	if to != "" && to != a.User {
		text = p.handed(ctx, a, to)
	}
	return p.settle(w, r, l, text, "")
}

// restore answers POST /today/restore: it takes putting off and handing on back.
func (p *Pages) restore(w http.ResponseWriter, r *http.Request) error {
	l, err := read(r)
	if err != nil {
		return err
	}
	due := l.form.Date("due")
	if err := l.form.Err(); err != nil {
		return err
	}
	ctx := r.Context()
	if err := p.Desk.Restore(ctx, web.ActorOf(ctx), l.kind, l.id, hub.ID(l.form.Get("to")), due); err != nil {
		return err
	}
	return web.RedirectWith(w, r, Href, "desk.restored_done")
}

// handed says who has the line now.
func (p *Pages) handed(ctx context.Context, a hub.Actor, to hub.ID) string {
	names, err := p.Accounts.NamesOf(ctx, a, []hub.ID{to})
	if err != nil || names[to] == "" {
		return i18n.T(ctx, "activity.planned_done")
	}
	return i18n.T(ctx, "desk.hand_on_done", "who", names[to])
}

// undo gives the address that puts a line back as it is now.
func (p *Pages) undo(ctx context.Context, a hub.Actor, l line) (string, error) {
	q := l.address()
	if l.kind == desk.Promise {
		x, err := p.Desk.Line(ctx, a, l.id)
		if err != nil {
			return "", err
		}
		q.Set("to", string(x.Assignee))
		if x.Due != "" {
			q.Set("due", string(x.Due))
		}
	}
	return "/today/restore?" + q.Encode(), nil
}

func (l line) address() url.Values {
	return url.Values{"kind": {string(l.kind)}, "id": {string(l.id)}}
}

// settle tells that a line was dealt with: in its place, or on the page that is
// shown again.
func (p *Pages) settle(w http.ResponseWriter, r *http.Request, l line, text, undo string) error {
	var take *ui.Action
	if undo != "" {
		take = &ui.Action{Label: i18n.T(r.Context(), "button.undo"), Href: undo, Post: true, Icon: "undo"}
	}
	if web.Partial(r) {
		return web.Render(w, r, http.StatusOK, ui.TaskGone(rowID(l.kind, l.id), text, take))
	}
	web.Flash(w, r, ui.Message{Tone: ui.Good, Text: text, Undo: take})
	return web.Redirect(w, r, Href)
}

// refuse tells why nothing was done with a line: what the reader can mend, in its
// place or on top of the page; anything else as the error it is.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, l line, err error) error {
	if !l.form.Take(err) {
		return err
	}
	ctx := r.Context()
	text := i18n.Error(ctx, err)
	for i, problem := range l.form.Problems {
		if i == 0 {
			text = i18n.Field(ctx, problem)
		}
	}
	if web.Partial(r) {
		return web.Render(w, r, http.StatusOK, ui.TaskRefused(rowID(l.kind, l.id), text, ui.Link{Label: i18n.T(ctx, "desk.again"), Href: Href}))
	}
	web.Flash(w, r, ui.Message{Tone: ui.Bad, Text: text})
	return web.Redirect(w, r, Href)
}
