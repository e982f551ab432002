package archive

import (
	"archive/zip"
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// A container is a folder, or one ZIP file, that may be encrypted. It is written
// under another name and renamed when it is whole, so that one cut short never
// passes for an export.
type container interface {
	sink
	// close finishes the container under its name.
	close() error
	// drop removes what was written.
	drop()
}

const unfinished = ".part"

// encryptedEnding marks a file encrypted with a passphrase: it is in the format
// of age and can be opened with that tool, too.
const encryptedEnding = ".age"

// newContainer makes the container at place, which must not exist: a folder, or
// a file when the name ends in .zip or .zip.age. modified stands as the time of
// every file in a ZIP, so that equal contents give equal bytes.
func newContainer(place, passphrase string) (container, error) {
	if _, err := os.Lstat(place); err == nil {
		return nil, hub.Errorf(hub.Conflict, "archive.error.exists", "place", place)
	}
	encrypted := strings.HasSuffix(place, encryptedEnding)
	switch {
	case encrypted != (passphrase != ""):
		return nil, hub.Errorf(hub.Invalid, "archive.error.encrypted_name", "place", place)
	case strings.HasSuffix(strings.TrimSuffix(place, encryptedEnding), ".zip"):
		return newZip(place, passphrase)
	case encrypted:
		return nil, hub.Errorf(hub.Invalid, "archive.error.encrypted_name", "place", place)
	}
	return newFolder(place)
}

// folder is a container in which every file is a file.
type folder struct {
	place string
	root  *os.Root
	now   *os.File
	out   *bufio.Writer
}

func newFolder(place string) (container, error) {
	part := place + unfinished
	if err := os.RemoveAll(part); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(part, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(part)
	return &folder{place: place, root: root}, err
}

func (f *folder) create(name string) (io.Writer, error) {
	if err := f.finish(); err != nil {
		return nil, err
	}
	if err := f.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return nil, err
	}
	var err error
	if f.now, err = f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
		return nil, err
	}
	f.out = bufio.NewWriterSize(f.now, 1<<17)
	return f.out, nil
}

func (f *folder) finish() error {
	if f.now == nil {
		return nil
	}
	err := errors.Join(f.out.Flush(), f.now.Sync(), f.now.Close())
	f.now = nil
	return err
}

func (f *folder) close() error {
	if err := errors.Join(f.finish(), f.root.Close()); err != nil {
		return err
	}
	return os.Rename(f.place+unfinished, f.place)
}

func (f *folder) drop() {
	_ = f.finish()
	_ = f.root.Close()
	_ = os.RemoveAll(f.place + unfinished)
}

// zipped is a container in one file.
type zipped struct {
	place string
	file  *os.File
	out   io.WriteCloser // file, or what encrypts into it
	zip   *zip.Writer
}

func newZip(place, passphrase string) (container, error) {
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return nil, err
	}
	f, out, err := createFile(place+unfinished, passphrase)
	if err != nil {
		return nil, err
	}
	return &zipped{place: place, file: f, out: out, zip: zip.NewWriter(out)}, nil
}

// createFile makes a file for this user alone, and what encrypts into it when
// there is a passphrase. The latter is closed before the file.
func createFile(name, passphrase string) (*os.File, io.WriteCloser, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil || passphrase == "" {
		return f, plain{f}, err
	}
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	out, err := age.Encrypt(f, to)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, out, nil
}

type plain struct{ io.Writer }

func (plain) Close() error { return nil }

// epoch is the time of every file in a ZIP: the earliest that the format knows.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func (z *zipped) create(name string) (io.Writer, error) {
	return z.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: epoch})
}

func (z *zipped) close() error {
	if err := errors.Join(z.zip.Close(), z.out.Close(), z.file.Sync(), z.file.Close()); err != nil {
		return err
	}
	return os.Rename(z.place+unfinished, z.place)
}

func (z *zipped) drop() {
	_ = z.file.Close()
	_ = os.Remove(z.place + unfinished)
}

// openContainer opens what newContainer made.
func openContainer(place, passphrase string) (fs.FS, io.Closer, error) {
	info, err := os.Stat(place)
	if err != nil {
		return nil, nil, missing(place, err)
	}
	if info.IsDir() {
		return os.DirFS(place), io.NopCloser(nil), nil
	}
	in, size, err := openFile(place, passphrase)
	if err != nil {
		return nil, nil, err
	}
	z, err := zip.NewReader(in, size)
	if err != nil {
		return nil, nil, errors.Join(&hub.Error{Kind: hub.Invalid, Key: "archive.error.not_an_export", Args: hub.Args("place", place), Err: err}, in.Close())
	}
	return z, in, nil
}

// readable is a file that can be read anywhere.
type readable struct {
	io.ReaderAt
	io.Closer
}

// openFile opens a file and, when its name says that it is encrypted, what
// decrypts it. It gives the size of what can be read.
func openFile(place, passphrase string) (in readable, size int64, err error) {
	f, err := os.Open(place)
	if err != nil {
		return in, 0, missing(place, err)
	}
	info, err := f.Stat()
	if err != nil {
		return in, 0, errors.Join(err, f.Close())
	}
	in, size = readable{f, f}, info.Size()
	if !strings.HasSuffix(place, encryptedEnding) {
		return in, size, nil
	}
	if passphrase == "" {
		return in, 0, errors.Join(hub.Errorf(hub.Invalid, "archive.error.passphrase_needed", "place", place), f.Close())
	}
	identity, err := age.NewScryptIdentity(passphrase)
	if err == nil {
		in.ReaderAt, size, err = age.DecryptReaderAt(f, size, identity)
	}
	if err != nil {
		key := "archive.error.decrypt"
		if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
			key = "archive.error.passphrase_wrong"
		}
		return in, 0, errors.Join(&hub.Error{Kind: hub.Invalid, Key: key, Args: hub.Args("place", place), Err: err}, f.Close())
	}
	return in, size, nil
}

func missing(place string, err error) error {
	return &hub.Error{Kind: hub.NotFound, Key: "archive.error.no_file", Args: hub.Args("place", place), Err: err}
}
