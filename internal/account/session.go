package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
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
	// Missing are the areas' notices that the account has not agreed to yet;
	// Second says that a role asks for a second factor and there is none.
	Missing []hub.ID
	Second  bool
	// As says as whom the session looks; nil = as itself. Actor is then that
	// other one, and Self who has signed in.
	As   *View
	Self hub.Actor
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
		// An ended session is kept for as long as its cookie, to know whose form it
		// was that came too late.
		_, err := tx.Exec(ctx, "delete from user_session where expires_at <= $1", db.Millis(now))
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
		b, err := bearings(ctx, tx, u.ID, in.Session, s.today())
		if err != nil {
			return err
		}
		in.Sample = sample == 1
		in.Actor = b.actor(u)
		in.Self = in.Actor
		in.Missing, in.Second = b.missing, b.wantsSecond()
		if b.view != nil {
			in.As = b.view
			in.Actor, err = s.lookAs(ctx, tx, in.Self, *b.view)
		}
		return err
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

// bearing is what an account may do today, and what is asked of it.
type bearing struct {
	roles    []hub.RoleIn
	links    Links
	policies []hub.RoleIn // of area and role, where that role asks for a second factor
	missing  []hub.ID
	second   bool // it has a second factor
	view     *View
}

func (b bearing) actor(u User) hub.Actor {
	return hub.Actor{Kind: hub.User, User: u.ID, Name: u.Name, Roles: b.roles, Persons: b.links.Persons, Affiliations: b.links.Organisations}
}

// wantsSecond reports whether a role asks for a second factor that is not there.
func (b bearing) wantsSecond() bool {
	return !b.second && slices.ContainsFunc(b.policies, func(p hub.RoleIn) bool { return slices.Contains(b.roles, p) })
}

// bearings gives an account's roles in force on a day, its links, what its areas
// ask for and as whom a session looks, in one query.
func bearings(ctx context.Context, tx db.Tx, user, session hub.ID, day hub.Date) (b bearing, err error) {
	rows, err := tx.Query(ctx, `
		select 'role', id, role, area_id, programme_id, 0 from user_role
		 where user_id = $1 and ended_at = 0 and valid_from <= $2 and (valid_until = '' or valid_until >= $2)
		union all select 'person', person_id, '', '', '', 0 from user_person where user_id = $1
		union all select 'organisation', organisation_id, '', '', '', desk from user_organisation where user_id = $1
		union all select 'factor', user_id, '', '', '', 0 from user_totp where user_id = $1 and confirmed_at > 0
		union all select 'factor', id, '', '', '', 0 from user_passkey where user_id = $1
		union all select 'policy', p.area_id, p.second_factor, '', '', case when p.consent_version > 0 and not exists
		   (select 1 from user_consent c where c.user_id = $1 and c.area_id = p.area_id and c.version = p.consent_version) then 1 else 0 end
		  from area_policy p
		union all select 'view', user_id, role, area_id, '', 0 from session_view where session_id = $3
		order by 1, 2`, user, day, session)
	if err != nil {
		return b, err
	}
	defer rows.Close()
	for rows.Next() {
		var kind, text string
		var id, area, programme hub.ID
		var yes int
		if err := rows.Scan(&kind, &id, &text, &area, &programme, &yes); err != nil {
			return b, err
		}
		switch kind {
		case "role":
			b.roles = append(b.roles, hub.RoleIn{Role: hub.Role(text), Area: area, Programme: programme})
		case "person":
			b.links.Persons = append(b.links.Persons, id)
		case "organisation":
			b.links.Organisations = append(b.links.Organisations, hub.Affiliation{Organisation: id, Desk: yes == 1})
		case "factor":
			b.second = true
		case "policy":
			for r := range strings.FieldsSeq(text) {
				b.policies = append(b.policies, hub.RoleIn{Role: hub.Role(r), Area: id})
			}
			if yes == 1 {
				b.missing = append(b.missing, id)
			}
		case "view":
			b.view = &View{User: id, Role: hub.Role(text), Area: area}
		}
	}
	b.missing = slices.DeleteFunc(b.missing, func(area hub.ID) bool {
		return !slices.ContainsFunc(b.roles, func(r hub.RoleIn) bool { return r.Area == area })
	})
	return b, rows.Err()
}

// SignOut ends the session of a token; an unknown one is no error. Looking as
// somebody else ends with it, and the log says so.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := s.stopViews(ctx, tx, "token_hash = $1", tokenHash(token)); err != nil {
			return err
		}
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
