package catalogue

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// MostAtOnce is how many records one bulk change takes: it is one transaction,
// for which others wait.
const MostAtOnce = 1_000

// Bulk is one change to many records. Zero fields leave as it is what they name.
type Bulk struct {
	State          State
	Scope          hub.Scope
	Coordinator    hub.ID // a person
	NoCoordinator  bool   // takes the coordinator off
	AddFields      []string
	RemoveFields   []string
	AddKeywords    []string // Japanese
	RemoveKeywords []string
}

// Empty reports whether it would change nothing.
func (b Bulk) Empty() bool {
	return b.State == "" && b.Scope == "" && b.Coordinator == "" && !b.NoCoordinator &&
		len(b.AddFields)+len(b.RemoveFields)+len(b.AddKeywords)+len(b.RemoveKeywords) == 0
}

// bulkPart is what a bulk change can touch; it is kept to undo it.
type bulkPart struct {
	State       State     `json:"state"`
	Scope       hub.Scope `json:"scope"`
	Coordinator hub.ID    `json:"coordinator,omitempty"`
	Fields      []string  `json:"fields,omitempty"`
	Keywords    []string  `json:"keywords,omitempty"`
}

// worded is a record with keywords.
type worded interface{ keywords() *Words }

func partOf(e Entry) bulkPart {
	r := e.base()
	p := bulkPart{State: r.State, Scope: r.Scope, Coordinator: r.Coordinator, Fields: slices.Clone(r.Fields)}
	if w, ok := e.(worded); ok {
		p.Keywords = slices.Clone(w.keywords().JA)
	}
	return p
}

func (p bulkPart) into(e Entry) {
	r := e.base()
	r.State, r.Scope, r.Coordinator, r.Fields = p.State, p.Scope, p.Coordinator, p.Fields
	if w, ok := e.(worded); ok {
		w.keywords().JA = p.Keywords
	}
}

func (p bulkPart) same(q bulkPart) bool {
	return p.State == q.State && p.Scope == q.Scope && p.Coordinator == q.Coordinator &&
		slices.Equal(p.Fields, q.Fields) && slices.Equal(p.Keywords, q.Keywords)
}

// to gives what p becomes.
func (b Bulk) to(p bulkPart) bulkPart {
	if b.State != "" {
		p.State = b.State
	}
	if b.Scope != "" {
		p.Scope = b.Scope
	}
	if b.Coordinator != "" || b.NoCoordinator {
		p.Coordinator = b.Coordinator
	}
	p.Fields = joined(p.Fields, b.AddFields, b.RemoveFields)
	p.Keywords = joined(p.Keywords, b.AddKeywords, b.RemoveKeywords)
	return p
}

func joined(have, add, remove []string) []string {
	out := slices.DeleteFunc(slices.Clone(have), func(s string) bool { return slices.Contains(remove, s) })
	for _, s := range add {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Outcome is what a bulk change does to one record.
type Outcome struct {
	ID      hub.ID
	Version int // as seen; what is applied must still be this one
	Title   hub.Text
	Before  Part
	After   Part
	Refused error // why it stays as it is; nil when it is changed
	Same    bool  // nothing would change
}

// Part is what a bulk change can touch, to be shown.
type Part = bulkPart

// PreviewBulk says what a bulk change would do to each of ids that the actor may
// see; others are left out. Nothing is changed.
func (c *Collection[T, P]) PreviewBulk(ctx context.Context, a hub.Actor, ids []hub.ID, b Bulk) (out []Outcome, err error) {
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, _, err = c.weigh(ctx, tx, a, ids, b, "")
		return err
	})
	return out, err
}

// weigh loads the records, changes them in memory and says what may be kept.
func (c *Collection[T, P]) weigh(ctx context.Context, tx db.Tx, a hub.Actor, ids []hub.ID, b Bulk, lock string) (out []Outcome, changed []T, err error) {
	if len(ids) > MostAtOnce {
		return nil, nil, hub.Errorf(hub.Invalid, "error.bulk_many", "n", MostAtOnce)
	}
	all, err := c.lookup(ctx, tx, ids, lock)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range all {
		p := P(&e)
		before := *p.base()
		if before.Withdrawn || !access.Can(a, access.See, before.Access()) {
			continue
		}
		o := Outcome{ID: before.ID, Version: before.Version, Title: before.Title, Before: partOf(p)}
		o.After = b.to(o.Before)
		o.Same = o.After.same(o.Before)
		o.After.into(p)
		switch {
		case !access.Can(a, access.Edit, before.Access()):
			o.Refused = hub.Errorf(hub.Forbidden, "error.may_not_edit")
		case o.Same:
		default:
			if o.Refused = p.Check().Err(); o.Refused == nil {
				o.Refused = c.mayMove(a, before, p)
			}
			if o.Refused == nil && p.base().State == SeedAwaiting {
				if s, ok := any(p).(*Seed); ok && before.State != SeedAwaiting {
					o.Refused = s.Ready().Err()
				}
			}
		}
		out, changed = append(out, o), append(changed, e)
	}
	return out, changed, nil
}

// Batch is a bulk change that was made.
type Batch struct {
	ID      hub.ID
	Changed int
	Refused []Outcome // left as they are: refused, or changed by others since
}

