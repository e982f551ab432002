package retrieval

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
)

// naive evaluates queries as the documentation says, one document at a time. Only
// the cells are the index's own.
type naive struct {
	config Config
	docs   map[string]Document
}

type termKey struct {
	term     string
	evidence Evidence
}

// naiveHit is a document with its exact score and the exact parts.
type naiveHit struct {
	cursor Cursor
	score  float64
	parts  map[int]float64 // by index into Query.Terms
}

// key is what the index tells a term apart by.
func (x naive) key(term string, e Evidence) termKey {
	if bits := x.config.Fold[e]; bits > 0 {
		term = string(rune(bucket(term, 1<<bits)))
	}
	return termKey{term, e}
}

func (x naive) frequencies(d Document) map[termKey]float64 {
	m := map[termKey]float64{}
	for _, o := range d.Terms {
		if o.Frequency > 0 {
			m[x.key(o.Term, o.Evidence)] += float64(o.Frequency)
		}
	}
	return m
}

func (x naive) documentFrequency(keys ...termKey) (n int) {
	for _, d := range x.docs {
		f := x.frequencies(d)
		if !d.Weightless && slices.ContainsFunc(keys, func(k termKey) bool { return f[k] > 0 }) {
			n++
		}
	}
	return n
}

func naiveLength(d Document, e Evidence) (l float64) {
	for _, o := range d.Terms {
		if o.Evidence == e && o.Frequency > 0 {
			l += float64(o.Frequency)
		}
	}
	return l
}

// satisfies reports whether a document with these terms has all that is required.
func (x naive) satisfies(f map[termKey]float64, all []Requirement) bool {
	has := func(t Term) bool { return f[x.key(t.Term, t.Evidence)] > 0 }
	for _, r := range all {
		if !slices.ContainsFunc(r, func(w Way) bool {
			for _, c := range w {
				if !slices.ContainsFunc(c, has) {
					return false
				}
			}
			return true
		}) {
			return false
		}
	}
	return true
}

