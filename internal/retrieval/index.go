// Package retrieval is an inverted index in memory: documents in, ranked hits
// with the terms that made them out.
//
// A score is one linear sum over the terms of the query. Each addend is
// BM25's term weight times the inverse document frequency times the weight the
// caller gave, so the share of each term is the explanation. Who may see a
// document, filters, facets and totals are evaluated in the same pass; a document
// that the reader may not see costs nothing, counts nowhere and shows nowhere.
//
// The room knows no domain words, reads no files and no database, and must never
// return a document, a count or a facet value that the reader's tokens don't
// allow.
package retrieval

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"sync/atomic"
)

// Index holds documents and answers queries. All methods may be called at the
// same time; readers are never blocked by writers.
type Index struct {
	config Config
	state  atomic.Pointer[map[string]Document]
}

// New makes an empty index.
func New(c Config) *Index {
	x := &Index{config: c}
	x.state.Store(&map[string]Document{})
	return x
}

// Close ends background work. The index still answers.
func (x *Index) Close() {}

func (x *Index) change(f func(map[string]Document)) {
	for {
		old := x.state.Load()
		next := maps.Clone(*old)
		f(next)
		if x.state.CompareAndSwap(old, &next) {
			return
		}
	}
}

// Put adds documents, replacing those of the same ID. When it returns, the next
// query sees them.
func (x *Index) Put(docs ...Document) {
	x.change(func(m map[string]Document) {
		for _, d := range docs {
			if d.ID != "" {
				m[d.ID] = d
			}
		}
	})
}

// Delete removes documents; unknown IDs are ignored. When it returns, no later
// query sees them.
func (x *Index) Delete(ids ...string) {
	x.change(func(m map[string]Document) {
		for _, id := range ids {
			delete(m, id)
		}
	})
}

// Len is the number of documents.
func (x *Index) Len() int { return len(*x.state.Load()) }

type key struct {
	term     string
	evidence Evidence
}

func frequency(d Document, k key) (f float64) {
	for _, o := range d.Terms {
		if o.Term == k.term && o.Evidence == k.evidence && o.Frequency > 0 {
			f += float64(o.Frequency)
		}
	}
	return f
}

func length(d Document, e Evidence) (l float64) {
	for _, o := range d.Terms {
		if o.Evidence == e && o.Frequency > 0 {
			l += float64(o.Frequency)
		}
	}
	return l
}

// DocumentFrequency is the number of documents with the term, weightless ones
// left out: the number that its weight in a query is made of.
func (x *Index) DocumentFrequency(term string, e Evidence) int {
	n := 0
	for _, d := range *x.state.Load() {
		if !d.Weightless && frequency(d, key{term, e}) > 0 {
			n++
		}
	}
	return n
}

