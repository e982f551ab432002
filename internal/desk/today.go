package desk

import (
	"context"
	"time"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Today gives what waits for the actor. It notes nothing; see Seen.
func (s *Service) Today(ctx context.Context, a hub.Actor) (t Today, err error) {
	defer hub.Wrap(&err, "desk.Today(%s)", a.User)
	if a.Kind != hub.User {
		return t, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	now := s.clock.Now()
	t.Day = hub.DateOf(now)
	if t.Since, err = s.since(ctx, a); err != nil {
		return t, err
	}
	later, err := s.putOff(ctx, a, t.Day)
	if err != nil {
		return t, err
	}
	g := gather{Service: s, actor: a, later: later, today: &t}
	for _, part := range []func(context.Context) error{g.promises, g.enquiries, g.records, g.candidates, g.changes, g.name} {
		if err := part(ctx); err != nil {
			return t, err
		}
	}
	return t, nil
}

// gather collects the parts of the page, and at the end the names of everything
// they speak of, each kind of record with one query.
type gather struct {
	*Service
	actor hub.Actor
	later map[laterKey]bool
	today *Today

	promised map[*Section][]activity.Record
	recent   []activity.Record
	pairs    []candidatePair
}

// promises asks for the open next actions.
func (g *gather) promises(ctx context.Context) (err error) {
	t, a := g.today, g.actor
	yesterday := t.Day.AddDays(-1)
	g.promised = map[*Section][]activity.Record{}
	ask := func(to *Section, f activity.Filter) error {
		rows, _, err := g.lines.Open(ctx, a, f, hub.Page{Limit: listed})
		if err != nil {
			return err
		}
		n := len(rows)
		if n == listed { // there may be more
			if n, _, err = g.lines.CountOpen(ctx, a, f); err != nil {
				return err
			}
		}
		g.promised[to] = append(g.promised[to], rows...)
		to.Total += n
		return nil
	}
	if err := ask(&t.Overdue, activity.Filter{Assignee: a.User, Until: yesterday}); err != nil {
		return err
	}
	if areas := a.Areas(leads); len(areas) > 0 {
		t.Leads = true
		if err := ask(&t.Overdue, activity.Filter{Not: a.User, Areas: areas, Until: yesterday}); err != nil {
			return err
		}
	}
	if err := ask(&t.Due, activity.Filter{Assignee: a.User, After: yesterday, Until: t.Day}); err != nil {
		return err
	}
	return ask(&t.Soon, activity.Filter{Assignee: a.User, After: t.Day})
}

// records asks the catalogue for what waits there.
func (g *gather) records(ctx context.Context) error {
	t, a := g.today, g.actor
	titles, n, err := g.catalogue.Seeds.Waiting(ctx, a, catalogue.Waiting{
		Persons: a.Persons, States: []catalogue.State{catalogue.SeedAwaiting, catalogue.SeedStale},
	}, 2*listed)
	if err != nil {
		return err
	}
	t.Confirm = g.section(Confirm, "seed", titles, n)
	if titles, n, err = g.catalogue.Seeds.Waiting(ctx, a, catalogue.Waiting{
		Persons: a.Persons, States: []catalogue.State{catalogue.SeedDraft},
	}, 2*listed); err != nil {
		return err
	}
	t.Drafts = g.section(Draft, "seed", titles, n)
	w := catalogue.Waiting{Areas: a.Areas(leads), Unplanned: true, States: openNeeds}
	if len(a.Areas(hub.Role.Staff)) > 0 { // planning is the staff's work
		w.Persons = a.Persons
	}
	if titles, n, err = g.catalogue.Needs.Waiting(ctx, a, w, 2*listed); err != nil {
		return err
	}
	t.Unplanned = g.section(Unplanned, "need", titles, n)
	return nil
}

// openNeeds are the states in which a need waits for something.
var openNeeds = func() (open []catalogue.State) {
	for _, s := range catalogue.NeedStates {
		if s.Open() {
			open = append(open, s)
		}
	}
	return open
}()

// section lists records, without those put off.
func (g *gather) section(kind Kind, of string, titles []catalogue.Title, total int) (out Section) {
	for _, x := range titles {
		if g.later[laterKey{kind, x.ID}] {
			total--
			continue
		}
		if len(out.Items) == listed {
			continue
		}
		out.Items = append(out.Items, Item{
			Kind: kind, Area: x.Area, Record: refOf(of, x), Confined: confined(x.Scope),
			Mine: own(g.actor, x), Who: string(x.Coordinator), Since: db.Time(x.Updated),
		})
	}
	out.Total = total
	return out
}

func own(a hub.Actor, x catalogue.Title) bool {
	for _, p := range a.Persons {
		if p != "" && p == x.Coordinator {
			return true
		}
	}
	return false
}

func refOf(kind string, x catalogue.Title) Ref {
	return Ref{Kind: kind, ID: x.ID, Title: x.Title, State: x.State, Scope: x.Scope}
}

func confined(s hub.Scope) bool { return s == hub.Case || s == hub.Sealed }

// changes asks for what others wrote down since the actor looked.
func (g *gather) changes(ctx context.Context) (err error) {
	areas := g.actor.Areas(func(hub.Role) bool { return true })
	g.recent, err = g.lines.Recent(ctx, g.actor, areas, g.today.Since, 5*changed)
	return err
}

// firstLook is how far back the changes go for who looks for the first time.
const firstLook = 7 * 24 * time.Hour
