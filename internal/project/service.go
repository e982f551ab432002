package project

import (
	"context"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Service is all projects and what one can do with them. The embedded
// collection reads, revises and keeps them as it does seeds and needs; it is
// embedded for reading and editing, while new projects, states and tiers go
// through the methods here, which write the history too.
type Service struct {
	catalogue.Collection[Project, *Project]
	db        *db.DB
	log       *audit.Log
	lines     *activity.Service
	catalogue *catalogue.Service
	clock     hub.Clock
}

// New gives the service over d.
func New(d *db.DB, log *audit.Log, lines *activity.Service, c *catalogue.Service, clock hub.Clock) *Service {
	return &Service{
		Collection: catalogue.NewCollection[Project](d, log, lines, clock),
		db:         d, log: log, lines: lines, catalogue: c, clock: clock,
	}
}

func (s *Service) today() hub.Date { return hub.DateOf(s.clock.Now()) }

// Leads reports whether the actor decides for the area: its chief or deputy.
func Leads(a hub.Actor, area hub.ID) bool {
	return a.Kind == hub.System || a.Has(hub.Chief, area) || a.Has(hub.Deputy, area)
}

// Create adds a project and begins its history. Only the area's staff may.
func (s *Service) Create(ctx context.Context, a hub.Actor, p Project) (out Project, err error) {
	defer hub.Wrap(&err, "project.Create")
	if a.Kind != hub.System && !a.StaffOf(p.Area) {
		return p, hub.Errorf(hub.Forbidden, "error.may_not_create")
	}
	p.Defaults()
	if p.State != Concept && p.State != Planned {
		return p, hub.Errorf(hub.Invalid, "project.error_first_state")
	}
	p.Tier, p.TierSince, p.StateSince = 0, "", s.today()
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if out, err = s.Collection.Create(ctx, a, p); err != nil {
			return err
		}
		if err := s.named(ctx, tx, a, &Project{}, &out); err != nil {
			return err
		}
		return s.step(ctx, tx, a, &out, stateStep, string(out.State), s.today(), "")
	})
	return out, err
}

// Begin starts a project from a seed or a need that the actor may read and
// carries over what stands there: title, texts, fields, whose it is, who tends
// it, readiness. The texts of the detail layer come along where he may read
// them, into the project's own detail layer. No layer of the project is wider
// than that of its origin, and none is wider than the hub.
func (s *Service) Begin(ctx context.Context, a hub.Actor, from Origin) (out Project, err error) {
	return s.begin(ctx, a, from, false)
}

// BeginSample is Begin for the sample hub: the project is marked as made up.
func (s *Service) BeginSample(ctx context.Context, a hub.Actor, from Origin) (Project, error) {
	return s.begin(ctx, a, from, true)
}

func (s *Service) begin(ctx context.Context, a hub.Actor, from Origin, sample bool) (out Project, err error) {
	defer hub.Wrap(&err, "project.Begin(%s %s)", from.Kind, from.ID)
	var p Project
	switch from.Kind {
	case "seed":
		p, err = s.fromSeed(ctx, a, from.ID)
	case "need":
		p, err = s.fromNeed(ctx, a, from.ID)
	default:
		return out, hub.Errorf(hub.NotFound, "error.not_found")
	}
	if err != nil {
		return out, err
	}
	p.Origin, p.Sample = from, sample
	if p.Organisation != "" || p.Institution != "" {
		p.Lead = []Partner{{Organisation: p.Organisation, Name: p.Institution, Role: "lead"}}
	}
	for _, scope := range []*hub.Scope{&p.Scope, &p.NameScope, &p.DetailScope} {
		*scope = scope.Narrower(hub.HubOnly)
	}
	p.NameScope, p.DetailScope = p.NameScope.Narrower(p.Scope), p.DetailScope.Narrower(p.Scope)
	if p.Coordinator == "" && len(a.Persons) > 0 {
		p.Coordinator = a.Persons[0]
	}
	err = s.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
		if out, err = s.Create(ctx, a, p); err != nil {
			return err
		}
		// The origin's timeline says what became of it, and no more widely than the
		// narrower of the two may be read.
		scope := p.Scope.Narrower(hub.HubOnly)
		if scope == hub.Sealed {
			scope = hub.Case
		}
		return s.lines.AddLine(ctx, a, activity.Record{
			Kind: activity.Change, Message: "activity.project_begun", Area: out.Area, Scope: scope, Case: from.ID,
			Subjects: []activity.Subject{{Kind: from.Kind, ID: from.ID}}, Coordinator: out.Coordinator,
		})
	})
	return out, err
}

