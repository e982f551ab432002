package directory

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

const selectOrganisation = `select o.id, o.withdrawn, o.merged_into, o.import_id, o.version, o.created, o.updated, o.body from organisation o`

func scanOrganisation(r db.Row) (o Organisation, err error) {
	var id, merged, imported hub.ID
	var withdrawn, version int
	var created, updated int64
	var body string
	if err := r.Scan(&id, &withdrawn, &merged, &imported, &version, &created, &updated, &body); err != nil {
		return o, err
	}
	err = json.Unmarshal([]byte(body), &o)
	o.ID, o.Withdrawn, o.MergedInto, o.Import = id, withdrawn == 1, merged, imported
	o.Version, o.Created, o.Updated = version, db.Time(created), db.Time(updated)
	return o, err
}

var organisationColumns = []string{
	"id", "kind", "scope", "name_ja", "name_en", "sort_key", "search_key", "prefecture", "corporate_number", "ror",
	"import_id", "sample", "withdrawn", "merged_into", "version", "created", "updated", "body",
}

func organisationValues(o Organisation) ([]any, error) {
	body, err := json.Marshal(o)
	return []any{
		string(o.ID), string(o.Kind), string(o.Scope), o.Name.JA, o.Name.EN, o.sortKey(), o.searchKey(), o.Prefecture, o.CorporateNumber, o.ROR,
		string(o.Import), flag(o.Sample), flag(o.Withdrawn), string(o.MergedInto), o.Version, db.Millis(o.Created), db.Millis(o.Updated), string(body),
	}, err
}

func insertOrganisations(ctx context.Context, tx db.Tx, all []Organisation) error {
	if err := insertAll(ctx, tx, "organisation", organisationColumns, all, organisationValues); err != nil {
		return err
	}
	return insertOrganisationNames(ctx, tx, all)
}

func insertOrganisationNames(ctx context.Context, tx db.Tx, all []Organisation) error {
	_, err := tx.Insert(ctx, "organisation_name", []string{"organisation_id", "position", "whole", "bare"}, func(yield func([]any) bool) {
		for _, o := range all {
			for i, name := range o.names() {
				whole, bare := NameKeys(name)
				if !yield([]any{string(o.ID), i, whole, bare}) {
					return
				}
			}
		}
	})
	return err
}

func updateOrganisation(ctx context.Context, tx db.Tx, o Organisation) error {
	values, err := organisationValues(o)
	if err != nil {
		return err
	}
	if err := update(ctx, tx, "organisation", organisationColumns, values); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "delete from organisation_name where organisation_id = $1", string(o.ID)); err != nil {
		return err
	}
	return insertOrganisationNames(ctx, tx, []Organisation{o})
}

// organisationNames gives the names of those organisations the actor may see.
func organisationNames(ctx context.Context, tx db.Tx, a hub.Actor, ids []hub.ID) (map[hub.ID]hub.Text, error) {
	out := map[hub.ID]hub.Text{}
	type row struct {
		id   hub.ID
		name hub.Text
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id hub.ID) bool { return id == "" })
	slices.Sort(ids)
	for chunk := range slices.Chunk(texts(slices.Compact(ids)), 500) {
		var args db.Args
		q := "select o.id, o.name_ja, o.name_en from organisation o where " + db.In(&args, "o.id", chunk) + " and " + seeOrganisation(a, "o", &args)
		found, err := db.All(ctx, tx, func(r db.Row) (x row, err error) {
			err = r.Scan(&x.id, &x.name.JA, &x.name.EN)
			return x, err
		}, q, args...)
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			out[x.id] = x.name
		}
	}
	return out, nil
}

const selectPerson = `select t.id, t.organisation_id, t.withdrawn, t.merged_into, t.import_id, t.version, t.created, t.updated, t.remark, t.body from person t`

func scanPerson(r db.Row) (p Person, err error) {
	var id, organisation, merged, imported hub.ID
	var withdrawn, version int
	var created, updated int64
	var remark, body string
	if err := r.Scan(&id, &organisation, &withdrawn, &merged, &imported, &version, &created, &updated, &remark, &body); err != nil {
		return p, err
	}
	err = json.Unmarshal([]byte(body), &p)
	p.ID, p.organisation, p.Withdrawn, p.MergedInto, p.Import, p.Remark = id, organisation, withdrawn == 1, merged, imported, remark
	p.Version, p.Created, p.Updated = version, db.Time(created), db.Time(updated)
	return p, err
}

