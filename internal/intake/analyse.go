package intake

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Analyse makes the plan of a waiting import: it reads every row and compares it
// with what the hub has. tell, which may be nil, hears how many rows are done.
func (s *Service) Analyse(ctx context.Context, a hub.Actor, id hub.ID, tell func(done int)) (err error) {
	defer hub.Wrap(&err, "intake.Analyse(%s)", id)
	ctx, leave, err := s.enter(ctx, id)
	if err != nil {
		return err
	}
	defer leave()
	imp, err := s.begin(ctx, a, id, Planning, Waiting, Ready)
	if err != nil {
		return err
	}
	if err := s.analyse(ctx, a, &imp, tell); err != nil {
		s.failed(imp, Waiting, err)
		return err
	}
	return nil
}

func (s *Service) analyse(ctx context.Context, a hub.Actor, imp *Import, tell func(int)) error {
	if err := checkMapping(imp.Kind, MappingOf(imp.Choices)); err != nil {
		return err
	}
	book, closer, err := s.openFile(ctx, *imp)
	if err != nil {
		return err
	}
	defer closer()
	table, err := imp.table(book)
	if err != nil {
		return err
	}
	if err := s.clearRows(ctx, imp.ID); err != nil {
		return err
	}
	t := s.targets[imp.Kind]
	seen := &memory{rows: map[string]int{}, orgs: map[string]hub.ID{}}
	imp.Counts = Counts{}
	n := 0
	var drafts []Draft
	flush := func() error {
		if len(drafts) == 0 {
			return nil
		}
		items, err := s.planBatch(ctx, a, imp, t, seen, drafts)
		if err != nil {
			return err
		}
		for i := range items {
			n++
			items[i].N = n
			imp.Counts.add(&items[i])
		}
		drafts = drafts[:0]
		s.progress(imp.ID, n, 0)
		if tell != nil {
			tell(n)
		}
		return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return insertRows(ctx, tx, imp.ID, items) })
	}
	imp.Findings, err = Drafts(table, imp.Kind, MappingOf(imp.Choices), func(d Draft) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if drafts = append(drafts, d); len(drafts) == batch {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	imp.State, imp.Done, imp.Total = Ready, n, n
	imp.Counts.Planned = n
	return s.save(ctx, imp, Planning)
}

func (c *Counts) add(it *Item) {
	switch it.Outcome {
	case Create:
		c.Create++
	case Change:
		c.Change++
	case Same:
		c.Same++
	case Refuse:
		c.Refuse++
	}
	if it.weight() == 1 {
		c.Notes++
	}
}

// planBatch plans drafts, the refused ones without asking the room.
func (s *Service) planBatch(ctx context.Context, a hub.Actor, imp *Import, t target, seen *memory, drafts []Draft) ([]Item, error) {
	var good []Draft
	for _, d := range drafts {
		if !d.Refused() {
			good = append(good, d)
		}
	}
	planned, err := t.plan(ctx, a, imp, seen, good)
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(drafts))
	for _, d := range drafts {
		if d.Refused() {
			out = append(out, Item{Sheet: d.Sheet, Row: d.Row, Outcome: Refuse, Title: titleOf(d), Draft: d})
			continue
		}
		out = append(out, planned[0])
		planned = planned[1:]
	}
	return out, nil
}

func titleOf(d Draft) string {
	for _, f := range []string{"title", "title_en", "name", "name_en", "number"} {
		if v := firstLine(d.Values[f]); v != "" {
			return clip(v)
		}
	}
	return ""
}
