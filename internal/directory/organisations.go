package directory

import (
	"context"
	"errors"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// OrganisationView is an organisation as one reader sees it.
type OrganisationView struct {
	Organisation
	// Memberships are those the reader may know of, of all areas, newest first.
	Memberships []Membership
	Edit        bool // whether the reader may edit it
}

// CanSee reports whether the actor may see the organisation: everyone a public
// one, the hubs' staff and the organisation's own people any. Organisations
// belong to no area, so this is the rule of package access with "staff" read as
// staff of any area; the lists apply the same in SQL.
func CanSee(a hub.Actor, o Organisation) bool {
	return o.Scope == hub.Public || isStaff(a) || belongs(a, o.ID, false)
}

// CanEdit reports whether the actor may edit the organisation: the hubs' staff
// and its own desk.
func CanEdit(a hub.Actor, o Organisation) bool { return isStaff(a) || belongs(a, o.ID, true) }

func belongs(a hub.Actor, organisation hub.ID, desk bool) bool {
	return slices.ContainsFunc(a.Affiliations, func(x hub.Affiliation) bool {
		return x.Organisation == organisation && organisation != "" && (x.Desk || !desk)
	})
}

// seeOrganisation is CanSee as a condition on the table known as t.
func seeOrganisation(a hub.Actor, t string, args *db.Args) string {
	if isStaff(a) {
		return "1=1"
	}
	var own []string
	for _, x := range a.Affiliations {
		if x.Organisation != "" {
			own = append(own, string(x.Organisation))
		}
	}
	if own == nil {
		return t + ".scope = 'public'"
	}
	return "(" + t + ".scope = 'public' or " + db.In(args, t+".id", own) + ")"
}

// OrganisationReaders gives the tokens (see access.Readers) of those who may
// find the organisation in an index; areas are all areas of the installation.
func OrganisationReaders(o Organisation, areas []hub.ID) []string {
	if o.Scope == hub.Public {
		return []string{"*"}
	}
	out := []string{"o:" + string(o.ID)}
	for _, area := range areas {
		out = append(out, "h:"+string(area))
	}
	return out
}

// Create adds one organisation on behalf of an area ("" means the actor's own)
// and gives it with its id. The hubs' staff may.
func (s *Organisations) Create(ctx context.Context, a hub.Actor, area hub.ID, o Organisation) (Organisation, error) {
	out, err := s.CreateAll(ctx, a, area, []Organisation{o})
	if err != nil {
		return o, err
	}
	return out[0], nil
}

// CreateAll adds many organisations in one transaction: all or none.
func (s *Organisations) CreateAll(ctx context.Context, a hub.Actor, area hub.ID, all []Organisation) (out []Organisation, err error) {
	defer hub.Wrap(&err, "directory.Organisations.CreateAll(%d)", len(all))
	if !isStaff(a) || area != "" && !staffOf(a, area) {
		return nil, forbidden()
	}
	if staff := a.Areas(hub.Role.Staff); area == "" && len(staff) > 0 {
		area = staff[0]
	}
	out = slices.Clone(all)
	now := s.now()
	for i := range out {
		o := &out[i]
		if err := o.check().Err(); err != nil {
			return nil, err
		}
		if o.ID == "" {
			o.ID = hub.NewID()
		}
		o.Version, o.Created, o.Updated = 1, now, now
	}
	return out, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := insertOrganisations(ctx, tx, out); err != nil {
			return err
		}
		digests, err := s.log.KeepAll(ctx, tx, a, KindOrganisation, len(out), func(i int) (hub.ID, any) { return out[i].ID, out[i] })
		if err != nil {
			return err
		}
		lines := make([]activity.Record, len(out))
		for i, o := range out {
			s.log.Add(ctx, a, audit.Entry{Action: audit.Create, Kind: KindOrganisation, Record: o.ID, Digest: digests[i]})
			lines[i] = organisationLine(o.ID, area, "directory.line_organisation_created", nil)
			if o.Import != "" {
				lines[i].Kind, lines[i].Message = activity.Intake, "directory.line_imported"
			}
		}
		return s.lines.AddLine(ctx, a, lines...)
	})
}

