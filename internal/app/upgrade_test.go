package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/kyoten-hub/kyoten/internal/app/demo"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// releases holds, for every released version, the sample hub as that version
// left it: sqlite.sql.gz and postgres.sql.gz, and in migrations.txt the digests
// of the migrations it had. `make fixture RELEASE=0.2.0` adds one on the day of a
// release; it is never changed afterwards.
//
// The first entry is "unreleased": nothing has been released yet, and until then
// migrations may still be edited in place. When one has been, the entry is of a
// database that nobody has, is passed over loudly, and `make fixture` renews it.
const releases = "testdata/releases"

const unreleased = "unreleased"

func TestDatabasesOfEveryReleaseAreUpgraded(t *testing.T) {
	entries, err := os.ReadDir(releases)
	if err != nil || len(entries) == 0 {
		t.Fatalf("no release to upgrade from: %v", err)
	}
	for _, e := range entries {
		for _, engine := range []string{"sqlite", "postgres"} {
			t.Run(e.Name()+"/"+engine, func(t *testing.T) {
				if edited := editedSince(t, e.Name(), engine); len(edited) > 0 {
					if e.Name() == unreleased {
						t.Skipf("NOT TESTED: %v were edited since this entry was made; make fixture renews it", edited)
					}
					t.Errorf("migrations that %s has applied were edited: %v; write a new one instead", e.Name(), edited)
				}
				url := load(t, filepath.Join(releases, e.Name(), engine+".sql.gz"), engine)
				upgrade(t, url)
			})
		}
	}
}

