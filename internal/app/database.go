package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// redactURL leaves user, host and database of a URL and hides the password.
func redactURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "postgres://…"
	}
	u.RawQuery = ""
	return u.Redacted()
}

// open opens the database and makes its folder and file when missing, readable
// by this user alone; fresh reports that the file was. It does not migrate.
func (s *Storage) open(ctx context.Context) (d *db.DB, fresh bool, err error) {
	s.fill()
	if s.isFile() {
		if fresh, err = private(s.Place()); err != nil {
			return nil, false, unreachable(s.Place(), err)
		}
	}
	if d, err = db.Open(ctx, s.Database); err != nil {
		return nil, false, unreachable(s.Place(), err)
	}
	return d, fresh, nil
}

// unreachable says that the database cannot be used, and keeps the cause for
// the log.
func unreachable(place string, cause error) error {
	return &hub.Error{Kind: hub.Unavailable, Key: "cli.error.database", Args: hub.Args("place", place, "cause", cause.Error()), Err: cause}
}

// private makes the file at path, and its folder, for this user alone. What is
// there already keeps its permissions: doctor speaks about those. fresh reports
// that the file is empty, so that nothing can be lost from it.
func private(path string) (fresh bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	return err == nil && info.Size() == 0, err
}

// OpenCurrent opens the database and brings its schema to the newest version.
// An SQLite file that has records is copied first, beside itself, so that an
// update which goes wrong costs nothing.
func (s *Storage) OpenCurrent(ctx context.Context, log *slog.Logger) (*db.DB, error) {
	d, fresh, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.migrate(ctx, d, fresh, log); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// migrate applies the pending migrations and gives their number.
func (s *Storage) migrate(ctx context.Context, d *db.DB, fresh bool, log *slog.Logger) (int, error) {
	pending, err := d.Pending(ctx)
	if err != nil || pending == 0 {
		return 0, err
	}
	if d.Dialect() == db.SQLite && !fresh {
		to := fmt.Sprintf("%s.before-%s", s.Place(), time.Now().Format("20060102-150405"))
		if err := copyTo(ctx, d, to); err != nil {
			return 0, fmt.Errorf("copy the database before migrating it: %w", err)
		}
		log.Info("copied the database before migrating it", "to", to)
	}
	if err := d.Migrate(ctx); err != nil {
		return 0, err
	}
	log.Info("migrated the database", "steps", pending)
	return pending, nil
}

// Migrate brings the database at s to the newest schema and gives the number of
// steps that took; with dryRun it only counts them.
func Migrate(ctx context.Context, s Storage, dryRun bool, log *slog.Logger) (steps int, err error) {
	d, fresh, err := s.open(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if dryRun {
		return d.Pending(ctx)
	}
	return s.migrate(ctx, d, fresh, log)
}

// copyTo writes a consistent copy of an SQLite database to path, which must not
// exist, readable by this user alone.
func copyTo(ctx context.Context, d *db.DB, path string) error {
	if err := d.Backup(ctx, path); err != nil {
		return err
	}
	return os.Chmod(path, 0o600)
}
