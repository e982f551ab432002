package archive

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Daily makes a copy of the hub every day and rehearses restoring the newest
// one every week, while a server runs. Administrators may ask for either now.
type Daily struct {
	Copies
	service *Service
	from    string // path of the data file; "" on PostgreSQL
	clock   hub.Clock
	log     *slog.Logger

	ask chan Task

	mu   sync.Mutex
	now  Task
	last error // of the last task
}

// A Task is what Daily is doing, or is asked to do. The empty one is nothing.
type Task string

// The tasks.
const (
	MakeCopy Task = "copy"
	Rehearse Task = "drill"
)

// NewDaily prepares the daily copies of the hub of s into c. from is the path of
// its data file, whose size tells how much room a copy needs; "" when it has none.
func NewDaily(s *Service, c Copies, from string, clock hub.Clock, log *slog.Logger) *Daily {
	return &Daily{Copies: c, service: s, from: from, clock: clock, log: log, ask: make(chan Task, 1)}
}

// drillEvery is how often restoring is rehearsed without anybody asking.
const drillEvery = 7

// Run makes today's copy soon after the start and then looks every hour whether
// there is one. A copy that fails is logged and tried again: the hub goes on.
func (d *Daily) Run(ctx context.Context) error {
	wait := time.After(time.Minute) // the first visitors come first
	for {
		select {
		case <-ctx.Done():
			return nil
		case task := <-d.ask:
			d.do(ctx, task)
			continue
		case <-wait:
		}
		d.Due(ctx)
		wait = time.After(time.Hour)
	}
}

// Due makes today's copy when there is none, and rehearses restoring when the
// last time is a week ago.
func (d *Daily) Due(ctx context.Context) {
	if _, err := os.Stat(d.Path(d.OfDay(hub.DateOf(d.clock.Now())))); err != nil {
		d.do(ctx, "")
	}
	drill, ok, err := d.LastDrill()
	if err != nil || !ok || hub.DateOf(drill.At).AddDays(drillEvery) <= hub.DateOf(d.clock.Now()) {
		d.do(ctx, Rehearse)
	}
}

// do does one task and logs what became of it; the empty one is the copy of today.
func (d *Daily) do(ctx context.Context, task Task) {
	shown := task
	if shown == "" {
		shown = MakeCopy
	}
	d.set(shown, nil)
	var err error
	if task == Rehearse {
		err = d.rehearse(ctx)
	} else {
		name := d.Asked(d.clock.Now())
		if task == "" {
			name = d.OfDay(hub.DateOf(d.clock.Now()))
		}
		err = d.make(ctx, name)
	}
	if err != nil && ctx.Err() == nil {
		d.log.Error("keeping copies of the hub failed", "task", shown, "error", err)
	}
	d.set("", err)
}

func (d *Daily) set(t Task, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now, d.last = t, err
}

// make makes the copy of that name and removes what is too old.
func (d *Daily) make(ctx context.Context, name string) error {
	if err := os.MkdirAll(d.Folder, 0o700); err != nil {
		return err
	}
	if d.from != "" {
		info, err := os.Stat(d.from)
		if err != nil {
			return err
		}
		if err := Room(d.Folder, info.Size()); err != nil {
			return err
		}
	}
	m, err := d.service.Copy(ctx, hub.SystemActor, d.Path(name), "", nil)
	if err != nil {
		return err
	}
	d.log.Info("copied the hub", "to", d.Path(name), "rows", m.Rows())
	return d.thin()
}

// rehearse restores the newest copy to see whether it can be.
func (d *Daily) rehearse(ctx context.Context) error {
	all, err := d.List()
	if err != nil || len(all) == 0 {
		return err
	}
	drill, _, err := d.Rehearse(ctx, all[len(all)-1].Name, "", d.clock.Now(), nil)
	if err == nil && drill.Err() != nil {
		d.log.Error("the newest copy cannot be restored", "copy", drill.Copy, "error", drill.Err())
	}
	return err
}

// State is what a page shows of the copies.
type State struct {
	Copies
	Files   []CopyFile // newest first
	Drill   Drill
	Drilled bool
	Doing   Task  // what is under way
	Failed  error // why the last task failed
}

// State tells administrators how the copies are.
func (d *Daily) State(a hub.Actor) (s State, err error) {
	if err := permit(a); err != nil {
		return s, err
	}
	s.Copies = d.Copies
	if s.Files, err = d.List(); err != nil {
		return s, err
	}
	for i, j := 0, len(s.Files)-1; i < j; i, j = i+1, j-1 {
		s.Files[i], s.Files[j] = s.Files[j], s.Files[i]
	}
	if s.Drill, s.Drilled, err = d.LastDrill(); err != nil {
		return s, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s.Doing, s.Failed = d.now, d.last
	return s, nil
}

// Ask has a task done now, in the background. One that is asked for while
// another waits is the same.
func (d *Daily) Ask(a hub.Actor, t Task) error {
	if err := permit(a); err != nil {
		return err
	}
	select {
	case d.ask <- t:
	default:
	}
	return nil
}
