// Package jobs does what must not be done while somebody waits, and what must
// not be lost: work that is written down in the caller's transaction, taken up
// when that has committed, tried again with growing pauses when it fails, and
// found again after a crash. It is River on both engines.
//
// A job is a name and an ID, never a text: what the work is about is read when it
// is done, as it then is and as whoever it is for may then see it. Every job is
// done at least once; work must bear being done twice. This room knows no
// domain: the rooms below give it the functions.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Work does one job. An error has it tried again later; Never says not to.
type Work func(ctx context.Context, id hub.ID) error

// Never marks an error that trying again would not mend.
func Never(err error) error { return river.JobCancel(err) }

// Options change how jobs are run. The zero value is right for a server.
type Options struct {
	// Limit is how long one job may take; two minutes when zero.
	Limit time.Duration
	// Rescue is after how long a job whose worker has vanished is taken up again;
	// five minutes when zero. It is never shorter than Limit.
	Rescue time.Duration
	// Retry gives the pause before the next try after n failures; nil is n⁴
	// seconds, which spreads Attempts over more than two days.
	Retry func(failures int) time.Duration
}

// Attempts is how often a job is tried before it is given up and stays in the
// list of failed ones.
const Attempts = 15

// workers is how many jobs run at once: few, for on SQLite they share one writer
// with the people at work.
const workers = 4

// Jobs is the room's door. It is safe for concurrent use once running.
type Jobs struct {
	db     *db.DB
	client client
	mu     sync.RWMutex
	works  map[string]Work
}

// New prepares jobs kept in d, whose tables Migrate makes. Nothing runs before
// Run.
func New(d *db.DB, log *slog.Logger, o Options) (*Jobs, error) {
	j := &Jobs{db: d, works: map[string]Work{}}
	if o.Limit == 0 {
		o.Limit = 2 * time.Minute
	}
	if o.Rescue == 0 {
		o.Rescue = 5 * time.Minute
	}
	list := river.NewWorkers()
	river.AddWorker(list, &worker{jobs: j})
	c := &river.Config{
		Logger: log, Workers: list, MaxAttempts: Attempts,
		JobTimeout: o.Limit, RescueStuckJobsAfter: max(o.Rescue, o.Limit),
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
	}
	if o.Retry != nil {
		c.RetryPolicy = pause(o.Retry)
	}
	var err error
	switch pool := d.Pool().(type) {
	case *sql.DB:
		j.client, err = open(riversqlite.New(pool), c)
	case *pgxpool.Pool:
		j.client, err = open[pgx.Tx](riverpgxv5.New(pool), c)
	default:
		err = fmt.Errorf("jobs: no engine for %T", pool)
	}
	return j, err
}

// Migrate makes River's tables, or brings them to what this program needs.
func (j *Jobs) Migrate(ctx context.Context) error { return j.client.migrate(ctx) }

// Handle says what jobs of a name do. It is for the time before Run.
func (j *Jobs) Handle(name string, work Work) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.works[name] = work
}

// Every has a job of a name done again and again, and once when a server starts;
// with several servers on one database, by one of them. It is for the time
// before Run.
func (j *Jobs) Every(name string, interval time.Duration, work Work) {
	j.Handle(name, work)
	j.client.periodic(river.NewPeriodicJob(river.PeriodicInterval(interval), func() (river.JobArgs, *river.InsertOpts) {
		return Job{Name: name}, &river.InsertOpts{MaxAttempts: 1, UniqueOpts: once}
	}, &river.PeriodicJobOpts{RunOnStart: true}))
}

// Job is what River keeps of one.
type Job struct {
	Name string `json:"name"`
	ID   hub.ID `json:"id,omitempty"`
}

// Kind is River's word for a kind of job; there is one, and Name tells more.
func (Job) Kind() string { return "kyoten" }

// once allows one job of the same name and ID at a time, as long as it is not
// done or given up.
var once = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled,
}}

