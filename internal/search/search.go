// Package search finds records of every kind: one index in memory over all that
// can be found, with text, filters, facet counts, sorting and access evaluated in
// one pass.
//
// The rooms above do not know it. A Source tells how the records of one kind are
// read and what of them may be found by whom; the change feed says when. Texts
// are analysed once and their terms kept in the database, and a snapshot of the
// index lies beside it, so that a restart reads instead of analysing.
//
// What a search gives are IDs, scores and counts. The text of a hit is fetched by
// its own room, under the actor's scope. A hidden text makes no hit, no count and
// no facet value: of a record with layers of different scopes there is one
// document for each of them (see expand), and every actor sees exactly one.
// Sealed texts are in no document. The index may lose a record for a moment while
// it is changed; it never shows what has been taken back before the query began.
package search

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// Source tells of the records of one kind. Its functions read as the system.
type Source struct {
	// Kind is the name of the kind, as in the log: "seed".
	Kind string
	// Documents reads the records of these IDs. One that is missing in the answer
	// can no longer be found.
	Documents func(ctx context.Context, ids []hub.ID) ([]Document, error)
	// All gives every record once, in any order, until yield fails.
	All func(ctx context.Context, yield func(Document) error) error
	// Touched gives the records whose documents another kind's change makes
	// outdated, such as those that carry the name of a renamed organisation. Nil
	// means none; lines of the source's own kind need not be told.
	Touched func(ctx context.Context, lines []audit.Line) ([]hub.ID, error)
	// Numbers and Keys name the source's own columns, in the order of
	// Document.Numbers and Document.Keys. A search for this kind alone can be sorted
	// by them.
	Numbers, Keys []string
	// Version changes when the documents of unchanged records change, for example
	// because a field is added; an older snapshot is then not used.
	Version string
}

// Document is what can be found of one record.
type Document struct {
	Record access.Resource
	// Readers gives the reader tokens of a scope; nil means those of package access
	// for Record. Readers of a narrower scope must be among those of a wider one.
	Readers func(hub.Scope) []string
	// Layers are the texts and attributes, each with a scope of its own. A layer is
	// never open to more readers than the record.
	Layers []Layer
	// Updated and SortKey are the columns that every kind has: "updated" and
	// "title". These and the source's own columns may say nothing that a reader of
	// the record's own scope may not know, for they order lists.
	Updated time.Time
	SortKey string
	Numbers []int64
	Keys    []string
	// Recheck is when the document changes without a line in the log, as by the end
	// of a grant; zero = never.
	Recheck time.Time
}

// Layer is a part of a record that the same readers may read.
type Layer struct {
	Scope  hub.Scope
	Fields []lexical.Field
	// Attributes can be filtered by and counted, each "name:value". "kind" and "area"
	// are added to every document.
	Attributes []string
}

// Service is the search of one installation.
type Service struct {
	db       *db.DB
	log      *audit.Log
	clock    hub.Clock
	analyzer *lexical.Analyzer
	sources  []Source
	byKind   map[string]*Source
	logger   *slog.Logger
	snapshot string
	workers  int

	index atomic.Pointer[retrieval.Index] // nil until Open is done

	// feed is held by who brings the index up to date; position is the last line of
	// the log that it tells of.
	feed     sync.Mutex
	position atomic.Int64

	// Lines after position whose records have left the index already, so that no
	// query shows what they took back: all up to dropped. touched says up to which
	// line's account a record was dropped last.
	drop    sync.Mutex
	dropped atomic.Int64
	touched map[recordKey]int64

	mu sync.Mutex
	// questions are texts analysed before, by the digest of their fields; they hold
	// the words of records and stay in memory.
	questions map[[sha256.Size]byte]lexical.Query
	moved     chan struct{} // closed and replaced when position moves
	recheck   map[recordKey]time.Time
	saved     int64 // position of the last snapshot
}

// recordKey names a record among all kinds.
type recordKey struct {
	kind string
	id   hub.ID
}

// Options are what a Service can be given beyond its needs.
type Options struct {
	// Snapshot is the path of the index on disk; "" keeps none.
	Snapshot string
	// Analyzer reads texts; nil means lexical.New().
	Analyzer *lexical.Analyzer
	Logger   *slog.Logger // nil discards
}

