package activity

import (
	"net/http"

	record "github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// create answers GET /activities/new: the full form about a record.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	s, err := p.writable(r)
	if err != nil {
		return err
	}
	f := ui.NewForm("kind", string(record.Note), "scope", string(hub.HubOnly.Narrower(s.Scope)),
		"day", string(hub.DateOf(p.Clock.Now())), "assignee", string(web.ActorOf(r.Context()).User))
	return p.draw(w, r, http.StatusOK, entry{subject: s, form: f})
}

// created answers POST /activities, from the full form and from the box above a
// timeline. A line that cannot be taken comes back in the full form.
func (p *Pages) created(w http.ResponseWriter, r *http.Request) error {
	s, err := p.writable(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x, err := p.read(r, s, f)
	if err == nil {
		if err = f.Err(); err == nil {
			_, err = p.Activity.Add(r.Context(), web.ActorOf(r.Context()), x)
		}
	}
	if err = rename(err); f.Take(err) {
		return p.draw(w, r, http.StatusUnprocessableEntity, entry{subject: s, form: f})
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, back(s, f.Get("back")), "activity.recorded_done")
}

// writable is the subject of the address, when the actor may write about it.
func (p *Pages) writable(r *http.Request) (Subject, error) {
	s, err := p.subject(r)
	if err == nil && !s.Write {
		err = hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return s, err
}
