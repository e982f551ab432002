package optimise

import (
	"errors"
	"fmt"
	"math"
)

// Problem is a choice of people for cases.
type Problem struct {
	// Score tells how well a person fits a case: Score[case][person]. NaN forbids
	// the pair. Scores are compared to a millionth.
	Score [][]float64
	// Need is how many people each case wants.
	Need []int
	// Least and Most bound how many of these cases a person takes; nil Least means
	// none must.
	Least, Most []int
	// Load is what each person carries already, in cases; nil means nothing. It
	// only counts for Price.
	Load []int
	// Price makes load dear: taking a case beside k others costs Price × k. Zero
	// asks for the best fit alone; a larger Price spreads the work.
	Price float64
	// Floor asks that each case has at least one person of this score or better.
	// Zero or less asks nothing.
	Floor float64
	// Locked are pairs (case, person) that are settled.
	Locked [][2]int
}

// Answer is the best choice there is.
type Answer struct {
	People [][]int // by case, in rising order
	Total  float64 // sum of scores
	Loads  []int   // by person: cases of this problem
	Worst  float64 // the least sum of scores of a case
	Idle   int     // people who take none
}

// ErrImpossible says that no choice keeps all the bounds.
var ErrImpossible = errors.New("optimise: no assignment keeps all the bounds")

// unit is what scores are rounded to, so that sums are exact.
const unit = 1e-6

// Assign gives the choice with the greatest sum of scores less the price of
// load, among those that keep every bound. It is exact: the problem is a
// minimum-cost flow from cases through their places to people.
//
// A case whose need cannot be met, a person whose Least cannot be reached and a
// Floor nobody meets give ErrImpossible.
func Assign(p Problem) (Answer, error) {
	if err := p.check(); err != nil {
		return Answer{}, err
	}
	cases, people := len(p.Score), len(p.Most)
	// Nodes: source, sink, for each case its places that take anyone and the one
	// that takes only a fitting person, then the people.
	source, sink := 0, 1
	anyone := func(c int) int { return 2 + 2*c }
	fitting := func(c int) int { return 3 + 2*c }
	person := func(i int) int { return 2 + 2*cases + i }
	n := newNetwork(2 + 2*cases + people)

	most := int64(0) // every path crosses one pair, so this keeps costs ≥ 0
	for _, row := range p.Score {
		for _, s := range row {
			most = max(most, whole(s))
		}
	}
	locked := map[[2]int]bool{}
	for _, l := range p.Locked {
		locked[l] = true
	}
	// A locked pair outweighs every sum of scores and prices; so does a Least.
	heavy := int64(1)
	for _, row := range p.Score {
		for _, s := range row {
			heavy += abs(whole(s))
		}
	}
	heavy += whole(p.Price) * int64(cases+sum(p.Load)+1) * int64(cases+1)

	type pair struct{ c, i, edge int }
	var pairs []pair
	want := 0
	for c, row := range p.Score {
		want += p.Need[c]
		first := 0
		if p.Floor > 0 && p.Need[c] > 0 {
			first = 1
			n.edge(source, fitting(c), 1, 0)
		}
		n.edge(source, anyone(c), p.Need[c]-first, 0)
		for i, s := range row {
			if math.IsNaN(s) {
				continue
			}
			cost := most - whole(s) + heavy
			if locked[[2]int{c, i}] {
				cost -= heavy
			}
			// One person takes one place of a case: both kinds of place lead to him
			// through a node of the pair when a floor divides them.
			if first == 1 && s >= p.Floor-unit/2 {
				mid := len(n.first)
				n.first = append(n.first, -1)
				n.edge(fitting(c), mid, 1, 0)
				n.edge(anyone(c), mid, 1, 0)
				pairs = append(pairs, pair{c, i, n.edge(mid, person(i), 1, cost)})
				continue
			}
			pairs = append(pairs, pair{c, i, n.edge(anyone(c), person(i), 1, cost)})
		}
	}
	for i := range people {
		before := at(p.Load, i)
		for k := range p.Most[i] {
			cost := whole(p.Price) * int64(before+k)
			if k >= at(p.Least, i) {
				cost += heavy * int64(want+1)
			}
			n.edge(person(i), sink, 1, cost)
		}
	}
	if n.solve(source, sink, want) < want {
		return Answer{}, ErrImpossible
	}
	a := Answer{People: make([][]int, cases), Loads: make([]int, people), Worst: math.Inf(1)}
	sums := make([]float64, cases)
	taken := map[[2]int]bool{}
	for _, x := range pairs {
		if n.flow(x.edge) > 0 {
			a.People[x.c] = append(a.People[x.c], x.i)
			a.Loads[x.i]++
			sums[x.c] += p.Score[x.c][x.i]
			taken[[2]int{x.c, x.i}] = true
		}
	}
	for c, s := range sums {
		a.Total += s
		if p.Need[c] > 0 {
			a.Worst = min(a.Worst, s)
		}
	}
	for i, l := range a.Loads {
		if l == 0 {
			a.Idle++
		}
		if l < at(p.Least, i) {
			return Answer{}, ErrImpossible
		}
	}
	for _, l := range p.Locked {
		if !taken[l] {
			return Answer{}, ErrImpossible
		}
	}
	return a, nil
}

