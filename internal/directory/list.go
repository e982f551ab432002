package directory

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// The ways a list is sorted; ByName is the order when nothing is asked.
const (
	ByName       = "name"
	ByKind       = "kind"
	ByPrefecture = "prefecture"
	ByUpdated    = "updated"
)

// OrganisationQuery says which organisations a list holds. Zero fields do not
// narrow it; several values of one field mean any of them.
type OrganisationQuery struct {
	Words       string // all of them, anywhere in names, address and description
	Kinds       []OrganisationKind
	Prefectures []string
	Areas       []hub.ID   // with a place in one of these areas
	Standings   []Standing // with such a place (in one of Areas, when given)
	On          hub.Date   // the day of which standings are asked; "" = today
	Withdrawn   bool       // the recycle bin instead; for the hubs' staff
	Sort        string
	Down        bool
}

// Facets counts what each further value of a filter would leave, as far as the
// reader may see. Each filter is counted without its own present values.
type Facets struct {
	Total int
	// Values by filter: "kind", "prefecture", "standing", "area"; for people
	// "kind", "area", "organisation".
	Values map[string]map[string]int
}

// where gives the condition of the list, leaving out the filter named leave.
func (q OrganisationQuery) where(a hub.Actor, today hub.Date, args *db.Args, leave string) string {
	and := []string{seeOrganisation(a, "o", args)}
	if q.Withdrawn && isStaff(a) {
		and = append(and, "o.withdrawn = 1")
	} else {
		and = append(and, "o.withdrawn = 0")
	}
	for _, w := range searchWords(q.Words) {
		and = append(and, "o.search_key like "+args.Add(like(w))+` escape '\'`)
	}
	if len(q.Kinds) > 0 && leave != "kind" {
		and = append(and, db.In(args, "o.kind", texts(q.Kinds)))
	}
	if len(q.Prefectures) > 0 && leave != "prefecture" {
		and = append(and, db.In(args, "o.prefecture", q.Prefectures))
	}
	place := q.place(a, today, args, leave)
	if place != "" {
		and = append(and, "exists (select 1 from membership m where m.organisation_id = o.id and "+place+")")
	}
	return strings.Join(and, " and ")
}

// place is the condition on a membership m; "" when none is asked for.
func (q OrganisationQuery) place(a hub.Actor, today hub.Date, args *db.Args, leave string) string {
	areas, standings := q.Areas, q.Standings
	switch leave {
	case "area":
		areas = nil
	case "standing":
		standings = nil
	}
	if len(areas) == 0 && len(standings) == 0 {
		return ""
	}
	and := []string{knownMembership(a, args)}
	if len(areas) > 0 {
		and = append(and, db.In(args, "m.area_id", texts(areas)))
	}
	if len(standings) > 0 {
		and = append(and, db.In(args, q.standing(today, args), texts(standings)))
	}
	return strings.Join(and, " and ")
}

// standing is Membership.On in SQL.
func (q OrganisationQuery) standing(today hub.Date, args *db.Args) string {
	day := q.On
	if day == "" {
		day = today
	}
	d := args.Add(string(day))
	return "case when m.joined_on = '' or m.joined_on > " + d + " then 'prospect' when m.left_on <> '' and m.left_on < " + d + " then 'former' else m.class end"
}

// List gives one page of the organisations the actor may see, and the cursor of
// the next; "" on the last.
func (s *Organisations) List(ctx context.Context, a hub.Actor, q OrganisationQuery, page hub.Page) (out []OrganisationView, next string, err error) {
	var args db.Args
	sql := selectOrganisation + " where " + q.where(a, s.today(), &args, "")
	by := order{expr: "o.sort_key", id: "o.id", down: q.Down, dialect: s.db.Dialect()}
	switch q.Sort {
	case ByKind:
		by.expr = rank("o.kind", texts(OrganisationKinds)) + " || o.sort_key"
	case ByPrefecture:
		by.expr = "case o.prefecture when '' then '99' else o.prefecture end || o.sort_key"
	case ByUpdated:
		by.expr = "cast(o.updated as text)"
	}
	if sql, err = by.page(sql, page, &args); err != nil {
		return nil, "", err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := db.All(ctx, tx, keyed(scanOrganisation), sql, args...)
		if err != nil {
			return err
		}
		rows, next = cut(rows, page, func(o Organisation) hub.ID { return o.ID })
		for _, r := range rows {
			out = append(out, OrganisationView{Organisation: r.value, Edit: CanEdit(a, r.value)})
		}
		return s.addMemberships(ctx, tx, a, out)
	})
	return out, next, err
}

