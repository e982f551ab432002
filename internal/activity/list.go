package activity

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Timeline gives the lines about one record that the actor may read, newest
// first, only those of the given kinds when there are any. The caller has loaded
// the record for this actor through its room. next is the cursor of the page
// that follows; "" when there is none.
func (s *Service) Timeline(ctx context.Context, a hub.Actor, record hub.ID, page hub.Page, kinds ...Kind) (out []Record, next string, err error) {
	var args db.Args
	q := "select " + columns + " from activity_subject s join " + lines + " on t.line_id = s.activity_id where s.record_id = " + args.Add(string(record))
	if page.After != "" {
		at, id, err := cursor(page.After)
		if err != nil {
			return nil, "", err
		}
		q += " and (s.at, s.activity_id) < (" + args.Add(at) + ", " + args.Add(id) + ")"
	}
	if len(kinds) > 0 {
		q += " and " + db.In(&args, "t.kind", kindNames(kinds))
	}
	q += " and " + s.readable(a, &args) + " order by s.at desc, s.activity_id desc limit " + args.Add(page.Size()+1)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = fetch(ctx, tx, q, args)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if len(out) > page.Size() {
		out = out[:page.Size()]
		last := out[len(out)-1]
		next = strconv.FormatInt(db.Millis(last.At), 10) + "." + string(last.ID)
	}
	return out, next, nil
}

func cursor(s string) (at int64, id string, err error) {
	ms, id, ok := strings.Cut(s, ".")
	at, err = strconv.ParseInt(ms, 10, 64)
	if err != nil || !ok || !hub.ID(id).Valid() {
		return 0, "", hub.Errorf(hub.Invalid, "activity.error_cursor")
	}
	return at, id, nil
}

// Filter narrows a list of open next actions. Zero fields do not.
type Filter struct {
	Assignee hub.ID
	Not      hub.ID // promised by someone else than this account
	Area     hub.ID
	Areas    []hub.ID // any of them
	Record   hub.ID   // a subject
	Until    hub.Date // due on that day or before
	After    hub.Date // due after that day, or without a date
}

// Open gives the next actions that are not done and that the actor may read,
// those due first first, those without a date last.
func (s *Service) Open(ctx context.Context, a hub.Actor, f Filter, page hub.Page) (out []Record, next string, err error) {
	var args db.Args
	q := "select " + columns + " from " + lines + " where t.open_by <> ''" + f.sql(&args)
	if page.After != "" {
		by, id, ok := strings.Cut(page.After, ".")
		if !ok || !hub.ID(id).Valid() {
			return nil, "", hub.Errorf(hub.Invalid, "activity.error_cursor")
		}
		q += " and (t.open_by, t.line_id) > (" + args.Add(by) + ", " + args.Add(id) + ")"
	}
	q += " and " + s.readable(a, &args) + " order by t.open_by, t.line_id limit " + args.Add(page.Size()+1)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = fetch(ctx, tx, q, args)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if len(out) > page.Size() {
		out = out[:page.Size()]
		last := out[len(out)-1]
		next = openBy(last) + "." + string(last.ID)
	}
	return out, next, nil
}

// CountOpen counts what Open lists, and how many of them were due before today.
func (s *Service) CountOpen(ctx context.Context, a hub.Actor, f Filter) (n, overdue int, err error) {
	var args db.Args
	today := args.Add(string(hub.DateOf(s.clock.Now())))
	q := "select count(*), coalesce(sum(case when t.open_by < " + today + " then 1 else 0 end), 0) from " + lines +
		" where t.open_by <> ''" + f.sql(&args) + " and " + s.readable(a, &args)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRow(ctx, q, args...).Scan(&n, &overdue)
	})
	return n, overdue, err
}

func (f Filter) sql(args *db.Args) (q string) {
	if f.Assignee != "" {
		q += " and t.assignee_id = " + args.Add(string(f.Assignee))
	}
	if f.Not != "" {
		q += " and t.assignee_id <> " + args.Add(string(f.Not))
	}
	if f.Area != "" {
		q += " and t.area_id = " + args.Add(string(f.Area))
	}
	if f.Areas != nil {
		q += " and " + db.In(args, "t.area_id", text(f.Areas))
	}
	if f.Record != "" {
		q += " and t.line_id in (select activity_id from activity_subject where record_id = " + args.Add(string(f.Record)) + ")"
	}
	if f.Until != "" {
		q += " and t.open_by <= " + args.Add(string(f.Until))
	}
	if f.After != "" {
		q += " and t.open_by > " + args.Add(string(f.After))
	}
	return q
}

// NoneOpen is the condition that nothing is planned about the record whose id
// stands in column: no line with it as a subject holds an open next action. It
// is for rooms below that list what is left lying, such as the catalogue.
func NoneOpen(column string) string {
	return "not exists (select 1 from activity_subject os join activity o on o.id = os.activity_id where os.record_id = " +
		column + " and o.open_by <> '')"
}

// Recent gives the lines written down in some areas after a moment by others
// than the actor, newest first, at most limit.
func (s *Service) Recent(ctx context.Context, a hub.Actor, areas []hub.ID, since time.Time, limit int) (out []Record, err error) {
	if len(areas) == 0 {
		return nil, nil
	}
	var args db.Args
	q := "select " + columns + " from " + lines + " where " + db.In(&args, "t.area_id", text(areas)) +
		" and t.recorded_at > " + args.Add(db.Millis(since)) + " and t.author_id <> " + args.Add(string(a.User)) +
		" and " + s.readable(a, &args) + " order by t.recorded_at desc, t.line_id desc limit " + args.Add(limit)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = fetch(ctx, tx, q, args)
		return err
	})
	return out, err
}

func kindNames(kinds []Kind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k)
	}
	return out
}
