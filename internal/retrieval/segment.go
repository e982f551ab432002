package retrieval

import (
	"hash/maphash"
	"slices"
)

// segmentSize is the greatest number of documents in a segment: what 16 bits can
// number with one value left for "none", and few enough that the accumulators of
// a whole segment stay in the processor's second cache.
const segmentSize = 1<<16 - 1

// segment is a run of documents with their postings. It never changes: when
// documents die, a new segment shares everything but the part under "mortal".
type segment struct {
	n int // documents, dead ones included

	// Postings: those of the term of rank r are start[r] to start[r+1] of docs and
	// cells, by document.
	terms vocabulary
	start []uint32
	docs  []uint16
	cells []uint8

	// Documents.
	names      strings16 // their IDs
	seats      []uint16  // hash table of the IDs: 0 free, else document+1 (see seat)
	seed       maphash.Seed
	lengths    []lengths // by evidence
	weightless bitmap    // nil: none
	allow      labels
	deny       labels
	attributes labels
	numbers    []numberColumn
	keys       []keyColumn

	mortal
}

// mortal is what changes in a segment when documents die.
type mortal struct {
	live  bitmap // nil: all
	alive int
	// counts is the set of living documents that are not weightless; nil: all.
	counts bitmap
	// df is, by rank, how many documents of counts have the term; nil: all that do.
	df []uint32
	// counted is the number of documents in counts, mass their lengths by evidence.
	counted int
	mass    []mass
}

// mass sums up the lengths of documents: whole numbers, so that the sum does not
// depend on the order.
type mass struct {
	documents int
	length    int64
}

// lengths holds the length of every document in one evidence, rounded, for the
// mean; nil: none has this evidence.
type lengths []uint16

// lives reports whether a document is alive.
func (s *segment) lives(d uint16) bool { return s.live == nil || s.live.has(d) }

// postings are the documents and cells of a term.
func (s *segment) postings(rank int) (docs []uint16, cells []uint8) {
	a, b := s.start[rank], s.start[rank+1]
	return s.docs[a:b], s.cells[a:b]
}

// frequency is the number of documents a term is weighed by.
func (s *segment) frequency(rank int) int {
	if s.df != nil {
		return int(s.df[rank])
	}
	return int(s.start[rank+1] - s.start[rank])
}

// cell is the cell of a term in a document.
func (s *segment) cell(rank int, d uint16) (uint8, bool) {
	docs, cells := s.postings(rank)
	i, ok := slices.BinarySearch(docs, d)
	if !ok {
		return 0, false
	}
	return cells[i], true
}

// find is the document of an ID, dead or alive.
func (s *segment) find(id string) (uint16, bool) {
	for i := s.seat(id); s.seats[i] != 0; i = (i + 1) & (len(s.seats) - 1) {
		if d := s.seats[i] - 1; s.names.at(d) == id {
			return d, true
		}
	}
	return 0, false
}

func (s *segment) seat(id string) int {
	return int(maphash.String(s.seed, id)) & (len(s.seats) - 1)
}

// seatAll builds the hash table of IDs.
func (s *segment) seatAll() {
	size := 4
	for size < s.n+s.n/2 {
		size *= 2
	}
	s.seed, s.seats = maphash.MakeSeed(), make([]uint16, size)
	for d := range s.n {
		i := s.seat(s.names.at(uint16(d)))
		for s.seats[i] != 0 {
			i = (i + 1) & (size - 1)
		}
		s.seats[i] = uint16(d) + 1
	}
}

// count fills what can be told from the rest: which documents count, and how much.
func (s *segment) count() {
	s.alive = s.n
	if s.live != nil {
		s.alive = s.live.count()
	}
	s.counts = s.counting()
	s.counted, s.df, s.mass = s.n, nil, make([]mass, len(s.lengths))
	if s.counts != nil {
		s.counted = s.counts.count()
		s.df = make([]uint32, s.terms.size)
		for r := range s.df {
			s.df[r] = uint32(s.counts.countOf(s.docs[s.start[r]:s.start[r+1]]))
		}
	}
	for e, l := range s.lengths {
		for d, length := range l {
			if length > 0 && (s.counts == nil || s.counts.has(uint16(d))) {
				s.mass[e].documents++
				s.mass[e].length += int64(length)
			}
		}
	}
}

// counting computes counts.
func (s *segment) counting() bitmap {
	if s.weightless == nil {
		return s.live
	}
	b := fullBitmap(s.n)
	if s.live != nil {
		b.and(s.live)
	}
	for i, w := range s.weightless {
		b[i] &^= w
	}
	return b
}

// without is the segment after some more documents died.
func (s *segment) without(dead []uint16) *segment {
	c := *s
	if s.live == nil {
		c.live = fullBitmap(s.n)
	} else {
		c.live = slices.Clone(s.live)
	}
	c.mass = slices.Clone(s.mass)
	gone := newBitmap(s.n) // those that counted
	var last uint16
	for _, d := range dead {
		if !c.live.has(d) {
			continue
		}
		c.live.unset(d)
		c.alive--
		if s.counts != nil && !s.counts.has(d) {
			continue
		}
		c.counted--
		gone.set(d)
		last = d
		for e, l := range s.lengths {
			if l != nil && l[d] > 0 {
				c.mass[e].documents--
				c.mass[e].length -= int64(l[d])
			}
		}
	}
	c.counts = c.counting()
	died := s.counted - c.counted
	if died == 0 {
		return &c
	}
	if s.df == nil {
		c.df = make([]uint32, s.terms.size)
		for r := range c.df {
			c.df[r] = s.start[r+1] - s.start[r]
		}
	} else {
		c.df = slices.Clone(s.df)
	}
	lose := func(i int) {
		// The rank of posting i: the last whose start is not beyond it.
		r, _ := slices.BinarySearch(s.start, uint32(i)+1)
		c.df[r-1]--
	}
	if died == 1 {
		eachEqual(s.docs, last, lose)
	} else {
		for i, d := range s.docs {
			if gone[d>>6]>>(d&63)&1 != 0 {
				lose(i)
			}
		}
	}
	return &c
}

// eachEqual tells where in a list a value stands. It looks at four numbers at a
// time: it walks all postings of a segment to find those of one document.
func eachEqual(list []uint16, value uint16, found func(int)) {
	const ones, tops = 0x0001_0001_0001_0001, 0x8000_8000_8000_8000
	pattern := uint64(value) * ones
	i := 0
	for ; i+4 <= len(list); i += 4 {
		p := list[i : i+4 : i+4]
		x := uint64(p[0]) | uint64(p[1])<<16 | uint64(p[2])<<32 | uint64(p[3])<<48
		x ^= pattern
		if (x-ones)&^x&tops == 0 { // no lane is zero
			continue
		}
		for j, d := range p {
			if d == value {
				found(i + j)
			}
		}
	}
	for ; i < len(list); i++ {
		if list[i] == value {
			found(i)
		}
	}
}
