package jobs

import (
	"context"
	"encoding/json"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Entry is one job as a page lists it.
type Entry struct {
	Job
	State   string // River's word: available, running, completed, retryable, discarded, cancelled, …
	Attempt int
	Made    time.Time
	Next    time.Time // when it is due, for one that waits
	Failure string    // of the last try; for administrators' eyes
}

// Recent lists the newest jobs, to administrators alone.
func (j *Jobs) Recent(ctx context.Context, a hub.Actor, limit int) (out []Entry, err error) {
	if a.Kind != hub.System && !a.IsAdministrator() {
		return nil, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	rows, err := j.client.list(ctx, max(1, min(limit, 1000)))
	for _, r := range rows {
		e := Entry{State: string(r.State), Attempt: r.Attempt, Made: r.CreatedAt, Next: r.ScheduledAt}
		if n := len(r.Errors); n > 0 {
			e.Failure = r.Errors[n-1].Error
		}
		e.Job = argsOf(r.EncodedArgs)
		out = append(out, e)
	}
	return out, err
}

func argsOf(b []byte) (job Job) {
	_ = json.Unmarshal(b, &job) // one that cannot be read is listed without its name
	return job
}
