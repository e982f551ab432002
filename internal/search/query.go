package search

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// Filter narrows a search by what records are. The zero Filter narrows nothing.
type Filter struct {
	Kinds []string // any of them
	Areas []hub.ID // any of them
	// Any holds values by attribute: of every attribute named, a record must have
	// one of the values.
	Any map[string][]string
	// Exclude holds values by attribute: a record with one of them is out.
	Exclude map[string][]string
}

// Query asks for a page of records.
type Query struct {
	// Text is what a person types: words divided by spaces, all of which shall be
	// in the record. "" asks for all records.
	Text string
	Filter
	// Sort names a column, with a "-" before it when the greatest shall come first:
	// "updated", "title", or one of the source's own when Kinds names one kind. "" is
	// by relevance, or "-updated" without a text. An unknown column is Invalid.
	Sort string
	// After continues behind the page that gave this cursor as Next.
	After string
	Limit int // as hub.Page has it
	// Facets names the attributes whose values shall be counted, each as if the
	// filter did not mention it.
	Facets []string
}

// Hit is a record found.
type Hit struct {
	ID    hub.ID
	Kind  string
	Score float32 // 0 without a text
}

// Result is what the actor may know of the records found.
type Result struct {
	Hits []Hit
	// Total and Facets count what the actor may see, whatever page is asked for.
	Total  int
	Facets map[string][]retrieval.Count
	// Next is the cursor of the following page; "" at the end. A list by relevance
	// ends at RelevanceEnd.
	Next string
	// Relaxed says that no record has all the words, so those with some are given.
	Relaxed bool
}

// RelevanceEnd is how far a list by relevance goes: who has not found it by then
// asks otherwise.
const RelevanceEnd = 1000

// Search gives a page of the records that the actor may find.
func (s *Service) Search(ctx context.Context, a hub.Actor, q Query) (Result, error) {
	if err := s.fresh(ctx); err != nil {
		return Result{}, err
	}
	sort, err := s.sort(q)
	if err != nil {
		return Result{}, err
	}
	at, err := parseCursor(q.After)
	if err != nil {
		return Result{}, err
	}
	ask := retrieval.Query{
		Readers: access.Tokens(a), Filter: q.Filter.index(a), Sort: sort, After: at.Cursor, Facets: q.Facets,
		Limit: hub.Page{Limit: q.Limit}.Size() + 1,
	}
	if q.Text = strings.TrimSpace(q.Text); q.Text != "" {
		text := s.analyzer.Query([]lexical.Field{{Text: q.Text}})
		if text.Empty() {
			return Result{}, nil // no word in it: nothing is found, rather than everything
		}
		ask.Terms, ask.Populations = text.Terms(), lexical.Populations
		if !at.relaxed {
			ask.Require = s.require(q.Text)
		}
	}
	x := s.index.Load()
	r := x.Search(ask)
	relaxed := at.relaxed
	if r.Total == 0 && len(ask.Require) > 0 {
		ask.Require = nil
		r = x.Search(ask)
		relaxed = r.Total > 0
	}
	return page(r, ask, at, relaxed), nil
}

// page cuts the one hit too many and makes the next page's cursor of the last.
func page(r retrieval.Result, ask retrieval.Query, at cursor, relaxed bool) Result {
	out := Result{Total: r.Total, Facets: r.Facets, Relaxed: relaxed}
	hits := r.Hits
	more := len(hits) == ask.Limit
	if more {
		hits = hits[:ask.Limit-1]
	}
	for _, h := range hits {
		out.Hits = append(out.Hits, hitOf(h))
	}
	before := at.before + len(hits)
	if more && (ask.Sort.By != retrieval.ByScore || before < RelevanceEnd) {
		out.Next = cursor{hits[len(hits)-1].Cursor, before, relaxed}.String()
	}
	return out
}

func hitOf(h retrieval.Hit) Hit {
	id, rest, _ := strings.Cut(h.ID, "/")
	kind, _, _ := strings.Cut(rest, "/")
	return Hit{ID: hub.ID(id), Kind: kind, Score: h.Score}
}

// Candidate is a record found by a text, with the reasons.
type Candidate struct {
	Hit
	Reasons []lexical.Reason // greatest share first; the shares add up to Score
	// Share is how much of the question was met: Score against what a text would
	// score in which every term of the question stands with the weight 1. It may
	// exceed 1 for a text that repeats them.
	Share float32
}

