package retrieval

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
)

// QueryTerm is one thing asked for.
type QueryTerm struct {
	Term     string
	Evidence Evidence
	// Weight multiplies what the term contributes; beyond a milliard it counts as a
	// milliard. A term whose weight is zero, negative, not finite or below a
	// milliardth contributes nothing.
	Weight float32
	// Group joins terms that tell one word in several ways (a synonym set after
	// Pirkola, SIGIR 1998): terms with the same Group above zero count as one word,
	// whose contribution to a document is that of the best of them. Its document
	// frequency is the sum of theirs, each times its weight against the heaviest's
	// (Darwish and Oard, SIGIR 2003), so that an unlikely way to say it does not make
	// it common. Zero stands alone.
	Group int
	// Of is the place in Query.Terms, counted from 1, of an earlier term that this one
	// tells in other words: it counts for no rarer than that, as long as the catalogue
	// has that at all. Zero is nothing.
	Of int
	// Population is the place in Query.Populations, counted from 1, of the part of
	// the catalogue in which the term is at home. Zero is the whole catalogue.
	Population int
}

// Population is a part of the catalogue whose documents can only be told by terms
// of their own, as those of one language: the documents that have a term.
//
// The rarity of a term that belongs to a population is counted among its documents
// (see state.sizes): that few documents of a catalogue are English makes no English
// word rare. And
// when a question can say less to a population than to its own, which is that of the
// first term that has one, because not every word has a translation, then the scores
// of that population are raised in part (see balance), so that its documents can be
// found at all.
type Population struct {
	Term     string
	Evidence Evidence
}

// Query asks for documents.
type Query struct {
	// Terms are summed up: a document is a hit if its score is above zero. Without
	// terms every visible document that passes the filter is a hit with score zero.
	Terms []QueryTerm
	// Populations are those that the terms belong to.
	Populations []Population
	// Readers are the tokens of the one who asks. Nil means the system, which sees
	// everything; empty but not nil sees nothing.
	Readers []string
	Filter  Filter
	// Require narrows the hits to documents that satisfy every requirement. Unlike
	// Filter it goes by terms, and facets count only what satisfies it. It adds
	// nothing to a score.
	Require []Requirement
	Sort    Sort
	// After continues a list behind the hit that carried this cursor. The zero
	// cursor starts at the top.
	After Cursor
	// Limit is the greatest number of hits returned. Zero asks for counts alone.
	Limit int
	// Facets names the attributes whose values shall be counted. Each name is
	// counted as if the filter did not mention it under Any ("drill sideways"), so
	// that a reader sees what choosing another value would give.
	Facets []string
	// Explain asks for the shares of the terms in each hit's score.
	Explain bool
}

// Filter narrows a query by attributes. The zero Filter narrows nothing.
type Filter struct {
	// Any holds values by attribute name: a document must have, of every name, at
	// least one of the values. A name with no values lets everything pass.
	Any map[string][]string
	// Exclude holds values by attribute name: a document with any of them is out.
	Exclude map[string][]string
}

// SortBy says which column orders a list.
type SortBy uint8

// The orders. By score the best come first whatever Descending says.
const (
	ByScore SortBy = iota
	ByNumber
	ByKey
)

// Sort orders hits. Equal values are ordered by ID, ascending, always; documents
// without the column come last in both directions. The zero Sort is by score.
type Sort struct {
	By         SortBy
	Column     int // of Document.Numbers or Document.Keys
	Descending bool
}

// Cursor is the place of a hit in a list: its sort value and its ID. It stays
// meaningful when documents come and go.
type Cursor struct {
	Score   float32
	Number  int64
	Key     string
	Missing bool // the document has no such column
	ID      string
}

// IsZero reports whether the cursor stands before the first hit.
func (c Cursor) IsZero() bool { return c.ID == "" }

// String tells the cursor in characters that may stand in a URL. The zero cursor
// is the empty string.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	b := make([]byte, 0, 16+len(c.Key)+len(c.ID))
	missing := byte(0)
	if c.Missing {
		missing = 1
	}
	b = append(b, missing)
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(c.Score))
	b = binary.AppendVarint(b, c.Number)
	b = binary.AppendUvarint(b, uint64(len(c.Key)))
	b = append(b, c.Key...)
	b = append(b, c.ID...)
	return base64.RawURLEncoding.EncodeToString(b)
}

var errCursor = errors.New("retrieval: not a cursor")

// ParseCursor reads what String wrote. The empty string is the zero cursor.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 6 || b[0] > 1 {
		return Cursor{}, errCursor
	}
	c := Cursor{Missing: b[0] == 1, Score: math.Float32frombits(binary.LittleEndian.Uint32(b[1:]))}
	b = b[5:]
	number, n := binary.Varint(b)
	if n <= 0 {
		return Cursor{}, errCursor
	}
	c.Number, b = number, b[n:]
	length, n := binary.Uvarint(b)
	if n <= 0 || length >= uint64(len(b)-n) {
		return Cursor{}, errCursor
	}
	c.Key, c.ID = string(b[n:n+int(length)]), string(b[n+int(length):])
	if c.Score != c.Score {
		return Cursor{}, errCursor
	}
	return c, nil
}

// compare orders two places in a list sorted by s.
func (s Sort) compare(a, b Cursor) int {
	order := 0
	switch s.By {
	case ByNumber:
		order = s.column(a.Missing, b.Missing, cmp.Compare(a.Number, b.Number))
	case ByKey:
		order = s.column(a.Missing, b.Missing, cmp.Compare(a.Key, b.Key))
	default:
		order = cmp.Compare(b.Score, a.Score)
	}
	if order != 0 {
		return order
	}
	return cmp.Compare(a.ID, b.ID)
}

func (s Sort) column(aMissing, bMissing bool, order int) int {
	switch {
	case aMissing && bMissing:
		return 0
	case aMissing:
		return 1
	case bMissing:
		return -1
	case s.Descending:
		return -order
	}
	return order
}

// Hit is a document found.
type Hit struct {
	ID string
	// Score is finite and never negative: the sum of the shares.
	Score float32
	// Shares say which terms made the score, greatest part first; nil unless asked
	// for with Explain.
	Shares []Share
	// Cursor continues the list behind this hit.
	Cursor Cursor
}

// Share is the part of a score that one term carries. Of a group only the term
// that counted has a share.
type Share struct {
	Term     string
	Evidence Evidence
	Query    int // index into Query.Terms
	Part     float32
}

// Count is how many of the hits have a value of an attribute.
type Count struct {
	Value string
	N     int
}

// Result is the answer to a Query.
type Result struct {
	Hits []Hit
	// Total is the number of hits the reader may see, exact, without the limit and
	// wherever the cursor stands.
	Total int
	// Whole is what a document would score in which every word of the question that
	// can be told in one population stands with the term weight 1, of the population
	// where that is most. Zero without terms.
	Whole float32
	// Facets has the counts of each name asked for, most frequent first, then by
	// value; values that no hit has are left out.
	Facets map[string][]Count
}
