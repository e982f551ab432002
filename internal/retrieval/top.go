package retrieval

import (
	"cmp"
	"math/bits"
	"slices"
)

// top keeps the first limit documents, in the order of sort, that lie behind after.
type top struct {
	state *state
	plan  *plan
	sort  Sort
	after Cursor
	limit int
	// floor is the least sum that a document by score must have to get in.
	floor uint32
	heap  []candidate // the last of them first
}

// candidate is a document that competes. By its key, the smaller the better, most
// are told apart at a glance.
type candidate struct {
	key     uint64
	sum     uint32
	segment int32
	doc     uint16
	missing bool // it has no such column and comes last; its key is the greatest
}

func (t *top) id(c candidate) string { return t.state.segments[c.segment].names.at(c.doc) }

// cursor is the candidate's place in the list.
func (t *top) cursor(c candidate) Cursor {
	r := Cursor{ID: t.id(c), Missing: c.missing}
	if t.plan != nil {
		r.Score = t.plan.score(c.sum)
	}
	if c.missing {
		return r
	}
	g := t.state.segments[c.segment]
	switch t.sort.By {
	case ByNumber:
		r.Number = g.numbers[t.sort.Column].values[c.doc]
	case ByKey:
		r.Key = g.keys[t.sort.Column].values.at(c.doc)
	}
	return r
}

// compare orders two candidates.
func (t *top) compare(a, b candidate) int {
	if a.key != b.key {
		return cmp.Compare(a.key, b.key)
	}
	return t.compareClosely(a, b)
}

// behind reports whether a comes after b.
func (t *top) behind(a, b *candidate) bool {
	if a.key != b.key {
		return a.key > b.key
	}
	return t.compareClosely(*a, *b) > 0
}

// compareClosely orders two candidates of one key.
func (t *top) compareClosely(a, b candidate) int {
	if a.missing != b.missing {
		if a.missing {
			return 1
		}
		return -1
	}
	if t.sort.By == ByKey && !a.missing {
		order := cmp.Compare(
			t.state.segments[a.segment].keys[t.sort.Column].values.at(a.doc),
			t.state.segments[b.segment].keys[t.sort.Column].values.at(b.doc))
		if order != 0 {
			return t.sort.column(false, false, order)
		}
	}
	return cmp.Compare(t.id(a), t.id(b))
}

// byScore lets a document with a sum compete.
func (t *top) byScore(segment int, d uint16, sum uint32) {
	t.offer(candidate{key: uint64(^sum), sum: sum, segment: int32(segment), doc: d})
	if len(t.heap) == t.limit {
		t.floor = max(t.heap[0].sum, 1)
	}
}

// offerAll lets the documents of a set compete, with their sums or, if sum is nil,
// without. A downward list begins from behind, for what came last is often first
// there, and then the rest need only a glance.
func offerAll[T lane](t *top, segment int, set bitmap, sum *[1 << 16]T) {
	if t.limit == 0 {
		return
	}
	keys := t.keys(segment)
	c := candidate{segment: int32(segment)}
	for i := range set {
		if t.sort.Descending {
			i = len(set) - 1 - i
		}
		for rest := set[i]; rest != 0; {
			bit := bits.TrailingZeros64(rest)
			if t.sort.Descending {
				bit = bits.Len64(rest) - 1
			}
			rest &^= 1 << bit
			c.doc = uint16(i<<6 + bit)
			if c.key, c.missing = keys.of(c.doc); len(t.heap) == t.limit && c.key > t.heap[0].key {
				continue
			}
			if sum != nil {
				c.sum = uint32(sum[c.doc])
			}
			t.offer(c)
		}
	}
}

// keys gives the documents of a segment their keys.
type keys struct {
	numbers []int64
	heads   []uint64
	has     bitmap
	all     bool // has is left out: every document has the column, or sorting needs none
	flip    uint64
}

func (t *top) keys(segment int) keys {
	g, column := t.state.segments[segment], t.sort.Column
	k := keys{}
	if t.sort.Descending {
		k.flip = ^uint64(0)
	}
	switch {
	case t.sort.By == ByNumber && column >= 0 && column < len(g.numbers):
		k.numbers, k.has = g.numbers[column].values, g.numbers[column].has
		k.all = k.has == nil
	case t.sort.By == ByKey && column >= 0 && column < len(g.keys):
		k.heads, k.has = g.keys[column].heads, g.keys[column].has
		k.all = k.has == nil
	case t.sort.By == ByScore:
		k.all = true
	}
	return k
}

func (k *keys) of(d uint16) (key uint64, missing bool) {
	if !k.all && (k.has == nil || !k.has.has(d)) {
		return ^uint64(0), true
	}
	if k.numbers != nil {
		return uint64(k.numbers[d]) ^ 1<<63 ^ k.flip, false
	}
	if k.heads != nil {
		return k.heads[d] ^ k.flip, false
	}
	return 0, false
}

// offer lets a candidate compete.
func (t *top) offer(c candidate) {
	full := len(t.heap) == t.limit
	if full && !t.behind(&t.heap[0], &c) {
		return
	}
	if !t.after.IsZero() && t.sort.compare(t.cursor(c), t.after) <= 0 {
		return
	}
	if full {
		t.heap[0] = c
		t.sink(0)
		return
	}
	t.heap = append(t.heap, c)
	t.rise(len(t.heap) - 1)
}

func (t *top) rise(i int) {
	for i > 0 {
		up := (i - 1) / 2
		if !t.behind(&t.heap[i], &t.heap[up]) {
			return
		}
		t.heap[i], t.heap[up] = t.heap[up], t.heap[i]
		i = up
	}
}

func (t *top) sink(i int) {
	for {
		last, left, right := i, 2*i+1, 2*i+2
		if left < len(t.heap) && t.behind(&t.heap[left], &t.heap[last]) {
			last = left
		}
		if right < len(t.heap) && t.behind(&t.heap[right], &t.heap[last]) {
			last = right
		}
		if last == i {
			return
		}
		t.heap[i], t.heap[last] = t.heap[last], t.heap[i]
		i = last
	}
}

func (t *top) sorted() []candidate {
	slices.SortFunc(t.heap, t.compare)
	return t.heap
}
