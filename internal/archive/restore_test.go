package archive_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

func copyOf(t testing.TB, d *db.DB, place, passphrase string) archive.Manifest {
	t.Helper()
	m, err := open(d).Copy(t.Context(), hub.SystemActor, place, passphrase, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// at opens a data file, for the length of fn.
func at(t testing.TB, path string, fn func(*db.DB)) {
	t.Helper()
	d, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	fn(d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRestorePutsBackAndKeepsWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	source := dbtest.SQLite(t)
	fill(t, source)
	places := map[string]string{
		filepath.Join(dir, "hub.db"): "", filepath.Join(dir, "hub.zip"): "",
		filepath.Join(dir, "hub.db.age"): "合言葉", filepath.Join(dir, "hub.zip.age"): "合言葉",
	}
	for from, passphrase := range places {
		t.Run(filepath.Base(from), func(t *testing.T) {
			m := copyOf(t, source, from, passphrase)
			to := filepath.Join(t.TempDir(), "new folder", "kyoten.db")
			for round := range 2 {
				r, err := archive.Restore(t.Context(), from, to, passphrase, nil)
				if err != nil {
					t.Fatal(err)
				}
				if !r.Certified || r.Rows() != m.Rows() || r.Head != m.Log.Hash || r.Lines != m.Log.Lines || (r.Kept != "") != (round == 1) {
					t.Errorf("round %d: %+v", round, r)
				}
				if round == 1 {
					at(t, r.Kept, func(d *db.DB) {
						if got := dump(t, d)["setting"]; !strings.Contains(got, "mark") {
							t.Errorf("what was kept is not what stood there: %s", got)
						}
					})
				}
				at(t, to, func(d *db.DB) {
					got := dump(t, d)
					if got["seed"] != dump(t, source)["seed"] || strings.Contains(got["setting"], "mark") {
						t.Error("the rows restored are others")
					}
					if got["user_session"] != "" {
						t.Error("sign-ins of the time of the copy are valid again")
					}
					if n, err := d.Pending(t.Context()); n != 0 || err != nil {
						t.Errorf("%d migrations pending, %v", n, err)
					}
					if _, there := got["copy_certificate"]; there {
						t.Error("the certificate stayed in the database")
					}
					if err := d.Write(t.Context(), put("mark", "here")); err != nil {
						t.Error(err)
					}
				})
			}
			left, _ := filepath.Glob(filepath.Join(filepath.Dir(to), "*.restoring*"))
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A copy that has changed since it was made is refused, and what stands in its
// place stays.
func TestRestoreRefusesACopyThatHasChanged(t *testing.T) {
	dir := t.TempDir()
	source := dbtest.SQLite(t)
	fill(t, source)
	whole := filepath.Join(dir, "whole.db")
	copyOf(t, source, whole, "")
	exec := func(statement string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			at(t, path, func(d *db.DB) {
				err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
					_, err := tx.Exec(ctx, statement)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			})
		}
	}
	for name, c := range map[string]struct {
		change func(*testing.T, string)
		key    string
	}{
		"a row less":      {exec("delete from activity_subject where position = -7"), "archive.error.differs"},
		"another word":    {exec("update need set title_ja = 'x' where id = 'key-1'"), "archive.error.differs"},
		"a line less":     {exec("delete from log where seq = 2"), "archive.error.differs"},
		"a head moved":    {exec("update log_head set seq = 2"), "archive.error.differs"},
		"of the future":   {exec("insert into goose_db_version (version_id, is_applied) values (99999, 1)"), "archive.error.newer"},
		"text":            {func(t *testing.T, p string) { _ = os.WriteFile(p, []byte("no database at all"), 0o600) }, "archive.error.not_a_copy"},
		"nothing":         {func(t *testing.T, p string) { _ = os.Remove(p) }, "archive.error.no_file"},
		"a page in shred": {shred, ""},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := filepath.Join(t.TempDir(), "copy.db"), filepath.Join(t.TempDir(), "kyoten.db")
			b, err := os.ReadFile(whole)
			if err := errors.Join(err, os.WriteFile(from, b, 0o600), os.WriteFile(to, []byte("precious"), 0o600)); err != nil {
				t.Fatal(err)
			}
			c.change(t, from)
			_, err = archive.Restore(t.Context(), from, to, "", nil)
			if err == nil {
				t.Fatal("restored")
			}
			if e, ok := errors.AsType[*hub.Error](err); c.key != "" && (!ok || e.Key != c.key) {
				t.Errorf("%v, want %s", err, c.key)
			}
			if b, _ := os.ReadFile(to); string(b) != "precious" {
				t.Error("what stood there was touched")
			}
			if all, _ := os.ReadDir(filepath.Dir(to)); len(all) != 1 {
				t.Errorf("left behind: %v", all)
			}
		})
	}
}

func shred(t *testing.T, path string) {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for page := 8; page < len(b)/4096-1; page += 5 {
		copy(b[page*4096+100:], strings.Repeat("\xa5", 2000))
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRestoreLeavesAHubThatServesAlone(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "copy.db"), filepath.Join(t.TempDir(), "kyoten.db")
	source := dbtest.SQLite(t)
	copyOf(t, source, from, "")
	at(t, to, func(serving *db.DB) {
		if err := serving.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Restore(t.Context(), from, to, "", nil); hub.KindOf(err) != hub.Conflict {
			t.Errorf("a data file in use is replaced: %v", err)
		}
		if err := serving.Write(t.Context(), put("a", "b")); err != nil {
			t.Errorf("afterwards the hub cannot write: %v", err)
		}
	})
	if _, err := archive.Restore(t.Context(), from, to, "", nil); err != nil {
		t.Errorf("once it has stopped: %v", err)
	}
}

// People go on writing while a copy is made; the copy is of one moment.
func TestCopyIsOfOneMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := 0; ctx.Err() == nil; i++ {
				_ = d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
					if err := put("left-"+string(key(i)), "x")(ctx, tx); err != nil {
						return err
					}
					return put("right-"+string(key(i)), "x")(ctx, tx)
				})
			}
		}()
		time.Sleep(100 * time.Millisecond)
		place := filepath.Join(t.TempDir(), "hub.zip")
		if d.Dialect() == db.SQLite {
			place = filepath.Join(t.TempDir(), "hub.db")
		}
		copyOf(t, d, place, "")
		stop()
		<-done
		to := filepath.Join(t.TempDir(), "kyoten.db")
		if _, err := archive.Restore(t.Context(), place, to, "", nil); err != nil {
			t.Fatal(err)
		}
		at(t, to, func(d *db.DB) {
			got := dump(t, d)["setting"]
			if l, r := strings.Count(got, "left-"), strings.Count(got, "right-"); l != r || l == 0 {
				t.Errorf("%d and %d halves of the same writes", l, r)
			}
		})
	})
}

