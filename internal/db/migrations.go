package db

import (
	"context"
	"embed"
	"fmt"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

func up(ctx context.Context, p *goose.Provider) error {
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func countPending(ctx context.Context, p *goose.Provider) (n int, err error) {
	all, err := p.Status(ctx)
	if err != nil {
		return 0, err
	}
	for _, s := range all {
		if s.State == goose.StatePending {
			n++
		}
	}
	return n, nil
}

// Backup writes a consistent copy of an SQLite database to path, which must not
// exist, while the program runs. On PostgreSQL it fails and names pg_dump.
func (d *DB) Backup(ctx context.Context, path string) error { return d.engine.backup(ctx, path) }

// Newest gives the number of the newest migration that this program knows.
func Newest() (n int64) {
	files, err := migrations.ReadDir("migrations/sqlite")
	if err != nil {
		panic(err) // they are part of the program
	}
	for _, f := range files {
		if v, err := goose.NumericComponent(f.Name()); err == nil {
			n = max(n, v)
		}
	}
	return n
}
