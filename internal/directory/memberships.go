package directory

import (
	"context"
	"errors"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Add gives organisations a place in an area. The area's staff may. An
// organisation that thereby becomes a member becomes public, as lists of members
// are. Two memberships of one organisation in one area never overlap.
func (s *Memberships) Add(ctx context.Context, a hub.Actor, all ...Membership) (out []Membership, err error) {
	defer hub.Wrap(&err, "directory.Memberships.Add(%d)", len(all))
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, m := range all {
			if !staffOf(a, m.Area) || m.Area == "" {
				return forbidden()
			}
			if m.ID == "" {
				m.ID = hub.NewID()
			}
			m.Version, m.Created, m.Updated = 1, s.now(), s.now()
			if err := s.checkPlace(ctx, tx, &m); err != nil {
				return err
			}
			if err := insertAll(ctx, tx, "membership", membershipColumns, []Membership{m}, membershipValues); err != nil {
				return err
			}
			if err := s.kept(ctx, tx, a, audit.Create, m, "directory.line_membership_added", m.Joined != ""); err != nil {
				return err
			}
			out = append(out, m)
		}
		return nil
	})
	return out, err
}

// Revise changes a membership: mends it, ends it (Left), pauses it.
func (s *Memberships) Revise(ctx context.Context, a hub.Actor, id hub.ID, version int, change func(*Membership) error) (out Membership, err error) {
	defer hub.Wrap(&err, "directory.Memberships.Revise(%s)", id)
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		before, err := loadMembership(ctx, tx, id, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if !staffOf(a, before.Area) {
			return missing()
		}
		if before.Version != version {
			return changed()
		}
		out = before
		if err := change(&out); err != nil {
			return err
		}
		out.ID, out.Area, out.Organisation, out.Created = before.ID, before.Area, before.Organisation, before.Created
		out.Version, out.Updated = before.Version+1, s.now()
		if err := s.checkPlace(ctx, tx, &out); err != nil {
			return err
		}
		values, err := membershipValues(out)
		if err != nil {
			return err
		}
		if err := update(ctx, tx, "membership", membershipColumns, values); err != nil {
			return err
		}
		message := "directory.line_membership_changed"
		if out.Left != "" && before.Left == "" {
			message = "directory.line_membership_left"
		}
		return s.kept(ctx, tx, a, audit.Change, out, message, before.Joined == "" && out.Joined != "")
	})
	return out, err
}

// Get gives one membership to the staff of its area.
func (s *Memberships) Get(ctx context.Context, a hub.Actor, id hub.ID) (m Membership, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err = loadMembership(ctx, tx, id, "")
		if err == nil && !staffOf(a, m.Area) {
			err = missing()
		}
		return err
	})
	return m, err
}

// Of gives the memberships of an area that the actor may know of, for its whole
// history.
func (s *Memberships) Of(ctx context.Context, a hub.Actor, area hub.ID) (out []Membership, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		q := selectMembership + " join organisation o on o.id = m.organisation_id where m.area_id = " + args.Add(string(area)) +
			" and o.withdrawn = 0 and " + seeOrganisation(a, "o", &args) + " and " + knownMembership(a, &args) + " order by m.joined_on, m.id"
		out, err = db.All(ctx, tx, scanMembership, q, args...)
		hideRemarks(a, out)
		return err
	})
	return out, err
}

// Participates reports whether the organisation is a member of the area today.
// It answers the program, not a person.
func (s *Memberships) Participates(ctx context.Context, organisation, area hub.ID) (yes bool, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var n int
		today := string(s.today())
		err := tx.QueryRow(ctx, `select count(*) from membership where organisation_id = $1 and area_id = $2
			and joined_on <> '' and joined_on <= $3 and (left_on = '' or left_on >= $3)`, string(organisation), string(area), today).Scan(&n)
		yes = n > 0
		return err
	})
	return yes, err
}

// checkPlace checks a membership by itself, against its organisation and against
// the organisation's other memberships in the area.
func (s *Memberships) checkPlace(ctx context.Context, tx db.Tx, m *Membership) error {
	if err := m.check().Err(); err != nil {
		return err
	}
	var p hub.Problems
	if _, err := loadOrganisation(ctx, tx, m.Organisation, tx.Dialect().ForUpdate()); err != nil {
		if hub.KindOf(err) == hub.NotFound {
			p.Add("organisation", "error.choose")
			return p.Err()
		}
		return err
	}
	others, err := db.All(ctx, tx, scanMembership, selectMembership+" where m.area_id = $1 and m.organisation_id = $2 and m.id <> $3",
		string(m.Area), string(m.Organisation), string(m.ID))
	if err != nil {
		return err
	}
	for _, o := range others {
		if m.overlaps(o) {
			p.Add("joined", "directory.error_overlap", "from", o.Joined)
			return p.Err()
		}
	}
	return nil
}

