package activity

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Service writes and reads the lines. It is safe for concurrent use.
type Service struct {
	db    *db.DB
	log   *audit.Log
	clock hub.Clock
}

// New gives the service over d.
func New(d *db.DB, log *audit.Log, clock hub.Clock) *Service { return &Service{d, log, clock} }

// Add writes one line for the actor, in the Write that ctx carries or in one of
// its own, and gives its id. The caller has made sure through the subject's room
// that the actor may write about it, and that r.Scope is no wider than the
// subject's. Area, Scope, Case and Subjects of a correction are those of the
// line it corrects. Lines that members or everyone may read are for those who
// may publish. Author, Recorded and Done are set here.
func (s *Service) Add(ctx context.Context, a hub.Actor, r Record) (id hub.ID, err error) {
	if a.Kind != hub.User && a.Kind != hub.System {
		return "", hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if r.Corrects != "" {
			old, err := s.load(ctx, tx, a, r.Corrects)
			if err != nil {
				return err
			}
			r.Area, r.Scope, r.Case, r.Subjects = old.Area, old.Scope, old.Case, old.Subjects
			r.Organisation, r.Coordinator = old.Organisation, old.Coordinator
		}
		s.complete(a, &r)
		if err := r.validate(); err != nil {
			return err
		}
		wide := r.Scope == hub.Public || r.Scope == hub.Members
		if wide && !access.Can(a, access.Publish, r.Resource()) {
			var p hub.Problems
			p.Add("scope", "activity.error_scope")
			return p.Err()
		}
		if err := insert(ctx, tx, []Record{r}); err != nil {
			return err
		}
		return s.record(ctx, tx, a, audit.Create, r)
	})
	return r.ID, err
}

// AddLine writes the program's own lines beside a change that a room makes: at
// least Kind, Message and Subjects are set, and Area, Scope and Organisation as
// the subject has them. It joins the Write in ctx, adds no audit entry, for the
// room logs its change itself, and asks no leave, for the room has. Thousands of
// lines at once are as welcome as one.
func (s *Service) AddLine(ctx context.Context, a hub.Actor, lines ...Record) error {
	for i := range lines {
		s.complete(a, &lines[i])
		if err := lines[i].validate(); err != nil {
			return err
		}
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, lines) })
}

// complete fills in what follows from the actor and the moment.
func (s *Service) complete(a hub.Actor, r *Record) {
	r.ID, r.Recorded = hub.NewID(), s.clock.Now()
	if r.At.IsZero() {
		r.At = r.Recorded
	}
	r.Author, r.AuthorKind, r.AuthorName = a.User, a.Kind, a.Name
	if r.Owner == "" && len(a.Persons) > 0 {
		r.Owner = a.Persons[0]
	}
	if r.Scope == "" {
		r.Scope = hub.HubOnly
	}
	if r.Case == "" && len(r.Subjects) > 0 {
		r.Case = r.Subjects[0].ID
	}
	if r.Next != "" && r.Assignee == "" {
		r.Assignee = a.User
	}
}

// Get gives one line that the actor may read. The caller asks the room of its
// subjects before it shows it.
func (s *Service) Get(ctx context.Context, a hub.Actor, id hub.ID) (r Record, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		r, err = s.load(ctx, tx, a, id)
		return err
	})
	return r, err
}

// Complete marks the next action of a line as done.
func (s *Service) Complete(ctx context.Context, a hub.Actor, id hub.ID) error {
	return s.plan(ctx, a, id, func(r *Record) error {
		if !r.Done.IsZero() {
			return nil
		}
		r.Done, r.DoneBy = s.clock.Now(), a.User
		return nil
	})
}

// Reopen takes Complete back.
func (s *Service) Reopen(ctx context.Context, a hub.Actor, id hub.ID) error {
	return s.plan(ctx, a, id, func(r *Record) error {
		r.Done, r.DoneBy = Record{}.Done, ""
		return nil
	})
}

// Plan gives a next action to another account, or another day, or both.
func (s *Service) Plan(ctx context.Context, a hub.Actor, id hub.ID, assignee hub.ID, due hub.Date) error {
	return s.plan(ctx, a, id, func(r *Record) error {
		r.Assignee, r.Due = assignee, due
		return r.validate()
	})
}

// plan changes the next action of one line and keeps what it was and is.
func (s *Service) plan(ctx context.Context, a hub.Actor, id hub.ID, change func(*Record) error) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		r, err := s.load(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if r.Next == "" {
			return hub.Errorf(hub.Invalid, "activity.error_no_next")
		}
		if !MayPlan(a, r) {
			return hub.Errorf(hub.Forbidden, "error.forbidden")
		}
		if err := change(&r); err != nil {
			return err
		}
		if err := updatePlan(ctx, tx, r); err != nil {
			return err
		}
		return s.record(ctx, tx, a, audit.Change, r)
	})
}

// MayPlan reports whether the actor may say who does the next action and when, and
// that it is done: who may edit the line, who wrote it and who has promised it.
func MayPlan(a hub.Actor, r Record) bool {
	return access.Can(a, access.Edit, r.Resource()) || isOwn(a, r)
}

