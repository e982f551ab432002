// Package copies is the section /copies: how old the copies of the hub are,
// whether restoring one has been rehearsed, and asking for either now. It is for
// administrators; a copy itself never leaves through the web.
package copies

import (
	"context"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in navigation and tests; Path its address.
const (
	Section = "copies"
	Path    = "/copies"
)

// Pages are the pages of the section.
type Pages struct {
	Daily *archive.Daily // nil when no copies are made
	Clock hub.Clock
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Handler: p.show, Section: Section},
		{Method: http.MethodGet, Pattern: Path + "/progress", Handler: p.progress, Section: Section},
		{Method: http.MethodPost, Pattern: Path, Handler: p.ask(archive.MakeCopy), Section: Section},
		{Method: http.MethodPost, Pattern: Path + "/drill", Handler: p.ask(archive.Rehearse), Section: Section},
	}
}

// page is what the section shows.
type page struct {
	on bool
	archive.State
	today hub.Date
}

// state gives the copies to administrators; to others the page is not found.
func (p *Pages) state(r *http.Request) (x page, err error) {
	a := web.ActorOf(r.Context())
	if !a.IsAdministrator() {
		return x, hub.Errorf(hub.NotFound, "error.not_found")
	}
	x = page{on: p.Daily != nil, today: hub.DateOf(p.Clock.Now())}
	if x.on {
		x.State, err = p.Daily.State(a)
	}
	return x, err
}

// show answers GET /copies.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	x, err := p.state(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, showPage(x))
}

// progress answers GET /copies/progress: what is under way, as a part of the
// page that renews itself. When it is done the page is asked for anew.
func (p *Pages) progress(w http.ResponseWriter, r *http.Request) error {
	x, err := p.state(r)
	if err != nil {
		return err
	}
	if x.Doing == "" {
		w.Header().Set("HX-Refresh", "true")
	}
	return web.Render(w, r, http.StatusOK, ui.Progress(work(r.Context(), x)))
}

// ask answers POST /copies and /copies/drill: do it now.
func (p *Pages) ask(t archive.Task) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if x, err := p.state(r); err != nil || !x.on {
			if err == nil {
				err = hub.Errorf(hub.NotFound, "error.not_found")
			}
			return err
		}
		if err := p.Daily.Ask(web.ActorOf(r.Context()), t); err != nil {
			return err
		}
		return web.RedirectWith(w, r, Path, "copies.asked_"+string(t))
	}
}

func work(ctx context.Context, x page) ui.Work {
	if x.Doing == "" {
		return ui.Work{Label: i18n.T(ctx, "copies.done")}
	}
	return ui.Work{Label: i18n.T(ctx, "copies.doing_"+string(x.Doing)), Poll: Path + "/progress"}
}

// notice says what should be looked at first.
func (x page) notice(ctx context.Context) ui.Message {
	switch {
	case x.Failed != nil:
		return ui.Message{Tone: ui.Bad, Text: i18n.T(ctx, "copies.failed", "cause", i18n.Error(ctx, x.Failed))}
	case x.Drilled && x.Drill.Err() != nil:
		return ui.Message{Tone: ui.Bad, Text: i18n.T(ctx, "copies.drill_failed", "copy", x.Drill.Copy, "cause", i18n.Error(ctx, x.Drill.Err()))}
	case len(x.Files) == 0:
		return ui.Message{Tone: ui.Caution, Text: i18n.T(ctx, "copies.none_yet")}
	case x.Files[0].Day < x.today.AddDays(-3):
		return ui.Message{Tone: ui.Caution, Text: i18n.T(ctx, "copies.old", "date", i18n.Date(ctx, x.Files[0].Day))}
	case !x.Drilled:
		return ui.Message{Tone: ui.Caution, Text: i18n.T(ctx, "copies.drill_none")}
	}
	return ui.Message{Tone: ui.Good, Text: i18n.T(ctx, "copies.good")}
}

// drill words what the last rehearsal found.
func (x page) drill(ctx context.Context) string {
	switch {
	case !x.Drilled:
		return i18n.T(ctx, "copies.never")
	case x.Drill.Err() != nil:
		return i18n.T(ctx, "copies.drill_bad", "date", i18n.Time(ctx, x.Drill.At), "copy", x.Drill.Copy)
	case !x.Drill.Certified:
		return i18n.T(ctx, "copies.drill_uncertified", "date", i18n.Time(ctx, x.Drill.At), "copy", x.Drill.Copy)
	}
	return i18n.T(ctx, "copies.drill_good", "date", i18n.Time(ctx, x.Drill.At), "copy", x.Drill.Copy,
		"tables", x.Drill.Tables, "rows", i18n.Number(ctx, x.Drill.Rows), "lines", i18n.Number(ctx, x.Drill.Lines))
}

// size writes a number of bytes as people say it.
func size(n int64) string {
	v, unit := float64(n), "B"
	for _, next := range []string{"KB", "MB", "GB"} {
		if v < 1024 {
			break
		}
		v, unit = v/1024, next
	}
	return strconv.FormatFloat(v, 'f', 1, 64) + " " + unit
}