var personColumns = []string{
	"id", "area_id", "kind", "scope", "name_scope", "detail_scope", "organisation_id", "owner_id", "name", "name_en", "sort_key", "search_key",
	"researcher_number", "orcid", "import_id", "sample", "withdrawn", "merged_into", "version", "created", "updated", "remark", "body",
}

func personValues(p Person) ([]any, error) {
	bare := p
	bare.Remark = "" // has a column of its own, with readers of its own
	body, err := json.Marshal(bare)
	scope := string(p.Scope)
	return []any{
		string(p.ID), string(p.Area), string(p.Kind), scope, scope, scope, string(p.organisation), string(p.ID), p.Name, p.English, p.sortKey(), p.searchKey(),
		p.ResearcherNumber, p.ORCID, string(p.Import), flag(p.Sample), flag(p.Withdrawn), string(p.MergedInto), p.Version, db.Millis(p.Created), db.Millis(p.Updated), p.Remark, string(body),
	}, err
}

func insertPeople(ctx context.Context, tx db.Tx, all []Person) error {
	if err := insertAll(ctx, tx, "person", personColumns, all, personValues); err != nil {
		return err
	}
	return insertPersonParts(ctx, tx, all)
}

func insertPersonParts(ctx context.Context, tx db.Tx, all []Person) error {
	if _, err := tx.Insert(ctx, "person_name", []string{"person_id", "position", "area_id", "name_key"}, func(yield func([]any) bool) {
		for _, p := range all {
			for i, name := range p.names() {
				if !yield([]any{string(p.ID), i, string(p.Area), PersonKey(name)}) {
					return
				}
			}
		}
	}); err != nil {
		return err
	}
	_, err := tx.Insert(ctx, "affiliation", []string{"person_id", "position", "organisation_id", "valid_from", "valid_until"}, func(yield func([]any) bool) {
		for _, p := range all {
			for i, f := range p.Affiliations {
				if f.Organisation != "" && !yield([]any{string(p.ID), i, string(f.Organisation), string(f.From), string(f.Until)}) {
					return
				}
			}
		}
	})
	return err
}

func updatePerson(ctx context.Context, tx db.Tx, p Person) error {
	values, err := personValues(p)
	if err != nil {
		return err
	}
	if err := update(ctx, tx, "person", personColumns, values); err != nil {
		return err
	}
	for _, table := range []string{"person_name", "affiliation"} {
		if _, err := tx.Exec(ctx, "delete from "+table+" where person_id = $1", string(p.ID)); err != nil {
			return err
		}
	}
	return insertPersonParts(ctx, tx, []Person{p})
}

func insertAll[T any](ctx context.Context, tx db.Tx, table string, columns []string, all []T, values func(T) ([]any, error)) error {
	var failed error
	_, err := tx.Insert(ctx, table, columns, func(yield func([]any) bool) {
		for _, x := range all {
			v, err := values(x)
			if err != nil {
				failed = err
				return
			}
			if !yield(v) {
				return
			}
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// update writes every column of the row whose id is the first value.
func update(ctx context.Context, tx db.Tx, table string, columns []string, values []any) error {
	var args db.Args
	id := args.Add(values[0])
	set := make([]string, 0, len(columns))
	for i := 1; i < len(columns); i++ {
		set = append(set, columns[i]+" = "+args.Add(values[i]))
	}
	_, err := tx.Exec(ctx, "update "+table+" set "+strings.Join(set, ", ")+" where id = "+id, args...)
	return err
}

// each reads a table from first to last in pages of its own.
func each[T any](ctx context.Context, d *db.DB, q string, scan func(db.Row) (T, error), id func(T) hub.ID, fn func(T) error) error {
	after := ""
	for {
		var page []T
		err := d.Read(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			page, err = db.All(ctx, tx, scan, q, after)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, x := range page {
			if err := fn(x); err != nil {
				return err
			}
		}
		after = string(id(page[len(page)-1]))
	}
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = string(x)
	}
	return out
}
