package retrieval

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"sync/atomic"
)

// termID numbers the terms of an index in the order they came.
type termID = uint32

// dictionary gives every term of every evidence its number. It only grows, one
// writer at a time, and is a value: a copy goes on answering for the terms it had
// when it was made, without locks, while the writer adds to its own.
type dictionary struct {
	seed maphash.Seed
	// slots are a hash table with linear probing: 0 is free, else the upper half is
	// the term's hash and the lower its number+1.
	slots []atomic.Uint64
	ends  []uint32 // by number: where its key ends in text
	text  []byte   // the keys: a byte of evidence, then the term (or its bucket)
	// folds has, for each folded evidence (Config.Fold), the number+1 of the term of
	// every bucket; 0 is free.
	folds *[256][]atomic.Uint32
}

func newDictionary(c Config) dictionary {
	d := dictionary{seed: maphash.MakeSeed(), slots: make([]atomic.Uint64, 1024), folds: new([256][]atomic.Uint32)}
	for e, bits := range c.Fold {
		if bits > 0 {
			d.folds[e] = make([]atomic.Uint32, 1<<min(bits, mostFoldBits))
		}
	}
	return d
}

const mostFoldBits = 24

// bucket is the place of a term among so many buckets, a power of two: FNV-1a,
// stirred. It must not change, for snapshots hold it.
func bucket(term string, buckets int) uint32 {
	h := uint64(14695981039346656037)
	for i := range len(term) {
		h = (h ^ uint64(term[i])) * 1099511628211
	}
	return uint32((h^h>>32)*0x9e3779b97f4a7c15>>32) & uint32(buckets-1)
}

// size is the number of terms.
func (d *dictionary) size() int { return len(d.ends) }

func (d *dictionary) key(id termID) []byte {
	start := uint32(0)
	if id > 0 {
		start = d.ends[id-1]
	}
	return d.text[start:d.ends[id]]
}

func (d *dictionary) sum(term string, e Evidence) uint32 {
	h := maphash.String(d.seed, term) ^ uint64(e)*0x9e3779b97f4a7c15
	return uint32(h>>32) ^ uint32(h)
}

func (d *dictionary) find(term string, e Evidence) (termID, bool) {
	return d.resolve(term, e, d.probe(term, e))
}

