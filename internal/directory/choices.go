package directory

import (
	"context"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Choice is a record one may choose in a form.
type Choice struct {
	ID   hub.ID
	Name hub.Text
}

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
			out[c.ID] = c.Name.JA
		}
		return err
	})
	return out, err
}

// OrganisationChoices gives up to limit organisations that the actor may see, in
// the order of their readings: first those with a place in the area.
func (s *Service) OrganisationChoices(ctx context.Context, a hub.Actor, area hub.ID, limit int) ([]Choice, error) {
	var args db.Args
	known := knownMembership(a, &args)
	q := "select o.id, o.name_ja, o.name_en from organisation o where o.withdrawn = 0 and " + seeOrganisation(a, "o", &args) +
		" order by case when exists (select 1 from membership m where m.organisation_id = o.id and m.area_id = " + args.Add(string(area)) +
		" and " + known + ") then 0 else 1 end, o.sort_key" + s.Organisations.db.Dialect().Bytewise() + ", o.id limit " + strconv.Itoa(limit)
	return s.choices(ctx, q, args)
}

// PersonChoices gives up to limit people of an area whom the actor may see, in
// the order of their readings.
func (s *Service) PersonChoices(ctx context.Context, a hub.Actor, area hub.ID, limit int) ([]Choice, error) {
	r := s.People.room
	var args db.Args
	q := "select t.id, t.name, t.name_en from person t where t.area_id = " + args.Add(string(area)) + " and t.withdrawn = 0 and " +
		access.Scope(a, access.See).SQL("t", db.Millis(r.now()), args.Add) +
		" order by t.sort_key" + r.db.Dialect().Bytewise() + ", t.id limit " + strconv.Itoa(limit)
	return s.choices(ctx, q, args)
}

func (s *Service) choices(ctx context.Context, q string, args db.Args) (out []Choice, err error) {
	err = s.People.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanChoice, q, args...)
		return err
	})
	return out, err
}

func scanChoice(r db.Row) (c Choice, err error) {
	err = r.Scan(&c.ID, &c.Name.JA, &c.Name.EN)
	return c, err
}
