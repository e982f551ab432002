package retrieval

import (
	"bytes"
	"fmt"
	"testing"
)

// FuzzLoad reads snapshots whose frames are whole but whose contents are anything:
// they are refused or lead to an index that answers, and never to a panic.
func FuzzLoad(f *testing.F) {
	x := New(Config{})
	for i := range 3 {
		x.Put(Document{
			ID: fmt.Sprint(i), Terms: []Occurrence{{Term: "雪", Frequency: 1}, {Term: fmt.Sprint(i), Evidence: 2, Frequency: 3}},
			Allow: []string{"*"}, Attributes: []string{"kind:seed"}, Numbers: []int64{1}, Keys: []string{"a"}, Weightless: i == 1,
		})
	}
	var b bytes.Buffer
	if err := x.Snapshot(&b, 7); err != nil {
		f.Fatal(err)
	}
	content := b.Bytes()[len(snapshotMagic)+8 : b.Len()-8]
	f.Add(content)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		var b bytes.Buffer
		b.WriteString(snapshotMagic)
		e := newEncoder(&b)
		for _, c := range content {
			e.room(1)
			e.buffer = append(e.buffer, c)
		}
		if err := e.close(); err != nil {
			t.Fatal(err)
		}
		y, _, err := Load(&b, Config{})
		if err != nil {
			return
		}
		defer y.Close()
		y.Search(Query{Terms: []QueryTerm{{Term: "雪", Weight: 1}}, Limit: 9, Explain: true, Facets: []string{"kind"}, Sort: Sort{By: ByKey}})
		y.Search(Query{Limit: 9, Sort: Sort{By: ByNumber, Descending: true}})
	})
}
