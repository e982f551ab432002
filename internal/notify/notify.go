// Package notify sends letters: the day's work every morning to those who want
// it.
//
// A letter is written down as for whom and about what, in one transaction with
// the job that sends it, and rendered only when it leaves, as its reader stands
// at that moment. It is sent at least once under one Message-ID, so that a mail
// program shows a second copy as the same letter. What is for named parties only,
// a case or a sealed record, never stands in a letter; it is said that something
// waits. Without a mail server nothing is sent, and the reader can copy what
// would have been.
package notify

import (
	"context"
	"errors"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
	"github.com/kyoten-hub/kyoten/internal/jobs"
)

// Digest is the kind of the daily letter.
const Digest = "digest"

// The states of a letter.
const (
	Waiting = "waiting"
	Sent    = "sent"
	Kept    = "kept"    // there is no mail server
	Empty   = "empty"   // nothing waited for its reader
	Dropped = "dropped" // its reader has no role any more
	Failed  = "failed"  // the server refuses it for good
)

// Letter is one letter as a list shows it.
type Letter struct {
	ID      hub.ID
	User    hub.ID
	Kind    string
	About   string
	State   string
	Made    time.Time
	Settled time.Time
	Failure string // for administrators alone
}

// Text is what a letter says.
type Text struct{ Subject, Plain, HTML string }

// Sender hands a finished letter to a mail server.
type Sender interface {
	Send(ctx context.Context, id hub.ID, to, name string, t Text) error
}

// Service is the room's door.
type Service struct {
	db       *db.DB
	clock    hub.Clock
	accounts *account.Service
	desk     *desk.Service
	jobs     *jobs.Jobs
	sender   Sender // nil: there is no mail server
	base     string // of addresses in letters, without a slash at the end
}

// The names of this room's jobs.
const (
	sendJob  = "mail"
	digestAt = "mail.digests"
)

// New gives the service and tells j what its jobs do. A nil sender keeps every
// letter; base is the outer address of the site, "" when it has none.
func New(d *db.DB, clock hub.Clock, accounts *account.Service, today *desk.Service, j *jobs.Jobs, sender Sender, base string) *Service {
	s := &Service{db: d, clock: clock, accounts: accounts, desk: today, jobs: j, sender: sender, base: base}
	j.Handle(sendJob, s.deliver)
	j.Every(digestAt, 10*time.Minute, func(ctx context.Context, _ hub.ID) error {
		_, err := s.WriteDigests(ctx, hub.SystemActor)
		return err
	})
	return s
}

// WriteDigests writes down the letters of today for those whose hour has come,
// each once, and gives their number. On Saturdays, Sundays and public holidays there are none. It
// is the program's own work.
func (s *Service) WriteDigests(ctx context.Context, a hub.Actor) (n int, err error) {
	if a.Kind != hub.System {
		return 0, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	now := s.clock.Now().In(hub.Tokyo)
	if !(calendar.Calendar{}).Working(hub.DateOf(now)) {
		return 0, nil
	}
	users, err := s.accounts.Working(ctx, a)
	if err != nil {
		return 0, err
	}
	today := string(hub.DateOf(now))
	done, wishes, err := s.state(ctx, today)
	if err != nil {
		return 0, err
	}
	for _, u := range users {
		p, ok := wishes[u]
		if !ok {
			p = standard
		}
		if done[u] || !p.Digest || p.Hour > now.Hour() {
			continue
		}
		made, err := s.write(ctx, u, Digest, today)
		if err != nil {
			return n, err
		}
		if made {
			n++
		}
	}
	return n, nil
}

// write notes a letter and the job that sends it; false when it is there already.
func (s *Service) write(ctx context.Context, user hub.ID, kind, about string) (made bool, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		id := hub.NewID()
		n, err := tx.Exec(ctx, `insert into mail (id, user_id, kind, about, state, made) values ($1, $2, $3, $4, $5, $6)
			on conflict (user_id, kind, about) do nothing`, string(id), string(user), kind, about, Waiting, db.Millis(s.clock.Now()))
		if err != nil || n == 0 {
			return err
		}
		made = true
		return s.jobs.Add(ctx, tx, sendJob, id, time.Time{})
	})
	return made, err
}

// deliver sends one letter. An error has it tried again.
func (s *Service) deliver(ctx context.Context, id hub.ID) error {
	l, err := s.load(ctx, id)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil || l.State != Waiting {
		return err
	}
	to, err := s.accounts.Standing(ctx, hub.SystemActor, l.User)
	if err != nil && hub.KindOf(err) != hub.NotFound {
		return err
	}
	if err != nil || to.User.Disabled || len(to.Actor.Roles) == 0 {
		return s.settle(ctx, id, Dropped)
	}
	text, err := s.render(ctx, to)
	switch {
	case err != nil:
		return err
	case text == Text{}:
		return s.settle(ctx, id, Empty)
	case s.sender == nil:
		return s.settle(ctx, id, Kept)
	}
	if err := s.sender.Send(ctx, id, to.User.Mail, to.User.Name, text); err != nil {
		state := Waiting
		if errors.Is(err, ErrRefused) {
			state, err = Failed, jobs.Never(err)
		}
		return errors.Join(err, s.note(ctx, id, state, err))
	}
	return s.settle(ctx, id, Sent)
}

// Mine gives today's letter as it would leave now for the actor, to be read and
// copied; the zero Text when nothing waits for him.
func (s *Service) Mine(ctx context.Context, a hub.Actor) (Text, error) {
	if a.Kind != hub.User {
		return Text{}, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	to, err := s.accounts.Standing(ctx, hub.SystemActor, a.User)
	if err != nil {
		return Text{}, err
	}
	to.Actor = a
	return s.render(ctx, to)
}
