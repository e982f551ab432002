package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/db"
)

// sink takes files, one after the other.
type sink interface {
	create(name string) (io.Writer, error)
}

// nowhere is the sink of a survey that only counts.
type nowhere struct{}

func (nowhere) create(string) (io.Writer, error) { return io.Discard, nil }

// surveyed writes every table that tx sees into to and tells what stood in it.
// told, which may be nil, hears how many rows of a table have been written.
func surveyed(ctx context.Context, tx db.Tx, schema int64, to sink, told func(table string, rows int64)) (Manifest, error) {
	m := Manifest{Format: formatName, Version: formatVersion, Schema: schema}
	var at int64
	q := "select h.seq, h.hash, coalesce(l.at, 0) from log_head h left join log l on l.seq = h.seq where h.id = 1"
	if err := tx.QueryRow(ctx, q).Scan(&m.Log.Lines, &m.Log.Hash, &at); err != nil {
		return m, fmt.Errorf("the head of the log: %w", err)
	}
	m.AsOf = db.Time(at)
	tables, err := taken(ctx, tx)
	if err != nil {
		return m, err
	}
	for _, t := range tables {
		c := Contents{Name: t.Name, File: path.Join(tableFolder, t.Name+".jsonl")}
		for _, col := range t.Columns {
			c.Columns = append(c.Columns, Column{col.Name, col.Type, col.Null})
		}
		f, err := to.create(c.File)
		if err != nil {
			return m, err
		}
		w := &measured{w: f, sum: sha256.New()}
		if p, ok := inPieces[t.Name]; ok {
			c.Rows, err = listFiles(ctx, tx, t.Name, p, w)
		} else {
			c.Rows, err = writeRows(ctx, tx, t, w, told)
		}
		if err != nil {
			return m, fmt.Errorf("table %s: %w", t.Name, err)
		}
		c.Bytes, c.SHA256 = w.n, hex.EncodeToString(w.sum.Sum(nil))
		m.Tables = append(m.Tables, c)
		if told != nil {
			told(t.Name, c.Rows)
		}
	}
	if _, counting := to.(nowhere); counting {
		return m, nil
	}
	for _, t := range tables {
		if p, ok := inPieces[t.Name]; ok {
			if err := writeFiles(ctx, tx, t.Name, p, to); err != nil {
				return m, fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
	}
	return m, nil
}

// measured counts and digests what goes through it.
type measured struct {
	w   io.Writer
	n   int64
	sum hash.Hash
}

func (m *measured) Write(b []byte) (int, error) {
	m.n += int64(len(b))
	m.sum.Write(b)
	return m.w.Write(b)
}

// writeRows writes a table line by line in the order of its key, or of all its
// columns when it has none, and gives the number of rows.
func writeRows(ctx context.Context, tx db.Tx, t db.Table, w io.Writer, told func(string, int64)) (n int64, err error) {
	rows, err := tx.Query(ctx, selectAll(tx.Dialect(), t))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	row, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range row {
		into[i] = &row[i]
	}
	var b []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		n++
		if b, err = appendLine(b, t.Columns, row); err != nil {
			return n, fmt.Errorf("row %d: %w", n, err)
		}
		if len(b) >= 1<<16 {
			if _, err := w.Write(b); err != nil {
				return n, err
			}
			b = b[:0]
		}
		if told != nil && n%5_000 == 0 {
			told(t.Name, n)
		}
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	_, err = w.Write(b)
	return n, err
}

func selectAll(d db.Dialect, t db.Table) string {
	var names, key, all []string
	keys := make([]string, len(t.Columns)+1)
	for _, c := range t.Columns {
		name := `"` + c.Name + `"`
		names = append(names, name)
		if c.Type == db.TextColumn {
			name += d.Bytewise()
		}
		all = append(all, name)
		if c.Key > 0 {
			keys[c.Key] = name
		}
	}
	for _, k := range keys {
		if k != "" {
			key = append(key, k)
		}
	}
	if len(key) == 0 {
		key = all
	}
	return "select " + strings.Join(names, ",") + ` from "` + t.Name + `" order by ` + strings.Join(key, ",")
}

// fileColumns are those of a line that tells of one file.
func fileColumns(p pieces) []db.Column {
	return []db.Column{
		{Name: p.key, Type: db.TextColumn},
		{Name: "path", Type: db.TextColumn},
		{Name: "bytes", Type: db.IntegerColumn},
		{Name: "sha256", Type: db.TextColumn},
	}
}

// listFiles writes a line about each file that the table keeps, and gives their
// number. The files themselves follow when all tables are written.
func listFiles(ctx context.Context, tx db.Tx, table string, p pieces, w io.Writer) (n int64, err error) {
	var b []byte
	end := func(f file) error {
		n++
		b, err = appendLine(b[:0], fileColumns(p), []any{f.key, f.path, f.w.n, hex.EncodeToString(f.w.sum.Sum(nil))})
		if err == nil {
			_, err = w.Write(b)
		}
		return err
	}
	return n, eachFile(ctx, tx, table, p, nowhere{}, end)
}

// writeFiles writes each file that the table keeps.
func writeFiles(ctx context.Context, tx db.Tx, table string, p pieces, to sink) error {
	return eachFile(ctx, tx, table, p, to, func(file) error { return nil })
}

// eachFile puts the pieces of each file together in to and calls end after the
// last piece. Files come in the order of their keys, a page of keys at a time, so
// that no engine has to sort the pieces themselves.
func eachFile(ctx context.Context, tx db.Tx, table string, p pieces, to sink, end func(file) error) error {
	key := "c." + p.key + tx.Dialect().Bytewise()
	q := "select c." + p.key + ", coalesce(o." + p.name + ", '') from " + table + " c left join " + p.owner + " o on o.id = c." + p.key +
		" where c.n = 0 and " + key + " > $1 order by " + key + " limit 200"
	for after := ""; ; {
		page, err := db.All(ctx, tx, func(r db.Row) (f [2]string, err error) {
			err = r.Scan(&f[0], &f[1])
			return f, err
		}, q, after)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, x := range page {
			f := file{key: x[0], path: path.Join(p.folder, x[0]+ending(x[1]))}
			w, err := to.create(f.path)
			if err != nil {
				return err
			}
			f.w = &measured{w: w, sum: sha256.New()}
			if err := together(ctx, tx, table, p, f); err != nil {
				return err
			}
			if err := end(f); err != nil {
				return err
			}
		}
		after = page[len(page)-1][0]
	}
}

// together writes the pieces of one file.
func together(ctx context.Context, tx db.Tx, table string, p pieces, f file) error {
	rows, err := tx.Query(ctx, "select n, data from "+table+" where "+p.key+" = $1 order by n", f.key)
	if err != nil {
		return err
	}
	defer rows.Close()
	for next := int64(0); rows.Next(); next++ {
		var n int64
		var data []byte
		if err := rows.Scan(&n, &data); err != nil {
			return err
		}
		if n != next {
			return fmt.Errorf("file %s: piece %d is missing", f.key, next)
		}
		if _, err := f.w.Write(data); err != nil {
			return err
		}
	}
	return rows.Err()
}

type file struct {
	key, path string
	w         *measured
}

var plainEnding = regexp.MustCompile(`^\.[a-z0-9]{1,8}$`)

// ending gives the ending of a file's name if it is a plain one, so that the
// file can be opened by a double click; its whole name stands in the table.
func ending(name string) string {
	if e := strings.ToLower(path.Ext(name)); plainEnding.MatchString(e) {
		return e
	}
	return ""
}

// lineOf names a line of a file.
func lineOf(file string, line int64) string { return file + ":" + strconv.FormatInt(line, 10) }
