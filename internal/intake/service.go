package intake

import (
	"context"
	"sync"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Used tells which of the records of a kind (audit's name for it) something has
// been built on — judged, linked, proposed — and what, as a catalogue key. Rooms
// that build on records lend one to New.
type Used func(ctx context.Context, kind string, ids []hub.ID) (map[hub.ID]string, error)

// Service makes, applies and takes back imports. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	log     *audit.Log
	clock   hub.Clock
	targets map[Kind]target
	orgs    *directory.Organisations
	used    []Used

	mu      sync.Mutex
	running map[hub.ID]*step
	ctx     context.Context // of background steps; nil until Run
	wg      sync.WaitGroup
}

// step is one step under way in this process.
type step struct {
	cancel      context.CancelFunc
	done, total int
}

// New gives the service. used are asked before a record is taken back.
func New(d *db.DB, log *audit.Log, dir *directory.Service, cat *catalogue.Service, clock hub.Clock, used ...Used) *Service {
	s := &Service{db: d, log: log, clock: clock, orgs: dir.Organisations, used: used, running: map[hub.ID]*step{}}
	s.targets = map[Kind]target{
		Seeds:         seedTarget(cat, dir),
		Needs:         needTarget(cat, dir),
		Organisations: organisationTarget{dir.Organisations, dir.Contacts},
		People:        personTarget{dir.People, dir.Organisations},
	}
	return s
}

// Run owns the steps that Begin starts: when ctx ends they are stopped and
// waited for. A step that another process left behind is set back, so that it
// can be begun again.
func (s *Service) Run(ctx context.Context) error {
	s.mu.Lock()
	s.ctx = ctx
	s.mu.Unlock()
	tick := time.NewTicker(30 * time.Second)
	defer tick.Stop()
	for {
		if err := s.reset(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			s.mu.Lock()
			for _, x := range s.running {
				x.cancel()
			}
			s.mu.Unlock()
			s.wg.Wait()
			return nil
		case <-tick.C:
		}
	}
}

func missing() error { return hub.Errorf(hub.NotFound, "error.not_found") }

// may reports whether the actor may import into an area: the area's own staff.
func may(a hub.Actor, area hub.ID) bool { return a.Kind == hub.System || a.StaffOf(area) }

// Get gives an import to the staff of its area; to others it is NotFound.
func (s *Service) Get(ctx context.Context, a hub.Actor, id hub.ID) (imp Import, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		imp, err = loadImport(ctx, tx, id, "")
		return err
	})
	if err == nil && !may(a, imp.Area) {
		return Import{}, missing()
	}
	s.mu.Lock()
	if x := s.running[id]; x != nil && err == nil && imp.State.running() {
		imp.Done, imp.Total = x.done, max(imp.Total, x.total)
	}
	s.mu.Unlock()
	return imp, err
}

// List gives the imports of an area, newest first, to its staff.
func (s *Service) List(ctx context.Context, a hub.Actor, area hub.ID, limit int) (out []Import, err error) {
	if !may(a, area) {
		return nil, missing()
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanImport, selectImport+" where area_id = $1 and state <> 'dropped' order by created desc, id desc limit $2", string(area), limit)
		return err
	})
	return out, err
}

// Drop gives an import up that is not applied and forgets its file and rows.
func (s *Service) Drop(ctx context.Context, a hub.Actor, id hub.ID) error {
	s.Cancel(id)
	imp, err := s.Get(ctx, a, id)
	if err != nil {
		return err
	}
	if imp.State == Applied || imp.State == Applying || imp.State == Undoing || imp.State == Undone {
		return hub.Errorf(hub.Conflict, "intake.not_now")
	}
	imp.State = Dropped
	if err := s.save(ctx, &imp, Waiting, Ready, Planning); err != nil {
		return err
	}
	s.clear(a, imp)
	if err := s.clearRows(ctx, id); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "delete from import_file where import_id = $1", string(id))
		return err
	})
}
