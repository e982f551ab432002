package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// State is where a job stands, in fewer words than River's.
type State string

// The states of a job.
const (
	Waiting   State = "waiting"   // its time has not come, or no worker was free yet
	Running   State = "running"   //
	Retried   State = "retried"   // it failed and will be tried again
	Failed    State = "failed"    // it was given up
	Cancelled State = "cancelled" // somebody stopped it, or trying again would not mend it
	Done      State = "done"
)

// States lists them in the order of screens.
var States = []State{Waiting, Running, Retried, Failed, Cancelled, Done}

var words = map[rivertype.JobState]State{
	rivertype.JobStateAvailable: Waiting, rivertype.JobStatePending: Waiting, rivertype.JobStateScheduled: Waiting,
	rivertype.JobStateRunning: Running, rivertype.JobStateRetryable: Retried, rivertype.JobStateDiscarded: Failed,
	rivertype.JobStateCancelled: Cancelled, rivertype.JobStateCompleted: Done,
}

// Entry is one job as a page lists it.
type Entry struct {
	Job
	Number  int64 // River's own
	State   State
	Attempt int // tries so far
	Made    time.Time
	Next    time.Time // when it is due, for one that waits
	Ended   time.Time // zero as long as it has not
	Failure string    // of the last try; for administrators' eyes
}

// Recent lists the newest jobs, in the given states or all, to administrators
// alone. River forgets those that are done after a day and those given up after a
// week.
func (j *Jobs) Recent(ctx context.Context, a hub.Actor, limit int, states ...State) (out []Entry, err error) {
	if err := administers(a); err != nil {
		return nil, err
	}
	var in []rivertype.JobState
	for theirs, ours := range words {
		if slices.Contains(states, ours) {
			in = append(in, theirs)
		}
	}
	rows, err := j.client.list(ctx, max(1, min(limit, 1000)), in)
	for _, r := range rows {
		e := Entry{Number: r.ID, State: words[r.State], Attempt: r.Attempt, Made: r.CreatedAt, Next: r.ScheduledAt}
		if r.FinalizedAt != nil {
			e.Ended = *r.FinalizedAt
		}
		if n := len(r.Errors); n > 0 {
			e.Failure = r.Errors[n-1].Error
		}
		e.Job = argsOf(r.EncodedArgs)
		out = append(out, e)
	}
	return out, err
}

// Retry has a job done now that waits, has failed or was given up. For
// administrators.
func (j *Jobs) Retry(ctx context.Context, a hub.Actor, number int64) error {
	if err := administers(a); err != nil {
		return err
	}
	return missing(j.client.retry(ctx, number))
}

// Cancel stops a job that has not ended. For administrators.
func (j *Jobs) Cancel(ctx context.Context, a hub.Actor, number int64) error {
	if err := administers(a); err != nil {
		return err
	}
	return missing(j.client.cancel(ctx, number))
}

func administers(a hub.Actor) error {
	if a.Kind != hub.System && !a.IsAdministrator() {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return nil
}

func missing(err error) error {
	if errors.Is(err, rivertype.ErrNotFound) {
		return hub.Errorf(hub.NotFound, "error.job_missing")
	}
	return err
}

func argsOf(b []byte) (job Job) {
	_ = json.Unmarshal(b, &job) // one that cannot be read is listed without its name
	return job
}
