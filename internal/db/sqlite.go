package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/url"
	"runtime"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteEngine keeps one connection for writing and several for reading, so a
// writer never meets SQLITE_BUSY from its own process. Another process may write
// to the same file; busy_timeout waits for it.
type sqliteEngine struct{ writer, readers *sql.DB }

func openSQLite(ctx context.Context, path string) (engine, error) {
	// A caller may add ?synchronous=off, which is for tests only.
	path, query, _ := strings.Cut(path, "?")
	given, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	synchronous := "full" // an acknowledged write survives a power cut
	if given.Get("synchronous") == "off" {
		synchronous = "off"
	}
	pragmas := []string{
		"busy_timeout(15000)", "foreign_keys(1)", "journal_mode(wal)",
		"synchronous(" + synchronous + ")", "temp_store(memory)", "cache_size(-32000)",
	}
	dsn := func(more ...string) string {
		v := url.Values{"_pragma": append(append([]string{}, pragmas...), more...)}
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
	}
	writer, err := sql.Open("sqlite", dsn()+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := writer.PingContext(ctx); err != nil {
		_ = writer.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	readers, err := sql.Open("sqlite", dsn("query_only(1)"))
	if err != nil {
		_ = writer.Close()
		return nil, err
	}
	n := max(4, runtime.NumCPU()*2)
	readers.SetMaxOpenConns(n)
	readers.SetMaxIdleConns(n)
	return &sqliteEngine{writer, readers}, nil
}

func (e *sqliteEngine) dialect() Dialect { return SQLite }

func (e *sqliteEngine) pool() any { return e.writer }

func (e *sqliteEngine) close() error { return errors.Join(e.readers.Close(), e.writer.Close()) }

func (e *sqliteEngine) write(ctx context.Context, fn func(Tx) error) error {
	return inSQL(ctx, e.writer, false, fn)
}

func (e *sqliteEngine) read(ctx context.Context, fn func(Tx) error) error {
	return inSQL(ctx, e.readers, true, fn)
}

func inSQL(ctx context.Context, pool *sql.DB, readOnly bool, fn func(Tx) error) (err error) {
	tx, err := pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: readOnly})
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			_ = tx.Rollback()
			panic(p)
		}
		if err != nil || readOnly {
			_ = tx.Rollback()
		}
	}()
	if err := fn(sqliteTx{tx}); err != nil {
		return err
	}
	if readOnly {
		return nil
	}
	return tx.Commit()
}

// backup writes a consistent copy to path, which must not exist, while others
// read and write.
func (e *sqliteEngine) backup(ctx context.Context, path string) error {
	conn, err := e.readers.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Readers may not write, and SQLite counts the copy as writing.
	if _, err := conn.ExecContext(ctx, "pragma query_only = 0"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "vacuum into ?", path)
	_, restore := conn.ExecContext(context.WithoutCancel(ctx), "pragma query_only = 1")
	return errors.Join(err, restore)
}

func (e *sqliteEngine) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, e.writer, files)
}

func (e *sqliteEngine) migrate(ctx context.Context) error {
	p, err := e.provider()
	if err != nil {
		return err
	}
	return up(ctx, p)
}

func (e *sqliteEngine) pending(ctx context.Context) (int, error) {
	p, err := e.provider()
	if err != nil {
		return 0, err
	}
	return countPending(ctx, p)
}

func (e *sqliteEngine) version(ctx context.Context) (int64, error) {
	p, err := e.provider()
	if err != nil {
		return 0, err
	}
	return p.GetDBVersion(ctx)
}

type sqliteTx struct{ tx *sql.Tx }

func (t sqliteTx) Dialect() Dialect { return SQLite }
func (t sqliteTx) Unwrap() any      { return t.tx }

func (t sqliteTx) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(ctx, numbered(q), args...)
	if err != nil {
		return 0, sqliteError(err)
	}
	return r.RowsAffected()
}

func (t sqliteTx) Query(ctx context.Context, q string, args ...any) (Rows, error) {
	rows, err := t.tx.QueryContext(ctx, numbered(q), args...) //nolint:sqlclosecheck // the caller closes
	if err != nil {
		return nil, sqliteError(err)
	}
	return sqliteRows{rows}, nil
}

func (t sqliteTx) QueryRow(ctx context.Context, q string, args ...any) Row {
	return sqliteRow{t.tx.QueryRowContext(ctx, numbered(q), args...)}
}

func (t sqliteTx) Insert(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) (n int64, err error) {
	// Several rows to a statement: a third of the time of one row each.
	together := max(1, min(50, 500/len(columns)))
	prepare := func(rows int) (*sql.Stmt, error) {
		places := ",(" + strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",") + ")"
		return t.tx.PrepareContext(ctx, "insert into "+table+" ("+strings.Join(columns, ",")+") values "+strings.Repeat(places, rows)[1:])
	}
	many, err := prepare(together)
	if err != nil {
		return 0, err
	}
	defer many.Close()
	args := make([]any, 0, together*len(columns))
	for row := range rows {
		if len(row) != len(columns) {
			return n, fmt.Errorf("insert into %s: %d values for %d columns", table, len(row), len(columns))
		}
		if args = append(args, row...); len(args) < together*len(columns) {
			continue
		}
		if _, err := many.ExecContext(ctx, args...); err != nil {
			return n, sqliteError(err)
		}
		n += int64(together)
		args = args[:0]
	}
	if rest := len(args) / len(columns); rest > 0 {
		last, err := prepare(rest)
		if err != nil {
			return n, err
		}
		defer last.Close()
		if _, err := last.ExecContext(ctx, args...); err != nil {
			return n, sqliteError(err)
		}
		n += int64(rest)
	}
	return n, nil
}

type sqliteRows struct{ *sql.Rows }

func (r sqliteRows) Close() { _ = r.Rows.Close() }

type sqliteRow struct{ r *sql.Row }

func (r sqliteRow) Scan(dest ...any) error {
	err := r.r.Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNoRows
	}
	return err
}

func sqliteError(err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT {
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}

// numbered turns $n into ?n, outside quotes. (A bare ? would number places by
// their order, not by n.)
func numbered(q string) string {
	if !strings.Contains(q, "$") {
		return q
	}
	b := []byte(q)
	quote := byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '$':
			b[i] = '?'
		}
	}
	return string(b)
}
