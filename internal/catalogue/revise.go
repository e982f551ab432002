package catalogue

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

func limitText(n int) string { return strconv.Itoa(max(1, min(n, 1_000))) }

// Revise changes a record, both layers in hand. version is the one the actor
// saw; when somebody has changed the record since, it is a Conflict and nothing
// is changed. Narrowing a scope needs Edit, widening one needs Publish; a seed
// goes beyond the hub only through its gate.
func (c *Collection[T, P]) Revise(ctx context.Context, a hub.Actor, id hub.ID, version int, change func(*T) error) (out T, err error) {
	defer hub.Wrap(&err, "catalogue.Revise(%s)", id)
	err = c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		e, err := c.loadIn(ctx, tx, id, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		before := *P(&e).base()
		if !access.Can(a, access.See, before.Access()) {
			return missing(id)
		}
		if !access.Can(a, access.Edit, before.Access()) {
			return hub.Errorf(hub.Forbidden, "error.may_not_edit")
		}
		if before.Withdrawn {
			return hub.Errorf(hub.Conflict, "error.record_withdrawn")
		}
		if before.Version != version {
			return hub.Errorf(hub.Conflict, "error.changed_meanwhile", "version", before.Version)
		}
		// Who may edit but not see a layer must not change it unseen.
		seesDetail := access.Can(a, access.SeeDetail, before.Access())
		hidden := e
		if err := change(&e); err != nil {
			return err
		}
		p := P(&e)
		r := p.base()
		r.ID, r.Area, r.Created, r.Sample, r.Import, r.named = before.ID, before.Area, before.Created, before.Sample, before.Import, before.named
		if !seesDetail {
			keepDetail[T, P](&e, &hidden)
		}
		if err := p.Check().Err(); err != nil {
			return err
		}
		if err := c.mayMove(a, before, p); err != nil {
			return err
		}
		r.Version = before.Version + 1
		r.Updated = c.clock.Now()
		out = e
		if err := c.lines.AddLine(ctx, a, told(before, p)...); err != nil {
			return err
		}
		if r.Scope != before.Scope && r.Scope.Narrower(before.Scope) == r.Scope {
			// What was noted about it must not tell more than the record itself.
			if err := c.lines.Narrow(ctx, id, r.Scope); err != nil {
				return err
			}
		}
		return c.store(ctx, tx, a, p, audit.Change)
	})
	return out, err
}

// told says in the timeline what a revision changed: the state and the scope in
// words of their own, anything else as a plain change.
func told(before Record, e Entry) (lines []activity.Record) {
	r := e.base()
	if r.State != before.State {
		word := func(s State) string { return activity.Word(e.RecordKind() + "_state." + string(s)) }
		lines = append(lines, line(e, "activity.state_changed", hub.Args("from", word(before.State), "to", word(r.State))))
	}
	if r.Scope != before.Scope {
		word := func(s hub.Scope) string { return activity.Word("scope." + string(s)) }
		lines = append(lines, line(e, "activity.scope_changed", hub.Args("from", word(before.Scope), "to", word(r.Scope))))
	}
	if lines == nil {
		lines = append(lines, line(e, "activity."+e.RecordKind()+"_changed", nil))
	}
	return lines
}

func keepDetail[T any, P Pointer[T]](to, from *T) {
	reflect.ValueOf(P(to).Inner()).Elem().Set(reflect.ValueOf(P(from).Inner()).Elem())
}

// mayMove asks whether the state and the scopes may go from what they were to
// what they are now.
func (c *Collection[T, P]) mayMove(a hub.Actor, before Record, p P) error {
	r := p.base()
	if r.State != before.State && !slices.Contains(p.Steps(before.State), r.State) {
		return hub.Errorf(hub.Invalid, "error.state_step", "from", string(before.State), "to", string(r.State))
	}
	wider := func(now, old hub.Scope) bool { return now != old && now.Narrower(old) == old }
	if wider(r.Scope, before.Scope) || wider(r.NameScope, before.NameScope) || wider(r.DetailScope, before.DetailScope) {
		if !access.Can(a, access.Publish, before.Access()) {
			return hub.Errorf(hub.Forbidden, "error.may_not_publish")
		}
		if s, ok := any(p).(*Seed); ok && (widerThanHub(r.Scope) || widerThanHub(r.DetailScope)) && !s.Gate.open() {
			return hub.Errorf(hub.Conflict, "error.gate_needed")
		}
	}
	return nil
}

