package catalogue

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Service is the catalogue: two collections with the same ways, and the files
// of their records.
type Service struct {
	Seeds Collection[Seed, *Seed]
	Needs Collection[Need, *Need]
	db    *db.DB
	clock hub.Clock
}

// New gives the catalogue kept in d.
func New(d *db.DB, log *audit.Log, lines *activity.Service, clock hub.Clock) *Service {
	return &Service{
		Seeds: Collection[Seed, *Seed]{d, log, lines, clock},
		Needs: Collection[Need, *Need]{d, log, lines, clock},
		db:    d,
		clock: clock,
	}
}

// Entry is what a collection asks of its records. Seeds and needs are entries,
// and so is any record of a later room that embeds Record: it then has two
// layers, versions, files and the one rule of who may see it, and a table of the
// same columns named as RecordKind.
type Entry interface {
	base() *Record
	RecordKind() string // as in the log and in the catalogue of words: "seed"
	Defaults()          // fills in what a new record leaves open
	Check() hub.Problems
	Steps(from State) []State // the states one may go to
	People() []hub.ID         // who stands in it
	HideName()                // cuts the organisation and the people out
	HideDetail()
	Inner() any // pointer to the detail layer
	InnerEmpty() bool
}

// Pointer is the pointer to a type of record.
type Pointer[T any] interface {
	*T
	Entry
}

// NewCollection gives the collection of a later room's records.
func NewCollection[T any, P Pointer[T]](d *db.DB, log *audit.Log, lines *activity.Service, clock hub.Clock) Collection[T, P] {
	return Collection[T, P]{d, log, lines, clock}
}

// Collection is all seeds, all needs or all records of another kind, and what
// one can do with them.
type Collection[T any, P Pointer[T]] struct {
	db    *db.DB
	log   *audit.Log
	lines *activity.Service
	clock hub.Clock
}

func (c *Collection[T, P]) kindName() string {
	var zero T
	return P(&zero).RecordKind()
}

// Create adds a record and gives it with its ID. The actor must be one of the
// hub's people in its area, or belong to its organisation or be its owner.
// A title is enough; see Invalid errors for what is refused.
func (c *Collection[T, P]) Create(ctx context.Context, a hub.Actor, e T) (T, error) {
	out, err := c.CreateAll(ctx, a, []T{e})
	if err != nil {
		return e, err
	}
	return out[0], nil
}

// CreateAll adds many records in one transaction: all or none.
func (c *Collection[T, P]) CreateAll(ctx context.Context, a hub.Actor, all []T) (out []T, err error) {
	kind := c.kindName()
	defer hub.Wrap(&err, "catalogue.CreateAll(%d of %s)", len(all), kind)
	now := c.clock.Now()
	out = slices.Clone(all)
	entries := make([]Entry, len(out))
	for i := range out {
		e := P(&out[i])
		e.Defaults()
		r := e.base()
		if r.ID == "" {
			r.ID = hub.NewID()
		}
		r.Version, r.Created, r.Updated = 1, now, now
		if !mayCreate(a, r) {
			return nil, hub.Errorf(hub.Forbidden, "error.may_not_create")
		}
		if err := e.Check().Err(); err != nil {
			return nil, err
		}
		if s, ok := any(e).(*Seed); ok && widerThanHub(r.Scope) && !s.Gate.open() {
			return nil, hub.Errorf(hub.Conflict, "error.gate_needed")
		}
		entries[i] = e
	}
	return out, c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := insert(ctx, tx, entries); err != nil {
			return err
		}
		digests, err := c.log.KeepAll(ctx, tx, a, kind, len(entries), func(i int) (hub.ID, any) {
			return entries[i].base().ID, whole{entries[i], entries[i].Inner()}
		})
		if err != nil {
			return err
		}
		for i, e := range entries {
			r := e.base()
			c.log.Add(ctx, a, audit.Entry{Action: audit.Create, Kind: kind, Record: r.ID, Area: r.Area, Digest: digests[i]})
		}
		lines := make([]activity.Record, len(entries))
		for i, e := range entries {
			lines[i] = line(e, "activity."+kind+"_created", nil)
		}
		return c.lines.AddLine(ctx, a, lines...)
	})
}

