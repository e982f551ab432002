package intake

import (
	"context"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Apply carries a plan out: all of it or nothing. New seeds and needs are written
// in small steps, out of everybody's sight, so that others can save meanwhile;
// one transaction then shows them and makes the changes. Records that others have
// changed since the plan was made are left alone and named.
func (s *Service) Apply(ctx context.Context, a hub.Actor, id hub.ID, tell func(done int)) (err error) {
	defer hub.Wrap(&err, "intake.Apply(%s)", id)
	ctx, leave, err := s.enter(ctx, id)
	if err != nil {
		return err
	}
	defer leave()
	imp, err := s.begin(ctx, a, id, Applying, Ready)
	if err != nil {
		return err
	}
	if err := s.apply(ctx, a, &imp, tell); err != nil {
		s.clear(a, imp)
		s.failed(imp, Ready, err)
		return err
	}
	return nil
}

// clear takes away what an apply that came to nothing has left. If that fails
// too it stays hidden, until the import is applied again or dropped.
func (s *Service) clear(a hub.Actor, imp Import) {
	if t, ok := s.targets[imp.Kind].(arrivals); ok {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_ = t.discard(ctx, a, imp.ID)
	}
}

func (s *Service) apply(ctx context.Context, a hub.Actor, imp *Import, tell func(int)) error {
	t := s.targets[imp.Kind]
	total := imp.Counts.Create + imp.Counts.Change
	done := 0
	step := func(n int) {
		done += n
		s.progress(imp.ID, done, total)
		if tell != nil {
			tell(done)
		}
	}
	create := func(ctx context.Context, size int) func([]Item) error {
		return func(page []Item) error {
			for items := range slices.Chunk(page, size) {
				if err := t.create(ctx, a, imp, items); err != nil {
					return err
				}
				step(len(items))
			}
			return ctx.Err()
		}
	}
	hidden, ok := t.(arrivals)
	if ok {
		if err := hidden.discard(ctx, a, imp.ID); err != nil { // of a process that was stopped
			return err
		}
		if err := hidden.arriving(ctx, a, imp.ID); err != nil {
			return err
		}
		if err := s.rowsOf(ctx, imp.ID, Create, create(ctx, batch/2)); err != nil {
			return err
		}
	}
	// What can be read before the transaction is read before it, so that others
	// wait as short as can be.
	var changes []Item
	if err := s.rowsOf(ctx, imp.ID, Change, func(page []Item) error { changes = append(changes, page...); return ctx.Err() }); err != nil {
		return err
	}
	after := *imp
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if ok {
			if err := hidden.arrived(ctx, imp.ID); err != nil {
				return err
			}
		} else if err := s.rowsOf(ctx, imp.ID, Create, create(ctx, 1000)); err != nil {
			return err
		}
		for _, it := range changes {
			switch err := t.change(ctx, a, imp, it); {
			case hub.KindOf(err) == hub.Conflict, hub.KindOf(err) == hub.NotFound:
				after.Counts.Left++
				if _, err := tx.Exec(ctx, "update import_row set left_why = 'intake.left_changed' where import_id = $1 and n = $2", string(imp.ID), it.N); err != nil {
					return err
				}
			case err != nil:
				return err
			}
			step(1)
		}
		after.State, after.AppliedAt, after.AppliedBy, after.Done = Applied, s.clock.Now(), a.Name, done
		s.log.Add(ctx, a, audit.Entry{Action: audit.Create, Kind: "import", Record: imp.ID, Area: imp.Area})
		return s.save(ctx, &after, Applying)
	})
}
