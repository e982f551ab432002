package directory

import (
	"context"
	"errors"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// PersonView is a person as one reader sees him.
type PersonView struct {
	Person
	// Organisations are the names of those of his organisations that the reader
	// may open.
	Organisations map[hub.ID]hub.Text
	Edit          bool // whether the reader may edit everything
	Self          bool // whether it is the reader himself, who may edit what he knows best
}

// NewPerson is a person to be added, with the ways to reach him.
type NewPerson struct {
	Person
	Contacts []Contact
}

// Create adds one person and gives it with its id. The staff of the area may,
// and the desk of the person's organisation.
func (s *People) Create(ctx context.Context, a hub.Actor, p Person, contacts ...Contact) (Person, error) {
	out, err := s.CreateAll(ctx, a, []NewPerson{{p, contacts}})
	if err != nil {
		return p, err
	}
	return out[0], nil
}

// CreateAll adds many people in one transaction: all or none.
func (s *People) CreateAll(ctx context.Context, a hub.Actor, all []NewPerson) (out []Person, err error) {
	defer hub.Wrap(&err, "directory.People.CreateAll(%d)", len(all))
	now := s.now()
	out = make([]Person, len(all))
	var contacts []Contact
	for i, n := range all {
		p := n.Person
		p.Affiliations = slices.Clone(p.Affiliations)
		if p.ID == "" {
			p.ID = hub.NewID()
		}
		p.Version, p.Created, p.Updated = 1, now, now
		s.settle(&p)
		bad := p.check()
		for j := range n.Contacts {
			c := n.Contacts[j]
			c.Record, c.Area, c.position = p.ID, p.Area, j
			bad = append(bad, c.check()...)
			c.ID, c.Created, c.of = hub.NewID(), now, KindPerson
			contacts = append(contacts, c)
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		if !mayCreatePerson(a, &p) {
			return nil, forbidden()
		}
		out[i] = p
	}
	return out, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := s.nameAffiliations(ctx, tx, a, out); err != nil {
			return err
		}
		if err := insertPeople(ctx, tx, out); err != nil {
			return err
		}
		if err := insertAll(ctx, tx, "contact", contactColumns, contacts, contactValues); err != nil {
			return err
		}
		digests, err := s.log.KeepAll(ctx, tx, a, KindPerson, len(out), func(i int) (hub.ID, any) { return out[i].ID, out[i] })
		if err != nil {
			return err
		}
		lines := make([]activity.Record, len(out))
		for i := range out {
			p := &out[i]
			s.log.Add(ctx, a, audit.Entry{Action: audit.Create, Kind: KindPerson, Record: p.ID, Area: p.Area, Digest: digests[i]})
			lines[i] = personLine(p, "directory.line_person_created", nil)
			if p.Import != "" {
				lines[i].Kind, lines[i].Message = activity.Intake, "directory.line_imported"
			}
		}
		return s.lines.AddLine(ctx, a, lines...)
	})
}

func mayCreatePerson(a hub.Actor, p *Person) bool {
	if staffOf(a, p.Area) {
		return true
	}
	inArea := slices.ContainsFunc(a.Roles, func(x hub.RoleIn) bool { return x.Area == p.Area })
	return inArea && belongs(a, p.organisation, true) && p.Remark == "" && p.Scope.Narrower(hub.HubOnly) == p.Scope
}

// settle notes whose record the person is, as of today.
func (s *People) settle(p *Person) {
	f, _ := p.Current(s.today())
	p.organisation = f.Organisation
}

// nameAffiliations fills in the names of organisations that were only pointed
// at, and refuses pointing at one the actor may not see.
func (s *People) nameAffiliations(ctx context.Context, tx db.Tx, a hub.Actor, all []Person) error {
	var ids []hub.ID
	for _, p := range all {
		for _, f := range p.Affiliations {
			ids = append(ids, f.Organisation)
		}
	}
	names, err := organisationNames(ctx, tx, a, ids)
	if err != nil {
		return err
	}
	for _, p := range all {
		for i := range p.Affiliations {
			f := &p.Affiliations[i]
			if f.Organisation == "" || f.Name != "" {
				continue
			}
			name, ok := names[f.Organisation]
			if !ok {
				var bad hub.Problems
				bad.Add("affiliation.organisation", "error.choose")
				return bad.Err()
			}
			f.Name = name.In(hub.JA)
		}
	}
	return nil
}

// personLine is the program's own line in a person's timeline: read by the
// area's staff and by himself.
func personLine(p *Person, message string, args map[string]any) activity.Record {
	scope := p.Scope.Narrower(hub.HubOnly)
	return activity.Record{
		Kind: activity.Change, Message: message, Args: args, Area: p.Area, Scope: scope,
		Subjects: []activity.Subject{{Kind: KindPerson, ID: p.ID}}, Case: p.ID, Owner: p.ID,
	}
}

