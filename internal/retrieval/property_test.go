package retrieval

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Small worlds, so that things meet: few terms, IDs, tokens and values.
var (
	genTerm  = rapid.StringMatching(`[雪酒米]{0,2}`)
	genToken = rapid.SampledFrom([]string{"*", "m:1", "h:1", "o:1", "o:2", "p:1"})
	genID    = rapid.StringMatching(`[a-e][a-z]?`)
	genName  = rapid.SampledFrom([]string{"kind", "field", "kin"})
	genValue = rapid.SampledFrom([]string{"a", "b", "c:d", ""})
)

var genDocument = rapid.Custom(func(t *rapid.T) Document {
	d := Document{
		ID:         genID.Draw(t, "id"),
		Allow:      rapid.SliceOfN(genToken, 0, 3).Draw(t, "allow"),
		Deny:       rapid.SliceOfN(genToken, 0, 1).Draw(t, "deny"),
		Numbers:    rapid.SliceOfN(rapid.Int64Range(-2, 2), 0, 2).Draw(t, "numbers"),
		Keys:       rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "abcdefghi", "abcdefghj", "あ"}), 0, 2).Draw(t, "keys"),
		Weightless: rapid.IntRange(0, 4).Draw(t, "weightless") == 0,
	}
	for range rapid.IntRange(0, 12).Draw(t, "terms") {
		d.Terms = append(d.Terms, Occurrence{
			Term:      genTerm.Draw(t, "term"),
			Evidence:  Evidence(rapid.IntRange(0, 3).Draw(t, "evidence")),
			Frequency: rapid.SampledFrom([]float32{1, 1, 1, 2, .5, 40, 0, -1, float32(math.NaN()), 1e-20}).Draw(t, "frequency"),
		})
	}
	for range rapid.IntRange(0, 3).Draw(t, "attributes") {
		d.Attributes = append(d.Attributes, genName.Draw(t, "name")+":"+genValue.Draw(t, "value"))
	}
	return d
})

var genFilterPart = rapid.MapOfN(genName, rapid.SliceOfN(genValue, 0, 2), 0, 2)

var genRequired = rapid.Custom(func(t *rapid.T) Term {
	return Term{genTerm.Draw(t, "term"), Evidence(rapid.IntRange(0, 3).Draw(t, "evidence"))}
})

var genRequirement = rapid.Custom(func(t *rapid.T) Requirement {
	choice := rapid.Map(rapid.SliceOfN(genRequired, 0, 3), func(c []Term) Choice { return c })
	way := rapid.Map(rapid.SliceOfN(choice, 0, 2), func(w []Choice) Way { return w })
	return rapid.SliceOfN(way, 0, 2).Draw(t, "ways")
})

var genQuery = rapid.Custom(func(t *rapid.T) Query {
	q := Query{
		Filter:  Filter{Any: genFilterPart.Draw(t, "any")},
		Sort:    Sort{By: SortBy(rapid.IntRange(0, 2).Draw(t, "by")), Column: rapid.IntRange(0, 2).Draw(t, "column"), Descending: rapid.Bool().Draw(t, "descending")},
		Facets:  rapid.SliceOfNDistinct(genName, 0, 2, rapid.ID).Draw(t, "facets"),
		Explain: true,
		Limit:   1000,
	}
	if rapid.Bool().Draw(t, "exclude") {
		q.Filter.Exclude = genFilterPart.Draw(t, "excluded")
	}
	if rapid.IntRange(0, 2).Draw(t, "requires") == 0 {
		q.Require = rapid.SliceOfN(genRequirement, 1, 2).Draw(t, "required")
	}
	if rapid.Bool().Draw(t, "as reader") {
		q.Readers = rapid.SliceOfN(genToken, 0, 3).Draw(t, "readers")
		if q.Readers == nil {
			q.Readers = []string{}
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "populations") {
		q.Populations = append(q.Populations, Population{genTerm.Draw(t, "term of population"), Evidence(rapid.IntRange(0, 3).Draw(t, "evidence of population"))})
	}
	// Now and then so many terms that the sums need 32 bits.
	repeat := rapid.SampledFrom([]int{1, 1, 1, 60}).Draw(t, "repeat")
	var terms []QueryTerm
	for range rapid.IntRange(0, 5).Draw(t, "terms") {
		terms = append(terms, QueryTerm{
			Term:       genTerm.Draw(t, "term"),
			Evidence:   Evidence(rapid.IntRange(0, 3).Draw(t, "evidence")),
			Weight:     rapid.SampledFrom([]float32{1, 1, .35, 2, 0, -1}).Draw(t, "weight"),
			Group:      rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "group"),
			Of:         rapid.SampledFrom([]int{0, 0, 1, 2, 3}).Draw(t, "of"),
			Population: rapid.SampledFrom([]int{0, 0, 1, 2, 3}).Draw(t, "population"),
		})
	}
	for range repeat {
		q.Terms = append(q.Terms, terms...)
	}
	return q
})

