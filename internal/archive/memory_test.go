package archive_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
)

// Rows and files pass through; none of the steps holds a table, or a file.
func TestMemoryDoesNotGrowWithTheHub(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and reads 80 MB a few times")
	}
	const rows, size, pieces = 8_000, 5_000, 40 // 40 MB of versions and a file of 40 MB
	folder := filepath.Join(t.TempDir(), "hub")
	source, target := dbtest.SQLite(t), dbtest.Postgres(t)
	err := source.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Insert(ctx, "version", []string{"kind", "record_id", "n", "at", "actor_id", "actor_name", "body"}, func(yield func([]any) bool) {
			for i := range rows {
				if !yield([]any{"seed", fmt.Sprintf("%08d", i), 1, 0, "", "", strings.Repeat("雪融け", size/9) + fmt.Sprint(i)}) {
					return
				}
			}
		})
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into file (id, layer, name, media_type, size, sha256, created, created_by)
			values ('f', 'summary', 'big.bin', 'application/octet-stream', 1, '', 0, '')`); err != nil {
			return err
		}
		for n := range pieces {
			if _, err := tx.Exec(ctx, "insert into file_chunk (file_id, n, data) values ('f', $1, $2)", n, make([]byte, 1<<20)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, step := range map[string]func(){
		"export": func() { export(t, source, folder+"-1") },
		"import": func() {
			export(t, source, folder+"-2")
			bring(t, target, folder+"-2")
		},
	} {
		if most := peak(step); most > 40<<20 {
			t.Errorf("%s of 80 MB: the heap grew by %d MB", what, most>>20)
		} else {
			t.Logf("%s: the heap grew by %d MB", what, most>>20)
		}
	}
}

// peak gives by how much the heap grew while step ran.
func peak(step func()) int64 {
	heap := func() int64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return int64(s[0].Value.Uint64())
	}
	before := heap()
	var most atomic.Int64
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				most.Store(max(most.Load(), heap()-before))
			}
		}
	}()
	step()
	close(stop)
	<-ended
	return most.Load()
}
