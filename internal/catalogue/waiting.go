package catalogue

import (
	"context"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Title is what stands for a record in a list of another room: enough to name
// it, to say where it stands and to know who may read it.
type Title struct {
	ID          hub.ID
	Area        hub.ID
	Title       hub.Text
	State       State
	Scope       hub.Scope
	Coordinator hub.ID // a person
	Updated     int64  // UTC milliseconds
}

const titleColumns = `t.id, t.area_id, t.title_ja, t.title_en, t.state, t.scope, t.coordinator_id, t.updated`

func scanTitle(r db.Row) (t Title, err error) {
	err = r.Scan(&t.ID, &t.Area, &t.Title.JA, &t.Title.EN, &t.State, &t.Scope, &t.Coordinator, &t.Updated)
	return t, err
}

// Titles names those records of ids that the actor may see, by their ID: one
// query however many.
func (c *Collection[T, P]) Titles(ctx context.Context, a hub.Actor, ids []hub.ID) (map[hub.ID]Title, error) {
	out := map[hub.ID]Title{}
	for chunk := range chunks(ids, 500) {
		var args db.Args
		q := "select " + titleColumns + " from " + c.kindName() + " t where t.withdrawn = 0 and " + here + " and " + db.In(&args, "t.id", texts(chunk)) +
			" and " + access.Scope(a, access.See).SQL("t", db.Millis(c.clock.Now()), args.Add)
		err := c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
			found, err := db.All(ctx, tx, scanTitle, q, args...)
			for _, t := range found {
				out[t.ID] = t
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Waiting says which records wait for somebody.
type Waiting struct {
	// Persons own or coordinate the record; Areas take in every record of an area
	// besides. With neither nothing is found.
	Persons []hub.ID
	Areas   []hub.ID
	States  []State
	// Unplanned leaves only records about which no next action is open.
	Unplanned bool
}

// Waiting lists records that wait and that the actor may see, those that have
// not been touched longest first, at most limit, and says how many there are.
func (c *Collection[T, P]) Waiting(ctx context.Context, a hub.Actor, w Waiting, limit int) (out []Title, total int, err error) {
	var args db.Args
	var whose []string // each has an index, and none may be a constant: SQLite would then use no index at all
	if persons := texts(w.Persons); len(persons) > 0 {
		whose = append(whose, db.In(&args, "t.coordinator_id", persons), db.In(&args, "t.owner_id", persons))
	}
	if len(w.Areas) > 0 {
		whose = append(whose, db.In(&args, "t.area_id", texts(w.Areas)))
	}
	if whose == nil {
		return nil, 0, nil
	}
	q := "select " + titleColumns + ", count(*) over () from " + c.kindName() + " t where t.withdrawn = 0 and " + here + " and (" + strings.Join(whose, " or ") + ")"
	if w.States != nil {
		states := make([]string, len(w.States))
		for i, s := range w.States {
			states[i] = string(s)
		}
		q += " and " + db.In(&args, "t.state", states)
	}
	if w.Unplanned {
		q += " and " + activity.NoneOpen("t.id")
	}
	q += " and " + access.Scope(a, access.See).SQL("t", db.Millis(c.clock.Now()), args.Add) + " order by t.updated, t.id limit " + limitText(limit)
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, func(r db.Row) (t Title, err error) {
			err = r.Scan(&t.ID, &t.Area, &t.Title.JA, &t.Title.EN, &t.State, &t.Scope, &t.Coordinator, &t.Updated, &total)
			return t, err
		}, q, args...)
		return err
	})
	return out, total, err
}
