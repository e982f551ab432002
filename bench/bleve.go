package main

import (
	"os"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// bleveEngine is Bleve with one field and BM25.
type bleveEngine struct {
	folder    string
	index     bleve.Index
	numbering numbering
	took      time.Duration
}

func newBleve(folder string, c corpus) (*bleveEngine, error) {
	m := bleve.NewIndexMapping()
	if err := m.AddCustomAnalyzer("terms", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	m.ScoringModel = index.BM25Scoring
	text := bleve.NewTextFieldMapping()
	text.Analyzer, text.Store, text.IncludeInAll, text.IncludeTermVectors, text.DocValues = "terms", false, false, false, false
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt("t", text)
	m.DefaultMapping = doc
	x, err := bleve.NewUsing(folder+"/index", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, err
	}
	e := &bleveEngine{folder: folder, index: x, numbering: numbering{}}
	b := x.NewBatch()
	for i := range c.size {
		d := c.document(i)
		t := e.numbering.text(d.Terms)
		start := time.Now()
		if err := b.Index(d.ID, map[string]any{"t": t}); err != nil {
			return nil, err
		}
		if b.Size() == 2_000 || i == c.size-1 {
			if err := x.Batch(b); err != nil {
				return nil, err
			}
			b.Reset()
		}
		e.took += time.Since(start)
	}
	return e, nil
}

func (e *bleveEngine) name() string         { return "Bleve 2.6 BM25" }
func (e *bleveEngine) built() time.Duration { return e.took }
func (e *bleveEngine) megabytes() float64   { return megabytesUnder(e.folder) }

func (e *bleveEngine) search(n need) (ids []string) {
	terms := make([]query.Query, len(n.terms))
	for i, t := range n.terms {
		q := bleve.NewTermQuery(e.numbering.name(t.Term, t.Evidence))
		q.SetField("t")
		q.SetBoost(float64(t.Weight))
		terms[i] = q
	}
	r, err := e.index.Search(bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(terms...), 20, 0, false))
	if err != nil {
		panic(err)
	}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

func (e *bleveEngine) close() {
	e.index.Close()
	os.RemoveAll(e.folder)
}
