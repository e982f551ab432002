package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// KindPass is what the log calls a pass.
const KindPass = "pass"

// Purpose is what a pass lets its holder do.
type Purpose string

// The purposes.
const (
	Invitation Purpose = "invitation" // 招待: make an account, or take up a role
	Reset      Purpose = "reset"      // set a new password
)

// How long a pass is good.
const (
	InvitationLasts = 14 * 24 * time.Hour
	ResetLasts      = 24 * time.Hour

	passBytes = 20 // 160 bits
)

// PassState is where a pass stands.
type PassState string

// The states of a pass.
const (
	PassOpen    PassState = "open"
	PassUsed    PassState = "used"
	PassRevoked PassState = "revoked"
	PassExpired PassState = "expired"
)

// Pass lets its holder in once. What it gives stands here; the words that open it
// are kept only as hashes, so a stolen copy of the database opens nothing.
type Pass struct {
	ID       hub.ID
	Purpose  Purpose
	User     hub.ID // the account; "" until an invitation is taken up
	Mail     string
	Name     string
	Language hub.Lang

	Role         hub.Role // what an invitation gives
	Area         hub.ID
	Organisation hub.ID // "" = none
	Desk         bool   // answers for the organisation
	From, Until  hub.Date

	MadeBy  hub.ID // the account; "" = asked for by the holder
	Made    time.Time
	Expires time.Time
	Used    time.Time // zero = not yet
	Revoked time.Time
}

// State says where the pass stands at a moment.
func (p Pass) State(now time.Time) PassState {
	switch {
	case !p.Used.IsZero():
		return PassUsed
	case !p.Revoked.IsZero():
		return PassRevoked
	case !now.Before(p.Expires):
		return PassExpired
	}
	return PassOpen
}

// errPass is the answer to every pass that does not open: it tells nobody whether
// there ever was one.
func errPass() error { return hub.Errorf(hub.Gone, "error.pass_gone") }

const selectPass = `select p.id, p.purpose, p.user_id, p.mail, p.name, p.language, p.role, p.area_id, p.organisation_id, p.desk,
	p.valid_from, p.valid_until, p.made_by, p.made_at, p.expires_at, p.used_at, p.revoked_at from account_pass p`

func scanPass(r db.Row) (p Pass, err error) {
	var made, expires, used, revoked int64
	var desk int
	err = r.Scan(&p.ID, &p.Purpose, &p.User, &p.Mail, &p.Name, &p.Language, &p.Role, &p.Area, &p.Organisation, &desk,
		&p.From, &p.Until, &p.MadeBy, &made, &expires, &used, &revoked)
	p.Desk, p.Made, p.Expires, p.Used, p.Revoked = desk == 1, db.Time(made), db.Time(expires), db.Time(used), db.Time(revoked)
	return p, err
}

func (s *Service) insertPass(ctx context.Context, tx db.Tx, p Pass) error {
	_, err := tx.Exec(ctx, `insert into account_pass (id, purpose, user_id, mail, mail_key, name, language, role, area_id, organisation_id, desk,
		valid_from, valid_until, made_by, made_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		p.ID, p.Purpose, p.User, p.Mail, mailKey(p.Mail), p.Name, p.Language, p.Role, p.Area, p.Organisation, flag(p.Desk),
		p.From, p.Until, p.MadeBy, db.Millis(p.Made), db.Millis(p.Expires))
	return err
}

// mint writes out one more copy of a pass and gives the word that opens it.
func (s *Service) mint(ctx context.Context, tx db.Tx, pass hub.ID) (token string, err error) {
	token = newToken(passBytes)
	_, err = tx.Exec(ctx, "insert into account_pass_token (token_hash, pass_id, made_at) values ($1, $2, $3)", tokenHash(token), pass, db.Millis(s.now()))
	return token, err
}

func newToken(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err) // crypto/rand never fails on supported systems
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// WriteOut gives a pass with a fresh word that opens it, for the letter that
// carries it: a letter sent twice carries two words for one pass. For the
// program itself; a pass that is not open any more is Gone.
func (s *Service) WriteOut(ctx context.Context, a hub.Actor, id hub.ID) (p Pass, token string, err error) {
	if a.Kind != hub.System {
		return p, "", forbidden()
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if p, err = scanPass(tx.QueryRow(ctx, selectPass+" where p.id = $1", id)); err != nil {
			if errors.Is(err, db.ErrNoRows) {
				return errPass()
			}
			return err
		}
		if p.State(s.now()) != PassOpen {
			return errPass()
		}
		token, err = s.mint(ctx, tx, id)
		return err
	})
	return p, token, err
}

// PassFor gives the open pass of a purpose that a word opens. It changes nothing:
// programs that look at the addresses in a letter use no pass up.
func (s *Service) PassFor(ctx context.Context, purpose Purpose, token string) (p Pass, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = s.opened(ctx, tx, purpose, token, "")
		return err
	})
	return p, err
}

func (s *Service) opened(ctx context.Context, tx db.Tx, purpose Purpose, token, lock string) (Pass, error) {
	p, err := scanPass(tx.QueryRow(ctx, selectPass+` where p.purpose = $1
		and p.id = (select pass_id from account_pass_token where token_hash = $2)`+lock, string(purpose), tokenHash(token)))
	if errors.Is(err, db.ErrNoRows) {
		return Pass{}, errPass()
	}
	if err == nil && p.State(s.now()) != PassOpen {
		return Pass{}, errPass()
	}
	return p, err
}

// use marks the pass as used in the transaction, so that of two who use it at
// once one is refused.
func (s *Service) use(ctx context.Context, tx db.Tx, purpose Purpose, token string) (Pass, error) {
	p, err := s.opened(ctx, tx, purpose, token, tx.Dialect().ForUpdate())
	if err != nil {
		return p, err
	}
	n, err := tx.Exec(ctx, "update account_pass set used_at = $1 where id = $2 and used_at = 0 and revoked_at = 0", db.Millis(s.now()), p.ID)
	if err == nil && n == 0 {
		err = errPass()
	}
	return p, err
}

// holder is who comes by a pass.
func holder(p Pass) hub.Actor {
	return hub.Actor{Kind: hub.LinkHolder, Link: hub.Link{ID: p.ID, Record: p.User, Purpose: string(p.Purpose)}}
}

// Letter is something this room wants written to somebody: to an account, or to
// whoever a pass is for when User is empty. It says no more than what about.
type Letter struct {
	Kind  string
	User  hub.ID
	About hub.ID
	Area  hub.ID // whose office answers for it
}

// send has a letter written in the caller's transaction; without a post office
// there is none.
func (s *Service) send(ctx context.Context, l Letter) error {
	if s.post == nil {
		return nil
	}
	return s.post(ctx, l)
}

// SetPost says who writes letters; nil writes none. It is not for use once
// requests are served.
func (s *Service) SetPost(post func(context.Context, Letter) error) { s.post = post }

// PassByID gives a pass, open or not, for the program itself.
func (s *Service) PassByID(ctx context.Context, a hub.Actor, id hub.ID) (p Pass, err error) {
	if a.Kind != hub.System {
		return p, forbidden()
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = scanPass(tx.QueryRow(ctx, selectPass+" where p.id = $1", id))
		if errors.Is(err, db.ErrNoRows) {
			return errPass()
		}
		return err
	})
	return p, err
}
