package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
)

// evalCmd measures the matching on a folder of judged questions.
type evalCmd struct {
	Dir        string   `arg:"" help:"cli.flag.eval_dir"`
	Dictionary []string `help:"cli.flag.dictionary" sep:"none" placeholder:"FILE"`
	Ranking    string   `name:"run" help:"cli.flag.eval_run" placeholder:"FILE"`
}

func (c *evalCmd) Run(ctx context.Context, o output) (err error) {
	dictionaries, err := match.Dictionaries(c.Dictionary)
	if err != nil {
		return err
	}
	var run io.Writer
	if c.Ranking != "" {
		f, err := os.Create(c.Ranking)
		if err != nil {
			return &hub.Error{Kind: hub.Unavailable, Key: "match.file_unwritable", Args: hub.Args("file", c.Ranking), Err: err}
		}
		defer func() {
			if e := f.Close(); err == nil && e != nil {
				err = e
			}
		}()
		run = f
	}
	bar := newProgress(o.Err)
	e, err := match.Evaluate(ctx, c.Dir, dictionaries, run, stages(ctx, bar))
	bar.done()
	if err != nil {
		return err
	}
	print(o.Out, fmt.Sprintf("%s: %d queries, %d documents", filepath.Base(filepath.Clean(c.Dir)), e.Questions, e.Documents))
	for _, m := range []struct {
		name string
		match.Measure
	}{{"nDCG@10", e.NDCG10}, {"Recall@10", e.Recall10}, {"Recall@100", e.Recall100}, {"MRR", e.MRR}} {
		print(o.Out, fmt.Sprintf("  %-10s  %.4f  [%.4f, %.4f]", m.name, m.Mean, m.Low, m.High))
	}
	return nil
}
