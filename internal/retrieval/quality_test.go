package retrieval_test

import (
	"bufio"
	"cmp"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub/hubtest"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// TestRoundingCostsNoQuality: cells, whole steps and 16-bit sums find as well as
// BM25 computed exactly does.
func TestRoundingCostsNoQuality(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses thousands of texts")
	}
	folder := hubtest.Shared(t, "data", "eval")
	for _, set := range []string{"localgovfaq", "sbir"} {
		t.Run(set, func(t *testing.T) {
			a := lexical.New()
			x := retrieval.New(retrieval.Config{})
			e := exact{postings: map[retrieval.Term][]exactPosting{}, mean: map[retrieval.Evidence]float64{}}
			var docs []retrieval.Document
			for _, row := range table(t, folder, set, "corpus.tsv") {
				d := retrieval.Document{ID: row[0], Terms: a.Document([]lexical.Field{{Text: strings.Join(row[1:], "\n")}}).Occurrences()}
				docs = append(docs, d)
			}
			x.Put(docs...)
			e.put(docs)
			grades := map[string]map[string]float64{}
			for _, row := range table(t, folder, set, "qrels.tsv") {
				g, err := strconv.ParseFloat(row[2], 64)
				if err != nil {
					t.Fatal(err)
				}
				if grades[row[0]] == nil {
					grades[row[0]] = map[string]float64{}
				}
				grades[row[0]][row[1]] = g
			}
			var own, reference float64
			n := 0
			for _, row := range table(t, folder, set, "queries.tsv") {
				g := grades[row[0]]
				if g == nil {
					continue
				}
				n++
				q := a.Query([]lexical.Field{{Text: strings.Join(row[1:], "\n")}}).Terms()
				own += ndcg(ids(x.Search(retrieval.Query{Terms: q, Limit: 10})), g)
				reference += ndcg(e.search(q, 10), g)
			}
			own, reference = own/float64(n), reference/float64(n)
			t.Logf("nDCG@10 over %d questions: %.4f, exactly %.4f", n, own, reference)
			if own < reference-.005 { // one question of 150 that loses its answer moves it by .007
				t.Errorf("rounding costs too much: nDCG@10 is %.4f, exactly %.4f", own, reference)
			}
		})
	}
}

func table(t *testing.T, path ...string) (rows [][]string) {
	f, err := os.Open(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		rows = append(rows, strings.Split(s.Text(), "\t"))
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	return rows
}

// ndcg has linear gain and a cut at ten.
func ndcg(ids []string, grades map[string]float64) float64 {
	gain, ideal := 0.0, 0.0
	for i, id := range ids {
		gain += grades[id] / math.Log2(float64(i)+2)
	}
	best := make([]float64, 0, len(grades))
	for _, g := range grades {
		best = append(best, g)
	}
	slices.SortFunc(best, func(a, b float64) int { return cmp.Compare(b, a) })
	for i, g := range best[:min(len(best), 10)] {
		ideal += g / math.Log2(float64(i)+2)
	}
	if ideal == 0 {
		return 0
	}
	return gain / ideal
}

// exact is BM25 in floating point, without any rounding.
type exact struct {
	ids      []string
	postings map[retrieval.Term][]exactPosting
	length   []map[retrieval.Evidence]float64
	mean     map[retrieval.Evidence]float64
}

type exactPosting struct {
	doc       int
	frequency float64
}

func (e *exact) put(docs []retrieval.Document) {
	having := map[retrieval.Evidence]float64{}
	for i, d := range docs {
		e.ids = append(e.ids, d.ID)
		lengths := map[retrieval.Evidence]float64{}
		for _, o := range d.Terms {
			k := retrieval.Term{Term: o.Term, Evidence: o.Evidence}
			e.postings[k] = append(e.postings[k], exactPosting{i, float64(o.Frequency)})
			lengths[o.Evidence] += float64(o.Frequency)
		}
		e.length = append(e.length, lengths)
		for k, l := range lengths {
			e.mean[k] += l
			having[k]++
		}
	}
	for k := range e.mean {
		e.mean[k] /= having[k]
	}
}

func (e *exact) search(q []retrieval.QueryTerm, limit int) (ids []string) {
	scores := make([]float64, len(e.ids))
	for _, t := range q {
		p := e.postings[retrieval.Term{Term: t.Term, Evidence: t.Evidence}]
		df := float64(len(p))
		idf := math.Log1p((float64(len(e.ids)) - df + .5) / (df + .5))
		for _, p := range p {
			k := .25 + .75*e.length[p.doc][t.Evidence]/e.mean[t.Evidence]
			scores[p.doc] += float64(t.Weight) * idf * p.frequency * 2 / (p.frequency + k)
		}
	}
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(e.ids[a], e.ids[b]))
	})
	for _, i := range order[:min(limit, len(order))] {
		ids = append(ids, e.ids[i])
	}
	return ids
}