// genIndex makes an index by a sequence of changes, and the documents it then holds.
func genIndex(t *rapid.T) (*Index, naive) {
	config := Config{}
	if rapid.IntRange(0, 2).Draw(t, "fold") == 0 {
		config.Fold = map[Evidence]int{3: 2}
	}
	x, docs := New(config), map[string]Document{}
	x.settled = rapid.SampledFrom([]int{1, 4, 1000}).Draw(t, "settled")
	for range rapid.IntRange(0, 20).Draw(t, "changes") {
		if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
			ids := rapid.SliceOfN(genID, 1, 3).Draw(t, "ids")
			x.Delete(ids...)
			for _, id := range ids {
				delete(docs, id)
			}
			continue
		}
		put := rapid.SliceOfN(genDocument, 1, 6).Draw(t, "docs")
		x.Put(put...)
		for _, d := range put {
			docs[d.ID] = d
		}
	}
	return x, naive{config: config, docs: docs}
}

// rebuilt is an index made at once of the same documents.
func (x naive) rebuilt() *Index {
	r := New(x.config)
	r.Put(slices.Collect(maps.Values(x.docs))...)
	return r
}

// TestIncrementalIsRebuilt: whatever the changes, their order and the layout of
// segments they led to, every answer is that of an index made anew.
func TestIncrementalIsRebuilt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, n := genIndex(t)
		defer x.Close()
		y := n.rebuilt()
		if x.Len() != len(n.docs) || y.Len() != len(n.docs) {
			t.Fatalf("%d documents, rebuilt %d, want %d", x.Len(), y.Len(), len(n.docs))
		}
		for range 5 {
			q := genQuery.Draw(t, "query")
			q.Limit = rapid.IntRange(0, 8).Draw(t, "limit")
			if got, want := x.Search(q), y.Search(q); !reflect.DeepEqual(got, want) {
				t.Fatalf("incremental\n%+v\nrebuilt\n%+v", got, want)
			}
		}
	})
}

// TestAgainstNaive: hits, totals, facets and, but for rounding to steps, scores and
// shares are those of the plain evaluation, for every reader and filter.
func TestAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, n := genIndex(t)
		defer x.Close()
		for range 5 {
			q := genQuery.Draw(t, "query")
			got := x.Search(q)
			want, facets := n.search(q)
			if got.Total != len(want) || len(got.Hits) != len(want) {
				t.Fatalf("total %d with %d hits, want %d", got.Total, len(got.Hits), len(want))
			}
			if !reflect.DeepEqual(got.Facets, facets) {
				t.Fatalf("facets %v, want %v", got.Facets, facets)
			}
			exact := map[string]naiveHit{}
			for i, h := range want {
				exact[h.cursor.ID] = h
				if q.Sort.By != ByScore && got.Hits[i].ID != h.cursor.ID {
					t.Fatalf("place %d has %s, want %s", i, got.Hits[i].ID, h.cursor.ID)
				}
			}
			for _, h := range got.Hits {
				w, ok := exact[h.ID]
				if !ok {
					t.Fatalf("%s is no hit", h.ID)
				}
				checkScore(t, q, h, w)
			}
			if !slices.IsSortedFunc(got.Hits, func(a, b Hit) int { return q.Sort.compare(a.Cursor, b.Cursor) }) {
				t.Fatalf("out of order: %v", got.Hits)
			}
			for _, term := range q.Terms {
				if got, want := x.DocumentFrequency(term.Term, term.Evidence), n.documentFrequency(n.key(term.Term, term.Evidence)); got != want {
					t.Fatalf("document frequency of %q is %d, want %d", term.Term, got, want)
				}
			}
		}
	})
}