// Candidates gives the records nearest to a text of several fields that the actor
// may find, the best first: at most limit, fewer when fewer share a word with it.
// It is for matching: no word is obligatory.
func (s *Service) Candidates(ctx context.Context, a hub.Actor, fields []lexical.Field, f Filter, limit int) ([]Candidate, error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	q := s.question(fields)
	if q.Empty() || limit <= 0 {
		return nil, nil
	}
	r := s.index.Load().Search(retrieval.Query{
		Terms: q.Terms(), Populations: lexical.Populations, Readers: access.Tokens(a), Filter: f.index(a), Limit: min(limit, RelevanceEnd), Explain: true,
	})
	whole := max(r.Whole, 1e-6)
	out := make([]Candidate, len(r.Hits))
	for i, h := range r.Hits {
		out[i] = Candidate{Hit: hitOf(h), Reasons: q.Explain(h), Share: h.Score / whole}
	}
	return out, nil
}

// mostQuestions is how many analysed questions are kept. A long need takes a
// millisecond or two to analyse, most of what matching it costs, and the same
// needs are asked again by every list that shows their candidates.
const mostQuestions = 4_096

// question analyses a text, or takes what it gave before.
func (s *Service) question(fields []lexical.Field) lexical.Query {
	h := sha256.New()
	for _, f := range fields {
		fmt.Fprintf(h, "%s %v %d:%s", f.Name, f.Weight, len(f.Text), f.Text)
	}
	key := [sha256.Size]byte(h.Sum(nil))
	s.mu.Lock()
	q, ok := s.questions[key]
	s.mu.Unlock()
	if ok {
		return q
	}
	q = s.analyzer.Query(fields)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.questions == nil || len(s.questions) >= mostQuestions {
		s.questions = map[[sha256.Size]byte]lexical.Query{}
	}
	s.questions[key] = q
	return q
}

// index puts the filter in the index's form.
func (f Filter) index(a hub.Actor) retrieval.Filter {
	any := map[string][]string{}
	for name, values := range f.Any {
		any[name] = values
	}
	if len(f.Kinds) > 0 {
		any["kind"] = f.Kinds
	}
	if len(f.Areas) > 0 {
		areas := make([]string, len(f.Areas))
		for i, id := range f.Areas {
			areas[i] = string(id)
		}
		any["area"] = areas
	}
	if a.Kind == hub.System {
		any[fullest] = []string{"1"}
	}
	return retrieval.Filter{Any: any, Exclude: f.Exclude}
}

// The columns that every kind has.
const (
	updatedColumn = "updated" // Numbers[0]
	titleColumn   = "title"   // Keys[0]
)

func (s *Service) sort(q Query) (retrieval.Sort, error) {
	name := q.Sort
	if name == "" {
		if strings.TrimSpace(q.Text) != "" {
			return retrieval.Sort{}, nil
		}
		name = "-" + updatedColumn
	}
	name, down := strings.CutPrefix(name, "-")
	switch name {
	case updatedColumn:
		return retrieval.Sort{By: retrieval.ByNumber, Descending: down}, nil
	case titleColumn:
		return retrieval.Sort{By: retrieval.ByKey, Descending: down}, nil
	}
	if len(q.Kinds) == 1 {
		if source := s.byKind[q.Kinds[0]]; source != nil {
			if i := slices.Index(source.Numbers, name); i >= 0 {
				return retrieval.Sort{By: retrieval.ByNumber, Column: i + 1, Descending: down}, nil
			}
			if i := slices.Index(source.Keys, name); i >= 0 {
				return retrieval.Sort{By: retrieval.ByKey, Column: i + 1, Descending: down}, nil
			}
		}
	}
	return retrieval.Sort{}, hub.Errorf(hub.Invalid, "error.sort_unknown", "column", name)
}

// cursor is a place in a list, with how many hits came before it.
type cursor struct {
	retrieval.Cursor
	before  int
	relaxed bool
}

// String tells the cursor in characters that may stand in a URL: the count, "r"
// when the list is a relaxed one, and the index's own cursor.
func (c cursor) String() string {
	mode := "."
	if c.relaxed {
		mode = "r"
	}
	return strconv.Itoa(c.before) + mode + c.Cursor.String()
}

func parseCursor(text string) (c cursor, err error) {
	if text == "" {
		return c, nil
	}
	bad := hub.Errorf(hub.Invalid, "error.cursor")
	i := strings.IndexAny(text, ".r")
	if i < 0 {
		return c, bad
	}
	c.relaxed = text[i] == 'r'
	if c.before, err = strconv.Atoi(text[:i]); err != nil || c.before < 0 {
		return cursor{}, bad
	}
	if c.Cursor, err = retrieval.ParseCursor(text[i+1:]); err != nil || c.IsZero() {
		return cursor{}, bad
	}
	return c, nil
}
