// Package dbtest runs a test on both engines: SQLite in a temporary file and a
// real PostgreSQL.
//
// PostgreSQL comes from $KYOTEN_TEST_POSTGRES (a URL whose user may create
// databases) or, failing that, from a cluster that the test process starts for
// itself from Debian's packages, as an ordinary user, on a free port. Where
// there is none the test is skipped loudly, and fails when CI is set.
package dbtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/kyoten-hub/kyoten/internal/db"
)

// Each runs fn once on each engine, on an empty database with the newest schema.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

// SQLite opens a migrated SQLite database in a temporary folder. It does not
// wait for the disk; crash tests open their own.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "kyoten.db")+"?synchronous=off", true)
}

// Postgres opens a migrated PostgreSQL database of its own, dropped at the end.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t, true), false)
}

// PostgresURL makes a database for this test, dropped at the end: with the
// newest schema when migrated is true, else empty.
func PostgresURL(t testing.TB, migrated bool) string {
	t.Helper()
	base, err := server()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("PostgreSQL is missing: %v", err)
		}
		t.Skipf("POSTGRESQL MISSING, not tested: %v", err)
	}
	name := "t_" + random()
	statement := "create database " + name
	if migrated {
		statement += " template " + template(t, base)
	}
	admin(t, base, statement)
	t.Cleanup(func() { admin(t, base, "drop database if exists "+name+" with (force)") })
	return withDatabase(base, name)
}

func open(t testing.TB, url string, migrate bool) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if migrate {
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// server gives the URL of the PostgreSQL that this process uses.
var server = sync.OnceValues(func() (string, error) {
	if u := os.Getenv("KYOTEN_TEST_POSTGRES"); u != "" {
		return u, nil
	}
	c, err := Start()
	if err != nil {
		return "", err
	}
	return c.URL, nil
})

var (
	templateOnce sync.Once
	templateName string
)

// template migrates one database per test process; the tests' databases are
// copies of it, which is faster than migrating each.
func template(t testing.TB, base string) string {
	t.Helper()
	templateOnce.Do(func() {
		name := "tmpl_" + random()
		admin(t, base, "create database "+name)
		d, err := db.Open(context.Background(), withDatabase(base, name))
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := d.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
		templateName = name
	})
	if templateName == "" {
		t.Fatal("the template database could not be made")
	}
	return templateName
}

func admin(t testing.TB, base, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, base)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func withDatabase(base, name string) string {
	u, err := url.Parse(base)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + name
	return u.String()
}

func random() string {
	var b [6]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
