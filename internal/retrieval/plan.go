package retrieval

import (
	"math"
	"slices"
)

// plan is a query's terms made ready for one state: looked up, weighed, and scaled
// so that scores are sums of whole numbers.
//
// One step of the sums is 2^-scale. It is a power of two, and no sum exceeds 24
// bits, so every part and every sum is exactly a float32 and parts add up to the
// score in any order.
type plan struct {
	state   *state
	terms   []QueryTerm
	units   []unit
	members int // in all units
	scale   int
	whole   float64 // see Result.Whole
	// wide tells that sums need 32 bits. With few terms 15 bits are enough to tell
	// documents apart; with many each would have too few steps of its own.
	wide bool
}

// unit is a word of the query: one term, or several that tell the same word.
type unit struct {
	members    []member
	population int
}

type member struct {
	number   int // among all members of the plan
	query    int // index into Query.Terms
	evidence Evidence
	ranks    []int32 // by segment; -1: none; nil: nowhere
	postings int
	weight   float64 // at first the caller's, then times idf
	most     float64 // no cell is worth more
	worth    *worth
	// A cell's contribution in steps is (worth·factor) >> shift, and at least one.
	factor uint64
	shift  int
}

const (
	narrowMost = 1<<15 - 1 // the greatest sum in 16 bits that leaves the top bit free
	wideMost   = 1<<24 - 1 // the greatest sum that a float32 tells exactly
	// narrowUnits is up to how many units 16 bits are taken. At that number a unit
	// still has 128 steps of its own, and the rounding errors of all together move a
	// good document's score by less than a thousandth.
	narrowUnits = 256
	// mostTerms bounds what a query may ask for; further terms are left out.
	mostTerms = 1 << 16

	leastWeight, mostWeight = 1e-9, 1e9
)

// plan makes terms ready.
func (x *Index) plan(s *state, terms []QueryTerm, populations []Population) *plan {
	terms = terms[:min(len(terms), mostTerms)]
	p := &plan{state: s, terms: terms, units: make([]unit, 0, len(terms)), members: len(terms)}
	segments := len(s.segments)
	groups := map[int]int{}
	ranks := make([]int32, segments*len(terms))
	members := make([]member, len(terms)) // of units of one
	probes := make([]probe, len(terms))
	for i, t := range terms {
		probes[i] = s.dict.probe(t.Term, t.Evidence)
	}
	for i, t := range terms {
		weight := float64(t.Weight)
		if !(weight >= leastWeight) || math.IsInf(weight, 1) {
			continue
		}
		m := member{number: i, query: i, evidence: t.Evidence, weight: min(weight, mostWeight), most: 1 + x.config.bm25(t.Evidence).k1()}
		if id, ok := s.dict.resolve(t.Term, t.Evidence, probes[i]); ok && int(t.Evidence) < len(s.worths) {
			m.worth = s.worths[t.Evidence]
			m.ranks, ranks = ranks[:segments:segments], ranks[segments:]
			for j, g := range s.segments {
				r := g.terms.rank(id)
				m.ranks[j] = int32(r)
				if r >= 0 {
					m.postings += int(g.start[r+1] - g.start[r])
				}
			}
		}
		if t.Group > 0 {
			if u, ok := groups[t.Group]; ok {
				p.units[u].members = append(p.units[u].members, m)
				continue
			}
			groups[t.Group] = len(p.units)
		}
		members[i] = m
		p.units = append(p.units, unit{members: members[i : i+1 : i+1], population: max(t.Population, 0)})
	}
	if len(p.units) > 0 {
		p.weigh(s.sizes(populations))
	}
	return p
}

