package retrieval

import (
	"math"
	"math/bits"
	"unique"
)

// builder makes segments of documents. Its memory serves one build after another.
type builder struct {
	dict *dictionary
	// where is, by term, where among entries the term stands in the document at
	// hand; whatever it says of other terms is checked before it is believed.
	where   []uint32
	entries []entry
	probes  []probe
}

// entry is a posting on its way into a segment.
type entry struct {
	term      termID
	doc       uint16
	cell      uint8
	evidence  Evidence
	frequency float32
}

// keptEntries bounds the memory that waits for the next build.
const keptEntries = 1 << 16

// build makes a segment of at most segmentSize documents with distinct IDs.
func (b *builder) build(documents []*Document) *segment {
	n := len(documents)
	s := &segment{n: n}
	b.entries = b.entries[:0]
	var sums [256]float64
	var places [256]float64
	for d, document := range documents {
		begin := len(b.entries)
		b.collect(document.Terms, uint16(d))
		here := b.entries[begin:]
		for i := range here {
			sums[here[i].evidence] += float64(here[i].frequency)
		}
		for e, sum := range sums {
			if sum == 0 {
				continue
			}
			for len(s.lengths) <= e {
				s.lengths = append(s.lengths, nil)
			}
			if s.lengths[e] == nil {
				s.lengths[e] = make(lengths, n)
			}
			s.lengths[e][d] = uint16(min(max(math.Round(sum), 1), math.MaxUint16))
			places[e] = place(sum)
			sums[e] = 0
		}
		for i := range here {
			e := &here[i]
			e.cell = cellOf(float64(e.frequency), places[e.evidence])
		}
	}
	s.invert(b.entries, b.dict.size())
	if cap(b.entries) > keptEntries {
		b.entries = nil
	}

	allow, deny, attributes := labelling{}, labelling{}, labelling{}
	for d, document := range documents {
		allow.addAll(document.Allow, d)
		deny.addAll(document.Deny, d)
		attributes.addAll(document.Attributes, d)
		if document.Weightless {
			if s.weightless == nil {
				s.weightless = newBitmap(n)
			}
			s.weightless.set(uint16(d))
		}
	}
	s.allow, s.deny, s.attributes = allow.labels(n), deny.labels(n), attributes.labels(n)
	s.numbers = numberColumns(n, func(d int) []int64 { return documents[d].Numbers })
	s.keys = keyColumns(n, func(d int) []string { return documents[d].Keys })
	s.names = stringsOf(n, func(d int) string { return documents[d].ID })
	s.seatAll()
	s.count()
	return s
}

// greatestFrequency bounds a frequency; beyond it nothing saturates further.
const greatestFrequency = 1 << 20

// collect enters the terms of one document, each once.
func (b *builder) collect(terms []Occurrence, d uint16) {
	begin := len(b.entries)
	b.probes = b.probes[:0]
	for _, o := range terms {
		b.probes = append(b.probes, b.dict.probe(o.Term, o.Evidence))
	}
	for i, o := range terms {
		if !(o.Frequency > 0) {
			continue
		}
		f := min(o.Frequency, greatestFrequency)
		id := b.dict.add(o.Term, o.Evidence, b.probes[i])
		for int(id) >= len(b.where) {
			b.where = append(b.where, 0)
		}
		if at := int(b.where[id]); at >= begin && at < len(b.entries) && b.entries[at].term == id {
			b.entries[at].frequency += f
			continue
		}
		b.where[id] = uint32(len(b.entries))
		b.entries = append(b.entries, entry{term: id, doc: d, evidence: o.Evidence, frequency: f})
	}
}

// invert sorts entries, which come by document, into postings by term.
func (s *segment) invert(entries []entry, dictionary int) {
	set := make([]uint64, (dictionary+63)/64)
	for i := range entries {
		set[entries[i].term>>6] |= 1 << (entries[i].term & 63)
	}
	next := make([]uint32, len(set)) // ranks below each word of set
	n := uint32(0)
	for i, w := range set {
		next[i] = n
		n += uint32(bits.OnesCount64(w))
	}
	rank := func(id termID) uint32 {
		return next[id>>6] + uint32(bits.OnesCount64(set[id>>6]&(1<<(id&63)-1)))
	}
	s.terms = vocabularyOf(set)
	s.start = make([]uint32, n+1)
	for i := range entries {
		s.start[rank(entries[i].term)]++
	}
	total := uint32(0)
	for r, c := range s.start {
		total += c
		s.start[r] = total
	}
	// Now start[r] is the end of term r; filled from behind it becomes its start.
	s.docs, s.cells = make([]uint16, total), make([]uint8, total)
	for i := len(entries) - 1; i >= 0; i-- {
		e := &entries[i]
		r := rank(e.term)
		s.start[r]--
		s.docs[s.start[r]], s.cells[s.start[r]] = e.doc, e.cell
	}
}

// addAll labels document d. Equal names share their memory across segments.
func (l labelling) addAll(names []string, d int) {
	for _, name := range names {
		if _, ok := l[name]; !ok {
			name = unique.Make(name).Value()
		}
		l.add(name, uint16(d))
	}
}
