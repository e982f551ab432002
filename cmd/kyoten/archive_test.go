package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
)

// sampleHub makes the sample hub in a data file, as a person would: by running
// the demo over it and stopping it.
func sampleHub(t *testing.T, file string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	ended := make(chan int, 1)
	var log lockedBuffer
	go func() {
		ended <- run(ctx, []string{"demo", "--lang=en", "--database", file, "--listen", "127.0.0.1:0"}, func(string) string { return "" }, &log, &log)
	}()
	for !strings.Contains(log.String(), "http://") {
		if ctx.Err() != nil {
			t.Fatalf("the demo does not start: %s", log.String())
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	if code := <-ended; code != 0 {
		t.Fatalf("demo: exit %d\n%s", code, log.String())
	}
}

// The sample hub moves from SQLite to PostgreSQL and back by two commands each
// way; its export is the same, byte by byte, wherever it stands.
func TestTheSampleHubMovesToPostgreSQLAndBack(t *testing.T) {
	dir := t.TempDir()
	here, there, back := filepath.Join(dir, "here.db"), dbtest.PostgresURL(t, false), filepath.Join(dir, "back.db")
	sampleHub(t, here)
	do := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := kyoten(t, nil, append(args, "--lang=en")...)
		if code != want {
			t.Fatalf("%s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out, errs)
		}
		return out + errs
	}
	one, two, three := filepath.Join(dir, "1.zip"), filepath.Join(dir, "2.zip"), filepath.Join(dir, "3.zip")
	said := do(0, "export", one, "--database", here)
	if !strings.Contains(said, "seed\t") || !strings.Contains(said, "audit log up to line") {
		t.Errorf("export says %s", said)
	}
	do(exitRefused, "export", one, "--database", here)
	if said := do(0, "import", "hub", one, "--database", there); !strings.Contains(said, "all as exported") || strings.Contains(said, "differs") {
		t.Errorf("import says %s", said)
	}
	if said := do(exitRefused, "import", "hub", one, "--database", there); !strings.Contains(said, "not empty") {
		t.Errorf("a second import says %s", said)
	}
	do(0, "export", two, "--database", there)
	do(0, "import", "hub", two, "--database", back)
	do(0, "export", three, "--database", back)
	a, b, c := contents(t, one), contents(t, two), contents(t, three)
	if !bytes.Equal(a, b) || !bytes.Equal(a, c) {
		t.Errorf("exports differ: %d, %d and %d bytes", len(a), len(b), len(c))
	}
	if len(a) < 100_000 {
		t.Errorf("the export has only %d bytes", len(a))
	}
	do(0, "doctor", "--database", there, "--listen", "127.0.0.1:0")
	do(0, "doctor", "--database", back, "--listen", "127.0.0.1:0")
	do(exitNotFound, "import", "hub", filepath.Join(dir, "none.zip"), "--database", filepath.Join(dir, "new.db"))
	do(exitRefused, "import", "hub", back, "--database", filepath.Join(dir, "new.db"))
	do(exitRefused, "import", "seeds", one, "--database", back)
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
