package enquiry

import (
	"context"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Assign gives an enquiry to one of the area's staff, and tells the asker who it
// is. version 0 does not ask for the one seen.
func (s *Service) Assign(ctx context.Context, a hub.Actor, id hub.ID, version int, to hub.ID) (out Enquiry, err error) {
	defer hub.Wrap(&err, "enquiry.Assign(%s)", id)
	return s.change(ctx, a, id, version, func(ctx context.Context, tx db.Tx, e *Enquiry) error {
		if err := s.checkColleague(ctx, e.Area, to); err != nil {
			return err
		}
		if e.State == Closed {
			return hub.Errorf(hub.Conflict, "enquiry.error_closed")
		}
		if e.Assignee == to {
			return nil
		}
		e.Assignee = to
		if err := s.setPerson(ctx, e); err != nil {
			return err
		}
		if e.State == Received {
			e.State = Assigned
		}
		return s.tellAssigned(ctx, tx, a, e)
	})
}

// setPerson makes the assignee's person the one who tends the enquiry.
func (s *Service) setPerson(ctx context.Context, e *Enquiry) error {
	persons, err := s.Accounts.PersonsOf(ctx, []hub.ID{e.Assignee})
	if err != nil {
		return err
	}
	e.Coordinator = ""
	for _, p := range persons[e.Assignee] {
		if area, err := s.Directory.People.Area(ctx, p); err != nil {
			return err
		} else if area == e.Area {
			e.Coordinator = p
		}
	}
	return nil
}

func (s *Service) tellAssigned(ctx context.Context, tx db.Tx, a hub.Actor, e *Enquiry) error {
	who, err := s.colleague(ctx, e.Area, e.Assignee)
	if err != nil {
		return err
	}
	if _, err := s.tell(ctx, tx, a, e, Event{Kind: StepAssigned, Args: map[string]string{"who": who}}); err != nil {
		return err
	}
	return s.note(ctx, a, e, "enquiry.line_assigned", "who", who)
}

// colleague names an account of the area's staff.
func (s *Service) colleague(ctx context.Context, area, user hub.ID) (string, error) {
	all, err := s.Accounts.Colleagues(ctx, hub.SystemActor, area)
	if err != nil {
		return "", err
	}
	for _, c := range all {
		if c.ID == user {
			return c.Name, nil
		}
	}
	return "", nil
}

// checkColleague refuses an account that is not of the area's staff.
func (s *Service) checkColleague(ctx context.Context, area, to hub.ID) error {
	all, err := s.Accounts.Colleagues(ctx, hub.SystemActor, area)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.ID == to {
			return nil
		}
	}
	return (hub.Problems{{Field: "to", Key: "error.choose"}}).Err()
}

// Text is what a person writes to the asker.
type Text struct{ Subject, Body string }

func (t *Text) check() hub.Problems {
	var p hub.Problems
	t.Subject = line(t.Subject)
	t.Body = strings.TrimSpace(strings.ReplaceAll(t.Body, "\r\n", "\n"))
	if t.Subject == "" {
		p.Add("subject", "error.required", "field", "")
	}
	if t.Body == "" {
		p.Add("text", "enquiry.error_text")
	}
	limit(&p, "subject", t.Subject, MaxSubject)
	limit(&p, "text", t.Body, MaxBody)
	return p
}

// Answer writes to the asker. next is the day by which another answer is
// promised, and the clock runs on until then; "" promises none and stops it.
func (s *Service) Answer(ctx context.Context, a hub.Actor, id hub.ID, version int, t Text, next hub.Date) (out Enquiry, err error) {
	defer hub.Wrap(&err, "enquiry.Answer(%s)", id)
	p := t.check()
	if _, err := hub.ParseDate(string(next)); err != nil {
		p.Add("next", "error.date", "value", string(next))
	} else if next != "" && next < s.today() {
		p.Add("next", "enquiry.error_past")
	}
	if err := p.Err(); err != nil {
		return out, err
	}
	return s.change(ctx, a, id, version, func(ctx context.Context, tx db.Tx, e *Enquiry) error {
		if e.State == Closed {
			return hub.Errorf(hub.Conflict, "enquiry.error_closed")
		}
		if err := s.answered(ctx, e); err != nil {
			return err
		}
		e.State, e.Due = Answered, next
		x := Event{Kind: StepAnswer, Subject: t.Subject, Body: t.Body, Mail: true}
		if next != "" {
			e.State = Continued
			x.Args = map[string]string{"next": string(next)}
		}
		if _, err := s.tell(ctx, tx, a, e, x); err != nil {
			return err
		}
		return s.note(ctx, a, e, "enquiry.line_answered", "next", string(next))
	})
}

// answered stops the first clock: how many working days the first answer took.
func (s *Service) answered(ctx context.Context, e *Enquiry) error {
	if !e.First.IsZero() {
		return nil
	}
	c, err := s.calendarOf(ctx, e.Area)
	if err != nil {
		return err
	}
	e.First = s.clock.Now()
	e.Took = c.Took(hub.DateOf(e.Received), s.today())
	return nil
}

