package catalogue

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// A large import is written in many small transactions, so that others can save
// meanwhile, and yet appears in one: while its import stands in the table
// arriving, no read of this room gives a record of it. Arrived removes that one
// row, which is the moment when all of them are there.

// here is what every select of records asks.
const here = "t.import_id not in (select import_id from arriving)"

// Arriving hides the records of an import, those that are there and those to
// come, until Arrived or Discard. Calling it again changes nothing.
func (s *Service) Arriving(ctx context.Context, a hub.Actor, imported hub.ID) error {
	if a.Kind != hub.System && len(a.Areas(hub.Role.Staff)) == 0 {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "insert into arriving (import_id) values ($1) on conflict do nothing", string(imported))
		return err
	})
}

// Arrived lets the records of an import appear, all at once. The caller writes
// the line about the import in the same transaction.
func (s *Service) Arrived(ctx context.Context, imported hub.ID) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "delete from arriving where import_id = $1", string(imported))
		return err
	})
}

// Discard takes the hidden records of an import away for good, with what was
// written about them, a few at a time. Records that have arrived stay.
func (s *Service) Discard(ctx context.Context, a hub.Actor, imported hub.ID) (err error) {
	defer hub.Wrap(&err, "catalogue.Discard(%s)", imported)
	if err := s.Seeds.discard(ctx, a, imported); err != nil {
		return err
	}
	if err := s.Needs.discard(ctx, a, imported); err != nil {
		return err
	}
	return s.Arrived(ctx, imported)
}

func (c *Collection[T, P]) discard(ctx context.Context, a hub.Actor, imported hub.ID) error {
	kind := c.kindName()
	for {
		var gone []hub.ID
		err := c.db.Write(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			gone, err = db.All(ctx, tx, db.Scalar[hub.ID], "select t.id from "+kind+" t where t.import_id = $1 and not ("+here+") limit 500", string(imported))
			if err != nil || len(gone) == 0 {
				return err
			}
			for _, table := range []struct{ name, column string }{{kind, "id"}, {"record_person", "record_id"}} {
				var args db.Args
				if _, err := tx.Exec(ctx, "delete from "+table.name+" where "+db.In(&args, table.column, texts(gone)), args...); err != nil {
					return err
				}
			}
			if err := c.log.Forget(ctx, tx, kind, gone); err != nil {
				return err
			}
			if err := c.lines.Forget(ctx, gone); err != nil {
				return err
			}
			for _, id := range gone {
				c.log.Add(ctx, a, audit.Entry{Action: audit.Delete, Kind: kind, Record: id})
			}
			return nil
		})
		if err != nil || len(gone) == 0 {
			return err
		}
	}
}

// IDsOfImport gives every record of an import, for indexes.
func (c *Collection[T, P]) IDsOfImport(ctx context.Context, imported hub.ID) (ids []hub.ID, err error) {
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		ids, err = db.All(ctx, tx, db.Scalar[hub.ID], "select id from "+c.kindName()+" where import_id = $1", string(imported))
		return err
	})
	return ids, err
}
