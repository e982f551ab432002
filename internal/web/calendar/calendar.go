// Package calendar is the section /areas/SLUG/calendar: on which days an area's
// office works, which is what promises are counted by. Everyone may read it; the
// office corrects it.
package calendar

import (
	"context"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in tests; it has no place in the navigation.
const Section = "calendar"

// Pages are the pages of the section.
type Pages struct {
	Accounts *account.Service
	Clock    hub.Clock
}

// Href is the address of an area's calendar.
func Href(slug string) string { return "/areas/" + slug + "/calendar" }

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: "/areas/{slug}/calendar", Handler: p.show, Section: Section, Public: true},
		{Method: http.MethodPost, Pattern: "/areas/{slug}/calendar", Handler: p.correct, Section: Section},
		{Method: http.MethodPost, Pattern: "/areas/{slug}/calendar/undo", Handler: p.uncorrect, Section: Section},
	}
}

// page is one year of an area's calendar.
type page struct {
	area account.Area
	year int
	days []calendar.Day
	edit bool
	form *ui.Form
}

// show answers GET /areas/{slug}/calendar.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.draw(w, r, http.StatusOK, ui.NewForm("kind", string(calendar.Closed)))
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	ctx := r.Context()
	area, err := p.Accounts.AreaBySlug(ctx, r.PathValue("slug"))
	if err != nil {
		return err
	}
	c, err := p.Accounts.Calendar(ctx, area.ID)
	if err != nil {
		return err
	}
	x := page{area: area, year: p.year(r), edit: account.MayGrant(web.ActorOf(ctx), area.ID), form: f}
	x.days = c.Year(x.year)
	return web.Render(w, r, status, showPage(x))
}

// year is the one asked for, or this year.
func (p *Pages) year(r *http.Request) int {
	y, err := strconv.Atoi(r.URL.Query().Get("year"))
	if err != nil || y < calendar.FirstYear || y > calendar.LastYear {
		return p.Clock.Now().In(hub.Tokyo).Year()
	}
	return y
}

// correct answers POST /areas/{slug}/calendar: days on which the office is
// closed, or works.
func (p *Pages) correct(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	area, err := p.Accounts.AreaBySlug(ctx, r.PathValue("slug"))
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	from, until, yearly := f.Date("from"), f.Date("until"), f.Bool("yearly")
	kind := calendar.Kind(f.Choice("kind", string(calendar.Closed), string(calendar.Opened)))
	if err = f.Err(); err == nil {
		err = p.Accounts.CorrectDays(ctx, web.ActorOf(ctx), area.ID, from, until, kind, yearly, f.Bilingual("name"))
	}
	if f.Take(err) {
		return p.draw(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, Href(area.Slug)+"?year="+string(from[:4]), "calendar.corrected")
}

// uncorrect answers POST /areas/{slug}/calendar/undo: what was said of a day is
// taken back.
func (p *Pages) uncorrect(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	area, err := p.Accounts.AreaBySlug(ctx, r.PathValue("slug"))
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	day := f.Date("day")
	if err := f.Err(); err != nil {
		return err
	}
	if err := p.Accounts.UncorrectDay(ctx, web.ActorOf(ctx), area.ID, day, f.Bool("yearly")); err != nil {
		return err
	}
	return web.RedirectWith(w, r, Href(area.Slug), "calendar.uncorrected")
}

// name says what day it is.
func name(ctx context.Context, d calendar.Day) string {
	switch {
	case d.Key != "":
		return i18n.T(ctx, d.Key)
	case !d.Name.Empty():
		return i18n.Text(ctx, d.Name)
	}
	return i18n.T(ctx, "calendar.kind_"+string(d.Kind))
}

func (x page) years(ctx context.Context) []ui.Tab {
	var out []ui.Tab
	for y := max(x.year-1, calendar.FirstYear); y <= min(x.year+2, calendar.LastYear); y++ {
		out = append(out, ui.Tab{
			Label: i18n.T(ctx, "calendar.year", "year", strconv.Itoa(y)), Href: Href(x.area.Slug) + "?year=" + strconv.Itoa(y),
			Current: y == x.year, Count: -1,
		})
	}
	return out
}

func kinds(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, k := range []calendar.Kind{calendar.Closed, calendar.Opened} {
		out = append(out, ui.Option{Value: string(k), Label: i18n.T(ctx, "calendar.kind_"+string(k)), Help: i18n.T(ctx, "calendar.help_"+string(k))})
	}
	return out
}
