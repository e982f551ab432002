package enquiry

import (
	"context"
	"errors"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
)

// Rooms are those that this one builds on.
type Rooms struct {
	Accounts  *account.Service
	Lines     *activity.Service
	Directory *directory.Service
	Catalogue *catalogue.Service
	// Find gives the people of the directory whose expertise is nearest to a text,
	// with the words they share; nil finds nobody.
	Find Finder
	// Post has the letter about an event written, in the transaction of ctx; nil
	// writes none.
	Post func(ctx context.Context, event, area hub.ID) error
}

// Service is the room's door.
type Service struct {
	db    *db.DB
	log   *audit.Log
	clock hub.Clock
	Rooms
}

// New gives the room over d.
func New(d *db.DB, log *audit.Log, clock hub.Clock, r Rooms) *Service {
	return &Service{db: d, log: log, clock: clock, Rooms: r}
}

func (s *Service) today() hub.Date { return hub.DateOf(s.clock.Now()) }

func missing() error { return hub.Errorf(hub.NotFound, "error.not_found") }

// View is an enquiry as one reader may see it.
type View struct {
	Enquiry
	Name bool // who asks is in it
	// Title and words are not in it, nor who asks: the reader referred it and may
	// know how it stands.
	StatusOnly bool
}

// Get gives an enquiry to those who may answer it, without the asker where he is
// not to be named to them. Others do not find it.
func (s *Service) Get(ctx context.Context, a hub.Actor, id hub.ID) (v View, err error) {
	defer hub.Wrap(&err, "enquiry.Get(%s)", id)
	e, err := s.load(ctx, id)
	if err != nil {
		return v, err
	}
	return view(a, e)
}

func view(a hub.Actor, e Enquiry) (View, error) {
	v := View{Enquiry: e, Name: seesName(a, &e)}
	switch {
	case mayHandle(a, &e):
	case a.User != "" && a.User == e.Referrer && a.Kind == hub.User:
		v.StatusOnly = true
	default:
		return View{}, missing()
	}
	if !v.Name {
		v.Asker, v.Consent = Asker{}, Consent{}
	}
	return v, nil
}

// load gives an enquiry whoever asks; the caller decides.
func (s *Service) load(ctx context.Context, id hub.ID) (e Enquiry, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		e, err = loadIn(ctx, tx, id, "")
		return err
	})
	return e, err
}

func loadIn(ctx context.Context, tx db.Tx, id hub.ID, lock string) (e Enquiry, err error) {
	if !id.Valid() {
		return e, missing()
	}
	e, err = scan(tx.QueryRow(ctx, "select "+columns+" from enquiry t where t.id = $1"+lock, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return e, missing()
	}
	return e, err
}

// change loads an enquiry that the actor may answer, lets fn change it and keeps
// what it has become. version is the one the actor saw; 0 does not ask.
func (s *Service) change(ctx context.Context, a hub.Actor, id hub.ID, version int, fn func(ctx context.Context, tx db.Tx, e *Enquiry) error) (out Enquiry, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		e, err := loadIn(ctx, tx, id, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if !mayHandle(a, &e) {
			return missing()
		}
		if version != 0 && version != e.Version {
			return hub.Errorf(hub.Conflict, "error.conflict")
		}
		if err := fn(ctx, tx, &e); err != nil {
			return err
		}
		out = e
		return s.store(ctx, tx, a, &out)
	})
	return out, err
}

// store keeps a changed enquiry with its version and its line in the log.
func (s *Service) store(ctx context.Context, tx db.Tx, a hub.Actor, e *Enquiry) error {
	e.Version++
	e.Updated = s.clock.Now()
	if err := update(ctx, tx, *e); err != nil {
		return err
	}
	return s.keep(ctx, tx, a, audit.Change, e)
}

func (s *Service) keep(ctx context.Context, tx db.Tx, a hub.Actor, action audit.Action, e *Enquiry) error {
	digest, err := s.log.Keep(ctx, tx, a, Kind, e.ID, e)
	if err != nil {
		return err
	}
	s.log.Add(ctx, a, audit.Entry{Action: action, Kind: Kind, Record: e.ID, Area: e.Area, Digest: digest})
	return nil
}

// note writes the program's own line in the timeline that staff read.
func (s *Service) note(ctx context.Context, a hub.Actor, e *Enquiry, message string, pairs ...any) error {
	subjects := []activity.Subject{{Kind: Kind, ID: e.ID}}
	if e.Need != "" {
		subjects = append(subjects, activity.Subject{Kind: "need", ID: e.Need})
	}
	return s.Lines.AddLine(ctx, a, activity.Record{
		Kind: activity.Change, Message: message, Args: hub.Args(pairs...), Area: e.Area, Scope: hub.HubOnly,
		Subjects: subjects, Case: e.ID, Coordinator: e.Coordinator,
	})
}

// calendarOf gives the working days by which an area counts.
func (s *Service) calendarOf(ctx context.Context, area hub.ID) (calendar.Calendar, error) {
	return s.Accounts.Calendar(ctx, area)
}

// Filter narrows a list. Zero fields do not.
type Filter struct {
	Areas      []hub.ID
	Assignee   hub.ID
	Not        hub.ID // assigned to somebody else than this account
	Unassigned bool
	Running    bool     // the clock runs
	Until      hub.Date // due on that day or before
	After      hub.Date // due after that day
	States     []State
	Open       bool // not closed
	ClosedOnly bool
	Referrer   hub.ID
	Words      string // stands in the asker's words
	Need       hub.ID
}

