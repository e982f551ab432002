// Package notify sends letters: the day's work every morning to those who want
// it, and at once what somebody must answer or has asked for.
//
// A letter is written down as for whom and about what, in one transaction with
// the job that sends it, and rendered only when it leaves, as its reader stands
// at that moment. It is sent at least once under one Message-ID, so that a mail
// program shows a second copy as the same letter. What is for named parties only,
// a case or a sealed record, never stands in a letter; it is said that something
// waits. Without a mail server nothing is sent, and the reader, or the office for
// those who cannot sign in yet, can copy what would have been.
package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
	"github.com/kyoten-hub/kyoten/internal/jobs"
)

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
	ID       hub.ID
	User     hub.ID // "" = to whoever a pass is for
	Kind     string
	About    string
	Area     hub.ID // whose office answers for it; "" = that of the reader's areas
	State    string
	Made     time.Time
	Settled  time.Time
	Failures int    // tries that failed
	Failure  string // of the last one; for administrators and offices
}

// Text is what a letter says. ReplyTo is the address of whoever stands behind it;
// "" when nobody does.
type Text struct{ Subject, Plain, HTML, ReplyTo, ReplyName string }

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
	kinds    map[string]Kind
	order    []string // of the kinds
	sender   Sender   // nil: there is no mail server
	base     string   // of addresses in letters, without a slash at the end
}

// The names of this room's jobs.
const (
	sendJob  = "mail"
	digestAt = "mail.digests"
)

// New gives the service and tells j what its jobs do. A nil sender keeps every
// letter; base is the outer address of the site, "" when it has none.
func New(d *db.DB, clock hub.Clock, accounts *account.Service, today *desk.Service, j *jobs.Jobs, sender Sender, base string) *Service {
	s := &Service{db: d, clock: clock, accounts: accounts, desk: today, jobs: j, sender: sender, base: base, kinds: map[string]Kind{}}
	s.Register(Kind{Name: Digest, Working: true, Render: s.digest})
	s.Register(Kind{Name: string(account.Invitation), Linked: true, Receiver: s.invited, Render: s.passLetter})
	s.Register(Kind{Name: string(account.Reset), Linked: true, Render: s.passLetter})
	s.Register(Kind{Name: Assigned, Choice: true, Working: true, Render: s.assigned})
	today.SetNotice(s.tellAssigned)
	accounts.SetPost(func(ctx context.Context, l account.Letter) error {
		_, err := s.write(ctx, Letter{User: l.User, Kind: l.Kind, About: string(l.About), Area: l.Area})
		return err
	})
	j.Handle(sendJob, s.deliver)
	j.Every(digestAt, 10*time.Minute, func(ctx context.Context, _ hub.ID) error {
		_, err := s.WriteDigests(ctx, hub.SystemActor)
		return err
	})
	return s
}

// Open says through whom letters leave and what the outer address of the site is,
// once these are known; a nil sender keeps every letter. It is for the time before
// jobs run.
func (s *Service) Open(sender Sender, base string) { s.sender, s.base = sender, base }

// Sends reports whether there is a mail server, so that a page can say what will
// happen to a letter.
func (s *Service) Sends() bool { return s.sender != nil && s.base != "" }

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
		made, err := s.write(ctx, Letter{User: u, Kind: Digest, About: today})
		if err != nil {
			return n, err
		}
		if made {
			n++
		}
	}
	return n, nil
}

// Write has a letter of a registered kind written, in the transaction of ctx if
// there is one. The same letter to the same account is written once, and one that
// its reader does not want is not written at all. It is for the rooms' own code,
// which has asked access: a letter is rendered as its reader may read it.
func (s *Service) Write(ctx context.Context, l Letter) error {
	k, ok := s.kinds[l.Kind]
	if !ok || l.User == "" && k.Receiver == nil {
		return fmt.Errorf("notify: no letter of kind %q to %q", l.Kind, l.User)
	}
	if k.Choice && l.User != "" {
		wanted, err := s.wants(ctx, l.User, k)
		if err != nil || !wanted {
			return err
		}
	}
	_, err := s.write(ctx, l)
	return err
}

// write notes a letter and the job that sends it; false when it is there already.
func (s *Service) write(ctx context.Context, l Letter) (made bool, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		id := hub.NewID()
		n, err := tx.Exec(ctx, `insert into mail (id, user_id, kind, about, area_id, state, made) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (user_id, kind, about) do nothing`, string(id), string(l.User), l.Kind, l.About, string(l.Area), Waiting, db.Millis(s.clock.Now()))
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
	to, text, state, err := s.make(ctx, l)
	switch {
	case err != nil:
		return errors.Join(err, s.note(ctx, id, Waiting, err))
	case state != "":
		return s.settle(ctx, id, state)
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

// make finds out to whom a letter goes and what it says now; state is how it ends
// when it does not leave.
func (s *Service) make(ctx context.Context, l Letter) (to account.Standing, t Text, state string, err error) {
	k, ok := s.kinds[l.Kind]
	if !ok {
		return to, t, Dropped, nil
	}
	if k.Receiver != nil {
		to, err = k.Receiver(ctx, l.About)
	} else {
		to, err = s.accounts.Standing(ctx, hub.SystemActor, l.User)
	}
	if kind := hub.KindOf(err); kind == hub.NotFound || kind == hub.Gone {
		return to, t, Dropped, nil
	}
	if err != nil {
		return to, t, "", err
	}
	if to.User.Disabled || k.Working && len(to.Actor.Roles) == 0 {
		return to, t, Dropped, nil
	}
	if s.sender == nil || s.base == "" && k.Linked {
		return to, t, Kept, nil // no word that opens anything is written out for nobody
	}
	t, err = k.Render(ctx, to, l.About)
	switch {
	case hub.KindOf(err) == hub.Gone || hub.KindOf(err) == hub.NotFound:
		return to, t, Dropped, nil
	case err == nil && t == Text{}:
		return to, t, Empty, nil
	}
	return to, t, "", err
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
	return s.digest(ctx, to, "")
}