func (s *Service) fromSeed(ctx context.Context, a hub.Actor, id hub.ID) (p Project, err error) {
	v, err := s.catalogue.Seeds.Get(ctx, a, id)
	if err == nil && v.HasDetail {
		v, err = s.catalogue.Seeds.Open(ctx, a, id)
	}
	if err != nil {
		return p, err
	}
	x := &v.Entry
	p = Project{Record: carried(x.Record), Type: "university", Summary: x.Summary}
	p.Detail.Plan = x.Detail
	if x.TRL.Level > 0 {
		day := x.TRL.Date
		if day == "" {
			day = s.today()
		}
		p.Levels = []Level{{Scale: "trl", Level: x.TRL.Level, Date: day, Ground: x.TRL.Ground.In(hub.JA)}}
	}
	for _, r := range x.Researchers {
		if r.Person != "" {
			p.Team = append(p.Team, Member{Person: r.Person, Role: "researcher"})
		}
	}
	return p, nil
}

func (s *Service) fromNeed(ctx context.Context, a hub.Actor, id hub.ID) (p Project, err error) {
	v, err := s.catalogue.Needs.Get(ctx, a, id)
	if err == nil && v.HasDetail {
		v, err = s.catalogue.Needs.Open(ctx, a, id)
	}
	if err != nil {
		return p, err
	}
	x := &v.Entry
	p = Project{Record: carried(x.Record), Type: "joint", Summary: x.Anonymous}
	role := "company"
	if x.Kind == catalogue.RegionalChallenge {
		p.Type, role = "regional", "municipality"
	}
	p.Detail.Goal, p.Detail.Plan = x.Detail.Success, x.Detail.Problem
	if x.Owner != "" {
		p.Team = []Member{{Person: x.Owner, Role: role}}
	}
	return p, nil
}

// carried is what a project takes over of the record it begins with.
func carried(r catalogue.Record) catalogue.Record {
	return catalogue.Record{
		Area: r.Area, Organisation: r.Organisation, Owner: r.Owner, Coordinator: r.Coordinator,
		Scope: r.Scope, NameScope: r.NameScope, DetailScope: r.DetailScope,
		Title: r.Title, Institution: r.Institution, Fields: slices.Clone(r.Fields),
	}
}

// Revise changes a project. States and tiers stay as they are: see Move, Decide
// and Retier. Who is added to the team is named for the project, and reads it
// whatever its scope; who is taken out no longer is.
func (s *Service) Revise(ctx context.Context, a hub.Actor, id hub.ID, version int, change func(*Project) error) (out Project, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		var before Project
		out, err = s.Collection.Revise(ctx, a, id, version, func(p *Project) error {
			before = *p
			if err := change(p); err != nil {
				return err
			}
			p.State = before.State
			p.Settle(&before)
			if !access.Can(a, access.SeeName, before.Access()) { // nor change it unseen
				p.Organisation, p.Institution, p.Owner, p.Lead, p.Team = before.Organisation, before.Institution, before.Owner, before.Lead, before.Team
			}
			lead(p)
			return nil
		})
		if err != nil {
			return err
		}
		return s.named(ctx, tx, a, &before, &out)
	})
	return out, err
}

// Restore makes what a project said in its revision n its newest version; see
// catalogue. States, tiers and origin stay, and the team is named as it is then.
func (s *Service) Restore(ctx context.Context, a hub.Actor, id hub.ID, version, n int) (out Project, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := s.Some(ctx, []hub.ID{id})
		if err != nil {
			return err
		}
		if out, err = s.Collection.Restore(ctx, a, id, version, n); err != nil {
			return err
		}
		return s.named(ctx, tx, a, &all[0], &out)
	})
	return out, err
}

