package main

import (
	"context"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/app"
	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// exportCmd writes the whole hub in open formats.
type exportCmd struct {
	app.Storage `embed:""`
	Place       string `arg:"" help:"cli.flag.export_place"`
	Passphrase  string `help:"cli.flag.passphrase" placeholder:"TEXT"`
}

func (c *exportCmd) Run(ctx context.Context, o output) error {
	return withApp(ctx, c.Storage, o, func(a *app.App) error {
		bar := newProgress(o.Err)
		m, err := a.Archive.Export(ctx, hub.SystemActor, c.Place, c.Passphrase, tables(ctx, bar, "cli.export.doing"))
		bar.done()
		if err != nil {
			return err
		}
		for _, t := range m.Tables {
			print(o.Out, t.Name+"\t"+strconv.FormatInt(t.Rows, 10)+"\t"+t.SHA256)
		}
		say(ctx, o.Err, "cli.export.done", "place", c.Place, "tables", len(m.Tables), "rows", m.Rows(), "lines", m.Log.Lines)
		return nil
	})
}

// importHub reads what export wrote into an empty database.
func importHub(ctx context.Context, o output, s app.Storage, place, passphrase string) error {
	return withApp(ctx, s, o, func(a *app.App) error {
		bar := newProgress(o.Err)
		r, err := a.Archive.Import(ctx, hub.SystemActor, place, passphrase, tables(ctx, bar, "cli.import.hub_doing"))
		bar.done()
		if err != nil {
			return err
		}
		printTables(o, r)
		say(ctx, o.Err, "cli.import.hub_done", "tables", len(r.Tables), "rows", r.Rows(), "lines", r.Lines)
		return nil
	})
}

// printTables prints what a proof found: table, rows, and whether they are as
// they should be.
func printTables(o output, r archive.Report) {
	for _, t := range r.Tables {
		mark := "ok"
		if !t.Same {
			mark = "differs"
		}
		print(o.Out, t.Name+"\t"+strconv.FormatInt(t.Got, 10)+"\t"+mark)
	}
}

// tables gives a function that shows which table a step is at.
func tables(ctx context.Context, bar *progress, key string) archive.Progress {
	return func(table string, n int64) { bar.show(i18n.T(ctx, key, "table", table, "n", n)) }
}
