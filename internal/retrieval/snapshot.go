package retrieval

import (
	"fmt"
	"io"
	"unique"
)

// snapshotMagic begins every snapshot. The number grows with every change of the
// format or of the cells (cell.go): a snapshot of another number is not read.
const snapshotMagic = "kyoten retrieval 2\n"

// Snapshot writes the index, as it is now, with the position of the change feed
// that it stands for. It neither blocks nor is blocked. The writer should be
// buffered by a file or the like; writes are of about a megabyte.
func (x *Index) Snapshot(w io.Writer, position int64) error {
	if _, err := io.WriteString(w, snapshotMagic); err != nil {
		return fmt.Errorf("retrieval: snapshot: %w", err)
	}
	s := x.state.Load()
	e := newEncoder(w)
	e.number(uint64(position))
	for _, f := range s.dict.folds {
		e.number(uint64(len(f)))
	}
	e.numbers32(s.dict.ends)
	e.bytes(s.dict.text)
	e.number(uint64(len(s.segments)))
	for _, g := range s.segments {
		g.encode(e)
	}
	if err := e.close(); err != nil {
		return fmt.Errorf("retrieval: snapshot: %w", err)
	}
	return nil
}

// Load reads what Snapshot wrote and returns the position given there. A snapshot
// that is damaged, cut short or of another version is an error: build the index
// anew then.
func Load(r io.Reader, c Config) (*Index, int64, error) {
	magic := make([]byte, len(snapshotMagic))
	if _, err := io.ReadFull(r, magic); err != nil || string(magic) != snapshotMagic {
		return nil, 0, fmt.Errorf("%w: of another version or none", errSnapshot)
	}
	d := newDecoder(r)
	position := int64(d.number())
	x := New(c)
	for _, f := range x.dict.folds {
		if d.number() != uint64(len(f)) && d.err == nil {
			return nil, 0, fmt.Errorf("%w: made under another configuration", errSnapshot)
		}
	}
	ends, text := d.numbers32(), d.bytes()
	d.check(rising(ends, len(text)))
	for i := range ends { // no key is empty: its first byte is the evidence
		d.check(ends[i] > 0 && (i == 0 || ends[i] > ends[i-1]))
	}
	if d.err == nil {
		d.check(x.dict.restore(ends, text))
	}
	var segments []*segment
	for range d.number() {
		g := decodeSegment(d, len(ends))
		if d.err != nil {
			break
		}
		segments = append(segments, g)
	}
	if err := d.close(); err != nil {
		return nil, 0, err
	}
	for _, g := range segments {
		g.seatAll()
		g.count()
	}
	x.publish(segments)
	return x, position, nil
}

func (s *segment) encode(e *encoder) {
	e.number(uint64(s.n))
	e.bitmap(s.live)
	e.bitmap(s.weightless)
	e.number(uint64(s.terms.size))
	last := termID(0)
	for _, id := range s.terms.all {
		e.number(uint64(id - last))
		last = id
	}
	for r := range s.terms.size {
		e.number(uint64(s.start[r+1] - s.start[r]))
	}
	e.numbers16(s.docs)
	e.bytes(s.cells)
	e.strings(&s.names)
	e.number(uint64(len(s.lengths)))
	for _, l := range s.lengths {
		e.numbers16(l)
	}
	for _, l := range []*labels{&s.allow, &s.deny, &s.attributes} {
		e.number(uint64(len(l.names)))
		for i, name := range l.names {
			e.bytes([]byte(name))
			e.numbers16(l.sets[i].list)
			e.bitmap(l.sets[i].bits)
		}
	}
	e.number(uint64(len(s.numbers)))
	for _, c := range s.numbers {
		e.bitmap(c.has)
		for _, v := range c.values {
			e.number(uint64(v))
		}
	}
	e.number(uint64(len(s.keys)))
	for i := range s.keys {
		e.bitmap(s.keys[i].has)
		e.strings(&s.keys[i].values)
	}
}

// decodeSegment reads a segment and checks that nothing in it points beyond it.
func decodeSegment(d *decoder, dictionary int) *segment {
	s := &segment{n: d.count(segmentSize)}
	d.check(s.n > 0)
	s.live, s.weightless = d.bitmap(s.n), d.bitmap(s.n)
	terms := d.count(dictionary)
	set := make([]uint64, (dictionary+63)/64)
	id := uint64(0)
	for i := range terms {
		step := d.number()
		id += step
		if d.check(id < uint64(dictionary) && (step > 0 || i == 0)); d.err != nil {
			return nil
		}
		set[id>>6] |= 1 << (id & 63)
	}
	s.terms = vocabularyOf(set)
	s.start = make([]uint32, terms+1)
	for r := range terms {
		s.start[r+1] = s.start[r] + uint32(d.number())
	}
	s.docs, s.cells = d.numbers16(), d.bytes()
	d.check(len(s.docs) == len(s.cells) && rising(s.start, len(s.docs)) && below(s.docs, s.n))
	s.names = d.strings(s.n)
	for range d.count(256) {
		l := lengths(d.numbers16())
		d.check(l == nil || len(l) == s.n)
		s.lengths = append(s.lengths, l)
	}
	for _, l := range []*labels{&s.allow, &s.deny, &s.attributes} {
		for range d.number() {
			l.names = append(l.names, unique.Make(string(d.bytes())).Value())
			set := docset{list: d.numbers16(), bits: d.bitmap(s.n)}
			l.sets = append(l.sets, set)
			if d.check(below(set.list, s.n)); d.err != nil {
				return nil
			}
		}
	}
	for range d.number() {
		c := numberColumn{has: d.bitmap(s.n), values: make([]int64, s.n)}
		for i := range c.values {
			c.values[i] = int64(d.number())
		}
		if s.numbers = append(s.numbers, c); d.err != nil {
			return nil
		}
	}
	for range d.number() {
		c := keyColumn{has: d.bitmap(s.n), values: d.strings(s.n), heads: make([]uint64, s.n)}
		if d.err != nil {
			return nil
		}
		for i := range c.heads {
			c.heads[i] = head(c.values.at(uint16(i)))
		}
		s.keys = append(s.keys, c)
	}
	return s
}

// rising reports whether ends never fall and the last is the total.
func rising(ends []uint32, total int) bool {
	last := uint32(0)
	for _, e := range ends {
		if e < last {
			return false
		}
		last = e
	}
	return int(last) == total
}

// below reports whether all documents of a list are among the first n.
func below(list []uint16, n int) bool {
	most := -1
	for _, d := range list {
		most = max(most, int(d))
	}
	return most < n
}
