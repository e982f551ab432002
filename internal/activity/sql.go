package activity

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// lines is the table as package access reads it: id is the record whose grants
// count, so that the persons named for a case read its lines.
const lines = `(select id as line_id, case_id as id, at, recorded_at, kind, line, body, message, args, area_id, scope,
	organisation_id, owner_id, coordinator_id, author_kind, author_id, author_name, corrects_id,
	next_action, assignee_id, due_on, open_by, done_at, done_by from activity) t`

const columns = `t.line_id, t.id, t.at, t.recorded_at, t.kind, t.line, t.body, t.message, t.args, t.area_id, t.scope,
	t.organisation_id, t.owner_id, t.coordinator_id, t.author_kind, t.author_id, t.author_name, t.corrects_id,
	coalesce((select max(c.id) from activity c where c.corrects_id <> '' and c.corrects_id = t.line_id), ''),
	t.next_action, t.assignee_id, t.due_on, t.done_at, t.done_by`

func scan(row db.Row) (r Record, err error) {
	var at, recorded, done int64
	var args string
	if err := row.Scan(&r.ID, &r.Case, &at, &recorded, &r.Kind, &r.Line, &r.Body, &r.Message, &args, &r.Area, &r.Scope,
		&r.Organisation, &r.Owner, &r.Coordinator, &r.AuthorKind, &r.Author, &r.AuthorName, &r.Corrects,
		&r.CorrectedBy, &r.Next, &r.Assignee, &r.Due, &done, &r.DoneBy); err != nil {
		return r, err
	}
	r.At, r.Recorded, r.Done = db.Time(at), db.Time(recorded), db.Time(done)
	r.Args, err = unmarshal(args)
	return r, err
}

// unmarshal reads Args back: whole numbers as int64, all else as text.
func unmarshal(s string) (map[string]any, error) {
	if s == "" {
		return nil, nil
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var args map[string]any
	if err := d.Decode(&args); err != nil {
		return nil, err
	}
	for k, v := range args {
		if n, ok := v.(json.Number); ok {
			whole, err := n.Int64()
			if err != nil {
				args[k] = n.String()
				continue
			}
			args[k] = whole
		}
	}
	return args, nil
}

// fetch reads a page of lines and then, in one more query, their subjects.
func fetch(ctx context.Context, tx db.Tx, q string, args db.Args) ([]Record, error) {
	page, err := db.All(ctx, tx, scan, q, args...)
	if err != nil {
		return nil, err
	}
	return page, subjects(ctx, tx, page)
}

func subjects(ctx context.Context, tx db.Tx, page []Record) error {
	if len(page) == 0 {
		return nil
	}
	at := make(map[hub.ID]int, len(page))
	ids := make([]string, len(page))
	for i, r := range page {
		at[r.ID], ids[i] = i, string(r.ID)
	}
	type row struct {
		line hub.ID
		Subject
	}
	var args db.Args
	q := "select activity_id, kind, record_id from activity_subject where " + db.In(&args, "activity_id", ids) + " order by activity_id, position"
	rows, err := db.All(ctx, tx, func(r db.Row) (x row, err error) {
		err = r.Scan(&x.line, &x.Kind, &x.ID)
		return x, err
	}, q, args...)
	for _, x := range rows {
		r := &page[at[x.line]]
		r.Subjects = append(r.Subjects, x.Subject)
	}
	return err
}

func insert(ctx context.Context, tx db.Tx, records []Record) error {
	var failed error
	_, err := tx.Insert(ctx, "activity", []string{
		"id", "at", "recorded_at", "kind", "line", "body", "message", "args", "area_id", "scope", "case_id",
		"organisation_id", "owner_id", "coordinator_id", "author_kind", "author_id", "author_name", "corrects_id",
		"next_action", "assignee_id", "due_on", "open_by", "done_at", "done_by",
	}, func(yield func([]any) bool) {
		for _, r := range records {
			args, err := marshal(r.Args)
			if err != nil {
				failed = err
				return
			}
			if !yield([]any{
				string(r.ID), db.Millis(r.At), db.Millis(r.Recorded), string(r.Kind), r.Line, r.Body, r.Message, args,
				string(r.Area), string(r.Scope), string(r.Case), string(r.Organisation), string(r.Owner), string(r.Coordinator),
				string(r.AuthorKind), string(r.Author), r.AuthorName, string(r.Corrects),
				r.Next, string(r.Assignee), string(r.Due), openBy(r), db.Millis(r.Done), string(r.DoneBy),
			}) {
				return
			}
		}
	})
	if err != nil || failed != nil {
		return firstError(failed, err)
	}
	_, err = tx.Insert(ctx, "activity_subject", []string{"record_id", "at", "activity_id", "kind", "position"}, func(yield func([]any) bool) {
		for _, r := range records {
			seen := map[hub.ID]bool{}
			for i, x := range r.Subjects {
				if seen[x.ID] {
					continue
				}
				seen[x.ID] = true
				if !yield([]any{string(x.ID), db.Millis(r.At), string(r.ID), x.Kind, i}) {
					return
				}
			}
		}
	})
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func updatePlan(ctx context.Context, tx db.Tx, r Record) error {
	_, err := tx.Exec(ctx, `update activity set assignee_id = $2, due_on = $3, open_by = $4, done_at = $5, done_by = $6 where id = $1`,
		string(r.ID), string(r.Assignee), string(r.Due), openBy(r), db.Millis(r.Done), string(r.DoneBy))
	return err
}

// noDate sorts after every date.
const noDate = "9999-12-31"

// openBy is what an open line is listed under; "" when nothing is open.
func openBy(r Record) string {
	switch {
	case !r.Open():
		return ""
	case r.Due == "":
		return noDate
	}
	return string(r.Due)
}
