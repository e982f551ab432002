package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// How long a session lives: without use, and at most.
const (
	IdleTimeout     = 12 * time.Hour
	AbsoluteTimeout = 7 * 24 * time.Hour

	seenEvery  = time.Minute // how exactly the last use is kept
	tokenBytes = 32
)

// Device is whence somebody signs in, as far as it is known.
type Device struct {
	Address string // the peer's IP address
	Agent   string // what the browser calls itself
}

// Session is one sign-in that has not ended.
type Session struct {
	ID      hub.ID
	Device  Device
	Created time.Time
	Seen    time.Time // last use, to the minute
	Expires time.Time // at the latest
	Current bool      // the session that asked
}

// SignedIn is what a token stands for. The zero value is a stranger.
type SignedIn struct {
	Actor    hub.Actor
	Session  hub.ID
	Language hub.Lang // the account's choice; "" = as the browser asks
	Sample   bool
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// open starts a session for the account and gives its token, which is kept
// nowhere else.
func (s *Service) open(ctx context.Context, user User, d Device) (token string, err error) {
	var b [tokenBytes]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	token = base64.RawURLEncoding.EncodeToString(b[:])
	now := s.now()
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "delete from user_session where expires_at <= $1 or seen_at <= $2", db.Millis(now), db.Millis(now.Add(-IdleTimeout)))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into user_session (id, token_hash, user_id, created_at, seen_at, expires_at, address, agent)
			values ($1, $2, $3, $4, $4, $5, $6, $7)`,
			hub.NewID(), tokenHash(token), user.ID, db.Millis(now), db.Millis(now.Add(AbsoluteTimeout)), cut(d.Address, 60), cut(d.Agent, 300))
		if err != nil {
			return err
		}
		s.log.Add(ctx, hub.Actor{Kind: hub.User, User: user.ID}, audit.Entry{Action: audit.Login, Kind: KindUser, Record: user.ID})
		return nil
	})
	return token, err
}

// cut shortens what came from outside to n characters that every database keeps.
func cut(s string, n int) string {
	out := make([]rune, 0, min(len(s), n))
	for _, r := range s {
		if len(out) == n {
			break
		}
		if r != 0 && r != utf8.RuneError {
			out = append(out, r)
		}
	}
	return string(out)
}

// Actor gives who a session token stands for, with the roles in force now. No
// token, an unknown or an ended one is a stranger and no error.
func (s *Service) Actor(ctx context.Context, token string) (hub.Actor, error) {
	in, err := s.SignedIn(ctx, token)
	return in.Actor, err
}

// SignedIn is Actor with what a page needs beside it, in two queries.
func (s *Service) SignedIn(ctx context.Context, token string) (in SignedIn, err error) {
	if token == "" {
		return SignedIn{}, nil
	}
	now := s.now()
	var seen int64
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var expires int64
		var disabled, sample int
		var u User
		err := tx.QueryRow(ctx, `select s.id, s.seen_at, s.expires_at, u.id, u.name, u.language, u.disabled, u.sample
			from user_session s join user_account u on u.id = s.user_id where s.token_hash = $1`, tokenHash(token)).
			Scan(&in.Session, &seen, &expires, &u.ID, &u.Name, &in.Language, &disabled, &sample)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if disabled == 1 || expires <= db.Millis(now) || seen <= db.Millis(now.Add(-IdleTimeout)) {
			in = SignedIn{}
			return nil
		}
		roles, links, err := bearings(ctx, tx, u.ID, s.today())
		if err != nil {
			return err
		}
		in.Sample = sample == 1
		in.Actor = hub.Actor{
			Kind: hub.User, User: u.ID, Name: u.Name, Roles: roles,
			Persons: links.Persons, Affiliations: links.Organisations,
		}
		return nil
	})
	if err != nil {
		return SignedIn{}, err
	}
	if in.Session != "" && seen <= db.Millis(now.Add(-seenEvery)) {
		err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, "update user_session set seen_at = $1 where id = $2 and seen_at < $1", db.Millis(now), in.Session)
			return err
		})
	}
	return in, err
}

// bearings gives an account's roles in force on a day and its links, in one
// query.
func bearings(ctx context.Context, tx db.Tx, user hub.ID, day hub.Date) (roles []hub.RoleIn, l Links, err error) {
	rows, err := tx.Query(ctx, `
		select 'role', id, role, area_id, programme_id, 0 from user_role
		 where user_id = $1 and ended_at = 0 and valid_from <= $2 and (valid_until = '' or valid_until >= $2)
		union all select 'person', person_id, '', '', '', 0 from user_person where user_id = $1
		union all select 'organisation', organisation_id, '', '', '', desk from user_organisation where user_id = $1
		order by 1, 2`, user, day)
	if err != nil {
		return nil, l, err
	}
	defer rows.Close()
	for rows.Next() {
		var kind string
		var id hub.ID
		var r hub.RoleIn
		var desk int
		if err := rows.Scan(&kind, &id, &r.Role, &r.Area, &r.Programme, &desk); err != nil {
			return nil, l, err
		}
		switch kind {
		case "role":
			roles = append(roles, r)
		case "person":
			l.Persons = append(l.Persons, id)
		case "organisation":
			l.Organisations = append(l.Organisations, hub.Affiliation{Organisation: id, Desk: desk == 1})
		}
	}
	return roles, l, rows.Err()
}

// SignOut ends the session of a token; an unknown one is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "delete from user_session where token_hash = $1", tokenHash(token))
		return err
	})
}

// Sessions lists the actor's own sessions, newest first, marking that of token.
func (s *Service) Sessions(ctx context.Context, a hub.Actor, token string) (out []Session, err error) {
	now := s.now()
	current := tokenHash(token)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, func(r db.Row) (x Session, err error) {
			var hash string
			var created, seen, expires int64
			err = r.Scan(&x.ID, &hash, &created, &seen, &expires, &x.Device.Address, &x.Device.Agent)
			x.Created, x.Seen, x.Expires, x.Current = db.Time(created), db.Time(seen), db.Time(expires), hash == current
			return x, err
		}, `select id, token_hash, created_at, seen_at, expires_at, address, agent from user_session
			where user_id = $1 and expires_at > $2 and seen_at > $3 order by created_at desc, id desc`,
			a.User, db.Millis(now), db.Millis(now.Add(-IdleTimeout)))
		return err
	})
	return out, err
}

// EndSession ends one of the actor's own sessions.
func (s *Service) EndSession(ctx context.Context, a hub.Actor, session hub.ID) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := tx.Exec(ctx, "delete from user_session where id = $1 and user_id = $2", session, a.User)
		if err == nil && n == 0 {
			return hub.Errorf(hub.NotFound, "error.session_missing")
		}
		return err
	})
}

// EndSessions signs an account out everywhere: one's own, or one that the actor
// manages.
func (s *Service) EndSessions(ctx context.Context, a hub.Actor, user hub.ID) error {
	if _, err := s.User(ctx, a, user); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := tx.Exec(ctx, "delete from user_session where user_id = $1", user)
		if n > 0 {
			s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: user})
		}
		return err
	})
}
