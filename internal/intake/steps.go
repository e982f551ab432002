package intake

import (
	"context"
	"errors"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

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
