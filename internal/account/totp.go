package account

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"image/png"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Codes are those of RFC 6238 with the values every authenticator app has: SHA-1,
// six digits, thirty seconds. One step to either side is taken, for clocks that
// are a little off.
const (
	totpPeriod = 30
	totpBytes  = 20
)

var totpOptions = totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// Enrolment is what an authenticator app has to be told.
type Enrolment struct {
	Secret string // to be typed, in groups of four
	URL    string // otpauth://…, which the picture holds
	PNG    []byte // a QR code
}

// BeginTOTP makes a secret for the actor's authenticator app; it counts once a
// code from it has come.
func (s *Service) BeginTOTP(ctx context.Context, a hub.Actor) error {
	secret := make([]byte, totpBytes)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := tx.Exec(ctx, `insert into user_totp (user_id, secret, made_at) values ($1, $2, $3)
			on conflict (user_id) do update set secret = excluded.secret, made_at = excluded.made_at, last_step = 0
			where user_totp.confirmed_at = 0`, a.User, text, db.Millis(s.now()))
		if err == nil && n == 0 {
			return hub.Errorf(hub.Conflict, "error.totp_there")
		}
		return err
	})
}

// Enrolment gives the secret that was made and not confirmed yet, to be shown to
// its owner; NotFound when there is none. issuer is what the app shall call this
// place.
func (s *Service) Enrolment(ctx context.Context, a hub.Actor, issuer string) (e Enrolment, err error) {
	t, err := s.totp(ctx, a.User)
	if err != nil {
		return e, err
	}
	if t.secret == "" || t.confirmed {
		return e, hub.Errorf(hub.NotFound, "error.not_found")
	}
	u, _, err := s.load(ctx, a.User)
	if err != nil {
		return e, err
	}
	q := url.Values{"secret": {t.secret}, "issuer": {issuer}}
	e.URL = "otpauth://totp/" + url.PathEscape(issuer+":"+u.Mail) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
	key, err := otp.NewKeyFromURL(e.URL)
	if err != nil {
		return e, err
	}
	picture, err := key.Image(240, 240)
	if err != nil {
		return e, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return e, err
	}
	e.PNG = b.Bytes()
	for i, r := range t.secret {
		if i > 0 && i%4 == 0 {
			e.Secret += " "
		}
		e.Secret += string(r)
	}
	return e, nil
}

// ConfirmTOTP takes the first code of the actor's app. It gives recovery codes when
// this is the first factor of the account; nil when there are some already.
func (s *Service) ConfirmTOTP(ctx context.Context, a hub.Actor, code string) (recovery []string, err error) {
	done, err := s.attempt(ctx, secondThrottle(a.User))
	if err != nil {
		return nil, err
	}
	t, err := s.totp(ctx, a.User)
	if err != nil {
		return nil, err
	}
	step := t.step(code, s.now())
	if t.confirmed || step == 0 {
		return nil, (hub.Problems{{Field: "code", Key: "error.code_wrong"}}).Err()
	}
	if err := done(ctx); err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update user_totp set confirmed_at = $1, last_step = $2 where user_id = $3", db.Millis(s.now()), step, a.User)
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: a.User})
		recovery, err = s.firstRecovery(ctx, tx, a.User)
		return err
	})
	return recovery, err
}

// RemoveTOTP forgets the actor's authenticator app, which needs the password.
func (s *Service) RemoveTOTP(ctx context.Context, a hub.Actor, password string) error {
	if err := s.own(ctx, a, password); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "delete from user_totp where user_id = $1", a.User); err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: a.User})
		return s.lastFactor(ctx, tx, a.User)
	})
}

// own asks for the actor's password before something that weakens his account.
func (s *Service) own(ctx context.Context, a hub.Actor, password string) error {
	u, kept, err := s.load(ctx, a.User)
	if err != nil {
		return err
	}
	done, err := s.attempt(ctx, throttleOf("password", string(u.ID), accountFailures))
	if err != nil {
		return err
	}
	if ok, _ := s.verify(password, kept); !ok {
		return (hub.Problems{{Field: "password", Key: "error.password_wrong"}}).Err()
	}
	return done(ctx)
}

// totpKept is what is kept of somebody's authenticator app.
type totpKept struct {
	secret    string
	confirmed bool
	last      int64
}

func (s *Service) totp(ctx context.Context, user hub.ID) (t totpKept, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var confirmed int64
		err := tx.QueryRow(ctx, "select secret, confirmed_at, last_step from user_totp where user_id = $1", user).Scan(&t.secret, &confirmed, &t.last)
		t.confirmed = confirmed > 0
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	return t, err
}

// step gives the number of the step that a code belongs to, if it is near now and
// later than the last one used; 0 when the code is wrong.
func (t totpKept) step(code string, now time.Time) (found int64) {
	code = strings.ReplaceAll(strings.TrimSpace(japanese.Normalise(code)), " ", "")
	if t.secret == "" || len(code) != 6 {
		return 0
	}
	at := now.Unix() / totpPeriod
	for n := at - 1; n <= at+1; n++ {
		want, err := totp.GenerateCodeCustom(t.secret, time.Unix(n*totpPeriod, 0), totpOptions)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && n > t.last {
			found = n
		}
	}
	return found
}