// Close ends an enquiry that was answered.
func (s *Service) Close(ctx context.Context, a hub.Actor, id hub.ID, version int) (out Enquiry, err error) {
	defer hub.Wrap(&err, "enquiry.Close(%s)", id)
	return s.change(ctx, a, id, version, func(ctx context.Context, tx db.Tx, e *Enquiry) error {
		switch {
		case e.State == Closed:
			return hub.Errorf(hub.Conflict, "enquiry.error_closed")
		case e.First.IsZero():
			return hub.Errorf(hub.Conflict, "enquiry.error_unanswered")
		}
		outcome := Solved
		if e.Need != "" {
			outcome = Need
		}
		s.end(e, outcome)
		if _, err := s.tell(ctx, tx, a, e, Event{Kind: StepClosed}); err != nil {
			return err
		}
		return s.note(ctx, a, e, "enquiry.line_closed")
	})
}

func (s *Service) end(e *Enquiry, o Outcome) {
	e.State, e.Outcome, e.Due, e.Closed = Closed, o, "", s.clock.Now()
	e.AskedArea, e.AskedBody = "", ""
}

// Decline says no, why, and where the asker may turn instead. The reason is one
// of the area's list; text and alternative go out as one letter.
func (s *Service) Decline(ctx context.Context, a hub.Actor, id hub.ID, version int, reason string, t Text, alternative string) (out Enquiry, err error) {
	defer hub.Wrap(&err, "enquiry.Decline(%s)", id)
	p := t.check()
	alternative = strings.TrimSpace(strings.ReplaceAll(alternative, "\r\n", "\n"))
	if alternative == "" {
		p.Add("alternative", "enquiry.error_alternative")
	}
	limit(&p, "alternative", alternative, MaxBody)
	if err := p.Err(); err != nil {
		return out, err
	}
	return s.change(ctx, a, id, version, func(ctx context.Context, tx db.Tx, e *Enquiry) error {
		if e.State == Closed {
			return hub.Errorf(hub.Conflict, "enquiry.error_closed")
		}
		if err := s.checkReason(ctx, e.Area, reason); err != nil {
			return err
		}
		if err := s.answered(ctx, e); err != nil {
			return err
		}
		s.end(e, Declined)
		e.Reason = reason
		if _, err := s.tell(ctx, tx, a, e, Event{Kind: StepDeclined, Subject: t.Subject, Body: t.Body + "\n\n" + alternative, Mail: true}); err != nil {
			return err
		}
		return s.note(ctx, a, e, "enquiry.line_declined")
	})
}

// MakeNeed turns an enquiry into a need, or adds it to nothing it already is: the
// asker's words and contact are carried over. The enquiry's clock runs on, for
// its asker still waits for an answer.
func (s *Service) MakeNeed(ctx context.Context, a hub.Actor, id hub.ID, version int, title string) (need catalogue.Need, err error) {
	defer hub.Wrap(&err, "enquiry.MakeNeed(%s)", id)
	_, err = s.change(ctx, a, id, version, func(ctx context.Context, tx db.Tx, e *Enquiry) error {
		if e.Need != "" {
			return hub.Errorf(hub.Conflict, "enquiry.error_need")
		}
		if title = line(title); title == "" {
			title = e.Title()
		}
		made, err := s.Catalogue.Needs.Create(ctx, a, carry(*e, title))
		if err != nil {
			return err
		}
		need, e.Need = made, made.ID
		if e.State == Received || e.State == Answered {
			e.State = Continued
		}
		if _, err := s.tell(ctx, tx, a, e, Event{Kind: StepNeed}); err != nil {
			return err
		}
		return s.note(ctx, a, e, "enquiry.line_need", "title", title)
	})
	return need, err
}

// carry makes a need of what the asker wrote: nobody types it again.
func carry(e Enquiry, title string) catalogue.Need {
	text := func(s string) hub.Text {
		if e.Language == hub.EN {
			return hub.Text{EN: s}
		}
		return hub.Text{JA: s}
	}
	var contact []string
	for _, s := range []string{e.Asker.Name, e.Asker.Mail, e.Asker.Phone} {
		if s != "" {
			contact = append(contact, s)
		}
	}
	return catalogue.Need{
		Record: catalogue.Record{
			Area: e.Area, Coordinator: e.Coordinator, Scope: hub.HubOnly, NameScope: e.NameScope, DetailScope: hub.HubOnly,
			Title: text(title), Institution: e.Asker.Body, Sample: e.Sample,
		},
		Detail: catalogue.NeedDetail{Words: text(e.Words), Contact: strings.Join(contact, "　")},
	}
}

// MayAnswer reports whether the actor may answer the area's enquiries, for pages
// that offer it.
func MayAnswer(a hub.Actor, area hub.ID) bool { return a.StaffOf(area) || account.MayGrant(a, area) }
