package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

const (
	stepLasts     = 10 * time.Minute // between the password and the second factor
	recoveryCodes = 10
)

// Second says what second factors an account has.
type Second struct {
	TOTP     bool
	Passkeys []Passkey
	Recovery int // codes that are left
}

// On reports whether signing in takes a second step.
func (x Second) On() bool { return x.TOTP || len(x.Passkeys) > 0 }

// Seconds gives the second factors of an account: one's own, or of one that the
// actor manages.
func (s *Service) Seconds(ctx context.Context, a hub.Actor, user hub.ID) (Second, error) {
	if _, err := s.User(ctx, a, user); err != nil {
		return Second{}, err
	}
	return s.seconds(ctx, user)
}

func (s *Service) seconds(ctx context.Context, user hub.ID) (x Second, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := db.Scalar[int](tx.QueryRow(ctx, "select count(*) from user_totp where user_id = $1 and confirmed_at > 0", user))
		if err != nil {
			return err
		}
		x.TOTP = n > 0
		if x.Recovery, err = db.Scalar[int](tx.QueryRow(ctx, "select count(*) from user_recovery where user_id = $1", user)); err != nil {
			return err
		}
		x.Passkeys, err = passkeysOf(ctx, tx, user)
		return err
	})
	return x, err
}

// NewRecovery makes new recovery codes in place of the old ones, which needs the
// password. They are kept nowhere in the clear.
func (s *Service) NewRecovery(ctx context.Context, a hub.Actor, password string) (codes []string, err error) {
	if err := s.own(ctx, a, password); err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: a.User})
		codes, err = s.recovery(ctx, tx, a.User)
		return err
	})
	return codes, err
}

// ForgetSecond takes all second factors of an account away and signs it out, for
// somebody who has lost them. For those who manage the account, never for one's
// own.
func (s *Service) ForgetSecond(ctx context.Context, a hub.Actor, user hub.ID) error {
	if _, err := s.managed(ctx, a, user); err != nil {
		return err
	}
	if user == a.User {
		return hub.Errorf(hub.Conflict, "error.not_oneself")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := forgetFactors(ctx, tx, user); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "delete from user_session where user_id = $1", user)
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: user})
		return err
	})
}

func forgetFactors(ctx context.Context, tx db.Tx, user hub.ID) error {
	var errs []error
	for _, table := range []string{"user_totp", "user_passkey", "user_recovery", "sign_in_step"} {
		_, err := tx.Exec(ctx, "delete from "+table+" where user_id = $1", user)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (s *Service) recovery(ctx context.Context, tx db.Tx, user hub.ID) (codes []string, err error) {
	if _, err := tx.Exec(ctx, "delete from user_recovery where user_id = $1", user); err != nil {
		return nil, err
	}
	for range recoveryCodes {
		code := NewPassword()
		codes = append(codes, code)
		if _, err := tx.Exec(ctx, "insert into user_recovery (code_hash, user_id, made_at) values ($1, $2, $3)", codeHash(code), user, db.Millis(s.now())); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// firstRecovery makes recovery codes for an account that has none.
func (s *Service) firstRecovery(ctx context.Context, tx db.Tx, user hub.ID) ([]string, error) {
	n, err := db.Scalar[int](tx.QueryRow(ctx, "select count(*) from user_recovery where user_id = $1", user))
	if err != nil || n > 0 {
		return nil, err
	}
	return s.recovery(ctx, tx, user)
}

// lastFactor forgets the recovery codes of an account without a factor left.
func (s *Service) lastFactor(ctx context.Context, tx db.Tx, user hub.ID) error {
	_, err := tx.Exec(ctx, `delete from user_recovery where user_id = $1
		and not exists (select 1 from user_totp t where t.user_id = $1 and t.confirmed_at > 0)
		and not exists (select 1 from user_passkey k where k.user_id = $1)`, user)
	return err
}

// codeHash is a plain hash: a code has about 98 random bits.
func codeHash(code string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(japanese.Normalise(code)) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

func secondThrottle(user hub.ID) throttle {
	return throttleOf("second", string(user), accountFailures)
}

// Step is a sign-in whose second step is due.
type Step struct {
	Second
	User hub.ID
	body string
}

const secondStep = "second"

// beginStep remembers somebody who has shown a password, and gives the word for
// it.
func (s *Service) beginStep(ctx context.Context, user hub.ID, purpose, body string, from Device) (token string, err error) {
	token = newToken(tokenBytes)
	now := s.now()
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "delete from sign_in_step where expires_at <= $1", db.Millis(now)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into sign_in_step (token_hash, user_id, purpose, body, address, agent, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`,
			tokenHash(token), user, purpose, body, cut(from.Address, 60), cut(from.Agent, 300), db.Millis(now.Add(stepLasts)))
		return err
	})
	return token, err
}

// SecondStep gives the sign-in that a word stands for; Gone when it has expired.
func (s *Service) SecondStep(ctx context.Context, token string) (Step, error) {
	return s.step(ctx, secondStep, token)
}

func (s *Service) step(ctx context.Context, purpose, token string) (x Step, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		err := tx.QueryRow(ctx, "select user_id, body from sign_in_step where token_hash = $1 and purpose = $2 and expires_at > $3",
			tokenHash(token), purpose, db.Millis(s.now())).Scan(&x.User, &x.body)
		if errors.Is(err, db.ErrNoRows) {
			return hub.Errorf(hub.Gone, "error.step_gone")
		}
		return err
	})
	if err == nil && purpose == secondStep {
		x.Second, err = s.seconds(ctx, x.User)
	}
	return x, err
}

// FinishCode ends a sign-in with a code from the app or a recovery code, each of
// which works once, and opens the session. Wrong codes are throttled by account.
func (s *Service) FinishCode(ctx context.Context, token, code string, from Device) (session string, err error) {
	x, err := s.SecondStep(ctx, token)
	if err != nil {
		return "", err
	}
	done, err := s.attempt(ctx, secondThrottle(x.User))
	if err != nil {
		return "", err
	}
	t, err := s.totp(ctx, x.User)
	if err != nil {
		return "", err
	}
	wrong := (hub.Problems{{Field: "code", Key: "error.code_wrong"}}).Err()
	step := int64(0)
	if t.confirmed {
		step = t.step(code, s.now())
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		q, args := "delete from user_recovery where user_id = $1 and code_hash = $2", []any{x.User, codeHash(code)}
		if step > 0 {
			q, args = "update user_totp set last_step = $2 where user_id = $1 and last_step < $2", []any{x.User, step}
		}
		n, err := tx.Exec(ctx, q, args...)
		if err == nil && n == 0 {
			err = wrong
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return s.finish(ctx, x, token, from, done)
}

// finish opens the session of a sign-in whose second step was right.
func (s *Service) finish(ctx context.Context, x Step, token string, from Device, done func(context.Context) error) (string, error) {
	if err := done(ctx); err != nil {
		return "", err
	}
	u, _, err := s.load(ctx, x.User)
	if err != nil || u.Disabled {
		return "", hub.Errorf(hub.Gone, "error.step_gone")
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := tx.Exec(ctx, "delete from sign_in_step where token_hash = $1", tokenHash(token))
		if err == nil && n == 0 {
			err = hub.Errorf(hub.Gone, "error.step_gone")
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return s.open(ctx, u, from)
}
