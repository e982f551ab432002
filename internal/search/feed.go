package search

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

const (
	batch     = 500 // records read and analysed at a time
	patience  = 400 * time.Millisecond
	soon      = 100             // lines that a query waits for
	tries     = 5               // at a record that changes while it is read
	saveEvery = 5 * time.Minute // snapshots while the log moves
)

// Run keeps the index up to date until ctx ends, and leaves a snapshot. Without
// it a Search still brings in what has changed, a batch at a time.
func (s *Service) Run(ctx context.Context) error {
	if !s.Ready() {
		if err := s.Open(ctx); err != nil {
			return err
		}
	}
	ended := make(chan struct{})
	defer func() { <-ended }()
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer close(ended)
		s.tend(inner)
	}()
	err := s.log.Follow(ctx, s.position.Load(), func(ctx context.Context, lines []audit.Line) error {
		s.feed.Lock()
		defer s.feed.Unlock()
		return s.advance(ctx, lines)
	})
	cancel()
	<-ended
	if ctx.Err() != nil {
		s.save(context.WithoutCancel(ctx))
		return nil
	}
	return err
}

// tend does what no line of the log asks for: records that change by the clock,
// and snapshots.
func (s *Service) tend(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.recheckDue(ctx); err != nil && ctx.Err() == nil {
			s.logger.Error("search: records that change by the clock were not read again", "error", err)
		}
		if time.Since(last) >= saveEvery {
			last = time.Now()
			s.save(ctx)
		}
	}
}

// recheckDue reads records again whose time has come: some at a time, so that a
// record just saved need not wait for the many of an import.
func (s *Service) recheckDue(ctx context.Context) error {
	for {
		now := s.clock.Now()
		var due []recordKey
		s.feed.Lock()
		s.mu.Lock()
		for k, at := range s.recheck {
			if !at.After(now) {
				due = append(due, k)
				delete(s.recheck, k)
			}
			if len(due) == batch {
				break
			}
		}
		s.mu.Unlock()
		err := s.refresh(ctx, due)
		if err != nil {
			s.later(due)
		}
		s.feed.Unlock()
		if err != nil || len(due) == 0 {
			return err
		}
	}
}

// advance brings the index from position to the end of the lines. The caller
// holds feed. Lines that it tells of already are passed over.
func (s *Service) advance(ctx context.Context, lines []audit.Line) error {
	for len(lines) > 0 && lines[0].Seq <= s.position.Load() {
		lines = lines[1:]
	}
	if len(lines) == 0 {
		return nil
	}
	last := lines[len(lines)-1].Seq
	keys, err := s.touchedBy(ctx, lines)
	if err != nil {
		return err
	}
	unique := make([]recordKey, 0, len(keys))
	seen := make(map[recordKey]bool, len(keys))
	for _, k := range keys {
		if !seen[k] {
			seen[k] = true
			unique = append(unique, k)
		}
	}
	// The records of an import come bit by bit, beside what people save.
	now := unique[:min(len(unique), max(batch, len(lines)))]
	if err := s.refresh(ctx, now); err != nil {
		return err
	}
	s.later(unique[len(now):])
	s.drop.Lock()
	for k, seq := range s.touched {
		if seq <= last {
			delete(s.touched, k)
		}
	}
	if s.dropped.Load() < last {
		s.dropped.Store(last)
	}
	s.drop.Unlock()
	s.moveTo(last)
	return nil
}

// touchedBy gives the records whose documents the lines may have changed.
func (s *Service) touchedBy(ctx context.Context, lines []audit.Line) (keys []recordKey, err error) {
	changes := make([]audit.Line, 0, len(lines))
	for _, l := range lines {
		switch l.Action {
		case audit.Read, audit.Export, audit.Login:
			continue
		}
		changes = append(changes, l)
		if s.byKind[l.Kind] != nil {
			keys = append(keys, recordKey{l.Kind, l.Record})
		}
	}
	if len(changes) == 0 {
		return nil, nil
	}
	for _, source := range s.sources {
		if source.Touched == nil {
			continue
		}
		ids, err := source.Touched(ctx, changes)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			keys = append(keys, recordKey{source.Kind, id})
		}
	}
	return keys, nil
}

