package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

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
	sets, err := match.Sets(c.Dir)
	if err != nil {
		return err
	}
	if len(sets) > 1 || sets[0] != c.Dir {
		if c.Ranking != "" {
			return hub.Errorf(hub.Invalid, "match.eval_run_many")
		}
		return evaluateAll(ctx, o, sets, dictionaries)
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
	e, err := evaluate(ctx, o, c.Dir, dictionaries, run)
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

func evaluate(ctx context.Context, o output, dir string, dictionaries []string, run io.Writer) (match.Evaluation, error) {
	bar := newProgress(o.Err)
	defer bar.done()
	return match.Evaluate(ctx, dir, dictionaries, run, stages(ctx, bar))
}

// evaluateAll prints one table of several sets, a line as soon as it is known:
// without dictionaries, and with them when there are any.
func evaluateAll(ctx context.Context, o output, sets, dictionaries []string) error {
	const line = "%-12s  %-7s  %7s  %7s  %-22s  %-22s  %-22s  %-22s  %s"
	print(o.Out, fmt.Sprintf(line, "set", "words", "queries", "docs", "nDCG@10", "Recall@10", "Recall@100", "MRR", "gain by dictionaries"))
	tell := func(m match.Measure) string { return fmt.Sprintf("%.3f [%.3f, %.3f]", m.Mean, m.Low, m.High) }
	row := func(dir, words string, e match.Evaluation, gain string) {
		text := fmt.Sprintf(line, filepath.Base(dir), words, strconv.Itoa(e.Questions), strconv.Itoa(e.Documents),
			tell(e.NDCG10), tell(e.Recall10), tell(e.Recall100), tell(e.MRR), gain)
		print(o.Out, strings.TrimRight(text, " "))
	}
	for _, dir := range sets {
		alone, err := evaluate(ctx, o, dir, nil, nil)
		if err != nil {
			return err
		}
		row(dir, "own", alone, "")
		if len(dictionaries) == 0 {
			continue
		}
		with, err := evaluate(ctx, o, dir, dictionaries, nil)
		if err != nil {
			return err
		}
		g := with.Gain(alone)
		row(dir, "+ dict", with, fmt.Sprintf("%+.3f [%+.3f, %+.3f]", g.Mean, g.Low, g.High))
	}
	return nil
}
