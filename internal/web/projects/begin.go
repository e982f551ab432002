package projects

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// begin answers POST /projects/begin: a project from the seed or need that the
// form names by of and record, with all that stands there.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x, err := p.Projects.Begin(r.Context(), web.ActorOf(r.Context()), project.Origin{Kind: f.Get("of"), ID: hub.ID(f.Get("record"))})
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(x.ID), "projects.begun")
}
