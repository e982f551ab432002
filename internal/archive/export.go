package archive

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Progress hears how many rows of a table have been dealt with. It may be nil.
type Progress func(table string, rows int64)

// Export writes the whole hub, as it stood at one moment, to place: a folder, or
// a ZIP file when the name ends in .zip, encrypted when it ends in .zip.age and
// there is a passphrase. place must not exist. The same hub gives the same bytes
// (but for encryption), so two exports can be compared.
//
// The line in the log that says so is committed before the first byte is
// written and stands in the next export, not in this one: bringing an export in
// and exporting again gives the same files.
func (s *Service) Export(ctx context.Context, a hub.Actor, place, passphrase string, told Progress) (m Manifest, err error) {
	defer hub.Wrap(&err, "archive.Export")
	if err := permit(a); err != nil {
		return m, err
	}
	schema, err := s.db.Version(ctx)
	if err != nil {
		return m, err
	}
	to, err := newContainer(place, passphrase)
	if err != nil {
		return m, err
	}
	err = s.db.Read(ctx, func(rctx context.Context, tx db.Tx) error {
		// Reading anything fixes the moment; what is written afterwards is not seen.
		if _, err := db.Scalar[int64](tx.QueryRow(rctx, "select seq from log_head where id = 1")); err != nil {
			return err
		}
		if err := s.note(ctx, a, exportKind); err != nil {
			return err
		}
		if m, err = surveyed(rctx, tx, schema, to, told); err != nil {
			return err
		}
		return writeManifest(to, m)
	})
	if err != nil {
		to.drop()
		return m, err
	}
	return m, to.close()
}

func writeManifest(to sink, m Manifest) error {
	b, err := m.bytes()
	if err != nil {
		return err
	}
	w, err := to.create(manifestName)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}