// New gives the search over the sources. Open must be called before it answers.
func New(d *db.DB, log *audit.Log, clock hub.Clock, o Options, sources ...Source) *Service {
	s := &Service{
		db: d, log: log, clock: clock, analyzer: o.Analyzer, sources: sources, byKind: map[string]*Source{},
		logger: o.Logger, snapshot: o.Snapshot, workers: max(1, runtime.NumCPU()),
		touched: map[recordKey]int64{}, moved: make(chan struct{}), recheck: map[recordKey]time.Time{},
	}
	if s.analyzer == nil {
		s.analyzer = lexical.New()
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	for i := range s.sources {
		s.byKind[s.sources[i].Kind] = &s.sources[i]
	}
	return s
}

// Kinds lists the kinds that can be found, in the order of the sources.
func (s *Service) Kinds() []string {
	var kinds []string
	for _, x := range s.sources {
		kinds = append(kinds, x.Kind)
	}
	return kinds
}

// Ready reports whether the index has been opened, so that Search answers.
func (s *Service) Ready() bool { return s.index.Load() != nil }

// Position is the number of the last line of the log that the index tells of.
func (s *Service) Position() int64 { return s.position.Load() }

// Len is the number of documents in the index: at least one for each record that
// can be found.
func (s *Service) Len() int {
	if x := s.index.Load(); x != nil {
		return x.Len()
	}
	return 0
}

// Wait returns when the index tells of line seq of the log, or with ctx's error.
func (s *Service) Wait(ctx context.Context, seq int64) error {
	for {
		s.mu.Lock()
		moved := s.moved
		s.mu.Unlock()
		if s.position.Load() >= seq && s.Ready() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		}
	}
}

// moveTo tells those who wait that the index has come to a line of the log.
func (s *Service) moveTo(seq int64) {
	s.position.Store(seq)
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.moved)
	s.moved = make(chan struct{})
}

// The levels at which documents are made, widest first, with the letter that
// tells them apart in the index.
var levels = []struct {
	scope  hub.Scope
	letter string
}{{hub.Public, "p"}, {hub.Members, "m"}, {hub.HubOnly, "h"}, {hub.Case, "c"}}

func documentID(k recordKey, letter string) string { return string(k.id) + "/" + k.kind + "/" + letter }

// documentIDs are all that a record may have in the index.
func documentIDs(k recordKey) []string {
	ids := make([]string, len(levels))
	for i, l := range levels {
		ids[i] = documentID(k, l.letter)
	}
	return ids
}

// fullest marks the document with the most text of each record: the one that the
// system, which may see all of them, is shown.
const fullest = "fullest"

// expand makes the documents of a record: one for every scope that one of its
// layers has, with the text of all layers that are at least as open. Readers of a
// narrower scope are among those of every wider one, so each document is open to
// the readers of its scope and shut to those of the next, and nobody sees two.
//
// Only the widest document of a public or members' record adds to term weights:
// else the weight of a word would tell of texts that one may not read.
func expand(kind string, d Document, terms []lexical.Terms) []retrieval.Document {
	k := recordKey{kind, d.Record.ID}
	readers := d.Readers
	if readers == nil {
		readers = func(s hub.Scope) []string { return access.Readers(d.Record, s) }
	}
	var out []retrieval.Document
	for _, level := range levels {
		have := level.scope == d.Record.Scope
		doc := retrieval.Document{
			ID:         documentID(k, level.letter),
			Allow:      readers(level.scope),
			Attributes: []string{"kind:" + kind},
			Numbers:    append([]int64{db.Millis(d.Updated)}, d.Numbers...),
			Keys:       append([]string{d.SortKey}, d.Keys...),
		}
		if d.Record.Area != "" {
			doc.Attributes = append(doc.Attributes, "area:"+string(d.Record.Area))
		}
		for i, layer := range d.Layers {
			switch scope := d.Record.Scope.Narrower(layer.Scope); {
			case scope.Narrower(level.scope) != level.scope:
				continue // narrower than this level
			case scope == level.scope && len(layer.Fields)+len(layer.Attributes) > 0:
				have = true
			}
			doc.Terms = append(doc.Terms, terms[i].Occurrences()...)
			doc.Attributes = append(doc.Attributes, layer.Attributes...)
		}
		if !have || d.Record.Scope.Narrower(level.scope) != level.scope {
			continue
		}
		slices.Sort(doc.Attributes)
		doc.Attributes = slices.Compact(doc.Attributes)
		wide := level.scope == hub.Public || level.scope == hub.Members
		doc.Weightless = len(out) > 0 || !wide
		if n := len(out); n > 0 {
			out[n-1].Deny = doc.Allow
		}
		out = append(out, doc)
	}
	if n := len(out); n > 0 {
		out[n-1].Attributes = append(out[n-1].Attributes, fullest+":1")
	}
	return out
}