func (f Filter) sql(args *db.Args) (q string) {
	and := func(s string) { q += " and " + s }
	if f.Areas != nil {
		and(db.In(args, "t.area_id", f.Areas))
	}
	if f.Assignee != "" {
		and("t.assignee_id = " + args.Add(string(f.Assignee)))
	}
	if f.Not != "" {
		and("t.assignee_id <> '' and t.assignee_id <> " + args.Add(string(f.Not)))
	}
	if f.Unassigned {
		and("t.assignee_id = ''")
	}
	if f.Running {
		and("t.due_on <> ''")
	}
	if f.Until != "" {
		and("t.due_on <> '' and t.due_on <= " + args.Add(string(f.Until)))
	}
	if f.After != "" {
		and("t.due_on > " + args.Add(string(f.After)))
	}
	if f.States != nil {
		and(db.In(args, "t.state", f.States))
	}
	if f.Open {
		and("t.closed = 0")
	}
	if f.ClosedOnly {
		and("t.closed > 0")
	}
	if f.Referrer != "" {
		and("t.referrer_id = " + args.Add(string(f.Referrer)))
	}
	if f.Need != "" {
		and("t.need_id = " + args.Add(string(f.Need)))
	}
	if f.Words != "" {
		and("t.words like " + args.Add("%"+escapeLike.Replace(f.Words)+"%") + ` escape '\'`)
	}
	return q
}

// scope is the rule of who reads an enquiry, for a list.
func (s *Service) scope(a hub.Actor, args *db.Args) string {
	rule := access.Scope(a, access.Edit).SQL("t", db.Millis(s.clock.Now()), args.Add)
	if a.Kind == hub.User && a.User != "" {
		return "(" + rule + " or t.referrer_id = " + args.Add(string(a.User)) + ")"
	}
	return rule
}

// List gives a page of the enquiries that the actor may see: those whose clock
// runs first, the most urgent on top, then the newest.
func (s *Service) List(ctx context.Context, a hub.Actor, f Filter, page hub.Page) (out []View, next string, err error) {
	defer hub.Wrap(&err, "enquiry.List")
	var args db.Args
	q := "select " + columns + " from enquiry t where 1=1" + f.sql(&args) + " and " + s.scope(a, &args)
	const key = "case when t.due_on = '' then '9999-12-31' else t.due_on end"
	if page.After != "" {
		c, err := readCursor(page.After)
		if err != nil {
			return nil, "", err
		}
		k, at, id := args.Add(c.due), args.Add(c.at), args.Add(c.id)
		q += " and (" + key + " > " + k + " or " + key + " = " + k + " and (t.received < " + at + " or t.received = " + at + " and t.id < " + id + "))"
	}
	q += " order by " + key + ", t.received desc, t.id desc limit " + args.Add(page.Size()+1)
	var all []Enquiry
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err = db.All(ctx, tx, scan, q, args...)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if len(all) > page.Size() {
		all = all[:page.Size()]
		next = cursorOf(all[len(all)-1]).String()
	}
	for _, e := range all {
		if v, err := view(a, e); err == nil {
			out = append(out, v)
		}
	}
	return out, next, nil
}

// Count counts what List lists.
func (s *Service) Count(ctx context.Context, a hub.Actor, f Filter) (n int, err error) {
	var args db.Args
	q := "select count(*) from enquiry t where 1=1" + f.sql(&args) + " and " + s.scope(a, &args)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err = db.Scalar[int](tx.QueryRow(ctx, q, args...))
		return err
	})
	return n, err
}

// Open gives up to limit enquiries whose clock runs, the most urgent first, and
// how many there are: for a day's work.
func (s *Service) Open(ctx context.Context, a hub.Actor, f Filter, limit int) (out []View, n int, err error) {
	f.Running = true
	if out, _, err = s.List(ctx, a, f, hub.Page{Limit: limit}); err != nil || len(out) < limit {
		return out, len(out), err
	}
	n, err = s.Count(ctx, a, f)
	return out, n, err
}

// Titles names the enquiries of ids that the actor may answer, in one query.
func (s *Service) Titles(ctx context.Context, a hub.Actor, ids []hub.ID) (map[hub.ID]View, error) {
	out := map[hub.ID]View{}
	if len(ids) == 0 {
		return out, nil
	}
	var args db.Args
	q := "select " + columns + " from enquiry t where " + db.In(&args, "t.id", ids) + " and " + s.scope(a, &args)
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := db.All(ctx, tx, scan, q, args...)
		for _, e := range all {
			if v, err := view(a, e); err == nil && !v.StatusOnly {
				out[e.ID] = v
			}
		}
		return err
	})
	return out, err
}

// Reassign gives every open enquiry of one account in an area to another, for a
// handover, and gives their number. Only the area's staff may.
func (s *Service) Reassign(ctx context.Context, a hub.Actor, area, from, to hub.ID) (n int, err error) {
	defer hub.Wrap(&err, "enquiry.Reassign(%s)", area)
	if a.Kind != hub.System && !a.StaffOf(area) {
		return 0, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		ids, err := db.All(ctx, tx, db.Scalar[hub.ID], "select id from enquiry where assignee_id = $1 and area_id = $2 and closed = 0 order by id", string(from), string(area))
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := s.Assign(ctx, a, id, 0, to); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	return n, err
}

// Subject gives what a timeline asks of an enquiry.
func (s *Service) Subject(ctx context.Context, a hub.Actor, id hub.ID) (View, error) {
	v, err := s.Get(ctx, a, id)
	if err == nil && v.StatusOnly {
		err = missing()
	}
	return v, err
}

// expiry is how long a status link is good after its enquiry was last touched.
const expiry = 365 * 24 * time.Hour