func checkScore(t *rapid.T, q Query, h Hit, want naiveHit) {
	if h.Score != h.Cursor.Score || math.IsInf(float64(h.Score), 0) || !(h.Score >= 0) || (h.Score == 0) != (len(q.Terms) == 0) {
		t.Fatalf("%s has score %v", h.ID, h.Score)
	}
	sum := float32(0)
	for _, s := range h.Shares {
		sum += s.Part
		if !(s.Part > 0) || q.Terms[s.Query].Term != s.Term || q.Terms[s.Query].Evidence != s.Evidence {
			t.Fatalf("%s has the share %+v", h.ID, s)
		}
	}
	if sum != h.Score {
		t.Fatalf("shares of %s add up to %v, not to %v", h.ID, sum, h.Score)
	}
	if len(h.Shares) != len(want.parts) {
		t.Fatalf("%s has shares %v, want %v", h.ID, h.Shares, want.parts)
	}
	// A step is at most 1/16384 of the greatest possible sum, each share may be a step
	// off, and no weight in these worlds exceeds 2·2·ln(200).
	step := float64(len(q.Terms)) * 25 / 16000
	if math.Abs(float64(h.Score)-want.score) > float64(len(h.Shares)+1)*step {
		t.Fatalf("%s has score %v, want %v", h.ID, h.Score, want.score)
	}
}

// TestPagesAreTheList: pages by cursor put together are the whole list, and a
// shorter list is the beginning of a longer one.
func TestPagesAreTheList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, _ := genIndex(t)
		defer x.Close()
		q := genQuery.Draw(t, "query")
		whole := x.Search(q)
		q.Limit = rapid.IntRange(1, 4).Draw(t, "page")
		var pages []Hit
		for range len(whole.Hits) + 2 {
			r := x.Search(q)
			if r.Total != whole.Total || !reflect.DeepEqual(r.Facets, whole.Facets) {
				t.Fatalf("a page counts %d %v, the list %d %v", r.Total, r.Facets, whole.Total, whole.Facets)
			}
			if len(r.Hits) == 0 {
				break
			}
			pages = append(pages, r.Hits...)
			c, err := ParseCursor(r.Hits[len(r.Hits)-1].Cursor.String())
			if err != nil {
				t.Fatal(err)
			}
			q.After = c
		}
		if !reflect.DeepEqual(pages, whole.Hits) {
			t.Fatalf("pages\n%v\nlist\n%v", pages, whole.Hits)
		}
	})
}

// TestWeightlessDocumentsWeighNothing: with and without weightless documents all
// others have the same scores.
func TestWeightlessDocumentsWeighNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, n := genIndex(t)
		defer x.Close()
		weighty := map[string]Document{}
		for id, d := range n.docs {
			if !d.Weightless {
				weighty[id] = d
			}
		}
		y := naive{config: n.config, docs: weighty}.rebuilt()
		q := genQuery.Draw(t, "query")
		scores := map[string]float32{}
		for _, h := range x.Search(q).Hits {
			scores[h.ID] = h.Score
		}
		for _, h := range y.Search(q).Hits {
			if h.Score != scores[h.ID] {
				t.Fatalf("%s has score %v beside weightless documents, %v without", h.ID, scores[h.ID], h.Score)
			}
		}
	})
}

