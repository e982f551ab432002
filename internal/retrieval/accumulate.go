package retrieval

// lane is the width of an accumulator.
type lane interface{ uint16 | uint32 }

// accumulators has a sum for every document of a segment.
type accumulators[T lane] struct {
	sum    [1 << 16]T
	best   [1 << 16]T // within the unit at hand; all zero in between
	tables tables[T]
}

// directPostings is up to how many postings computing each contribution is cheaper
// than making a table of all.
const directPostings = 200

// add scores one segment: afterwards sum has the steps of every document.
func (a *accumulators[T]) add(p *plan, segment int) {
	g := p.state.segments[segment]
	clear(a.sum[:g.n])
	for i := range p.units {
		u := &p.units[i]
		if len(u.members) > 1 {
			a.addBest(g, u, segment)
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
		scatter(&a.sum, docs, cells, a.tables.of(m))
	}
}

// scatter is the loop that all the time goes into. Four documents come in one load
// and four cells in another; the processor then does little but look up and add.
func scatter[T lane](sum *[1 << 16]T, docs []uint16, cells []uint8, table *[256]T) {
	cells = cells[:len(docs)]
	i := 0
	for ; i+4 <= len(docs); i += 4 {
		d, c := docs[i:i+4:i+4], cells[i:i+4:i+4]
		x := uint64(d[0]) | uint64(d[1])<<16 | uint64(d[2])<<32 | uint64(d[3])<<48
		y := uint32(c[0]) | uint32(c[1])<<8 | uint32(c[2])<<16 | uint32(c[3])<<24
		sum[uint16(x)] += table[uint8(y)]
		sum[uint16(x>>16)] += table[uint8(y>>8)]
		sum[uint16(x>>32)] += table[uint8(y>>16)]
		sum[uint16(x>>48)] += table[uint8(y>>24)]
	}
	for ; i < len(docs); i++ {
		sum[docs[i]] += table[cells[i]]
	}
}

// addBest adds, for every document, the best of a unit's members.
func (a *accumulators[T]) addBest(g *segment, u *unit, segment int) {
	for i := range u.members {
		if r := u.members[i].ranks[segment]; r >= 0 {
			docs, cells := g.postings(int(r))
			cells = cells[:len(docs)]
			table := a.tables.of(&u.members[i])
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
// first asked for. Its memory serves one query after another.
type tables[T lane] struct {
	all  [][256]T
	made []bool // by member
}

func (t *tables[T]) reset(members int) {
	if members > cap(t.all) {
		t.all, t.made = make([][256]T, members), make([]bool, members)
	}
	t.all, t.made = t.all[:members], t.made[:members]
	clear(t.made)
}

func (t *tables[T]) of(m *member) *[256]T {
	table := &t.all[m.number]
	if !t.made[m.number] {
		t.made[m.number] = true
		factor, half, shift := m.factor, uint64(1)<<(m.shift-1), m.shift&63
		for c, w := range m.worth {
			table[c] = T(max((uint64(w)*factor+half)>>shift, 1))
		}
	}
	return table
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
