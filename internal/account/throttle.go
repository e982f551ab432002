package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Failures that are free before waiting begins, and the longest wait. An office
// behind one address shares the address's count, so that one is larger.
const (
	accountFailures = 5
	addressFailures = 30
	longestWait     = 15 * time.Minute
	forgetAfter     = 24 * time.Hour
)

// throttle is one counter of failed attempts.
type throttle struct {
	id   string
	free int
	keep bool // a success does not clear it
}

// throttleOf names a counter by a hash: the table does not tell which mails were
// tried, and existing and unknown accounts count alike.
func throttleOf(kind, what string, free int) throttle {
	sum := sha256.Sum256([]byte(kind + "\x00" + what))
	return throttle{id: hex.EncodeToString(sum[:16]), free: free}
}

// addressThrottle counts a whole IPv6 /64, which is what one customer has. A
// success does not clear it: somebody with an account of his own could else go
// on guessing at others for ever.
func addressThrottle(address string) throttle {
	if a, err := netip.ParseAddr(address); err == nil {
		a = a.Unmap()
		if a.Is6() {
			if p, err := a.Prefix(64); err == nil {
				address = p.String()
			}
		} else {
			address = a.String()
		}
	}
	t := throttleOf("address", address, addressFailures)
	t.keep = true
	return t
}

// wait is how long the next attempt must wait after n failures: 2 s, 4 s, 8 s, …
func (t throttle) wait(n int) time.Duration {
	over := n - t.free
	if over <= 0 {
		return 0
	}
	if over > 10 {
		return longestWait
	}
	return min(time.Second<<over, longestWait)
}

// attempt counts a failure in advance, so that a hundred guesses at once are a
// hundred failures; done takes it back when the attempt succeeded. While one of
// the counters waits it fails as Unavailable, whoever is asked for.
func (s *Service) attempt(ctx context.Context, counters ...throttle) (done func(context.Context) error, err error) {
	now := db.Millis(s.now())
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "delete from sign_in_throttle where last_at < $1", now-forgetAfter.Milliseconds()); err != nil {
			return err
		}
		for _, t := range counters {
			var n int
			var locked int64
			// The row is made first so that there is one to lock.
			_, err := tx.Exec(ctx, "insert into sign_in_throttle (id, failures, last_at, locked_until) values ($1, 0, $2, 0) on conflict (id) do nothing", t.id, now)
			if err != nil {
				return err
			}
			err = tx.QueryRow(ctx, "select failures, locked_until from sign_in_throttle where id = $1"+tx.Dialect().ForUpdate(), t.id).Scan(&n, &locked)
			if err != nil {
				return err
			}
			if locked > now {
				return hub.Errorf(hub.Unavailable, "error.sign_in_wait", "n", (locked-now+999)/1000)
			}
			until := int64(0)
			if w := t.wait(n + 1); w > 0 {
				until = now + w.Milliseconds()
			}
			if _, err := tx.Exec(ctx, "update sign_in_throttle set failures = $1, last_at = $2, locked_until = $3 where id = $4", n+1, now, until, t.id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			var errs []error
			for _, t := range counters {
				q := "delete from sign_in_throttle where id = $1"
				if t.keep {
					q = "update sign_in_throttle set failures = failures - 1, locked_until = 0 where id = $1 and failures > 0"
				}
				_, err := tx.Exec(ctx, q, t.id)
				errs = append(errs, err)
			}
			return errors.Join(errs...)
		})
	}, nil
}
