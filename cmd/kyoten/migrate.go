package main

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/app"
)

// migrateCmd brings the database to the schema of this program.
type migrateCmd struct {
	app.Storage `embed:""`
	app.Logging `embed:""`
	DryRun      bool `help:"cli.flag.dry_run_migrate"`
}

func (c *migrateCmd) Run(ctx context.Context, o output) error {
	n, err := app.Migrate(ctx, c.Storage, c.DryRun, c.Logger(o.Err))
	if err != nil {
		return err
	}
	switch {
	case n == 0:
		say(ctx, o.Out, "cli.migrate.current")
	case c.DryRun:
		say(ctx, o.Out, "cli.migrate.pending", "n", n)
	default:
		say(ctx, o.Out, "cli.migrate.done", "n", n)
	}
	return nil
}
