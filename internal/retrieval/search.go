package retrieval

import (
	"iter"
	"math/bits"
	"slices"
	"sync"
)

// search is one query on its way through the segments of one state.
type search struct {
	state   *state
	query   *Query
	plan    *plan // nil: a query without terms
	top     top
	total   int
	facet   []facet
	require []requirement
	*scratch
}

// scratch is memory that one query after another uses.
type scratch struct {
	narrow *accumulators[uint16]
	wide   *accumulators[uint32]
	// Sets of documents of the segment at hand: those the reader may see and the
	// query doesn't exclude; those that have a sum; those that are hits.
	seen, scored, hits [segmentSize/64 + 1]uint64
	// passing has, for each name of Filter.Any, the documents with one of its values.
	passing map[string]bitmap
	facets  [segmentSize/64 + 1]uint64
	best    []candidate
}

var scratches = sync.Pool{New: func() any { return &scratch{passing: map[string]bitmap{}} }}

// Search answers a query. It never blocks and never changes anything.
func (x *Index) Search(q Query) Result {
	s := search{state: x.state.Load(), query: &q, scratch: scratches.Get().(*scratch)}
	defer scratches.Put(s.scratch)
	if len(s.passing) > 16 { // names of other queries
		clear(s.passing)
	}
	s.top = top{state: s.state, sort: q.Sort, after: q.After, limit: max(q.Limit, 0), floor: 1, heap: s.best[:0]}
	for _, name := range q.Facets {
		s.facet = append(s.facet, facet{name: name, counts: map[string]int{}})
	}
	s.require = s.state.requirements(q.Require)
	if len(q.Terms) == 0 {
		for i, g := range s.segments() {
			s.list(i, g)
		}
		return s.result()
	}
	s.plan = x.plan(s.state, q.Terms, q.Populations)
	s.top.plan = s.plan
	if s.plan.wide {
		if s.wide == nil {
			s.wide = new(accumulators[uint32])
		}
		rank(&s, s.wide)
	} else {
		if s.narrow == nil {
			s.narrow = new(accumulators[uint16])
		}
		rank(&s, s.narrow)
	}
	return s.result()
}

// segments tells the segments; for a downward list the latest first.
func (s *search) segments() iter.Seq2[int, *segment] {
	if s.query.Sort.Descending {
		return slices.Backward(s.state.segments)
	}
	return slices.All(s.state.segments)
}

// list passes all documents of a segment on, without a score.
func (s *search) list(i int, g *segment) {
	pass := s.see(g)
	s.total += pass.count()
	offerAll[uint32](&s.top, i, pass, nil)
	s.count(g, bitmap(s.seen[:len(pass)]), pass)
}

// rank scores all segments.
func rank[T lane](s *search, a *accumulators[T]) {
	a.tables.reset(s.plan.members)
	for i, g := range s.segments() {
		if !s.plan.reaches(i) {
			continue
		}
		a.add(s.plan, i)
		pass := s.see(g)
		scored := bitmap(s.scored[:len(pass)])
		byScore := s.query.Sort.By == ByScore && s.top.limit > 0
		// Behind the last document of the segment sums of another may lie: pass has no
		// documents there, so what they say is not heard.
		for w, may := range pass {
			some, promising := a.block(w<<6, s.top.floor)
			scored[w] = some
			some &= may
			s.total += bits.OnesCount64(some)
			if promising && byScore {
				for rest := some; rest != 0; rest &= rest - 1 {
					d := uint16(w<<6 + bits.TrailingZeros64(rest))
					if sum := uint32(a.sum[d]); sum >= s.top.floor {
						s.top.byScore(i, d, sum)
					}
				}
			}
			pass[w] = some
		}
		if !byScore {
			offerAll(&s.top, i, pass, &a.sum)
		}
		if len(s.facet) > 0 {
			scored.and(bitmap(s.seen[:len(pass)]))
			s.count(g, scored, pass)
		}
	}
}

// reaches reports whether any term has postings in a segment.
func (p *plan) reaches(segment int) bool {
	for _, u := range p.units {
		for _, m := range u.members {
			if m.ranks[segment] >= 0 {
				return true
			}
		}
	}
	return false
}

// see finds what a query may hit in a segment, fills seen, passing and hits, and
// returns hits.
func (s *search) see(g *segment) bitmap {
	words := (g.n + 63) / 64
	seen := bitmap(s.seen[:words])
	if s.query.Readers == nil {
		if g.live == nil {
			seen.fill(g.n)
		} else {
			copy(seen, g.live)
		}
	} else {
		clear(seen)
		for _, token := range s.query.Readers {
			g.allow.find(token).addTo(seen)
		}
		if g.live != nil {
			seen.and(g.live)
		}
		for _, token := range s.query.Readers {
			g.deny.find(token).removeFrom(seen)
		}
	}
	for name, values := range s.query.Filter.Exclude {
		for _, v := range values {
			g.attributes.find(name + ":" + v).removeFrom(seen)
		}
	}
	if len(s.require) > 0 {
		narrow(seen, g, s.require)
	}
	hits := bitmap(s.hits[:words])
	copy(hits, seen)
	for name, values := range s.query.Filter.Any {
		if len(values) == 0 {
			continue
		}
		b := s.passing[name]
		if b == nil {
			b = newBitmap(segmentSize)
			s.passing[name] = b
		}
		b = b[:words]
		clear(b)
		for _, v := range values {
			g.attributes.find(name + ":" + v).addTo(b)
		}
		hits.and(b)
	}
	return hits
}

func (s *search) result() Result {
	r := Result{Total: s.total}
	if s.plan != nil {
		r.Whole = float32(s.plan.whole)
	}
	found := s.top.sorted()
	s.best = found // its memory serves the next query
	if len(found) > 0 {
		r.Hits = make([]Hit, 0, len(found))
	}
	for _, c := range found {
		h := Hit{ID: s.top.id(c), Cursor: s.top.cursor(c)}
		h.Score = h.Cursor.Score
		if s.plan != nil && s.query.Explain {
			h.Shares = s.plan.shares(s.query.Terms, int(c.segment), c.doc)
		}
		r.Hits = append(r.Hits, h)
	}
	if len(s.facet) > 0 {
		r.Facets = make(map[string][]Count, len(s.facet))
		for _, f := range s.facet {
			r.Facets[f.name] = f.sorted()
		}
	}
	return r
}
