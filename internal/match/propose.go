package match

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// Shares of the question's weight from which a candidate is called High, Medium
// and Low; below the last none is proposed. On the sample hub the right seeds
// of plain needs meet .18 to .53 of the question and those told in other words
// .15 to .30, while the best seed of a need that has none meets .07 to .18.
const (
	highShare   = 0.39
	mediumShare = 0.2
	leastShare  = 0.07
)

func confidence(share float32) (Confidence, bool) {
	switch {
	case share >= highShare:
		return High, true
	case share >= mediumShare:
		return Medium, true
	case share >= leastShare:
		return Low, true
	}
	return "", false
}

// Candidates is what is proposed for one record, best first.
type Candidates struct {
	Side      Side
	Record    hub.ID
	Proposals []Proposal // undecided ones, and those to be looked at again
	Decided   []Proposal // decided ones, newest decision first
}

// Propose gives up to limit undecided candidates of a record that the actor may
// see, with reasons, and all decided ones. Nothing that the actor may not see
// takes part.
func (s *Service) Propose(ctx context.Context, a hub.Actor, side Side, id hub.ID, limit int) (c Candidates, err error) {
	defer hub.Wrap(&err, "match.Propose(%s, %s)", side, id)
	all, err := s.ProposeMany(ctx, a, side, []hub.ID{id}, limit)
	if err != nil {
		return c, err
	}
	if len(all) == 0 {
		return c, hub.Errorf(hub.NotFound, "error.record_missing", "id", string(id))
	}
	return all[0], nil
}

