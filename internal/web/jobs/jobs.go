// Package jobs is the administrator's page of background work: what waits, what
// failed and why, and how often it was tried. It shows no records.
package jobs

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/jobs"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// Section is the section's name in navigation and tests; Path its address.
const (
	Section = "jobs"
	Path    = "/jobs"
)

const shown = 200

// Pages are the pages of the section.
type Pages struct {
	Jobs  *jobs.Jobs
	Clock hub.Clock
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Handler: p.list, Section: Section},
		{Method: http.MethodPost, Pattern: Path + "/{id}/retry", Handler: p.retry, Section: Section},
		{Method: http.MethodPost, Pattern: Path + "/{id}/cancel", Handler: p.cancel, Section: Section},
	}
}

// listed is the list of jobs.
type listed struct {
	list    web.List
	entries []jobs.Entry
}

// hidden makes the page one that is not there for others.
func hidden(r *http.Request) error {
	if !web.ActorOf(r.Context()).IsAdministrator() {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}
	return nil
}

// list answers GET /jobs.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	if err := hidden(r); err != nil {
		return err
	}
	l := listed{list: web.ReadList(r, nil, []string{"state"})}
	var states []jobs.State
	for _, s := range l.list.Filter("state") {
		if slices.Contains(jobs.States, jobs.State(s)) {
			states = append(states, jobs.State(s))
		}
	}
	var err error
	if l.entries, err = p.Jobs.Recent(r.Context(), web.ActorOf(r.Context()), shown, states...); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(l))
}

// retry answers POST /jobs/{id}/retry.
func (p *Pages) retry(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err == nil {
		err = p.Jobs.Retry(r.Context(), web.ActorOf(r.Context()), n)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, Path, "job.retried_done")
}

// cancel answers POST /jobs/{id}/cancel.
func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err == nil {
		err = p.Jobs.Cancel(r.Context(), web.ActorOf(r.Context()), n)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, Path, "job.cancelled_done")
}

func number(r *http.Request) (int64, error) {
	if err := hidden(r); err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, hub.Errorf(hub.NotFound, "error.not_found")
	}
	return n, nil
}