// ApplyBulk changes many projects at once, as it does seeds and needs. States are
// not among what can be changed so: each step has its day and reason.
func (s *Service) ApplyBulk(ctx context.Context, a hub.Actor, ids []hub.ID, seen map[hub.ID]int, b catalogue.Bulk) (catalogue.Batch, error) {
	if b.State != "" {
		return catalogue.Batch{}, hub.Errorf(hub.Invalid, "project.error_step")
	}
	return s.Collection.ApplyBulk(ctx, a, ids, seen, b)
}

// lead makes the organisation of the record that of the lead partner.
func lead(p *Project) {
	for _, x := range p.Lead {
		if x.Role == "lead" {
			p.Organisation, p.Institution = x.Organisation, x.Name
			return
		}
	}
}

// named gives those who have come into the team a grant and ends that of those
// who left it.
func (s *Service) named(ctx context.Context, tx db.Tx, a hub.Actor, before, after *Project) error {
	now := db.Millis(s.clock.Now())
	for _, m := range before.Team {
		if !inTeam(after, m.Person) {
			if _, err := tx.Exec(ctx, `update access_grant set valid_until = $3 where record_id = $1 and person_id = $2 and valid_until = 0 and reason = 'team'`,
				string(after.ID), string(m.Person), now); err != nil {
				return err
			}
			s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: Kind, Record: after.ID, Area: after.Area})
		}
	}
	seen := map[hub.ID]bool{}
	for _, m := range after.Team {
		if inTeam(before, m.Person) || seen[m.Person] {
			continue
		}
		seen[m.Person] = true
		if _, err := tx.Exec(ctx, `insert into access_grant (record_id, person_id, reason, granted_by, valid_from, valid_until)
			values ($1, $2, 'team', $3, $4, 0) on conflict do nothing`, string(after.ID), string(m.Person), string(a.User), now); err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: Kind, Record: after.ID, Area: after.Area})
	}
	return nil
}

func inTeam(p *Project, person hub.ID) bool {
	return slices.ContainsFunc(p.Team, func(m Member) bool { return m.Person == person })
}

// editable loads a project that the actor may edit, for the methods that write
// beside the record itself. One he may not see is not found.
func (s *Service) editable(ctx context.Context, a hub.Actor, id hub.ID) (Project, error) {
	all, err := s.Some(ctx, []hub.ID{id})
	if err != nil {
		return Project{}, err
	}
	if len(all) == 0 || !access.Can(a, access.See, all[0].Access()) {
		return Project{}, missing(id)
	}
	if !access.Can(a, access.Edit, all[0].Access()) {
		return Project{}, hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	return all[0], nil
}

func missing(id hub.ID) error {
	return hub.Errorf(hub.NotFound, "error.record_missing", "id", string(id))
}

// Task is something to be done for a project: an open promise of the timeline,
// so that it stands in its owner's day as any other.
type Task struct {
	What  string
	Owner hub.ID // an account; "" is the actor
	Due   hub.Date
}

// AddTask notes a task. Who may edit the project may.
func (s *Service) AddTask(ctx context.Context, a hub.Actor, id hub.ID, t Task) (line hub.ID, err error) {
	defer hub.Wrap(&err, "project.AddTask(%s)", id)
	if t.What == "" {
		var f hub.Problems
		f.Add("what", "project.error_task")
		return "", f.Err()
	}
	p, err := s.editable(ctx, a, id)
	if err != nil {
		return "", err
	}
	return s.lines.Add(ctx, a, s.promise(&p, "activity.project_task", t))
}

// promise is a line of the project with a next action.
func (s *Service) promise(p *Project, message string, t Task) activity.Record {
	scope := p.Scope.Narrower(hub.HubOnly)
	if scope == hub.Sealed {
		scope = hub.Case
	}
	return activity.Record{
		Kind: activity.Note, Message: message, Area: p.Area, Scope: scope, Case: p.ID,
		Subjects: []activity.Subject{{Kind: Kind, ID: p.ID}}, Organisation: p.Organisation, Coordinator: p.Coordinator,
		Next: t.What, Assignee: t.Owner, Due: t.Due,
	}
}

// whole days between two dates.
func days(from, to hub.Date) int {
	if from == "" || to == "" {
		return 0
	}
	return int(to.Time().Sub(from.Time()) / (24 * time.Hour))
}
