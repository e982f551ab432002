package archive

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Manifest tells what stands in an export or a copy, so that whoever reads it
// can prove that all of it is there. It is a function of what is taken out: the
// same hub gives the same manifest, on either engine and at any time.
type Manifest struct {
	Format  string     `json:"format"`
	Version int        `json:"format_version"`
	Schema  int64      `json:"schema"` // number of the newest migration
	AsOf    time.Time  `json:"as_of"`  // of the last line of the log
	Log     Head       `json:"log"`
	Tables  []Contents `json:"tables"` // parents before children
}

// Head is the last line of the audit log: its number and hash.
type Head struct {
	Lines int64  `json:"lines"`
	Hash  string `json:"hash"`
}

// Contents is what one table holds. SHA256 is of its lines, hex; the files of a
// table in pieces are named with their digests in these lines.
type Contents struct {
	Name    string   `json:"name"`
	File    string   `json:"file"`
	Rows    int64    `json:"rows"` // files, for a table that keeps them
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256"`
	Columns []Column `json:"columns"`
}

// Column is one column of a table in the manifest.
type Column struct {
	Name string        `json:"name"`
	Type db.ColumnType `json:"type"`
	Null bool          `json:"null,omitempty"`
}

const (
	formatName    = "kyoten-hub"
	formatVersion = 1
	manifestName  = "manifest.json"
	tableFolder   = "tables"
)

// Rows counts the rows of all tables.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Table gives the contents of one table.
func (m Manifest) Table(name string) (Contents, bool) {
	i := slices.IndexFunc(m.Tables, func(t Contents) bool { return t.Name == name })
	if i < 0 {
		return Contents{}, false
	}
	return m.Tables[i], true
}

// bytes is the manifest as it is written.
func (m Manifest) bytes() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	return append(b, '\n'), err
}

// readManifest reads what bytes wrote. place names the file for the error.
func readManifest(b []byte, place string) (m Manifest, err error) {
	if err := json.Unmarshal(b, &m); err != nil || m.Format != formatName {
		return m, &hub.Error{Kind: hub.Invalid, Key: "archive.error.not_an_export", Args: hub.Args("place", place), Err: err}
	}
	if m.Version != formatVersion {
		return m, hub.Errorf(hub.Invalid, "archive.error.format", "found", m.Version, "known", formatVersion)
	}
	return m, nil
}

// damaged says where a file is not what it should be, and why.
func damaged(place, why string) error {
	return hub.Errorf(hub.Invalid, "archive.error.damaged", "place", place, "why", why)
}
