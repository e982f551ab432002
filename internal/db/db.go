// Package db gives every room one small transaction over two engines: SQLite
// (database/sql, one writer and several readers) and PostgreSQL (pgx, native).
//
// A room writes its SQL once, with $1 placeholders, in the dialect both engines
// share: text, bigint and blobs; times as UTC milliseconds; flags as 0 and 1;
// lists of values through Args. What differs stands in Dialect and nowhere else.
// This package knows no table of a domain room and must never decide anything.
package db

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
)

// Tx is a transaction, or for Read a consistent view, on either engine.
type Tx interface {
	// Exec runs a statement and gives the number of rows it changed.
	Exec(ctx context.Context, sql string, args ...any) (int64, error)
	// Query runs a select. The caller closes the rows.
	Query(ctx context.Context, sql string, args ...any) (Rows, error)
	// QueryRow runs a select for one row; Scan on it gives ErrNoRows when there is none.
	QueryRow(ctx context.Context, sql string, args ...any) Row
	// Insert adds many rows by the engine's fastest way and gives their number.
	Insert(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) (int64, error)
	// Dialect tells the few things in which the engines differ.
	Dialect() Dialect
	// Unwrap gives the *sql.Tx or pgx.Tx below, for package jobs alone.
	Unwrap() any
}

// Rows is the result of a query, read from first to last.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// Row is the result of a query for one row.
type Row interface{ Scan(dest ...any) error }

// ErrNoRows says that a query for one row found none.
var ErrNoRows = errors.New("db: no rows")

// ErrConflict says that a unique or foreign key forbids the change.
var ErrConflict = errors.New("db: conflict with another row")

// DB is one open database. It is safe for concurrent use.
type DB struct {
	engine
	url string
}

// engine is what the two kinds of database do differently.
type engine interface {
	write(ctx context.Context, fn func(Tx) error) error
	read(ctx context.Context, fn func(Tx) error) error
	migrate(ctx context.Context) error
	pending(ctx context.Context) (int, error)
	version(ctx context.Context) (int64, error)
	backup(ctx context.Context, path string) error
	dialect() Dialect
	pool() any
	close() error
}

// Dialect names an engine and spells what the engines spell differently.
type Dialect string

// The two engines.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgres"
)

// ForUpdate is the clause that locks selected rows; SQLite needs none, since a
// writing transaction holds the whole database.
func (d Dialect) ForUpdate() string {
	if d == PostgreSQL {
		return " for update"
	}
	return ""
}

// Bytewise is the collation that compares text byte by byte on both engines.
func (d Dialect) Bytewise() string {
	if d == PostgreSQL {
		return ` collate "C"`
	}
	return " collate binary"
}

// Open opens the database at url: a file path (SQLite; the file is made when
// missing, its folder is not) or a postgres:// URL. It does not migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	var e engine
	var err error
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		e, err = openPostgres(ctx, url)
	} else {
		e, err = openSQLite(ctx, url)
	}
	if err != nil {
		return nil, fmt.Errorf("db.Open: %w", err)
	}
	return &DB{engine: e, url: url}, nil
}

// Close waits for open transactions and closes the database.
func (d *DB) Close() error { return d.engine.close() }

// Dialect tells which engine serves.
func (d *DB) Dialect() Dialect { return d.engine.dialect() }

// Pool gives what lies below, for package jobs alone: the *sql.DB of SQLite's one
// writing connection, or the *pgxpool.Pool. Whoever holds the former's connection
// must not ask for another.
func (d *DB) Pool() any { return d.engine.pool() }

// URL is what Open was given. It may hold a password: never log it.
func (d *DB) URL() string { return d.url }

// Migrate brings the schema to the newest version.
func (d *DB) Migrate(ctx context.Context) error { return d.engine.migrate(ctx) }

// Pending counts the migrations that Migrate would apply.
func (d *DB) Pending(ctx context.Context) (int, error) { return d.engine.pending(ctx) }

type ctxKey struct{ d *DB }

// writing is the transaction that a Write keeps in its context.
type writing struct {
	tx     Tx
	before []func(context.Context, Tx) error
	after  []func()
	values map[any]any
}

// Write runs fn in a writing transaction, or in the one that ctx already
// carries, so that one service may call another inside its change and all of it
// commits or none. fn must not touch the network nor hash a password.
//
// When fn fails, everything is rolled back. An inner Write that fails leaves the
// outer one to decide; it should fail too, since part of its work may be done.
func (d *DB) Write(ctx context.Context, fn func(context.Context, Tx) error) error {
	if w, ok := ctx.Value(ctxKey{d}).(*writing); ok {
		return fn(ctx, w.tx)
	}
	var w *writing
	err := d.engine.write(ctx, func(tx Tx) error {
		tx = tallied(ctx, tx)
		w = &writing{tx: tx, values: map[any]any{}}
		inner := context.WithValue(ctx, ctxKey{d}, w)
		if err := fn(inner, tx); err != nil {
			return err
		}
		for _, f := range w.before { // a step may not add another
			if err := f(inner, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range w.after {
		f()
	}
	return nil
}

// Read runs fn on one consistent view of the database; inside a Write it sees
// what that Write has done so far.
func (d *DB) Read(ctx context.Context, fn func(context.Context, Tx) error) error {
	if w, ok := ctx.Value(ctxKey{d}).(*writing); ok {
		return fn(ctx, w.tx)
	}
	return d.engine.read(ctx, func(tx Tx) error { return fn(ctx, tallied(ctx, tx)) })
}

// BeforeCommit makes f the last step of the Write that ctx carries, after fn has
// succeeded. It panics outside a Write.
func (d *DB) BeforeCommit(ctx context.Context, f func(context.Context, Tx) error) {
	w := d.current(ctx)
	w.before = append(w.before, f)
}

// AfterCommit calls f once the Write that ctx carries has committed. It panics
// outside a Write.
func (d *DB) AfterCommit(ctx context.Context, f func()) {
	w := d.current(ctx)
	w.after = append(w.after, f)
}

// Local gives the value kept under key in the Write that ctx carries, made by
// create when it is asked for first. It panics outside a Write.
func (d *DB) Local(ctx context.Context, key any, create func() any) any {
	w := d.current(ctx)
	v, ok := w.values[key]
	if !ok {
		v = create()
		w.values[key] = v
	}
	return v
}

func (d *DB) current(ctx context.Context) *writing {
	w, ok := ctx.Value(ctxKey{d}).(*writing)
	if !ok {
		panic("db: outside a Write")
	}
	return w
}

// Millis turns a time into what the database keeps; the zero time is 0.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Time turns what the database keeps into a time in UTC; 0 is the zero time.
func Time(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
