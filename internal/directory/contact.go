package directory

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// ContactKind is the sort of way to reach someone.
type ContactKind string

// The kinds of contact.
const (
	Mail   ContactKind = "mail"
	Phone  ContactKind = "phone"
	Mobile ContactKind = "mobile"
	Fax    ContactKind = "fax"
	Postal ContactKind = "postal" // an address by post
	Web    ContactKind = "web"    // a page or form
)

// ContactKinds lists them in the order screens show them.
var ContactKinds = []ContactKind{Mail, Phone, Mobile, Fax, Postal, Web}

// Contact is one way to reach a person, or an area's contact at an organisation
// (担当窓口). Its readers follow from its own scope: at hub they are the area's
// staff and the person himself, not his colleagues.
type Contact struct {
	ID      hub.ID
	Record  hub.ID // the person or organisation
	Area    hub.ID
	Kind    ContactKind
	Scope   hub.Scope // "" means HubOnly; sealed is not for contacts
	Label   string    // whose it is, or when to use it
	Value   string    // as typed, widths and spaces mended
	Source  string    // where the hub has it from
	Created time.Time
	Ended   time.Time // zero while in use

	of       string // KindPerson or KindOrganisation
	position int
}

// Access is what the contact says of itself.
func (c *Contact) Access() access.Resource {
	r := access.Resource{ID: c.ID, Area: c.Area, Scope: c.Scope, NameScope: c.Scope, DetailScope: c.Scope}
	if c.of == KindPerson {
		r.Owner = c.Record
	} else {
		r.Organisation = c.Record
	}
	return r
}

func (c *Contact) check() hub.Problems {
	var p hub.Problems
	if c.Scope == "" {
		c.Scope = hub.HubOnly
	}
	if !c.Scope.Valid() || c.Scope == hub.Sealed {
		p.Add("contact.scope", "error.choose")
	}
	c.Label, c.Source = strings.TrimSpace(c.Label), strings.TrimSpace(c.Source)
	c.Value = strings.TrimSpace(japanese.Normalise(c.Value))
	if c.Value == "" {
		p.Add("contact.value", "directory.error_contact")
	}
	switch c.Kind {
	case Mail:
		if a, err := mail.ParseAddress(c.Value); c.Value != "" && (err != nil || a.Address != c.Value || !strings.Contains(c.Value, ".")) {
			p.Add("contact.value", "error.email")
		}
	case Phone, Mobile, Fax:
		if n := len(phoneKey(c.Value)); c.Value != "" && (n < 5 || n > 20) {
			p.Add("contact.value", "directory.error_phone")
		}
	case Web:
		website(&p, "contact.value", &c.Value)
	case Postal:
	default:
		p.Add("contact.kind", "error.choose")
	}
	checkText(&p, "contact.value", c.Value, 500)
	checkText(&p, "contact.label", c.Label, MaxName)
	checkText(&p, "contact.source", c.Source, MaxName)
	return p
}

// valueKey is the value as it is compared.
func (c *Contact) valueKey() string {
	switch c.Kind {
	case Phone, Mobile, Fax:
		return phoneKey(c.Value)
	}
	return strings.ToLower(strings.Join(strings.Fields(c.Value), ""))
}

// phoneKey keeps the digits; +81 90 and 090 are the same.
func phoneKey(s string) string {
	plus := strings.HasPrefix(strings.TrimSpace(s), "+81")
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if plus {
		return "0" + strings.TrimPrefix(strings.TrimPrefix(digits, "81"), "0")
	}
	return digits
}

// Of gives the contacts of a person or organisation, in their order, that the
// actor may read. He has loaded the record itself before.
func (s *Contacts) Of(ctx context.Context, a hub.Actor, record hub.ID) (out []Contact, err error) {
	a = withoutLink(a)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		q := selectContact + " where t.record_id = " + args.Add(string(record)) + " and t.ended = 0 and " +
			access.Scope(a, access.See).SQL("t", db.Millis(s.now()), args.Add) + " order by t.position, t.id"
		out, err = db.All(ctx, tx, scanContact, q, args...)
		return err
	})
	if err != nil || !slices.ContainsFunc(out, func(c Contact) bool { return c.Scope == hub.Case }) {
		return out, err
	}
	return out, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		s.log.Add(ctx, a, audit.Entry{Action: audit.Read, Kind: KindContact, Record: record})
		return nil
	})
}