// open reports whether the answer lets a seed go beyond the hub.
func (g Gate) open() bool { return g.Answer == GateNone || g.Answer == GateFiled }

// Publish asks the gate's question and, when the answer allows, makes a seed
// public to scope (Public or Members). An answer of GateUnfiled is kept with the
// seed, which stays where it is, and gives a Conflict that says what to do.
func (s *Service) Publish(ctx context.Context, a hub.Actor, id hub.ID, version int, answer string, scope hub.Scope) (Seed, error) {
	gate := Gate{Answer: answer, Date: hub.DateOf(s.clock.Now()), By: a.Name}
	switch answer {
	case GateNone, GateFiled, GateUnfiled:
	default:
		var p hub.Problems
		p.Add("gate", "error.gate_answer")
		return Seed{}, p.Err()
	}
	if !widerThanHub(scope) {
		return Seed{}, hub.Errorf(hub.Invalid, "error.scope_unknown")
	}
	seed, err := s.Seeds.Revise(ctx, a, id, version, func(x *Seed) error {
		if !access.Can(a, access.Publish, x.Access()) {
			return hub.Errorf(hub.Forbidden, "error.may_not_publish")
		}
		x.Gate = gate
		if gate.open() {
			x.Scope = scope
			if x.State != SeedPublic {
				x.State = SeedPublic
			}
		}
		return nil
	})
	if err == nil && !gate.open() {
		return seed, hub.Errorf(hub.Conflict, "error.gate_unfiled")
	}
	return seed, err
}

// Withdraw takes a record out of every list, or puts it back. Nothing is
// deleted: the record and its versions stay for those who may edit it.
func (c *Collection[T, P]) Withdraw(ctx context.Context, a hub.Actor, id hub.ID, withdrawn bool) (err error) {
	defer hub.Wrap(&err, "catalogue.Withdraw(%s)", id)
	return c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		e, err := c.loadIn(ctx, tx, id, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		p := P(&e)
		r := p.base()
		if !access.Can(a, access.Edit, r.Access()) {
			return missing(id)
		}
		if r.Withdrawn == withdrawn {
			return nil
		}
		r.Withdrawn, r.Version, r.Updated = withdrawn, r.Version+1, c.clock.Now()
		action, message := audit.Delete, "activity.withdrawn"
		if !withdrawn {
			action, message = audit.Change, "activity.put_back"
		}
		if err := c.lines.AddLine(ctx, a, line(p, message, nil)); err != nil {
			return err
		}
		return c.store(ctx, tx, a, p, action)
	})
}

func (c *Collection[T, P]) store(ctx context.Context, tx db.Tx, a hub.Actor, p P, action audit.Action) error {
	if err := update(ctx, tx, p); err != nil {
		return err
	}
	r := p.base()
	digest, err := c.log.Keep(ctx, tx, a, p.RecordKind(), r.ID, whole{p, p.Inner()})
	if err != nil {
		return err
	}
	c.log.Add(ctx, a, audit.Entry{Action: action, Kind: p.RecordKind(), Record: r.ID, Area: r.Area, Digest: digest})
	return nil
}

// Opening is one opening of a detail layer.
type Opening struct {
	At   time.Time
	User hub.ID
	Name string
}

// Openings gives who opened the detail of a record, newest first, to those who
// may edit it.
func (c *Collection[T, P]) Openings(ctx context.Context, a hub.Actor, id hub.ID, limit int) (out []Opening, err error) {
	e, err := c.load(ctx, id)
	if err != nil {
		return nil, err
	}
	if !access.Can(a, access.Edit, P(&e).base().Access()) {
		return nil, missing(id)
	}
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, func(r db.Row) (o Opening, err error) {
			var at int64
			err = r.Scan(&at, &o.User, &o.Name)
			o.At = db.Time(at)
			return o, err
		}, "select at, user_id, user_name from opening where record_id = $1 order by at desc limit "+limitText(limit), string(id))
		return err
	})
	return out, err
}