// Get gives a person as the actor may see him. Reading one whose scope is case
// or sealed is logged before he is given.
func (s *People) Get(ctx context.Context, a hub.Actor, id hub.ID) (v PersonView, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := s.load(ctx, tx, a, access.See, id, "")
		if err != nil {
			return err
		}
		views := []PersonView{view(a, p)}
		err = addOrganisations(ctx, tx, a, views)
		v = views[0]
		return err
	})
	if err != nil || v.Scope != hub.Case && v.Scope != hub.Sealed {
		return v, err
	}
	return v, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		s.log.Add(ctx, a, audit.Entry{Action: audit.Read, Kind: KindPerson, Record: id, Area: v.Area})
		return nil
	})
}

// load gives a person with whom the actor may do action; others are missing.
func (s *People) load(ctx context.Context, tx db.Tx, a hub.Actor, action access.Action, id hub.ID, lock string) (Person, error) {
	var args db.Args
	q := selectPerson + " where t.id = " + args.Add(string(id)) + " and " + access.Scope(a, access.See).SQL("t", db.Millis(s.now()), args.Add)
	p, err := scanPerson(tx.QueryRow(ctx, q+lock, args...))
	if errors.Is(err, db.ErrNoRows) {
		return p, missing()
	}
	if err != nil {
		return p, err
	}
	editor := access.Can(a, access.Edit, p.Access())
	if p.Withdrawn && !editor {
		return p, missing()
	}
	if action == access.Edit && !editor {
		return p, forbidden()
	}
	return p, nil
}

func view(a hub.Actor, p Person) PersonView {
	self := slices.Contains(a.Persons, p.ID)
	if !staffOf(a, p.Area) {
		p.Remark = ""
	}
	return PersonView{Person: p, Edit: mayEditAll(a, &p), Self: self}
}

// mayEditAll: those who may edit the record otherwise than as the person himself.
func mayEditAll(a hub.Actor, p *Person) bool {
	r := p.Access()
	r.Owner = ""
	return access.Can(a, access.Edit, r)
}

// Revise changes a person. version is the one the actor saw; when somebody has
// changed the record since, it is a Conflict. The person himself changes his
// name in the other scripts, expertise, fields, achievements, ORCID and website;
// other changes of his are Forbidden. Widening the scope needs Publish.
func (s *People) Revise(ctx context.Context, a hub.Actor, id hub.ID, version int, change func(*Person) error) (out Person, err error) {
	defer hub.Wrap(&err, "directory.People.Revise(%s)", id)
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		before, err := s.load(ctx, tx, a, access.Edit, id, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if before.Version != version {
			return changed()
		}
		p := before
		if !staffOf(a, p.Area) {
			p.Remark = ""
		}
		p.Affiliations = slices.Clone(p.Affiliations)
		if err := change(&p); err != nil {
			return err
		}
		p.ID, p.Area, p.Created, p.Sample, p.Withdrawn, p.MergedInto = before.ID, before.Area, before.Created, before.Sample, before.Withdrawn, before.MergedInto
		if !staffOf(a, p.Area) {
			p.Remark = before.Remark
		}
		s.settle(&p)
		if err := p.check().Err(); err != nil {
			return err
		}
		if err := mayChange(a, &before, &p); err != nil {
			return err
		}
		if err := s.nameAffiliations(ctx, tx, a, []Person{p}); err != nil {
			return err
		}
		fields := personFields(before, p)
		if out = p; len(fields) == 0 && p.Remark == before.Remark && p.Import == before.Import && p.organisation == before.organisation {
			return nil // nothing to keep
		}
		out.Version, out.Updated = before.Version+1, s.now()
		message := "directory.line_changed"
		if len(fields) == 0 {
			message = "" // a remark is not told of
		}
		if err := s.store(ctx, tx, a, out, audit.Change, message, hub.Args("fields", fieldWords(fields))); err != nil {
			return err
		}
		if p.Scope != before.Scope && p.Scope.Narrower(before.Scope) == p.Scope {
			return s.lines.Narrow(ctx, id, p.Scope)
		}
		return nil
	})
	return out, err
}

// own are the fields that a person changes himself.
var own = []string{"kana", "expertise", "handles", "achievements", "orcid", "website"}