// Count gives the number of organisations in the list, and what each filter
// would leave.
func (s *Organisations) Count(ctx context.Context, a hub.Actor, q OrganisationQuery) (f Facets, err error) {
	today := s.today()
	f.Values = map[string]map[string]int{}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		if err := tx.QueryRow(ctx, "select count(*) from organisation o where "+q.where(a, today, &args, ""), args...).Scan(&f.Total); err != nil {
			return err
		}
		for _, name := range []string{"kind", "prefecture"} {
			var args db.Args
			sql := "select o." + name + ", count(*) from organisation o where " + q.where(a, today, &args, name) + " group by 1"
			if f.Values[name], err = counts(ctx, tx, sql, args); err != nil {
				return err
			}
		}
		for _, name := range []string{"standing", "area"} {
			var args db.Args
			column := "m.area_id"
			if name == "standing" {
				column = q.standing(today, &args)
			}
			sql := "select " + column + ", count(distinct o.id) from organisation o join membership m on m.organisation_id = o.id where " +
				q.where(a, today, &args, name) + " and " + knownMembership(a, &args)
			// The other filter on places must hold for the same membership.
			if place := q.place(a, today, &args, name); place != "" {
				sql += " and " + place
			}
			if f.Values[name], err = counts(ctx, tx, sql+" group by 1", args); err != nil {
				return err
			}
		}
		return nil
	})
	return f, err
}

// PersonQuery says which people a list holds. Zero fields do not narrow it.
type PersonQuery struct {
	Words         string
	Kinds         []PersonKind
	Areas         []hub.ID
	Organisations []hub.ID // belonging there now or before
	Withdrawn     bool     // the recycle bin instead, of those whom the actor may edit
	Export        bool     // only those whom the actor may take out in a list
	Sort          string
	Down          bool
}

func (q PersonQuery) where(a hub.Actor, at int64, args *db.Args, leave string) string {
	action, withdrawn := access.See, "t.withdrawn = 0"
	if q.Withdrawn {
		action, withdrawn = access.Edit, "t.withdrawn = 1"
	}
	if q.Export {
		action = access.Export
	}
	and := []string{access.Scope(a, action).SQL("t", at, args.Add), withdrawn}
	for _, w := range searchWords(q.Words) {
		// Names are also found in another spelling.
		or := "t.search_key like " + args.Add(like(w)) + ` escape '\'`
		if v := personVariants.Replace(w); v != w {
			or += " or t.search_key like " + args.Add(like(v)) + ` escape '\'`
		}
		and = append(and, "("+or+")")
	}
	if len(q.Kinds) > 0 && leave != "kind" {
		and = append(and, db.In(args, "t.kind", texts(q.Kinds)))
	}
	if len(q.Areas) > 0 && leave != "area" {
		and = append(and, db.In(args, "t.area_id", texts(q.Areas)))
	}
	if len(q.Organisations) > 0 && leave != "organisation" {
		and = append(and, "exists (select 1 from affiliation f where f.person_id = t.id and "+db.In(args, "f.organisation_id", texts(q.Organisations))+")")
	}
	return strings.Join(and, " and ")
}

// List gives one page of the people whom the actor may see.
func (s *People) List(ctx context.Context, a hub.Actor, q PersonQuery, page hub.Page) (out []PersonView, next string, err error) {
	var args db.Args
	sql := selectPerson + " where " + q.where(a, db.Millis(s.now()), &args, "")
	by := order{expr: "t.sort_key", id: "t.id", down: q.Down, dialect: s.db.Dialect()}
	switch q.Sort {
	case ByKind:
		by.expr = rank("t.kind", texts(PersonKinds)) + " || t.sort_key"
	case ByUpdated:
		by.expr = "cast(t.updated as text)"
	}
	if sql, err = by.page(sql, page, &args); err != nil {
		return nil, "", err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := db.All(ctx, tx, keyed(scanPerson), sql, args...)
		if err != nil {
			return err
		}
		rows, next = cut(rows, page, func(p Person) hub.ID { return p.ID })
		for _, r := range rows {
			out = append(out, view(a, r.value))
		}
		return addOrganisations(ctx, tx, a, out)
	})
	return out, next, err
}

