package catalogue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// MaxFile is the most bytes a file may have.
const MaxFile = 100 << 20

const chunkSize = 1 << 20

// Layer says which part of a record a file belongs to, and so who may have it.
type Layer string

// The two layers of a record.
const (
	Summary Layer = "summary"
	Inner   Layer = "detail"
)

// File is a file of a record. Its bytes are in the database, so that one file
// on disk is the whole hub.
type File struct {
	ID        hub.ID
	Record    hub.ID
	Layer     Layer
	Name      string // base name, as the sender called it
	MediaType string // as sniffed from the bytes, never as claimed
	Size      int64
	SHA256    string // hex
	Created   time.Time
}

// AddFile attaches what r gives to a record that the actor may edit. The bytes
// go to a temporary file first and then into the database in small steps, so
// that others can save meanwhile; the file is linked last.
func (c *Collection[T, P]) AddFile(ctx context.Context, a hub.Actor, record hub.ID, layer Layer, name string, r io.Reader) (f File, err error) {
	defer hub.Wrap(&err, "catalogue.AddFile(%s)", record)
	e, err := c.load(ctx, record)
	if err != nil {
		return f, err
	}
	res := P(&e).base().Access()
	if !access.Can(a, access.Edit, res) || layer == Inner && !access.Can(a, access.SeeDetail, res) {
		return f, missing(record)
	}
	if f, err = put(ctx, c.db, c.clock, a.User, layer, name, MaxFile, r); err != nil {
		return f, err
	}
	f.Record = record
	return f, c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update file set record_kind = $1, record_id = $2 where id = $3", c.kindName(), string(record), string(f.ID))
		if err != nil {
			return err
		}
		c.log.Add(ctx, a, audit.Entry{Action: audit.Change, Kind: c.kindName(), Record: record, Area: res.Area, Digest: f.SHA256})
		if layer == Inner { // its name is as secret as the detail
			return nil
		}
		return c.lines.AddLine(ctx, a, line(P(&e), "activity.file_added", hub.Args("name", f.Name)))
	})
}

