package project

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// The two histories of a project.
const (
	stateStep = "state"
	tierStep  = "tier"
)

// Step is one state or tier with the days it held: from From until before
// Until. Value is "" when a project left the tiers.
type Step struct {
	ID       hub.ID
	Kind     string // "state" or "tier"
	N        int    // 1 is the first of its kind
	Value    string
	Previous string
	From     hub.Date
	Until    hub.Date // "" while it holds
	Recorded time.Time
	ByName   string
	Reason   string
}

// Tier is the number of a tier step; 0 for none.
func (s Step) Tier() int {
	n, _ := strconv.Atoi(s.Value)
	return n
}

// Days is how long the step held, or has held on the given day.
func (s Step) Days(today hub.Date) int {
	if s.Until != "" {
		return days(s.From, s.Until)
	}
	return days(s.From, today)
}

const stepColumns = "s.id, s.kind, s.n, s.value, s.previous, s.valid_from, s.valid_until, s.recorded_at, s.by_name, s.reason"

func scanStep(r db.Row) (s Step, err error) {
	var at int64
	err = r.Scan(&s.ID, &s.Kind, &s.N, &s.Value, &s.Previous, &s.From, &s.Until, &at, &s.ByName, &s.Reason)
	s.Recorded = db.Time(at)
	return s, err
}

// Steps gives the history of a project, oldest first. Reasons and who decided
// belong to the detail layer and are there for those who may read it.
func (s *Service) Steps(ctx context.Context, a hub.Actor, id hub.ID) (out []Step, err error) {
	all, err := s.Some(ctx, []hub.ID{id})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || !access.Can(a, access.See, all[0].Access()) {
		return nil, missing(id)
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanStep, "select "+stepColumns+" from project_step s where s.project_id = $1 order by s.valid_from, s.recorded_at, s.n, s.kind", string(id))
		return err
	})
	if !access.Can(a, access.SeeDetail, all[0].Access()) {
		for i := range out {
			out[i].Reason, out[i].ByName = "", ""
		}
	}
	return out, err
}

// step ends the step that holds and begins the next, and makes p say so. It
// writes the columns that boards use; the record itself is stored by the caller.
func (s *Service) step(ctx context.Context, tx db.Tx, a hub.Actor, p *Project, kind, value string, on hub.Date, reason string) error {
	last, err := scanStep(tx.QueryRow(ctx, "select "+stepColumns+" from project_step s where s.project_id = $1 and s.kind = $2 order by s.n desc limit 1", string(p.ID), kind))
	if err != nil && err != db.ErrNoRows {
		return err
	}
	if on < last.From {
		return hub.Errorf(hub.Invalid, "project.error_before_last", "day", last.From)
	}
	if last.N > 0 {
		if _, err := tx.Exec(ctx, "update project_step set valid_until = $2 where id = $1", string(last.ID), string(on)); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `insert into project_step (id, project_id, area_id, kind, n, value, previous, valid_from, valid_until, recorded_at, by_id, by_name, reason)
		values ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11, $12)`,
		string(hub.NewID()), string(p.ID), string(p.Area), kind, last.N+1, value, last.Value, string(on),
		db.Millis(s.clock.Now()), string(a.User), a.Name, reason)
	if err != nil {
		return err
	}
	if kind == tierStep {
		p.Tier, _ = strconv.Atoi(value)
		p.TierSince = on
		if p.Tier == 0 {
			p.TierSince = ""
		}
	} else {
		p.StateSince = on
	}
	_, err = tx.Exec(ctx, "update project set tier = $2, tier_since = $3, state_since = $4 where id = $1", string(p.ID), p.Tier, string(p.TierSince), string(p.StateSince))
	return err
}

// checkDay says whether a step may be dated so: a day, and none to come.
func (s *Service) checkDay(on hub.Date) (hub.Date, error) {
	today := s.today()
	if on == "" {
		return today, nil
	}
	var f hub.Problems
	if _, err := hub.ParseDate(string(on)); err != nil {
		f.Add("on", "error.date", "value", string(on))
	} else if on > today {
		f.Add("on", "project.error_future")
	}
	return on, f.Err()
}

// Move brings a project into another state as of a day ("" is today), with a
// reason, which ending and closing need. Leaving the supported states takes it
// out of its tier. Adoption is no move: see Decide.
func (s *Service) Move(ctx context.Context, a hub.Actor, id hub.ID, version int, to catalogue.State, on hub.Date, reason string) (out Project, err error) {
	defer hub.Wrap(&err, "project.Move(%s, %s)", id, to)
	if to == Adopted {
		return out, hub.Errorf(hub.Invalid, "project.error_adopt")
	}
	if reason == "" && (to == Closed || to == Supported) {
		var f hub.Problems
		f.Add("reason", "error.reason_missing")
		return out, f.Err()
	}
	return s.move(ctx, a, id, version, to, on, reason, nil)
}

// move is Move for every state; more runs in the same transaction.
func (s *Service) move(ctx context.Context, a hub.Actor, id hub.ID, version int, to catalogue.State, on hub.Date, reason string, more func(context.Context, db.Tx, *Project) error) (out Project, err error) {
	if on, err = s.checkDay(on); err != nil {
		return out, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = s.Collection.Revise(ctx, a, id, version, func(p *Project) error {
			if p.State == to {
				return hub.Errorf(hub.Conflict, "project.error_same_state")
			}
			if !slices.Contains(steps[p.State], to) {
				return hub.Errorf(hub.Invalid, "project.error_step")
			}
			was := p.State
			p.State = to
			if err := s.step(ctx, tx, a, p, stateStep, string(to), on, reason); err != nil {
				return err
			}
			if InTier(was) && !InTier(to) && p.Tier != 0 {
				if err := s.step(ctx, tx, a, p, tierStep, "", on, reason); err != nil {
					return err
				}
			}
			if more != nil {
				return more(ctx, tx, p)
			}
			return nil
		})
		return err
	})
	return out, err
}

// told is a line of the program in the project's timeline.
func told(p *Project, message string, args map[string]any) activity.Record {
	scope := p.Scope.Narrower(hub.HubOnly)
	if scope == hub.Sealed {
		scope = hub.Case
	}
	return activity.Record{
		Kind: activity.Decision, Message: message, Args: args, Area: p.Area, Scope: scope, Case: p.ID,
		Subjects: []activity.Subject{{Kind: Kind, ID: p.ID}}, Organisation: p.Organisation, Coordinator: p.Coordinator,
	}
}
