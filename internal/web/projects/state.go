package projects

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// state answers GET /projects/{id}/state: where the project can go from here.
func (p *Pages) state(w http.ResponseWriter, r *http.Request) error {
	v, err := p.one(r)
	if err != nil {
		return err
	}
	f := ui.NewForm("version", strconv.Itoa(v.Entry.Version), "to", r.URL.Query().Get("to"), "on", string(p.Today()))
	return web.Render(w, r, http.StatusOK, statePage(&v.Entry, f))
}

// moved answers POST /projects/{id}/state.
func (p *Pages) moved(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.one(r)
	if err != nil {
		return err
	}
	on, reason := f.Date("on"), f.Text("reason")
	to := f.Choice("to", words(project.Next(v.Entry.State))...)
	if f.Err() == nil {
		version, _ := strconv.Atoi(f.Get("version"))
		_, err := p.Projects.Move(r.Context(), web.ActorOf(r.Context()), v.Entry.ID, version, catalogue.State(to), on, reason)
		if err == nil {
			return web.RedirectWith(w, r, href(v.Entry.ID), "record.state_saved")
		}
		if !f.Take(err) {
			return err
		}
	}
	return web.Render(w, r, http.StatusUnprocessableEntity, statePage(&v.Entry, f))
}

func words(states []catalogue.State) (out []string) {
	for _, s := range states {
		out = append(out, string(s))
	}
	return out
}