// search returns all hits in order, and facets.
func (x naive) search(q Query) ([]naiveHit, map[string][]Count) {
	counted, lengths, having := 0, map[Evidence]float64{}, map[Evidence]float64{}
	for _, d := range x.docs {
		if d.Weightless {
			continue
		}
		counted++
		for e := range Evidence(4) {
			if l := naiveLength(d, e); l > 0 {
				lengths[e] += max(math.Round(l), 1)
				having[e]++
			}
		}
	}
	groups := map[int][]int{}
	for i, t := range q.Terms {
		if t.Weight > 0 {
			g := t.Group
			if g <= 0 {
				g = -1 - i
			}
			groups[g] = append(groups[g], i)
		}
	}
	key := func(i int) termKey { return x.key(q.Terms[i].Term, q.Terms[i].Evidence) }
	idf, whole := map[int]float64{}, make([]float64, 1+len(q.Populations))
	population := func(g []int) int {
		if p := q.Terms[g[0]].Population; p < len(whole) {
			return p
		}
		return 0
	}
	rarity := map[int]float64{}
	for i, t := range q.Terms {
		g := t.Group
		if g <= 0 {
			g = -1 - i
		}
		members := groups[g]
		if len(members) == 0 || members[0] != i {
			continue
		}
		top, df := 0.0, 0.0
		for _, i := range members {
			top = max(top, float64(q.Terms[i].Weight))
		}
		for _, i := range members {
			df += float64(q.Terms[i].Weight) / top * float64(x.documentFrequency(key(i)))
		}
		p, n := population(members), float64(counted)
		if p > 0 {
			if size := x.documentFrequency(x.key(q.Populations[p-1].Term, q.Populations[p-1].Evidence)); size > 0 {
				n = float64(max(size, min(counted, 1000)))
			}
		}
		idf[g] = math.Log(1 + (max(n-df, 0)+.5)/(df+.5))
		if of := t.Of; of > 0 && of <= i && rarity[of-1] > 0 {
			idf[g] = min(idf[g], rarity[of-1])
		}
		if df > 0 {
			rarity[i] = idf[g]
		}
		most := 0.0
		for _, i := range members {
			most = max(most, float64(q.Terms[i].Weight)*idf[g]*float64(1+x.config.bm25(q.Terms[i].Evidence).K1))
		}
		whole[p] += most
	}
	own := 0
	for i, t := range q.Terms {
		if t.Weight > 0 {
			if t.Group > 0 {
				i = groups[t.Group][0]
			}
			if own = population([]int{i}); own > 0 {
				break
			}
		}
	}
	for g, members := range groups {
		if p := population(members); p > 0 && own > 0 {
			idf[g] *= min(max(math.Pow(whole[own]/whole[p], .2), 1), 2)
		}
	}
	var hits []naiveHit
	counts := map[string]map[string]int{}
	for _, d := range x.docs {
		if !naiveVisible(d, q.Readers) || hasAny(d, q.Filter.Exclude) {
			continue
		}
		h := naiveHit{parts: map[int]float64{}}
		f := x.frequencies(d)
		if !x.satisfies(f, q.Require) {
			continue
		}
		for g, members := range groups {
			best, by := 0.0, 0
			for _, i := range members {
				e := q.Terms[i].Evidence
				if f[key(i)] == 0 {
					continue
				}
				mean := float64(unknownLength)
				if having[e] > 0 {
					mean = lengths[e] / having[e]
				}
				m := cells.middle[cellOf(f[key(i)], place(naiveLength(d, e)))]
				c := x.config.bm25(e)
				k := float64(c.K1) * (1 - float64(c.B) + float64(c.B)*m.length/mean)
				if p := m.frequency * float64(c.K1+1) / (m.frequency + k) * idf[g] * float64(q.Terms[i].Weight); p > best {
					best, by = p, i
				}
			}
			if best > 0 {
				h.parts[by] = best
				h.score += best
			}
		}
		if len(q.Terms) > 0 && h.score == 0 {
			continue
		}
		for _, name := range q.Facets {
			if counts[name] == nil {
				counts[name] = map[string]int{}
			}
			if passes(d, q.Filter.Any, name) {
				for _, a := range slices.Compact(slices.Sorted(slices.Values(d.Attributes))) {
					if v, ok := strings.CutPrefix(a, name+":"); ok {
						counts[name][v]++
					}
				}
			}
		}
		if !passes(d, q.Filter.Any, "") {
			continue
		}
		h.cursor = Cursor{ID: d.ID, Score: float32(h.score)}
		switch c := q.Sort.Column; q.Sort.By {
		case ByNumber:
			if h.cursor.Missing = c >= len(d.Numbers); !h.cursor.Missing {
				h.cursor.Number = d.Numbers[c]
			}
		case ByKey:
			if h.cursor.Missing = c >= len(d.Keys); !h.cursor.Missing {
				h.cursor.Key = d.Keys[c]
			}
		}
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(a, b naiveHit) int { return q.Sort.compare(a.cursor, b.cursor) })
	var facets map[string][]Count
	if len(q.Facets) > 0 {
		facets = map[string][]Count{}
	}
	for _, name := range q.Facets {
		facets[name] = []Count{}
		for _, v := range slices.Sorted(maps.Keys(counts[name])) {
			facets[name] = append(facets[name], Count{v, counts[name][v]})
		}
		slices.SortStableFunc(facets[name], func(a, b Count) int { return cmp.Compare(b.N, a.N) })
	}
	return hits, facets
}

func naiveVisible(d Document, readers []string) bool {
	if readers == nil {
		return true
	}
	has := func(t string) bool { return slices.Contains(readers, t) }
	return slices.ContainsFunc(d.Allow, has) && !slices.ContainsFunc(d.Deny, has)
}

func hasAny(d Document, values map[string][]string) bool {
	for name, vs := range values {
		for _, v := range vs {
			if slices.Contains(d.Attributes, name+":"+v) {
				return true
			}
		}
	}
	return false
}

func passes(d Document, any map[string][]string, without string) bool {
	for name, vs := range any {
		if name != without && len(vs) > 0 && !hasAny(d, map[string][]string{name: vs}) {
			return false
		}
	}
	return true
}