// Search answers a query.
func (x *Index) Search(q Query) Result {
	docs := *x.state.Load()
	n, lengths := 0.0, map[Evidence]float64{}
	for _, d := range docs {
		if !d.Weightless {
			n++
			for _, o := range d.Terms {
				if o.Frequency > 0 {
					lengths[o.Evidence] += float64(o.Frequency)
				}
			}
		}
	}
	groups := map[int][]int{}
	for i, t := range q.Terms {
		if !(t.Weight > 0) || math.IsInf(float64(t.Weight), 0) {
			continue
		}
		g := t.Group
		if g <= 0 {
			g = -1 - i
		}
		groups[g] = append(groups[g], i)
	}
	idf := map[int]float64{}
	for g, members := range groups {
		df := 0.0
		for _, d := range docs {
			if !d.Weightless && slices.ContainsFunc(members, func(i int) bool {
				return frequency(d, key{q.Terms[i].Term, q.Terms[i].Evidence}) > 0
			}) {
				df++
			}
		}
		idf[g] = math.Log1p((n - df + .5) / (df + .5))
	}
	order := slices.Sorted(maps.Keys(groups))

	var r Result
	var hits []Hit
	counts := map[string]map[string]int{}
	for _, name := range q.Facets {
		counts[name] = map[string]int{}
	}
	for _, d := range docs {
		if !visible(d, q.Readers) {
			continue
		}
		h := Hit{ID: d.ID}
		for _, g := range order {
			best := Share{Part: 0}
			for _, i := range groups[g] {
				t := q.Terms[i]
				f := frequency(d, key{t.Term, t.Evidence})
				if f == 0 {
					continue
				}
				c := x.config.bm25(t.Evidence)
				mean := lengths[t.Evidence] / max(n, 1)
				if mean == 0 {
					mean = unknownLength
				}
				k := float64(c.K1) * (1 - float64(c.B) + float64(c.B)*length(d, t.Evidence)/mean)
				if p := float32(f * float64(c.K1+1) / (f + k) * idf[g] * float64(t.Weight)); p > best.Part {
					best = Share{Term: t.Term, Evidence: t.Evidence, Query: i, Part: p}
				}
			}
			if best.Part > 0 {
				h.Shares = append(h.Shares, best)
			}
		}
		slices.SortStableFunc(h.Shares, func(a, b Share) int { return cmp.Compare(b.Part, a.Part) })
		for _, s := range h.Shares {
			h.Score += s.Part
		}
		if len(q.Terms) > 0 && h.Score == 0 || excluded(d, q.Filter.Exclude) {
			continue
		}
		for name, c := range counts {
			if passes(d, q.Filter.Any, name) {
				values := map[string]bool{}
				for _, a := range d.Attributes {
					if v, ok := strings.CutPrefix(a, name+":"); ok {
						values[v] = true
					}
				}
				for v := range values {
					c[v]++
				}
			}
		}
		if !passes(d, q.Filter.Any, "") {
			continue
		}
		r.Total++
		if !q.Explain {
			h.Shares = nil
		}
		h.Cursor = Cursor{ID: d.ID, Score: h.Score}
		switch c := q.Sort.Column; q.Sort.By {
		case ByNumber:
			if h.Cursor.Missing = c >= len(d.Numbers); !h.Cursor.Missing {
				h.Cursor.Number = d.Numbers[c]
			}
		case ByKey:
			if h.Cursor.Missing = c >= len(d.Keys); !h.Cursor.Missing {
				h.Cursor.Key = d.Keys[c]
			}
		}
		if q.After.IsZero() || q.Sort.compare(h.Cursor, q.After) > 0 {
			hits = append(hits, h)
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int { return q.Sort.compare(a.Cursor, b.Cursor) })
	r.Hits = hits[:min(len(hits), max(q.Limit, 0))]
	if len(q.Facets) > 0 {
		r.Facets = map[string][]Count{}
	}
	for name, c := range counts {
		list := []Count{}
		for v, n := range c {
			list = append(list, Count{v, n})
		}
		slices.SortFunc(list, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
		r.Facets[name] = list
	}
	return r
}

// unknownLength stands for the mean length while no document counts.
const unknownLength = 100

func visible(d Document, readers []string) bool {
	if readers == nil {
		return true
	}
	has := func(t string) bool { return slices.Contains(readers, t) }
	return slices.ContainsFunc(d.Allow, has) && !slices.ContainsFunc(d.Deny, has)
}

func excluded(d Document, exclude map[string][]string) bool {
	for name, values := range exclude {
		for _, v := range values {
			if slices.Contains(d.Attributes, name+":"+v) {
				return true
			}
		}
	}
	return false
}

func passes(d Document, any map[string][]string, without string) bool {
	for name, values := range any {
		if name == without || len(values) == 0 {
			continue
		}
		if !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(d.Attributes, name+":"+v) }) {
			return false
		}
	}
	return true
}

var errSnapshot = errors.New("retrieval: snapshot is damaged or of another version")

const snapshotMagic = "kyoten index 0\n"

// Snapshot writes the index, as it is now, with the position of the change feed
// that it stands for.
func (x *Index) Snapshot(w io.Writer, position int64) error {
	var b bytes.Buffer
	b.WriteString(snapshotMagic)
	e := gob.NewEncoder(&b)
	if err := errors.Join(e.Encode(position), e.Encode(*x.state.Load())); err != nil {
		return fmt.Errorf("retrieval: %w", err)
	}
	sum := crc32.ChecksumIEEE(b.Bytes())
	fmt.Fprintf(&b, "%08x", sum)
	_, err := w.Write(b.Bytes())
	return err
}

// Load reads what Snapshot wrote and returns the position given there. A snapshot
// that is damaged, cut short or of another version is an error: build the index
// anew then.
func Load(r io.Reader, c Config) (*Index, int64, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, 0, fmt.Errorf("retrieval: %w", err)
	}
	if len(b) < len(snapshotMagic)+8 || string(b[:len(snapshotMagic)]) != snapshotMagic {
		return nil, 0, errSnapshot
	}
	body, sum := b[:len(b)-8], string(b[len(b)-8:])
	if fmt.Sprintf("%08x", crc32.ChecksumIEEE(body)) != sum {
		return nil, 0, errSnapshot
	}
	var position int64
	docs := map[string]Document{}
	d := gob.NewDecoder(bytes.NewReader(body[len(snapshotMagic):]))
	if d.Decode(&position) != nil || d.Decode(&docs) != nil {
		return nil, 0, errSnapshot
	}
	x := New(c)
	x.state.Store(&docs)
	return x, position, nil
}
