package retrieval

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// bitmap is a set of the documents of one segment, a bit for each.
type bitmap []uint64

func newBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

// fullBitmap has the first n bits set.
func fullBitmap(n int) bitmap {
	b := newBitmap(n)
	b.fill(n)
	return b
}

func (b bitmap) fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if n&63 != 0 {
		b[len(b)-1] = 1<<(n&63) - 1
	}
}

func (b bitmap) has(d uint16) bool { return b[d>>6]>>(d&63)&1 != 0 }
func (b bitmap) set(d uint16)      { b[d>>6] |= 1 << (d & 63) }
func (b bitmap) unset(d uint16)    { b[d>>6] &^= 1 << (d & 63) }

func (b bitmap) count() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// countOf is how many of a list are members.
func (b bitmap) countOf(list []uint16) (n int) {
	for _, d := range list {
		n += int(b[d>>6] >> (d & 63) & 1)
	}
	return n
}

func (b bitmap) and(o bitmap) {
	o = o[:len(b)]
	for i := range b {
		b[i] &= o[i]
	}
}

// each tells the members in order.
func (b bitmap) each(yield func(uint16) bool) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			if !yield(uint16(i<<6 + bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// docset is a set of documents that doesn't change any more: a list when they are
// few, a bitmap when they are many.
type docset struct {
	list []uint16
	bits bitmap
}

// docsetOf makes the set of a sorted list of documents out of n.
func docsetOf(list []uint16, n int) docset {
	if len(list) <= n/16 {
		return docset{list: slices.Clip(list)}
	}
	b := newBitmap(n)
	for _, d := range list {
		b.set(d)
	}
	return docset{bits: b}
}

// addTo puts the members into b.
func (s docset) addTo(b bitmap) {
	for _, d := range s.list {
		b.set(d)
	}
	if s.bits != nil {
		o := s.bits[:len(b)]
		for i := range b {
			b[i] |= o[i]
		}
	}
}

// removeFrom takes the members out of b.
func (s docset) removeFrom(b bitmap) {
	for _, d := range s.list {
		b.unset(d)
	}
	if s.bits != nil {
		o := s.bits[:len(b)]
		for i := range b {
			b[i] &^= o[i]
		}
	}
}

// countIn is how many members are in b.
func (s docset) countIn(b bitmap) (n int) {
	n = b.countOf(s.list)
	if s.bits != nil {
		o := s.bits[:len(b)]
		for i, w := range b {
			n += bits.OnesCount64(w & o[i])
		}
	}
	return n
}

func (s docset) each(yield func(uint16) bool) {
	for _, d := range s.list {
		if !yield(d) {
			return
		}
	}
	s.bits.each(yield)
}

// labels are the reader tokens or the attributes of a segment: names in order,
// each with its documents.
type labels struct {
	names []string
	sets  []docset
}

// find returns the documents of a label; none for an unknown one.
func (l *labels) find(name string) docset {
	if i, ok := slices.BinarySearch(l.names, name); ok {
		return l.sets[i]
	}
	return docset{}
}

// under tells the labels "name:value" by value.
func (l *labels) under(name string) func(yield func(value string, s docset) bool) {
	return func(yield func(string, docset) bool) {
		prefix := name + ":"
		i, _ := slices.BinarySearch(l.names, prefix)
		for ; i < len(l.names) && strings.HasPrefix(l.names[i], prefix); i++ {
			if !yield(l.names[i][len(prefix):], l.sets[i]) {
				return
			}
		}
	}
}

// labelling collects labels, documents in ascending order.
type labelling map[string][]uint16

func (l labelling) add(name string, d uint16) {
	list := l[name]
	if len(list) > 0 && list[len(list)-1] == d {
		return
	}
	l[name] = append(list, d)
}

func (l labelling) labels(n int) labels {
	type label struct {
		name string
		list []uint16
	}
	sorted := make([]label, 0, len(l))
	for name, list := range l {
		sorted = append(sorted, label{name, list})
	}
	slices.SortFunc(sorted, func(a, b label) int { return cmp.Compare(a.name, b.name) })
	var r labels
	for _, s := range sorted {
		r.names = append(r.names, s.name)
		r.sets = append(r.sets, docsetOf(s.list, n))
	}
	return r
}
