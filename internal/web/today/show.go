package today

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// page is what the day's work shows to one reader.
type page struct {
	desk.Today
	reader hub.Actor
	// colleagues are those to whom work of an area can be handed, by the area.
	colleagues map[hub.ID][]ui.Option
	// days are the working days of the areas.
	days map[hub.ID]calendar.Calendar
}

// show answers GET /today.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if err := p.Desk.Prepare(ctx, a); err != nil {
		return err
	}
	t, err := p.Desk.Today(ctx, a)
	if err != nil {
		return err
	}
	x := page{Today: t, reader: a, colleagues: map[hub.ID][]ui.Option{}}
	if x.days, err = p.Accounts.Calendars(ctx); err != nil {
		return err
	}
	for _, area := range a.Areas(hub.Role.Staff) {
		all, err := p.Accounts.Colleagues(ctx, a, area)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.ID != a.User {
				x.colleagues[area] = append(x.colleagues[area], ui.Option{Value: string(c.ID), Label: c.Name})
			}
		}
	}
	if err := p.Desk.Seen(ctx, a); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, todayPage(x))
}