// organisationLine is the program's own line in an organisation's timeline: read
// by the staff of the area on whose behalf it was done and by its own people.
func organisationLine(id, area hub.ID, message string, args map[string]any) activity.Record {
	return activity.Record{
		Kind: activity.Change, Message: message, Args: args, Area: area, Scope: hub.HubOnly,
		Subjects: []activity.Subject{{Kind: KindOrganisation, ID: id}}, Case: id, Organisation: id,
	}
}

// Get gives an organisation as the actor may see it. One that is withdrawn is
// given to those who may edit it; to others it is NotFound.
func (s *Organisations) Get(ctx context.Context, a hub.Actor, id hub.ID) (v OrganisationView, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		o, err := loadOrganisation(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if !CanSee(a, o) || o.Withdrawn && !CanEdit(a, o) {
			return missing()
		}
		views := []OrganisationView{{Organisation: o, Edit: CanEdit(a, o)}}
		err = s.addMemberships(ctx, tx, a, views)
		v = views[0]
		return err
	})
	return v, err
}

// Revise changes an organisation. version is the one the actor saw; when
// somebody has changed it since, it is a Conflict and nothing is changed.
func (s *Organisations) Revise(ctx context.Context, a hub.Actor, id hub.ID, version int, change func(*Organisation) error) (out Organisation, err error) {
	defer hub.Wrap(&err, "directory.Organisations.Revise(%s)", id)
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		before, err := s.editable(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if before.Version != version {
			return changed()
		}
		o := before
		o.Former = slices.Clone(o.Former)
		if err := change(&o); err != nil {
			return err
		}
		o.ID, o.Created, o.Sample, o.Withdrawn, o.MergedInto = before.ID, before.Created, before.Sample, before.Withdrawn, before.MergedInto
		if err := o.check().Err(); err != nil {
			return err
		}
		out = o
		fields := organisationFields(before, o)
		if len(fields) == 0 && o.Import == before.Import {
			return nil // nothing to keep
		}
		out.Version, out.Updated = before.Version+1, s.now()
		return s.store(ctx, tx, a, out, audit.Change, "directory.line_changed", hub.Args("fields", fieldWords(fields)))
	})
	return out, err
}

// Withdraw puts organisations into the recycle bin, or takes them out again.
// Their memberships and links stay. Those already so are left alone.
func (s *Organisations) Withdraw(ctx context.Context, a hub.Actor, withdrawn bool, ids ...hub.ID) (err error) {
	defer hub.Wrap(&err, "directory.Organisations.Withdraw")
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, id := range ids {
			o, err := s.editable(ctx, tx, a, id)
			if err != nil {
				return err
			}
			if o.Withdrawn == withdrawn {
				continue
			}
			action, message := audit.Delete, "directory.line_withdrawn"
			if !withdrawn {
				action, message = audit.Change, "directory.line_restored"
			}
			o.Withdrawn = withdrawn
			o.Version, o.Updated = o.Version+1, s.now()
			if err := s.store(ctx, tx, a, o, action, message, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Organisations) editable(ctx context.Context, tx db.Tx, a hub.Actor, id hub.ID) (Organisation, error) {
	o, err := loadOrganisation(ctx, tx, id, tx.Dialect().ForUpdate())
	switch {
	case err != nil:
		return o, err
	case !CanSee(a, o):
		return o, missing()
	case !CanEdit(a, o):
		return o, forbidden()
	}
	return o, nil
}

func (s *Organisations) store(ctx context.Context, tx db.Tx, a hub.Actor, o Organisation, action audit.Action, message string, args map[string]any) error {
	if err := updateOrganisation(ctx, tx, o); err != nil {
		return err
	}
	digest, err := s.log.Keep(ctx, tx, a, KindOrganisation, o.ID, o)
	if err != nil {
		return err
	}
	s.log.Add(ctx, a, audit.Entry{Action: action, Kind: KindOrganisation, Record: o.ID, Digest: digest})
	area, err := areaFor(ctx, tx, a, o.ID)
	if err != nil {
		return err
	}
	return s.lines.AddLine(ctx, a, organisationLine(o.ID, area, message, args))
}

// areaFor gives the area to whose timeline a change of an organisation belongs:
// one of the actor's own if it can be, where the organisation has a place.
func areaFor(ctx context.Context, tx db.Tx, a hub.Actor, organisation hub.ID) (hub.ID, error) {
	areas, err := db.All(ctx, tx, db.Scalar[hub.ID], "select distinct area_id from membership where organisation_id = $1 order by area_id", string(organisation))
	if err != nil {
		return "", err
	}
	staff := a.Areas(hub.Role.Staff)
	for _, x := range staff {
		if slices.Contains(areas, x) {
			return x, nil
		}
	}
	if areas = append(slices.Clone(staff), areas...); len(areas) > 0 {
		return areas[0], nil
	}
	return "", nil
}

// fieldWords names fields for the timeline.
func fieldWords(fields []string) string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = "directory.field_" + f
	}
	return activity.Word(keys...)
}

