package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Restore puts a copy or an export back as the data file at to, and proves that
// everything is there before anything at to is touched. What stood there is kept
// beside it under the name that the report gives. It refuses while a program has
// the data file open. Sign-ins of the time of the copy are ended.
//
// PostgreSQL databases are restored by Import into an empty one.
func Restore(ctx context.Context, from, to, passphrase string, told Progress) (r Report, err error) {
	defer hub.Wrap(&err, "archive.Restore")
	if err := free(ctx, to); err != nil {
		return r, err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return r, err
	}
	stage := to + ".restoring"
	removeDatabase(stage)
	defer removeDatabase(stage)
	if r, err = unpack(ctx, from, stage, passphrase, told); err != nil {
		return r, err
	}
	if err := free(ctx, to); err != nil { // proving took a while
		return r, err
	}
	if r.Kept, err = putAside(to); err != nil {
		return r, err
	}
	return r, os.Rename(stage, to)
}

// free asks that no program has the data file open.
func free(ctx context.Context, path string) error {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	used, err := db.InUse(ctx, path)
	if err == nil && used {
		err = hub.Errorf(hub.Conflict, "archive.error.in_use", "place", path)
	}
	return err
}

// putAside renames the data file at path, and what SQLite keeps beside it, and
// gives its new name; "" when there is none.
func putAside(path string) (kept string, err error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	kept = path + ".before-restore-" + time.Now().Format("20060102-150405")
	for n := 2; ; n++ { // two in one second
		if _, err := os.Lstat(kept); err != nil {
			break
		}
		kept = fmt.Sprintf("%s.before-restore-%s-%d", path, time.Now().Format("20060102-150405"), n)
	}
	for _, e := range beside {
		if err := os.Rename(path+e, kept+e); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return kept, nil
}

// unpack makes the data file stage from a copy or an export and proves it.
func unpack(ctx context.Context, from, stage, passphrase string, told Progress) (r Report, err error) {
	export, err := isExport(from, passphrase)
	if err != nil {
		return r, err
	}
	if !export {
		if err := duplicate(from, stage, passphrase); err != nil {
			return r, err
		}
	}
	d, err := db.Open(ctx, stage)
	if err != nil {
		return r, notACopy(from, err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	s := New(d, audit.New(d, hub.SystemClock{}), hub.SystemClock{})
	if export {
		if err := d.Migrate(ctx); err != nil {
			return r, err
		}
		if err := os.Chmod(stage, 0o600); err != nil {
			return r, err
		}
		return s.Import(ctx, hub.SystemActor, from, passphrase, told)
	}
	r, err = s.proveCopy(ctx)
	r.From = from
	return r, err
}

// isExport tells an export (a folder or a ZIP) from a copied data file.
func isExport(from, passphrase string) (bool, error) {
	info, err := os.Stat(from)
	if err != nil {
		return false, missing(from, err)
	}
	if info.IsDir() {
		return true, nil
	}
	in, size, err := openFile(from, passphrase)
	if err != nil {
		return false, err
	}
	defer in.Close()
	head := make([]byte, min(16, size))
	if _, err := in.ReadAt(head, 0); err != nil && err != io.EOF {
		return false, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return true, nil
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return false, nil
	}
	return false, notACopy(from, nil)
}

// duplicate copies the data file from to to.
func duplicate(from, to, passphrase string) error {
	in, size, err := openFile(from, passphrase)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.NewSectionReader(in, 0, size))
	return errors.Join(err, out.Sync(), out.Close())
}

func notACopy(place string, err error) error {
	return &hub.Error{Kind: hub.Invalid, Key: "archive.error.not_a_copy", Args: hub.Args("place", place), Err: err}
}

// proveCopy proves a copied data file against the manifest that it carries, and
// ends the sign-ins in it. A copy without one is proved against itself: SQLite's
// own check, and the chain of the log.
func (s *Service) proveCopy(ctx context.Context) (r Report, err error) {
	if err := s.intact(ctx); err != nil {
		return r, err
	}
	schema, err := s.db.Version(ctx)
	if err != nil {
		return r, err
	}
	if newest := db.Newest(); schema > newest {
		return r, hub.Errorf(hub.Invalid, "archive.error.newer", "found", schema, "known", newest)
	}
	m, certified, err := takeCertificate(ctx, s.db)
	if err != nil {
		return r, err
	}
	if !certified {
		if m, err = s.survey(ctx); err != nil {
			return r, err
		}
	}
	r, err = s.Prove(ctx, hub.SystemActor, m)
	r.Certified = certified
	if err != nil {
		return r, err
	}
	return r, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "delete from user_session")
		return err
	})
}
