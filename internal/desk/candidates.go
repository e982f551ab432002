package desk

import (
	"context"
	"time"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
)

// candidatePair is one proposal kept for a person.
type candidatePair struct {
	match.Pair
	side string // the kind of Record
}

func (p candidatePair) otherKind() string {
	if p.side == string(match.ByNeed) {
		return string(match.BySeed)
	}
	return string(match.ByNeed)
}

// candidates reads what matching proposed for the actor's own records and leaves
// out what he has been shown, what is decided and what he put off.
func (g *gather) candidates(ctx context.Context) error {
	var all []candidatePair
	err := g.db.Read(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		all, err = db.All(ctx, tx, func(r db.Row) (p candidatePair, err error) {
			err = r.Scan(&p.side, &p.Record, &p.Other)
			return p, err
		}, "select side, record_id, other_id from desk_candidate where user_id = $1 order by record_id, place", string(g.actor.User))
		return err
	})
	if err != nil {
		return err
	}
	side := map[hub.ID]string{}
	var pairs []match.Pair
	for _, p := range all {
		if !g.later[laterKey{Candidates, p.Record}] {
			side[p.Record] = p.side
			pairs = append(pairs, p.Pair)
		}
	}
	fresh, err := g.match.Fresh(ctx, g.actor, pairs)
	for _, p := range fresh {
		g.pairs = append(g.pairs, candidatePair{p, side[p.Record]})
	}
	return err
}

// count makes one item of the candidates of each record, of those pairs of which
// the actor may see both sides and which are still open.
func (g *gather) count(known map[hub.ID]Ref) {
	t := g.today
	at := map[hub.ID]int{}
	for _, p := range g.pairs {
		record, ok := known[p.Record]
		other, ok2 := known[p.Other]
		if !ok || !ok2 || !record.State.Open() || !other.State.Open() {
			continue
		}
		k, ok := at[p.Record]
		if !ok {
			k = len(t.Candidates.Items)
			at[p.Record] = k
			t.Candidates.Items = append(t.Candidates.Items, Item{Kind: Candidates, Record: record, Mine: true, Confined: confined(record.Scope)})
		}
		t.Candidates.Items[k].N++
	}
	t.Candidates.Total = len(t.Candidates.Items)
	t.Candidates.Items = t.Candidates.Items[:min(listed, t.Candidates.Total)]
}

// How many of a person's records are looked at for candidates, of each kind, and
// how many candidates of each are kept.
const (
	tended    = 40
	perRecord = 5
)

// Refresh finds the candidates of the actor's own open needs and seeds again and
// keeps them for Today. It takes as long as matching does; it is for the
// background. What is kept says nothing by itself: Today asks for each pair again
// whether the reader may see it.
func (s *Service) Refresh(ctx context.Context, a hub.Actor) (err error) {
	defer hub.Wrap(&err, "desk.Refresh(%s)", a.User)
	if a.User == "" || a.Borrowed() {
		return nil
	}
	var rows [][]any
	for side, states := range map[match.Side][]catalogue.State{match.ByNeed: openNeeds, match.BySeed: {catalogue.SeedPublic, catalogue.SeedStale, catalogue.SeedAwaiting}} {
		ids, err := s.tended(ctx, a, side, states)
		if err != nil {
			return err
		}
		found, err := s.match.ProposeMany(ctx, a, side, ids, perRecord)
		if err != nil {
			return err
		}
		for _, c := range found {
			for _, p := range c.Proposals {
				other := p.Seed.Entry.ID
				if side == match.BySeed {
					other = p.Need.Entry.ID
				}
				rows = append(rows, []any{string(a.User), string(side), string(c.Record), string(other), p.Rank})
			}
		}
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "delete from desk_candidate where user_id = $1", string(a.User)); err != nil {
			return err
		}
		if _, err := tx.Insert(ctx, "desk_candidate", []string{"user_id", "side", "record_id", "other_id", "place"}, func(yield func([]any) bool) {
			for _, r := range rows {
				if !yield(r) {
					return
				}
			}
		}); err != nil {
			return err
		}
		now := db.Millis(s.clock.Now())
		_, err := tx.Exec(ctx, `insert into desk_visit (user_id, seen_at, before_at, refreshed_at) values ($1, 0, 0, $2)
			on conflict (user_id) do update set refreshed_at = excluded.refreshed_at`, string(a.User), now)
		return err
	})
}

// tended gives the actor's own records of a kind.
func (s *Service) tended(ctx context.Context, a hub.Actor, side match.Side, states []catalogue.State) (ids []hub.ID, err error) {
	w := catalogue.Waiting{Persons: a.Persons, States: states}
	var titles []catalogue.Title
	if side == match.ByNeed {
		titles, _, err = s.catalogue.Needs.Waiting(ctx, a, w, tended)
	} else {
		titles, _, err = s.catalogue.Seeds.Waiting(ctx, a, w, tended)
	}
	for _, t := range titles {
		ids = append(ids, t.ID)
	}
	return ids, err
}

// freshFor is how old the kept candidates may be before they are found again for
// somebody who looks.
const freshFor = 15 * time.Minute

// Prepare sees to it that the actor's candidates are found again when they are
// old: at once for who looks for the first time, else in the background, for
// which Run must be working.
func (s *Service) Prepare(ctx context.Context, a hub.Actor) error {
	v, err := s.visit(ctx, a)
	switch {
	case err != nil:
		return err
	case v.refreshed.IsZero():
		return s.Refresh(ctx, a)
	case s.clock.Now().Sub(v.refreshed) > freshFor:
		select {
		case s.asked <- a:
		default: // many are waiting; the next look asks again
		}
	}
	return nil
}

// Run finds candidates for those whom Prepare has asked for, until ctx ends. One
// that fails is told to failed and found at the next look.
func (s *Service) Run(ctx context.Context, failed func(error)) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case a := <-s.asked:
			v, err := s.visit(ctx, a)
			if err == nil && s.clock.Now().Sub(v.refreshed) > freshFor {
				err = s.Refresh(ctx, a)
			}
			if err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
	}
}
