package audit

import (
	"context"
	"strconv"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Filter narrows what is read of the log; the zero value is all of it.
type Filter struct {
	By      hub.ID // the account
	Record  hub.ID
	Kinds   []string
	Actions []Action
	Area    hub.ID
	From    time.Time // not before
	Until   time.Time // before
}

// MayRead reports whether the actor may look through the log: administrators,
// and in their areas those who give roles there. Lines tell who did what to
// which id; what a record is called is asked of its room, for the reader.
func MayRead(a hub.Actor) bool { return a.IsAdministrator() || len(readable(a)) > 0 }

// readable gives the areas whose lines the actor may read.
func readable(a hub.Actor) []hub.ID {
	return a.Areas(func(r hub.Role) bool { return r == hub.Chief || r == hub.Deputy || r == hub.Office })
}

// Search gives the lines that pass f and that the actor may read, newest first,
// and the cursor of the next page, "" at the end. Administrators read all, a chief
// or an office the lines of their areas.
func (l *Log) Search(ctx context.Context, a hub.Actor, f Filter, page hub.Page) (lines []Line, next string, err error) {
	defer hub.Wrap(&err, "audit.Search")
	var args db.Args
	q, err := f.where(a, &args)
	if err != nil {
		return nil, "", err
	}
	if page.After != "" {
		seq, err := strconv.ParseInt(page.After, 10, 64)
		if err != nil {
			return nil, "", hub.Errorf(hub.Invalid, "error.cursor")
		}
		q += " and seq < " + args.Add(seq)
	}
	q = selectLine + q + " order by seq desc limit " + args.Add(page.Size()+1)
	err = l.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		lines, err = db.All(ctx, tx, scan, q, args...)
		return err
	})
	if err == nil && len(lines) > page.Size() {
		lines = lines[:page.Size()]
		next = strconv.FormatInt(lines[len(lines)-1].Seq, 10)
	}
	return lines, next, err
}

// MostTaken is how many lines one file holds at most.
const MostTaken = 100_000

// Take gives every line that passes f, oldest first, to be taken out of the
// program, and notes in the log that they were: who saw what in which window is
// personal data itself. More than MostTaken are refused.
func (l *Log) Take(ctx context.Context, a hub.Actor, f Filter) (lines []Line, err error) {
	defer hub.Wrap(&err, "audit.Take")
	var args db.Args
	where, err := f.where(a, &args)
	if err != nil {
		return nil, err
	}
	err = l.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		lines, err = db.All(ctx, tx, scan, selectLine+where+" order by seq limit "+args.Add(MostTaken+1), args...)
		if err == nil && len(lines) > MostTaken {
			err = hub.Errorf(hub.Invalid, "error.audit_too_much", "n", MostTaken)
		}
		l.Add(ctx, a, Entry{Action: Export, Kind: logKind, Area: f.Area})
		return err
	})
	return lines, err
}

// logKind is what the log calls itself.
const logKind = "log"

// where gives the condition for f and what a may read.
func (f Filter) where(a hub.Actor, args *db.Args) (string, error) {
	if !MayRead(a) {
		return "", hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	q := " where 1 = 1"
	if !a.IsAdministrator() {
		q += " and " + db.In(args, "area_id", texts(readable(a)))
	}
	for column, v := range map[string]string{"actor_id": string(f.By), "record_id": string(f.Record), "area_id": string(f.Area)} {
		if v != "" {
			q += " and " + column + " = " + args.Add(v)
		}
	}
	if len(f.Kinds) > 0 {
		q += " and " + db.In(args, "kind", f.Kinds)
	}
	if len(f.Actions) > 0 {
		q += " and " + db.In(args, "action", texts(f.Actions))
	}
	if !f.From.IsZero() {
		q += " and at >= " + args.Add(db.Millis(f.From))
	}
	if !f.Until.IsZero() {
		q += " and at < " + args.Add(db.Millis(f.Until))
	}
	return q, nil
}

func texts[S ~string](ids []S) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
