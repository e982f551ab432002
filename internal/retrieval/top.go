package retrieval

import (
	"cmp"
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

type candidate struct {
	segment int
	doc     uint16
	sum     uint32
}

func (t *top) id(c candidate) string { return t.state.segments[c.segment].names.at(c.doc) }

// cursor is the candidate's place in the list.
func (t *top) cursor(c candidate) Cursor {
	r := Cursor{ID: t.id(c)}
	if t.plan != nil {
		r.Score = t.plan.score(c.sum)
	}
	g := t.state.segments[c.segment]
	switch t.sort.By {
	case ByNumber:
		r.Number, r.Missing = g.number(t.sort.Column, c.doc)
	case ByKey:
		r.Key, r.Missing = g.key(t.sort.Column, c.doc)
	}
	return r
}

func (s *segment) number(column int, d uint16) (value int64, missing bool) {
	if column < 0 || column >= len(s.numbers) {
		return 0, true
	}
	c := &s.numbers[column]
	if c.has != nil && !c.has.has(d) {
		return 0, true
	}
	return c.values[d], false
}

func (s *segment) key(column int, d uint16) (value string, missing bool) {
	if column < 0 || column >= len(s.keys) {
		return "", true
	}
	c := &s.keys[column]
	if c.has != nil && !c.has.has(d) {
		return "", true
	}
	return c.values.at(d), false
}

// compare orders two candidates.
func (t *top) compare(a, b candidate) int {
	ga, gb := t.state.segments[a.segment], t.state.segments[b.segment]
	order := 0
	switch t.sort.By {
	case ByNumber:
		va, ma := ga.number(t.sort.Column, a.doc)
		vb, mb := gb.number(t.sort.Column, b.doc)
		order = t.sort.column(ma, mb, cmp.Compare(va, vb))
	case ByKey:
		va, ma := ga.key(t.sort.Column, a.doc)
		vb, mb := gb.key(t.sort.Column, b.doc)
		if ma || mb {
			order = t.sort.column(ma, mb, 0)
			break
		}
		order = cmp.Compare(ga.keys[t.sort.Column].heads[a.doc], gb.keys[t.sort.Column].heads[b.doc])
		if order == 0 {
			order = cmp.Compare(va, vb)
		}
		order = t.sort.column(false, false, order)
	default:
		order = cmp.Compare(b.sum, a.sum)
	}
	if order != 0 {
		return order
	}
	return cmp.Compare(t.id(a), t.id(b))
}

// offer lets a document compete.
func (t *top) offer(segment int, d uint16, sum uint32) {
	c := candidate{segment, d, sum}
	full := len(t.heap) == t.limit
	if full && t.compare(c, t.heap[0]) >= 0 {
		return
	}
	if !t.after.IsZero() && t.sort.compare(t.cursor(c), t.after) <= 0 {
		return
	}
	if full {
		t.heap[0] = c
		t.sink(0)
	} else {
		t.heap = append(t.heap, c)
		t.rise(len(t.heap) - 1)
	}
	if len(t.heap) == t.limit && t.sort.By == ByScore {
		t.floor = max(t.heap[0].sum, 1)
	}
}

func (t *top) rise(i int) {
	for i > 0 {
		up := (i - 1) / 2
		if t.compare(t.heap[i], t.heap[up]) <= 0 {
			return
		}
		t.heap[i], t.heap[up] = t.heap[up], t.heap[i]
		i = up
	}
}

func (t *top) sink(i int) {
	for {
		last, left, right := i, 2*i+1, 2*i+2
		if left < len(t.heap) && t.compare(t.heap[left], t.heap[last]) > 0 {
			last = left
		}
		if right < len(t.heap) && t.compare(t.heap[right], t.heap[last]) > 0 {
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