func mayChange(a hub.Actor, before, after *Person) error {
	wider := after.Scope != before.Scope && after.Scope.Narrower(before.Scope) == before.Scope
	if wider && !access.Can(a, access.Publish, before.Access()) {
		return forbidden()
	}
	if mayEditAll(a, before) {
		return nil
	}
	was := *before
	was.English = after.English
	for _, f := range personFields(was, *after) {
		if !slices.Contains(own, f) {
			return forbidden()
		}
	}
	return nil
}

// Withdraw puts people into the recycle bin, or takes them out again.
func (s *People) Withdraw(ctx context.Context, a hub.Actor, withdrawn bool, ids ...hub.ID) (err error) {
	defer hub.Wrap(&err, "directory.People.Withdraw")
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, id := range ids {
			p, err := s.load(ctx, tx, a, access.Edit, id, tx.Dialect().ForUpdate())
			if err != nil {
				return err
			}
			if !mayEditAll(a, &p) {
				return forbidden()
			}
			if p.Withdrawn == withdrawn {
				continue
			}
			action, message := audit.Delete, "directory.line_withdrawn"
			if !withdrawn {
				action, message = audit.Change, "directory.line_restored"
			}
			p.Withdrawn = withdrawn
			p.Version, p.Updated = p.Version+1, s.now()
			if err := s.store(ctx, tx, a, p, action, message, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *People) store(ctx context.Context, tx db.Tx, a hub.Actor, p Person, action audit.Action, message string, args map[string]any) error {
	if err := updatePerson(ctx, tx, p); err != nil {
		return err
	}
	digest, err := s.log.Keep(ctx, tx, a, KindPerson, p.ID, p)
	if err != nil {
		return err
	}
	s.log.Add(ctx, a, audit.Entry{Action: action, Kind: KindPerson, Record: p.ID, Area: p.Area, Digest: digest})
	if message == "" {
		return nil
	}
	return s.lines.AddLine(ctx, a, personLine(&p, message, args))
}

// Rows gives the people of ids whom the actor may see, in their order.
func (s *People) Rows(ctx context.Context, a hub.Actor, ids []hub.ID) (out []PersonView, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		byID := map[hub.ID]Person{}
		for chunk := range slices.Chunk(texts(ids), 500) {
			var args db.Args
			q := selectPerson + " where " + db.In(&args, "t.id", chunk) + " and t.withdrawn = 0 and " + access.Scope(a, access.See).SQL("t", db.Millis(s.now()), args.Add)
			found, err := db.All(ctx, tx, scanPerson, q, args...)
			if err != nil {
				return err
			}
			for _, p := range found {
				byID[p.ID] = p
			}
		}
		for _, id := range ids {
			if p, ok := byID[id]; ok {
				out = append(out, view(a, p))
			}
		}
		return addOrganisations(ctx, tx, a, out)
	})
	return out, err
}

// Area gives the area a person's record belongs to. It answers the program, not
// a person.
func (s *People) Area(ctx context.Context, person hub.ID) (area hub.ID, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		err := tx.QueryRow(ctx, "select area_id from person where id = $1", string(person)).Scan(&area)
		if errors.Is(err, db.ErrNoRows) {
			return missing()
		}
		return err
	})
	return area, err
}

// Each gives every person to fn as the system sees him, withdrawn ones too and
// without remarks, in the order of ids: for indexes, which decide by Access who
// finds him. A sealed person belongs in no index.
func (s *People) Each(ctx context.Context, fn func(Person) error) error {
	return each(ctx, s.db, selectPerson+" where t.id > $1 order by t.id limit 1000", scanBare, func(p Person) hub.ID { return p.ID }, fn)
}

// Some gives the people of ids as Each does.
func (s *People) Some(ctx context.Context, ids []hub.ID) (out []Person, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		for chunk := range slices.Chunk(texts(ids), 500) {
			var args db.Args
			found, err := db.All(ctx, tx, scanBare, selectPerson+" where "+db.In(&args, "t.id", chunk)+" order by t.id", args...)
			if err != nil {
				return err
			}
			out = append(out, found...)
		}
		return nil
	})
	return out, err
}

func scanBare(r db.Row) (Person, error) {
	p, err := scanPerson(r)
	p.Remark = ""
	return p, err
}

// addOrganisations fills in the names of the organisations the actor may open.
func addOrganisations(ctx context.Context, tx db.Tx, a hub.Actor, views []PersonView) error {
	var ids []hub.ID
	for _, v := range views {
		for _, f := range v.Affiliations {
			ids = append(ids, f.Organisation)
		}
	}
	names, err := organisationNames(ctx, tx, a, ids)
	for i := range views {
		views[i].Organisations = map[hub.ID]hub.Text{}
		for _, f := range views[i].Affiliations {
			if n, ok := names[f.Organisation]; ok {
				views[i].Organisations[f.Organisation] = n
			}
		}
	}
	return err
}
