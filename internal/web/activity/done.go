package activity

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// done answers POST /activities/{id}/done: the next action is done. It can be
// taken back where one arrives.
func (p *Pages) done(w http.ResponseWriter, r *http.Request) error {
	href, id, err := p.finish(r, p.Activity.Complete)
	if err != nil {
		return err
	}
	web.Flash(w, r, ui.Message{
		Tone: ui.Good, Text: i18n.T(r.Context(), "activity.done_done"),
		Undo: &ui.Action{Href: "/activities/" + string(id) + "/reopen", Post: true},
	})
	return web.Redirect(w, r, href)
}

// reopen answers POST /activities/{id}/reopen.
func (p *Pages) reopen(w http.ResponseWriter, r *http.Request) error {
	href, _, err := p.finish(r, p.Activity.Reopen)
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href, "activity.reopened_done")
}

func (p *Pages) finish(r *http.Request, do func(context.Context, hub.Actor, hub.ID) error) (href string, id hub.ID, err error) {
	x, s, err := p.line(r)
	if err != nil {
		return "", "", err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return "", "", err
	}
	return back(s, f.Get("back")), x.ID, do(r.Context(), web.ActorOf(r.Context()), x.ID)
}
