package archive_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

func open(d *db.DB) *archive.Service {
	return archive.New(d, audit.New(d, hub.SystemClock{}), hub.SystemClock{})
}

// rowsEach is how many rows fill puts into every table.
const rowsEach = 3

// fill puts rows into every table there is, without knowing any: awkward text,
// and keys that satisfy every foreign key. The log is written as the log is.
func fill(t testing.TB, d *db.DB) {
	t.Helper()
	ctx := t.Context()
	log := audit.New(d, hub.SystemClock{})
	err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, tab := range tables {
			if tab.Name == "log" || tab.Name == "log_head" {
				continue
			}
			var names []string
			for _, c := range tab.Columns {
				names = append(names, c.Name)
			}
			_, err := tx.Insert(ctx, tab.Name, names, func(yield func([]any) bool) {
				for i := range rowsEach {
					row := make([]any, len(tab.Columns))
					for j, c := range tab.Columns {
						row[j] = sample(c, i)
					}
					if !yield(row) {
						return
					}
				}
			})
			if err != nil {
				return fmt.Errorf("%s: %w", tab.Name, err)
			}
		}
		for i := range rowsEach {
			log.Add(ctx, hub.SystemActor, audit.Entry{Action: audit.Create, Kind: "seed", Record: key(i)})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func put(k, v string) func(context.Context, db.Tx) error {
	return func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "insert into setting (key, value) values ($1, $2)", k, v)
		return err
	}
}

func key(i int) hub.ID { return hub.ID(fmt.Sprintf("key-%d", i)) }

func sample(c db.Column, i int) any {
	switch {
	case c.Name == "id" || strings.HasSuffix(c.Name, "_id"):
		return string(key(i))
	case c.Name == "n": // of the pieces of a file
		return int64(0)
	case c.Null && i == 0:
		return nil
	}
	switch c.Type {
	case db.IntegerColumn:
		return int64(i*1_000_003 - 7)
	case db.RealColumn:
		return 0.1 * float64(i)
	case db.BlobColumn:
		return []byte(strings.Repeat("\x00雪\xff", 1000*i+1))
	}
	return fmt.Sprintf("%s %d 雪\u2028\u007f\"\\/<&>\r\n\t\x01𠮷", c.Name, i)
}

func export(t testing.TB, d *db.DB, place string) archive.Manifest {
	t.Helper()
	m, err := open(d).Export(t.Context(), hub.SystemActor, place, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func bring(t testing.TB, d *db.DB, place string) archive.Report {
	t.Helper()
	r, err := open(d).Import(t.Context(), hub.SystemActor, place, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tree reads every file below a folder.
func tree(t testing.TB, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		name, _ := filepath.Rel(root, p)
		out[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// same compares two folders byte by byte.
func same(t testing.TB, a, b string) {
	t.Helper()
	one, other := tree(t, a), tree(t, b)
	names := slices.Sorted(maps.Keys(one))
	if !slices.Equal(names, slices.Sorted(maps.Keys(other))) {
		t.Errorf("%v\n%v", names, slices.Sorted(maps.Keys(other)))
	}
	for _, n := range names {
		if one[n] != other[n] {
			t.Errorf("%s differs:\n%.400s\n%.400s", n, one[n], other[n])
		}
	}
}

// Every table, every type of value, from one engine to the other and back.
func TestExportAndImportAreIdentity(t *testing.T) {
	folder := t.TempDir()
	first, second, third := filepath.Join(folder, "1"), filepath.Join(folder, "2"), filepath.Join(folder, "3")
	lite, pg, again := dbtest.SQLite(t), dbtest.Postgres(t), dbtest.SQLite(t)
	fill(t, lite)
	m := export(t, lite, first)
	r := bring(t, pg, first)
	export(t, pg, second)
	bring(t, again, second)
	export(t, again, third)
	same(t, first, second)
	same(t, first, third)

	if r.Lines != rowsEach || r.Head != m.Log.Hash || !r.Certified || r.Rows() != m.Rows() {
		t.Errorf("proved %+v of %+v", r, m)
	}
	seen := map[string]int64{}
	for _, c := range m.Tables {
		seen[c.Name] = c.Rows
	}
	left := archive.Left()
	err := lite.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		for _, tab := range tables {
			switch n, in := seen[tab.Name]; {
			case left[tab.Name] != "" && in:
				t.Errorf("%s is left out and exported", tab.Name)
			case left[tab.Name] == "" && !in:
				t.Errorf("%s is in no export and in no list of what is left out", tab.Name)
			case in && tab.Name != "log_head" && n != rowsEach:
				t.Errorf("%s: %d rows exported, %d are there", tab.Name, n, rowsEach)
			}
			delete(left, tab.Name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("left out, but there is no such table: %v", left)
	}
}

// The tables themselves are compared too, not only what the room says of them.
func TestEveryRowArrives(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "out")
	lite, pg := dbtest.SQLite(t), dbtest.Postgres(t)
	fill(t, lite)
	a := dump(t, lite)
	export(t, lite, folder)
	bring(t, pg, folder)
	b := dump(t, pg)
	for name, rows := range a {
		if archive.Left()[name] == "" && rows != b[name] {
			t.Errorf("%s:\n%.500s\n%.500s", name, rows, b[name])
		}
	}
	if len(a) < 25 {
		t.Errorf("only %d tables were compared", len(a))
	}
}

func dump(t testing.TB, d *db.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, tab := range tables {
			var lines []string
			rows, err := tx.Query(ctx, `select * from "`+tab.Name+`"`)
			if err != nil {
				return err
			}
			for rows.Next() {
				row, into := make([]any, len(tab.Columns)), make([]any, len(tab.Columns))
				for i := range row {
					into[i] = &row[i]
				}
				if err := rows.Scan(into...); err != nil {
					return err
				}
				lines = append(lines, fmt.Sprintf("%v", row))
			}
			rows.Close()
			slices.Sort(lines)
			out[tab.Name] = strings.Join(lines, "\n")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
