package directory

import (
	"context"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Names gives the names of those organisations that the actor may see.
func (s *Service) Names(ctx context.Context, a hub.Actor, ids []hub.ID) (map[hub.ID]hub.Text, error) {
	return s.Organisations.Names(ctx, a, ids)
}

// PersonNames gives the names of those people whom the actor may see, as typed.
func (s *Service) PersonNames(ctx context.Context, a hub.Actor, ids []hub.ID) (map[hub.ID]string, error) {
	out := map[hub.ID]string{}
	if len(ids) == 0 {
		return out, nil
	}
	r := s.People.room
	err := r.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		q := "select t.id, t.name, t.name_en from person t where " + db.In(&args, "t.id", texts(ids)) +
			" and t.withdrawn = 0 and " + access.Scope(a, access.See).SQL("t", db.Millis(r.now()), args.Add)
		found, err := db.All(ctx, tx, scanChoice, q, args...)
		for _, c := range found {
			out[c.id] = c.name.JA
		}
		return err
	})
	return out, err
}

// FindOrganisations gives up to limit organisations that the actor may see and in
// which all words stand, for choosing one: first those whose name begins so, then
// those with a place in the area, then by reading. Without words it begins with
// the area's.
func (s *Service) FindOrganisations(ctx context.Context, a hub.Actor, area hub.ID, words string, limit int) ([]OrganisationView, error) {
	var args db.Args
	q := "select o.id from organisation o where " + OrganisationQuery{Words: words}.where(a, s.Organisations.today(), &args, "") + " order by "
	if _, bare := NameKeys(words); bare != "" {
		q += "case when exists (select 1 from organisation_name n where n.organisation_id = o.id and n.bare like " + args.Add(like(bare)[1:]) + ` escape '\') then 0 else 1 end, `
	}
	q += "case when exists (select 1 from membership m where m.organisation_id = o.id and m.area_id = " + args.Add(string(area)) +
		" and " + knownMembership(a, &args) + ") then 0 else 1 end, o.sort_key" + s.Organisations.db.Dialect().Bytewise() + ", o.id limit " + strconv.Itoa(limit)
	ids, err := s.choices(ctx, q, args)
	if err != nil {
		return nil, err
	}
	return s.Organisations.Rows(ctx, a, ids)
}

// FindPeople gives up to limit people of an area whom the actor may see and who
// are found by all words, for choosing one: first those whose name begins so,
// then by reading.
func (s *Service) FindPeople(ctx context.Context, a hub.Actor, area hub.ID, words string, limit int) ([]PersonView, error) {
	r := s.People.room
	var args db.Args
	q := "select t.id from person t where " + PersonQuery{Words: words, Areas: []hub.ID{area}}.where(a, db.Millis(r.now()), &args, "") + " order by "
	if key := PersonKey(words); key != "" {
		q += "case when exists (select 1 from person_name n where n.person_id = t.id and n.name_key like " + args.Add(like(key)[1:]) + ` escape '\') then 0 else 1 end, `
	}
	q += "t.sort_key" + r.db.Dialect().Bytewise() + ", t.id limit " + strconv.Itoa(limit)
	ids, err := s.choices(ctx, q, args)
	if err != nil {
		return nil, err
	}
	return s.People.Rows(ctx, a, ids)
}

func (s *Service) choices(ctx context.Context, q string, args db.Args) (out []hub.ID, err error) {
	err = s.People.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, db.Scalar[hub.ID], q, args...)
		return err
	})
	return out, err
}

type choice struct {
	id   hub.ID
	name hub.Text
}

func scanChoice(r db.Row) (c choice, err error) {
	err = r.Scan(&c.id, &c.name.JA, &c.name.EN)
	return c, err
}