// weigh turns weights into whole steps. What a step is worth depends on the query
// and on the documents that count, and on nothing else: not on terms that only
// weightless or dead documents have, nor on whether a term is known at all.
func (p *plan) weigh(sizes []float64) {
	sums, plain := make([]float64, len(sizes)), make([]float64, len(sizes))
	own := 0                                // the population of the question
	rarity := make([]float64, len(p.terms)) // idf of the first term of each unit that is known
	for i := range p.units {
		u := &p.units[i]
		if u.population >= len(sizes) {
			u.population = 0
		}
		n := p.frequency(*u)
		idf := idf(sizes[u.population], n)
		first := &u.members[0]
		if of := p.terms[first.query].Of; of > 0 && of <= first.query && rarity[of-1] > 0 {
			idf = min(idf, rarity[of-1])
		}
		if n > 0 {
			rarity[first.query] = idf
		}
		most, once := 0.0, 0.0
		for i := range u.members {
			m := &u.members[i]
			m.weight *= idf
			most = max(most, m.weight*m.most)
			once = max(once, m.weight)
		}
		if own == 0 {
			own = u.population
		}
		sums[u.population] += most
		plain[u.population] += once
	}
	factors, sum := balance(sums, own)
	for i := range plain[1:] {
		p.whole = max(p.whole, plain[i+1]*factors[i+1])
	}
	p.whole += plain[0]
	for _, u := range p.units {
		if f := factors[u.population]; f > 1 {
			for i := range u.members {
				u.members[i].weight *= f
			}
		}
	}
	limit := float64(narrowMost)
	if p.wide = len(p.units) > narrowUnits; p.wide {
		limit = wideMost
	}
	limit -= float64(len(p.units)) // rounding may add a step to each
	p.scale = int(math.Floor(math.Log2(limit / sum)))
	for math.Ldexp(sum, p.scale) > limit {
		p.scale--
	}
	known := p.units[:0]
	for _, u := range p.units {
		u.members = slices.DeleteFunc(u.members, func(m member) bool { return m.postings == 0 })
		for i := range u.members {
			m := &u.members[i]
			fraction, exponent := math.Frexp(math.Ldexp(m.weight, p.scale))
			m.factor = uint64(math.Ldexp(fraction, 30))
			m.shift = max(50-exponent, 1)
		}
		if len(u.members) > 0 {
			known = append(known, u)
		}
	}
	p.units = known
}

// frequency is the number of documents that weigh a unit: those with its term, or
// of several terms each its documents times its weight against the heaviest's.
func (p *plan) frequency(u unit) (n float64) {
	top := 0.0
	for _, m := range u.members {
		top = max(top, m.weight)
	}
	for _, m := range u.members {
		if m.postings > 0 {
			n += m.weight / top * float64(p.state.frequency(m.ranks))
		}
	}
	return n
}

// steps is what a cell contributes.
func (m *member) steps(cell uint8) uint32 {
	return uint32(max((uint64(m.worth[cell])*m.factor+1<<(m.shift-1))>>m.shift, 1))
}

// score is what a sum of steps is worth.
func (p *plan) score(sum uint32) float32 {
	return float32(math.Ldexp(float64(sum), -p.scale))
}

// shares explains the score of a document: what each unit gave, the most first.
func (p *plan) shares(terms []QueryTerm, segment int, d uint16) []Share {
	g := p.state.segments[segment]
	var shares []Share
	for _, u := range p.units {
		best, by := uint32(0), 0
		for i := range u.members {
			m := &u.members[i]
			if r := m.ranks[segment]; r >= 0 {
				if c, ok := g.cell(int(r), d); ok {
					if steps := m.steps(c); steps > best {
						best, by = steps, m.query
					}
				}
			}
		}
		if best > 0 {
			t := terms[by]
			shares = append(shares, Share{Term: t.Term, Evidence: t.Evidence, Query: by, Part: p.score(best)})
		}
	}
	slices.SortStableFunc(shares, func(a, b Share) int {
		switch {
		case a.Part > b.Part:
			return -1
		case a.Part < b.Part:
			return 1
		}
		return a.Query - b.Query
	})
	return shares
}

// Raising in full would let a text that has the one word with a translation
// overtake one that has half of all words.
const balancePower, mostBalance = .2, 2

// balance tells by what the weights of each population are raised: those to which
// the question can say less than to its own. sums are what the units of each can
// reach, at 0 those of none; all is what all of them can with raised weights.
func balance(sums []float64, own int) (factors []float64, all float64) {
	factors = make([]float64, len(sums))
	for i, s := range sums {
		factors[i] = 1
		if i > 0 && s > 0 && own > 0 && sums[own] > s {
			factors[i] = min(math.Pow(sums[own]/s, balancePower), mostBalance)
		}
		all += factors[i] * s
	}
	return factors, all
}