// refresh reads the records again and puts what is found of them into the index.
// The caller holds feed.
func (s *Service) refresh(ctx context.Context, keys []recordKey) error {
	byKind := map[string][]hub.ID{}
	for _, k := range keys {
		byKind[k.kind] = append(byKind[k.kind], k.id)
	}
	for _, source := range s.sources {
		for ids := range slices.Chunk(byKind[source.Kind], batch) {
			for try := 0; len(ids) > 0; try++ {
				head, _, err := s.log.Head(ctx)
				if err != nil {
					return err
				}
				docs, err := source.Documents(ctx, ids)
				if err != nil {
					return err
				}
				if ids, err = s.put(ctx, source.Kind, ids, docs, head); err != nil {
					return err
				}
				if try == tries { // somebody saves it over and over
					left := make([]recordKey, len(ids))
					for i, id := range ids {
						left[i] = recordKey{source.Kind, id}
					}
					s.later(left)
					break
				}
			}
		}
	}
	return nil
}

// later has records read again within a second or two, as they come.
func (s *Service) later(keys []recordKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		s.recheck[k] = s.clock.Now()
	}
}

// put replaces what the index has of the records ids by docs, which were read
// when the log had come to head. Records that have been dropped for a line after
// head are not put, for docs may be older than that line, and given back: they
// must be read again.
func (s *Service) put(ctx context.Context, kind string, ids []hub.ID, docs []Document, head int64) (again []hub.ID, err error) {
	terms, err := s.analyse(ctx, kind, docs)
	if err != nil {
		return nil, err
	}
	found := make(map[recordKey]Document, len(docs))
	made := make(map[recordKey][]retrieval.Document, len(docs))
	for i, d := range docs {
		k := recordKey{kind, d.Record.ID}
		found[k] = d
		made[k] = expand(kind, d, terms[i])
	}
	var put []retrieval.Document
	var remove []string
	var gone []recordKey
	x := s.index.Load()

	s.drop.Lock()
	for _, id := range ids {
		k := recordKey{kind, id}
		if s.touched[k] > head {
			again = append(again, id)
			continue
		}
		keep := map[string]bool{}
		for _, d := range made[k] {
			keep[d.ID] = true
			put = append(put, d)
		}
		for _, id := range documentIDs(k) {
			if !keep[id] {
				remove = append(remove, id)
			}
		}
		if _, ok := found[k]; !ok {
			gone = append(gone, k)
		}
	}
	x.Delete(remove...) // first: for a moment too little is found, never too much
	x.Put(put...)
	s.drop.Unlock()

	s.mu.Lock()
	for _, id := range ids {
		k := recordKey{kind, id}
		if at := found[k].Recheck; !at.IsZero() {
			s.recheck[k] = at
		} else {
			delete(s.recheck, k)
		}
	}
	s.mu.Unlock()
	return again, s.forgetTerms(ctx, gone, found)
}

// fresh makes sure, before a query, that the index shows nothing which a
// committed change has taken back, and gives changes just made a moment to be
// brought in. It costs one small query when nothing has changed.
func (s *Service) fresh(ctx context.Context) error {
	if !s.Ready() {
		return hub.Errorf(hub.Unavailable, "error.search_not_ready")
	}
	head, _, err := s.log.Head(ctx)
	if err != nil {
		return err
	}
	if s.position.Load() >= head {
		return nil
	}
	if s.dropped.Load() < head {
		if err := s.dropTo(ctx, head); err != nil {
			return err
		}
	}
	if head-s.position.Load() > soon {
		return nil // an import: the rest comes while people work
	}
	if s.feed.TryLock() {
		defer s.feed.Unlock()
		lines, err := s.log.Since(ctx, s.position.Load(), soon)
		if err != nil {
			return err
		}
		return s.advance(ctx, lines)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.Wait(ctx, head); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// dropTo takes the records that lines up to head have touched out of the index,
// until they are read again.
func (s *Service) dropTo(ctx context.Context, head int64) error {
	s.drop.Lock()
	defer s.drop.Unlock()
	for s.dropped.Load() < head {
		lines, err := s.log.Since(ctx, s.dropped.Load(), 1000)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			return nil
		}
		keys, err := s.touchedBy(ctx, lines)
		if err != nil {
			return err
		}
		last := lines[len(lines)-1].Seq
		var ids []string
		for _, k := range keys {
			s.touched[k] = last
			ids = append(ids, documentIDs(k)...)
		}
		s.index.Load().Delete(ids...)
		s.dropped.Store(last)
	}
	return nil
}
