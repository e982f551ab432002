package app

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
)

func TestDailyCopiesAreMadeOnceAndThinned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kyoten.db")
	a, err := Open(t.Context(), Storage{Database: path}, quiet, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	clock := &almanac{at: time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)}
	c := Config{Storage: Storage{Database: path}, Backups: Backups{Keep: 3}}
	b := &backup{db: a.DB, from: path, folder: c.folder(path), keep: c.Keep, clock: clock, log: quiet}
	if f := copied(c, clock.at); f.Key != "cli.doctor.backup_none" {
		t.Errorf("before the first copy: %+v", f)
	}
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(b.folder, "kyoten-notes.db")
	if err := os.WriteFile(theirs, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		for again := range 2 {
			to, err := b.today(t.Context())
			if err != nil || (to == "") != (again == 1) {
				t.Fatalf("%s: copied to %q, %v", clock.at, to, err)
			}
		}
		clock.at = clock.at.AddDate(0, 0, 1)
	}
	got, err := copies(b.folder, b.prefix())
	want := []string{"kyoten-2026-11-22.db", "kyoten-2026-11-23.db", "kyoten-2026-11-24.db"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("kept %v, %v; want %v", got, err, want)
	}
	if _, err := os.Stat(theirs); err != nil {
		t.Error("a file that is none of ours was removed")
	}
	if f := copied(c, clock.at); f.Key != "cli.doctor.backup" {
		t.Errorf("with a fresh copy: %+v", f)
	}
	if f := copied(c, clock.at.AddDate(0, 0, 5)); f.Key != "cli.doctor.backup_old" {
		t.Errorf("with an old copy: %+v", f)
	}
	kept, err := db.Open(t.Context(), filepath.Join(b.folder, want[2]))
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if n, err := kept.Pending(t.Context()); n != 0 || err != nil {
		t.Errorf("the copy is not a whole database: %d pending, %v", n, err)
	}
}
