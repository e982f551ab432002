package enquiry

import (
	"context"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Status is what an asker sees of his enquiry: his own words, where it stands, who
// answers by when, and what happened so far.
type Status struct {
	Enquiry Enquiry // the one that is answered now
	Events  []Event // of it and of those it continues, oldest first
	Area    hub.ID
	Contact Contact  // who answers
	Asked   hub.Text // an institution or area that waits for the asker's word; empty for none
}

// Contact is the person an asker may turn to.
type Contact struct{ Name, Mail string }

// passes bounds how often an enquiry is followed from area to area.
const passes = 8

// Status gives it to whoever holds the enquiry's link, and to nobody else. It
// follows the enquiry where it was passed.
func (s *Service) Status(ctx context.Context, a hub.Actor) (st Status, err error) {
	defer hub.Wrap(&err, "enquiry.Status(%s)", a.Link.Record)
	chain, err := s.followed(ctx, a)
	if err != nil {
		return st, err
	}
	var ids []hub.ID
	for _, e := range chain {
		ids = append(ids, e.ID)
	}
	st.Enquiry = chain[len(chain)-1]
	st.Area = st.Enquiry.Area
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		st.Events, err = eventsOf(ctx, tx, ids)
		return err
	})
	if err != nil {
		return st, err
	}
	if st.Contact, err = s.contact(ctx, &st.Enquiry); err != nil {
		return st, err
	}
	st.Asked, err = s.asked(ctx, &st.Enquiry)
	return st, err
}

// followed gives the enquiry of the actor's link and those that continue it.
func (s *Service) followed(ctx context.Context, a hub.Actor) (chain []Enquiry, err error) {
	if a.Kind != hub.LinkHolder || a.Link.Purpose != LinkStatus {
		return nil, missing()
	}
	next := a.Link.Record
	for range passes {
		e, err := s.load(ctx, next)
		if err != nil {
			return nil, err
		}
		chain = append(chain, e)
		if next = e.To; next == "" {
			return chain, nil
		}
	}
	return chain, nil
}

func (s *Service) contact(ctx context.Context, e *Enquiry) (c Contact, err error) {
	if e.Assignee == "" {
		return c, nil
	}
	to, err := s.Accounts.Standing(ctx, hub.SystemActor, e.Assignee)
	if hub.KindOf(err) == hub.NotFound || err == nil && (to.User.Disabled || !to.Actor.StaffOf(e.Area)) {
		return c, nil
	}
	return Contact{Name: to.User.Name, Mail: to.User.Mail}, err
}

func (s *Service) asked(ctx context.Context, e *Enquiry) (t hub.Text, err error) {
	switch {
	case e.AskedArea != "":
		area, err := s.Accounts.Area(ctx, e.AskedArea)
		return area.Name, err
	case e.AskedBody != "":
		names, err := s.Directory.Names(ctx, hub.SystemActor, []hub.ID{e.AskedBody})
		return names[e.AskedBody], err
	}
	return t, nil
}

// byLink lets the holder of the enquiry's link change it.
func (s *Service) byLink(ctx context.Context, a hub.Actor, fn func(ctx context.Context, tx db.Tx, e *Enquiry) error) (err error) {
	chain, err := s.followed(ctx, a)
	if err != nil {
		return err
	}
	last := chain[len(chain)-1].ID
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		e, err := loadIn(ctx, tx, last, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if e.Outcome == Withdrawn || e.Outcome == Redirected {
			return hub.Errorf(hub.Conflict, "enquiry.error_over")
		}
		if err := fn(ctx, tx, &e); err != nil {
			return err
		}
		return s.store(ctx, tx, a, &e)
	})
}

// mostAdded is how many texts an asker may add to one enquiry.
const mostAdded = 50

// AddText takes more words from the asker. If nothing was promised any more, the
// clock starts again with the area's promise.
func (s *Service) AddText(ctx context.Context, a hub.Actor, text string) (err error) {
	defer hub.Wrap(&err, "enquiry.AddText(%s)", a.Link.Record)
	var p hub.Problems
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if text == "" {
		p.Add("text", "enquiry.error_added")
	}
	limit(&p, "text", text, 2*MaxWords)
	if err := p.Err(); err != nil {
		return err
	}
	return s.byLink(ctx, a, func(ctx context.Context, tx db.Tx, e *Enquiry) error {
		n, err := db.Scalar[int](tx.QueryRow(ctx, "select count(*) from enquiry_event where enquiry_id = $1 and kind = $2", string(e.ID), string(StepAdded)))
		if err != nil {
			return err
		}
		if n >= mostAdded {
			return hub.Errorf(hub.Unavailable, "enquiry.error_many")
		}
		if _, err := s.tell(ctx, tx, a, e, Event{Kind: StepAdded, Body: text}); err != nil {
			return err
		}
		if !e.Running() {
			if err := s.restart(ctx, tx, e); err != nil {
				return err
			}
		}
		return s.note(ctx, a, e, "enquiry.line_added")
	})
}

// restart has the clock run again from today.
func (s *Service) restart(ctx context.Context, tx db.Tx, e *Enquiry) error {
	set, err := settingsIn(ctx, tx, e.Area)
	if err != nil {
		return err
	}
	c, err := s.calendarOf(ctx, e.Area)
	if err != nil {
		return err
	}
	e.Due = c.Add(s.today(), set.Days)
	e.State, e.Outcome = Continued, Open
	e.Closed = time.Time{}
	return nil
}

// Withdraw ends an enquiry at its asker's wish.
func (s *Service) Withdraw(ctx context.Context, a hub.Actor) (err error) {
	defer hub.Wrap(&err, "enquiry.Withdraw(%s)", a.Link.Record)
	return s.byLink(ctx, a, func(ctx context.Context, tx db.Tx, e *Enquiry) error {
		s.end(e, Withdrawn)
		if _, err := s.tell(ctx, tx, a, e, Event{Kind: StepWithdrawn}); err != nil {
			return err
		}
		return s.note(ctx, a, e, "enquiry.line_withdrawn")
	})
}

// Agree is the asker's word on being passed to another institution or area.
func (s *Service) Agree(ctx context.Context, a hub.Actor, yes bool) (err error) {
	defer hub.Wrap(&err, "enquiry.Agree(%s)", a.Link.Record)
	return s.byLink(ctx, a, func(ctx context.Context, tx db.Tx, e *Enquiry) error {
		to := Target{Area: e.AskedArea, Body: e.AskedBody}
		if to == (Target{}) || e.State == Closed {
			return hub.Errorf(hub.Conflict, "enquiry.error_not_asked")
		}
		if !yes {
			e.AskedArea, e.AskedBody = "", ""
			if _, err := s.tell(ctx, tx, a, e, Event{Kind: StepRefused}); err != nil {
				return err
			}
			return s.note(ctx, a, e, "enquiry.line_refused")
		}
		name, err := s.targetName(ctx, hub.SystemActor, e, to)
		if err != nil {
			return err
		}
		if _, err := s.tell(ctx, tx, a, e, Event{Kind: StepAgreed, Args: name}); err != nil {
			return err
		}
		_, err = s.pass(ctx, tx, a, e, to, name, Text{})
		return err
	})
}
