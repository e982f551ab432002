package catalogue

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Seeds and needs are stored alike, so their SQL stands here once; the table is
// named as the kind.

var storedColumns = []string{
	"id", "area_id", "organisation_id", "owner_id", "coordinator_id", "scope", "name_scope", "detail_scope",
	"state", "number", "title_ja", "title_en", "title_key", "sort_key", "import_id", "sample", "withdrawn",
	"version", "created", "updated", "body", "detail",
}

// stored gives the values of storedColumns.
func stored(e Entry) ([]any, error) {
	r := e.base()
	body, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	detail := ""
	if !e.InnerEmpty() {
		b, err := json.Marshal(e.Inner())
		if err != nil {
			return nil, err
		}
		detail = string(b)
	}
	return []any{
		string(r.ID), string(r.Area), string(r.Organisation), string(r.Owner), string(r.Coordinator),
		string(r.Scope), string(r.NameScope), string(r.DetailScope), string(r.State), r.Number,
		r.Title.JA, r.Title.EN, TitleKey(r.Title), japanese.SortKey(r.Title.In(hub.JA)), string(r.Import),
		flag(r.Sample), flag(r.Withdrawn), r.Version, db.Millis(r.Created), db.Millis(r.Updated), string(body), detail,
	}, nil
}

// TitleKey is the form of a title in which two spellings of it are the same.
func TitleKey(t hub.Text) string {
	return strings.ReplaceAll(japanese.Fold(t.In(hub.JA)), " ", "")
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func insert(ctx context.Context, tx db.Tx, all []Entry) error {
	if len(all) == 0 {
		return nil
	}
	var failed error
	_, err := tx.Insert(ctx, all[0].RecordKind(), storedColumns, func(yield func([]any) bool) {
		for _, e := range all {
			row, err := stored(e)
			if err != nil {
				failed = err
				return
			}
			if !yield(row) {
				return
			}
		}
	})
	if failed != nil {
		return failed
	}
	if err != nil {
		return err
	}
	_, err = tx.Insert(ctx, "record_person", []string{"record_id", "kind", "person_id"}, func(yield func([]any) bool) {
		for _, e := range all {
			for _, p := range uniquePeople(e) {
				if !yield([]any{string(e.base().ID), e.RecordKind(), string(p)}) {
					return
				}
			}
		}
	})
	return err
}

func update(ctx context.Context, tx db.Tx, e Entry) error {
	row, err := stored(e)
	if err != nil {
		return err
	}
	var args db.Args
	set := make([]string, 0, len(storedColumns))
	for i, c := range storedColumns[1:] {
		set = append(set, c+" = "+args.Add(row[i+1]))
	}
	id := e.base().ID
	q := "update " + e.RecordKind() + " set " + strings.Join(set, ", ") + " where id = " + args.Add(string(id))
	if _, err := tx.Exec(ctx, q, args...); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "delete from record_person where record_id = $1", string(id)); err != nil {
		return err
	}
	for _, p := range uniquePeople(e) {
		if _, err := tx.Exec(ctx, "insert into record_person (record_id, kind, person_id) values ($1, $2, $3)", string(id), e.RecordKind(), string(p)); err != nil {
			return err
		}
	}
	return nil
}

func uniquePeople(e Entry) (out []hub.ID) {
	seen := map[hub.ID]bool{"": true}
	for _, p := range e.People() {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// selectRecords is the head of every select, as far as its first condition;
// scanRecord reads its columns.
func selectRecords(kind string) string {
	return "select t.body, t.detail, t.version from " + kind + " t where " + here
}

func scanRecord[T any, P Pointer[T]](row db.Row) (T, error) {
	var e T
	var body, detail string
	var version int
	if err := row.Scan(&body, &detail, &version); err != nil {
		return e, err
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		return e, fmt.Errorf("catalogue: stored %s: %w", P(&e).RecordKind(), err)
	}
	if detail != "" {
		if err := json.Unmarshal([]byte(detail), P(&e).Inner()); err != nil {
			return e, fmt.Errorf("catalogue: stored detail of %s %s: %w", P(&e).RecordKind(), P(&e).base().ID, err)
		}
	}
	P(&e).base().Version = version
	return e, nil
}

// loadNamed fills in the persons with a grant in force, in one query.
func loadNamed(ctx context.Context, tx db.Tx, now int64, records []*Record) error {
	at := map[hub.ID][]*Record{}
	var ids []string
	for _, r := range records {
		if r.Scope != hub.Public || r.NameScope != hub.Public || r.DetailScope != hub.Public {
			at[r.ID] = append(at[r.ID], r)
			ids = append(ids, string(r.ID))
		}
	}
	for chunk := range chunks(ids, 500) {
		var args db.Args
		q := "select record_id, person_id from access_grant where " + db.In(&args, "record_id", chunk)
		n := args.Add(now)
		q += " and valid_from <= " + n + " and (valid_until = 0 or valid_until > " + n + ")"
		pairs, err := db.All(ctx, tx, scanPair, q, args...)
		if err != nil {
			return err
		}
		for _, p := range pairs {
			for _, r := range at[p[0]] {
				r.named = append(r.named, p[1])
			}
		}
	}
	return nil
}

func chunks[T any](all []T, n int) func(func([]T) bool) {
	return func(yield func([]T) bool) {
		for len(all) > 0 {
			k := min(n, len(all))
			if !yield(all[:k]) {
				return
			}
			all = all[k:]
		}
	}
}

func scanPair(row db.Row) (p [2]hub.ID, err error) {
	err = row.Scan(&p[0], &p[1])
	return p, err
}
