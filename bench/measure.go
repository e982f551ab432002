package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"
)

// timing is how long needs took.
type timing struct{ p50, p95, mean, cpu time.Duration }

// measure puts every need to a search, so many rounds. Of each need the shortest
// time counts: what other programs of the machine took is not the engine's.
// Processor time is that of the cheapest round.
func measure(needs []need, rounds int, search func(need) []string) (t timing) {
	best := make([]time.Duration, len(needs))
	for r := range rounds {
		before := processorTime()
		for i, n := range needs {
			start := time.Now()
			search(n)
			if took := time.Since(start); r == 0 || took < best[i] {
				best[i] = took
			}
		}
		if spent := (processorTime() - before) / time.Duration(len(needs)); r == 0 || spent < t.cpu {
			t.cpu = spent
		}
	}
	for _, b := range best {
		t.mean += b / time.Duration(len(best))
	}
	slices.Sort(best)
	t.p50, t.p95 = best[len(best)/2], best[len(best)*95/100]
	return t
}

// String is four cells of the table: p50, p95, processor time and ten thousand
// needs.
func (t timing) String() string {
	return fmt.Sprintf("%.3f\t%.3f\t%.3f\t%s", ms(t.p50), ms(t.p95), ms(t.cpu), seconds(10_000*t.mean))
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// processorTime is what this process has spent.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// floorPerPosting is the compute floor in nanoseconds: looking up a cell's worth and
// adding it to a document's sum, everything in the processor's own cache. It is the
// best of many rounds, as the needs' times are.
func floorPerPosting() float64 {
	const documents, postings = 1 << 16, 4_000
	r := rand.New(rand.NewPCG(1, 2))
	docs := make([]uint16, 0, postings)
	for d := range documents {
		if r.IntN(documents-d) < postings-len(docs) {
			docs = append(docs, uint16(d))
		}
	}
	cells := make([]uint8, postings)
	for i := range cells {
		cells[i] = uint8(r.IntN(64))
	}
	var sum [documents]uint16
	var table [256]uint16
	for i := range table {
		table[i] = uint16(i)
	}
	best := time.Hour
	for range 1_000 {
		for _, add := range []func(*[documents]uint16, []uint16, []uint8, *[256]uint16){one, four} {
			start := time.Now()
			for range 10 {
				add(&sum, docs, cells, &table)
			}
			best = min(best, time.Since(start))
		}
	}
	return float64(best) / 10 / postings
}

// one adds posting by posting.
func one(sum *[1 << 16]uint16, docs []uint16, cells []uint8, table *[256]uint16) {
	cells = cells[:len(docs)]
	for i, d := range docs {
		sum[d] += table[cells[i]]
	}
}

// four adds four postings after one load.
func four(sum *[1 << 16]uint16, docs []uint16, cells []uint8, table *[256]uint16) {
	for len(docs) >= 4 && len(cells) >= 4 {
		x, c := (*[4]uint16)(docs), (*[4]uint8)(cells)
		d := uint64(x[0]) | uint64(x[1])<<16 | uint64(x[2])<<32 | uint64(x[3])<<48
		sum[uint16(d)] += table[c[0]]
		sum[uint16(d>>16)] += table[c[1]]
		sum[uint16(d>>32)] += table[c[2]]
		sum[uint16(d>>48)] += table[c[3]]
		docs, cells = docs[4:], cells[4:]
	}
	one(sum, docs, cells, table)
}

func startProfile(file string) (stop func()) {
	if file == "" {
		return func() {}
	}
	f, err := os.Create(file)
	if err != nil {
		panic(err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		panic(err)
	}
	return func() { pprof.StopCPUProfile(); f.Close() }
}

// processor names the machine.
func processor() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
