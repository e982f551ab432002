package search

import (
	"context"
	"time"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// Open makes the index ready: from the snapshot where there is a good one, else
// from the records and the terms kept of them. It returns when Search answers.
func (s *Service) Open(ctx context.Context) error {
	if s.Ready() {
		return nil
	}
	s.feed.Lock()
	defer s.feed.Unlock()
	began := time.Now()
	x, position, err := s.load(ctx)
	how := "snapshot"
	if err != nil {
		s.logger.Info("search: building the index", "why", err.Error())
		how = "records"
		if x, position, err = s.build(ctx); err != nil {
			return err
		}
	}
	s.dropped.Store(position)
	s.saved = 0
	if how == "snapshot" {
		s.saved = position
	}
	s.index.Store(x)
	s.moveTo(position)
	s.logger.Info("search: the index is open", "from", how, "documents", x.Len(), "position", position, "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// indexed says how the index keeps terms. Pairs of words mostly occur once, so
// they are told apart by twenty bits of hash rather than by name: a million
// records would else spend more memory on their names than on their places.
var indexed = retrieval.Config{Fold: map[retrieval.Evidence]int{lexical.Pairs: 20}}

// build makes the index from every record of every source. Lines that come while
// it reads are brought in afterwards: position is the head of the log before.
func (s *Service) build(ctx context.Context) (*retrieval.Index, int64, error) {
	position, _, err := s.log.Head(ctx)
	if err != nil {
		return nil, 0, err
	}
	x := retrieval.New(indexed)
	for _, source := range s.sources {
		var docs []Document
		flush := func() error {
			terms, err := s.analyse(ctx, source.Kind, docs)
			if err != nil {
				return err
			}
			var put []retrieval.Document
			for i, d := range docs {
				put = append(put, expand(source.Kind, d, terms[i])...)
				if !d.Recheck.IsZero() {
					s.mu.Lock()
					s.recheck[recordKey{source.Kind, d.Record.ID}] = d.Recheck
					s.mu.Unlock()
				}
			}
			x.Put(put...)
			docs = docs[:0]
			return nil
		}
		err := source.All(ctx, func(d Document) error {
			if docs = append(docs, d); len(docs) < 4*batch {
				return nil
			}
			return flush()
		})
		if err == nil {
			err = flush()
		}
		if err != nil {
			return nil, 0, err
		}
	}
	return x, position, nil
}

// Rebuild makes the index anew from the records, for doctor and after a restore.
func (s *Service) Rebuild(ctx context.Context) error {
	s.feed.Lock()
	defer s.feed.Unlock()
	x, position, err := s.build(ctx)
	if err != nil {
		return err
	}
	s.drop.Lock()
	defer s.drop.Unlock()
	s.dropped.Store(position)
	clear(s.touched)
	s.index.Store(x)
	s.moveTo(position)
	return nil
}
