package search

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// shape is the version of what expand makes; raising it makes older snapshots
// useless.
const shape = 1

// header stands before the index in a snapshot, as one line of JSON behind its
// checksum.
type header struct {
	Made    string // by which program
	Line    string // hash of the log's line at which it was taken
	Recheck []recheckAt
}

type recheckAt struct {
	Kind string
	ID   hub.ID
	At   time.Time
}

// made says by what the documents of a snapshot were made.
func (s *Service) made() string {
	parts := []string{"shape " + strconv.Itoa(shape), "lexical " + strconv.Itoa(lexical.Version)}
	for _, x := range s.sources {
		parts = append(parts, x.Kind+" "+x.Version)
	}
	return strings.Join(parts, ", ")
}

var (
	errNoSnapshot = errors.New("there is no snapshot")
	errDamaged    = errors.New("the snapshot is damaged")
	errForeign    = errors.New("the snapshot is of another version or installation")
)

// load reads the snapshot. It is good if it was made by this program of this
// installation: the log must have the very line at which it was taken, so that
// a snapshot of another database, or of a time that a restore has undone, is not.
func (s *Service) load(ctx context.Context) (*retrieval.Index, int64, error) {
	if s.snapshot == "" {
		return nil, 0, errNoSnapshot
	}
	f, err := os.Open(s.snapshot)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, errNoSnapshot
	}
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	line, err := r.ReadString('\n')
	if err != nil {
		return nil, 0, errDamaged
	}
	sum, body, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	var h header
	if sum != checksum(body) || json.Unmarshal([]byte(body), &h) != nil {
		return nil, 0, errDamaged
	}
	if h.Made != s.made() {
		return nil, 0, errForeign
	}
	x, position, err := retrieval.Load(r, indexed)
	if err != nil {
		return nil, 0, err
	}
	want, err := s.hashAt(ctx, position)
	if err != nil {
		return nil, 0, err
	}
	if want == "" || h.Line != want {
		return nil, 0, errForeign
	}
	for _, c := range h.Recheck {
		s.recheck[recordKey{c.Kind, c.ID}] = c.At
	}
	return x, position, nil
}

func checksum(s string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(s))) }

// hashAt gives the hash of one line of the log; "" when there is none.
func (s *Service) hashAt(ctx context.Context, seq int64) (string, error) {
	lines, err := s.log.Since(ctx, seq-1, 1)
	if err != nil || len(lines) == 0 || lines[0].Seq != seq {
		return "", err
	}
	return lines[0].Hash, nil
}

// save writes the snapshot if the log has moved since the last one. A failure is
// logged: the next start takes longer, that is all.
func (s *Service) save(ctx context.Context) {
	if s.snapshot == "" || !s.Ready() {
		return
	}
	s.feed.Lock()
	defer s.feed.Unlock()
	position := s.position.Load()
	// A record that is dropped and not yet read again would be missing from it.
	if position == s.saved || position == 0 || s.dropped.Load() > position {
		return
	}
	if err := s.write(ctx, position); err != nil {
		s.logger.Error("search: the snapshot was not written", "file", s.snapshot, "error", err)
		return
	}
	s.saved = position
}

func (s *Service) write(ctx context.Context, position int64) (err error) {
	h := header{Made: s.made()}
	if h.Line, err = s.hashAt(ctx, position); err != nil {
		return err
	}
	s.mu.Lock()
	for k, at := range s.recheck {
		h.Recheck = append(h.Recheck, recheckAt{k.kind, k.id, at})
	}
	s.mu.Unlock()
	body, err := json.Marshal(h)
	if err != nil {
		return err
	}
	// A temporary file is for this user alone (0600), and so is what it becomes.
	f, err := os.CreateTemp(filepath.Dir(s.snapshot), filepath.Base(s.snapshot)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	if _, err := fmt.Fprintf(w, "%s %s\n", checksum(string(body)), body); err != nil {
		return err
	}
	if err := s.index.Load().Snapshot(w, position); err != nil {
		return err
	}
	if err := errors.Join(w.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), s.snapshot)
}