// Add writes a job down in the transaction that ctx carries: it is taken up once
// that commits, at the moment given or, for the zero time, at once. One that
// stands there already under the same name and ID is not doubled. It panics
// outside a Write.
func (j *Jobs) Add(ctx context.Context, tx db.Tx, name string, id hub.ID, at time.Time) error {
	return j.client.insert(ctx, tx.Unwrap(), Job{Name: name, ID: id}, &river.InsertOpts{ScheduledAt: at, UniqueOpts: once})
}

// Hurry has a job done at once, also one that stands there already and waits for
// its next try. It panics outside a Write.
func (j *Jobs) Hurry(ctx context.Context, tx db.Tx, name string, id hub.ID) error {
	return j.client.insert(ctx, tx.Unwrap(), Job{Name: name, ID: id}, nil)
}

// Run does jobs until ctx ends, then lets those under way finish.
func (j *Jobs) Run(ctx context.Context) error {
	if err := j.client.start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	<-ctx.Done()
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	return errors.Join(ctx.Err(), j.client.stop(patience))
}

// worker gives each job to the function of its name.
type worker struct {
	river.WorkerDefaults[Job]
	jobs *Jobs
}

// Work does one job.
func (w *worker) Work(ctx context.Context, r *river.Job[Job]) error {
	w.jobs.mu.RLock()
	work := w.jobs.works[r.Args.Name]
	w.jobs.mu.RUnlock()
	if work == nil {
		return fmt.Errorf("jobs: nobody does %q", r.Args.Name)
	}
	return work(ctx, r.Args.ID)
}

type pause func(failures int) time.Duration

// NextRetry is River's question when to try again.
func (p pause) NextRetry(r *rivertype.JobRow) time.Time {
	return time.Now().Add(p(len(r.Errors) + 1))
}

// client is River's for one engine.
type client interface {
	start(context.Context) error
	stop(context.Context) error
	migrate(context.Context) error
	insert(ctx context.Context, tx any, job Job, o *river.InsertOpts) error
	periodic(*river.PeriodicJob)
	list(ctx context.Context, limit int, states []rivertype.JobState) ([]*rivertype.JobRow, error)
	retry(ctx context.Context, id int64) error
	cancel(ctx context.Context, id int64) error
}

type engine[T any] struct {
	driver riverdriver.Driver[T]
	c      *river.Client[T]
}

func open[T any](driver riverdriver.Driver[T], c *river.Config) (client, error) {
	made, err := river.NewClient(driver, c)
	return engine[T]{driver, made}, err
}

func (e engine[T]) start(ctx context.Context) error { return e.c.Start(ctx) }
func (e engine[T]) stop(ctx context.Context) error  { return e.c.Stop(ctx) }
func (e engine[T]) periodic(p *river.PeriodicJob)   { e.c.PeriodicJobs().Add(p) }

func (e engine[T]) migrate(ctx context.Context) error {
	m, err := rivermigrate.New(e.driver, nil)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

func (e engine[T]) insert(ctx context.Context, tx any, job Job, o *river.InsertOpts) error {
	_, err := e.c.InsertTx(ctx, tx.(T), job, o)
	return err
}

func (e engine[T]) list(ctx context.Context, limit int, states []rivertype.JobState) ([]*rivertype.JobRow, error) {
	p := river.NewJobListParams().First(limit).OrderBy(river.JobListOrderByTime, river.SortOrderDesc)
	if len(states) > 0 {
		p = p.States(states...)
	}
	r, err := e.c.JobList(ctx, p)
	if err != nil {
		return nil, err
	}
	return r.Jobs, nil
}

func (e engine[T]) retry(ctx context.Context, id int64) error {
	_, err := e.c.JobRetry(ctx, id)
	return err
}

func (e engine[T]) cancel(ctx context.Context, id int64) error {
	_, err := e.c.JobCancel(ctx, id)
	return err
}
