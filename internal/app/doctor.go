package app

import (
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Health is how one thing that doctor looked at is.
type Health string

// Good needs nothing, Doubtful should be looked at, Bad keeps the hub from
// working or its records from being safe.
const (
	Good     Health = "good"
	Doubtful Health = "doubtful"
	Bad      Health = "bad"
)

// Finding is one thing that doctor looked at. Key names a sentence of the
// catalogue that says what is so and, unless it is good, what to do.
type Finding struct {
	Health Health
	Key    string
	Args   map[string]any
}

func finding(h Health, key string, args ...any) Finding {
	return Finding{Health: h, Key: key, Args: hub.Args(args...)}
}

// Space below which an import may fill the disk, and below which SQLite may
// fail to commit.
const (
	littleSpace = 2 << 30
	noSpace     = 100 << 20
)

// Doctor looks at everything a hub at c stands on and gives its findings in
// order. It changes nothing and may run beside a server.
func Doctor(ctx context.Context, c Config, found func(Finding)) {
	c.fill()
	found(clock(time.Now()))
	found(listening(ctx, c.Listen))
	if c.isFile() {
		for _, f := range file(c.Place()) {
			found(f)
			if f.Health == Bad {
				return
			}
		}
		if _, err := os.Stat(c.Place()); errors.Is(err, os.ErrNotExist) {
			return
		}
	}
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		found(unopened(c.Storage, err))
		return
	}
	defer d.Close()
	found(finding(Good, "cli.doctor.reachable", "place", c.Place()))
	for _, look := range []func(context.Context, *db.DB) Finding{intact, schema, chain, administered} {
		f := look(ctx, d)
		found(f)
		if f.Health == Bad {
			return // what follows would only repeat it
		}
	}
	if copies, ok := c.Copies(); ok {
		found(copied(copies, time.Now()))
		if f, ok := rehearsed(copies, time.Now()); ok {
			found(f)
		}
	} else if c.isFile() {
		found(finding(Doubtful, "cli.doctor.backup_off"))
	} else {
		found(finding(Good, "cli.doctor.backup_elsewhere"))
	}
}

// clock doubts a machine that lives before this program was written or far
// after: sessions, deadlines and the audit log would be wrong.
func clock(now time.Time) Finding {
	if y := now.Year(); y < 2026 || y > 2060 {
		return finding(Bad, "cli.doctor.clock_wrong", "now", now.Format(time.RFC3339))
	}
	return finding(Good, "cli.doctor.clock", "now", now.In(hub.Tokyo).Format("2006-01-02 15:04 MST"))
}

// listening tells a free address from one where Kyoten already serves and one
// that another program holds.
func listening(ctx context.Context, address string) Finding {
	l, err := net.Listen("tcp", address)
	if err == nil {
		_ = l.Close()
		return finding(Good, "cli.doctor.address_free", "address", address)
	}
	if _, ours := Running(ctx, address); ours {
		return finding(Good, "cli.doctor.address_ours", "address", address)
	}
	return finding(Bad, "cli.doctor.address_taken", "address", address, "cause", err)
}

// Running reports whether a Kyoten answers at address, and its URL for a browser.
func Running(ctx context.Context, address string) (url string, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	url = "http://" + browsable(address)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/healthz", http.NoBody)
	if err != nil {
		return url, false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return url, false
	}
	defer answer.Body.Close()
	return url, answer.StatusCode == http.StatusOK && answer.Header.Get("Server") == serverName
}

