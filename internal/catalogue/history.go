package catalogue

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Revision is what a record was after one change.
type Revision[T any] struct {
	N     int // 1 is the first
	At    time.Time
	Name  string // of who changed it, at that time
	Entry T      // cut as View is; the detail is in it where it may be seen
}

// History gives what a record has been, newest first, to those who may edit it.
// With the detail layer in it this is an opening, and logged as one.
func (c *Collection[T, P]) History(ctx context.Context, a hub.Actor, id hub.ID) (out []Revision[T], err error) {
	defer hub.Wrap(&err, "catalogue.History(%s)", id)
	e, err := c.load(ctx, id)
	if err != nil {
		return nil, err
	}
	now := P(&e).base().Access()
	if !access.Can(a, access.Edit, now) {
		return nil, missing(id)
	}
	detail, name := access.Can(a, access.SeeDetail, now), access.Can(a, access.SeeName, now)
	if detail {
		if _, err := c.Open(ctx, a, id); err != nil {
			return nil, err
		}
	}
	versions, err := c.log.Versions(ctx, c.kindName(), id)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		x, err := read[T, P](v.Body)
		if err != nil {
			return nil, fmt.Errorf("version %d: %w", v.N, err)
		}
		if !detail {
			P(&x).HideDetail()
		}
		if !name {
			P(&x).HideName()
		}
		out = append(out, Revision[T]{N: v.N, At: v.At, Name: v.Name, Entry: x})
	}
	return out, nil
}

// read turns a kept version back into a record.
func read[T any, P Pointer[T]](body []byte) (x T, err error) {
	var kept struct {
		Body   json.RawMessage `json:"body"`
		Detail json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal(body, &kept); err != nil {
		return x, err
	}
	if err := json.Unmarshal(kept.Body, &x); err != nil {
		return x, err
	}
	if len(kept.Detail) > 0 {
		err = json.Unmarshal(kept.Detail, P(&x).Inner())
	}
	return x, err
}

// Restore makes what a record said in its revision n its newest version. Who may
// see it and where it stands stay as they are now: a restored text is never
// shown more widely than the present one. version is the one the actor saw.
func (c *Collection[T, P]) Restore(ctx context.Context, a hub.Actor, id hub.ID, version, n int) (T, error) {
	versions, err := c.log.Versions(ctx, c.kindName(), id)
	if err != nil {
		var none T
		return none, err
	}
	return c.Revise(ctx, a, id, version, func(e *T) error {
		for _, v := range versions {
			if v.N != n {
				continue
			}
			old, err := read[T, P](v.Body)
			if err != nil {
				return err
			}
			now, was := P(e).base(), P(&old).base()
			was.Scope, was.NameScope, was.DetailScope, was.State = now.Scope, now.NameScope, now.DetailScope, now.State
			was.Withdrawn, was.Version, was.named = now.Withdrawn, now.Version, now.named
			if x, ok := any(P(&old)).(interface{ Settle(now *T) }); ok {
				x.Settle(e)
			}
			*e = old
			return nil
		}
		return hub.Errorf(hub.NotFound, "error.version_missing", "n", n)
	})
}
