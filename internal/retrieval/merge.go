package retrieval

import "math/bits"

// merge makes one segment of several, leaving out their dead. There must not be
// more than segmentSize living.
func merge(parts []*segment) *segment {
	s := &segment{}
	moves := make([]move, len(parts))
	for i, p := range parts {
		moves[i] = move{offset: uint16(s.n)}
		if p.live != nil {
			moves[i].to = make([]uint16, p.n)
			next := uint16(s.n)
			for d := range p.live.each {
				moves[i].to[d] = next
				next++
			}
		}
		s.n += p.alive
	}
	s.mergePostings(parts, moves)

	from := make([]struct {
		part *segment
		d    uint16
	}, s.n)
	for i, p := range parts {
		for d := range p.n {
			if p.lives(uint16(d)) {
				to := moves[i].of(uint16(d))
				from[to].part, from[to].d = p, uint16(d)
			}
		}
	}
	for d, f := range from {
		for e, l := range f.part.lengths {
			if l == nil || l[f.d] == 0 {
				continue
			}
			for len(s.lengths) <= e {
				s.lengths = append(s.lengths, nil)
			}
			if s.lengths[e] == nil {
				s.lengths[e] = make(lengths, s.n)
			}
			s.lengths[e][d] = l[f.d]
		}
		if f.part.weightless != nil && f.part.weightless.has(f.d) {
			if s.weightless == nil {
				s.weightless = newBitmap(s.n)
			}
			s.weightless.set(uint16(d))
		}
	}
	s.allow = mergeLabels(parts, moves, s.n, func(p *segment) *labels { return &p.allow })
	s.deny = mergeLabels(parts, moves, s.n, func(p *segment) *labels { return &p.deny })
	s.attributes = mergeLabels(parts, moves, s.n, func(p *segment) *labels { return &p.attributes })
	s.numbers = mergeNumbers(parts, moves, s.n)
	var keys []string
	s.keys = keyColumns(s.n, func(d int) []string {
		keys = from[d].part.keysOf(from[d].d, keys[:0])
		return keys
	})
	s.names = stringsOf(s.n, func(d int) string { return from[d].part.names.at(from[d].d) })
	s.seatAll()
	s.count()
	return s
}

// move tells where the documents of a part go.
type move struct {
	offset uint16
	to     []uint16 // nil: all live, and document d goes to offset+d
}

func (m move) of(d uint16) uint16 {
	if m.to != nil {
		return m.to[d]
	}
	return m.offset + d
}

func (s *segment) mergePostings(parts []*segment, moves []move) {
	words := 0
	for _, p := range parts {
		words = max(words, p.terms.words())
	}
	set := make([]uint64, words)
	for _, p := range parts {
		if p.live == nil && p.terms.bits != nil {
			for i, w := range p.terms.bits {
				set[i] |= w
			}
			continue
		}
		for r, id := range p.terms.all {
			if p.livingPostings(r) > 0 {
				set[id>>6] |= 1 << (id & 63)
			}
		}
	}
	before := make([]uint32, words)
	n := uint32(0)
	for i, w := range set {
		before[i] = n
		n += uint32(bits.OnesCount64(w))
	}
	rank := func(id termID) (uint32, bool) {
		w, b := set[id>>6], id&63
		return before[id>>6] + uint32(bits.OnesCount64(w&(1<<b-1))), w>>b&1 != 0
	}
	s.terms = vocabularyOf(set)
	s.start = make([]uint32, n+1)
	for _, p := range parts {
		for r, id := range p.terms.all {
			if to, ok := rank(id); ok {
				s.start[to+1] += uint32(p.livingPostings(r))
			}
		}
	}
	for r := range n {
		s.start[r+1] += s.start[r]
	}
	fill := make([]uint32, n)
	copy(fill, s.start)
	s.docs, s.cells = make([]uint16, s.start[n]), make([]uint8, s.start[n])
	for i, p := range parts {
		m := moves[i]
		for r, id := range p.terms.all {
			to, ok := rank(id)
			if !ok {
				continue
			}
			docs, cells := p.postings(r)
			at := fill[to]
			if m.to == nil {
				out := s.docs[at:][:len(docs)]
				for j, d := range docs {
					out[j] = m.offset + d
				}
				copy(s.cells[at:], cells)
				fill[to] += uint32(len(docs))
				continue
			}
			for j, d := range docs {
				if p.live.has(d) {
					s.docs[at], s.cells[at] = m.to[d], cells[j]
					at++
				}
			}
			fill[to] = at
		}
	}
}

// words is how many words of a bitmap over the dictionary hold the vocabulary.
func (v *vocabulary) words() int {
	if v.bits != nil {
		return len(v.bits)
	}
	if len(v.ids) == 0 {
		return 0
	}
	return int(v.ids[len(v.ids)-1]>>6) + 1
}

func (s *segment) livingPostings(rank int) int {
	docs, _ := s.postings(rank)
	if s.live == nil {
		return len(docs)
	}
	return s.live.countOf(docs)
}

func mergeLabels(parts []*segment, moves []move, n int, of func(*segment) *labels) labels {
	all := labelling{}
	for i, p := range parts {
		l := of(p)
		for j, name := range l.names {
			for d := range l.sets[j].each {
				if p.lives(d) {
					all.add(name, moves[i].of(d))
				}
			}
		}
	}
	return all.labels(n)
}

func mergeNumbers(parts []*segment, moves []move, n int) (columns []numberColumn) {
	for i, p := range parts {
		for c, column := range p.numbers {
			for len(columns) <= c {
				columns = append(columns, numberColumn{values: make([]int64, n), has: newBitmap(n)})
			}
			for d, v := range column.values {
				if d := uint16(d); p.lives(d) && (column.has == nil || column.has.has(d)) {
					columns[c].values[moves[i].of(d)] = v
					columns[c].has.set(moves[i].of(d))
				}
			}
		}
	}
	for c := range columns {
		columns[c].has = columns[c].has.unlessFull(n)
	}
	return columns
}

// keysOf appends the keys of a document.
func (s *segment) keysOf(d uint16, keys []string) []string {
	for i := range s.keys {
		if k := &s.keys[i]; k.has == nil || k.has.has(d) {
			keys = append(keys, k.values.at(d))
		}
	}
	return keys
}
