package enquiry

import (
	"context"
	"errors"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Letter is what goes to an asker about one event: what the faces word and send.
type Letter struct {
	Event    Event
	Enquiry  Enquiry
	Area     account.Area
	Settings Settings
	From     Contact // whom an answer reaches; empty = nobody is named yet
	Word     string  // of a fresh link to the status page
}

// Receiver gives the address to which the letter about an event goes, as the
// enquiry stands now; NotFound when there is none any more. It is the program's
// own work.
func (s *Service) Receiver(ctx context.Context, a hub.Actor, event hub.ID) (Asker, hub.Lang, error) {
	l, err := s.letter(ctx, a, event)
	if err == nil && l.Enquiry.Asker.Mail == "" {
		err = missing()
	}
	return l.Enquiry.Asker, l.Enquiry.Language, err
}

// LetterOf gives the letter about an event with a fresh link, when it leaves. A
// letter that is tried twice carries two links, both good. It is the program's
// own work; an enquiry that was withdrawn has no more letters, but for the one
// that says so.
func (s *Service) LetterOf(ctx context.Context, a hub.Actor, event hub.ID) (l Letter, err error) {
	defer hub.Wrap(&err, "enquiry.LetterOf(%s)", event)
	if l, err = s.letter(ctx, a, event); err != nil {
		return l, err
	}
	if l.Enquiry.Outcome == Withdrawn {
		return l, hub.Errorf(hub.Gone, "enquiry.error_over")
	}
	if l.Area, err = s.Accounts.Area(ctx, l.Enquiry.Area); err != nil {
		return l, err
	}
	if l.Settings, err = s.Settings(ctx, l.Enquiry.Area); err != nil {
		return l, err
	}
	if l.From, err = s.contact(ctx, &l.Enquiry); err != nil {
		return l, err
	}
	l.Word, err = s.issue(ctx, a, &l.Enquiry)
	return l, err
}

func (s *Service) letter(ctx context.Context, a hub.Actor, event hub.ID) (l Letter, err error) {
	if a.Kind != hub.System {
		return l, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		l.Event, err = scanEvent(tx.QueryRow(ctx, selectEvent+" where id = $1", string(event)))
		if errors.Is(err, db.ErrNoRows) {
			return missing()
		}
		if err != nil {
			return err
		}
		l.Enquiry, err = loadIn(ctx, tx, l.Event.Enquiry, "")
		return err
	})
	return l, err
}
