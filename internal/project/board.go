package project

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// The ways to divide a portfolio. Tiers are one area's own; stages are common to
// all areas.
const (
	ByTier  = "tier"
	ByState = "state"
	ByStage = "stage"
)

// Flag says why a project wants attention, worded under "project_flag.CODE".
type Flag struct {
	Code string   // quiet, overdue, review, unplanned
	Days int      // without an entry, or past the day
	Day  hub.Date // of the last entry, of the promise, of the review
}

// Card is a project on the board.
type Card struct {
	View  catalogue.View[Project]
	Since hub.Date // in its column
	Days  int      // in its column
	Next  hub.Date // when the first promise is due; "" for none or none with a day
	Flags []Flag
}

// Column is one tier, stage or state of the board.
type Column struct {
	Key   string // tier's number, stage or state
	Cards []Card // those that want attention first, then the longest there
	Total int
}

// Board is the portfolio as the actor may see it.
type Board struct {
	By      string
	Columns []Column
	Flagged int
}

// BoardQuery asks for a board. Areas narrows it; none means all. A board by tier
// wants exactly one area.
type BoardQuery struct {
	By    string
	Areas []hub.ID
	Cards int // most of each column; zero means 25
}

// found is a project before it becomes a card.
type found struct {
	id, area   hub.ID
	state      catalogue.State
	tier       int
	tierSince  hub.Date
	stateSince hub.Date
	last       time.Time
	openBy     string
	flags      []Flag
	key        string
}

// noDate is what an open promise without a day is listed under; see activity.
const noDate = "9999-12-31"

// Board gives the active projects in columns. Why one wants attention is told to
// the staff of its area alone, from lines that all of them may read.
func (s *Service) Board(ctx context.Context, a hub.Actor, q BoardQuery) (b Board, err error) {
	defer hub.Wrap(&err, "project.Board")
	if q.Cards <= 0 {
		q.Cards = 25
	}
	b.By = q.By
	schemes, err := s.Schemes(ctx)
	if err != nil {
		return b, err
	}
	scheme := func(area hub.ID) Scheme {
		if x, ok := schemes[area]; ok {
			return x
		}
		return DefaultScheme(area)
	}
	all, err := s.active(ctx, a, q.Areas)
	if err != nil {
		return b, err
	}
	for _, key := range boardKeys(q, scheme) {
		b.Columns = append(b.Columns, Column{Key: key})
	}
	today := s.today()
	at := map[string]int{}
	for i, c := range b.Columns {
		at[c.Key] = i
	}
	parts := make([][]*found, len(b.Columns))
	for i := range all {
		x := &all[i]
		own := scheme(x.area)
		switch q.By {
		case ByState:
			x.key = string(x.state)
		case ByStage:
			x.key = own.StageOf(x.tier)
		default:
			x.key = strconv.Itoa(x.tier)
		}
		k, ok := at[x.key]
		if !ok {
			continue
		}
		if a.StaffOf(x.area) || a.Kind == hub.System {
			x.flags = flagsOf(x, own, today)
		}
		if len(x.flags) > 0 {
			b.Flagged++
		}
		parts[k] = append(parts[k], x)
	}
	var ids []hub.ID
	for k, part := range parts {
		b.Columns[k].Total = len(part)
		slices.SortFunc(part, func(x, y *found) int {
			return cmp.Or(cmp.Compare(len(y.flags), len(x.flags)), cmp.Compare(x.since(q.By), y.since(q.By)), cmp.Compare(x.id, y.id))
		})
		parts[k] = part[:min(q.Cards, len(part))]
		for _, x := range parts[k] {
			ids = append(ids, x.id)
		}
	}
	views, err := s.Rows(ctx, a, ids)
	if err != nil {
		return b, err
	}
	byID := make(map[hub.ID]catalogue.View[Project], len(views))
	for _, v := range views {
		byID[v.Entry.ID] = v
	}
	for k, part := range parts {
		for _, x := range part {
			v, ok := byID[x.id]
			if !ok {
				continue
			}
			c := Card{View: v, Since: x.since(q.By), Days: days(x.since(q.By), today), Flags: x.flags}
			if x.openBy != noDate && (a.StaffOf(x.area) || a.Kind == hub.System) {
				c.Next = hub.Date(x.openBy)
			}
			b.Columns[k].Cards = append(b.Columns[k].Cards, c)
		}
	}
	return b, nil
}

func (x *found) since(by string) hub.Date {
	if by == ByState || x.tierSince == "" {
		return x.stateSince
	}
	return x.tierSince
}

// boardKeys are the columns in their order: from the first to the most advanced.
func boardKeys(q BoardQuery, scheme func(hub.ID) Scheme) (keys []string) {
	switch {
	case q.By == ByState:
		for _, x := range States {
			if Active(x) {
				keys = append(keys, string(x))
			}
		}
	case q.By == ByStage:
		keys = Stages
	case len(q.Areas) == 1:
		for _, t := range scheme(q.Areas[0]).Tiers {
			keys = append(keys, strconv.Itoa(t.Number))
		}
	}
	return keys
}

// active reads the active projects that the actor may see, without their texts.
func (s *Service) active(ctx context.Context, a hub.Actor, areas []hub.ID) (out []found, err error) {
	var args db.Args
	var states []string
	for _, x := range States {
		if Active(x) {
			states = append(states, string(x))
		}
	}
	const lines = ` from activity_subject x join activity l on l.id = x.activity_id where x.record_id = t.id and l.scope in ('public','members','hub')`
	q := `select t.id, t.area_id, t.state, t.tier, t.tier_since, t.state_since,
		coalesce((select max(l.recorded_at)` + lines + `), 0), coalesce((select min(l.open_by)` + lines + ` and l.open_by <> ''), '')
		from project t where t.withdrawn = 0 and ` + db.In(&args, "t.state", states)
	if len(areas) > 0 {
		q += " and " + db.In(&args, "t.area_id", areas)
	}
	q += " and " + access.Scope(a, access.See).SQL("t", db.Millis(s.clock.Now()), args.Add)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, func(r db.Row) (x found, err error) {
			var last int64
			err = r.Scan(&x.id, &x.area, &x.state, &x.tier, &x.tierSince, &x.stateSince, &last, &x.openBy)
			x.last = db.Time(last)
			return x, err
		}, q, args...)
		return err
	})
	return out, err
}

// flagsOf are the rules by which a project counts as stalled: nobody has noted
// anything for as long as the area says, a promise is overdue, the tier's review
// is overdue, or nothing at all is planned.
func flagsOf(x *found, scheme Scheme, today hub.Date) (out []Flag) {
	if x.openBy != "" && x.openBy < string(today) {
		out = append(out, Flag{"overdue", days(hub.Date(x.openBy), today), hub.Date(x.openBy)})
	}
	last := hub.DateOf(x.last)
	if n := days(last, today); !x.last.IsZero() && scheme.Quiet > 0 && n >= scheme.Quiet {
		out = append(out, Flag{"quiet", n, last})
	}
	if t, ok := scheme.Tier(x.tier); ok && t.Review > 0 && x.tierSince != "" {
		due := hub.Date(x.tierSince.Time().AddDate(0, t.Review, 0).Format(time.DateOnly))
		if due <= today {
			out = append(out, Flag{"review", days(due, today), due})
		}
	}
	if x.openBy == "" {
		out = append(out, Flag{Code: "unplanned"})
	}
	return out
}
