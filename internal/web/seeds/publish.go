package seeds

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// publish answers GET /seeds/{id}/publish: the gate's question.
func (p *Pages) publish(w http.ResponseWriter, r *http.Request) error {
	v, err := p.publishable(r)
	if err != nil {
		return err
	}
	f := ui.NewForm("version", strconv.Itoa(v.Entry.Version), "scope", string(hub.Public))
	return web.Render(w, r, http.StatusOK, publishPage(v, f))
}

// published answers POST /seeds/{id}/publish.
func (p *Pages) published(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.publishable(r)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version"))
	_, err = p.Catalogue.Publish(r.Context(), web.ActorOf(r.Context()), v.Entry.ID, version, f.Get("gate"), hub.Scope(f.Get("scope")))
	if err == nil {
		return web.RedirectWith(w, r, href(v.Entry.ID), "seeds.published")
	}
	if !f.Take(err) {
		return err
	}
	if again, loaded := p.publishable(r); loaded == nil { // the answer is kept as a new version
		v = again
		f.Set("version", strconv.Itoa(v.Entry.Version))
	}
	return web.Render(w, r, http.StatusUnprocessableEntity, publishPage(v, f))
}

func (p *Pages) publishable(r *http.Request) (v catalogue.View[catalogue.Seed], err error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return v, err
	}
	if v, err = p.Catalogue.Seeds.Get(r.Context(), web.ActorOf(r.Context()), id); err == nil && !v.Publish {
		err = hub.Errorf(hub.Forbidden, "error.may_not_publish")
	}
	return v, err
}

// state answers POST /seeds/{id}/state.
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
	_, err = p.Catalogue.Seeds.Revise(r.Context(), web.ActorOf(r.Context()), id, version, func(s *catalogue.Seed) error {
		to := catalogue.State(f.Get("state"))
		if to == catalogue.SeedAwaiting {
			if err := s.Ready().Err(); err != nil {
				return err
			}
		}
		s.State = to
		return nil
	})
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(id), "record.state_saved")
}
