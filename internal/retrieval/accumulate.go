package retrieval

// lane is the width of an accumulator.
type lane interface{ uint16 | uint32 }

// accumulators has a sum for every document of a segment.
type accumulators[T lane] struct {
	sum  [1 << 16]T
	best [1 << 16]T // within the unit at hand; all zero in between
}

// directPostings is up to how many postings computing each contribution is cheaper
// than making a table of all.
const directPostings = 200

// add scores one segment: afterwards sum has the steps of every document.
func (a *accumulators[T]) add(p *plan, segment int, tables *tables[T]) {
	g := p.state.segments[segment]
	clear(a.sum[:g.n])
	for i := range p.units {
		u := &p.units[i]
		if len(u.members) > 1 {
			a.addBest(g, u, segment, tables.of(p, i))
			continue
		}
		m := &u.members[0]
		r := m.ranks[segment]
		if r < 0 {
			continue
		}
		docs, cells := g.postings(int(r))
		if m.postings <= directPostings {
			for j, d := range docs {
				a.sum[d] += T(m.steps(cells[j]))
			}
			continue
		}
		scatter(&a.sum, docs, cells, &tables.of(p, i)[0])
	}
}

// scatter is the loop that all the time goes into.
func scatter[T lane](sum *[1 << 16]T, docs []uint16, cells []uint8, table *[256]T) {
	cells = cells[:len(docs)]
	for i, d := range docs {
		sum[d] += table[cells[i]]
	}
}

// addBest adds, for every document, the best of a unit's members.
func (a *accumulators[T]) addBest(g *segment, u *unit, segment int, tables [][256]T) {
	for i := range u.members {
		if r := u.members[i].ranks[segment]; r >= 0 {
			docs, cells := g.postings(int(r))
			cells = cells[:len(docs)]
			table := &tables[i]
			for j, d := range docs {
				if v, best := table[cells[j]], a.best[d]; v > best {
					a.sum[d] += v - best
					a.best[d] = v
				}
			}
		}
	}
	for i := range u.members {
		if r := u.members[i].ranks[segment]; r >= 0 {
			docs, _ := g.postings(int(r))
			for _, d := range docs {
				a.best[d] = 0
			}
		}
	}
}

// tables has what every cell contributes, for each member of each unit, made when
// first asked for.
type tables[T lane] struct{ units [][][256]T }

func (t *tables[T]) of(p *plan, unit int) [][256]T {
	if t.units == nil {
		t.units = make([][][256]T, len(p.units))
	}
	if t.units[unit] == nil {
		members := p.units[unit].members
		t.units[unit] = make([][256]T, len(members))
		for i := range members {
			m, table := &members[i], &t.units[unit][i]
			half, shift := uint64(1)<<(m.shift-1), m.shift
			for c, w := range m.worth {
				table[c] = T(max((uint64(w)*m.factor+half)>>shift, 1))
			}
		}
	}
	return t.units[unit]
}

// block looks at 64 documents beginning at i: which have a sum, and whether any has
// at least floor (above zero).
func (a *accumulators[T]) block(i int, floor uint32) (hits uint64, promising bool) {
	switch sum := any(&a.sum).(type) {
	case *[1 << 16]uint16:
		return block16((*[64]uint16)(sum[i:]), floor)
	case *[1 << 16]uint32:
		return block32((*[64]uint32)(sum[i:]), floor)
	}
	panic("unreachable")
}

// block16 looks at four sums at a time, one in each 16 bits of a word. A sum leaves
// the top bit of its lane free, so adding a number to every lane tells, in the top
// bits, which lanes reach a floor.
func block16(sum *[64]uint16, floor uint32) (hits uint64, promising bool) {
	const ones, tops = 0x0001_0001_0001_0001, 0x8000_8000_8000_8000
	toFloor := uint64(0x8000-floor) * ones
	above := uint64(0)
	for j := 0; j < 64; j += 4 {
		s := sum[j : j+4 : j+4]
		x := uint64(s[0]) | uint64(s[1])<<16 | uint64(s[2])<<32 | uint64(s[3])<<48
		above |= x + toFloor
		// The product gathers the four top bits side by side.
		hit := (x + (tops - ones)) & tops >> 15
		hits |= hit * (1<<48 | 1<<33 | 1<<18 | 1<<3) >> 48 & 15 << j
	}
	return hits, above&tops != 0
}

func block32(sum *[64]uint32, floor uint32) (hits uint64, promising bool) {
	above := uint32(0)
	for j, x := range sum {
		above |= x + (1<<31 - floor)
		hits |= uint64((x+(1<<31-1))>>31) << j
	}
	return hits, above>>31 != 0
}
