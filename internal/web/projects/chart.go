package projects

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// charting is the page of projects per stage and month.
type charting struct {
	portfolio
	line project.Pipeline
}

// shownMonths is how far back the chart goes.
const shownMonths = 24

// chart answers GET /projects/chart.
func (p *Pages) chart(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	of, err := p.portfolioOf(r, "/projects/chart")
	if err != nil {
		return err
	}
	x := charting{portfolio: of}
	from := p.Today().Time().AddDate(0, -shownMonths+1, 0).Format("2006-01")
	if x.line, err = p.Projects.Pipeline(ctx, a, project.PipelineQuery{By: x.by, Areas: x.ids(), From: from}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, chartPage(x))
}

// finding says in a sentence what the chart shows.
func (x charting) finding(ctx context.Context) string {
	if len(x.line.Months) == 0 {
		return i18n.T(ctx, "projects.chart_none")
	}
	first, last := x.line.Months[0], x.line.Months[len(x.line.Months)-1]
	entered, left := 0, 0
	for _, m := range x.line.Months {
		entered += m.Entered
		left += m.Left
	}
	return i18n.T(ctx, "projects.chart_finding", "now", sum(x.line.Keys, last), "then", sum(x.line.Keys, first), "month", month(ctx, first.Month), "entered", entered, "left", left)
}

func sum(keys []string, m project.MonthOf) (n int) {
	for _, k := range keys {
		n += m.Count[k]
	}
	return n
}

func (x charting) data(ctx context.Context) ui.ChartData {
	d := ui.ChartData{Unit: i18n.T(ctx, "projects.unit")}
	for _, m := range x.line.Months {
		d.Labels = append(d.Labels, strings.ReplaceAll(m.Month[2:], "-", "/"))
	}
	for _, key := range x.line.Keys {
		s := ui.ChartSeries{Name: x.word(ctx, key)}
		for _, m := range x.line.Months {
			s.Values = append(s.Values, m.Count[key])
		}
		d.Series = append(d.Series, s)
	}
	return d
}

// table is the same as rows, the newest month first.
func (x charting) table(ctx context.Context) [][]string {
	head := []string{i18n.T(ctx, "projects.month")}
	for _, key := range x.line.Keys {
		head = append(head, x.word(ctx, key))
	}
	out := [][]string{append(head, i18n.T(ctx, "projects.sum"), i18n.T(ctx, "projects.entered"), i18n.T(ctx, "projects.moved"), i18n.T(ctx, "projects.left"))}
	for _, m := range slices.Backward(x.line.Months) {
		row := []string{strings.ReplaceAll(m.Month, "-", "/")}
		for _, key := range x.line.Keys {
			row = append(row, ui.Number(m.Count[key]))
		}
		out = append(out, append(row, ui.Number(sum(x.line.Keys, m)), ui.Number(m.Entered), x.moves(ctx, m), ui.Number(m.Left)))
	}
	return out
}

// moves tells the moves of a month, each with its number.
func (x charting) moves(ctx context.Context, m project.MonthOf) string {
	var out []string
	for _, t := range m.Moves {
		if t.From != "" && t.To != "" {
			out = append(out, i18n.T(ctx, "projects.move", "from", x.word(ctx, t.From), "to", x.word(ctx, t.To), "n", t.N))
		}
	}
	if out == nil {
		return "0"
	}
	return strings.Join(out, "、")
}

func month(ctx context.Context, m string) string {
	return i18n.T(ctx, "projects.month_of", "year", m[:4], "month", strings.TrimPrefix(m[5:], "0"))
}