// line is the program's own line in a record's timeline. Its readers are those
// of the record, but never wider than the hub.
func line(e Entry, message string, args map[string]any) activity.Record {
	r := e.base()
	return activity.Record{
		Kind: activity.Change, Message: message, Args: args, Area: r.Area, Scope: r.Scope.Narrower(hub.HubOnly),
		Subjects: []activity.Subject{{Kind: e.RecordKind(), ID: r.ID}}, Case: r.ID,
		Organisation: r.Organisation, Owner: r.Owner, Coordinator: r.Coordinator,
	}
}

// whole is what a version keeps: both layers.
type whole struct {
	Body   any `json:"body"`
	Detail any `json:"detail,omitempty"`
}

func mayCreate(a hub.Actor, r *Record) bool {
	if a.Kind == hub.System || a.StaffOf(r.Area) {
		return true
	}
	inArea := slices.ContainsFunc(a.Roles, func(x hub.RoleIn) bool { return x.Area == r.Area && x.Role.Member() })
	owns := r.Owner != "" && slices.Contains(a.Persons, r.Owner)
	belongs := slices.ContainsFunc(a.Affiliations, func(x hub.Affiliation) bool { return x.Organisation == r.Organisation && r.Organisation != "" })
	// Someone from a member organisation enters his own, and keeps it inside.
	return inArea && (owns || belongs) && !widerThanHub(r.Scope)
}

func widerThanHub(s hub.Scope) bool { return s == hub.Public || s == hub.Members }

// Get gives a record as the actor may see it, without its detail layer. A
// record that he may not see is NotFound. Reading a case or sealed record is
// logged before it is given.
func (c *Collection[T, P]) Get(ctx context.Context, a hub.Actor, id hub.ID) (v View[T], err error) {
	defer hub.Wrap(&err, "catalogue.Get(%s)", id)
	e, err := c.load(ctx, id)
	if err != nil {
		return v, err
	}
	if !access.Can(a, access.See, P(&e).base().Access()) || binnedFor(a, P(&e).base()) {
		return v, missing(id)
	}
	if r := P(&e).base(); r.Scope == hub.Case || r.Scope == hub.Sealed {
		if err := c.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
			c.log.Add(ctx, a, audit.Entry{Action: audit.Read, Kind: c.kindName(), Record: r.ID, Area: r.Area})
			return nil
		}); err != nil {
			return v, err
		}
	}
	return c.view(a, e), nil
}

// binnedFor reports whether a record is withdrawn and the actor is none of those
// who may put it back: to all others it is gone, whatever its scope.
func binnedFor(a hub.Actor, r *Record) bool {
	return r.Withdrawn && !access.Can(a, access.Edit, r.Access())
}

func missing(id hub.ID) error {
	return hub.Errorf(hub.NotFound, "error.record_missing", "id", string(id))
}

// view cuts from e what a may not see. The detail is always cut; see Open.
func (c *Collection[T, P]) view(a hub.Actor, e T) View[T] {
	p := P(&e)
	r := p.base().Access()
	v := View[T]{
		Name:   access.Can(a, access.SeeName, r),
		Detail: access.Can(a, access.SeeDetail, r),
		Edit:   access.Can(a, access.Edit, r), Publish: access.Can(a, access.Publish, r),
	}
	v.HasDetail = v.Detail && !p.InnerEmpty()
	p.HideDetail()
	if !v.Name {
		p.HideName()
	}
	v.Entry = e
	return v
}

// Open gives a record with its detail layer. Who opens it is logged and shown
// to the owner; the log is committed before the text is given. A detail that may
// not be seen is NotFound.
func (c *Collection[T, P]) Open(ctx context.Context, a hub.Actor, id hub.ID) (v View[T], err error) {
	defer hub.Wrap(&err, "catalogue.Open(%s)", id)
	e, err := c.load(ctx, id)
	if err != nil {
		return v, err
	}
	r := P(&e).base()
	if !access.Can(a, access.SeeDetail, r.Access()) || binnedFor(a, r) {
		return v, missing(id)
	}
	if !slices.Contains(a.Persons, r.Owner) || r.Owner == "" {
		err = c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			c.log.Add(ctx, a, audit.Entry{Action: audit.Read, Kind: c.kindName(), Record: r.ID, Area: r.Area})
			_, err := tx.Exec(ctx, "insert into opening (record_id, at, user_id, user_name) values ($1, $2, $3, $4)",
				string(id), db.Millis(c.clock.Now()), string(a.User), a.Name)
			return err
		})
		if err != nil {
			return v, err
		}
	}
	full := e
	v = c.view(a, e)
	if !v.Name {
		P(&full).HideName()
	}
	v.Entry = full
	return v, nil
}

