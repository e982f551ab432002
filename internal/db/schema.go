package db

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// ColumnType is one of the four kinds of value that both engines keep.
type ColumnType string

// The kinds of value.
const (
	TextColumn    ColumnType = "text"
	IntegerColumn ColumnType = "integer"
	RealColumn    ColumnType = "real"
	BlobColumn    ColumnType = "blob"
)

// Column is one column of a table. Key is its place in the primary key, from 1;
// 0 when it is not part of it.
type Column struct {
	Name string
	Type ColumnType
	Null bool // may be null
	Key  int
}

// Table is one table as it stands in the database. Parents, by name, are the tables its
// foreign keys point to, itself left out.
type Table struct {
	Name    string
	Columns []Column
	Parents []string
}

// OfTools reports whether a table belongs to a tool that brings and shapes its
// own tables on each engine (goose, River, SQLite itself), so that no room may
// speak of it.
func OfTools(table string) bool {
	return strings.HasPrefix(table, "goose_") || strings.HasPrefix(table, "river_") || strings.HasPrefix(table, "sqlite_")
}

// Tables lists the tables of the rooms with their columns in order: parents
// before children, else by name, so that rows may be written in this order.
func Tables(ctx context.Context, tx Tx) ([]Table, error) {
	columns, parents := sqliteColumns, sqliteParents
	if tx.Dialect() == PostgreSQL {
		columns, parents = postgresColumns, postgresParents
	}
	type column struct {
		table, kind string
		Column
	}
	all, err := All(ctx, tx, func(r Row) (c column, err error) {
		var null int64
		err = r.Scan(&c.table, &c.Name, &c.kind, &null, &c.Key)
		c.Null = null != 0
		return c, err
	}, columns)
	if err != nil {
		return nil, err
	}
	tables := map[string]*Table{}
	for _, c := range all {
		if OfTools(c.table) {
			continue
		}
		if c.Type, err = columnType(c.kind); err != nil {
			return nil, fmt.Errorf("%s.%s: %w", c.table, c.Name, err)
		}
		t := tables[c.table]
		if t == nil {
			t = &Table{Name: c.table}
			tables[c.table] = t
		}
		t.Columns = append(t.Columns, c.Column)
	}
	pairs, err := All(ctx, tx, func(r Row) (p [2]string, err error) {
		err = r.Scan(&p[0], &p[1])
		return p, err
	}, parents)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		if t := tables[p[0]]; t != nil && p[0] != p[1] && !slices.Contains(t.Parents, p[1]) {
			t.Parents = append(t.Parents, p[1])
			slices.Sort(t.Parents) // each engine tells them in an order of its own
		}
	}
	return parentsFirst(tables)
}

// parentsFirst orders tables so that each comes after those it points to.
func parentsFirst(tables map[string]*Table) ([]Table, error) {
	var out []Table
	placed := map[string]bool{}
	for len(out) < len(tables) {
		var ready []Table
		for name, t := range tables {
			if !placed[name] && !slices.ContainsFunc(t.Parents, func(p string) bool { return !placed[p] }) {
				ready = append(ready, *t)
			}
		}
		if len(ready) == 0 {
			return nil, fmt.Errorf("db: tables point at each other in a ring")
		}
		slices.SortFunc(ready, func(a, b Table) int { return cmp.Compare(a.Name, b.Name) })
		for _, t := range ready {
			placed[t.Name] = true
		}
		out = append(out, ready...)
	}
	return out, nil
}

func columnType(declared string) (ColumnType, error) {
	switch strings.ToLower(declared) {
	case "text":
		return TextColumn, nil
	case "integer", "int", "bigint":
		return IntegerColumn, nil
	case "real", "double precision":
		return RealColumn, nil
	case "blob", "bytea":
		return BlobColumn, nil
	}
	return "", fmt.Errorf("db: the type %q is none that both engines keep alike", declared)
}

const (
	sqliteColumns = `select m.name, p.name, p.type, case when p."notnull" = 0 and p.pk = 0 then 1 else 0 end, p.pk
		from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table' order by m.name, p.cid`
	sqliteParents   = `select m.name, f."table" from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'`
	postgresColumns = `select c.relname, a.attname, format_type(a.atttypid, null), case when a.attnotnull then 0 else 1 end,
			coalesce(array_position(cast(i.indkey as int2[]), a.attnum), -1) + 1
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
			left join pg_index i on i.indrelid = c.oid and i.indisprimary
		where c.relkind = 'r' and c.relnamespace = cast(current_schema() as regnamespace)
			and c.relname not like 'goose%' and c.relname not like 'river%' order by c.relname collate "C", a.attnum`
	postgresParents = `select c.relname, p.relname from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
		where k.contype = 'f' and c.relnamespace = cast(current_schema() as regnamespace)`
)

// Version gives the number of the newest migration that has been applied; 0 for
// a database without any.
func (d *DB) Version(ctx context.Context) (int64, error) { return d.engine.version(ctx) }
