package lexical

import (
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// member is one wording in an entry of a dictionary.
type member struct {
	written string
	terms   string // its terms in the index, joined by spaces
	count   uint8  // how many terms
	english bool
	silent  bool // it is found but does not itself find others
	weight  float32
}

func (m *member) population() int {
	if m.english {
		return inEnglish
	}
	return inJapanese
}

// entry is a set of wordings. In a plain one each stands for all others; in a
// star the first stands for the rest and each of the rest for the first alone,
// as a headword and its translations do.
type entry struct {
	members []member
	star    bool
	weight  float32
}

// links finds the entries of a dictionary by their terms.
type links struct {
	entries []entry
	at      map[string][]int32
	parts   map[string][]int32 // entries with the term within a longer wording
}

// maxMember is the longest wording looked up, in terms.
const maxMember = 6

// member reads a wording. ok is false when it has no content or too much of it.
func (a *Analyzer) member(written string, weight float32) (m member, ok bool) {
	s := japanese.Normalise(strings.TrimSpace(written))
	var terms []string
	english := true
	toks := a.tokens(s)
	content := a.content
	if !slices.ContainsFunc(toks, content) {
		content = func(t token) bool { return t.class == japanese.Function } // ありがとう
	}
	for _, t := range toks {
		if content(t) {
			terms = append(terms, t.term)
			english = english && t.class == japanese.Latin
		}
	}
	if len(terms) == 0 || len(terms) > maxMember {
		return member{}, false
	}
	return member{written: strings.TrimSpace(written), terms: strings.Join(terms, " "), count: uint8(len(terms)), english: english, weight: weight}, true
}

func (l *links) add(e entry) {
	seen := map[string]bool{}
	kept := e.members[:0]
	for _, m := range e.members {
		if !seen[m.terms] {
			seen[m.terms] = true
			kept = append(kept, m)
		}
	}
	if e.members = kept; len(kept) < 2 {
		return
	}
	if l.at == nil {
		l.at = map[string][]int32{}
	}
	n := int32(len(l.entries))
	l.entries = append(l.entries, e)
	for _, m := range e.members {
		if !m.silent {
			l.at[m.terms] = append(l.at[m.terms], n)
		}
	}
	if e.star && e.members[0].english {
		if l.parts == nil {
			l.parts = map[string][]int32{}
		}
		seen := map[string]bool{}
		for _, m := range e.members[1:] {
			if m.count > 1 {
				for t := range strings.SplitSeq(m.terms, " ") {
					if !seen[t] {
						seen[t] = true
						l.parts[t] = append(l.parts[t], n)
					}
				}
			}
		}
	}
}

// others calls f with every wording that stands for the terms.
func (l *links) others(terms string, english bool, f func(m *member, kind Kind, weight float32)) {
	for _, n := range l.at[terms] {
		e := &l.entries[n]
		from := 0
		for i := range e.members {
			if e.members[i].terms == terms {
				from = i
				break
			}
		}
		for i := range e.members {
			if i == from || e.star && from != 0 && i != 0 {
				continue
			}
			m := &e.members[i]
			kind, w := Bridge, e.weight
			if m.english != english {
				kind = Translation
			}
			if e.star {
				w *= max(m.weight*e.members[from].weight, 0)
			}
			f(m, kind, w)
		}
	}
}

// expand adds to the query the other wordings of its words. toks are the tokens
// of one field, index their numbers in q.words, own what the query itself asks.
func (a *Analyzer) expand(q *Query, s string, toks []token, index []int32, weight func(t token) float32) {
	var content []int
	for i, t := range toks {
		if a.content(t) || index[i] >= 0 {
			content = append(content, i)
		}
	}
	for c := range content {
		if t := toks[content[c]]; t.reading != "" {
			if name := japanese.Romaji(t.reading); len(name) > 1 {
				i := index[content[c]]
				q.bridge(&member{written: name, terms: japanese.Stem(name), count: 1, english: true}, Translation, weight(t)*a.method.translation, i, i, 0, 0)
			}
		}
		longest := true
		for n := min(maxMember, len(content)-c); n >= 1; n-- {
			first, last := content[c], content[c+n-1]
			if n > 1 && !together(s, toks[first:last+1]) {
				continue
			}
			terms := toks[first].term
			english := toks[first].class == japanese.Latin
			for _, i := range content[c+1 : c+n] {
				terms += " " + toks[i].term
				english = english && toks[i].class == japanese.Latin
			}
			found := false
			group, of := 0, 0
			if i, ok := q.at[termKey{Words, terms}]; ok && n == 1 && q.origin[i].kind == Word {
				of = i + 1
			}
			for _, l := range a.links {
				l.others(terms, english, func(m *member, kind Kind, w float32) {
					found = true
					w *= weight(toks[first])
					if !longest {
						w *= a.method.part
					}
					if kind == Translation {
						w *= a.method.translation
						if group == 0 {
							q.groups++
							group = q.groups
						}
					}
					q.bridge(m, kind, w, index[first], index[last], group, of)
				})
			}
			if n == 1 && !english {
				a.indirect(toks[first], group > 0, func(m *member, w float32) {
					if group == 0 {
						q.groups++
						group = q.groups
					}
					q.bridge(m, Translation, w*weight(toks[first])*a.method.translation, index[first], index[first], group, of)
				})
			}
			if found {
				longest = false
			}
		}
	}
}

// together reports whether tokens form one expression: nothing between them but
// particles (雪をかく, Internet of Things), spaces and hyphens.
func together(s string, toks []token) bool {
	for _, t := range toks[1 : len(toks)-1] {
		if !t.class.Content() && t.class != japanese.Particle && strings.Trim(s[t.start:t.end], " -・") != "" {
			return false
		}
	}
	return true
}

// bridge asks for another wording. Translations of one word are one group, of
// which the best counts (Pirkola): many headwords tell nothing more than one.
func (q *Query) bridge(m *member, kind Kind, w float32, first, last int32, group, of int) {
	if !(w > 0) {
		return
	}
	if kind != Translation {
		group, of = 0, 0
	}
	ask := func(e retrieval.Evidence, term string, w float32) {
		k := termKey{e, term}
		if n, ok := q.at[k]; ok {
			// The query has the word itself, or another way to it. The stronger
			// counts, never both.
			if t := &q.terms[n]; q.origin[n].kind != Word && q.origin[n].kind != Fragment && t.Weight < w {
				t.Weight = w
			}
			return
		}
		q.at[k] = len(q.terms)
		q.terms = append(q.terms, retrieval.QueryTerm{Term: term, Evidence: e, Weight: w, Group: group, Population: m.population(), Of: of})
		q.origin = append(q.origin, origin{kind: kind, first: first, second: last, bridge: m.written})
	}
	switch m.count {
	case 1:
		ask(Words, m.terms, w)
	default:
		terms := strings.Split(m.terms, " ")
		for i := range terms[1:] {
			ask(Pairs, terms[i]+" "+terms[i+1], w/float32(len(terms)-1))
		}
	}
}
