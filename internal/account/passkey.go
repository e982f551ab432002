package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Passkey is a key that somebody's device or security key keeps.
type Passkey struct {
	ID   hub.ID
	Name string
	Made time.Time
	Used time.Time // zero = never
	body string
}

const passkeyStep = "passkey"

// Site is where passkeys are used: the outer address of the hub, such as
// https://hub.example.jp. A browser gives a key to this host alone.
type Site struct{ Origin, Name string }

// PasskeysOn reports whether browsers allow passkeys at an address: over TLS, or
// on this very machine under its name, and never at a bare number.
func PasskeysOn(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || net.ParseIP(u.Hostname()) != nil {
		return false
	}
	return u.Scheme == "https" || u.Hostname() == "localhost"
}

func (x Site) open() (*webauthn.WebAuthn, error) {
	u, err := url.Parse(x.Origin)
	if err != nil || !PasskeysOn(x.Origin) {
		return nil, hub.Errorf(hub.Conflict, "error.passkey_place")
	}
	name := x.Name
	if name == "" {
		name = u.Hostname()
	}
	return webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: name, RPOrigins: []string{x.Origin}})
}

// keeper is an account as the library wants to know it.
type keeper struct {
	user User
	keys []Passkey
}

func (k keeper) WebAuthnID() []byte          { return []byte(k.user.ID) }
func (k keeper) WebAuthnName() string        { return k.user.Mail }
func (k keeper) WebAuthnDisplayName() string { return k.user.Name }
func (k keeper) WebAuthnCredentials() (out []webauthn.Credential) {
	for _, x := range k.keys {
		var c webauthn.Credential
		if json.Unmarshal([]byte(x.body), &c) == nil {
			out = append(out, c)
		}
	}
	return out
}

func (s *Service) keeper(ctx context.Context, user hub.ID) (k keeper, err error) {
	if k.user, _, err = s.load(ctx, user); err != nil {
		return k, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		k.keys, err = passkeysOf(ctx, tx, user)
		return err
	})
	return k, err
}

func passkeysOf(ctx context.Context, tx db.Tx, user hub.ID) ([]Passkey, error) {
	return db.All(ctx, tx, func(r db.Row) (k Passkey, err error) {
		var made, used int64
		err = r.Scan(&k.ID, &k.Name, &made, &used, &k.body)
		k.Made, k.Used = db.Time(made), db.Time(used)
		return k, err
	}, "select id, name, made_at, used_at, body from user_passkey where user_id = $1 order by made_at, id", user)
}

// BeginPasskey asks for a new passkey of the actor: options go to the browser as
// they are, and token comes back with its answer.
func (s *Service) BeginPasskey(ctx context.Context, a hub.Actor, at Site) (options []byte, token string, err error) {
	w, err := at.open()
	if err != nil {
		return nil, "", err
	}
	k, err := s.keeper(ctx, a.User)
	if err != nil {
		return nil, "", err
	}
	var known []protocol.CredentialDescriptor
	for _, c := range k.WebAuthnCredentials() {
		known = append(known, c.Descriptor())
	}
	creation, session, err := w.BeginRegistration(k, webauthn.WithExclusions(known))
	if err != nil {
		return nil, "", err
	}
	body, err := json.Marshal(session)
	if err != nil {
		return nil, "", err
	}
	if options, err = json.Marshal(creation); err != nil {
		return nil, "", err
	}
	token, err = s.beginStep(ctx, a.User, passkeyStep, string(body), Device{})
	return options, token, err
}

