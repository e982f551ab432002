package organisations

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// growing is the growth of one area's membership.
type growing struct {
	area  account.Area
	areas areas
	by    string // "month" or "year"
	found directory.Growth
}

// growth answers GET /organisations/growth: how many members an area had at the
// end of each fiscal year, or of each of the last 24 months with by=month, by
// category and class.
func (p *Pages) growth(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	areas, err := p.areas(ctx)
	if err != nil {
		return err
	}
	x := growing{areas: areas, by: "year"}
	if r.URL.Query().Get("by") == "month" {
		x.by = "month"
	}
	for i, area := range areas.all {
		if i == 0 || area.Slug == r.URL.Query().Get("area") {
			x.area = area
		}
	}
	if x.area.ID == "" {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}
	today := p.today()
	var days []hub.Date
	if x.by == "month" {
		days = directory.MonthEnds(today.AddDays(-700), today)
	} else {
		for y := today.FiscalYear() - 6; y < today.FiscalYear(); y++ {
			_, last := y.Bounds()
			days = append(days, last)
		}
	}
	if n := len(days); n > 0 && days[n-1] >= today {
		days = days[:n-1] // the month that is not over
	}
	days = append(days, today)
	if x.found, err = p.Directory.Memberships.Growth(ctx, a, x.area.ID, days); err != nil {
		return err
	}
	// The time before there were members tells nothing, but the last such day.
	for len(x.found.Days) > 2 && x.found.Total(0)+x.found.Total(1) == 0 {
		x.found.Days, x.found.Counts = x.found.Days[1:], x.found.Counts[1:]
	}
	return web.Render(w, r, http.StatusOK, growthPage(x))
}