// file looks at the folder and the file of an SQLite database.
func file(path string) []Finding {
	folder := filepath.Dir(path)
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return []Finding{finding(Doubtful, "cli.doctor.no_file", "path", path)}
	}
	if err != nil {
		return []Finding{finding(Bad, "cli.doctor.unreachable", "place", path, "cause", err)}
	}
	var out []Finding
	if f, err := os.CreateTemp(folder, ".kyoten-doctor-*"); err != nil {
		out = append(out, finding(Bad, "cli.doctor.folder_read_only", "folder", folder, "cause", err))
	} else {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		out = append(out, finding(Doubtful, "cli.doctor.file_open_to_others", "path", path, "mode", info.Mode().Perm().String()))
	} else {
		out = append(out, finding(Good, "cli.doctor.file_private", "path", path, "size", size(uint64(info.Size()))))
	}
	free, err := archive.FreeSpace(folder)
	switch {
	case err != nil:
		out = append(out, finding(Doubtful, "cli.doctor.space_unknown", "folder", folder, "cause", err))
	case free < noSpace:
		out = append(out, finding(Bad, "cli.doctor.space_none", "folder", folder, "free", size(free)))
	case free < littleSpace:
		out = append(out, finding(Doubtful, "cli.doctor.space_little", "folder", folder, "free", size(free)))
	default:
		out = append(out, finding(Good, "cli.doctor.space", "folder", folder, "free", size(free)))
	}
	return out
}

// unopened says why a database did not open: SQLite's codes 11 and 26 mean that
// the file is there and no longer, or never was, what it should be.
func unopened(s Storage, err error) Finding {
	switch text := err.Error(); {
	case s.isFile() && strings.Contains(text, "(11)"):
		return finding(Bad, "cli.doctor.file_damaged", "cause", err)
	case s.isFile() && strings.Contains(text, "(26)"):
		return finding(Bad, "cli.doctor.not_a_database", "path", s.Place())
	}
	return finding(Bad, "cli.doctor.unreachable", "place", s.Place(), "cause", err)
}

// intact asks SQLite to read its whole file. PostgreSQL checks its own pages.
func intact(ctx context.Context, d *db.DB) Finding {
	if d.Dialect() != db.SQLite {
		return finding(Good, "cli.doctor.server_answers")
	}
	var first string
	err := d.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRow(ctx, "pragma quick_check(1)").Scan(&first)
	})
	if err != nil {
		first = err.Error()
	}
	if first != "ok" {
		return finding(Bad, "cli.doctor.file_damaged", "cause", first)
	}
	return finding(Good, "cli.doctor.file_intact")
}

// schema compares the database's version with the program's.
func schema(ctx context.Context, d *db.DB) Finding {
	n, err := d.Pending(ctx)
	switch {
	case err != nil:
		return finding(Bad, "cli.doctor.schema_unreadable", "cause", err)
	case n > 0:
		return finding(Bad, "cli.doctor.schema_old", "n", n)
	}
	return finding(Good, "cli.doctor.schema_current")
}

// chain reads the audit log from its first line to its last.
func chain(ctx context.Context, d *db.DB) Finding {
	n, err := audit.New(d, hub.SystemClock{}).Verify(ctx)
	if err != nil {
		return finding(Bad, "cli.doctor.chain_broken", "cause", err)
	}
	return finding(Good, "cli.doctor.chain_holds", "n", n)
}

// administered reports whether anybody can let others in.
func administered(ctx context.Context, d *db.DB) Finding {
	missing, err := account.New(d, audit.New(d, hub.SystemClock{}), hub.SystemClock{}, account.Options{}).NeedsAdministrator(ctx)
	switch {
	case err != nil:
		return finding(Bad, "cli.doctor.unreachable", "place", string(d.Dialect()), "cause", err)
	case missing:
		return finding(Doubtful, "cli.doctor.no_administrator")
	}
	return finding(Good, "cli.doctor.administered")
}

// size writes a number of bytes in the unit people read: 1.5 GB.
func size(n uint64) string {
	value, unit := float64(n), "B"
	for _, next := range []string{"KB", "MB", "GB", "TB"} {
		if value < 1024 {
			break
		}
		value, unit = value/1024, next
	}
	return strconv.FormatFloat(math.Round(value*10)/10, 'f', -1, 64) + " " + unit
}
