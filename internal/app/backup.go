package app

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Backups says where the daily copies of the hub go and how many are kept. An
// empty folder is the folder "backups" beside an SQLite database; a hub in
// PostgreSQL is copied only where a folder is given. Keep of zero makes none.
type Backups struct {
	Backups string `help:"cli.flag.backups" placeholder:"FOLDER"`
	Keep    int    `help:"cli.flag.keep" name:"backups-keep" default:"7"`
}

// dataFile is the path of the data file; "" for a hub in PostgreSQL.
func (s Storage) dataFile() string {
	if s.isFile() {
		return s.Place()
	}
	return ""
}

// Copies gives the folder of the copies of the hub at c; ok is false when none
// are made.
func (c Config) Copies() (copies archive.Copies, ok bool) {
	c.fill()
	copies = archive.Copies{Folder: c.Backups.Backups, Keep: c.Keep, Prefix: "kyoten-", Ending: ".zip"}
	if path := c.dataFile(); path != "" {
		copies.Folder = cmp.Or(copies.Folder, filepath.Join(filepath.Dir(path), "backups"))
		copies.Prefix = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) + "-"
		copies.Ending = ".db"
	}
	return copies, copies.Folder != "" && c.Keep > 0
}

// Restore puts the copy or export at from back as the hub at s and proves it: as
// a new data file, with the old one kept beside it, or into a PostgreSQL database
// that must be empty.
func Restore(ctx context.Context, s Storage, log *slog.Logger, from, passphrase string, told archive.Progress) (r archive.Report, err error) {
	s.fill()
	if s.isFile() {
		return archive.Restore(ctx, from, s.Place(), passphrase, told)
	}
	a, err := Open(ctx, s, log, Options{})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return a.Archive.Import(ctx, hub.SystemActor, from, passphrase, told)
}

// copied tells how old the newest copy is, for doctor.
func copied(c archive.Copies, now time.Time) Finding {
	all, err := c.List()
	switch {
	case err != nil:
		return finding(Doubtful, "cli.doctor.backup_unreadable", "folder", c.Folder, "cause", err)
	case len(all) == 0:
		return finding(Doubtful, "cli.doctor.backup_none", "folder", c.Folder)
	}
	day := all[len(all)-1].Day
	if day < hub.DateOf(now).AddDays(-3) {
		return finding(Doubtful, "cli.doctor.backup_old", "folder", c.Folder, "date", day)
	}
	return finding(Good, "cli.doctor.backup", "folder", c.Folder, "date", day, "n", len(all))
}

// rehearsed tells how the last rehearsal of restoring went; ok is false where
// there is no copy to rehearse with.
func rehearsed(c archive.Copies, now time.Time) (f Finding, ok bool) {
	if all, err := c.List(); err != nil || len(all) == 0 {
		return f, false
	}
	d, ok, err := c.LastDrill()
	switch {
	case err != nil:
		return finding(Doubtful, "cli.doctor.backup_unreadable", "folder", c.Folder, "cause", err), true
	case !ok:
		return finding(Doubtful, "cli.doctor.drill_none"), true
	case d.Err() != nil:
		return finding(Bad, "cli.doctor.drill_failed", "copy", d.Copy, "date", hub.DateOf(d.At), "cause", d.Err()), true
	case hub.DateOf(d.At) < hub.DateOf(now).AddDays(-30):
		return finding(Doubtful, "cli.doctor.drill_old", "date", hub.DateOf(d.At)), true
	}
	return finding(Good, "cli.doctor.drill", "copy", d.Copy, "date", hub.DateOf(d.At), "rows", d.Rows), true
}
