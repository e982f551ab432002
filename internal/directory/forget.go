package directory

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// forgotten is the name of a person whose record was made anonymous.
const forgotten = "（削除済み）"

// Forget makes a person's record anonymous for good: what described him, his ways
// to be reached and the earlier versions go; the record stays, withdrawn, so that
// what names its id still stands. It takes the area's staff or an administrator, whatever
// the record's scope: what is done away with is read by nobody.
func (s *People) Forget(ctx context.Context, a hub.Actor, id hub.ID) (err error) {
	defer hub.Wrap(&err, "directory.People.Forget(%s)", id)
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := s.load(ctx, tx, hub.SystemActor, access.Edit, id, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if !a.StaffOf(p.Area) && !a.IsAdministrator() && a.Kind != hub.System {
			return hub.Errorf(hub.NotFound, "error.not_found")
		}
		p = Person{
			ID: p.ID, Area: p.Area, Kind: p.Kind, Scope: hub.HubOnly, Name: forgotten, Sample: p.Sample, Withdrawn: true,
			MergedInto: p.MergedInto, Version: p.Version + 1, Created: p.Created, Updated: s.now(),
		}
		for _, q := range []string{
			"delete from contact where record_kind = 'person' and record_id = $1",
			"delete from version where kind = '" + KindPerson + "' and record_id = $1",
		} {
			if _, err := tx.Exec(ctx, q, string(id)); err != nil {
				return err
			}
		}
		return s.store(ctx, tx, a, p, audit.Delete, "", nil)
	})
}
