package db_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
)

func put(key string) func(context.Context, db.Tx) error {
	return func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "insert into setting (key, value) values ($1, $2)", key, "v")
		return err
	}
}

func keys(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) (err error) {
		out, err = db.All(ctx, tx, db.Scalar[string], "select key from setting order by key")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWriteJoinsAndCommitsTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		var steps []string
		err := d.Write(t.Context(), func(ctx context.Context, _ db.Tx) error {
			d.BeforeCommit(ctx, func(context.Context, db.Tx) error { steps = append(steps, "before"); return nil })
			d.AfterCommit(ctx, func() { steps = append(steps, "after") })
			if err := d.Write(ctx, put("a")); err != nil {
				return err
			}
			return d.Write(ctx, put("b"))
		})
		if err != nil || !slices.Equal(steps, []string{"before", "after"}) {
			t.Fatalf("err %v, steps %v", err, steps)
		}
		err = d.Write(t.Context(), func(ctx context.Context, _ db.Tx) error {
			if err := d.Write(ctx, put("c")); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
		if got := keys(t, d); !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("kept %v; a failed outer Write must undo the inner one", got)
		}
	})
}

func TestConflictAndNoRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Write(t.Context(), put("a")); err != nil {
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), put("a")); !errors.Is(err, db.ErrConflict) {
			t.Errorf("a second row under one key gives %v", err)
		}
		err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
			var v string
			return tx.QueryRow(ctx, "select value from setting where key = $1", "none").Scan(&v)
		})
		if !errors.Is(err, db.ErrNoRows) {
			t.Errorf("a missing row gives %v", err)
		}
	})
}

func TestPlacesMayComeInAnyOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
			var got string
			err := tx.QueryRow(ctx, "select cast($2 as text) || cast($1 as text) || '$1' || cast($2 as text)", "a", "b").Scan(&got)
			if got != "ba$1b" {
				t.Errorf("got %q", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestInsertMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
			n, err := tx.Insert(ctx, "setting", []string{"key", "value"}, func(yield func([]any) bool) {
				for _, k := range []string{"x", "y", "z"} {
					if !yield([]any{k, "雪"}) {
						return
					}
				}
			})
			if n != 3 {
				t.Errorf("inserted %d", n)
			}
			return err
		})
		if err != nil || len(keys(t, d)) != 3 {
			t.Fatalf("err %v", err)
		}
	})
}

func TestReadCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Read(t.Context(), put("a")); err == nil {
			t.Error("Read let a change through")
		}
		if err := d.Write(t.Context(), put("a")); err != nil {
			t.Errorf("afterwards Write fails: %v", err)
		}
	})
}

// A browser that goes away cancels its query; the connection must serve the next.
func TestCancelledQueryLeavesItsConnectionUsable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		slow := `with recursive c(n) as (select cast(1 as bigint) union all select n + 1 from c where n < 50000000) select count(*) from c`
		for range 8 {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			err := d.Read(ctx, func(ctx context.Context, tx db.Tx) error {
				_, err := db.All(ctx, tx, db.Scalar[int64], slow)
				return err
			})
			cancel()
			if err == nil {
				t.Fatal("the slow query was not cancelled")
			}
			if err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
				_, err := tx.Exec(ctx, "insert into setting (key, value) values ('k', 'v') on conflict (key) do update set value = excluded.value")
				return err
			}); err != nil {
				t.Fatalf("after a cancelled query: %v", err)
			}
			keys(t, d)
		}
	})
}

func TestPanicRollsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		func() {
			defer func() { _ = recover() }()
			_ = d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
				_ = put("a")(ctx, tx)
				panic("boom")
			})
		}()
		if got := keys(t, d); len(got) != 0 {
			t.Errorf("a panicking Write left %v", got)
		}
		if err := d.Write(t.Context(), put("b")); err != nil {
			t.Error(err)
		}
	})
}

// Both engines end with the same tables and columns; only the tools that bring
// their own tables are left out.
func TestSchemasAgree(t *testing.T) {
	lite, pg := dbtest.SQLite(t), dbtest.Postgres(t)
	a := columns(t, lite, `select m.name || '.' || p.name from sqlite_master m join pragma_table_info(m.name) p
		where m.type = 'table' and m.name not like 'sqlite_%'`)
	b := columns(t, pg, `select cast(table_name || '.' || column_name as text) from information_schema.columns where table_schema = 'public'`)
	if !slices.Equal(a, b) {
		t.Errorf("only in SQLite: %v\nonly in PostgreSQL: %v", minus(a, b), minus(b, a))
	}
}

func columns(t *testing.T, d *db.DB, sql string) (out []string) {
	err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) (err error) {
		out, err = db.All(ctx, tx, db.Scalar[string], sql)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	out = slices.DeleteFunc(out, db.OfTools)
	slices.Sort(out)
	return out
}

// What archive and others read of the schema is the same on both, in order.
func TestTablesAgree(t *testing.T) {
	var all [2][]db.Table
	for i, d := range []*db.DB{dbtest.SQLite(t), dbtest.Postgres(t)} {
		err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) (err error) {
			all[i], err = db.Tables(ctx, tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all[0]) < 20 {
		t.Fatalf("only %d tables seen", len(all[0]))
	}
	for i, a := range all[0] {
		if i >= len(all[1]) || !slices.Equal(a.Columns, all[1][i].Columns) || a.Name != all[1][i].Name || !slices.Equal(a.Parents, all[1][i].Parents) {
			t.Errorf("SQLite has %+v\nPostgreSQL %+v", a, all[1][i])
		}
		for _, p := range a.Parents {
			if !slices.ContainsFunc(all[0][:i], func(b db.Table) bool { return b.Name == p }) {
				t.Errorf("%s stands before %s, which it points to", a.Name, p)
			}
		}
	}
}

func minus(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(x string) bool { return slices.Contains(b, x) })
}

func TestMigrateTwiceIsQuiet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := d.Pending(t.Context()); n != 0 || err != nil {
			t.Errorf("%d migrations pending, %v", n, err)
		}
	})
}

func TestBackupIsWholeAndReadersStayReaders(t *testing.T) {
	d := dbtest.SQLite(t)
	if err := d.Write(t.Context(), put("a")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := d.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := d.Backup(t.Context(), path); err == nil {
		t.Error("a backup was written over another")
	}
	for range 20 { // every connection of the pool
		if err := d.Read(t.Context(), put("b")); err == nil {
			t.Fatal("after a backup Read lets a change through")
		}
	}
	kept, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if got := keys(t, kept); !slices.Equal(got, []string{"a"}) {
		t.Errorf("the copy holds %v", got)
	}
}
