// Package intake is the section /intake: bringing spreadsheets in. A file is
// sent, its columns are given a meaning, the plan is looked over, applied, and
// if need be taken back. Long steps run in the background; their page renews
// itself, by script or without. One file per verb.
package intake

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Pages are the pages of the section.
type Pages struct {
	Intake   *intake.Service
	Accounts *account.Service
	Clock    hub.Clock
	// Patience is how long a page waits for a step before it shows progress
	// instead: small files need none. Zero means a second and a half.
	Patience time.Duration
}

// Section is the section's name in navigation and tests.
const Section = "intake"

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	get := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Handler: h, Section: Section}
	}
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section, Timeout: 2 * time.Minute}
	}
	upload := post("/intake/new", p.created)
	upload.MaxBody = sheet.DefaultLimits.File + 1<<20
	return []web.Route{
		get("/intake", p.list),
		get("/intake/new", p.create),
		upload,
		get("/intake/{id}", p.show),
		get("/intake/{id}/progress", p.progress),
		get("/intake/{id}/problems.csv", p.problems),
		post("/intake/{id}/setup", p.setup),
		post("/intake/{id}/apply", p.apply),
		post("/intake/{id}/cancel", p.cancel),
		post("/intake/{id}/drop", p.drop),
		get("/intake/{id}/undo", p.ask),
		post("/intake/{id}/undo", p.undo),
	}
}

func href(id hub.ID) string { return "/intake/" + string(id) }

// areas gives the areas whose staff the reader is.
func (p *Pages) areas(ctx context.Context, a hub.Actor) (out []account.Area, err error) {
	all, err := p.Accounts.Areas(ctx)
	mine := a.Areas(hub.Role.Staff)
	for _, x := range all {
		if slices.Contains(mine, x.ID) {
			out = append(out, x)
		}
	}
	if err == nil && len(out) == 0 {
		return nil, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return out, err
}

// begin starts a step in the background and waits a little, so that a small
// file goes from page to page without a page of progress between.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request, id hub.ID, work func(context.Context, hub.Actor, hub.ID) error) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if _, err := p.Intake.Get(ctx, a, id); err != nil {
		return err
	}
	done := make(chan struct{})
	err := p.Intake.Begin(a, id, func(ctx context.Context, a hub.Actor, id hub.ID) error {
		defer close(done)
		return work(ctx, a, id)
	})
	if err != nil {
		return err
	}
	patience := p.Patience
	if patience == 0 {
		patience = 1500 * time.Millisecond
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
	return web.Redirect(w, r, href(id))
}

func (p *Pages) analyse(ctx context.Context, a hub.Actor, id hub.ID) error {
	return p.Intake.Analyse(ctx, a, id, nil)
}

// kindWord names what the rows are.
func kindWord(ctx context.Context, k intake.Kind) string {
	return i18n.T(ctx, "section."+string(k))
}

// state draws where an import stands.
func state(ctx context.Context, s intake.State) ui.State {
	tone := ui.Neutral
	switch s {
	case intake.Planning, intake.Applying, intake.Undoing:
		tone = ui.Active
	case intake.Waiting, intake.Ready:
		tone = ui.Caution
	case intake.Applied:
		tone = ui.Good
	case intake.Undone, intake.Dropped:
		tone = ui.Ended
	}
	return ui.State{Label: i18n.T(ctx, "intake.state."+string(s)), Tone: tone}
}

// sentence gives a problem in the reader's language.
func sentence(ctx context.Context, p intake.Problem) string {
	pairs := make([]any, 0, 2*len(p.Args))
	for k, v := range p.Args {
		pairs = append(pairs, k, v)
	}
	return i18n.T(ctx, p.Key, pairs...)
}

// fieldWord names a field of a kind, as far as there is a word for it.
func fieldWord(ctx context.Context, k intake.Kind, name string) string {
	if key := "intake.field." + string(k) + "." + name; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return i18n.T(ctx, "intake.field_other")
}
