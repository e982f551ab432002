package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Copies is the folder in which copies of one hub are kept: one of each day,
// PREFIX2026-11-23.db, of which the last Keep stay, and those that somebody asked
// for, PREFIX2026-11-23-153000.db, which stay until removed by hand. Where the
// hub is in PostgreSQL they end in .zip. Other files there are not ours.
type Copies struct {
	Folder string
	Prefix string
	Ending string // .db or .zip
	Keep   int
}

// A CopyFile is one copy in the folder.
type CopyFile struct {
	Name  string
	Size  int64
	At    time.Time // when it was made
	Day   hub.Date
	Daily bool
}

// moment is how the time of a copy that was asked for stands in its name.
const moment = "2006-01-02-150405"

// Path gives where a copy of that name stands.
func (c Copies) Path(name string) string { return filepath.Join(c.Folder, name) }

// OfDay gives the name of the copy of a day.
func (c Copies) OfDay(day hub.Date) string { return c.Prefix + string(day) + c.Ending }

// Asked gives the name of a copy that somebody asks for now; that of the next
// second when there is one of this.
func (c Copies) Asked(now time.Time) string {
	name := c.Prefix + now.In(hub.Tokyo).Format(moment) + c.Ending
	if _, err := os.Lstat(c.Path(name)); err == nil {
		return c.Asked(now.Add(time.Second))
	}
	return name
}

// List gives the copies, oldest first. A folder that is not there has none.
func (c Copies) List() ([]CopyFile, error) {
	entries, err := os.ReadDir(c.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []CopyFile
	for _, e := range entries {
		f, ok := c.read(e.Name())
		if !ok {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		f.Size, f.At = info.Size(), info.ModTime()
		out = append(out, f)
	}
	// By name: the day, then the second. That of the day itself was first.
	slices.SortFunc(out, func(a, b CopyFile) int {
		return strings.Compare(strings.TrimSuffix(a.Name, c.Ending), strings.TrimSuffix(b.Name, c.Ending))
	})
	return out, nil
}

// read tells what the name of a file says; ok is false when it is none of ours.
func (c Copies) read(name string) (f CopyFile, ok bool) {
	day, ok := strings.CutPrefix(name, c.Prefix)
	if ok {
		day, ok = strings.CutSuffix(day, c.Ending)
	}
	if !ok || c.Ending == "" {
		return f, false
	}
	f = CopyFile{Name: name, Daily: len(day) == len("2006-01-02")}
	if !f.Daily {
		if _, err := time.Parse(moment, day); err != nil {
			return f, false
		}
		day = day[:len("2006-01-02")]
	}
	f.Day = hub.Date(day)
	return f, f.Day.Time().After(time.Time{})
}

// thin removes the oldest daily copies until Keep are left.
func (c Copies) thin() error {
	all, err := c.List()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(f CopyFile) bool { return !f.Daily })
	for len(all) > c.Keep {
		if err := os.Remove(c.Path(all[0].Name)); err != nil {
			return err
		}
		all = all[1:]
	}
	return nil
}

// A Drill is what a rehearsal of restoring found.
type Drill struct {
	At        time.Time     `json:"at"`
	Copy      string        `json:"copy"`
	Took      time.Duration `json:"took_ns"`
	Tables    int           `json:"tables"`
	Rows      int64         `json:"rows"`
	Lines     int64         `json:"lines"` // of the audit log
	Certified bool          `json:"certified"`
	// Key and Args name the sentence that says what went wrong; empty when all
	// was well.
	Key  string            `json:"key,omitempty"`
	Args map[string]string `json:"args,omitempty"`
}

// Err gives what went wrong, nil when the copy could be restored and was whole.
func (d Drill) Err() error {
	if d.Key == "" {
		return nil
	}
	e := &hub.Error{Kind: hub.Conflict, Key: d.Key, Args: map[string]any{}}
	for k, v := range d.Args {
		e.Args[k] = v
	}
	return e
}

const drillFile = "last-drill.json"

// Rehearse restores a copy into a folder of its own beside the copies, proves
// it, removes it again and keeps the result for LastDrill. An error means that
// no result could be had; a copy that is not whole is a result.
func (c Copies) Rehearse(ctx context.Context, name, passphrase string, now time.Time, told Progress) (d Drill, r Report, err error) {
	defer hub.Wrap(&err, "archive.Rehearse(%s)", name)
	info, err := os.Stat(c.Path(name))
	if err != nil {
		return d, r, missing(c.Path(name), err)
	}
	size := 2 * info.Size()
	if c.Ending != ".db" { // an export is packed
		size = 12 * info.Size()
	}
	if err := Room(c.Folder, size); err != nil {
		return d, r, err
	}
	folder, err := os.MkdirTemp(c.Folder, ".drill-")
	if err != nil {
		return d, r, err
	}
	defer os.RemoveAll(folder)
	start := time.Now()
	r, failed := Restore(ctx, c.Path(name), filepath.Join(folder, "kyoten.db"), passphrase, told)
	if ctx.Err() != nil {
		return d, r, ctx.Err()
	}
	d = Drill{
		At: now, Copy: name, Took: time.Since(start).Round(time.Millisecond),
		Tables: len(r.Tables), Rows: r.Rows(), Lines: r.Lines, Certified: r.Certified,
	}
	d.blame(failed)
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return d, r, err
	}
	return d, r, os.WriteFile(c.Path(drillFile), append(b, '\n'), 0o600)
}

// blame notes what went wrong.
func (d *Drill) blame(err error) {
	if err == nil {
		return
	}
	d.Key, d.Args = "archive.error.drill", map[string]string{"why": err.Error()}
	if e, ok := errors.AsType[*hub.Error](err); ok {
		d.Key, d.Args = e.Key, map[string]string{}
		for k, v := range e.Args {
			d.Args[k] = fmt.Sprint(v)
		}
	}
}

// LastDrill gives the result of the last rehearsal; ok is false when there was
// none.
func (c Copies) LastDrill() (d Drill, ok bool, err error) {
	b, err := os.ReadFile(c.Path(drillFile))
	if errors.Is(err, fs.ErrNotExist) {
		return d, false, nil
	}
	if err != nil {
		return d, false, err
	}
	return d, true, json.Unmarshal(b, &d)
}

// reserve is what a copy leaves of the disk, to work with.
const reserve = 100 << 20

// Room asks that size bytes fit into folder and leave space to work with.
func Room(folder string, size int64) error {
	left, err := FreeSpace(folder)
	if err == nil && left < uint64(size)+reserve {
		return hub.Errorf(hub.Unavailable, "archive.error.no_room", "folder", folder, "free", left>>20, "need", (size+reserve)>>20)
	}
	return nil
}