// Rows gives the organisations of ids that the actor may see, in their order.
func (s *Organisations) Rows(ctx context.Context, a hub.Actor, ids []hub.ID) (out []OrganisationView, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		byID := map[hub.ID]Organisation{}
		for chunk := range slices.Chunk(texts(ids), 500) {
			var args db.Args
			q := selectOrganisation + " where " + db.In(&args, "o.id", chunk) + " and o.withdrawn = 0 and " + seeOrganisation(a, "o", &args)
			found, err := db.All(ctx, tx, scanOrganisation, q, args...)
			if err != nil {
				return err
			}
			for _, o := range found {
				byID[o.ID] = o
			}
		}
		for _, id := range ids {
			if o, ok := byID[id]; ok {
				out = append(out, OrganisationView{Organisation: o, Edit: CanEdit(a, o)})
			}
		}
		return s.addMemberships(ctx, tx, a, out)
	})
	return out, err
}

// Names gives the names of those of ids that the actor may see.
func (s *Organisations) Names(ctx context.Context, a hub.Actor, ids []hub.ID) (names map[hub.ID]hub.Text, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		names, err = organisationNames(ctx, tx, a, ids)
		return err
	})
	return names, err
}

// Each gives every organisation to fn as the system sees it, withdrawn ones too,
// in the order of ids: for indexes, which decide by OrganisationReaders who
// finds it.
func (s *Organisations) Each(ctx context.Context, fn func(Organisation) error) error {
	return each(ctx, s.db, selectOrganisation+" where o.id > $1 order by o.id limit 1000", scanOrganisation,
		func(o Organisation) hub.ID { return o.ID }, fn)
}

// Some gives the organisations of ids as the system sees them, for indexes.
func (s *Organisations) Some(ctx context.Context, ids []hub.ID) (out []Organisation, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		for chunk := range slices.Chunk(texts(ids), 500) {
			var args db.Args
			found, err := db.All(ctx, tx, scanOrganisation, selectOrganisation+" where "+db.In(&args, "o.id", chunk)+" order by o.id", args...)
			if err != nil {
				return err
			}
			out = append(out, found...)
		}
		return nil
	})
	return out, err
}

// addMemberships fills in the memberships that the actor may know of.
func (r *room) addMemberships(ctx context.Context, tx db.Tx, a hub.Actor, views []OrganisationView) error {
	ids := make([]hub.ID, len(views))
	at := make(map[hub.ID]int, len(views))
	for i, v := range views {
		ids[i], at[v.ID] = v.ID, i
	}
	found, err := membershipsOf(ctx, tx, a, ids)
	for _, m := range found {
		v := &views[at[m.Organisation]]
		v.Memberships = append(v.Memberships, m)
	}
	return err
}

func loadOrganisation(ctx context.Context, tx db.Tx, id hub.ID, lock string) (Organisation, error) {
	o, err := scanOrganisation(tx.QueryRow(ctx, selectOrganisation+" where o.id = $1"+lock, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return o, missing()
	}
	return o, err
}
