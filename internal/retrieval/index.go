// Package retrieval is an inverted index in memory: documents in, ranked hits
// with the terms that made them out.
//
// A score is one linear sum over the terms of the query. Each addend is
// BM25's term weight times the inverse document frequency times the weight the
// caller gave, so the share of each term is the explanation. Who may see a
// document, filters, facets and totals are evaluated in the same pass; a document
// that the reader may not see counts nowhere and shows nowhere.
//
// # How it is built
//
// Documents lie in segments of up to 65,535. A posting is a 16-bit document and an
// 8-bit cell of frequency and length (cell.go); what a cell is worth for a query
// term is read from a table of 256 made for the query (plan.go). A segment is
// searched by adding the worths of all postings into accumulators, one for each
// document, and then looking through the accumulators, four at a time, for those
// that enter the best k (accumulate.go). Nothing is skipped: on texts of a hundred
// words skipping costs more than it saves.
//
// Segments never change. Put makes a small one and merges it with its small
// neighbours; Delete replaces a segment by one with other "living" bits; greater
// merges go on in the background. A state, the list of segments with the numbers
// that term weights are made of, is published by one atomic store, so readers see
// a whole change or nothing of it and wait for nobody.
//
// Scores don't depend on how documents lie in segments: weights come from counts
// over the whole index, sums are sums of whole numbers, and equal scores are
// ordered by ID.
//
// The room knows no domain words, reads no files and no database, and must never
// return a document, a count or a facet value that the reader's tokens don't
// allow.
package retrieval

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// Index holds documents and answers queries. All methods may be called at the
// same time; readers are never blocked by writers.
type Index struct {
	config Config
	state  atomic.Pointer[state]

	writing sync.Mutex // held by who changes the state
	dict    dictionary
	builder builder
	settled int // settledSize

	tidying sync.WaitGroup // the background merge, at most one
	busy    bool           // it runs; under writing
	closed  bool           // it shall not start again; under writing
}

// state is what a query sees.
type state struct {
	segments []*segment
	dict     dictionary
	alive    int
	counted  int       // documents that term weights are made of
	mean     []float64 // length by evidence
	worths   []*worth  // by evidence
}

// New makes an empty index.
func New(c Config) *Index {
	x := &Index{config: c, dict: newDictionary(c), settled: settledSize}
	x.builder.dict = &x.dict
	x.publish(nil)
	return x
}

// Close waits for background merging to end and prevents more of it. The index
// still answers and still takes documents.
func (x *Index) Close() {
	x.writing.Lock()
	x.closed = true
	x.writing.Unlock()
	x.tidying.Wait()
}

// publish makes a list of segments the state that the next query sees.
func (x *Index) publish(segments []*segment) {
	s := &state{segments: segments, dict: x.dict}
	var total []mass
	for _, g := range segments {
		s.alive += g.alive
		s.counted += g.counted
		for e, m := range g.mass {
			for len(total) <= e {
				total = append(total, mass{})
			}
			total[e].documents += m.documents
			total[e].length += m.length
		}
	}
	old := x.state.Load()
	for e, m := range total {
		mean := float64(unknownLength)
		if m.documents > 0 {
			mean = float64(m.length) / float64(m.documents)
		}
		s.mean = append(s.mean, mean)
		if old != nil && e < len(old.mean) && old.mean[e] == mean {
			s.worths = append(s.worths, old.worths[e])
		} else {
			s.worths = append(s.worths, x.config.bm25(Evidence(e)).worths(mean))
		}
	}
	x.state.Store(s)
}

// unknownLength stands for the mean length while no document counts.
const unknownLength = 100

// Put adds documents, replacing those of the same ID. When it returns, the next
// query sees them; many at once are much cheaper than one by one.
func (x *Index) Put(docs ...Document) {
	last := make(map[string]int, len(docs))
	for i := range docs {
		last[docs[i].ID] = i
	}
	fresh := make([]*Document, 0, len(docs))
	ids := make([]string, 0, len(docs))
	for i := range docs {
		if id := docs[i].ID; id != "" && last[id] == i {
			fresh = append(fresh, &docs[i])
			ids = append(ids, id)
		}
	}
	if len(fresh) == 0 {
		return
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	segments := bury(x.state.Load().segments, ids)
	for chunk := range slices.Chunk(fresh, segmentSize) {
		segments = append(segments, x.builder.build(chunk))
	}
	x.publish(settle(segments, x.settled))
	x.tidy()
}

// Delete removes documents; unknown IDs are ignored. When it returns, no later
// query sees them.
func (x *Index) Delete(ids ...string) {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.publish(bury(x.state.Load().segments, ids))
	x.tidy()
}

// bury returns the segments after the documents of these IDs died.
func bury(segments []*segment, ids []string) []*segment {
	result := make([]*segment, 0, len(segments)+1)
	var dead []uint16
	for _, s := range segments {
		dead = dead[:0]
		for _, id := range ids {
			if d, ok := s.find(id); ok && s.lives(d) {
				dead = append(dead, d)
			}
		}
		if len(dead) > 0 {
			s = s.without(dead)
		}
		if s.alive > 0 {
			result = append(result, s)
		}
	}
	return result
}

// Len is the number of documents.
func (x *Index) Len() int { return x.state.Load().alive }

// DocumentFrequency is the number of documents with the term, weightless ones
// left out: the number that its weight in a query is made of.
func (x *Index) DocumentFrequency(term string, e Evidence) int {
	s := x.state.Load()
	id, ok := s.dict.find(term, e)
	if !ok {
		return 0
	}
	n := 0
	for _, g := range s.segments {
		if r := g.terms.rank(id); r >= 0 {
			n += g.frequency(r)
		}
	}
	return n
}

// idf is the weight of a term that so many of the documents have, in the form of
// BM25 that is never negative.
func idf(documents, frequency float64) float64 {
	return math.Log1p((max(documents-frequency, 0) + .5) / (frequency + .5))
}

// frequency is the number of counted documents that have a term, given its ranks.
func (s *state) frequency(ranks []int32) (n int) {
	for j, g := range s.segments {
		if ranks[j] >= 0 {
			n += g.frequency(int(ranks[j]))
		}
	}
	return n
}

// leastPopulation is the number of documents from which a population can say which
// of its words are rare: among five even the rarest would seem common.
const leastPopulation = 1000

// sizes tells among how many documents terms are counted: at 0 all, then those of
// each population, one too small counting as leastPopulation or all if that is
// fewer. A population that nobody is of has the size of all.
func (s *state) sizes(populations []Population) []float64 {
	sizes := make([]float64, 1+len(populations))
	for i := range sizes {
		sizes[i] = float64(s.counted)
	}
	ranks := make([]int32, len(s.segments))
	for i, p := range populations {
		id, ok := s.dict.resolve(p.Term, p.Evidence, s.dict.probe(p.Term, p.Evidence))
		if !ok {
			continue
		}
		for j, g := range s.segments {
			ranks[j] = int32(g.terms.rank(id))
		}
		if n := s.frequency(ranks); n > 0 {
			sizes[i+1] = float64(max(n, min(s.counted, leastPopulation)))
		}
	}
	return sizes
}
