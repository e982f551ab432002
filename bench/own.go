package main

import (
	"bytes"
	"runtime"
	"time"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// ownEngine is Kyoten's index.
type ownEngine struct {
	config    retrieval.Config
	index     *retrieval.Index
	built     time.Duration
	megabytes float64 // of memory
	termsEach float64
}

// batch is how many documents are put at once: five fill a segment.
const batch = (1<<16 - 1) / 5

func newOwn(c corpus) (*ownEngine, *retrieval.Index) {
	e := &ownEngine{config: c.config, index: retrieval.New(c.config)}
	terms := 0
	for from := 0; from < c.size; from += batch {
		var docs []retrieval.Document
		for i := from; i < min(from+batch, c.size); i++ {
			docs = append(docs, c.document(i))
			terms += len(docs[len(docs)-1].Terms)
		}
		start := time.Now()
		e.index.Put(docs...)
		e.built += time.Since(start)
	}
	start := time.Now()
	e.index.Close() // waits for merging
	e.built += time.Since(start)
	e.termsEach = float64(terms) / float64(c.size)
	e.megabytes = e.weigh()
	return e, e.index
}

// weigh is the memory that a copy of the index takes, loaded from its snapshot: what
// a server that has just started holds.
func (e *ownEngine) weigh() float64 {
	var b bytes.Buffer
	if err := e.index.Snapshot(&b, 0); err != nil {
		panic(err)
	}
	before := heap()
	x, _, err := retrieval.Load(bytes.NewReader(b.Bytes()), e.config)
	if err != nil {
		panic(err)
	}
	after := heap()
	runtime.KeepAlive(b)
	runtime.KeepAlive(x)
	return float64(after-before) / 1e6
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func (e *ownEngine) search(n need) []string {
	return ids(e.index.Search(retrieval.Query{Terms: n.terms, Limit: 20}))
}

// explain searches with the share of each term in each score.
func (e *ownEngine) explain(n need) []string {
	return ids(e.index.Search(retrieval.Query{Terms: n.terms, Limit: 20, Explain: true}))
}

func ids(r retrieval.Result) (ids []string) {
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

// touched is how many postings a need looks at on average, and how many terms it has.
func (e *ownEngine) touched(needs []need) (postings int, terms float64) {
	for _, n := range needs {
		terms += float64(len(n.terms))
		for _, t := range n.terms {
			postings += e.index.DocumentFrequency(t.Term, t.Evidence)
		}
	}
	return postings / len(needs), terms / float64(len(needs))
}

func (e *ownEngine) close() { e.index = nil }

// restart writes the index down and reads it again.
func restart(x *retrieval.Index, c retrieval.Config) (megabytes float64, write, read time.Duration) {
	var b bytes.Buffer
	start := time.Now()
	if err := x.Snapshot(&b, 1); err != nil {
		panic(err)
	}
	write = time.Since(start)
	start = time.Now()
	if _, _, err := retrieval.Load(bytes.NewReader(b.Bytes()), c); err != nil {
		panic(err)
	}
	return float64(b.Len()) / 1e6, write, time.Since(start)
}
