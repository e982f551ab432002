package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// matchCmd matches two files, without database or server.
type matchCmd struct {
	Needs      string   `help:"cli.flag.match_needs" required:"" placeholder:"FILE"`
	Seeds      string   `help:"cli.flag.match_seeds" required:"" placeholder:"FILE"`
	Top        int      `help:"cli.flag.match_top" default:"20" placeholder:"N"`
	Reverse    bool     `help:"cli.flag.match_reverse"`
	Format     string   `help:"cli.flag.match_format" enum:"tsv,json,xlsx" default:"tsv" placeholder:"tsv|json|xlsx"`
	Explain    bool     `help:"cli.flag.match_explain"`
	Dictionary []string `help:"cli.flag.dictionary" sep:"none" placeholder:"FILE"`
	NoHeader   bool     `help:"cli.flag.match_no_header"`
	Out        string   `help:"cli.flag.match_out" placeholder:"FILE"`
}

func (c *matchCmd) Run(ctx context.Context, o output) (err error) {
	if c.Top < 1 {
		return hub.Errorf(hub.Invalid, "match.top_invalid")
	}
	dictionaries, err := match.Dictionaries(c.Dictionary)
	if err != nil {
		return err
	}
	dest := o.Out
	if c.Out != "" {
		f, err := os.Create(c.Out)
		if err != nil {
			return &hub.Error{Kind: hub.Unavailable, Key: "match.file_unwritable", Args: hub.Args("file", c.Out), Err: err}
		}
		defer func() {
			if e := f.Close(); err == nil && e != nil {
				err = e
			}
		}()
		dest = f
	}
	w, err := c.writer(dest)
	if err != nil {
		return err
	}
	bar := newProgress(o.Err)
	err = match.MatchFiles(ctx, match.FilesOptions{
		Needs: c.Needs, Seeds: c.Seeds, NoHeader: c.NoHeader, Reverse: c.Reverse, Top: c.Top, Explain: c.Explain,
		Dictionaries: dictionaries, Progress: stages(ctx, bar),
	}, w.write)
	bar.done()
	if err != nil {
		return err
	}
	return w.close()
}

// stages shows how far a matching is.
func stages(ctx context.Context, bar *progress) func(string, int, int) {
	return func(stage string, done, total int) {
		bar.show(i18n.T(ctx, "cli.match.stage_"+stage, "done", done, "total", total))
	}
}

// matchWriter writes the lines of a result in one format.
type matchWriter struct {
	write func(match.FileMatch) error
	close func() error
}

func (c *matchCmd) writer(dest io.Writer) (matchWriter, error) {
	query, candidate := "need_id", "seed_id"
	if c.Reverse {
		query, candidate = candidate, query
	}
	header := []string{query, "rank", candidate, "score"}
	if c.Explain {
		header = append(header, "reasons")
	}
	switch c.Format {
	case "xlsx":
		w, err := sheet.NewWriter(dest, sheet.Style{Format: sheet.XLSX}, header...)
		if err != nil {
			return matchWriter{}, err
		}
		return matchWriter{func(m match.FileMatch) error {
			row := []sheet.Value{sheet.Str(m.Query), sheet.Int(int64(m.Rank)), sheet.Str(m.Candidate), sheet.Float(float64(m.Score))}
			if c.Explain {
				row = append(row, sheet.Str(reasonLine(m.Reasons)))
			}
			return w.Row(row...)
		}, w.Close}, nil
	case "json":
		return jsonWriter(dest, query, candidate, c.Explain), nil
	}
	out := bufio.NewWriter(dest)
	if _, err := out.WriteString(strings.Join(header, "\t") + "\n"); err != nil {
		return matchWriter{}, err
	}
	return matchWriter{func(m match.FileMatch) error {
		row := cell(m.Query) + "\t" + strconv.Itoa(m.Rank) + "\t" + cell(m.Candidate) + "\t" + strconv.FormatFloat(float64(m.Score), 'f', 4, 32)
		if c.Explain {
			row += "\t" + cell(reasonLine(m.Reasons))
		}
		_, err := out.WriteString(row + "\n")
		return err
	}, out.Flush}, nil
}

// jsonWriter writes one array, an object a line.
func jsonWriter(dest io.Writer, query, candidate string, explain bool) matchWriter {
	type reason struct {
		Words  []string `json:"words"`
		Bridge string   `json:"bridge,omitempty"`
		Kind   string   `json:"kind"`
		Share  float32  `json:"share"`
	}
	out := bufio.NewWriter(dest)
	separator := "["
	return matchWriter{func(m match.FileMatch) error {
		line := map[string]any{query: m.Query, "rank": m.Rank, candidate: m.Candidate, "score": m.Score}
		if explain {
			reasons := make([]reason, len(m.Reasons))
			for i, r := range m.Reasons {
				reasons[i] = reason{r.Words, r.Bridge, string(r.Kind), r.Share}
			}
			line["reasons"] = reasons
		}
		b, err := json.Marshal(line)
		if err != nil {
			return err
		}
		_, err = out.WriteString(separator + "\n" + string(b))
		separator = ","
		return err
	}, func() error {
		if separator == "[" {
			if _, err := out.WriteString(separator); err != nil {
				return err
			}
		}
		if _, err := out.WriteString("\n]\n"); err != nil {
			return err
		}
		return out.Flush()
	}}
}

// reasonLine tells reasons in one cell: the words with their parts of the score,
// a bridged word with what stands in the other text; fragments in brackets.
func reasonLine(reasons []lexical.Reason) string {
	parts := make([]string, len(reasons))
	for i, r := range reasons {
		name := strings.Join(r.Words, " ")
		switch r.Kind {
		case lexical.Bridge, lexical.Translation:
			name += "→" + r.Bridge
		case lexical.Fragment:
			name = "(" + name + ")"
		}
		parts[i] = fmt.Sprintf("%s %.2f", name, r.Share)
	}
	return strings.Join(parts, "; ")
}

// cell keeps tabs and line breaks out of a column.
func cell(s string) string {
	return strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(s)
}