// upgrade opens the database as the present program does and asserts that it has
// the present schema and everything that stood in it.
func upgrade(t *testing.T, url string) {
	t.Helper()
	before := rowCounts(t, url)
	if before["seed"] == 0 || before["log"] == 0 {
		t.Fatalf("the fixture is empty: %v", before)
	}
	a, err := Open(t.Context(), Storage{Database: url}, quiet, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if n, err := a.DB.Pending(t.Context()); n != 0 || err != nil {
		t.Errorf("%d migrations pending, %v", n, err)
	}
	fresh := dbtest.SQLite(t)
	if a.DB.Dialect() == db.PostgreSQL {
		fresh = dbtest.Postgres(t)
	}
	if got, want := schemaOf(t, a.DB), schemaOf(t, fresh); !reflect.DeepEqual(got, want) {
		t.Errorf("the upgraded schema is not the present one:\n%v\n%v", got, want)
	}
	after := rowCounts(t, url)
	for table, n := range before {
		if after[table] < n {
			t.Errorf("%s: %d rows before, %d after", table, n, after[table])
		}
	}
	if f := chain(t.Context(), a.DB); f.Health != Good {
		t.Errorf("the audit chain: %+v", f)
	}
	m, err := a.Archive.Export(t.Context(), hub.SystemActor, filepath.Join(t.TempDir(), "hub.zip"), "", nil)
	if err != nil || m.Rows() == 0 {
		t.Errorf("the upgraded hub cannot be exported: %v", err)
	}
}

func rowCounts(t *testing.T, url string) map[string]int {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	out := map[string]int{}
	err = d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		for _, table := range tables {
			n, err := db.Scalar[int](tx.QueryRow(ctx, `select count(*) from "`+table.Name+`"`))
			if err != nil {
				return err
			}
			out[table.Name] = n
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// schemaOf gives the tables with their columns, and the indexes.
func schemaOf(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	q := "select name from sqlite_master where type = 'index' and name not like 'sqlite_%' and tbl_name not like 'river_%' and tbl_name not like 'goose_%'"
	if d.Dialect() == db.PostgreSQL {
		q = "select cast(indexname as text) from pg_indexes where schemaname = 'public' and tablename not like 'river%' and tablename not like 'goose%'"
	}
	err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			slices.SortFunc(table.Columns, func(a, b db.Column) int { return strings.Compare(a.Name, b.Name) })
			out = append(out, fmt.Sprintf("%+v", table))
		}
		indexes, err := db.All(ctx, tx, db.Scalar[string], q)
		out = append(out, indexes...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// editedSince names the migrations that were applied in an entry and are not
// what they were then.
func editedSince(t *testing.T, release, engine string) (edited []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(releases, release, "migrations.txt"))
	if err != nil {
		t.Fatal(err)
	}
	now := migrationDigests(t)
	for line := range strings.Lines(string(b)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if strings.HasPrefix(name, engine+"/") && now[name] != sum {
			edited = append(edited, name)
		}
	}
	return edited
}

func migrationDigests(t *testing.T) map[string]string {
	t.Helper()
	root := filepath.Join("..", "db", "migrations")
	files, err := filepath.Glob(filepath.Join(root, "*", "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	out := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")))
		name, _ := filepath.Rel(root, f)
		out[filepath.ToSlash(name)] = hex.EncodeToString(sum[:])
	}
	return out
}

// load runs the script of a dumped database in an empty one and gives its URL.
func load(t *testing.T, script, engine string) string {
	t.Helper()
	f, err := os.Open(script)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	url := filepath.Join(t.TempDir(), "kyoten.db")
	if engine == "postgres" {
		url = dbtest.PostgresURL(t, false)
	}
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	switch pool := d.Pool().(type) {
	case *sql.DB:
		_, err = pool.ExecContext(t.Context(), string(b))
	case *pgxpool.Pool:
		_, err = pool.Exec(t.Context(), string(b))
	}
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// TestKeepReleaseForUpgrades writes an entry of releases when make fixture names
// one; it tests nothing.
func TestKeepReleaseForUpgrades(t *testing.T) {
	release := os.Getenv("KYOTEN_FIXTURE")
	if release == "" {
		return
	}
	folder := filepath.Join(releases, release)
	if _, err := os.Stat(folder); err == nil && release != unreleased {
		t.Fatalf("%s is there already, and a release does not change", folder)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	var lines []string
	digests := migrationDigests(t)
	for _, name := range slices.Sorted(maps.Keys(digests)) {
		lines = append(lines, digests[name]+"  "+name)
	}
	if err := os.WriteFile(filepath.Join(folder, "migrations.txt"), []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for engine, url := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "kyoten.db"), "postgres": dbtest.PostgresURL(t, false)} {
		clock := &almanac{}
		a, err := Open(t.Context(), Storage{Database: url}, quiet, Options{Demo: true, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		loadFew(t, a, clock)
		var script []byte
		if engine == "sqlite" {
			script = dumpSQLite(t, a.DB)
		} else {
			script = dumpPostgres(t, url)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		var packed bytes.Buffer
		z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if _, err := z.Write(script); err != nil || z.Close() != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, engine+".sql.gz"), packed.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes of SQL, %d packed", engine, len(script), packed.Len())
	}
}

// loadFew fills a hub with some of the samples, a file and a job: enough that
// every kind of row is there, few enough to be kept for every release.
func loadFew(t *testing.T, a *App, clock *almanac) {
	t.Helper()
	samples, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	few := map[string]bool{}
	for i := range 12 {
		few[samples.Seeds[i].Key], few[samples.Needs[i].Key] = true, true
	}
	samples.Seeds, samples.Needs = samples.Seeds[:12], samples.Needs[:12]
	samples.Activities = slices.DeleteFunc(samples.Activities, func(x demo.Activity) bool {
		of := slices.Concat(x.Seeds, x.Needs)
		return len(of) == 0 || slices.ContainsFunc(of, func(key string) bool { return !few[key] })
	})
	samples.Projects = slices.DeleteFunc(samples.Projects, func(x demo.Project) bool { return x.From != "" && !few[x.From] })
	if err := a.loadThese(t.Context(), clock, samples); err != nil {
		t.Fatal(err)
	}
	var seed hub.ID
	if err := a.Catalogue.Seeds.Each(t.Context(), func(s catalogue.Seed) error { seed = s.ID; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Catalogue.Seeds.AddFile(t.Context(), hub.SystemActor, seed, catalogue.Summary, "メモ.txt", strings.NewReader("雪を溶かす")); err != nil {
		t.Fatal(err)
	}
	err = a.DB.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		return a.Jobs.Add(ctx, tx, "mail", hub.NewID(), time.Time{})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// dumpSQLite writes a database as SQL: tables, rows, then indexes.
func dumpSQLite(t *testing.T, d *db.DB) []byte {
	t.Helper()
	var b bytes.Buffer
	err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		pair := func(r db.Row) (p [2]string, err error) {
			err = r.Scan(&p[0], &p[1])
			return p, err
		}
		b.WriteString("pragma foreign_keys = off;\nbegin;\n")
		tables, err := db.All(ctx, tx, pair, "select name, sql from sqlite_master where type = 'table' and name not like 'sqlite_%' order by rowid")
		if err != nil {
			return err
		}
		for _, table := range tables {
			b.WriteString(table[1] + ";\n")
		}
		for _, table := range tables {
			names, err := db.All(ctx, tx, db.Scalar[string], "select name from pragma_table_info($1) order by cid", table[0])
			if err != nil {
				return err
			}
			q := `select 'insert into "` + table[0] + `" values (' || ` + `quote("` + strings.Join(names, `") || ',' || quote("`) + `")` + ` || ');' from "` + table[0] + `"`
			rows, err := db.All(ctx, tx, db.Scalar[string], q)
			if err != nil {
				return err
			}
			for _, row := range rows {
				b.WriteString(row + "\n")
			}
		}
		rest, err := db.All(ctx, tx, db.Scalar[string], "select sql from sqlite_master where type <> 'table' and sql is not null order by rowid")
		for _, s := range rest {
			b.WriteString(s + ";\n")
		}
		b.WriteString("commit;\npragma foreign_keys = on;\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// dumpPostgres has pg_dump write a database as SQL and leaves what only psql
// understands, and what is set for the session, out of it.
func dumpPostgres(t *testing.T, url string) []byte {
	t.Helper()
	program, err := exec.LookPath("pg_dump")
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
		if len(found) == 0 {
			t.Skip("there is no pg_dump")
		}
		program = found[len(found)-1]
	}
	out, err := exec.Command(program, "--inserts", "--no-owner", "--no-privileges", "--no-comments", url).Output()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	head := true
	for line := range strings.Lines(string(out)) {
		head = head && !strings.HasPrefix(line, "CREATE ")
		if strings.HasPrefix(line, `\restrict`) || strings.HasPrefix(line, `\unrestrict`) ||
			head && (strings.HasPrefix(line, "SET ") || strings.HasPrefix(line, "SELECT ")) {
			continue
		}
		b.WriteString(line)
	}
	return []byte(b.String())
}