// TestSnapshotIsTheIndex: a loaded snapshot answers as the index did, and goes on
// taking changes.
func TestSnapshotIsTheIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, n := genIndex(t)
		defer x.Close()
		position := rapid.Int64().Draw(t, "position")
		var b bytes.Buffer
		if err := x.Snapshot(&b, position); err != nil {
			t.Fatal(err)
		}
		y, at, err := Load(bytes.NewReader(b.Bytes()), n.config)
		if err != nil || at != position || y.Len() != x.Len() {
			t.Fatalf("loaded %d documents at %d: %v", y.Len(), at, err)
		}
		d := genDocument.Draw(t, "one more")
		x.Put(d)
		y.Put(d)
		n.docs[d.ID] = d
		q := genQuery.Draw(t, "query")
		if got, want := y.Search(q), x.Search(q); !reflect.DeepEqual(got, want) {
			t.Fatalf("loaded\n%+v\nwant\n%+v", got, want)
		}
		i := rapid.IntRange(0, b.Len()-1).Draw(t, "place of damage")
		damaged := bytes.Clone(b.Bytes())
		damaged[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "damage"))
		if _, _, err := Load(bytes.NewReader(damaged), n.config); err == nil {
			t.Fatalf("damage at %d of %d was not noticed", i, b.Len())
		}
		if _, _, err := Load(bytes.NewReader(b.Bytes()[:i]), n.config); err == nil {
			t.Fatalf("cut at %d of %d, not noticed", i, b.Len())
		}
		if _, _, err := Load(bytes.NewReader(b.Bytes()), Config{Fold: map[Evidence]int{3: 5}}); err == nil {
			t.Fatal("loaded under another configuration")
		}
	})
}

func TestLongQueryDoesNotOverflow(t *testing.T) {
	x := New(Config{})
	var terms []Occurrence
	var q Query
	for i := range 1000 {
		term := fmt.Sprint(i)
		terms = append(terms, Occurrence{Term: term, Frequency: 20})
		q.Terms = append(q.Terms, QueryTerm{Term: term, Weight: float32(1 + i%7)})
	}
	x.Put(Document{ID: "all", Terms: terms}, Document{ID: "some", Terms: terms[:100]}, Document{ID: "none"})
	q.Limit, q.Explain = 5, true
	r := x.Search(q)
	if len(r.Hits) != 2 || r.Hits[0].ID != "all" || len(r.Hits[0].Shares) != 1000 {
		t.Fatalf("got %v", r)
	}
	n, _ := naive{docs: map[string]Document{"all": {ID: "all", Terms: terms}, "some": {ID: "some", Terms: terms[:100]}, "none": {ID: "none"}}}.search(q)
	for i, h := range r.Hits {
		if math.Abs(float64(h.Score)/n[i].score-1) > .001 {
			t.Errorf("%s has score %v, want %v", h.ID, h.Score, n[i].score)
		}
	}
}

// TestCellsAreFine bounds what a cell costs against BM25 computed exactly, over
// lengths from a quarter of the mean to four times it.
func TestCellsAreFine(t *testing.T) {
	for _, mean := range []float64{12, 100, 400} {
		w := DefaultBM25.worths(mean)
		for f, limit := range map[float64]float64{1: .035, 2: .04, 3: .05, 4: .06, 5: .08, 6: .11, 7: .11, 12: .18} {
			worst := 0.0
			for l := max(mean/4, 3); l < mean*4; l *= 1.003 {
				exact := f * 2 / (f + .25 + .75*l/mean)
				got := float64(w[cellOf(f, place(l))]) / worthUnit
				worst = max(worst, math.Abs(got/exact-1))
			}
			t.Logf("mean length %v, frequency %v: a weight is off by %.2f%% at worst", mean, f, 100*worst)
			if worst > limit {
				t.Errorf("mean length %v, frequency %v: off by %.2f%%, want at most %v%%", mean, f, 100*worst, 100*limit)
			}
		}
	}
}
