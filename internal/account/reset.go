package account

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Requests for a new password that are free, for one address and from one place,
// before waiting begins.
const (
	freeRequests = 3
	keptRequests = 90 // days that used and expired requests are kept
)

// Forgot has a letter with a pass for a new password written to the account of an
// address. For an address without an account everything is the same, but for the
// letter that nobody gets: the answer, the work and the throttle. Too many
// requests are Unavailable for a while.
func (s *Service) Forgot(ctx context.Context, mail string, from Device) error {
	mail = cleanMail(mail)
	if !validMail(mail) {
		return (hub.Problems{{Field: "mail", Key: "error.email"}}).Err()
	}
	// A success is counted as well: it is the asking that is bounded.
	place := throttleOf("forgot from", addressThrottle(from.Address).id, addressFailures)
	if _, err := s.attempt(ctx, throttleOf("forgot", mailKey(mail), freeRequests), place); err != nil {
		return err
	}
	u, _, err := s.loadBy(ctx, " where u.mail_key = $1", mailKey(mail))
	if err != nil && hub.KindOf(err) != hub.NotFound {
		return err
	}
	if err != nil || u.Disabled || u.Sample {
		u = User{} // the pass opens nothing
	}
	_, _, err = s.makeReset(ctx, hub.Actor{}, u, mail)
	return err
}

// InviteReset makes a pass for a new password for an account that the actor
// manages, has a letter written, and gives the word that opens it.
func (s *Service) InviteReset(ctx context.Context, a hub.Actor, user hub.ID) (Pass, string, error) {
	u, err := s.managed(ctx, a, user)
	if err != nil {
		return Pass{}, "", err
	}
	return s.makeReset(ctx, a, u, u.Mail)
}

func (s *Service) makeReset(ctx context.Context, a hub.Actor, u User, mail string) (p Pass, token string, err error) {
	now := s.now()
	p = Pass{ID: hub.NewID(), Purpose: Reset, User: u.ID, Mail: mail, Name: u.Name, Language: u.Language, MadeBy: a.User, Made: now, Expires: now.Add(ResetLasts)}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		old := "select id from account_pass where purpose = $1 and expires_at < $2"
		for _, q := range []string{"delete from account_pass_token where pass_id in (" + old + ")", "delete from account_pass where id in (" + old + ")"} {
			if _, err := tx.Exec(ctx, q, string(Reset), db.Millis(now.AddDate(0, 0, -keptRequests))); err != nil {
				return err
			}
		}
		if err := s.insertPass(ctx, tx, p); err != nil {
			return err
		}
		if token, err = s.mint(ctx, tx, p.ID); err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindPass, Record: p.ID})
		return s.send(ctx, Letter{Kind: string(Reset), User: u.ID, About: p.ID})
	})
	return p, token, err
}

// SetByPass gives the account of a reset pass a new password, ends its sessions
// and every other open request. The second factor stays as it is. It hashes: not
// inside a db.Write.
func (s *Service) SetByPass(ctx context.Context, token, password string) error {
	p, err := s.PassFor(ctx, Reset, token)
	if err != nil {
		return err
	}
	u, _, err := s.load(ctx, p.User)
	if err != nil || u.Disabled {
		return errPass()
	}
	var bad hub.Problems
	if checkPassword(&bad, "password", password, u.Mail, u.Name); bad.Err() != nil {
		return bad.Err()
	}
	hash := s.hash(password)
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := s.use(ctx, tx, Reset, token); err != nil {
			return err
		}
		now := db.Millis(s.now())
		if _, err := tx.Exec(ctx, "update account_pass set revoked_at = $1 where user_id = $2 and purpose = $3 and used_at = 0 and revoked_at = 0", now, u.ID, string(Reset)); err != nil {
			return err
		}
		return s.keepPassword(ctx, tx, holder(p), u.ID, hash, "")
	})
}
