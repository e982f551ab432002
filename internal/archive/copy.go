package archive

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// certificate is the table in which a copy carries its manifest. It stands in
// copies only and leaves when one is restored.
const certificate = "copy_certificate"

// Copy writes one consistent file to place, which must not exist, while others
// read and write: on SQLite a data file that carries its own manifest, else, and
// where the name asks for it (.zip), an export. A passphrase encrypts it, and its
// name then ends in .age. The line in the log that says so is committed first.
func (s *Service) Copy(ctx context.Context, a hub.Actor, place, passphrase string, told Progress) (m Manifest, err error) {
	defer hub.Wrap(&err, "archive.Copy")
	if asExport(place) {
		return s.Export(ctx, a, place, passphrase, told)
	}
	if err := permit(a); err != nil {
		return m, err
	}
	if s.db.Dialect() != db.SQLite {
		return m, hub.Errorf(hub.Invalid, "archive.error.copy_name", "place", place)
	}
	if _, err := os.Lstat(place); err == nil {
		return m, hub.Errorf(hub.Conflict, "archive.error.exists", "place", place)
	}
	if strings.HasSuffix(place, encryptedEnding) != (passphrase != "") {
		return m, hub.Errorf(hub.Invalid, "archive.error.encrypted_name", "place", place)
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return m, err
	}
	if err := s.note(ctx, a, copyKind); err != nil {
		return m, err
	}
	// A copy that is cut short must not pass for one.
	part := place + unfinished
	removeDatabase(part)
	defer removeDatabase(part)
	if err := s.db.Backup(ctx, part); err != nil {
		return m, err
	}
	if err := os.Chmod(part, 0o600); err != nil {
		return m, err
	}
	if m, err = certify(ctx, part); err != nil {
		return m, err
	}
	if passphrase != "" {
		return m, encrypt(part, place, passphrase)
	}
	return m, os.Rename(part, place)
}

// asExport reports whether the name of a copy is that of an export.
func asExport(place string) bool {
	return strings.HasSuffix(strings.TrimSuffix(place, encryptedEnding), ".zip")
}

// certify reads the whole copy at path and writes into it what it holds.
func certify(ctx context.Context, path string) (m Manifest, err error) {
	d, err := db.Open(ctx, path)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if m, err = New(d, audit.New(d, hub.SystemClock{}), hub.SystemClock{}).survey(ctx); err != nil {
		return m, err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return m, err
	}
	return m, d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "create table "+certificate+" (body text not null) strict"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "insert into "+certificate+" (body) values ($1)", string(b))
		return err
	})
}

// takeCertificate reads the manifest out of a copy and removes it there; ok is
// false when the copy carries none.
func takeCertificate(ctx context.Context, d *db.DB) (m Manifest, ok bool, err error) {
	err = d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := db.Scalar[int](tx.QueryRow(ctx, "select count(*) from sqlite_master where type = 'table' and name = $1", certificate))
		if err != nil || n == 0 {
			return err
		}
		body, err := db.Scalar[string](tx.QueryRow(ctx, "select body from "+certificate))
		if err != nil {
			return err
		}
		if m, err = readManifest([]byte(body), certificate); err != nil {
			return err
		}
		ok = true
		_, err = tx.Exec(ctx, "drop table "+certificate)
		return err
	})
	return m, ok, err
}

// encrypt writes what stands in from, encrypted, to place.
func encrypt(from, place, passphrase string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	part := place + ".enc" + unfinished
	defer os.Remove(part)
	f, out, err := createFile(part, passphrase)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(part, place)
}

// beside are the endings of the files that SQLite keeps beside a data file.
var beside = []string{"", "-wal", "-shm", "-journal"}

func removeDatabase(path string) {
	for _, e := range beside {
		_ = os.Remove(path + e)
	}
}
