package retrieval

import "slices"

// Segments are kept in the order they came, and so that each is more than twice
// as large as the next: then there are few of them, and a document is copied only
// as often as the index doubles.

// settledSize is the number of documents up to which a merge is done on the spot,
// in a millisecond or two; greater ones are left to the background.
const settledSize = 1 << 9

// settle merges the small segments at the end of a list.
func settle(segments []*segment, size int) []*segment {
	from, to := dueRun(segments, size)
	if to-from < 2 {
		return segments
	}
	return slices.Replace(segments, from, to, merge(segments[from:to]))
}

// dueRun finds the run of neighbours to merge first, counting from the end, whose
// living are at most size together. from == to: nothing is due.
func dueRun(segments []*segment, size int) (from, to int) {
	for to := len(segments); to > 1; to-- {
		from, sum := to-1, segments[to-1].alive
		for from > 0 && segments[from-1].alive <= 2*sum && sum+segments[from-1].alive <= size {
			from--
			sum += segments[from].alive
		}
		if to-from > 1 {
			return from, to
		}
	}
	return 0, 0
}

// due finds what to merge in the background: a run of neighbours, or one segment
// of which a third is dead.
func due(segments []*segment) (from, to int) {
	for i, s := range segments {
		if 3*(s.n-s.alive) > s.n {
			return i, i + 1
		}
	}
	return dueRun(segments, segmentSize)
}

// tidy starts the background merge if one is due and none runs. The caller holds
// writing.
func (x *Index) tidy() {
	if x.busy || x.closed {
		return
	}
	if from, to := due(x.state.Load().segments); from == to {
		return
	}
	x.busy = true
	x.tidying.Go(func() {
		for x.tidyOnce() {
		}
	})
}

// tidyOnce merges what is due and reports whether to go on.
func (x *Index) tidyOnce() bool {
	x.writing.Lock()
	segments := x.state.Load().segments
	from, to := due(segments)
	if from == to || x.closed {
		x.busy = false
		x.writing.Unlock()
		return false
	}
	x.writing.Unlock()

	parts := segments[from:to]
	merged := merge(parts)

	x.writing.Lock()
	defer x.writing.Unlock()
	x.publish(swap(x.state.Load().segments, parts, merged))
	return true
}

// swap puts the merged segment in the place of its parts. Meanwhile documents may
// have died in the parts, whole parts may have gone with them, and new segments may
// have come; settle may even have merged small parts into others, which the list
// then lacks: those parts' documents are left to where they are now.
func swap(segments, parts []*segment, merged *segment) []*segment {
	var dead []uint16
	for _, p := range parts {
		i := slices.IndexFunc(segments, func(s *segment) bool { return s.same(p) })
		for d := range p.n {
			d := uint16(d)
			if p.lives(d) && (i < 0 || !segments[i].lives(d)) {
				to, _ := merged.find(p.names.at(d))
				dead = append(dead, to)
			}
		}
	}
	if len(dead) > 0 {
		merged = merged.without(dead)
	}
	result := make([]*segment, 0, len(segments))
	placed := merged.alive == 0
	for _, s := range segments {
		if !slices.ContainsFunc(parts, s.same) {
			result = append(result, s)
		} else if !placed {
			result = append(result, merged)
			placed = true
		}
	}
	return result
}

// same reports whether two segments are states of one.
func (s *segment) same(o *segment) bool { return &s.names.ends[0] == &o.names.ends[0] }
