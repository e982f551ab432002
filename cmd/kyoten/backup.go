package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/kyoten-hub/kyoten/internal/app"
	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// backupCmd copies the hub into one file while it may go on serving, or
// rehearses restoring a copy.
type backupCmd struct {
	app.Storage `embed:""`
	app.Backups `embed:""`
	File        string `arg:"" optional:"" help:"cli.flag.backup_file"`
	Drill       bool   `help:"cli.flag.drill"`
	Passphrase  string `help:"cli.flag.passphrase" placeholder:"TEXT"`
}

func (c *backupCmd) Run(ctx context.Context, o output) error {
	copies, _ := app.Config{Storage: c.Storage, Backups: c.Backups}.Copies()
	if c.Drill {
		return c.drill(ctx, copies, o)
	}
	return withApp(ctx, c.Storage, o, func(a *app.App) error {
		place := c.File
		if place == "" && copies.Folder != "" {
			place = copies.Path(copies.Asked(time.Now()))
			if c.Passphrase != "" {
				place += ".age"
			}
		}
		if place == "" {
			return hub.Errorf(hub.Invalid, "cli.backup.no_folder", "url", c.Place())
		}
		bar := newProgress(o.Err)
		m, err := a.Archive.Copy(ctx, hub.SystemActor, place, c.Passphrase, tables(ctx, bar, "cli.backup.doing"))
		bar.done()
		if err != nil {
			return err
		}
		say(ctx, o.Err, "cli.backup.done", "place", place, "rows", m.Rows(), "lines", m.Log.Lines)
		if copies.Ending == ".zip" {
			say(ctx, o.Err, "cli.backup.pg", "url", c.Place())
		}
		print(o.Out, place)
		return nil
	})
}

// drill restores a copy elsewhere and says what was found.
func (c *backupCmd) drill(ctx context.Context, copies archive.Copies, o output) error {
	name := filepath.Base(c.File)
	if c.File != "" {
		copies.Folder = filepath.Dir(c.File)
	} else {
		all, err := copies.List()
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return hub.Errorf(hub.NotFound, "cli.backup.no_copy", "folder", copies.Folder)
		}
		name = all[len(all)-1].Name
	}
	say(ctx, o.Err, "cli.backup.drilling", "copy", name)
	d, r, err := copies.Rehearse(ctx, name, c.Passphrase, time.Now(), nil)
	if err != nil {
		return err
	}
	printTables(o, r)
	if d.Err() != nil {
		say(ctx, o.Err, "cli.backup.drill_failed", "copy", d.Copy, "cause", cause(ctx, d.Err()))
		return exited(exitFailure)
	}
	if !d.Certified {
		say(ctx, o.Err, "cli.backup.uncertified")
	}
	say(ctx, o.Err, "cli.backup.drill_done", "copy", d.Copy, "rows", d.Rows, "lines", d.Lines, "took", d.Took.String())
	return nil
}