// ProposeMany is Propose for the records of one page, with as many queries to
// the database as for one. Records that the actor may not see are left out.
func (s *Service) ProposeMany(ctx context.Context, a hub.Actor, side Side, ids []hub.ID, limit int) (out []Candidates, err error) {
	texts, err := s.load(ctx, a, side, ids)
	if err != nil {
		return nil, err
	}
	decided, err := s.decisionsOf(ctx, a, side, ids)
	if err != nil {
		return nil, err
	}
	seen, err := s.seen(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	var others []hub.ID
	for i := range texts {
		t := &texts[i]
		if t.found, err = s.find(ctx, a, string(side.other()), t.fields(), limit+len(decided[t.id])); err != nil {
			return nil, err
		}
		for _, f := range t.found {
			others = append(others, f.ID)
		}
		for other := range decided[t.id] {
			others = append(others, other)
		}
	}
	slices.Sort(others)
	others = slices.Compact(others)
	counter, err := s.load(ctx, a, side.other(), others)
	if err != nil {
		return nil, err
	}
	byID := map[hub.ID]*subject{}
	for i := range counter {
		byID[counter[i].id] = &counter[i]
	}
	for i := range texts {
		out = append(out, s.assemble(side, &texts[i], byID, decided[texts[i].id], seen[texts[i].id], limit))
	}
	return out, nil
}

// subject is one record with its text as far as the actor may see it.
type subject struct {
	id    hub.ID
	need  *catalogue.View[catalogue.Need]
	seed  *catalogue.View[catalogue.Seed]
	found []Found

	innerNeed catalogue.NeedDetail // for the question only; never handed out
	innerSeed hub.Text
}

func (t *subject) fields() []lexical.Field {
	if t.need != nil {
		n := t.need.Entry
		n.Detail = t.innerNeed
		return NeedFields(&n)
	}
	x := t.seed.Entry
	x.Detail = t.innerSeed
	return SeedFields(&x)
}

// load fetches records under the actor's scope. The detail of those whose detail
// he may see takes part in the question, so that what he is proposed does not
// depend on whether he has opened it; it is not handed out.
func (s *Service) load(ctx context.Context, a hub.Actor, side Side, ids []hub.ID) (out []subject, err error) {
	if side == ByNeed {
		views, whole, err := withDetails(ctx, a, &s.catalogue.Needs, ids)
		for i := range views {
			out = append(out, subject{id: views[i].Entry.ID, need: &views[i], innerNeed: whole[views[i].Entry.ID].Detail})
		}
		return out, err
	}
	views, whole, err := withDetails(ctx, a, &s.catalogue.Seeds, ids)
	for i := range views {
		out = append(out, subject{id: views[i].Entry.ID, seed: &views[i], innerSeed: whole[views[i].Entry.ID].Detail})
	}
	return out, err
}

// collection is as much of catalogue.Collection as is asked here.
type collection[T any] interface {
	Rows(ctx context.Context, a hub.Actor, ids []hub.ID) ([]catalogue.View[T], error)
	Some(ctx context.Context, ids []hub.ID) ([]T, error)
}

// withDetails gives records as the actor may see them, and beside them, by ID,
// those whole whose detail he may see.
func withDetails[T any, P interface {
	*T
	Access() access.Resource
}](ctx context.Context, a hub.Actor, c collection[T], ids []hub.ID,
) (views []catalogue.View[T], whole map[hub.ID]T, err error) {
	if views, err = c.Rows(ctx, a, ids); err != nil {
		return nil, nil, err
	}
	var detailed []hub.ID
	for i := range views {
		if views[i].HasDetail {
			detailed = append(detailed, P(&views[i].Entry).Access().ID)
		}
	}
	all, err := c.Some(ctx, detailed)
	if err != nil {
		return nil, nil, err
	}
	whole = map[hub.ID]T{}
	for i := range all {
		if r := P(&all[i]).Access(); access.Can(a, access.SeeDetail, r) {
			whole[r.ID] = all[i]
		}
	}
	return views, whole, nil
}

func (s *Service) assemble(side Side, t *subject, byID map[hub.ID]*subject, decided map[hub.ID]Decision, seen map[hub.ID]bool, limit int) Candidates {
	c := Candidates{Side: side, Record: t.id}
	today := hub.DateOf(s.clock.Now())
	rank := 0
	put := map[hub.ID]bool{}
	for _, f := range t.found {
		o, ok := byID[f.ID]
		word, worth := confidence(f.Share)
		if !ok || !worth {
			continue
		}
		rank++
		p := pairOf(t, o, today)
		p.Rank, p.Score, p.Share, p.Confidence, p.Reasons = rank, f.Score, f.Share, word, f.Reasons
		if d, ok := decided[f.ID]; ok {
			p.Decision = &d
			p.Changed = d.Verdict == No && d.outdated(&p.Need.Entry, &p.Seed.Entry)
			if !p.Changed {
				c.Decided = append(c.Decided, p)
				put[f.ID] = true
				continue
			}
		}
		put[f.ID] = true
		if len(c.Proposals) < limit {
			p.New = seen != nil && !seen[f.ID]
			c.Proposals = append(c.Proposals, p)
		}
	}
	for id, d := range decided { // decided pairs that are no longer proposed
		if o, ok := byID[id]; ok && !put[id] {
			p := pairOf(t, o, today)
			p.Decision = &d
			c.Decided = append(c.Decided, p)
		}
	}
	slices.SortFunc(c.Decided, func(x, y Proposal) int { return y.Decision.At.Compare(x.Decision.At) })
	return c
}

func pairOf(t, o *subject, today hub.Date) (p Proposal) {
	for _, x := range []*subject{t, o} {
		if x.need != nil {
			p.Need = *x.need
		} else {
			p.Seed = *x.seed
		}
	}
	p.Points = compare(&p.Need.Entry, &p.Seed.Entry, today)
	return p
}

// seen gives, by record, what its candidates the actor has been shown before.
// A record whose candidates were never shown has a nil set: then none is new.
func (s *Service) seen(ctx context.Context, a hub.Actor, ids []hub.ID) (map[hub.ID]map[hub.ID]bool, error) {
	out := map[hub.ID]map[hub.ID]bool{}
	if a.User == "" || len(ids) == 0 {
		return out, nil
	}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		q := "select record_id, other_id from shown where user_id = " + args.Add(string(a.User)) + " and " + db.In(&args, "record_id", ids)
		pairs, err := db.All(ctx, tx, func(r db.Row) (p [2]hub.ID, err error) {
			err = r.Scan(&p[0], &p[1])
			return p, err
		}, q, args...)
		for _, p := range pairs {
			if out[p[0]] == nil {
				out[p[0]] = map[hub.ID]bool{}
			}
			out[p[0]][p[1]] = true
		}
		return err
	})
	return out, err
}

// Shown notes that the actor has been shown these candidates, so that the next
// time only newer ones are marked. Strangers leave no note.
func (s *Service) Shown(ctx context.Context, a hub.Actor, c Candidates) error {
	if a.User == "" || len(c.Proposals) == 0 {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		now := db.Millis(s.clock.Now())
		for _, p := range c.Proposals {
			other := p.Seed.Entry.ID
			if c.Side == BySeed {
				other = p.Need.Entry.ID
			}
			if _, err := tx.Exec(ctx, "insert into shown (user_id, record_id, other_id, at) values ($1, $2, $3, $4) on conflict do nothing",
				string(a.User), string(c.Record), string(other), now); err != nil {
				return err
			}
		}
		return nil
	})
}
