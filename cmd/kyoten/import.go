package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/app"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/intake"
)

// importCmd brings a spreadsheet in: the same plan as in the browser, printed,
// then applied. The kind hub is an export of a whole hub instead.
type importCmd struct {
	app.Storage `embed:""`
	Kind        string `arg:"" enum:"seeds,needs,organisations,people,hub" help:"cli.flag.import_kind"`
	File        string `arg:"" help:"cli.flag.import_file"`
	Area        string `help:"cli.flag.import_area" placeholder:"SLUG"`
	Passphrase  string `help:"cli.flag.passphrase" placeholder:"TEXT"`
	Map         string `help:"cli.flag.import_map" placeholder:"FILE"`
	Sheet       string `help:"cli.flag.import_sheet" placeholder:"NAME"`
	DryRun      bool   `help:"cli.flag.dry_run"`
}

// shownProblems is how many problems are printed; the rest are counted.
const shownProblems = 50

func (c *importCmd) Run(ctx context.Context, o output) error {
	if c.Kind == "hub" {
		return importHub(ctx, o, c.Storage, c.File, c.Passphrase)
	}
	if c.Area == "" {
		return hub.Errorf(hub.Invalid, "cli.import.needs_area")
	}
	return withApp(ctx, c.Storage, o, func(a *app.App) error {
		area, err := areaOf(ctx, a, c.Area)
		if err != nil {
			return err
		}
		imp, err := c.plan(ctx, a, area, o)
		if err != nil {
			return err
		}
		if err := c.report(ctx, a, imp, o); err != nil {
			return err
		}
		if c.DryRun {
			say(ctx, o.Err, "cli.import.dry")
			return a.Intake.Drop(ctx, hub.SystemActor, imp.ID)
		}
		if imp.Counts.Create+imp.Counts.Change == 0 {
			say(ctx, o.Err, "cli.import.nothing")
			if err := a.Intake.Drop(ctx, hub.SystemActor, imp.ID); err != nil || imp.Counts.Refuse == 0 {
				return err
			}
			return exited(exitRefused)
		}
		bar := newProgress(o.Err)
		err = a.Intake.Apply(ctx, hub.SystemActor, imp.ID, told(ctx, bar, "cli.import.applying", imp.Counts.Create+imp.Counts.Change))
		bar.done()
		if err != nil {
			return err
		}
		if imp, err = a.Intake.Get(ctx, hub.SystemActor, imp.ID); err != nil {
			return err
		}
		say(ctx, o.Err, "cli.import.done", "created", imp.Counts.Create, "changed", imp.Counts.Change-imp.Counts.Left)
		return nil
	})
}

// plan takes the file in and makes the plan, with the sheet and mapping given.
func (c *importCmd) plan(ctx context.Context, a *app.App, area hub.ID, o output) (imp intake.Import, err error) {
	f, err := os.Open(c.File)
	if err != nil {
		return imp, &hub.Error{Kind: hub.NotFound, Key: "cli.error.file", Args: hub.Args("file", c.File), Err: err}
	}
	defer f.Close()
	actor := hub.SystemActor
	if imp, err = a.Intake.Upload(ctx, actor, area, intake.Kind(c.Kind), filepath.Base(c.File), f); err != nil {
		return imp, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Intake.Drop(context.WithoutCancel(ctx), actor, imp.ID))
		}
	}()
	if c.Sheet != "" {
		if imp, err = a.Intake.Correct(ctx, actor, imp.ID, intake.Setup{Sheet: c.Sheet}); err != nil {
			return imp, err
		}
	}
	if c.Map != "" {
		text, err := os.ReadFile(c.Map)
		if err != nil {
			return imp, &hub.Error{Kind: hub.NotFound, Key: "cli.error.file", Args: hub.Args("file", c.Map), Err: err}
		}
		if imp, err = a.Intake.CorrectWith(ctx, actor, imp.ID, text); err != nil {
			return imp, err
		}
	}
	for _, x := range imp.Choices {
		field := i18n.T(ctx, "cli.import.left_out")
		if x.Field != "" {
			field = i18n.T(ctx, "intake.field."+c.Kind+"."+x.Field)
		}
		print(o.Err, fmt.Sprintf("  %-4s %s → %s", x.Column.Letter, x.Column.Name, field))
	}
	bar := newProgress(o.Err)
	err = a.Intake.Analyse(ctx, actor, imp.ID, told(ctx, bar, "cli.import.reading", 0))
	bar.done()
	if err != nil {
		return imp, err
	}
	return a.Intake.Get(ctx, actor, imp.ID)
}

// report prints the plan: counts to the terminal, problems as a table (row,
// column, value's field, sentence) that a program can read.
func (c *importCmd) report(ctx context.Context, a *app.App, imp intake.Import, o output) error {
	for _, f := range imp.Findings {
		print(o.Err, fmt.Sprintf("  %s %s (%s × %d)", f.Rule, i18n.T(ctx, "sheet.rule."+f.Rule, "sample", f.Sample), f.Place, f.Count))
	}
	n := imp.Counts
	say(ctx, o.Err, "cli.import.counts", "create", n.Create, "change", n.Change, "same", n.Same, "refuse", n.Refuse)
	rows, err := a.Intake.Rows(ctx, hub.SystemActor, imp.ID, intake.Look{Problems: true, Limit: shownProblems + 1})
	if err != nil {
		return err
	}
	for i, it := range rows {
		if i == shownProblems {
			say(ctx, o.Err, "cli.import.rest", "n", n.Refuse+n.Notes-shownProblems)
			break
		}
		for _, p := range it.Draft.Problems {
			mark := "note"
			if p.Refuses {
				mark = "refused"
			}
			args := make([]any, 0, 2*len(p.Args))
			for k, v := range p.Args {
				args = append(args, k, v)
			}
			print(o.Out, strconv.Itoa(p.Row)+"\t"+p.Column+"\t"+mark+"\t"+i18n.T(ctx, p.Key, args...))
		}
	}
	return nil
}

// told gives a function that shows how far a step is.
func told(ctx context.Context, bar *progress, key string, total int) func(int) {
	return func(done int) { bar.show(i18n.T(ctx, key, "done", done, "total", max(total, done))) }
}
