package audit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

func add(t *testing.T, d *db.DB, l *audit.Log, ids ...string) {
	t.Helper()
	err := d.Write(t.Context(), func(ctx context.Context, _ db.Tx) error {
		for _, id := range ids {
			l.Add(ctx, hub.SystemActor, audit.Entry{Action: audit.Create, Kind: "thing", Record: hub.ID(id)})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSixteenWritersMakeOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, hub.SystemClock{})
		const writers, rounds = 16, 12
		var heard int
		done := make(chan error, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
		defer cancel()
		go func() {
			next := int64(1)
			done <- l.Follow(ctx, 0, func(_ context.Context, lines []audit.Line) error {
				for _, x := range lines {
					if x.Seq != next {
						return fmt.Errorf("the feed jumps to %d, want %d", x.Seq, next)
					}
					next++
					heard++
				}
				if heard == writers*rounds*2 {
					return errors.New("heard all")
				}
				return nil
			})
		}()
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for r := range rounds {
					add(t, d, l, fmt.Sprintf("%d/%d/a", w, r), fmt.Sprintf("%d/%d/b", w, r))
				}
			})
		}
		wg.Wait()
		if err := <-done; err.Error() != "heard all" {
			t.Fatalf("the feed stopped after %d lines: %v", heard, err)
		}
		n, err := l.Verify(t.Context())
		if n != writers*rounds*2 || err != nil {
			t.Errorf("verified %d lines: %v", n, err)
		}
	})
}

func TestAFailedWriteLogsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, hub.SystemClock{})
		_ = d.Write(t.Context(), func(ctx context.Context, _ db.Tx) error {
			l.Add(ctx, hub.SystemActor, audit.Entry{Action: audit.Create, Kind: "thing", Record: "x"})
			return errors.New("no")
		})
		if n, _, _ := l.Head(t.Context()); n != 0 {
			t.Errorf("%d lines after a failed change", n)
		}
	})
}

func TestAnyChangedByteBreaksTheChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, damage := range []string{
			"update log set record_id = 'z' where seq = 2",
			"update log set at = at + 1 where seq = 3",
			"update log set digest = 'x' where seq = 1",
			"update log set kind = 'thin', record_id = 'g' || record_id where seq = 2",
			"delete from log where seq = 2",
			"delete from log where seq = 3",
			"update log_head set hash = 'x'",
		} {
			l := audit.New(d, hub.SystemClock{})
			exec(t, d, "delete from log")
			exec(t, d, "update log_head set seq = 0, hash = ''")
			add(t, d, l, "a", "b")
			add(t, d, l, "c")
			if _, err := l.Verify(t.Context()); err != nil {
				t.Fatal(err)
			}
			exec(t, d, damage)
			if _, err := l.Verify(t.Context()); hub.KindOf(err) != hub.Conflict {
				t.Errorf("after %q Verify says %v", damage, err)
			}
		}
	})
}

func exec(t *testing.T, d *db.DB, q string) {
	t.Helper()
	err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestVersionsCountUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, hub.SystemClock{})
		for _, title := range []string{"雪", "雪かき"} {
			err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
				_, err := l.Keep(ctx, tx, hub.SystemActor, "thing", "x", map[string]string{"title": title})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		v, err := l.Versions(t.Context(), "thing", "x")
		if err != nil || len(v) != 2 || v[0].N != 2 || string(v[0].Body) != `{"title":"雪かき"}` {
			t.Errorf("versions %+v, %v", v, err)
		}
	})
}
