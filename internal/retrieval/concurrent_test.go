package retrieval

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"
)

// made is a document of a numbered version: every term of it carries the version,
// so a reader that saw half a change would show it.
func made(id, version int) Document {
	r := rand.New(rand.NewPCG(uint64(id), uint64(version)))
	d := Document{ID: fmt.Sprintf("%06d", id), Allow: []string{"*"}, Numbers: []int64{int64(version)}}
	for range 20 {
		d.Terms = append(d.Terms, Occurrence{Term: fmt.Sprint("t", int(r.ExpFloat64()*50)), Frequency: 1})
	}
	d.Terms = append(d.Terms, Occurrence{Term: "every", Frequency: 1})
	d.Attributes = []string{fmt.Sprint("version:", version)}
	return d
}

// TestReadersSeeWholeChanges: while documents are replaced in batches, merged and
// deleted, a reader always sees all documents of a batch in one version.
func TestReadersSeeWholeChanges(t *testing.T) {
	const documents, versions = 300, 60
	x := New(Config{})
	x.settled = 16 // so that the background has something to merge
	put := func(version int) {
		docs := make([]Document, documents)
		for i := range docs {
			docs[i] = made(i, version)
		}
		x.Put(docs...)
	}
	put(0)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r := x.Search(Query{Terms: []QueryTerm{{Term: "every", Weight: 1}, {Term: "t1", Weight: 1}}, Readers: []string{"*"}, Limit: 20, Facets: []string{"version"}, Explain: true})
				if r.Total != documents || len(r.Facets["version"]) != 1 || r.Facets["version"][0].N != documents {
					t.Errorf("a reader saw %d documents in versions %v", r.Total, r.Facets["version"])
					return
				}
			}
		})
	}
	for v := range versions {
		put(v + 1)
		// Documents that the readers' token doesn't open come and go one by one.
		for i := range 20 {
			d := made(1000+i, v)
			d.Allow = nil
			x.Put(d)
			if i%3 == 0 {
				x.Delete(d.ID)
			}
		}
	}
	close(stop)
	readers.Wait()
	x.Close()
}

// TestBackgroundMergesChangeNothing: after many single changes the background
// brings the segments down to a few, and answers are those of an index made anew.
func TestBackgroundMergesChangeNothing(t *testing.T) {
	x, n := New(Config{}), naive{docs: map[string]Document{}}
	x.settled = 8
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		d := made(r.IntN(1200), i)
		d.Weightless = i%7 == 0
		x.Put(d)
		n.docs[d.ID] = d
		if i%5 == 0 {
			id := fmt.Sprintf("%06d", r.IntN(1200))
			x.Delete(id)
			delete(n.docs, id)
		}
	}
	for deadline := time.Now().Add(10 * time.Second); len(x.state.Load().segments) > 16; {
		if time.Now().After(deadline) {
			t.Fatalf("%d segments are left", len(x.state.Load().segments))
		}
		time.Sleep(time.Millisecond)
		runtime.Gosched()
	}
	x.Close()
	y := n.rebuilt()
	for i := range 100 {
		q := Query{Terms: []QueryTerm{{Term: fmt.Sprint("t", i), Weight: 1}, {Term: fmt.Sprint("t", i/2), Weight: 2}}, Limit: 50, Explain: true}
		if got, want := x.Search(q), y.Search(q); !reflect.DeepEqual(got, want) {
			t.Fatalf("got\n%v\nwant\n%v", got, want)
		}
	}
}
