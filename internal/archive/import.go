package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Import reads the export at place into the hub's database, whose tables must be
// empty, and proves that everything is there. All of it is brought in or none. A
// hub that came in by Import is the exported one: it writes no line of its own
// into the log, whose chain goes on where it stood.
func (s *Service) Import(ctx context.Context, a hub.Actor, place, passphrase string, told Progress) (r Report, err error) {
	defer hub.Wrap(&err, "archive.Import")
	if err := permit(a); err != nil {
		return r, err
	}
	files, in, err := openContainer(place, passphrase)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	b, err := fs.ReadFile(files, manifestName)
	if err != nil {
		return r, &hub.Error{Kind: hub.Invalid, Key: "archive.error.not_an_export", Args: hub.Args("place", place), Err: err}
	}
	m, err := readManifest(b, place)
	if err != nil {
		return r, err
	}
	if err := s.fits(ctx, m); err != nil {
		return r, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := empty(ctx, tx); err != nil {
			return err
		}
		for _, t := range m.Tables {
			if err := bring(ctx, tx, files, t, told); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	r, err = s.Prove(ctx, a, m)
	r.From = place
	return r, err
}

// fits asks that the export was made of the schema that this program has.
func (s *Service) fits(ctx context.Context, m Manifest) error {
	schema, err := s.db.Version(ctx)
	if err != nil {
		return err
	}
	if m.Schema != schema {
		return hub.Errorf(hub.Invalid, "archive.error.schema", "found", m.Schema, "known", schema)
	}
	return s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		tables, err := taken(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			c, ok := m.Table(t.Name)
			if !ok || !slices.EqualFunc(c.Columns, t.Columns, func(a Column, b db.Column) bool {
				return a.Name == b.Name && a.Type == b.Type && a.Null == b.Null
			}) {
				return hub.Errorf(hub.Invalid, "archive.error.table", "table", t.Name)
			}
		}
		for _, c := range m.Tables {
			if !slices.ContainsFunc(tables, func(t db.Table) bool { return t.Name == c.Name }) {
				return hub.Errorf(hub.Invalid, "archive.error.table", "table", c.Name)
			}
		}
		return nil
	})
}

// empty asks that nothing has been written to the database, and removes the one
// row with which it begins.
func empty(ctx context.Context, tx db.Tx) error {
	tables, err := db.Tables(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		q := `select count(*) from (select 1 as one from "` + t.Name + `" limit 1) x`
		if t.Name == "log_head" {
			q = "select count(*) from log_head where seq > 0"
		}
		n, err := db.Scalar[int64](tx.QueryRow(ctx, q))
		if err != nil {
			return err
		}
		if n > 0 {
			return hub.Errorf(hub.Conflict, "archive.error.not_empty", "table", t.Name)
		}
	}
	_, err = tx.Exec(ctx, "delete from log_head")
	return err
}

// bring reads one table.
func bring(ctx context.Context, tx db.Tx, files fs.FS, c Contents, told Progress) error {
	f, err := files.Open(c.File)
	if err != nil {
		return damaged(c.File, err.Error())
	}
	defer f.Close()
	sum := sha256.New()
	in := io.TeeReader(f, sum)
	t := db.Table{Name: c.Name}
	for _, col := range c.Columns {
		t.Columns = append(t.Columns, db.Column{Name: col.Name, Type: col.Type, Null: col.Null})
	}
	p, ok := inPieces[c.Name]
	var n int64
	if ok {
		n, err = bringFiles(ctx, tx, files, in, c, p)
	} else {
		n, err = bringRows(ctx, tx, in, c, t, told)
	}
	switch {
	case err != nil:
		return err
	case n != c.Rows:
		return hub.Errorf(hub.Invalid, "archive.error.rows", "place", c.File, "want", c.Rows, "got", n)
	case hex.EncodeToString(sum.Sum(nil)) != c.SHA256:
		return hub.Errorf(hub.Invalid, "archive.error.digest", "place", c.File)
	}
	if told != nil {
		told(c.Name, n)
	}
	return nil
}

// bringRows writes the lines of in to a table and gives their number.
func bringRows(ctx context.Context, tx db.Tx, in io.Reader, c Contents, t db.Table, told Progress) (n int64, err error) {
	names := make([]string, len(t.Columns))
	for i, col := range t.Columns {
		names[i] = col.Name
	}
	var broken error
	stop := errors.New("stop")
	rows := func(yield func([]any) bool) {
		broken = lines(in, func(line int64, b []byte) error {
			row, err := readLine(b, t.Columns)
			if err != nil {
				return damaged(lineOf(c.File, line), err.Error())
			}
			if told != nil && line%5_000 == 0 {
				told(c.Name, line)
			}
			if !yield(row) {
				return stop
			}
			return nil
		})
	}
	n, err = tx.Insert(ctx, t.Name, names, rows)
	switch {
	case broken != nil && broken != stop:
		if hub.KindOf(broken) == hub.Internal {
			broken = damaged(c.File, broken.Error())
		}
		return n, broken
	case err != nil:
		return n, damaged(c.File, err.Error())
	}
	return n, nil
}

// bringFiles reads the files that the lines of in name, piece by piece.
func bringFiles(ctx context.Context, tx db.Tx, files fs.FS, in io.Reader, c Contents, p pieces) (n int64, err error) {
	err = lines(in, func(line int64, b []byte) error {
		row, err := readLine(b, fileColumns(p))
		if err != nil {
			return damaged(lineOf(c.File, line), err.Error())
		}
		n++
		return bringFile(ctx, tx, files, c.Name, p, row[0].(string), row[1].(string), row[2].(int64), row[3].(string))
	})
	if err != nil && hub.KindOf(err) == hub.Internal {
		err = damaged(c.File, err.Error())
	}
	return n, err
}

func bringFile(ctx context.Context, tx db.Tx, files fs.FS, table string, p pieces, key, name string, size int64, sum string) error {
	f, err := files.Open(name)
	if err != nil {
		return damaged(name, err.Error())
	}
	defer f.Close()
	got, total := sha256.New(), int64(0)
	buf := make([]byte, pieceSize)
	for n := int64(0); ; n++ {
		k, err := io.ReadFull(f, buf)
		if k > 0 {
			total += int64(k)
			got.Write(buf[:k])
			if _, err := tx.Exec(ctx, "insert into "+table+" ("+p.key+", n, data) values ($1, $2, $3)", key, n, buf[:k]); err != nil {
				return damaged(name, err.Error())
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return damaged(name, err.Error())
		}
	}
	if total != size || hex.EncodeToString(got.Sum(nil)) != sum {
		return hub.Errorf(hub.Invalid, "archive.error.digest", "place", name)
	}
	return nil
}
