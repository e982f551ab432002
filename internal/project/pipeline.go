package project

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Transition is how many projects went from one column to another in a month.
// From "" means that they entered, To "" that they left.
type Transition struct {
	From, To string
	N        int
}

// MonthOf is a month of the pipeline: how many projects stood in each column at
// its end, and what happened in it.
type MonthOf struct {
	Month   string // YYYY-MM
	Count   map[string]int
	Entered int // from outside the pipeline
	Moved   int // between columns
	Left    int
	Moves   []Transition
}

// Pipeline tells projects per column and month, from the history.
type Pipeline struct {
	By     string
	Keys   []string // in their order, the first stage first
	Months []MonthOf
}

// PipelineQuery asks for a pipeline by state, by common stage or by one area's
// tiers. From is the first month shown ("" = the first there is); the last is the
// present one.
type PipelineQuery struct {
	By    string
	Areas []hub.ID
	From  string
}

// Pipeline counts the projects that the actor may see, month by month. Every
// number is a sum of steps of the history, so that the end of a month is what it
// was then, whatever happened since. Areas are told apart by nothing but the
// common stages: a tier counts as the stage to which its area maps it now.
func (s *Service) Pipeline(ctx context.Context, a hub.Actor, q PipelineQuery) (p Pipeline, err error) {
	defer hub.Wrap(&err, "project.Pipeline")
	p.By = q.By
	schemes, err := s.Schemes(ctx)
	if err != nil {
		return p, err
	}
	scheme := func(area hub.ID) Scheme {
		if x, ok := schemes[area]; ok {
			return x
		}
		return DefaultScheme(area)
	}
	p.Keys = boardKeys(BoardQuery{By: q.By, Areas: q.Areas}, scheme)
	flows, err := s.flows(ctx, a, q)
	if err != nil {
		return p, err
	}
	key := func(area hub.ID, value string) string {
		if q.By == ByStage && value != "" {
			n, _ := strconv.Atoi(value)
			return scheme(area).StageOf(n)
		}
		if !slices.Contains(p.Keys, value) {
			return "" // outside the pipeline, such as a project that is closed
		}
		return value
	}
	present := s.clock.Now().In(hub.Tokyo).Format("2006-01")
	first := present
	if len(flows) > 0 {
		first = min(flows[0].month, present)
	}
	count := map[string]int{}
	i := 0
	for month := first; month <= present; month = following(month) {
		m := MonthOf{Month: month, Count: map[string]int{}}
		moves := map[Transition]int{}
		for ; i < len(flows) && flows[i].month <= month; i++ {
			f := flows[i]
			from, to := key(f.area, f.previous), key(f.area, f.value)
			if from == to {
				continue
			}
			if from != "" {
				count[from] -= f.n
			}
			if to != "" {
				count[to] += f.n
			}
			moves[Transition{From: from, To: to}] += f.n
		}
		for k, n := range count {
			m.Count[k] = n
		}
		for t, n := range moves {
			t.N = n
			m.Moves = append(m.Moves, t)
			switch "" {
			case t.From:
				m.Entered += n
			case t.To:
				m.Left += n
			default:
				m.Moved += n
			}
		}
		slices.SortFunc(m.Moves, func(x, y Transition) int {
			return slices.Index(p.Keys, x.From)*100 + slices.Index(p.Keys, x.To) - slices.Index(p.Keys, y.From)*100 - slices.Index(p.Keys, y.To)
		})
		if month >= q.From {
			p.Months = append(p.Months, m)
		}
	}
	return p, nil
}

// flow is a number of equal steps in one month.
type flow struct {
	month           string
	area            hub.ID
	previous, value string
	n               int
}

// flows sums the history up in the database: one row for each month, area and
// pair of values.
func (s *Service) flows(ctx context.Context, a hub.Actor, q PipelineQuery) (out []flow, err error) {
	var args db.Args
	kind := tierStep
	if q.By == ByState {
		kind = stateStep
	}
	sql := `select substr(s.valid_from, 1, 7) as month, s.area_id, s.previous, s.value, count(*)
		from project_step s join project t on t.id = s.project_id where s.kind = ` + args.Add(kind) + ` and t.withdrawn = 0`
	if len(q.Areas) > 0 {
		sql += " and " + db.In(&args, "t.area_id", q.Areas)
	}
	sql += " and " + access.Scope(a, access.See).SQL("t", db.Millis(s.clock.Now()), args.Add) +
		" group by substr(s.valid_from, 1, 7), s.area_id, s.previous, s.value order by 1"
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, func(r db.Row) (f flow, err error) {
			err = r.Scan(&f.month, &f.area, &f.previous, &f.value, &f.n)
			return f, err
		}, sql, args...)
		return err
	})
	return out, err
}

// following gives the month after.
func following(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return "9999-99"
	}
	return t.AddDate(0, 1, 0).Format("2006-01")
}