// kept logs a membership, tells of it in the organisation's timeline and brings
// one that joins into the open.
func (s *Memberships) kept(ctx context.Context, tx db.Tx, a hub.Actor, action audit.Action, m Membership, message string, joins bool) error {
	digest, err := s.log.Keep(ctx, tx, a, KindMembership, m.ID, m)
	if err != nil {
		return err
	}
	s.log.Add(ctx, a, audit.Entry{Action: action, Kind: KindMembership, Record: m.ID, Area: m.Area, Digest: digest})
	// The organisation's place in lists changes with it.
	s.log.Add(ctx, a, audit.Entry{Action: audit.Change, Kind: KindOrganisation, Record: m.Organisation, Area: m.Area})
	standing := m.On(s.today())
	line := organisationLine(m.Organisation, m.Area, message, hub.Args("standing", activity.Word("directory.standing_"+string(standing)), "from", string(m.Joined), "until", string(m.Left)))
	if standing == IsProspect {
		line.Organisation = "" // whom the hub courts is the hub's own business
	}
	if err := s.lines.AddLine(ctx, a, line); err != nil {
		return err
	}
	if !joins {
		return nil
	}
	o, err := loadOrganisation(ctx, tx, m.Organisation, "")
	if err != nil || o.Scope == hub.Public {
		return err
	}
	o.Scope, o.Version, o.Updated = hub.Public, o.Version+1, s.now()
	return (&Organisations{s.room}).store(ctx, tx, a, o, audit.Change, "directory.line_changed", hub.Args("fields", fieldWords([]string{"scope"})))
}

const selectMembership = `select m.id, m.area_id, m.organisation_id, m.state, m.class, m.category, m.joined_on, m.left_on, m.remark, m.version, m.created, m.updated from membership m`

var membershipColumns = []string{
	"id", "area_id", "organisation_id", "state", "class", "category", "joined_on", "left_on", "remark", "version", "created", "updated",
}

func membershipValues(m Membership) ([]any, error) {
	return []any{
		string(m.ID), string(m.Area), string(m.Organisation), string(m.State), string(m.Class), m.Category, string(m.Joined), string(m.Left), m.Remark,
		m.Version, db.Millis(m.Created), db.Millis(m.Updated),
	}, nil
}

func scanMembership(r db.Row) (m Membership, err error) {
	var created, updated int64
	err = r.Scan(&m.ID, &m.Area, &m.Organisation, &m.State, &m.Class, &m.Category, &m.Joined, &m.Left, &m.Remark, &m.Version, &created, &updated)
	m.Created, m.Updated = db.Time(created), db.Time(updated)
	return m, err
}

func loadMembership(ctx context.Context, tx db.Tx, id hub.ID, lock string) (Membership, error) {
	m, err := scanMembership(tx.QueryRow(ctx, selectMembership+" where m.id = $1"+lock, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return m, missing()
	}
	return m, err
}

// membershipsOf gives the memberships of organisations that the actor may see
// already, as far as he may know of them.
func membershipsOf(ctx context.Context, tx db.Tx, a hub.Actor, organisations []hub.ID) (out []Membership, err error) {
	if len(organisations) == 0 {
		return nil, nil
	}
	var args db.Args
	q := selectMembership + " where " + db.In(&args, "m.organisation_id", texts(organisations)) + " and " + knownMembership(a, &args) +
		" order by m.joined_on desc, m.id desc"
	out, err = db.All(ctx, tx, scanMembership, q, args...)
	hideRemarks(a, out)
	return out, err
}

// knownMembership: who has joined is told to everyone, whom an area courts to
// its staff alone.
func knownMembership(a hub.Actor, args *db.Args) string {
	if a.Kind == hub.System {
		return "1=1"
	}
	staff := a.Areas(hub.Role.Staff)
	if len(staff) == 0 {
		return "m.joined_on <> ''"
	}
	return "(m.joined_on <> '' or " + db.In(args, "m.area_id", texts(staff)) + ")"
}

func hideRemarks(a hub.Actor, all []Membership) {
	for i := range all {
		if !staffOf(a, all[i].Area) {
			all[i].Remark = ""
		}
	}
}
