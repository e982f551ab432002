package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Backups says where the daily copies of an SQLite database go and how many are
// kept. An empty folder is the folder "backups" beside the database; Keep of
// zero makes none. PostgreSQL has its own tools.
type Backups struct {
	Backups string `help:"cli.flag.backups" placeholder:"FOLDER"`
	Keep    int    `help:"cli.flag.keep" name:"backups-keep" default:"7"`
}

// backup is the daily copying of one database.
type backup struct {
	db     *db.DB
	from   string // path of the data file
	folder string
	keep   int
	clock  hub.Clock
	log    *slog.Logger
}

// folder gives where the copies of the database at path go.
func (b Backups) folder(path string) string {
	return cmp.Or(b.Backups, filepath.Join(filepath.Dir(path), "backups"))
}

// run makes today's copy soon after the start and then looks every hour whether
// there is one. A copy that fails is logged and tried again: the hub goes on.
func (b *backup) run(ctx context.Context) error {
	wait := time.After(time.Minute) // the first visitors come first
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wait:
		}
		if to, err := b.today(ctx); err != nil {
			b.log.Error("the daily copy of the database failed", "error", err)
		} else if to != "" {
			b.log.Info("copied the database", "to", to)
		}
		wait = time.After(time.Hour)
	}
}

// today makes today's copy when there is none, removes what is too old, and
// gives the path of the new copy; "" when there was one.
func (b *backup) today(ctx context.Context) (string, error) {
	to := filepath.Join(b.folder, b.prefix()+string(hub.DateOf(b.clock.Now()))+".db")
	if _, err := os.Stat(to); err == nil {
		return "", nil
	}
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		return "", err
	}
	if err := b.room(); err != nil {
		return "", err
	}
	// A copy that is cut short must not pass for one.
	part := to + ".part"
	_ = os.Remove(part)
	if err := copyTo(ctx, b.db, part); err != nil {
		return "", errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, to); err != nil {
		return "", err
	}
	return to, b.thin()
}

// room asks that a copy leaves space to work with.
func (b *backup) room() error {
	info, err := os.Stat(b.from)
	if err != nil {
		return err
	}
	free, err := freeSpace(b.folder)
	if err == nil && free < uint64(info.Size())+noSpace {
		return fmt.Errorf("%s has only %s left", b.folder, size(free))
	}
	return nil
}

// thin removes the oldest copies until keep are left.
func (b *backup) thin() error {
	all, err := copies(b.folder, b.prefix())
	if err != nil {
		return err
	}
	for len(all) > b.keep {
		if err := os.Remove(filepath.Join(b.folder, all[0])); err != nil {
			return err
		}
		all = all[1:]
	}
	return nil
}

func (b *backup) prefix() string { return prefixOf(b.from) }

func prefixOf(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) + "-"
}

// copies lists the copies in folder, oldest first: PREFIX2026-11-23.db. Other
// files there are not ours.
func copies(folder, prefix string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		day, ok := strings.CutPrefix(e.Name(), prefix)
		if !ok {
			continue
		}
		if day, ok = strings.CutSuffix(day, ".db"); ok && hub.Date(day).Time().After(time.Time{}) {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out, nil
}

// copied tells how old the newest copy is, for doctor.
func copied(c Config, now time.Time) Finding {
	folder := c.folder(c.Place())
	all, err := copies(folder, prefixOf(c.Place()))
	switch {
	case c.Keep == 0:
		return finding(Doubtful, "cli.doctor.backup_off")
	case errors.Is(err, os.ErrNotExist) || err == nil && len(all) == 0:
		return finding(Doubtful, "cli.doctor.backup_none", "folder", folder)
	case err != nil:
		return finding(Doubtful, "cli.doctor.backup_unreadable", "folder", folder, "cause", err)
	}
	newest := all[len(all)-1]
	day := hub.Date(strings.TrimSuffix(strings.TrimPrefix(newest, prefixOf(c.Place())), ".db"))
	if day < hub.DateOf(now).AddDays(-3) {
		return finding(Doubtful, "cli.doctor.backup_old", "folder", folder, "date", day)
	}
	return finding(Good, "cli.doctor.backup", "folder", folder, "date", day, "n", len(all))
}