// lookUp finds a term whose hash is known. The slots may hold terms that came after
// this copy of the dictionary was made: their numbers are beyond its end and they
// are passed over.
func (d *dictionary) lookUp(term string, e Evidence, hash uint32) (termID, bool) {
	mask := uint32(len(d.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := d.slots[i].Load()
		if s == 0 {
			return 0, false
		}
		if id := uint32(s) - 1; uint32(s>>32) == hash && int(id) < len(d.ends) {
			if k := d.key(id); k[0] == byte(e) && string(k[1:]) == term {
				return id, true
			}
		}
	}
}

// probe is a term's hash and what the table has at its place.
type probe struct {
	hash uint32
	slot uint64
}

// probe begins a look-up. Where many terms are looked up, probing all first lets the
// processor wait for all their places in memory at once.
func (d *dictionary) probe(term string, e Evidence) probe {
	if f := d.folds[e]; f != nil {
		b := bucket(term, len(f))
		return probe{b, uint64(f[b].Load())}
	}
	h := d.sum(term, e)
	return probe{h, d.slots[h&uint32(len(d.slots)-1)].Load()}
}

// resolve ends a look-up.
func (d *dictionary) resolve(term string, e Evidence, p probe) (termID, bool) {
	id := uint32(p.slot) - 1
	switch {
	case p.slot == 0:
		return 0, false
	case d.folds[e] != nil:
		return id, int(id) < len(d.ends)
	case uint32(p.slot>>32) == p.hash && int(id) < len(d.ends):
		if k := d.key(id); k[0] == byte(e) && string(k[1:]) == term {
			return id, true
		}
	}
	return d.lookUp(term, e, p.hash)
}

// add returns the number of a term, giving it one if it is new. It may have come
// since it was probed.
func (d *dictionary) add(term string, e Evidence, p probe) termID {
	if id, ok := d.resolve(term, e, p); ok {
		return id
	}
	if f := d.folds[e]; f != nil {
		if s := f[p.hash].Load(); s != 0 {
			return s - 1
		}
		id := d.name(e, string(binary.LittleEndian.AppendUint32(nil, p.hash)))
		f[p.hash].Store(id + 1)
		return id
	}
	if id, ok := d.lookUp(term, e, p.hash); ok {
		return id
	}
	id := d.name(e, term)
	if 3*len(d.ends) > 2*len(d.slots) {
		d.grow(2 * len(d.slots))
	}
	d.enter(p.hash, id)
	return id
}

// name gives a new key its number.
func (d *dictionary) name(e Evidence, key string) termID {
	d.text = append(append(d.text, byte(e)), key...)
	d.ends = append(d.ends, uint32(len(d.text)))
	return termID(len(d.ends) - 1)
}

func (d *dictionary) enter(hash uint32, id termID) {
	mask := uint32(len(d.slots) - 1)
	i := hash & mask
	for d.slots[i].Load() != 0 {
		i = (i + 1) & mask
	}
	d.slots[i].Store(uint64(hash)<<32 | uint64(id+1))
}

// grow gives the dictionary new slots; copies keep the old ones.
func (d *dictionary) grow(slots int) {
	old := d.slots
	d.slots = make([]atomic.Uint64, slots)
	for i := range old {
		if s := old[i].Load(); s != 0 {
			d.enter(uint32(s>>32), uint32(s)-1)
		}
	}
}

// restore fills an empty dictionary with keys and reports whether they make sense.
// Hashes differ from process to process and are made anew.
func (d *dictionary) restore(ends []uint32, text []byte) bool {
	d.ends, d.text = ends, text
	d.grow(max(len(d.slots), 2<<bits.Len(uint(len(ends)))))
	for id := range ends {
		k := d.key(termID(id))
		f := d.folds[k[0]]
		if f == nil {
			d.enter(d.sum(string(k[1:]), Evidence(k[0])), termID(id))
			continue
		}
		if len(k) != 5 || binary.LittleEndian.Uint32(k[1:]) >= uint32(len(f)) {
			return false
		}
		f[binary.LittleEndian.Uint32(k[1:])].Store(uint32(id) + 1)
	}
	return true
}

// vocabulary is the set of terms a segment has, and gives each its rank among
// them: the place of its postings. A small one is a sorted list, a great one a
// bitmap over the dictionary with a running count.
type vocabulary struct {
	ids    []termID
	bits   []uint64
	before []uint32 // ranks below each word of bits
	size   int
}

// listedTerms is the size up to which a vocabulary is a list.
const listedTerms = 1 << 14

func vocabularyOf(set []uint64) vocabulary {
	v := vocabulary{}
	for _, w := range set {
		v.size += bits.OnesCount64(w)
	}
	if v.size <= listedTerms {
		v.ids = make([]termID, 0, v.size)
		for i, w := range set {
			for ; w != 0; w &= w - 1 {
				v.ids = append(v.ids, termID(i<<6+bits.TrailingZeros64(w)))
			}
		}
		return v
	}
	v.bits, v.before = set, make([]uint32, len(set))
	n := uint32(0)
	for i, w := range set {
		v.before[i] = n
		n += uint32(bits.OnesCount64(w))
	}
	return v
}

// rank is the place of a term, or -1.
func (v *vocabulary) rank(id termID) int {
	if v.bits != nil {
		i, b := int(id>>6), id&63
		if i >= len(v.bits) || v.bits[i]>>b&1 == 0 {
			return -1
		}
		return int(v.before[i]) + bits.OnesCount64(v.bits[i]&(1<<b-1))
	}
	low, high := 0, len(v.ids)
	for low < high {
		if m := int(uint(low+high) >> 1); v.ids[m] < id {
			low = m + 1
		} else {
			high = m
		}
	}
	if low < len(v.ids) && v.ids[low] == id {
		return low
	}
	return -1
}

// all tells the terms with their ranks, in order.
func (v *vocabulary) all(yield func(rank int, id termID) bool) {
	if v.bits == nil {
		for i, id := range v.ids {
			if !yield(i, id) {
				return
			}
		}
		return
	}
	n := 0
	for i, w := range v.bits {
		for ; w != 0; w &= w - 1 {
			if !yield(n, termID(i<<6+bits.TrailingZeros64(w))) {
				return
			}
			n++
		}
	}
}
