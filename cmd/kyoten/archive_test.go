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

// What an office does once a year: a copy, a rehearsal, and going back.
func TestBackupDrillAndRestore(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "kyoten.db")
	do := func(want int, says string, args ...string) string {
		t.Helper()
		code, out, errs := kyoten(t, nil, append(args, "--lang=en", "--database="+file)...)
		if code != want || !strings.Contains(out+errs, says) {
			t.Fatalf("%s: exit %d, want %d and %q\n%s%s", strings.Join(args, " "), code, want, says, out, errs)
		}
		return strings.TrimSpace(out)
	}
	do(0, "", "area", "create", "--slug=kita", "--name=北の拠点", "--name-en=North")
	do(0, "no copy yet", "doctor", "--listen=127.0.0.1:0")
	do(exitNotFound, "no copy", "backup", "--drill")
	place := do(0, "Copied to", "backup")
	if filepath.Dir(place) != filepath.Join(dir, "backups") {
		t.Errorf("copied to %s", place)
	}
	do(0, "Nobody has tried", "doctor", "--listen=127.0.0.1:0")
	do(0, "can be restored", "backup", "--drill")
	do(0, "restored as a rehearsal", "doctor", "--listen=127.0.0.1:0")
	do(exitRefused, "exists already", "backup", place)

	do(0, "", "area", "create", "--slug=minami", "--name=南の拠点", "--name-en=South")
	do(0, "is kept as", "restore", place)
	if out := do(0, "North", "area", "list"); strings.Contains(out, "South") {
		t.Errorf("after going back: %s", out)
	}
	kept, _ := filepath.Glob(file + ".before-restore-*")
	if len(kept) != 1 {
		t.Fatalf("kept %v", kept)
	}
	do(0, "is kept as", "restore", kept[0])
	do(0, "South", "area", "list")
	do(exitNotFound, "There is no", "restore", filepath.Join(dir, "none.db"))

	// A copy that rots is noticed by the rehearsal and by doctor.
	b := contents(t, place)
	for i := len(b) / 2; i < len(b)/2+9000; i++ {
		b[i] ^= 0x5a
	}
	if err := os.WriteFile(place, b, 0o600); err != nil {
		t.Fatal(err)
	}
	do(exitFailure, "cannot be restored", "backup", "--drill")
	do(exitFailure, "could not be restored", "doctor", "--listen=127.0.0.1:0")
	do(0, "Copied to", "backup")
	do(0, "can be restored", "backup", "--drill")
}

// On PostgreSQL a copy is an export, and it goes back into an empty database.
func TestBackupAndRestoreOnPostgreSQL(t *testing.T) {
	dir := t.TempDir()
	full, fresh := dbtest.PostgresURL(t, false), dbtest.PostgresURL(t, false)
	place := filepath.Join(dir, "hub.zip")
	for _, c := range []struct {
		want int
		says string
		args []string
	}{
		{0, "", []string{"area", "create", "--slug=kita", "--name=北の拠点", "--database", full}},
		{exitRefused, "pg_dump --format=custom", []string{"backup", "--database", full}},
		{exitRefused, "pg_dump --format=custom", []string{"backup", filepath.Join(dir, "hub.db"), "--database", full}},
		{0, "pg_dump --format=custom", []string{"backup", place, "--database", full}},
		{0, "can be restored", []string{"backup", "--drill", place, "--database", full}},
		{exitRefused, "not empty", []string{"restore", place, "--database", full}},
		{0, "Restored", []string{"restore", place, "--database", fresh}},
		{0, "kita", []string{"area", "list", "--database", fresh}},
		{0, "see that pg_dump runs", []string{"doctor", "--listen=127.0.0.1:0", "--database", fresh}},
	} {
		code, out, errs := kyoten(t, nil, append(c.args, "--lang=en")...)
		if code != c.want || !strings.Contains(out+errs, c.says) {
			t.Errorf("%v: exit %d, want %d and %q\n%s%s", c.args, code, c.want, c.says, out, errs)
		}
	}
}
