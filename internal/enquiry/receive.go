package enquiry

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// LinkStatus is the purpose of the link by which an asker follows his enquiry.
const LinkStatus = "enquiry"

// Question is what somebody brings. Consent, Source and Assignee are for those
// who enter it for somebody else.
type Question struct {
	Area       hub.ID
	Words      string
	Asker      Asker
	Anonymous  bool
	MayForward bool
	Language   hub.Lang
	Source     Source
	Consent    Consent
	Assignee   hub.ID
	Sample     bool
}

// Ask takes a question from anybody and gives it with the word of its status
// link. The area's public form must be open.
func (s *Service) Ask(ctx context.Context, a hub.Actor, q Question) (e Enquiry, word string, err error) {
	defer hub.Wrap(&err, "enquiry.Ask(%s)", q.Area)
	e = q.enquiry(Web)
	p := e.check()
	if e.Asker.Name == "" {
		p.Add("name", "enquiry.error_name")
	}
	if e.Asker.Mail == "" && e.Asker.Phone == "" {
		p.Add("mail", "enquiry.error_contact")
	}
	if err := p.Err(); err != nil {
		return e, "", err
	}
	set, err := s.Settings(ctx, q.Area)
	if err != nil {
		return e, "", err
	}
	if set.Shut {
		return e, "", hub.Errorf(hub.Unavailable, "enquiry.error_shut")
	}
	return s.create(ctx, a, e, set)
}

// Enter takes a question that the actor brings for somebody else: staff after a
// visit, a call, a mail or an event; a finance role for a client, with the
// client's consent.
func (s *Service) Enter(ctx context.Context, a hub.Actor, q Question) (e Enquiry, word string, err error) {
	defer hub.Wrap(&err, "enquiry.Enter(%s)", q.Area)
	staff := a.StaffOf(q.Area) || a.Kind == hub.System
	if !staff && !a.Has(hub.Finance, q.Area) {
		return e, "", hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	if !staff {
		q.Source, q.Assignee = Bank, ""
	}
	e = q.enquiry(q.Source)
	p := e.check()
	if staff && !known(e.Source) && a.Kind != hub.System {
		p.Add("source", "error.choose")
	}
	if !staff {
		e.Referrer = a.User
		if len(a.Affiliations) > 0 {
			e.RefBody = a.Affiliations[0].Organisation
		}
		for field, missing := range map[string]bool{
			"consent_by": e.Consent.By == "", "consent_on": e.Consent.On == "", "consent_for": e.Consent.For == "",
		} {
			if missing {
				p.Add(field, "enquiry.error_consent")
			}
		}
		slices.SortFunc(p, func(a, b hub.FieldError) int { return compare(a.Field, b.Field) })
	}
	if e.Consent.On > s.today() {
		p.Add("consent_on", "enquiry.error_future")
	}
	if err := p.Err(); err != nil {
		return e, "", err
	}
	set, err := s.Settings(ctx, q.Area)
	if err != nil {
		return e, "", err
	}
	if q.Assignee != "" {
		if err := s.checkColleague(ctx, q.Area, q.Assignee); err != nil {
			return e, "", err
		}
	}
	return s.create(ctx, a, e, set)
}

func (q Question) enquiry(source Source) Enquiry {
	e := Enquiry{
		ID: hub.NewID(), Area: q.Area, Scope: hub.HubOnly, NameScope: hub.HubOnly, State: Received, Source: source, Language: q.Language,
		Words: q.Words, Asker: q.Asker, MayForward: q.MayForward, Consent: q.Consent, Assignee: q.Assignee, Took: -1, Sample: q.Sample,
	}
	if q.Anonymous {
		e.NameScope = hub.Case
	}
	return e
}

// create starts the clock, keeps the enquiry, tells the asker and makes his link.
func (s *Service) create(ctx context.Context, a hub.Actor, e Enquiry, set Settings) (out Enquiry, word string, err error) {
	c, err := s.calendarOf(ctx, e.Area)
	if err != nil {
		return e, "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := s.begin(ctx, tx, a, &e, c.Add(s.today(), set.Days)); err != nil {
			return err
		}
		if _, err := s.tell(ctx, tx, a, &e, Event{Kind: StepReceived, Mail: true}); err != nil {
			return err
		}
		if e.Assignee != "" {
			if err := s.tellAssigned(ctx, tx, a, &e); err != nil {
				return err
			}
		}
		word, err = s.issue(ctx, a, &e)
		return err
	})
	return e, word, err
}

// begin keeps a new enquiry with its promise and its first lines.
func (s *Service) begin(ctx context.Context, tx db.Tx, a hub.Actor, e *Enquiry, due hub.Date) error {
	now := s.clock.Now()
	e.Received, e.Updated, e.Version, e.Promised, e.Due = now, now, 1, due, due
	if e.Assignee != "" {
		e.State = Assigned
		if err := s.setPerson(ctx, e); err != nil {
			return err
		}
	}
	if err := insert(ctx, tx, *e); err != nil {
		return err
	}
	if err := s.keep(ctx, tx, a, audit.Create, e); err != nil {
		return err
	}
	return s.note(ctx, a, e, "enquiry.line_received", "due", string(e.Due))
}

// issue makes a link to the status page.
func (s *Service) issue(ctx context.Context, a hub.Actor, e *Enquiry) (word string, err error) {
	return s.Accounts.IssueLink(ctx, a, e.ID, LinkStatus, e.Area, s.clock.Now().Add(expiry))
}

// NewLink gives one more link to the status page, to be copied by those who may
// answer the enquiry and know who asks.
func (s *Service) NewLink(ctx context.Context, a hub.Actor, id hub.ID) (word string, err error) {
	e, err := s.load(ctx, id)
	if err != nil {
		return "", err
	}
	if !mayHandle(a, &e) && (a.User == "" || a.User != e.Referrer) {
		return "", missing()
	}
	if mayHandle(a, &e) && !seesName(a, &e) {
		return "", hub.Errorf(hub.Forbidden, "enquiry.error_anonymous")
	}
	return s.issue(ctx, a, &e)
}

// RevokeLinks ends every link to the status page.
func (s *Service) RevokeLinks(ctx context.Context, a hub.Actor, id hub.ID) error {
	v, err := s.Get(ctx, a, id)
	if err != nil || v.StatusOnly {
		return missing()
	}
	_, err = s.Accounts.RevokeLinks(ctx, a, id, LinkStatus)
	return err
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