func TestRehearsalsAreKeptAndTellTheTruth(t *testing.T) {
	source := dbtest.SQLite(t)
	fill(t, source)
	c := archive.Copies{Folder: t.TempDir(), Prefix: "kyoten-", Ending: ".db", Keep: 3}
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	if _, ok, err := c.LastDrill(); ok || err != nil {
		t.Errorf("a rehearsal before the first: %v, %v", ok, err)
	}
	name := c.Asked(now)
	m := copyOf(t, source, c.Path(name), "")
	all, err := c.List()
	if err != nil || len(all) != 1 || all[0].Daily || all[0].Day != "2026-11-23" {
		t.Fatalf("%+v, %v", all, err)
	}
	if d, _, err := c.Rehearse(t.Context(), name, "", now, nil); err != nil || d.Err() != nil || d.Rows != m.Rows() || !d.Certified {
		t.Errorf("%+v, %v", d, err)
	}
	at(t, c.Path(name), func(d *db.DB) {
		if err := d.Write(t.Context(), put("one", "more")); err != nil {
			t.Fatal(err)
		}
	})
	d, _, err := c.Rehearse(t.Context(), name, "", now, nil)
	if e, ok := errors.AsType[*hub.Error](d.Err()); err != nil || !ok || e.Key != "archive.error.differs" || e.Args["table"] != "setting" {
		t.Errorf("a copy that has changed: %+v, %v", d, err)
	}
	if last, ok, err := c.LastDrill(); !ok || err != nil || last.Key != d.Key || last.Args["table"] != "setting" {
		t.Errorf("kept %+v, %v", last, err)
	}
	if all, _ := os.ReadDir(c.Folder); len(all) != 2 {
		t.Errorf("a rehearsal left something: %v", all)
	}
}