func (p Problem) check() error {
	if len(p.Need) != len(p.Score) {
		return fmt.Errorf("optimise: %d cases but %d needs", len(p.Score), len(p.Need))
	}
	for c, row := range p.Score {
		if len(row) != len(p.Most) {
			return fmt.Errorf("optimise: case %d has %d scores for %d people", c, len(row), len(p.Most))
		}
		if p.Need[c] < 0 {
			return fmt.Errorf("optimise: case %d wants %d people", c, p.Need[c])
		}
		for _, s := range row {
			if math.IsInf(s, 0) || math.Abs(s) > 1e6 {
				return fmt.Errorf("optimise: case %d has a score of %v", c, s)
			}
		}
	}
	for _, bounds := range [][]int{p.Least, p.Load} {
		if bounds != nil && len(bounds) != len(p.Most) {
			return fmt.Errorf("optimise: %d bounds for %d people", len(bounds), len(p.Most))
		}
	}
	if p.Price < 0 || p.Price > 1e6 || math.IsNaN(p.Price) {
		return fmt.Errorf("optimise: a price of %v", p.Price)
	}
	for i := range p.Most {
		if p.Most[i] < 0 || at(p.Least, i) > p.Most[i] || at(p.Least, i) < 0 || at(p.Load, i) < 0 {
			return fmt.Errorf("optimise: the bounds of person %d contradict each other", i)
		}
	}
	for _, l := range p.Locked {
		if l[0] < 0 || l[0] >= len(p.Score) || l[1] < 0 || l[1] >= len(p.Most) {
			return fmt.Errorf("optimise: no pair %v to lock", l)
		}
	}
	return nil
}

// Choice is one point of the curve from best fit to most even.
type Choice struct {
	Price float64
	Answer
	Spread float64 // standard deviation of the loads, with what was carried before
}

// Curve gives the answers at several prices, from best fit (price zero) to most
// even, without those that repeat the one before.
func Curve(p Problem, prices ...float64) (out []Choice, err error) {
	for _, price := range prices {
		p.Price = price
		a, err := Assign(p)
		if err != nil {
			return nil, err
		}
		c := Choice{Price: price, Answer: a, Spread: spread(a.Loads, p.Load)}
		if n := len(out); n > 0 && same(out[n-1].Loads, c.Loads) && math.Abs(out[n-1].Total-c.Total) < unit {
			continue
		}
		out = append(out, c)
	}
	return out, nil
}

func same(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// spread is the standard deviation (of a population) of the loads.
func spread(loads, before []int) float64 {
	mean, n := 0.0, float64(len(loads))
	for i, l := range loads {
		mean += float64(l + at(before, i))
	}
	mean /= n
	v := 0.0
	for i, l := range loads {
		d := float64(l+at(before, i)) - mean
		v += d * d
	}
	return math.Sqrt(v / n)
}

func whole(s float64) int64 {
	if math.IsNaN(s) {
		return 0
	}
	return int64(math.Round(s / unit))
}

func abs(n int64) int64 { return max(n, -n) }

func at(s []int, i int) int {
	if s == nil {
		return 0
	}
	return s[i]
}

func sum(s []int) (n int) {
	for _, x := range s {
		n += x
	}
	return n
}
