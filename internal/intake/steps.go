package intake

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// target is the room that an import's records go to.
type target interface {
	// kind is the records' name in the log.
	kind() string
	// plan turns a batch of drafts that are not refused into items: it finds the
	// records they meet and says what would happen. seen lasts for one import.
	plan(ctx context.Context, a hub.Actor, imp *Import, seen *memory, drafts []Draft) ([]Item, error)
	// create makes records, in the Write that ctx carries if there is one.
	create(ctx context.Context, a hub.Actor, imp *Import, items []Item) error
	// change changes one record; a Conflict says that it is not as planned.
	change(ctx context.Context, a hub.Actor, imp *Import, it Item) error
	// versions gives the present version of records; a withdrawn one is missing.
	versions(ctx context.Context, ids []hub.ID) (map[hub.ID]int, error)
	// withdraw takes created records out again, restore puts one back as it was.
	withdraw(ctx context.Context, a hub.Actor, ids []hub.ID) error
	restore(ctx context.Context, a hub.Actor, it Item) error
	// linked tells which records others hang on.
	linked(ctx context.Context, ids []hub.ID) (map[hub.ID]string, error)
}

// arrivals is a target that can take records in bit by bit and show them all at
// once. What comes of the others comes in the one transaction that applies.
type arrivals interface {
	target
	// arriving hides what create makes for an import until arrived; discard takes
	// away what has not arrived.
	arriving(ctx context.Context, a hub.Actor, imported hub.ID) error
	arrived(ctx context.Context, imported hub.ID) error
	discard(ctx context.Context, a hub.Actor, imported hub.ID) error
}

// memory is what planning remembers from batch to batch.
type memory struct {
	rows map[string]int          // key of a record to the row that made it
	orgs map[string]resolvedName // names already looked up
}

type resolvedName struct{ id hub.ID }

const batch = 500

// progress notes how far a step is.
func (s *Service) progress(id hub.ID, done, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.running[id]; x != nil {
		x.done, x.total = done, max(total, x.total)
	}
}

// enter takes note of a step that runs in this process; only one may. The
// returned function ends it.
func (s *Service) enter(ctx context.Context, id hub.ID) (context.Context, func(), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[id] != nil {
		return nil, nil, hub.Errorf(hub.Conflict, "intake.not_now")
	}
	ctx, cancel := context.WithCancel(ctx)
	s.running[id] = &step{cancel: cancel}
	alive, stop := context.WithCancel(context.WithoutCancel(ctx))
	go s.heartbeat(alive, id)
	return ctx, func() {
		stop()
		cancel()
		s.mu.Lock()
		delete(s.running, id)
		s.mu.Unlock()
	}, nil
}

// heartbeat shows other processes that the step lives.
func (s *Service) heartbeat(ctx context.Context, id hub.ID) {
	tick := time.NewTicker(15 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
				_, err := tx.Exec(ctx, "update import set updated = $1 where id = $2", db.Millis(s.clock.Now()), string(id))
				return err
			})
		}
	}
}

// Cancel stops the step of an import that runs in this process, if one does. An
// unfinished plan is void, an unfinished apply changes nothing, an unfinished
// undo can be gone on with.
func (s *Service) Cancel(id hub.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.running[id]; x != nil {
		x.cancel()
	}
}

// Begin runs a step in the background. Its end is seen in the import's state;
// what went wrong is kept as Failure. It needs Run.
func (s *Service) Begin(a hub.Actor, id hub.ID, work func(context.Context, hub.Actor, hub.ID) error) error {
	s.mu.Lock()
	ctx := s.ctx
	s.mu.Unlock()
	if ctx == nil || ctx.Err() != nil {
		return hub.Errorf(hub.Unavailable, "intake.not_running")
	}
	s.wg.Go(func() { _ = work(ctx, a, id) })
	return nil
}

// begin moves an import into a running state and gives it as it then is.
func (s *Service) begin(ctx context.Context, a hub.Actor, id hub.ID, to State, from ...State) (imp Import, err error) {
	if imp, err = s.Get(ctx, a, id); err != nil {
		return imp, err
	}
	imp.State, imp.Failure, imp.Done = to, nil, 0
	return imp, s.save(ctx, &imp, from...)
}

// failed sets an import back after a step that did not end well and keeps why.
func (s *Service) failed(imp Import, back State, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	p := Problem{Key: "error.internal"}
	if e, ok := errors.AsType[*hub.Error](err); ok {
		p.Key, p.Args = e.Key, e.Args
		if len(e.Fields) > 0 {
			p.Key, p.Args, p.Field = e.Fields[0].Key, e.Fields[0].Args, e.Fields[0].Field
		}
	}
	if errors.Is(err, context.Canceled) {
		p = Problem{Key: "intake.stopped"}
	}
	from := imp.State
	imp.State, imp.Failure = back, &p
	_ = s.save(ctx, &imp, from)
}

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
	seen := &memory{rows: map[string]int{}, orgs: map[string]resolvedName{}}
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
