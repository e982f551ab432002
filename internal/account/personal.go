package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Disclosure is everything the hub holds about one person. Rows that are about
// the person stand whole; of records that only name him it says which, for what
// else stands in them is not his.
type Disclosure struct {
	Made    time.Time                   `json:"made"`
	Account hub.ID                      `json:"account"`
	Persons []hub.ID                    `json:"persons,omitempty"`
	Rows    map[string][]map[string]any `json:"rows"`
	Named   []Naming                    `json:"named,omitempty"`
	Cut     bool                        `json:"cut,omitempty"` // more records name him than are listed
}

// Naming is one record that names the person.
type Naming struct {
	Table  string `json:"table"`
	Column string `json:"column"`
	Record string `json:"record"`
}

// about lists the tables whose rows are about the person named in a column.
var about = map[string]string{
	"user_account": "id", "user_role": "user_id", "user_person": "user_id", "user_organisation": "user_id", "user_session": "user_id",
	"user_totp": "user_id", "user_passkey": "user_id", "user_recovery": "user_id", "user_consent": "user_id", "account_pass": "user_id",
	"mail": "user_id", "mail_preference": "user_id", "mail_choice": "user_id", "desk_visit": "user_id",
	"person": "id", "person_name": "person_id", "affiliation": "person_id", "contact": "record_id",
}

// secret columns are told to nobody, their owner included: they are no knowledge
// about him but keys.
var secret = []string{"password", "token_hash", "secret", "code_hash", "credential"}

const maxNamings = 20_000

// Disclose gives everything that is held about an account and the people it is,
// as one file. One's own, or that of an account the actor manages. It is logged.
func (s *Service) Disclose(ctx context.Context, a hub.Actor, user hub.ID) ([]byte, error) {
	if a.Borrowed() {
		return nil, forbidden()
	}
	if _, err := s.User(ctx, a, user); err != nil {
		return nil, err
	}
	d := Disclosure{Made: s.now(), Account: user, Rows: map[string][]map[string]any{}}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		b, err := bearings(ctx, tx, user, "", s.today())
		if err != nil {
			return err
		}
		d.Persons = b.links.Persons
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			if err := d.read(ctx, tx, t); err != nil {
				return fmt.Errorf("account: table %s: %w", t.Name, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, _ db.Tx) error {
		s.log.Add(ctx, a, audit.Entry{Action: audit.Export, Kind: KindUser, Record: user})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(d, "", "  ")
}

// read looks for the person in every column of a table that can hold an id.
func (d *Disclosure) read(ctx context.Context, tx db.Tx, t db.Table) error {
	ids := append([]hub.ID{d.Account}, d.Persons...)
	for _, c := range t.Columns {
		if c.Type != db.TextColumn || c.Name != "id" && !strings.HasSuffix(c.Name, "_id") && !strings.HasSuffix(c.Name, "_by") && c.Name != "assignee" {
			continue
		}
		var args db.Args
		where := " where " + db.In(&args, c.Name, ids)
		if about[t.Name] == c.Name {
			if err := d.whole(ctx, tx, t, where, args); err != nil {
				return err
			}
			continue
		}
		if c.Name == "id" {
			continue
		}
		key := record(t)
		found, err := db.All(ctx, tx, db.Scalar[string], "select "+key+" from "+t.Name+where+" limit "+args.Add(maxNamings), args...)
		if err != nil {
			return err
		}
		for _, id := range found {
			if d.Cut = d.Cut || len(d.Named) >= maxNamings; d.Cut {
				return nil
			}
			d.Named = append(d.Named, Naming{t.Name, c.Name, id})
		}
	}
	return nil
}

// record gives what names a row of a table.
func record(t db.Table) string {
	for _, name := range []string{"record_id", "id"} {
		if slices.ContainsFunc(t.Columns, func(c db.Column) bool { return c.Name == name }) {
			return name
		}
	}
	for _, c := range t.Columns {
		if c.Key == 1 {
			return "cast(" + c.Name + " as text)"
		}
	}
	return "''"
}

func (d *Disclosure) whole(ctx context.Context, tx db.Tx, t db.Table, where string, args db.Args) error {
	var names []string
	for _, c := range t.Columns {
		if !slices.Contains(secret, c.Name) && c.Type != db.BlobColumn && (t.Name != "user_passkey" || c.Name != "body") {
			names = append(names, c.Name)
		}
	}
	rows, err := tx.Query(ctx, "select "+strings.Join(names, ", ")+" from "+t.Name+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row := map[string]any{}
		for i, n := range names {
			row[n] = values[i]
		}
		d.Rows[t.Name] = append(d.Rows[t.Name], row)
	}
	return rows.Err()
}
