package enquiry

import (
	"context"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Step says what happened to an enquiry, as its asker is told.
type Step string

// The steps. Those with a text carry it as Subject and Body.
const (
	StepReceived  Step = "received"  // it was taken; the receipt
	StepAssigned  Step = "assigned"  // args: who
	StepAnswer    Step = "answer"    // a text; args: next, when another answer is promised
	StepAdded     Step = "added"     // the asker's text
	StepNeed      Step = "need"      // it goes on as a need
	StepAskPass   Step = "ask_pass"  // a text: may another answer? args: to
	StepAgreed    Step = "agreed"    // the asker agrees
	StepRefused   Step = "refused"   // the asker does not
	StepPassed    Step = "passed"    // args: to
	StepCame      Step = "came"      // it came from another area; args: from
	StepDeclined  Step = "declined"  // a text
	StepWithdrawn Step = "withdrawn" // by the asker
	StepClosed    Step = "closed"    // nothing is open any more
)

// Event is one step.
type Event struct {
	ID      hub.ID
	Enquiry hub.ID
	At      time.Time
	Kind    Step
	ByKind  hub.ActorKind
	By      hub.ID
	ByName  string
	Args    map[string]string
	Subject string
	Body    string
	Mail    bool // it also leaves as a letter
}

// Outgoing reports whether the hub wrote a text to the asker.
func (x Event) Outgoing() bool { return x.Body != "" && x.Kind != StepAdded }

// tell writes a step, and has it sent when it is for mail and the asker left an
// address.
func (s *Service) tell(ctx context.Context, tx db.Tx, a hub.Actor, e *Enquiry, x Event) (Event, error) {
	x.ID, x.Enquiry, x.At = hub.NewID(), e.ID, s.clock.Now()
	x.ByKind, x.By = a.Kind, a.User
	if a.Kind == hub.User {
		x.ByName = a.Name
	}
	x.Mail = x.Mail && e.Asker.Mail != ""
	if err := insertEvent(ctx, tx, x); err != nil {
		return x, err
	}
	if x.Mail && s.Post != nil {
		return x, s.Post(ctx, x.ID, e.Area)
	}
	return x, nil
}

// Events gives what happened to an enquiry, oldest first, to those who may answer
// it.
func (s *Service) Events(ctx context.Context, a hub.Actor, id hub.ID) (out []Event, err error) {
	if v, err := s.Get(ctx, a, id); err != nil || v.StatusOnly {
		if err == nil {
			err = missing()
		}
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = eventsOf(ctx, tx, []hub.ID{id})
		return err
	})
	return out, err
}
