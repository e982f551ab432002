package desk

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// PutOff hides one of the actor's lines until a day; today or a day gone by
// shows it again. A promise is given the day as its due date, which everyone
// concerned sees; any other line is hidden from him alone.
func (s *Service) PutOff(ctx context.Context, a hub.Actor, kind Kind, id hub.ID, until hub.Date) (err error) {
	defer hub.Wrap(&err, "desk.PutOff(%s, %s)", kind, id)
	if err := checkDay(until); err != nil {
		return err
	}
	if kind == Promise {
		r, err := s.lines.Get(ctx, a, id)
		if err != nil {
			return err
		}
		return s.lines.Plan(ctx, a, id, r.Assignee, until)
	}
	if err := s.known(a, kind, id); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		today := hub.DateOf(s.clock.Now())
		if _, err := tx.Exec(ctx, "delete from desk_later where user_id = $1 and (until_on <= $2 or kind = $3 and record_id = $4)",
			string(a.User), string(today), string(kind), string(id)); err != nil || until <= today {
			return err
		}
		_, err := tx.Exec(ctx, "insert into desk_later (user_id, kind, record_id, until_on) values ($1, $2, $3, $4)",
			string(a.User), string(kind), string(id), string(until))
		return err
	})
}

func checkDay(d hub.Date) error {
	var p hub.Problems
	if d == "" {
		p.Add("due", "desk.error_day")
	} else if _, err := hub.ParseDate(string(d)); err != nil {
		p.Add("due", "error.date", "value", string(d))
	}
	return p.Err()
}

func (s *Service) known(a hub.Actor, kind Kind, id hub.ID) error {
	if a.User == "" || !slices.Contains(Kinds, kind) || !id.Valid() {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}
	return nil
}

// Finish marks a promise as done; Reopen takes that back.
func (s *Service) Finish(ctx context.Context, a hub.Actor, line hub.ID) error {
	return s.lines.Complete(ctx, a, line)
}

// Reopen takes Finish back.
func (s *Service) Reopen(ctx context.Context, a hub.Actor, line hub.ID) error {
	return s.lines.Reopen(ctx, a, line)
}

// HandOn gives a promise to a colleague, who must be staff of its area; due ""
// leaves its day.
func (s *Service) HandOn(ctx context.Context, a hub.Actor, line, to hub.ID, due hub.Date) error {
	r, err := s.lines.Get(ctx, a, line)
	if err != nil {
		return err
	}
	if err := s.checkColleague(ctx, a, r.Area, to); err != nil {
		return err
	}
	if due == "" {
		due = r.Due
	}
	return s.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
		if err := s.lines.Plan(ctx, a, line, to, due); err != nil {
			return err
		}
		return s.tell(ctx, a, line, to)
	})
}

// SetNotice has notice called, in the transaction of the change, when somebody
// hands a line of work to a colleague; nil tells nobody. It is not for use once
// requests are served.
func (s *Service) SetNotice(notice func(ctx context.Context, by hub.Actor, line, to hub.ID) error) {
	s.notice = notice
}

func (s *Service) tell(ctx context.Context, by hub.Actor, line, to hub.ID) error {
	if s.notice == nil || to == by.User {
		return nil
	}
	return s.notice(ctx, by, line, to)
}

// Restore gives a promise back its former owner and day, or shows a line again
// that was put off: the undoing of PutOff and HandOn.
func (s *Service) Restore(ctx context.Context, a hub.Actor, kind Kind, id, to hub.ID, due hub.Date) error {
	if kind != Promise {
		return s.PutOff(ctx, a, kind, id, hub.DateOf(s.clock.Now()))
	}
	r, err := s.lines.Get(ctx, a, id)
	if err != nil {
		return err
	}
	if to != r.Assignee && to != a.User {
		if err := s.checkColleague(ctx, a, r.Area, to); err != nil {
			return err
		}
	}
	return s.lines.Plan(ctx, a, id, to, due)
}

// Line gives the open promise as it is now, to tell what it was before a change.
func (s *Service) Line(ctx context.Context, a hub.Actor, id hub.ID) (activity.Record, error) {
	return s.lines.Get(ctx, a, id)
}

// Plan makes a line of work into a promise: a next action about the record, for
// the actor himself or for a colleague of the area's staff. What is to be done
// is the caller's text. The line leaves the actor's list until that day.
func (s *Service) Plan(ctx context.Context, a hub.Actor, kind Kind, record Ref, what string, to hub.ID, due hub.Date) (err error) {
	defer hub.Wrap(&err, "desk.Plan(%s, %s)", kind, record.ID)
	if err := s.known(a, kind, record.ID); err != nil || kind == Promise {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}
	if to == "" {
		to = a.User
	}
	x, err := s.plannable(ctx, a, record)
	if err != nil {
		return err
	}
	if to != a.User {
		if err := s.checkColleague(ctx, a, x.Area, to); err != nil {
			return err
		}
	}
	x.Next, x.Assignee, x.Due = what, to, due
	return s.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
		line, err := s.lines.Add(ctx, a, x)
		if err != nil {
			return err
		}
		if err := s.tell(ctx, a, line, to); err != nil {
			return err
		}
		if kind == Unplanned { // a plan takes it off the list by itself
			return nil
		}
		until := due
		if today := hub.DateOf(s.clock.Now()); until <= today {
			until = today.AddDays(1)
		}
		return s.PutOff(ctx, a, kind, record.ID, until)
	})
}

// plannable gives the beginning of a line about a record that the actor may edit.
func (s *Service) plannable(ctx context.Context, a hub.Actor, record Ref) (x activity.Record, err error) {
	edit := false
	switch record.Kind {
	case "seed":
		v, err := s.catalogue.Seeds.Get(ctx, a, record.ID)
		if err != nil {
			return x, err
		}
		e := v.Entry.Record
		edit = v.Edit
		x = activity.Record{Area: e.Area, Scope: e.Scope, Coordinator: e.Coordinator}
	case "need":
		v, err := s.catalogue.Needs.Get(ctx, a, record.ID)
		if err != nil {
			return x, err
		}
		e := v.Entry.Record
		edit = v.Edit
		x = activity.Record{Area: e.Area, Scope: e.Scope, Coordinator: e.Coordinator}
	default:
		return x, hub.Errorf(hub.NotFound, "error.not_found")
	}
	if !edit {
		return x, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	x.Kind, x.Message = activity.Note, "desk.planned_line"
	x.Scope = x.Scope.Narrower(hub.HubOnly)
	x.Subjects, x.Case = []activity.Subject{{Kind: record.Kind, ID: record.ID}}, record.ID
	return x, nil
}

func (s *Service) checkColleague(ctx context.Context, a hub.Actor, area, to hub.ID) error {
	all, err := s.accounts.Colleagues(ctx, a, area)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.ID == to {
			return nil
		}
	}
	var p hub.Problems
	p.Add("to", "error.choose")
	return p.Err()
}
