package intake

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// Upload takes a file in and proposes what its columns mean. A file that cannot
// be read is refused at once and not kept. Nothing is read beyond the header;
// see Begin.
func (s *Service) Upload(ctx context.Context, a hub.Actor, area hub.ID, kind Kind, name string, r io.Reader) (imp Import, err error) {
	defer hub.Wrap(&err, "intake.Upload(%s)", kind)
	if !may(a, area) {
		return imp, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	if !kind.Valid() {
		return imp, missing()
	}
	f, err := os.CreateTemp("", "kyoten-import-*")
	if err != nil {
		return imp, err
	}
	defer discard(f)
	size, err := io.Copy(f, io.LimitReader(r, sheet.DefaultLimits.File+1))
	if err != nil {
		return imp, err
	}
	now := s.clock.Now()
	imp = Import{ID: hub.NewID(), Area: area, Kind: kind, State: Waiting, File: clip(name), User: a.User, UserName: a.Name, Created: now, Updated: now}
	imp.Size = size
	book, err := sheet.Open(name, f, size, sheet.Options{Known: Known(kind)})
	if err != nil {
		return imp, err
	}
	table, err := book.Best()
	if err != nil {
		return imp, err
	}
	imp.describe(book, table)
	if imp.Choices, err = Propose(table, kind); err != nil {
		return imp, err
	}
	if err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return insertImport(ctx, tx, imp) }); err != nil {
		return imp, err
	}
	return imp, s.keepFile(ctx, imp.ID, f, size)
}

func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

const chunkSize = 1 << 20

func (s *Service) keepFile(ctx context.Context, id hub.ID, f io.ReaderAt, size int64) error {
	buf := make([]byte, chunkSize)
	for n := 0; int64(n)*chunkSize < size; n++ {
		k, err := f.ReadAt(buf, int64(n)*chunkSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, "insert into import_file (import_id, n, data) values ($1, $2, $3)", string(id), n, buf[:k])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// openFile gives the stored file as a book; close ends it.
func (s *Service) openFile(ctx context.Context, imp Import) (book *sheet.Book, closer func(), err error) {
	f, err := os.CreateTemp("", "kyoten-import-*")
	if err != nil {
		return nil, nil, err
	}
	closer = func() { discard(f) }
	for n := 0; int64(n)*chunkSize < imp.Size; n++ {
		var data []byte
		err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.QueryRow(ctx, "select data from import_file where import_id = $1 and n = $2", string(imp.ID), n).Scan(&data)
		})
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			closer()
			return nil, nil, err
		}
	}
	if book, err = sheet.Open(imp.File, f, imp.Size, sheet.Options{Known: Known(imp.Kind)}); err != nil {
		closer()
		return nil, nil, err
	}
	return book, closer, nil
}
