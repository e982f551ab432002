package retrieval_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

func words(terms ...string) (o []retrieval.Occurrence) {
	for _, t := range terms {
		o = append(o, retrieval.Occurrence{Term: t, Frequency: 1})
	}
	return o
}

func ask(terms ...string) (q []retrieval.QueryTerm) {
	for _, t := range terms {
		q = append(q, retrieval.QueryTerm{Term: t, Weight: 1})
	}
	return q
}

func ids(r retrieval.Result) (ids []string) {
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

func small() *retrieval.Index {
	x := retrieval.New(retrieval.Config{})
	x.Put(
		retrieval.Document{ID: "a", Terms: words("除雪", "融雪", "道路"), Allow: []string{"*"}, Attributes: []string{"kind:seed", "field:土木"}, Numbers: []int64{3}},
		retrieval.Document{ID: "b", Terms: words("除雪", "屋根"), Allow: []string{"*"}, Attributes: []string{"kind:seed", "field:建築"}, Numbers: []int64{1}},
		retrieval.Document{ID: "c", Terms: words("酒", "発酵"), Allow: []string{"m:1"}, Deny: []string{"o:9"}, Attributes: []string{"kind:need", "field:食品"}},
	)
	return x
}

func TestSearch(t *testing.T) {
	for name, c := range map[string]struct {
		q     retrieval.Query
		want  []string
		total int
	}{
		"more terms win":          {retrieval.Query{Terms: ask("除雪", "屋根"), Limit: 9}, []string{"b", "a"}, 2},
		"rare term wins":          {retrieval.Query{Terms: ask("発酵", "除雪"), Limit: 1}, []string{"c"}, 3},
		"hidden":                  {retrieval.Query{Terms: ask("発酵"), Readers: []string{"*"}, Limit: 9}, nil, 0},
		"allowed":                 {retrieval.Query{Terms: ask("発酵"), Readers: []string{"*", "m:1"}, Limit: 9}, []string{"c"}, 1},
		"denied":                  {retrieval.Query{Terms: ask("発酵"), Readers: []string{"*", "m:1", "o:9"}, Limit: 9}, nil, 0},
		"nobody":                  {retrieval.Query{Readers: []string{}, Limit: 9}, nil, 0},
		"list by number":          {retrieval.Query{Sort: retrieval.Sort{By: retrieval.ByNumber}, Limit: 9}, []string{"b", "a", "c"}, 3},
		"list by number downward": {retrieval.Query{Sort: retrieval.Sort{By: retrieval.ByNumber, Descending: true}, Limit: 9}, []string{"a", "b", "c"}, 3},
		"filter":                  {retrieval.Query{Filter: retrieval.Filter{Any: map[string][]string{"kind": {"seed"}, "field": {"建築", "食品"}}}, Limit: 9}, []string{"b"}, 1},
		"exclude":                 {retrieval.Query{Filter: retrieval.Filter{Exclude: map[string][]string{"kind": {"seed"}}}, Limit: 9}, []string{"c"}, 1},
		"counts alone":            {retrieval.Query{}, nil, 3},
		"unknown word":            {retrieval.Query{Terms: ask("量子"), Limit: 9}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := small().Search(c.q)
			if !reflect.DeepEqual(ids(r), c.want) || r.Total != c.total {
				t.Errorf("got %v of %d, want %v of %d", ids(r), r.Total, c.want, c.total)
			}
		})
	}
}

func TestFacetsDrillSideways(t *testing.T) {
	r := small().Search(retrieval.Query{
		Filter: retrieval.Filter{Any: map[string][]string{"field": {"土木"}}},
		Facets: []string{"kind", "field"},
	})
	want := map[string][]retrieval.Count{
		"kind":  {{Value: "seed", N: 1}},
		"field": {{Value: "土木", N: 1}, {Value: "建築", N: 1}, {Value: "食品", N: 1}},
	}
	if r.Facets["field"] == nil || len(r.Facets["field"]) != 3 || !reflect.DeepEqual(r.Facets["kind"], want["kind"]) {
		t.Errorf("got %v, want %v", r.Facets, want)
	}
}

func TestPutReplacesAndDeleteRemoves(t *testing.T) {
	x := small()
	x.Put(retrieval.Document{ID: "b", Terms: words("雪室")})
	if r := x.Search(retrieval.Query{Terms: ask("屋根"), Limit: 9}); r.Total != 0 {
		t.Errorf("the replaced text is still found: %v", ids(r))
	}
	if n := x.DocumentFrequency("除雪", 0); n != 1 {
		t.Errorf("document frequency %d after replacing, want 1", n)
	}
	x.Delete("a", "unknown")
	if r := x.Search(retrieval.Query{Terms: ask("除雪"), Limit: 9}); r.Total != 0 || x.Len() != 2 {
		t.Errorf("deleted, yet found %v of %d", ids(r), x.Len())
	}
}

func TestSnapshotRoundTrip(t *testing.T) {
	var b bytes.Buffer
	if err := small().Snapshot(&b, 42); err != nil {
		t.Fatal(err)
	}
	x, position, err := retrieval.Load(bytes.NewReader(b.Bytes()), retrieval.Config{})
	if err != nil || position != 42 || x.Len() != 3 {
		t.Fatalf("loaded %v at %d, error %v", x, position, err)
	}
	q := retrieval.Query{Terms: ask("除雪", "発酵"), Limit: 9, Explain: true}
	if got, want := x.Search(q), small().Search(q); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for i := range b.Len() {
		damaged := bytes.Clone(b.Bytes())
		damaged[i] ^= 4
		if _, _, err := retrieval.Load(bytes.NewReader(damaged), retrieval.Config{}); err == nil {
			t.Fatalf("byte %d is damaged and nobody noticed", i)
		}
	}
}

func TestCursorText(t *testing.T) {
	for _, c := range []retrieval.Cursor{{}, {ID: "a"}, {ID: "日本", Key: "か:ぎ", Number: -5, Score: 1.5}, {ID: "x", Missing: true}} {
		got, err := retrieval.ParseCursor(c.String())
		if err != nil || got != c {
			t.Errorf("%v became %v, %v", c, got, err)
		}
	}
	for _, s := range []string{"!", "AAAA", "AgAAAAAAAGE"} {
		if _, err := retrieval.ParseCursor(s); err == nil {
			t.Errorf("%q is taken for a cursor", s)
		}
	}
}
