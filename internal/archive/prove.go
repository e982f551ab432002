package archive

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Report is what a proof found: that each table holds what the manifest says,
// that the database is intact, and that the chain of the log holds to the head
// that was noted when the copy was made.
type Report struct {
	From   string // the export or copy
	Kept   string // where what stood there before is kept; "" when there was nothing
	Tables []Compared
	Lines  int64 // of the log, all verified
	Head   string
	Schema int64
	// Certified tells that the copy carries a manifest; without one only the
	// database itself and its chain could be verified.
	Certified bool
}

// Compared is one table as it should be and as it is.
type Compared struct {
	Name      string
	Want, Got int64
	Same      bool // the digests of all rows agree
}

// Rows counts the rows that were found.
func (r Report) Rows() (n int64) {
	for _, t := range r.Tables {
		n += t.Got
	}
	return n
}

// Prove compares the database with what m says of it, digest by digest, and
// verifies the database and the chain of its log. It fails with the first thing
// that does not hold; the report has all tables all the same.
func (s *Service) Prove(ctx context.Context, a hub.Actor, m Manifest) (r Report, err error) {
	if err := permit(a); err != nil {
		return r, err
	}
	r.Certified = true
	if err := s.intact(ctx); err != nil {
		return r, err
	}
	got, err := s.survey(ctx)
	if err != nil {
		return r, err
	}
	r.Schema = got.Schema
	for _, w := range m.Tables {
		g, _ := got.Table(w.Name)
		r.Tables = append(r.Tables, Compared{Name: w.Name, Want: w.Rows, Got: g.Rows, Same: g.Rows == w.Rows && g.SHA256 == w.SHA256})
	}
	for _, t := range r.Tables {
		if !t.Same {
			return r, hub.Errorf(hub.Conflict, "archive.error.differs", "table", t.Name, "want", t.Want, "got", t.Got)
		}
	}
	if got.Log != m.Log {
		return r, hub.Errorf(hub.Conflict, "archive.error.head", "want", m.Log.Lines, "got", got.Log.Lines)
	}
	r.Lines, err = s.log.Verify(ctx)
	r.Head = got.Log.Hash
	return r, err
}

// survey tells what the database holds without writing it anywhere.
func (s *Service) survey(ctx context.Context) (m Manifest, err error) {
	schema, err := s.db.Version(ctx)
	if err != nil {
		return m, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err = surveyed(ctx, tx, schema, nowhere{}, nil)
		return err
	})
	return m, err
}

// intact has SQLite read its whole file and compare rows with indexes;
// PostgreSQL checks its own pages.
func (s *Service) intact(ctx context.Context) error {
	if s.db.Dialect() != db.SQLite {
		return nil
	}
	return s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		first, err := db.Scalar[string](tx.QueryRow(ctx, "pragma integrity_check(1)"))
		if err != nil || first == "ok" {
			return err
		}
		return hub.Errorf(hub.Conflict, "archive.error.not_intact", "why", first)
	})
}