// withoutLink: a link for one purpose opens no address book.
func withoutLink(a hub.Actor) hub.Actor {
	if a.Kind == hub.LinkHolder {
		return hub.Actor{}
	}
	return a
}

// Add gives a person or an organisation one more contact. For a person: whoever
// may edit him, himself included. For an organisation: the staff of c.Area, and
// its own desk, in an area where it holds a role.
func (s *Contacts) Add(ctx context.Context, a hub.Actor, c Contact) (out Contact, err error) {
	defer hub.Wrap(&err, "directory.Contacts.Add(%s)", c.Record)
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := s.place(ctx, tx, a, &c); err != nil {
			return err
		}
		if err := c.check().Err(); err != nil {
			return err
		}
		c.ID, c.Created = hub.NewID(), s.now()
		if err := tx.QueryRow(ctx, "select coalesce(max(position), -1) + 1 from contact where record_id = $1", string(c.Record)).Scan(&c.position); err != nil {
			return err
		}
		if err := insertAll(ctx, tx, "contact", contactColumns, []Contact{c}, contactValues); err != nil {
			return err
		}
		out = c
		s.log.Add(ctx, a, audit.Entry{Action: audit.Create, Kind: KindContact, Record: c.ID, Area: c.Area})
		return nil
	})
	return out, err
}

// place finds the record a contact is for and asks whether the actor may edit it.
func (s *Contacts) place(ctx context.Context, tx db.Tx, a hub.Actor, c *Contact) error {
	people := &People{s.room}
	p, err := people.load(ctx, tx, a, access.Edit, c.Record, "")
	if err == nil {
		c.of, c.Area = KindPerson, p.Area
		return nil
	}
	if hub.KindOf(err) != hub.NotFound {
		return err
	}
	o, err := loadOrganisation(ctx, tx, c.Record, "")
	if err != nil {
		return err
	}
	if !CanSee(a, o) {
		return missing()
	}
	c.of = KindOrganisation
	inArea := slices.ContainsFunc(a.Roles, func(x hub.RoleIn) bool { return x.Area == c.Area })
	if c.Area == "" || !staffOf(a, c.Area) && !(inArea && belongs(a, o.ID, true)) {
		return forbidden()
	}
	return nil
}

// End takes a contact out of use; it stays in the history.
func (s *Contacts) End(ctx context.Context, a hub.Actor, id hub.ID) (err error) {
	defer hub.Wrap(&err, "directory.Contacts.End(%s)", id)
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		c, err := scanContact(tx.QueryRow(ctx, selectContact+" where t.id = $1"+tx.Dialect().ForUpdate(), string(id)))
		if errors.Is(err, db.ErrNoRows) {
			return missing()
		}
		if err != nil {
			return err
		}
		if !access.Can(withoutLink(a), access.See, c.Access()) {
			return missing()
		}
		if !access.Can(a, access.Edit, c.Access()) {
			return forbidden()
		}
		if !c.Ended.IsZero() {
			return nil
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Delete, Kind: KindContact, Record: id, Area: c.Area})
		_, err = tx.Exec(ctx, "update contact set ended = $2 where id = $1", string(id), db.Millis(s.now()))
		return err
	})
}

const selectContact = `select t.id, t.record_kind, t.record_id, t.area_id, t.scope, t.kind, t.label, t.value, t.source, t.position, t.ended, t.created from contact t`

var contactColumns = []string{
	"id", "record_kind", "record_id", "area_id", "scope", "organisation_id", "owner_id", "kind", "label", "value", "value_key",
	"source", "position", "ended", "created",
}

func contactValues(c Contact) ([]any, error) {
	r := c.Access()
	return []any{
		string(c.ID), c.of, string(c.Record), string(c.Area), string(c.Scope), string(r.Organisation), string(r.Owner), string(c.Kind), c.Label, c.Value, c.valueKey(),
		c.Source, c.position, db.Millis(c.Ended), db.Millis(c.Created),
	}, nil
}

func scanContact(r db.Row) (c Contact, err error) {
	var ended, created int64
	err = r.Scan(&c.ID, &c.of, &c.Record, &c.Area, &c.Scope, &c.Kind, &c.Label, &c.Value, &c.Source, &c.position, &ended, &created)
	c.Ended, c.Created = db.Time(ended), db.Time(created)
	return c, err
}