// Reassign gives every open next action of one account in an area to another,
// for a handover, and gives their number. Only the area's staff may.
func (s *Service) Reassign(ctx context.Context, a hub.Actor, area, from, to hub.ID) (n int, err error) {
	if a.Kind != hub.System && !a.StaffOf(area) {
		return 0, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		ids, err := db.All(ctx, tx, db.Scalar[hub.ID], `select id from activity
			where assignee_id = $1 and area_id = $2 and open_by <> '' order by id`, from, area)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update activity set assignee_id = $3
			where assignee_id = $1 and area_id = $2 and open_by <> ''`, from, area, to); err != nil {
			return err
		}
		for _, id := range ids {
			s.log.Add(ctx, a, audit.Entry{Action: audit.Change, Kind: "activity", Record: id, Area: area})
		}
		n = len(ids)
		return nil
	})
	return n, err
}

// Forget removes the lines about records that were never there for anybody: an
// import's, given up before it arrived. It joins the Write in ctx.
func (s *Service) Forget(ctx context.Context, records []hub.ID) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		lines, err := db.All(ctx, tx, db.Scalar[string], "select distinct activity_id from activity_subject where "+db.In(&args, "record_id", records), args...)
		if err != nil || len(lines) == 0 {
			return err
		}
		for _, table := range []struct{ name, column string }{{"activity_subject", "activity_id"}, {"activity", "id"}} {
			var args db.Args
			if _, err := tx.Exec(ctx, "delete from "+table.name+" where "+db.In(&args, table.column, lines), args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// Narrow brings the lines about a record down to scope where they are wider. A
// room calls it in the same Write in which it narrows the record itself, so that
// no line tells more than the record. It joins the Write in ctx.
func (s *Service) Narrow(ctx context.Context, record hub.ID, scope hub.Scope) error {
	var args db.Args
	var wider []string
	for _, x := range hub.Scopes {
		if x.Narrower(scope) != x {
			wider = append(wider, string(x))
		}
	}
	q := "update activity set scope = " + args.Add(string(scope)) + " where " + db.In(&args, "scope", wider) +
		" and id in (select activity_id from activity_subject where record_id = " + args.Add(string(record)) + ")"
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, q, args...)
		return err
	})
}

// record keeps the line as it is now and logs what happened to it.
func (s *Service) record(ctx context.Context, tx db.Tx, a hub.Actor, action audit.Action, r Record) error {
	digest, err := s.log.Keep(ctx, tx, a, "activity", r.ID, r)
	if err != nil {
		return err
	}
	s.log.Add(ctx, a, audit.Entry{Action: action, Kind: "activity", Record: r.ID, Area: r.Area, Digest: digest})
	return nil
}

func (s *Service) load(ctx context.Context, tx db.Tx, a hub.Actor, id hub.ID) (Record, error) {
	var args db.Args
	q := "select " + columns + " from " + lines + " where t.line_id = " + args.Add(string(id)) + " and " + s.readable(a, &args)
	r, err := scan(tx.QueryRow(ctx, q, args...))
	if errors.Is(err, db.ErrNoRows) {
		return r, hub.Errorf(hub.NotFound, "error.not_found")
	}
	if err != nil {
		return r, err
	}
	page := []Record{r}
	err = subjects(ctx, tx, page)
	return page[0], err
}

// readable is the rule of who reads a line: those whom its own scope lets see
// it, and, while they hold a role in its area, its author and whoever has
// promised the next action. A link opens no timeline but its public lines.
func (s *Service) readable(a hub.Actor, args *db.Args) string {
	if a.Kind == hub.LinkHolder {
		a = hub.Actor{}
	}
	rule := access.Scope(a, access.See).SQL("t", db.Millis(s.clock.Now()), args.Add)
	areas := a.Areas(func(hub.Role) bool { return true })
	if a.User == "" || len(areas) == 0 {
		return rule
	}
	user := args.Add(string(a.User))
	return "(" + rule + " or (" + db.In(args, "t.area_id", text(areas)) +
		" and t.scope <> 'sealed' and (t.author_id = " + user + " or t.assignee_id = " + user + ")))"
}

// isOwn is the second half of that rule for a loaded line.
func isOwn(a hub.Actor, r Record) bool {
	if a.User == "" || r.Area == "" || r.Scope == hub.Sealed || a.User != r.Author && a.User != r.Assignee {
		return false
	}
	return slices.ContainsFunc(a.Roles, func(x hub.RoleIn) bool { return x.Area == r.Area })
}

// Can reports whether the actor may read the loaded line: the rule that every
// list of this room applies in SQL.
func Can(a hub.Actor, r Record) bool {
	if a.Kind == hub.LinkHolder {
		a = hub.Actor{}
	}
	return access.Can(a, access.See, r.Resource()) || isOwn(a, r)
}

func text(ids []hub.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

func marshal(args map[string]any) (string, error) {
	if len(args) == 0 {
		return "", nil
	}
	b, err := json.Marshal(args)
	return string(b), err
}
