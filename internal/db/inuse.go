package db

import (
	"context"
	"database/sql"
	"errors"
	"net/url"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// InUse reports whether a program has the SQLite database at path open. A file
// that is damaged or no database is not in use.
func InUse(ctx context.Context, path string) (bool, error) {
	// Whoever has a database in WAL mode open holds a shared lock on it for as
	// long; only one who is alone gets the exclusive one.
	v := url.Values{"_pragma": {"busy_timeout(200)", "locking_mode(exclusive)"}, "mode": {"rw"}}
	d, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+v.Encode())
	if err != nil {
		return false, err
	}
	defer d.Close()
	d.SetMaxOpenConns(1)
	for _, q := range []string{"begin exclusive", "rollback"} {
		if _, err = d.ExecContext(ctx, q); err != nil {
			break
		}
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		code := e.Code() & 0xff
		return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED, nil
	}
	return false, err
}
