package lexical

import (
	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// Query is what is asked of the index, and how to tell a person why a document
// answers it. The zero Query asks nothing.
type Query struct {
	terms  []retrieval.QueryTerm
	origin []origin // by term
	words  []string // content words as written in the query, in order
	joined []bool   // word i stands directly after word i-1, without a space
	at     map[termKey]int
	groups int // groups of terms handed out
}

type termKey struct {
	e retrieval.Evidence
	t string
}

// origin says what a query term stands for.
type origin struct {
	kind   Kind
	first  int32 // index into words
	second int32 // of a pair or a bigram across two words; else equal to first
	bridge string
}

// Terms gives the query in the index's form. The caller must not change it.
func (q Query) Terms() []retrieval.QueryTerm { return q.terms }

// Own gives the terms that stand in the query itself, without other wordings
// for them.
func (q Query) Own() (terms []retrieval.QueryTerm) {
	for i, t := range q.terms {
		if k := q.origin[i].kind; k == Word || k == Fragment {
			terms = append(terms, t)
		}
	}
	return terms
}

// Empty reports whether the query has nothing to look for: no content word. The
// index takes a query without terms for a list of everything; whoever wants
// nothing then must ask here first.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Query reads a text as a question to the index: a few words from a search box
// as well as a need of several pages.
func (a *Analyzer) Query(fields []Field) Query {
	q := Query{at: map[termKey]int{}}
	m := &a.method
	type reading struct {
		s     string
		toks  []token
		index []int32 // of each token in words
		parts []section
		field float32
	}
	var read []reading
	for _, f := range fields {
		r := reading{s: japanese.Normalise(f.Text), field: f.weight()}
		r.toks = a.tokens(r.s)
		language := languageOf(r.s)
		r.parts = []section{{len(r.s), 1}}
		if m.sections {
			r.parts = sections(r.s)
		}
		if end := leadEnd(r.s); end > 0 && len(r.s) > 5*end {
			r.parts = append([]section{{end, m.needTitle}}, r.parts...)
		}
		base := len(q.words)
		r.index = make([]int32, len(r.toks))
		before := -1
		for i, t := range r.toks {
			r.index[i] = -1
			if a.content(t) || t.class == japanese.Function && len(a.links) > 0 {
				r.index[i] = int32(len(q.words))
				q.words = append(q.words, r.s[t.start:t.end])
				q.joined = append(q.joined, before == i-1 && len(q.words) > base+1)
				before = i
			}
		}
		read = append(read, r)
		a.emit(r.s, r.toks, func(i, j int, from int32, e retrieval.Evidence, term string) {
			w := r.field * weightAt(r.parts, int(from))
			k := termKey{e, term}
			if n, ok := q.at[k]; ok {
				q.terms[n].Weight += w
				return
			}
			q.at[k] = len(q.terms)
			kind := Word
			if e != Words {
				kind = Fragment
			}
			o := origin{kind: kind, first: r.index[i], second: r.index[j]}
			if o.first < 0 {
				o.first = o.second
			}
			if o.second < 0 {
				o.second = o.first
			}
			// Latin words and numbers of a Japanese text stand in texts of both languages.
			population := language
			if t := r.toks[i].class; t == japanese.Latin && language == inJapanese || t == japanese.Number {
				population = 0
			}
			q.terms = append(q.terms, retrieval.QueryTerm{Term: term, Evidence: e, Weight: w, Population: population})
			q.origin = append(q.origin, o)
		})
	}
	for i := range q.terms {
		t := &q.terms[i]
		t.Weight *= m.weight[t.Evidence]
	}
	if len(a.links) > 0 {
		for _, r := range read {
			a.expand(&q, r.s, r.toks, r.index, func(t token) float32 {
				if n, ok := q.at[termKey{Words, t.term}]; ok {
					return q.terms[n].Weight
				}
				return 1
			})
		}
	}
	return q
}