// ApplyBulk makes a bulk change in one transaction, each record in a new version.
// seen gives the version of each record as it was previewed: what somebody has
// changed since is left, as is what is refused.
func (c *Collection[T, P]) ApplyBulk(ctx context.Context, a hub.Actor, ids []hub.ID, seen map[hub.ID]int, b Bulk) (batch Batch, err error) {
	defer hub.Wrap(&err, "catalogue.ApplyBulk(%d of %s)", len(ids), c.kindName())
	if b.Empty() {
		return batch, hub.Errorf(hub.Invalid, "error.bulk_empty")
	}
	batch.ID = hub.NewID()
	return batch, c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		out, changed, err := c.weigh(ctx, tx, a, ids, b, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		now := c.clock.Now()
		if _, err := tx.Exec(ctx, "insert into bulk_change (id, kind, user_id, at, undone) values ($1, $2, $3, $4, 0)",
			string(batch.ID), c.kindName(), string(a.User), db.Millis(now)); err != nil {
			return err
		}
		for i, o := range out {
			if o.Refused == nil && seen[o.ID] != o.Version {
				o.Refused = hub.Errorf(hub.Conflict, "error.changed_meanwhile", "version", o.Version)
			}
			if o.Refused != nil {
				batch.Refused = append(batch.Refused, o)
				continue
			}
			if o.Same {
				continue
			}
			if err := c.keepBulk(ctx, tx, a, P(&changed[i]), o.Before, now); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "insert into bulk_item (bulk_id, record_id, version, before) values ($1, $2, $3, $4)",
				string(batch.ID), string(o.ID), o.Version+1, mustJSON(o.Before)); err != nil {
				return err
			}
			batch.Changed++
		}
		if batch.Changed == 0 {
			return hub.Errorf(hub.Invalid, "error.bulk_none")
		}
		return nil
	})
}

// keepBulk stores a changed record with its line in the timeline, as Revise does.
func (c *Collection[T, P]) keepBulk(ctx context.Context, tx db.Tx, a hub.Actor, p P, was bulkPart, now time.Time) error {
	r := p.base()
	r.Version, r.Updated = r.Version+1, now
	before := *r
	before.State, before.Scope = was.State, was.Scope
	if err := c.lines.AddLine(ctx, a, told(before, p)...); err != nil {
		return err
	}
	if r.Scope != was.Scope && r.Scope.Narrower(was.Scope) == r.Scope {
		if err := c.lines.Narrow(ctx, r.ID, r.Scope); err != nil {
			return err
		}
	}
	return c.store(ctx, tx, a, p, audit.Change)
}

// UndoBulk takes a bulk change back: each record gets what it had before in a new
// version. Only who made it may. What somebody has changed since is left, and
// given with the reason.
func (c *Collection[T, P]) UndoBulk(ctx context.Context, a hub.Actor, id hub.ID) (batch Batch, err error) {
	defer hub.Wrap(&err, "catalogue.UndoBulk(%s)", id)
	batch.ID = id
	return batch, c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		who, undone, err := c.bulkOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if who != a.User || a.User == "" {
			return missing(id)
		}
		if undone {
			return hub.Errorf(hub.Conflict, "error.bulk_undone")
		}
		type item struct {
			id      hub.ID
			version int
			before  string
		}
		items, err := db.All(ctx, tx, func(r db.Row) (x item, err error) {
			err = r.Scan(&x.id, &x.version, &x.before)
			return x, err
		}, "select record_id, version, before from bulk_item where bulk_id = $1 order by record_id", string(id))
		if err != nil {
			return err
		}
		ids := make([]hub.ID, len(items))
		kept := map[hub.ID]item{}
		for i, x := range items {
			ids[i], kept[x.id] = x.id, x
		}
		all, err := c.lookup(ctx, tx, ids, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		now := c.clock.Now()
		for i := range all {
			p := P(&all[i])
			now0 := partOf(p)
			before := *p.base()
			o := Outcome{ID: before.ID, Version: before.Version, Title: before.Title, Before: now0}
			if err := json.Unmarshal([]byte(kept[o.ID].before), &o.After); err != nil {
				return err
			}
			o.After.into(p)
			if o.Refused = c.mayUndo(a, before, kept[o.ID].version, p); o.Refused != nil {
				if access.Can(a, access.See, before.Access()) {
					batch.Refused = append(batch.Refused, o)
				}
				continue
			}
			if err := c.keepBulk(ctx, tx, a, p, now0, now); err != nil {
				return err
			}
			batch.Changed++
		}
		_, err = tx.Exec(ctx, "update bulk_change set undone = $1 where id = $2", db.Millis(now), string(id))
		return err
	})
}

func (c *Collection[T, P]) bulkOf(ctx context.Context, tx db.Tx, id hub.ID) (who hub.ID, undone bool, err error) {
	var at int64
	err = tx.QueryRow(ctx, "select user_id, undone from bulk_change where id = $1 and kind = $2"+tx.Dialect().ForUpdate(), string(id), c.kindName()).Scan(&who, &at)
	if errors.Is(err, db.ErrNoRows) {
		return "", false, missing(id)
	}
	return who, at != 0, err
}

// mayUndo: a state goes back whatever its usual steps, a scope only as far as
// the actor may set it.
func (c *Collection[T, P]) mayUndo(a hub.Actor, before Record, version int, p P) error {
	switch {
	case before.Version != version || before.Withdrawn:
		return hub.Errorf(hub.Conflict, "error.changed_meanwhile", "version", before.Version)
	case !access.Can(a, access.Edit, before.Access()):
		return hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	stepless := before
	stepless.State = p.base().State
	return c.mayMove(a, stepless, p)
}
