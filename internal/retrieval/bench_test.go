package retrieval

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// zipf makes documents of so many terms that follow Zipf's law, and queries of
// thirteen of them.
func zipf(documents, terms int) (docs []Document, queries [][]QueryTerm) {
	r := rand.New(rand.NewPCG(1, 1))
	law := rand.NewZipf(r, 1.1, 30, 200_000)
	term := func() string { return fmt.Sprint("t", law.Uint64()) }
	for i := range documents {
		d := Document{ID: fmt.Sprintf("0193e5b0-0000-7000-8000-%012x", i), Allow: []string{"*"}, Attributes: []string{fmt.Sprint("field:", i%23)}, Numbers: []int64{int64(i)}}
		for range terms {
			d.Terms = append(d.Terms, Occurrence{Term: term(), Frequency: 1})
		}
		docs = append(docs, d)
	}
	for range 200 {
		var q []QueryTerm
		for range 13 {
			q = append(q, QueryTerm{Term: term(), Weight: 1})
		}
		queries = append(queries, q)
	}
	return docs, queries
}

// BenchmarkSearch is the inner loop for whoever changes the search; bench/ has the
// figures beside other engines.
func BenchmarkSearch(b *testing.B) {
	docs, queries := zipf(50_000, 100)
	x := New(Config{})
	defer x.Close()
	x.Put(docs...)
	for name, q := range map[string]Query{
		"system":  {Limit: 20},
		"reader":  {Limit: 20, Readers: []string{"*", "m:1", "o:1"}},
		"facets":  {Limit: 20, Readers: []string{"*"}, Facets: []string{"field"}},
		"reasons": {Limit: 20, Explain: true},
		"newest":  {Limit: 20, Sort: Sort{By: ByNumber, Descending: true}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				q.Terms = queries[i%len(queries)]
				x.Search(q)
				i++
			}
		})
	}
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			x.Search(Query{Limit: 20, Sort: Sort{By: ByNumber, Descending: true}, Facets: []string{"field"}})
		}
	})
	b.Run("change", func(b *testing.B) {
		i := 0
		for b.Loop() {
			x.Put(docs[i%len(docs)])
			i += 37
		}
	})
}

func BenchmarkPut(b *testing.B) {
	docs, _ := zipf(20_000, 60)
	for b.Loop() {
		x := New(Config{})
		x.Put(docs...)
		x.Close()
	}
}
