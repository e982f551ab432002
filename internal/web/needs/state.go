package needs

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// state answers POST /needs/{id}/state.
func (p *Pages) state(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version"))
	_, err = p.Catalogue.Needs.Revise(r.Context(), web.ActorOf(r.Context()), id, version, func(n *catalogue.Need) error {
		n.State = catalogue.State(f.Get("state"))
		return nil
	})
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(id), "record.state_saved")
}
