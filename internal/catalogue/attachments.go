package catalogue

import (
	"context"
	"io"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Attachments keeps files for the records of other rooms, in the same way as
// those of seeds and needs. It asks no access: the record's room does.
type Attachments struct {
	db    *db.DB
	clock hub.Clock
	kind  string
}

// Attachments gives the files of the records that a room calls kind.
func (s *Service) Attachments(kind string) Attachments {
	return Attachments{db: s.Seeds.db, clock: s.clock, kind: kind}
}

// Add keeps what r gives, at most so many bytes, as a file of a record. by is the
// account that brings it; "" for strangers.
func (x Attachments) Add(ctx context.Context, record, by hub.ID, name string, most int64, r io.Reader) (f File, err error) {
	if f, err = put(ctx, x.db, x.clock, by, Inner, name, most, r); err != nil {
		return f, err
	}
	f.Record = record
	return f, x.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update file set record_kind = $1, record_id = $2 where id = $3", x.kind, string(record), string(f.ID))
		return err
	})
}

// Of lists the files of records, oldest first.
func (x Attachments) Of(ctx context.Context, records ...hub.ID) (out []File, err error) {
	var args db.Args
	q := selectFile + " where removed = 0 and record_kind = " + args.Add(x.kind) + " and " + db.In(&args, "record_id", texts(records)) + " order by created, id"
	err = x.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanFile, q, args...)
		return err
	})
	return out, err
}

// Copy writes the bytes of a file.
func (x Attachments) Copy(ctx context.Context, f File, w io.Writer) error {
	return copyFile(ctx, x.db, f, w)
}
