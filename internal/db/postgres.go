package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

type postgresEngine struct{ pgx *pgxpool.Pool }

func openPostgres(ctx context.Context, url string) (engine, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the PostgreSQL URL cannot be read") // the cause would show the password
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return &postgresEngine{pool}, nil
}

func (e *postgresEngine) dialect() Dialect { return PostgreSQL }

func (e *postgresEngine) pool() any { return e.pgx }

func (e *postgresEngine) close() error {
	e.pgx.Close()
	return nil
}

func (e *postgresEngine) write(ctx context.Context, fn func(Tx) error) error {
	return pgx.BeginTxFunc(ctx, e.pgx, pgx.TxOptions{}, func(tx pgx.Tx) error { return fn(postgresTx{tx}) })
}

// read runs at repeatable read, so that a page's queries agree with each other.
func (e *postgresEngine) read(ctx context.Context, fn func(Tx) error) error {
	o := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, e.pgx, o, func(tx pgx.Tx) error { return fn(postgresTx{tx}) })
}

func (e *postgresEngine) backup(context.Context, string) error {
	return errors.New("a PostgreSQL database is backed up with pg_dump")
}

func (e *postgresEngine) provider() (*goose.Provider, func(), error) {
	files, err := fs.Sub(migrations, "migrations/postgres")
	if err != nil {
		return nil, nil, err
	}
	conn := stdlib.OpenDBFromPool(e.pgx)
	p, err := goose.NewProvider(goose.DialectPostgres, conn, files)
	return p, func() { _ = conn.Close() }, err
}

func (e *postgresEngine) migrate(ctx context.Context) error {
	p, done, err := e.provider()
	if err != nil {
		return err
	}
	defer done()
	return up(ctx, p)
}

func (e *postgresEngine) pending(ctx context.Context) (int, error) {
	p, done, err := e.provider()
	if err != nil {
		return 0, err
	}
	defer done()
	return countPending(ctx, p)
}

func (e *postgresEngine) version(ctx context.Context) (int64, error) {
	p, done, err := e.provider()
	if err != nil {
		return 0, err
	}
	defer done()
	return p.GetDBVersion(ctx)
}

type postgresTx struct{ tx pgx.Tx }

func (t postgresTx) Dialect() Dialect { return PostgreSQL }
func (t postgresTx) Unwrap() any      { return t.tx }

func (t postgresTx) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	tag, err := t.tx.Exec(ctx, q, args...)
	return tag.RowsAffected(), postgresError(err)
}

func (t postgresTx) Query(ctx context.Context, q string, args ...any) (Rows, error) {
	rows, err := t.tx.Query(ctx, q, args...)
	if err != nil {
		return nil, postgresError(err)
	}
	return rows, nil
}

func (t postgresTx) QueryRow(ctx context.Context, q string, args ...any) Row {
	return postgresRow{t.tx.QueryRow(ctx, q, args...)}
}

func (t postgresTx) Insert(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) (int64, error) {
	next, stop := iter.Pull(rows)
	defer stop()
	n, err := t.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		row, ok := next()
		if !ok {
			return nil, nil
		}
		return row, nil
	}))
	return n, postgresError(err)
}

type postgresRow struct{ r pgx.Row }

func (r postgresRow) Scan(dest ...any) error {
	err := r.r.Scan(dest...)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNoRows
	}
	return postgresError(err)
}

// postgresError marks integrity violations: class 23 of the SQLSTATE codes.
func postgresError(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && len(e.Code) == 5 && e.Code[:2] == "23" {
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}
