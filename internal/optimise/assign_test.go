package optimise

import (
	"bufio"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kyoten-hub/kyoten/internal/hub/hubtest"
)

// published reads the affinities of 177 people for 118 papers, a person a line,
// and turns them into cases.
func published(t testing.TB) Problem {
	f, err := os.Open(hubtest.Shared(t, "data", "optimise", "midl_scores.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var p Problem
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		for c, cell := range strings.Split(lines.Text(), "\t") {
			s, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			if c == len(p.Score) {
				p.Score = append(p.Score, nil)
			}
			p.Score[c] = append(p.Score[c], s)
		}
		p.Most = append(p.Most, 4)
	}
	for range p.Score {
		p.Need = append(p.Need, 3)
	}
	return p
}

// The published optima of this problem: 201.88 with at most four papers a
// person (least sum of a paper .90, standard deviation of the loads 1.80), and
// 150.04 when everybody takes at least two.
func TestPublishedOptima(t *testing.T) {
	p := published(t)
	a, err := Assign(p)
	if err != nil {
		t.Fatal(err)
	}
	if s := spread(a.Loads, nil); math.Abs(a.Total-201.88) > .005 || math.Abs(a.Worst-.90) > .005 || math.Abs(s-1.80) > .005 {
		t.Errorf("total %.2f, worst %.2f, spread %.2f", a.Total, a.Worst, s)
	}
	p.Least = make([]int, len(p.Most))
	for i := range p.Least {
		p.Least[i] = 2
	}
	a, err = Assign(p)
	if err != nil || math.Abs(a.Total-150.04) > .005 {
		t.Errorf("with at least two each: total %.2f, %v", a.Total, err)
	}
	for i, l := range a.Loads {
		if l < 2 {
			t.Errorf("person %d takes %d", i, l)
		}
	}
}

func TestThePriceOfLoadBringsIdlePeopleIn(t *testing.T) {
	p := published(t)
	curve, err := Curve(p, 0, .02, .05, .1, .2)
	if err != nil {
		t.Fatal(err)
	}
	totals, idle := []float64{201.88, 201.59, 200.03, 196.96, 180.05}, []int{69, 63, 51, 42, 0}
	for i, c := range curve {
		if math.Abs(c.Total-totals[i]) > .005 || c.Idle != idle[i] {
			t.Errorf("price %.2f: total %.2f with %d idle, want %.2f with %d", c.Price, c.Total, c.Idle, totals[i], idle[i])
		}
		t.Logf("price %.2f: total %.2f, idle %d, spread %.2f, worst case %.2f", c.Price, c.Total, c.Idle, c.Spread, c.Worst)
		if i > 0 && (c.Spread > curve[i-1].Spread+1e-9 || c.Total > curve[i-1].Total+1e-9) {
			t.Errorf("a higher price gives a less even load or a better fit")
		}
	}
	if len(curve) < 3 || curve[0].Idle <= curve[len(curve)-1].Idle {
		t.Errorf("the curve has %d points and does not bring people in", len(curve))
	}
}

func TestFloorGivesEachCaseSomebodyWhoFits(t *testing.T) {
	p := published(t)
	p.Price, p.Floor = .2, .3 // without the floor, a case gets nobody at this price
	a, err := Assign(p)
	if err != nil {
		t.Fatal(err)
	}
	for c, people := range a.People {
		best := 0.0
		for _, i := range people {
			best = max(best, p.Score[c][i])
		}
		if best < p.Floor {
			t.Errorf("case %d has nobody above %.2f, only %.2f", c, p.Floor, best)
		}
	}
	p.Floor = 1.5
	if _, err := Assign(p); !errors.Is(err, ErrImpossible) {
		t.Errorf("a floor that nobody meets gives %v", err)
	}
}

// Against every possible choice on small problems.
func TestAssignIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cases, people := rapid.IntRange(1, 3).Draw(t, "cases"), rapid.IntRange(1, 4).Draw(t, "people")
		p := Problem{Price: float64(rapid.IntRange(0, 3).Draw(t, "price")) / 10}
		if rapid.Bool().Draw(t, "has floor") {
			p.Floor = float64(rapid.IntRange(1, 9).Draw(t, "floor")) / 10
		}
		for range cases {
			var row []float64
			for range people {
				s := float64(rapid.IntRange(0, 10).Draw(t, "score")) / 10
				if rapid.IntRange(0, 9).Draw(t, "forbidden") == 0 {
					s = math.NaN()
				}
				row = append(row, s)
			}
			p.Score = append(p.Score, row)
			p.Need = append(p.Need, rapid.IntRange(0, 2).Draw(t, "need"))
		}
		for range people {
			most := rapid.IntRange(0, 3).Draw(t, "most")
			p.Most = append(p.Most, most)
			p.Least = append(p.Least, rapid.IntRange(0, min(1, most)).Draw(t, "least"))
			p.Load = append(p.Load, rapid.IntRange(0, 2).Draw(t, "load"))
		}
		if rapid.IntRange(0, 3).Draw(t, "locks") == 0 {
			p.Locked = [][2]int{{rapid.IntRange(0, cases-1).Draw(t, "locked case"), rapid.IntRange(0, people-1).Draw(t, "locked person")}}
		}
		best, found := bruteForce(p)
		a, err := Assign(p)
		if !found {
			if !errors.Is(err, ErrImpossible) {
				t.Fatalf("nothing is possible, but Assign gives %+v, %v", a, err)
			}
			return
		}
		if err != nil {
			t.Fatalf("Assign finds nothing, but %.2f is possible", best)
		}
		if got := worth(p, a.Loads, a.Total); math.Abs(got-best) > 1e-9 {
			t.Fatalf("Assign gives %.4f, the best is %.4f", got, best)
		}
	})
}

