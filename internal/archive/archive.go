// Package archive takes a whole hub out and brings it back: exports in open
// formats that the other engine reads too, copies made while the program runs,
// and restoring with proof that everything is there.
//
// What is taken out holds everything, confidential layers and sealed records
// included: it is for administrators and the program itself, is always in the
// audit log, and may be encrypted with a passphrase. This room knows no record
// of any other room: it reads tables as they stand, so that a new table is part
// of every export without anybody remembering it. It must never overwrite a
// database that holds anything.
package archive

import (
	"context"
	"maps"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Service takes out and brings in the hub kept in one database.
type Service struct {
	db    *db.DB
	log   *audit.Log
	clock hub.Clock
}

// New gives the service for the hub in d.
func New(d *db.DB, log *audit.Log, clock hub.Clock) *Service {
	return &Service{db: d, log: log, clock: clock}
}

// The kinds of record that lines of the audit log about this room speak of.
const (
	exportKind = "hub"
	copyKind   = "copy"
)

// permit lets administrators and the program itself pass: whoever holds a whole
// hub holds every secret in it.
func permit(a hub.Actor) error {
	if a.Kind != hub.System && !a.IsAdministrator() {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return nil
}

// note writes the line that a whole hub is being taken out, and commits it
// before the first byte leaves.
func (s *Service) note(ctx context.Context, a hub.Actor, kind string) error {
	return s.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
		s.log.Add(ctx, a, audit.Entry{Action: audit.Export, Kind: kind})
		return nil
	})
}

// left are the tables whose rows are not taken out, each with the reason. The
// tables of tools (db.OfTools) are not either: jobs under way stay with the
// installation that has to do them, and each engine has its own.
var left = map[string]string{
	"user_session":     "a sign-in belongs to one installation; people sign in again",
	"sign_in_step":     "a sign-in that is not finished within ten minutes is begun again",
	"session_view":     "part of a sign-in",
	"held_form":        "the key is in the sender's browser, for an hour",
	"sign_in_throttle": "failed attempts count where they were made, and only for an hour",
	"enquiry_throttle": "counts what was sent within the hour, of whoever sent it here",
	"search_terms":     "derived: the index analyses texts again",
	"desk_candidate":   "derived: found again when a person looks at the day's work",
}

// inPieces are the tables that keep files in pieces of 1 MiB. They leave as
// files, one line of the table telling of each.
var inPieces = map[string]pieces{
	"file_chunk":  {folder: "files", key: "file_id", owner: "file", name: "name"},
	"import_file": {folder: "imports", key: "import_id", owner: "import", name: "file_name"},
}

// pieces says how a table keeps files: rows (key, n, data), n from 0. The file's
// name stands in the column name of the table owner.
type pieces struct{ folder, key, owner, name string }

// pieceSize is how much of a file one row holds, as catalogue and intake read it.
const pieceSize = 1 << 20

// taken lists the tables that are taken out, in the order in which they may be
// written again.
func taken(ctx context.Context, tx db.Tx) ([]db.Table, error) {
	all, err := db.Tables(ctx, tx)
	var out []db.Table
	for _, t := range all {
		if left[t.Name] == "" {
			out = append(out, t)
		}
	}
	return out, err
}

// Left gives the tables that are not taken out, each with the reason.
func Left() map[string]string { return maps.Clone(left) }
