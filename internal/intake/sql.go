package intake

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

const selectImport = `select id, area_id, kind, state, file_name, user_id, user_name, done, total, created, updated, body from import`

func scanImport(r db.Row) (imp Import, err error) {
	var created, updated int64
	var body string
	if err = r.Scan(&imp.ID, &imp.Area, &imp.Kind, &imp.State, &imp.File, &imp.User, &imp.UserName, &imp.Done, &imp.Total, &created, &updated, &body); err != nil {
		return imp, err
	}
	imp.Created, imp.Updated = db.Time(created), db.Time(updated)
	return imp, json.Unmarshal([]byte(body), &imp.Plan)
}

func loadImport(ctx context.Context, tx db.Tx, id hub.ID, lock string) (Import, error) {
	imp, err := scanImport(tx.QueryRow(ctx, selectImport+" where id = $1"+lock, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return imp, missing()
	}
	return imp, err
}

func insertImport(ctx context.Context, tx db.Tx, imp Import) error {
	body, err := json.Marshal(imp.Plan)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into import (id, area_id, kind, state, file_name, user_id, user_name, done, total, created, updated, body)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		string(imp.ID), string(imp.Area), string(imp.Kind), string(imp.State), imp.File, string(imp.User), imp.UserName,
		imp.Done, imp.Total, db.Millis(imp.Created), db.Millis(imp.Updated), string(body))
	return err
}

// save keeps imp when the import is still in one of the states from; else it is
// a Conflict, for somebody else was quicker.
func (s *Service) save(ctx context.Context, imp *Import, from ...State) error {
	imp.Updated = s.clock.Now()
	body, err := json.Marshal(imp.Plan)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		args := db.Args{string(imp.State), imp.Done, imp.Total, db.Millis(imp.Updated), string(body), string(imp.ID)}
		states := make([]string, len(from))
		for i, f := range from {
			states[i] = string(f)
		}
		n, err := tx.Exec(ctx, "update import set state = $1, done = $2, total = $3, updated = $4, body = $5 where id = $6 and "+
			db.In(&args, "state", states), args...)
		if err == nil && n == 0 {
			return hub.Errorf(hub.Conflict, "intake.not_now")
		}
		return err
	})
}

// reset sets steps back whose process has given no sign of life for a minute.
func (s *Service) reset(ctx context.Context) error {
	old := db.Millis(s.clock.Now()) - 60_000
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		for from, to := range map[State]State{Planning: Waiting, Applying: Ready, Undoing: Applied} {
			if _, err := tx.Exec(ctx, "update import set state = $1 where state = $2 and updated < $3", string(to), string(from), old); err != nil {
				return err
			}
		}
		return nil
	})
}

// Outcome is what a plan means to do with a row.
type Outcome string

// The outcomes.
const (
	Create Outcome = "create"
	Change Outcome = "change"
	Same   Outcome = "same"
	Refuse Outcome = "refuse"
)

// Item is one row of a plan.
type Item struct {
	N       int
	Sheet   string
	Row     int
	Outcome Outcome
	Record  hub.ID // the record to be made or changed; "" for a refused row
	Version int    // of the record when the plan was made; 0 when it is to be made
	Title   string
	Fields  []string // names of the fields that would change
	Draft   Draft
	Before  string // the record before the change, JSON
	Left    string // a catalogue key: why applying or undoing left it
}

// weight orders rows by how much they need a look.
func (it *Item) weight() int {
	switch {
	case it.Outcome == Refuse:
		return 2
	case len(it.Draft.Problems) > 0:
		return 1
	}
	return 0
}

var rowColumns = []string{"import_id", "n", "sheet", "row_number", "outcome", "weight", "record_id", "version", "title", "fields", "draft", "problems", "before"}

func insertRows(ctx context.Context, tx db.Tx, id hub.ID, items []Item) error {
	var failed error
	_, err := tx.Insert(ctx, "import_row", rowColumns, func(yield func([]any) bool) {
		for i := range items {
			it := &items[i]
			values, err := json.Marshal(it.Draft.Values)
			problems := ""
			if err == nil && len(it.Draft.Problems) > 0 {
				var b []byte
				b, err = json.Marshal(it.Draft.Problems)
				problems = string(b)
			}
			if err != nil {
				failed = err
				return
			}
			if !yield([]any{
				string(id), it.N, it.Sheet, it.Row, string(it.Outcome), it.weight(), string(it.Record), it.Version, it.Title,
				joined(it.Fields), string(values), problems, it.Before,
			}) {
				return
			}
		}
	})
	return errors.Join(failed, err)
}

const selectRow = `select n, sheet, row_number, outcome, record_id, version, title, fields, draft, problems, before, left_why from import_row`

func scanRow(r db.Row) (it Item, err error) {
	var fields, values, problems string
	if err = r.Scan(&it.N, &it.Sheet, &it.Row, &it.Outcome, &it.Record, &it.Version, &it.Title, &fields, &values, &problems, &it.Before, &it.Left); err != nil {
		return it, err
	}
	it.Fields = lines(fields)
	it.Draft.Sheet, it.Draft.Row = it.Sheet, it.Row
	if err = json.Unmarshal([]byte(values), &it.Draft.Values); err == nil && problems != "" {
		err = json.Unmarshal([]byte(problems), &it.Draft.Problems)
	}
	return it, err
}

// clearRows forgets the rows of a plan, in small steps.
func (s *Service) clearRows(ctx context.Context, id hub.ID) error {
	for {
		var gone int64
		err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			gone, err = tx.Exec(ctx, `delete from import_row where import_id = $1 and n in (select n from import_row where import_id = $1 order by n limit 2000)`, string(id))
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}

// rowsOf gives rows of a plan in order, a page at a time, while fn wants more.
func (s *Service) rowsOf(ctx context.Context, id hub.ID, outcome Outcome, fn func([]Item) error) error {
	after := 0
	for {
		var page []Item
		err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			page, err = db.All(ctx, tx, scanRow, selectRow+" where import_id = $1 and outcome = $2 and n > $3 order by n limit 1000", string(id), string(outcome), after)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		if err := fn(page); err != nil {
			return err
		}
		after = page[len(page)-1].N
	}
}

// Look asks for rows of a plan: those of an outcome ("" all), or only those with
// problems, the refused first; After continues behind a row number n of Item.
type Look struct {
	Outcome  Outcome
	Problems bool
	Left     bool // rows that applying or undoing left alone
	After    int
	Limit    int
}

// Rows gives rows of a plan to the staff of the import's area.
func (s *Service) Rows(ctx context.Context, a hub.Actor, id hub.ID, l Look) (out []Item, err error) {
	if _, err := s.Get(ctx, a, id); err != nil {
		return nil, err
	}
	args := db.Args{string(id), l.After}
	q := selectRow + " where import_id = $1 and n > $2"
	if l.Outcome != "" {
		q += " and outcome = " + args.Add(string(l.Outcome))
	}
	if l.Problems {
		q += " and weight > 0"
	}
	if l.Left {
		q += " and left_why <> ''"
	}
	q += " order by n limit " + args.Add(max(1, min(l.Limit, 1000)))
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanRow, q, args...)
		return err
	})
	return out, err
}