// Rows gives the records of ids that the actor may see, without details, in the
// order of ids: one query however many. Withdrawn ones are left out.
func (c *Collection[T, P]) Rows(ctx context.Context, a hub.Actor, ids []hub.ID) (out []View[T], err error) {
	return c.rows(ctx, a, access.See, ids)
}

// ExportRows is Rows for taking records out: sealed ones are left out.
func (c *Collection[T, P]) ExportRows(ctx context.Context, a hub.Actor, ids []hub.ID) (out []View[T], err error) {
	return c.rows(ctx, a, access.Export, ids)
}

func (c *Collection[T, P]) rows(ctx context.Context, a hub.Actor, action access.Action, ids []hub.ID) (out []View[T], err error) {
	found := map[hub.ID]T{}
	for chunk := range chunks(ids, 500) {
		part, err := c.sel(ctx, a, action, func(args *db.Args) string { return db.In(args, "t.id", texts(chunk)) }, "")
		if err != nil {
			return nil, err
		}
		for _, e := range part {
			found[P(&e).base().ID] = e
		}
	}
	for _, id := range ids {
		if e, ok := found[id]; ok {
			out = append(out, c.view(a, e))
		}
	}
	return out, nil
}

// OfOrganisation gives up to limit records of an organisation whose name the
// actor may see on them, newest first.
func (c *Collection[T, P]) OfOrganisation(ctx context.Context, a hub.Actor, org hub.ID, limit int) ([]View[T], error) {
	return c.views(ctx, a, access.SeeName, func(args *db.Args) string { return "t.organisation_id = " + args.Add(string(org)) }, limit)
}

// OfPerson gives up to limit records in which a person stands, where the actor
// may see so, newest first.
func (c *Collection[T, P]) OfPerson(ctx context.Context, a hub.Actor, person hub.ID, limit int) ([]View[T], error) {
	return c.views(ctx, a, access.SeeName, func(args *db.Args) string {
		return "t.id in (select record_id from record_person where person_id = " + args.Add(string(person)) + ")"
	}, limit)
}

// Hidden gives the actor's sealed records, which no index lists, newest first.
func (c *Collection[T, P]) Hidden(ctx context.Context, a hub.Actor, limit int) ([]View[T], error) {
	return c.views(ctx, a, access.See, func(*db.Args) string { return "t.scope = 'sealed'" }, limit)
}

func (c *Collection[T, P]) views(ctx context.Context, a hub.Actor, action access.Action, where func(*db.Args) string, limit int) (out []View[T], err error) {
	all, err := c.sel(ctx, a, action, where, " order by t.updated desc, t.id limit "+limitText(limit))
	for _, e := range all {
		out = append(out, c.view(a, e))
	}
	return out, err
}

func (c *Collection[T, P]) sel(ctx context.Context, a hub.Actor, action access.Action, where func(*db.Args) string, tail string) (out []T, err error) {
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		now := db.Millis(c.clock.Now())
		q := selectRecords(c.kindName()) + " and t.withdrawn = 0 and " + where(&args) + " and " +
			access.Scope(a, action).SQL("t", now, args.Add) + tail
		out, err = db.All(ctx, tx, scanRecord[T, P], q, args...)
		if err != nil {
			return err
		}
		return loadNamed(ctx, tx, now, bases[T, P](out))
	})
	return out, err
}

func (c *Collection[T, P]) load(ctx context.Context, id hub.ID) (e T, err error) {
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		e, err = c.loadIn(ctx, tx, id, "")
		return err
	})
	return e, err
}

func (c *Collection[T, P]) loadIn(ctx context.Context, tx db.Tx, id hub.ID, lock string) (e T, err error) {
	if !id.Valid() {
		return e, missing(id)
	}
	e, err = scanRecord[T, P](tx.QueryRow(ctx, selectRecords(c.kindName())+" and t.id = $1"+lock, string(id)))
	if err == db.ErrNoRows {
		return e, missing(id)
	}
	if err != nil {
		return e, err
	}
	return e, loadNamed(ctx, tx, db.Millis(c.clock.Now()), []*Record{P(&e).base()})
}

func bases[T any, P Pointer[T]](all []T) []*Record {
	out := make([]*Record, len(all))
	for i := range all {
		out[i] = P(&all[i]).base()
	}
	return out
}

func texts(ids []hub.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