// Each gives every record to fn as the system sees it, both layers and withdrawn
// ones too, in the order of IDs: for indexes, which decide by Access who finds it.
func (c *Collection[T, P]) Each(ctx context.Context, fn func(T) error) error {
	after := ""
	for {
		var page []T
		err := c.db.Read(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			page, err = db.All(ctx, tx, scanRecord[T, P], selectRecords(c.kindName())+" and t.id > $1 order by t.id limit 1000", after)
			if err != nil {
				return err
			}
			return loadNamed(ctx, tx, db.Millis(c.clock.Now()), bases[T, P](page))
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			if err := fn(e); err != nil {
				return err
			}
		}
		after = string(P(&page[len(page)-1]).base().ID)
	}
}

// Some gives the records of ids as the system sees them, for indexes.
func (c *Collection[T, P]) Some(ctx context.Context, ids []hub.ID) (out []T, err error) {
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		for chunk := range chunks(texts(ids), 500) {
			var args db.Args
			part, err := db.All(ctx, tx, scanRecord[T, P], selectRecords(c.kindName())+" and "+db.In(&args, "t.id", chunk), args...)
			if err != nil {
				return err
			}
			out = append(out, part...)
		}
		return loadNamed(ctx, tx, db.Millis(c.clock.Now()), bases[T, P](out))
	})
	return out, err
}

// IDsOfOrganisation gives every record of an organisation, for indexes.
func (c *Collection[T, P]) IDsOfOrganisation(ctx context.Context, org hub.ID) (ids []hub.ID, err error) {
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		ids, err = db.All(ctx, tx, db.Scalar[hub.ID], "select id from "+c.kindName()+" where organisation_id = $1", string(org))
		return err
	})
	return ids, err
}

// Existing finds the records of an area that an import would meet again: by
// number, and by folded title (TitleKey). Only records the actor may edit are
// found. The maps give the newest record of each.
func (c *Collection[T, P]) Existing(ctx context.Context, a hub.Actor, area hub.ID, numbers, titleKeys []string) (byNumber, byTitle map[string]T, err error) {
	byNumber, byTitle = map[string]T{}, map[string]T{}
	find := func(column string, values []string, into map[string]T, key func(*Record) string) error {
		for chunk := range chunks(values, 500) {
			found, err := c.sel(ctx, a, access.Edit, func(args *db.Args) string {
				return "t.area_id = " + args.Add(string(area)) + " and " + db.In(args, column, chunk)
			}, " order by t.id")
			if err != nil {
				return err
			}
			for _, e := range found {
				into[key(P(&e).base())] = e
			}
		}
		return nil
	}
	if err := find("t.number", numbers, byNumber, func(r *Record) string { return r.Number }); err != nil {
		return nil, nil, err
	}
	return byNumber, byTitle, find("t.title_key", titleKeys, byTitle, func(r *Record) string { return TitleKey(r.Title) })
}

// Name gives persons a grant on a record: they see it whatever its scope until
// the grant is ended. Who may publish the record may name.
func (c *Collection[T, P]) Name(ctx context.Context, a hub.Actor, id hub.ID, reason string, persons ...hub.ID) (err error) {
	defer hub.Wrap(&err, "catalogue.Name(%s)", id)
	return c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		e, err := c.loadIn(ctx, tx, id, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		r := P(&e).base()
		if !access.Can(a, access.Publish, r.Access()) {
			return missing(id)
		}
		now := db.Millis(c.clock.Now())
		for _, p := range persons {
			if slices.Contains(r.named, p) {
				continue
			}
			if _, err := tx.Exec(ctx, `insert into access_grant (record_id, person_id, reason, granted_by, valid_from, valid_until)
				values ($1, $2, $3, $4, $5, 0)`, string(id), string(p), reason, string(a.User), now); err != nil {
				return err
			}
		}
		c.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: P(&e).RecordKind(), Record: id, Area: r.Area})
		return nil
	})
}
