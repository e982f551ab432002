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

// Empty reports whether the query has nothing to look for: no content word. The
// index takes a query without terms for a list of everything; whoever wants
// nothing then must ask here first.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Query reads a text as a question to the index: a few words from a search box
// as well as a need of several pages.
func (a *Analyzer) Query(fields []Field) Query {
	type key struct {
		e retrieval.Evidence
		t string
	}
	var q Query
	at := map[key]int{}
	m := &a.method
	for _, f := range fields {
		s := japanese.Normalise(f.Text)
		toks := a.tokens(s)
		weight := f.weight()
		end := 0
		if m.qlead > 0 {
			end = leadEnd(s, m.qleadMax)
		}
		base := len(q.words)
		index := make([]int32, len(toks)) // of each token in words
		before := -1
		for i, t := range toks {
			index[i] = -1
			if a.content(t) {
				index[i] = int32(len(q.words))
				q.words = append(q.words, s[t.start:t.end])
				q.joined = append(q.joined, before == i-1 && len(q.words) > base+1)
				before = i
			}
		}
		a.emit(s, toks, true, func(i, j int, from int32, e retrieval.Evidence, term string, w float32) {
			if w *= weight; int(from) < end {
				w *= 1 + m.qlead
			}
			k := key{e, term}
			if n, ok := at[k]; ok {
				q.terms[n].Weight += w
				return
			}
			at[k] = len(q.terms)
			kind := Word
			if e != Words {
				kind = Fragment
			}
			o := origin{kind: kind, first: index[i], second: index[j]}
			if o.first < 0 {
				o.first = o.second
			}
			if o.second < 0 {
				o.second = o.first
			}
			q.terms = append(q.terms, retrieval.QueryTerm{Term: term, Evidence: e, Weight: w})
			q.origin = append(q.origin, o)
		})
	}
	for i := range q.terms {
		t := &q.terms[i]
		if m.qsat > 0 {
			t.Weight *= (m.qsat + 1) / (t.Weight + m.qsat)
		}
		t.Weight *= m.weight[t.Evidence]
	}
	return q
}
