package enquiry

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

const columns = `t.id, t.area_id, t.scope, t.name_scope, t.organisation_id, t.owner_id, t.coordinator_id, t.assignee_id, t.state, t.outcome,
	t.source, t.language, t.words, t.asker_name, t.asker_body, t.asker_mail, t.asker_phone, t.may_forward, t.received, t.promised_on, t.due_on,
	t.answered, t.took, t.closed, t.reason, t.need_id, t.from_id, t.to_id, t.asked_area_id, t.asked_body_id, t.referrer_id, t.referrer_body,
	t.consent_by, t.consent_on, t.consent_for, t.sample, t.version, t.updated`

func scan(r db.Row) (e Enquiry, err error) {
	var forward, sample int
	var received, first, closed, updated int64
	err = r.Scan(&e.ID, &e.Area, &e.Scope, &e.NameScope, &e.Body, &e.Owner, &e.Coordinator, &e.Assignee, &e.State, &e.Outcome,
		&e.Source, &e.Language, &e.Words, &e.Asker.Name, &e.Asker.Body, &e.Asker.Mail, &e.Asker.Phone, &forward, &received, &e.Promised, &e.Due,
		&first, &e.Took, &closed, &e.Reason, &e.Need, &e.From, &e.To, &e.AskedArea, &e.AskedBody, &e.Referrer, &e.RefBody,
		&e.Consent.By, &e.Consent.On, &e.Consent.For, &sample, &e.Version, &updated)
	e.MayForward, e.Sample = forward == 1, sample == 1
	e.Received, e.First, e.Closed, e.Updated = db.Time(received), db.Time(first), db.Time(closed), db.Time(updated)
	return e, err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func values(e Enquiry) []any {
	return []any{
		string(e.ID), string(e.Area), string(e.Scope), string(e.NameScope), string(e.Scope), string(e.Body), string(e.Owner), string(e.Coordinator), string(e.Assignee),
		string(e.State), string(e.Outcome), string(e.Source), string(e.Language), e.Words, e.Asker.Name, e.Asker.Body, e.Asker.Mail, e.Asker.Phone,
		flag(e.MayForward), db.Millis(e.Received), string(e.Promised), string(e.Due), db.Millis(e.First), e.Took, db.Millis(e.Closed), e.Reason,
		string(e.Need), string(e.From), string(e.To), string(e.AskedArea), string(e.AskedBody), string(e.Referrer), string(e.RefBody),
		e.Consent.By, string(e.Consent.On), e.Consent.For, flag(e.Sample), e.Version, db.Millis(e.Updated),
	}
}

var stored = []string{
	"id", "area_id", "scope", "name_scope", "detail_scope", "organisation_id", "owner_id", "coordinator_id", "assignee_id",
	"state", "outcome", "source", "language", "words", "asker_name", "asker_body", "asker_mail", "asker_phone",
	"may_forward", "received", "promised_on", "due_on", "answered", "took", "closed", "reason",
	"need_id", "from_id", "to_id", "asked_area_id", "asked_body_id", "referrer_id", "referrer_body",
	"consent_by", "consent_on", "consent_for", "sample", "version", "updated",
}

func insert(ctx context.Context, tx db.Tx, e Enquiry) error {
	_, err := tx.Insert(ctx, "enquiry", stored, func(yield func([]any) bool) { yield(values(e)) })
	return err
}

func update(ctx context.Context, tx db.Tx, e Enquiry) error {
	var args db.Args
	var set []string
	for i, v := range values(e) {
		if stored[i] != "id" {
			set = append(set, stored[i]+" = "+args.Add(v))
		}
	}
	_, err := tx.Exec(ctx, "update enquiry set "+strings.Join(set, ", ")+" where id = "+args.Add(string(e.ID)), args...)
	return err
}

var escapeLike = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

type cursor struct {
	due string
	at  int64
	id  string
}

func cursorOf(e Enquiry) cursor {
	c := cursor{due: string(e.Due), at: db.Millis(e.Received), id: string(e.ID)}
	if c.due == "" {
		c.due = "9999-12-31"
	}
	return c
}

func (c cursor) String() string { return c.due + "." + strconv.FormatInt(c.at, 10) + "." + c.id }

func readCursor(s string) (c cursor, err error) {
	parts := strings.Split(s, ".")
	bad := hub.Errorf(hub.Invalid, "activity.error_cursor")
	if len(parts) != 3 || !hub.ID(parts[2]).Valid() {
		return c, bad
	}
	if c.at, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
		return c, bad
	}
	c.due, c.id = parts[0], parts[2]
	return c, nil
}

const selectEvent = "select id, enquiry_id, at, kind, by_kind, by_id, by_name, args, subject, body, mail from enquiry_event"

func scanEvent(r db.Row) (x Event, err error) {
	var at int64
	var args string
	var mail int
	err = r.Scan(&x.ID, &x.Enquiry, &at, &x.Kind, &x.ByKind, &x.By, &x.ByName, &args, &x.Subject, &x.Body, &mail)
	x.At, x.Mail = db.Time(at), mail == 1
	if err == nil && args != "" {
		err = json.Unmarshal([]byte(args), &x.Args)
	}
	return x, err
}

func insertEvent(ctx context.Context, tx db.Tx, x Event) error {
	args := ""
	if len(x.Args) > 0 {
		b, err := json.Marshal(x.Args)
		if err != nil {
			return err
		}
		args = string(b)
	}
	_, err := tx.Exec(ctx, `insert into enquiry_event (id, enquiry_id, at, kind, by_kind, by_id, by_name, args, subject, body, mail)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(x.ID), string(x.Enquiry), db.Millis(x.At), string(x.Kind), string(x.ByKind), string(x.By), x.ByName, args, x.Subject, x.Body, flag(x.Mail))
	return err
}

func eventsOf(ctx context.Context, tx db.Tx, ids []hub.ID) ([]Event, error) {
	var args db.Args
	q := selectEvent + " where " + db.In(&args, "enquiry_id", ids) + " order by at, id"
	return db.All(ctx, tx, scanEvent, q, args...)
}
