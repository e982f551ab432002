// Package intake brings people's own spreadsheets into the hub: seeds, needs,
// organisations and people. An import is a plan first. The file is read, its
// columns are given a meaning (proposed, then corrected by hand), every row
// becomes a draft, and the plan says what would be created, changed, left alone
// and refused, with row, column and a sentence for every problem. Nothing is
// changed until somebody applies it; applying is one transaction; an applied
// import can be taken back.
//
// Drafts wait in tables of their own, written in small transactions, so that a
// large file keeps nobody from saving. The room writes records only through the
// services of their rooms, with the actor who asked. It must never guess a value
// it cannot read, and never delete.
package intake

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// Kind is what the rows of a file are.
type Kind string

// The kinds of record that can be imported.
const (
	Seeds         Kind = "seeds"
	Needs         Kind = "needs"
	Organisations Kind = "organisations"
	People        Kind = "people"
)

// Kinds lists them in the order screens show them.
var Kinds = []Kind{Seeds, Needs, Organisations, People}

// Valid reports whether k is one of the four.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// Problem is one thing wrong with one row. Its sentence is Key in the catalogue.
// A problem that refuses keeps the whole row out; any other leaves only the
// value out or tells of something to look at.
type Problem struct {
	Sheet   string         `json:"sheet,omitempty"`
	Row     int            `json:"row"`
	Column  string         `json:"column,omitempty"` // letters on screen
	Field   string         `json:"field,omitempty"`
	Key     string         `json:"key"`
	Args    map[string]any `json:"args,omitempty"`
	Rule    string         `json:"rule,omitempty"` // of machine readability, where one is broken
	Refuses bool           `json:"refuses,omitempty"`
}

// UnmarshalJSON brings whole numbers among the arguments back as such, so that a
// sentence says 3,000,000 and not 3e+06.
func (p *Problem) UnmarshalJSON(b []byte) error {
	type plain Problem
	if err := json.Unmarshal(b, (*plain)(p)); err != nil {
		return err
	}
	for k, v := range p.Args {
		if f, ok := v.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			p.Args[k] = int64(f)
		}
	}
	return nil
}

// Draft is one row on its way: the values it gives, in canonical form, by field
// name. Lists are joined by line feeds.
type Draft struct {
	Sheet    string            `json:"sheet,omitempty"`
	Row      int               `json:"row"`
	Values   map[string]string `json:"values"`
	Problems []Problem         `json:"problems,omitempty"`
}

// Refused reports whether a problem keeps the row out.
func (d *Draft) Refused() bool {
	return slices.ContainsFunc(d.Problems, func(p Problem) bool { return p.Refuses })
}

// list gives a value that is a list.
func (d *Draft) list(field string) []string { return lines(d.Values[field]) }

// Known gives the test for labels that package sheet asks for when it looks for
// the header of a file of this kind.
func Known(k Kind) func(string) bool {
	known := map[string]bool{}
	for _, f := range FieldsOf(k) {
		for _, s := range f.synonyms {
			known[s] = true
		}
	}
	return func(name string) bool {
		for _, label := range labels(name) {
			if known[label] {
				return true
			}
		}
		return false
	}
}

// Drafts reads the rows of a table by a mapping, one call of fn for each, and
// gives what the file breaks of the rules of machine readability. An error of fn
// or of the file ends it.
func Drafts(t *sheet.Table, k Kind, m Mapping, fn func(Draft) error) ([]sheet.Finding, error) {
	check := t.Checker()
	reader := newReader(t, k, m)
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		check.Row(row)
		if err := fn(reader.draft(row)); err != nil {
			return nil, err
		}
	}
	return check.Findings(), nil
}
