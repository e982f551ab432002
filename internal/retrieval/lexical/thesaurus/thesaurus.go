// Package thesaurus holds the built-in word groups that let an everyday word
// find the technical one and the other language: 雪かき finds 除雪 and "snow
// removal". The groups are written for this project from the vocabulary of the
// hub's fields and of municipal life; they are not drawn from any question,
// corpus or dictionary, and they hold true near-synonyms only, never topics.
//
// A file has one group per line: field, Japanese words, English words, separated
// by tabs; words are separated by "|", the everyday one first. Lines beginning
// with "#" are comments. The package only reads; how a group counts in a score
// is package lexical's business.
package thesaurus

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Files are the built-in groups, one file per group of fields.
//
//go:embed *.tsv
var Files embed.FS

// Group is one set of words that mean nearly the same. Either list may be
// empty, but not so that fewer than two words are left.
type Group struct {
	Field string // in Japanese, for the editor's screen
	JA    []string
	EN    []string
}

// Load reads every built-in group, in the order of file names and lines.
func Load() ([]Group, error) {
	names, err := fs.Glob(Files, "*.tsv")
	if err != nil {
		return nil, err
	}
	var out []Group
	for _, name := range names {
		text, err := Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		groups, err := Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, groups...)
	}
	return out, nil
}

// Parse reads groups in the format of the built-in files. The error names the
// line.
func Parse(text string) ([]Group, error) {
	var out []Group
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 {
			return nil, fmt.Errorf("line %d: %d columns, want field, Japanese, English", n, len(columns))
		}
		g := Group{Field: columns[0]}
		var err error
		if g.JA, err = words(columns[1]); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if g.EN, err = words(columns[2]); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if g.Field == "" || len(g.JA)+len(g.EN) < 2 {
			return nil, fmt.Errorf("line %d: a group needs a field and two words", n)
		}
		out = append(out, g)
	}
	return out, nil
}

func words(column string) ([]string, error) {
	if column == "" {
		return nil, nil
	}
	list := strings.Split(column, "|")
	for i, w := range list {
		if w == "" || w != strings.TrimSpace(w) {
			return nil, fmt.Errorf("word %d of %q is empty or has a space at its edge", i+1, column)
		}
		if slices.Contains(list[:i], w) {
			return nil, fmt.Errorf("%q stands twice", w)
		}
	}
	return list, nil
}
