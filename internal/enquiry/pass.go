package enquiry

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Target is where an enquiry may be passed: another area, or an institution of
// this one whose desk then answers.
type Target struct{ Area, Body hub.ID }

// PassResult says what became of passing an enquiry on.
type PassResult struct {
	Enquiry Enquiry
	Done    bool   // false: the asker is asked first
	New     hub.ID // the enquiry in the other area
}

// Pass gives an enquiry to another institution or area, with everything its asker
// wrote. He must have agreed: on the form, or by the consent that the actor
// writes down; else the text asks him, and it is passed when he says yes on his
// status page.
func (s *Service) Pass(ctx context.Context, a hub.Actor, id hub.ID, version int, to Target, t Text, c Consent) (r PassResult, err error) {
	defer hub.Wrap(&err, "enquiry.Pass(%s)", id)
	p := t.check()
	c.By, c.For = line(c.By), line(c.For)
	if (to.Area == "") == (to.Body == "") {
		p.Add("to", "error.choose")
	}
	if err := p.Err(); err != nil {
		return r, err
	}
	r.Enquiry, err = s.change(ctx, a, id, version, func(ctx context.Context, tx db.Tx, e *Enquiry) error {
		if e.State == Closed {
			return hub.Errorf(hub.Conflict, "enquiry.error_closed")
		}
		name, err := s.targetName(ctx, a, e, to)
		if err != nil {
			return err
		}
		if !e.MayForward && !c.Given() {
			e.AskedArea, e.AskedBody = to.Area, to.Body
			_, err := s.tell(ctx, tx, a, e, Event{Kind: StepAskPass, Subject: t.Subject, Body: t.Body, Args: name, Mail: true})
			if err != nil {
				return err
			}
			return s.note(ctx, a, e, "enquiry.line_ask_pass", "to", firstOf(name))
		}
		if c.Given() {
			e.Consent = c
		}
		r.Done = true
		r.New, err = s.pass(ctx, tx, a, e, to, name, t)
		return err
	})
	return r, err
}

// targetName gives the name of a target in both languages, or refuses it.
func (s *Service) targetName(ctx context.Context, a hub.Actor, e *Enquiry, to Target) (map[string]string, error) {
	bad := (hub.Problems{{Field: "to", Key: "error.choose"}}).Err()
	if to.Area != "" {
		area, err := s.Accounts.Area(ctx, to.Area)
		if hub.KindOf(err) == hub.NotFound || err == nil && area.ID == e.Area {
			return nil, bad
		}
		set, err2 := s.Settings(ctx, to.Area)
		if err == nil {
			err = err2
		}
		if err == nil && set.Shut {
			return nil, bad
		}
		return map[string]string{"ja": area.Name.In(hub.JA), "en": area.Name.In(hub.EN)}, err
	}
	names, err := s.Directory.Names(ctx, a, []hub.ID{to.Body})
	if err != nil {
		return nil, err
	}
	name, ok := names[to.Body]
	if !ok || to.Body == e.Body {
		return nil, bad
	}
	return map[string]string{"ja": name.In(hub.JA), "en": name.In(hub.EN)}, nil
}

func firstOf(name map[string]string) string {
	if name["ja"] != "" {
		return name["ja"]
	}
	return name["en"]
}

// pass does it. In another area it becomes an enquiry of its own, whose clock
// starts; the asker's links lead on to it.
func (s *Service) pass(ctx context.Context, tx db.Tx, a hub.Actor, e *Enquiry, to Target, name map[string]string, t Text) (hub.ID, error) {
	_, err := s.tell(ctx, tx, a, e, Event{Kind: StepPassed, Subject: t.Subject, Body: t.Body, Args: name, Mail: true})
	if err != nil {
		return "", err
	}
	if to.Body != "" {
		c, err := s.calendarOf(ctx, e.Area)
		if err != nil {
			return "", err
		}
		set, err := settingsIn(ctx, tx, e.Area)
		if err != nil {
			return "", err
		}
		e.Body, e.AskedArea, e.AskedBody = to.Body, "", ""
		e.State, e.Due = Assigned, c.Add(s.today(), set.Days)
		return "", s.note(ctx, a, e, "enquiry.line_passed", "to", firstOf(name))
	}
	from, err := s.Accounts.Area(ctx, e.Area)
	if err != nil {
		return "", err
	}
	set, err := settingsIn(ctx, tx, to.Area)
	if err != nil {
		return "", err
	}
	c, err := s.calendarOf(ctx, to.Area)
	if err != nil {
		return "", err
	}
	n := Enquiry{
		ID: hub.NewID(), Area: to.Area, Scope: hub.HubOnly, NameScope: e.NameScope, State: Received, Source: Redirect, Language: e.Language,
		Words: e.Words, Asker: e.Asker, MayForward: e.MayForward, Took: -1, From: e.ID, Referrer: e.Referrer, RefBody: e.RefBody,
		Consent: e.Consent, Sample: e.Sample,
	}
	if err := s.begin(ctx, tx, a, &n, c.Add(s.today(), set.Days)); err != nil {
		return "", err
	}
	_, err = s.tell(ctx, tx, a, &n, Event{Kind: StepCame, Args: map[string]string{"ja": from.Name.In(hub.JA), "en": from.Name.In(hub.EN)}})
	if err != nil {
		return "", err
	}
	s.end(e, Redirected)
	e.To = n.ID
	return n.ID, s.note(ctx, a, e, "enquiry.line_passed", "to", firstOf(name))
}