// Count gives the number of people in the list, and what each filter would
// leave. Organisations are counted by present affiliation, and only those the
// actor may see.
func (s *People) Count(ctx context.Context, a hub.Actor, q PersonQuery) (f Facets, err error) {
	at := db.Millis(s.now())
	f.Values = map[string]map[string]int{}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		if err := tx.QueryRow(ctx, "select count(*) from person t where "+q.where(a, at, &args, ""), args...).Scan(&f.Total); err != nil {
			return err
		}
		for name, column := range map[string]string{"kind": "t.kind", "area": "t.area_id"} {
			var args db.Args
			if f.Values[name], err = counts(ctx, tx, "select "+column+", count(*) from person t where "+q.where(a, at, &args, name)+" group by 1", args); err != nil {
				return err
			}
		}
		args = nil
		sql := "select t.organisation_id, count(*) from person t join organisation o on o.id = t.organisation_id where " +
			q.where(a, at, &args, "organisation") + " and " + seeOrganisation(a, "o", &args) + " group by 1 order by 2 desc, 1 limit 50"
		f.Values["organisation"], err = counts(ctx, tx, sql, args)
		return err
	})
	return f, err
}

func counts(ctx context.Context, tx db.Tx, q string, args db.Args) (map[string]int, error) {
	type row struct {
		value string
		n     int
	}
	rows, err := db.All(ctx, tx, func(r db.Row) (x row, err error) {
		err = r.Scan(&x.value, &x.n)
		return x, err
	}, q, args...)
	out := make(map[string]int, len(rows))
	for _, x := range rows {
		out[x.value] = x.n
	}
	return out, err
}

// order sorts a list by a text expression and the id, and continues it behind a
// cursor.
type order struct {
	expr, id string
	down     bool
	dialect  db.Dialect
}

// page completes a select "select … from … where …": the sort value becomes its
// last column, and one row more than the page holds is asked for.
func (o order) page(q string, p hub.Page, args *db.Args) (string, error) {
	key, id := "("+o.expr+")"+o.dialect.Bytewise(), o.id+o.dialect.Bytewise()
	before, direction := " > ", ""
	if o.down {
		before, direction = " < ", " desc"
	}
	if p.After != "" {
		value, last, ok := strings.Cut(p.After, "~")
		if !ok || !hub.ID(last).Valid() || strings.ContainsRune(value, 0) {
			return "", hub.Errorf(hub.Invalid, "error.bad_form")
		}
		q += " and (" + key + ", " + id + ")" + before + "(" + args.Add(value) + ", " + args.Add(last) + ")"
	}
	q = strings.Replace(q, " from ", ", ("+o.expr+") from ", 1)
	return q + " order by " + key + direction + ", " + id + direction + " limit " + strconv.Itoa(p.Size()+1), nil
}

// row is a record with the value it is sorted by.
type row[T any] struct {
	value T
	key   string
}

// keyed reads a record and, as the last column, the value it is sorted by.
func keyed[T any](scan func(db.Row) (T, error)) func(db.Row) (row[T], error) {
	return func(r db.Row) (x row[T], err error) {
		x.value, err = scan(oneMore{r, &x.key})
		return x, err
	}
}

// oneMore scans one column beyond those the scan function knows.
type oneMore struct {
	db.Row
	last *string
}

func (o oneMore) Scan(dest ...any) error { return o.Row.Scan(append(slices.Clip(dest), o.last)...) }

// cut takes the row beyond the page away and makes a cursor of the last one.
func cut[T any](rows []row[T], p hub.Page, id func(T) hub.ID) ([]row[T], string) {
	if len(rows) <= p.Size() {
		return rows, ""
	}
	rows = rows[:p.Size()]
	last := rows[len(rows)-1]
	return rows, last.key + "~" + string(id(last.value))
}

// rank gives two digits that sort a column by the order of values.
func rank(column string, values []string) string {
	var b strings.Builder
	b.WriteString("case " + column)
	for i, v := range values {
		b.WriteString(" when '" + v + "' then '" + strconv.Itoa(10+i) + "'")
	}
	b.WriteString(" else '99' end")
	return b.String()
}