// worth is what Assign maximises.
func worth(p Problem, loads []int, total float64) float64 {
	for i, l := range loads {
		for k := range l {
			total -= p.Price * float64(at(p.Load, i)+k)
		}
	}
	return total
}

func bruteForce(p Problem) (best float64, found bool) {
	loads := make([]int, len(p.Most))
	best = math.Inf(-1)
	var try func(c int, total float64)
	try = func(c int, total float64) {
		if c == len(p.Score) {
			for i, l := range loads {
				if l < at(p.Least, i) {
					return
				}
			}
			if w := worth(p, loads, total); w > best {
				best, found = w, true
			}
			return
		}
		for set := range 1 << len(p.Most) {
			sum, n, fits, ok := 0.0, 0, false, true
			for i := range p.Most {
				if set>>i&1 == 0 {
					continue
				}
				s := p.Score[c][i]
				n++
				ok = ok && !math.IsNaN(s) && loads[i] < p.Most[i]
				fits = fits || s >= p.Floor
				sum += s
			}
			for _, l := range p.Locked {
				ok = ok && (l[0] != c || set>>l[1]&1 == 1)
			}
			if !ok || n != p.Need[c] || p.Floor > 0 && n > 0 && !fits {
				continue
			}
			for i := range p.Most {
				loads[i] += set >> i & 1
			}
			try(c+1, total+sum)
			for i := range p.Most {
				loads[i] -= set >> i & 1
			}
		}
	}
	try(0, 0)
	return best, found
}

func TestContradictionsAreNamed(t *testing.T) {
	for name, p := range map[string]Problem{
		"ragged":       {Score: [][]float64{{1}}, Need: []int{1}, Most: []int{1, 1}},
		"bounds":       {Score: [][]float64{{1}}, Need: []int{1}, Most: []int{1}, Least: []int{2}},
		"infinite":     {Score: [][]float64{{math.Inf(1)}}, Need: []int{1}, Most: []int{1}},
		"lock outside": {Score: [][]float64{{1}}, Need: []int{1}, Most: []int{1}, Locked: [][2]int{{0, 1}}},
	} {
		if _, err := Assign(p); err == nil || errors.Is(err, ErrImpossible) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkAssign(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	const cases, people = 500, 60
	p := Problem{Price: .05, Need: make([]int, cases), Most: make([]int, people)}
	for c := range cases {
		row := make([]float64, people)
		for i := range row {
			row[i] = r.Float64()
		}
		p.Score = append(p.Score, row)
		p.Need[c] = 1 + c%2
	}
	for i := range p.Most {
		p.Most[i] = 20
	}
	b.Run("500x60", func(b *testing.B) {
		for b.Loop() {
			if _, err := Assign(p); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("published", func(b *testing.B) {
		p := published(b)
		for b.Loop() {
			if _, err := Assign(p); err != nil {
				b.Fatal(err)
			}
		}
	})
}