// put keeps the bytes of a file that no record has yet: first in a temporary file,
// then in the database in small steps.
func put(ctx context.Context, d *db.DB, clock hub.Clock, by hub.ID, layer Layer, name string, most int64, r io.Reader) (f File, err error) {
	name = baseName(name)
	if name == "" || layer != Summary && layer != Inner {
		return f, hub.Errorf(hub.Invalid, "error.file_name")
	}
	tmp, err := os.CreateTemp("", "kyoten-upload-*")
	if err != nil {
		return f, err
	}
	defer func() { _ = tmp.Close(); _ = os.Remove(tmp.Name()) }()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(r, most+1))
	if err != nil {
		return f, err
	}
	if size > most {
		return f, hub.Errorf(hub.Invalid, "error.file_too_large", "max", most>>20)
	}
	if size == 0 {
		return f, hub.Errorf(hub.Invalid, "error.file_empty")
	}
	f = File{
		ID: hub.NewID(), Layer: layer, Name: name, Size: size,
		SHA256: hex.EncodeToString(sum.Sum(nil)), Created: clock.Now(),
	}
	if f.MediaType, err = sniff(tmp, name); err != nil {
		return f, err
	}
	err = d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `insert into file (id, layer, name, media_type, size, sha256, created, created_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			string(f.ID), string(layer), name, f.MediaType, size, f.SHA256, db.Millis(f.Created), string(by))
		return err
	})
	if err != nil {
		return f, err
	}
	buf := make([]byte, chunkSize)
	for n := 0; ; n++ {
		k, err := io.ReadFull(tmp, buf)
		if k > 0 {
			part := buf[:k]
			if err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
				_, err := tx.Exec(ctx, "insert into file_chunk (file_id, n, data) values ($1, $2, $3)", string(f.ID), n, part)
				return err
			}); err != nil {
				return f, err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return f, err
		}
	}
	return f, nil
}

// baseName drops folders and control characters that a sender may have put in.
func baseName(s string) string {
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	if s == "." || s == "/" || utf8.RuneCountInString(s) > 200 {
		return ""
	}
	return strings.TrimSpace(s)
}

// sniff tells the media type from the first bytes; Office files, which look like
// any ZIP, by their ending too. It rewinds f.
func sniff(f *os.File, name string) (string, error) {
	head := make([]byte, 512)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	t := http.DetectContentType(head[:n])
	if t == "application/zip" || t == "application/octet-stream" {
		if byName := mime.TypeByExtension(strings.ToLower(path.Ext(name))); strings.HasPrefix(byName, "application/vnd.") {
			t = byName
		}
	}
	_, err = f.Seek(0, io.SeekStart)
	return t, err
}

// Files lists the files of a record whose layer the actor may see.
func (c *Collection[T, P]) Files(ctx context.Context, a hub.Actor, record hub.ID) (out []File, err error) {
	e, err := c.load(ctx, record)
	if err != nil {
		return nil, err
	}
	r := P(&e).base().Access()
	var args db.Args
	q := selectFile + " where removed = 0 and record_id = " + args.Add(string(record))
	if !access.Can(a, access.SeeDetail, r) {
		q += " and layer = 'summary'"
	}
	if !access.Can(a, access.See, r) || binnedFor(a, P(&e).base()) {
		return nil, missing(record)
	}
	err = c.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanFile, q+" order by created", args...)
		return err
	})
	return out, err
}

const selectFile = "select id, record_id, layer, name, media_type, size, sha256, created from file"

func scanFile(r db.Row) (f File, err error) {
	var created int64
	err = r.Scan(&f.ID, &f.Record, &f.Layer, &f.Name, &f.MediaType, &f.Size, &f.SHA256, &created)
	f.Created = db.Time(created)
	return f, err
}

// ReadFile writes the bytes of a file to w if the actor may see its layer. start
// is called once before the first byte, with what is known of the file. Taking
// a file of a detail layer is logged first.
func (c *Collection[T, P]) ReadFile(ctx context.Context, a hub.Actor, record, id hub.ID, start func(File), w io.Writer) (err error) {
	defer hub.Wrap(&err, "catalogue.ReadFile(%s)", id)
	files, err := c.Files(ctx, a, record)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.ID != id {
			continue
		}
		if f.Layer == Inner {
			if _, err := c.Open(ctx, a, record); err != nil {
				return err
			}
		}
		start(f)
		if err := copyFile(ctx, c.db, f, w); err != nil {
			return err
		}
		return nil
	}
	return missing(id)
}

// copyFile writes the bytes of a file.
func copyFile(ctx context.Context, d *db.DB, f File, w io.Writer) error {
	for n := range (f.Size + chunkSize - 1) / chunkSize {
		var data []byte
		err := d.Read(ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.QueryRow(ctx, "select data from file_chunk where file_id = $1 and n = $2", string(f.ID), n).Scan(&data)
		})
		if err != nil {
			return fmt.Errorf("chunk %d: %w", n, err)
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return nil
}

// RemoveFile takes a file off a record that the actor may edit. Its bytes stay
// with the record's history.
func (c *Collection[T, P]) RemoveFile(ctx context.Context, a hub.Actor, record, id hub.ID) (err error) {
	defer hub.Wrap(&err, "catalogue.RemoveFile(%s)", id)
	return c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		e, err := c.loadIn(ctx, tx, record, "")
		if err != nil {
			return err
		}
		r := P(&e).base().Access()
		if !access.Can(a, access.Edit, r) {
			return missing(record)
		}
		n, err := tx.Exec(ctx, "update file set removed = $1 where id = $2 and record_id = $3 and removed = 0", db.Millis(c.clock.Now()), string(id), string(record))
		if err != nil {
			return err
		}
		if n == 0 {
			return missing(id)
		}
		c.log.Add(ctx, a, audit.Entry{Action: audit.Change, Kind: c.kindName(), Record: record, Area: r.Area})
		return nil
	})
}
