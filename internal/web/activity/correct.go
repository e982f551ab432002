package activity

import (
	"net/http"

	record "github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// correct answers GET /activities/{id}/correct: a new line that puts an old one
// right. The old one stays.
func (p *Pages) correct(w http.ResponseWriter, r *http.Request) error {
	old, s, err := p.correctable(r)
	if err != nil {
		return err
	}
	f := ui.NewForm("kind", string(old.Kind), "text", old.Line, "body", old.Body, "day", string(hub.DateOf(old.At)), "scope", string(old.Scope))
	return p.draw(w, r, http.StatusOK, entry{subject: s, form: f, old: &old})
}

// corrected answers POST /activities/{id}/correct.
func (p *Pages) corrected(w http.ResponseWriter, r *http.Request) error {
	old, s, err := p.correctable(r)
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
			x.Corrects = old.ID
			_, err = p.Activity.Add(r.Context(), web.ActorOf(r.Context()), x)
		}
	}
	if err = rename(err); f.Take(err) {
		return p.draw(w, r, http.StatusUnprocessableEntity, entry{subject: s, form: f, old: &old})
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, back(s, ""), "activity.corrected_done")
}

// correctable is the line of the address, when the actor may correct it: what
// the program noted is right as it is.
func (p *Pages) correctable(r *http.Request) (record.Record, Subject, error) {
	x, s, err := p.line(r)
	if err == nil && (!s.Write || x.Message != "") {
		err = hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return x, s, err
}
