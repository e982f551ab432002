package intake

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Undo takes an applied import back: what it created is withdrawn, what it
// changed is restored by a new version. Records that have been edited, judged or
// linked since are left and named (Rows with Left). It works in steps, so that
// others can save meanwhile, and goes on where it was stopped.
func (s *Service) Undo(ctx context.Context, a hub.Actor, id hub.ID, tell func(done int)) (err error) {
	defer hub.Wrap(&err, "intake.Undo(%s)", id)
	ctx, leave, err := s.enter(ctx, id)
	if err != nil {
		return err
	}
	defer leave()
	imp, err := s.begin(ctx, a, id, Undoing, Applied)
	if err != nil {
		return err
	}
	if err := s.undo(ctx, a, &imp, tell); err != nil {
		s.failed(imp, Applied, err)
		return err
	}
	return nil
}

func (s *Service) undo(ctx context.Context, a hub.Actor, imp *Import, tell func(int)) error {
	imp.Counts.Kept, imp.Counts.Undone = 0, 0
	done := 0
	for _, outcome := range []Outcome{Create, Change} {
		err := s.rowsOf(ctx, imp.ID, outcome, func(page []Item) error {
			for len(page) > 0 {
				n := min(len(page), batch/5)
				if err := s.undoSome(ctx, a, imp, page[:n]); err != nil {
					return err
				}
				page = page[n:]
				done += n
				s.progress(imp.ID, done, imp.Counts.Create+imp.Counts.Change)
				if tell != nil {
					tell(done)
				}
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return s.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
		imp.State, imp.UndoneAt, imp.UndoneBy = Undone, s.clock.Now(), a.Name
		s.log.Add(ctx, a, audit.Entry{Action: audit.Delete, Kind: "import", Record: imp.ID, Area: imp.Area})
		return s.save(ctx, imp, Undoing)
	})
}

// undoSome takes a few records back in one transaction.
func (s *Service) undoSome(ctx context.Context, a hub.Actor, imp *Import, items []Item) error {
	t := s.targets[imp.Kind]
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		ids := make([]hub.ID, 0, len(items))
		for _, it := range items {
			ids = append(ids, it.Record)
		}
		now, err := t.versions(ctx, ids)
		if err != nil {
			return err
		}
		built, err := t.linked(ctx, ids)
		if err != nil {
			return err
		}
		for _, used := range s.used {
			more, err := used(ctx, t.kind(), ids)
			if err != nil {
				return err
			}
			for id, why := range more {
				built[id] = why
			}
		}
		var gone []hub.ID
		for _, it := range items {
			why := ""
			version, there := now[it.Record]
			switch {
			case it.Left != "" && it.Left != "intake.kept_edited" && it.Outcome == Change:
				continue // applying left it alone
			case !there:
				continue // withdrawn already: by an undo that was stopped, or by a person
			case version != it.Version+1:
				why = "intake.kept_edited"
			case built[it.Record] != "":
				why = built[it.Record]
			case it.Outcome == Create:
				gone = append(gone, it.Record)
			default:
				if err := t.restore(ctx, a, it); err != nil {
					return err
				}
				// To an earlier import of the same record nothing has happened:
				// what it left there stands there again, two versions on.
				if _, err := tx.Exec(ctx, "update import_row set version = version + 2 where record_id = $1 and import_id <> $2 and version + 1 = $3",
					string(it.Record), string(imp.ID), it.Version); err != nil {
					return err
				}
			}
			if why == "" {
				imp.Counts.Undone++
				continue
			}
			imp.Counts.Kept++
			if _, err := tx.Exec(ctx, "update import_row set left_why = $1 where import_id = $2 and n = $3", why, string(imp.ID), it.N); err != nil {
				return err
			}
		}
		return t.withdraw(ctx, a, gone)
	})
}
