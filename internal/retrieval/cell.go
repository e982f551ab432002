package retrieval

import "math"

// A posting does not hold a term weight but the cell, one of 256, that its
// frequency and its document's length fall into. What a cell is worth under the
// mean length of today is computed once per query term, so a posting never goes
// stale when the mean drifts, and BM25's constants may change at any time.
//
// BM25's weight is (k1+1) / (1 + k1(1-b)/f + k1·b/mean · length/f): the greater
// the frequency f, the less the length matters. So a small frequency gets many
// length classes and a great one few: about in proportion to the cube root of how
// often it is met times the square of what an error in the length does to it,
// which makes the mean square error least. From 16 to 2,900, where most texts are,
// a class of frequency 1 is 8 % of the length wide; the weights of frequencies 1 to
// 3 are off by 1 % on average. Frequencies between the rungs are rounded to them.
var rungs = [...]struct {
	frequency float64
	classes   int
}{
	{0.25, 2},
	{0.5, 4},
	{1, 84},
	{1.5, 6},
	{2, 52},
	{2.5, 4},
	{3, 34},
	{4, 24},
	{5, 16},
	{6, 11},
	{8, 10},
	{11, 5},
	{16, 3},
	{32, 1},
}

// knots bend the scale of lengths: the logarithm to base 2 of a length against
// its place between 0 and 1. Most classes serve the lengths that most texts have.
var knots = [...]struct{ log, place float64 }{{1, 0}, {4, .17}, {11.5, .93}, {14, 1}}

// place is where a length stands on the bent scale.
func place(length float64) float64 {
	l := math.Log2(max(length, 2))
	for i := 1; i < len(knots); i++ {
		a, b := knots[i-1], knots[i]
		if l < b.log {
			return a.place + (l-a.log)*(b.place-a.place)/(b.log-a.log)
		}
	}
	return 1
}

// lengthAt is the inverse of place.
func lengthAt(p float64) float64 {
	for i := 1; i < len(knots); i++ {
		a, b := knots[i-1], knots[i]
		if p < b.place || i == len(knots)-1 {
			return math.Exp2(a.log + (p-a.place)*(b.log-a.log)/(b.place-a.place))
		}
	}
	panic("unreachable")
}

// cells has the first cell of each rung, the middle of every cell, and where the
// rungs part.
var cells = func() (c struct {
	first  [len(rungs)]int
	parts  [len(rungs) - 1]float64
	middle [256]struct{ frequency, length float64 }
},
) {
	cell := 0
	for r, rung := range rungs {
		c.first[r] = cell
		if r > 0 {
			c.parts[r-1] = math.Sqrt(rungs[r-1].frequency * rung.frequency)
		}
		for i := range rung.classes {
			c.middle[cell].frequency = rung.frequency
			c.middle[cell].length = lengthAt((float64(i) + .5) / float64(rung.classes))
			cell++
		}
	}
	if cell != len(c.middle) {
		panic("retrieval: the rungs must have 256 cells")
	}
	return c
}()

// cellOf is the cell of a frequency in a document whose length has the place p.
func cellOf(frequency, p float64) uint8 {
	r := 0
	for r < len(cells.parts) && frequency >= cells.parts[r] {
		r++
	}
	n := rungs[r].classes
	return uint8(cells.first[r] + min(int(p*float64(n)), n-1))
}

// worth is BM25's term weight of every cell, in units of 1/worthUnit: at most k1+1.
type worth [256]uint32

const worthUnit = 1 << 20

// greatestK1 bounds K1, so that a worth fits in its 32 bits with some to spare.
const greatestK1 = 1000

func (c BM25) k1() float64 { return min(max(float64(c.K1), 0), greatestK1) }

// worths computes the term weight of every cell under a mean length.
func (c BM25) worths(mean float64) *worth {
	k1 := c.k1()
	b := min(max(float64(c.B), 0), 1)
	var w worth
	for i, m := range cells.middle {
		k := k1 * (1 - b + b*m.length/mean)
		w[i] = uint32(max(math.Round(m.frequency*(k1+1)/(m.frequency+k)*worthUnit), 1))
	}
	return &w
}