// AddPasskey keeps the passkey that the browser has made. It gives recovery codes
// when this is the first factor of the account.
func (s *Service) AddPasskey(ctx context.Context, a hub.Actor, at Site, token, name string, response []byte) (recovery []string, err error) {
	w, err := at.open()
	if err != nil {
		return nil, err
	}
	x, err := s.step(ctx, passkeyStep, token)
	if err != nil {
		return nil, err
	}
	if x.User != a.User {
		return nil, hub.Errorf(hub.Gone, "error.step_gone")
	}
	var session webauthn.SessionData
	if err := json.Unmarshal([]byte(x.body), &session); err != nil {
		return nil, err
	}
	k, err := s.keeper(ctx, a.User)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return nil, refused(err)
	}
	c, err := w.CreateCredential(k, session, parsed)
	if err != nil {
		return nil, refused(err)
	}
	body, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	if name = strings.TrimSpace(name); name == "" {
		name = "passkey"
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "delete from sign_in_step where token_hash = $1", tokenHash(token)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "insert into user_passkey (id, user_id, credential, body, name, made_at) values ($1, $2, $3, $4, $5, $6)",
			hub.NewID(), a.User, base64.RawURLEncoding.EncodeToString(c.ID), string(body), cut(name, 60), db.Millis(s.now()))
		if errors.Is(err, db.ErrConflict) {
			return refused(err)
		}
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: a.User})
		recovery, err = s.firstRecovery(ctx, tx, a.User)
		return err
	})
	return recovery, err
}

// RemovePasskey forgets one of the actor's passkeys, which needs the password.
func (s *Service) RemovePasskey(ctx context.Context, a hub.Actor, id hub.ID, password string) error {
	if err := s.own(ctx, a, password); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := tx.Exec(ctx, "delete from user_passkey where id = $1 and user_id = $2", id, a.User)
		if err != nil {
			return err
		}
		if n == 0 {
			return hub.Errorf(hub.NotFound, "error.not_found")
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: a.User})
		return s.lastFactor(ctx, tx, a.User)
	})
}

// AskPasskey gives the options with which the browser asks for a passkey as the
// second step of a sign-in.
func (s *Service) AskPasskey(ctx context.Context, at Site, token string) (options []byte, err error) {
	w, err := at.open()
	if err != nil {
		return nil, err
	}
	x, err := s.SecondStep(ctx, token)
	if err != nil {
		return nil, err
	}
	k, err := s.keeper(ctx, x.User)
	if err != nil {
		return nil, err
	}
	assertion, session, err := w.BeginLogin(k)
	if err != nil {
		return nil, refused(err)
	}
	body, err := json.Marshal(session)
	if err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update sign_in_step set body = $1 where token_hash = $2", string(body), tokenHash(token))
		return err
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(assertion)
}

// FinishPasskey ends a sign-in with the browser's answer and opens the session.
func (s *Service) FinishPasskey(ctx context.Context, at Site, token string, response []byte, from Device) (string, error) {
	w, err := at.open()
	if err != nil {
		return "", err
	}
	x, err := s.SecondStep(ctx, token)
	if err != nil {
		return "", err
	}
	done, err := s.attempt(ctx, secondThrottle(x.User))
	if err != nil {
		return "", err
	}
	k, err := s.keeper(ctx, x.User)
	if err != nil {
		return "", err
	}
	var session webauthn.SessionData
	if err := json.Unmarshal([]byte(x.body), &session); err != nil {
		return "", hub.Errorf(hub.Gone, "error.step_gone")
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return "", refused(err)
	}
	c, err := w.ValidateLogin(k, session, parsed)
	if err != nil {
		return "", refused(err)
	}
	if c.Authenticator.CloneWarning {
		return "", refused(errors.New("account: the counter of a passkey went back"))
	}
	body, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update user_passkey set body = $1, used_at = $2 where user_id = $3 and credential = $4",
			string(body), db.Millis(s.now()), x.User, base64.RawURLEncoding.EncodeToString(c.ID))
		return err
	})
	if err != nil {
		return "", err
	}
	return s.finish(ctx, x, token, from, done)
}

// refused explains a passkey that does not fit; the cause is for the log.
func refused(err error) error {
	return &hub.Error{Kind: hub.Invalid, Key: "error.passkey_refused", Err: err}
}
