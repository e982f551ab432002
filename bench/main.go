// Command bench measures Kyoten's index beside SQLite FTS5 and Bleve: one process,
// one thread, one corpus, the same analysed terms and the same questions for all,
// so that the ratios mean something on any machine.
//
//	go run .          a minute or two: 10,000 documents
//	go run . -full    the table of docs/matching.md: 100,000 documents beside the
//	                  peers, a million alone; about an hour, most of it the peers'
//
// Times are of the wall, but where engines are compared with each other processor
// time counts, which other programs of the machine disturb less.
//
// It is a module of its own, so that the product does not depend on Bleve.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

type options struct {
	documents, needs, slow, rounds int
	large                          int
	kaken                          string
	peers                          string
}

func main() {
	var o options
	full := flag.Bool("full", false, "the sizes of docs/matching.md")
	flag.IntVar(&o.documents, "documents", 10_000, "documents of each corpus beside the peers")
	flag.IntVar(&o.needs, "needs", 300, "needs put to Kyoten's index")
	flag.IntVar(&o.slow, "slow", 10, "needs put to the slow engines")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds, of which each need's best counts")
	flag.IntVar(&o.large, "large", 0, "documents of a large synthetic corpus for Kyoten's index alone; 0: none")
	flag.StringVar(&o.kaken, "kaken", "../../shared/data/load/kaken_projects.tsv", "file of real research projects; left out when it is not there")
	flag.StringVar(&o.peers, "peers", "bleve,fts5", "engines to measure beside, of bleve and fts5")
	profile := flag.String("profile", "", "write a CPU profile of Kyoten's index to this file")
	flag.Parse()
	if *full {
		set := map[string]bool{}
		flag.Visit(func(f *flag.Flag) { set[f.Name] = true })
		for name, value := range map[string]string{"documents": "100000", "needs": "2000", "slow": "150", "large": "1000000"} {
			if !set[name] {
				if err := flag.Set(name, value); err != nil {
					panic(err)
				}
			}
		}
	}
	runtime.GOMAXPROCS(1)
	stop := startProfile(*profile)
	defer stop()

	fmt.Printf("%s, Go %s, one thread; times of a need are the best of %d rounds\n", processor(), strings.TrimPrefix(runtime.Version(), "go"), o.rounds)
	syn := newSynthetic(1)
	run(o, syn.corpus("words", o.documents, false), true)
	run(o, syn.corpus("words + bigrams", o.documents, true), true)
	if c, err := readKaken(o.kaken, o.documents); err == nil {
		run(o, c, true)
	} else {
		fmt.Printf("\nNo real projects: %v\n", err)
	}
	if o.large > 0 {
		run(o, syn.corpus("words", o.large, false), false)
		run(o, syn.corpus("words + bigrams", o.large, true), false)
	}
}

// run measures all engines on one corpus and prints a table.
func run(o options, c corpus, peers bool) {
	own, index := newOwn(c)
	touched, terms := own.touched(c.needs(o.needs))
	fmt.Printf("\n%s: %d documents of %.0f terms; a need has %.0f terms and touches %d postings\n\n",
		c.name, c.size, own.termsEach, terms, touched)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "engine\tp50 ms\tp95 ms\tCPU ms\t10,000 needs\tns/posting\tbuilt in\tsize MB\ttop 20 as own\t")
	floor := floorPerPosting()
	fmt.Fprintf(w, "floor\t\t\t\t\t%.2f\t\t\t\t\n", floor)
	needs := c.needs(o.needs)
	t := measure(needs, o.rounds, func(n need) []string { return own.search(n) })
	perPosting := float64(t.mean) / float64(touched)
	fmt.Fprintf(w, "own\t%s\t%.2f = %.1f × floor\t%s\t%.0f\t\t\n", t, perPosting, perPosting/floor, seconds(own.built), own.megabytes)
	if o.rounds > 1 {
		e := measure(needs[:min(200, len(needs))], o.rounds, func(n need) []string { return own.explain(n) })
		fmt.Fprintf(w, "own with reasons\t%s\t\t\t\t\t\n", e)
	}
	if peers {
		for name := range strings.FieldsFuncSeq(o.peers, func(r rune) bool { return r == ',' }) {
			p, err := newPeer(name, c)
			if err != nil {
				fmt.Fprintf(w, "%s\t%v\t\t\t\t\t\t\t\t\n", name, err)
				continue
			}
			slow := needs[:min(o.slow, len(needs))]
			found := map[string][]string{}
			pt := measure(slow, 1, func(n need) []string {
				ids := p.search(n)
				found[n.name] = ids
				return ids
			})
			fmt.Fprintf(w, "%s\t%s\t%.0f × own\t%s\t%.0f\t%s\t\n", p.name(), pt,
				float64(pt.cpu)/float64(t.cpu), seconds(p.built()), p.megabytes(), agreement(slow, own, found))
			p.close()
		}
	}
	w.Flush()
	changes(c, index)
	own.close()
	index = nil
	debug.FreeOSMemory()
}

// changes measures what it takes until a change is searchable, and a restart.
func changes(c corpus, x *retrieval.Index) {
	const n = 50
	took := make([]time.Duration, n)
	q := retrieval.Query{Terms: c.need(0), Limit: 20}
	before := processorTime()
	for i := range took {
		d := c.document(i * (c.size / n))
		start := time.Now()
		x.Put(d)
		x.Search(q)
		took[i] = time.Since(start)
	}
	spent := (processorTime() - before) / n
	slices.Sort(took)
	fmt.Printf("one record changed and found again: p50 %.1f ms, p95 %.1f ms, CPU %.1f ms with making the record\n", ms(took[n/2]), ms(took[n*95/100]), ms(spent))
	size, write, read := restart(x, c.config)
	fmt.Printf("snapshot of %.0f MB: written in %s, read in %s\n", size, seconds(write), seconds(read))
}

// agreement is how much of own's best twenty a peer has found.
func agreement(needs []need, own *ownEngine, found map[string][]string) string {
	same, all := 0, 0
	for _, n := range needs {
		has := map[string]bool{}
		for _, id := range found[n.name] {
			has[id] = true
		}
		for _, id := range own.search(n) {
			all++
			if has[id] {
				same++
			}
		}
	}
	return fmt.Sprintf("%.0f %%", 100*float64(same)/float64(max(all, 1)))
}
