package enquiry

import (
	"context"
	"io"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// MaxFile is the most bytes that an asker's file may have.
const MaxFile = 10 << 20

// mostFiles is how many files an enquiry takes.
const mostFiles = 5

// Attach keeps a file with an enquiry that has just been asked, for whoever asked
// it; afterwards it is a conflict, for a stranger has no other standing.
func (s *Service) Attach(ctx context.Context, id hub.ID, name string, r io.Reader) (err error) {
	defer hub.Wrap(&err, "enquiry.Attach(%s)", id)
	e, err := s.load(ctx, id)
	if err != nil {
		return err
	}
	if e.Version != 1 {
		return hub.Errorf(hub.Conflict, "enquiry.error_over")
	}
	return s.attach(ctx, hub.Actor{}, &e, name, r)
}

func (s *Service) attach(ctx context.Context, a hub.Actor, e *Enquiry, name string, r io.Reader) error {
	have, err := s.files().Of(ctx, e.ID)
	if err != nil {
		return err
	}
	if len(have) >= mostFiles {
		return hub.Errorf(hub.Invalid, "enquiry.error_files", "n", mostFiles)
	}
	f, err := s.files().Add(ctx, e.ID, a.User, name, MaxFile, r)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
		s.log.Add(ctx, a, audit.Entry{Action: audit.Change, Kind: Kind, Record: e.ID, Area: e.Area, Digest: f.SHA256})
		return s.note(ctx, a, e, "enquiry.line_file")
	})
}

func (s *Service) files() catalogue.Attachments { return s.Catalogue.Attachments(Kind) }

// Files lists the files of an enquiry, and of those it continues, to those who may
// answer it and know who asks: a file tells who wrote it.
func (s *Service) Files(ctx context.Context, a hub.Actor, id hub.ID) ([]catalogue.File, error) {
	v, err := s.Get(ctx, a, id)
	if err != nil || v.StatusOnly || !v.Name {
		return nil, err
	}
	ids := []hub.ID{id}
	for from := v.From; from != "" && len(ids) < passes; {
		ids = append(ids, from)
		e, err := s.load(ctx, from)
		if err != nil {
			return nil, err
		}
		from = e.From
	}
	return s.files().Of(ctx, ids...)
}

// ReadFile writes the bytes of one of Files to w; start is called once before the
// first. Taking it is logged first.
func (s *Service) ReadFile(ctx context.Context, a hub.Actor, id, file hub.ID, start func(catalogue.File), w io.Writer) (err error) {
	defer hub.Wrap(&err, "enquiry.ReadFile(%s)", file)
	all, err := s.Files(ctx, a, id)
	if err != nil {
		return err
	}
	for _, f := range all {
		if f.ID != file {
			continue
		}
		err := s.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
			s.log.Add(ctx, a, audit.Entry{Action: audit.Read, Kind: Kind, Record: id})
			return nil
		})
		if err != nil {
			return err
		}
		start(f)
		return s.files().Copy(ctx, f, w)
	}
	return missing()
}
