package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

var administrator = hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Administrator}}}

func TestDailyCopiesAreMadeOnceAndThinned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kyoten.db")
	a, err := Open(t.Context(), Storage{Database: path}, quiet, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	clock := &almanac{at: time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)}
	c, ok := Config{Storage: Storage{Database: path}, Backups: Backups{Keep: 3}}.Copies()
	if !ok {
		t.Fatal("no copies are made")
	}
	d := archive.NewDaily(a.Archive, c, path, clock, quiet)
	if f := copied(c, clock.at); f.Key != "cli.doctor.backup_none" {
		t.Errorf("before the first copy: %+v", f)
	}
	if err := os.MkdirAll(c.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	theirs := c.Path("kyoten-notes.db")
	if err := os.WriteFile(theirs, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		for range 2 {
			d.Due(t.Context())
		}
		clock.at = clock.at.AddDate(0, 0, 1)
	}
	all, err := c.List()
	var got []string
	for _, f := range all {
		got = append(got, f.Name)
	}
	want := []string{"kyoten-2026-11-22.db", "kyoten-2026-11-23.db", "kyoten-2026-11-24.db"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("kept %v, %v; want %v", got, err, want)
	}
	if _, err := os.Stat(theirs); err != nil {
		t.Error("a file that is none of ours was removed")
	}
	// Restoring was rehearsed with the first copy and not again before a week.
	if drill, ok, err := c.LastDrill(); !ok || err != nil || drill.Err() != nil || drill.Copy != "kyoten-2026-11-20.db" {
		t.Errorf("rehearsed %+v, %v", drill, err)
	}
	if f := copied(c, clock.at); f.Key != "cli.doctor.backup" {
		t.Errorf("with a fresh copy: %+v", f)
	}
	if f := copied(c, clock.at.AddDate(0, 0, 5)); f.Key != "cli.doctor.backup_old" {
		t.Errorf("with an old copy: %+v", f)
	}
	for days, want := range map[int]string{0: "cli.doctor.drill", 60: "cli.doctor.drill_old"} {
		if f, _ := rehearsed(c, clock.at.AddDate(0, 0, days)); f.Key != want {
			t.Errorf("%d days later: %+v", days, f)
		}
	}
	if f := chain(t.Context(), a.DB); f.Health != Good {
		t.Errorf("the log: %+v", f)
	}
}

// On PostgreSQL the same is done with exports, where a folder is named.
func TestDailyCopiesOfPostgreSQL(t *testing.T) {
	s := Storage{Database: dbtest.PostgresURL(t, true)}
	if _, ok := (Config{Storage: s, Backups: Backups{Keep: 3}}).Copies(); ok {
		t.Error("copies are made where nobody asked for them")
	}
	a, err := Open(t.Context(), s, quiet, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c, ok := Config{Storage: s, Backups: Backups{Keep: 3, Backups: t.TempDir()}}.Copies()
	if !ok {
		t.Fatal("no copies are made")
	}
	d := archive.NewDaily(a.Archive, c, "", hub.SystemClock{}, quiet)
	d.Due(t.Context())
	state, err := d.State(administrator)
	if err != nil || len(state.Files) != 1 || !state.Drilled || state.Drill.Err() != nil || state.Failed != nil {
		t.Errorf("%+v, %v", state, err)
	}
	if _, err := d.State(hub.Actor{Kind: hub.User}); hub.KindOf(err) != hub.Forbidden {
		t.Errorf("anybody sees where the copies are: %v", err)
	}
}

// An administrator asks for a copy and a rehearsal, and they are done.
func TestCopiesOnRequest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kyoten.db")
	a, err := Open(t.Context(), Storage{Database: path}, quiet, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c, _ := Config{Storage: Storage{Database: path}, Backups: Backups{Keep: 3}}.Copies()
	d := archive.NewDaily(a.Archive, c, path, hub.SystemClock{}, quiet)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	defer func() { stop(); <-ended }()
	if err := d.Ask(hub.Actor{Kind: hub.User}, archive.MakeCopy); hub.KindOf(err) != hub.Forbidden {
		t.Errorf("anybody may ask: %v", err)
	}
	wait := func(what string, done func(archive.State) bool) {
		t.Helper()
		for range 600 {
			s, err := d.State(administrator)
			if err != nil {
				t.Fatal(err)
			}
			if s.Failed != nil {
				t.Fatalf("%s: %v", what, s.Failed)
			}
			if s.Doing == "" && done(s) {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatalf("no %s", what)
	}
	if err := d.Ask(administrator, archive.MakeCopy); err != nil {
		t.Fatal(err)
	}
	wait("copy", func(s archive.State) bool { return len(s.Files) == 1 && !s.Files[0].Daily })
	if err := d.Ask(administrator, archive.Rehearse); err != nil {
		t.Fatal(err)
	}
	wait("rehearsal", func(s archive.State) bool { return s.Drilled && s.Drill.Err() == nil })
}

func TestACopyOpensAsAHub(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kyoten.db")
	a, err := Open(t.Context(), Storage{Database: path}, quiet, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	to := filepath.Join(t.TempDir(), "copy.db")
	if _, err := a.Archive.Copy(t.Context(), hub.SystemActor, to, "", nil); err != nil {
		t.Fatal(err)
	}
	kept, err := db.Open(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if n, err := kept.Pending(t.Context()); n != 0 || err != nil {
		t.Errorf("the copy is not a whole database: %d pending, %v", n, err)
	}
}
