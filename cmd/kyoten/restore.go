package main

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/app"
)

// restoreCmd puts a copy or an export back and proves it.
type restoreCmd struct {
	app.Storage `embed:""`
	File        string `arg:"" help:"cli.flag.restore_file"`
	Passphrase  string `help:"cli.flag.passphrase" placeholder:"TEXT"`
}

func (c *restoreCmd) Run(ctx context.Context, o output) error {
	bar := newProgress(o.Err)
	r, err := app.Restore(ctx, c.Storage, app.Logging{LogLevel: "warn"}.Logger(o.Err), c.File, c.Passphrase, tables(ctx, bar, "cli.restore.doing"))
	bar.done()
	printTables(o, r)
	if err != nil {
		return err
	}
	if !r.Certified {
		say(ctx, o.Err, "cli.backup.uncertified")
	}
	if c.Database == "" {
		c.Database = app.DefaultDatabase()
	}
	say(ctx, o.Err, "cli.restore.done", "from", c.File, "place", c.Place(), "tables", len(r.Tables), "rows", r.Rows(), "lines", r.Lines)
	if r.Kept != "" {
		say(ctx, o.Err, "cli.restore.kept", "kept", r.Kept)
	}
	return nil
}
