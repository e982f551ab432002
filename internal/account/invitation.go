package account

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Invite makes an invitation: it needs Mail, Role and Area; Name, Language,
// Organisation and dates are what the office knows already. It takes who may give
// the role. An address that has an account is a Conflict, for its account is given
// the role at once; an earlier invitation of the address to the area is revoked.
// A letter is written, and the word that opens the invitation given, for an
// office that hands it over itself.
func (s *Service) Invite(ctx context.Context, a hub.Actor, p Pass) (made Pass, token string, err error) {
	if !areaRole(p.Role) || !mayGrant(a, p.Area) {
		return made, "", forbidden()
	}
	p.ID, p.Purpose, p.User, p.MadeBy, p.Made = hub.NewID(), Invitation, "", a.User, s.now()
	p.Expires = p.Made.Add(InvitationLasts)
	p.Mail, p.Name = cleanMail(p.Mail), strings.TrimSpace(p.Name)
	if p.From == "" {
		p.From = s.today()
	}
	if err := s.checkInvitation(ctx, p); err != nil {
		return made, "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := one(ctx, tx, " where id = $1", p.Area); err != nil {
			return err
		}
		n, err := db.Scalar[int](tx.QueryRow(ctx, "select count(*) from user_account where mail_key = $1", mailKey(p.Mail)))
		if err != nil {
			return err
		}
		if n > 0 {
			return &hub.Error{Kind: hub.Conflict, Key: "error.mail_taken", Fields: []hub.FieldError{{Field: "mail", Key: "error.mail_taken"}}}
		}
		_, err = tx.Exec(ctx, `update account_pass set revoked_at = $1 where purpose = $2 and mail_key = $3 and area_id = $4 and used_at = 0 and revoked_at = 0`,
			db.Millis(p.Made), string(Invitation), mailKey(p.Mail), p.Area)
		if err != nil {
			return err
		}
		if err := s.insertPass(ctx, tx, p); err != nil {
			return err
		}
		if token, err = s.mint(ctx, tx, p.ID); err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindPass, Record: p.ID, Area: p.Area})
		return s.send(ctx, Letter{Kind: string(Invitation), About: p.ID, Area: p.Area})
	})
	return p, token, err
}

func (s *Service) checkInvitation(ctx context.Context, p Pass) error {
	var bad hub.Problems
	if !validMail(p.Mail) {
		bad.Add("mail", "error.email")
	}
	if p.Name != "" {
		checkProfile(&bad, p.Name, p.Language)
	}
	if e, ok := errors.AsType[*hub.Error](checkRole(Role{Role: p.Role, From: p.From, Until: p.Until}, p.Area)); ok {
		bad = append(bad, e.Fields...)
	}
	if p.Organisation != "" {
		ok, err := s.participates(ctx, p)
		if err != nil {
			return err
		}
		if !ok {
			bad.Add("organisation", "error.choose")
		}
	}
	return bad.Err()
}

func (s *Service) participates(ctx context.Context, p Pass) (bool, error) {
	if s.directory.Participates == nil {
		return false, nil
	}
	return s.directory.Participates(ctx, p.Organisation, p.Area)
}

// Invited says what whoever holds an invitation may be shown of it.
type Invited struct {
	Pass
	AreaName hub.Text
	By       string // who invites, by name
	ByMail   string // and for an answer to the letter
	Known    bool   // the address has got an account meanwhile
}

// InvitedBy gives what a letter or page about a pass says of it. The caller holds
// the pass, or is the program that writes to its holder.
func (s *Service) InvitedBy(ctx context.Context, p Pass) (i Invited, err error) {
	i.Pass = p
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		if p.Area != "" {
			area, err := one(ctx, tx, " where id = $1", p.Area)
			if err != nil {
				return err
			}
			i.AreaName = area.Name
		}
		users, err := db.All(ctx, tx, func(r db.Row) (User, error) {
			u, _, err := scanUser(r)
			return u, err
		}, selectUser+" where u.id = $1 or u.mail_key = $2", p.MadeBy, mailKey(p.Mail))
		for _, u := range users {
			if u.ID == p.MadeBy {
				i.By, i.ByMail = u.Name, u.Mail
			}
			i.Known = i.Known || mailKey(u.Mail) == mailKey(p.Mail)
		}
		return err
	})
	return i, err
}

// Accept takes an invitation up: it makes the account with the name and password
// given, gives it the role and signs it in. When the address has got an account
// meanwhile, password must be that account's. The one who invited must still be
// able to give the role. It hashes: not inside a db.Write.
func (s *Service) Accept(ctx context.Context, token, name, password string, lang hub.Lang, from Device) (User, error) {
	p, err := s.PassFor(ctx, Invitation, token)
	if err != nil {
		return User{}, err
	}
	by, err := s.Standing(ctx, hub.SystemActor, p.MadeBy)
	if err != nil || !mayGrant(by.Actor, p.Area) {
		return User{}, errPass()
	}
	u, kept, err := s.loadBy(ctx, " where u.mail_key = $1", mailKey(p.Mail))
	known := err == nil
	if err != nil && hub.KindOf(err) != hub.NotFound {
		return User{}, err
	}
	var hash string
	if known {
		done, err := s.attempt(ctx, throttleOf("mail", mailKey(p.Mail), accountFailures), addressThrottle(from.Address))
		if err != nil {
			return User{}, err
		}
		if ok, _ := s.verify(password, kept); !ok || u.Disabled {
			return User{}, (hub.Problems{{Field: "password", Key: "error.password_wrong"}}).Err()
		}
		if err := done(ctx); err != nil {
			return User{}, err
		}
	} else if u, hash, err = s.prepareInvited(NewUser{Mail: p.Mail, Name: name, Language: lang, Password: password}); err != nil {
		return User{}, err
	}
	return u, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := s.use(ctx, tx, Invitation, token)
		if err != nil {
			return err
		}
		if !known {
			if err := s.insertUser(ctx, tx, holder(p), u, hash); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "update account_pass set user_id = $1 where id = $2", u.ID, p.ID); err != nil {
			return err
		}
		from := max(p.From, s.today())
		if _, err := s.Grant(ctx, by.Actor, u.ID, p.Role, p.Area, from, p.Until); err != nil {
			return err
		}
		return s.join(ctx, tx, by.Actor, u.ID, p)
	})
}

// prepareInvited is prepare for somebody who must choose a password.
func (s *Service) prepareInvited(n NewUser) (u User, hash string, err error) {
	if n.Password != "" {
		return s.prepare(n)
	}
	_, _, err = s.prepare(n)
	var p hub.Problems
	if e, ok := errors.AsType[*hub.Error](err); ok {
		p = slices.Clone(e.Fields)
	}
	checkPassword(&p, "password", "", n.Mail, n.Name)
	return u, "", p.Err()
}

// join links the account to the invitation's organisation, if that still takes
// part in the area.
func (s *Service) join(ctx context.Context, tx db.Tx, a hub.Actor, user hub.ID, p Pass) error {
	if p.Organisation == "" {
		return nil
	}
	ok, err := s.participates(ctx, p)
	if err != nil || !ok {
		return err
	}
	_, err = tx.Exec(ctx, `insert into user_organisation (user_id, organisation_id, desk) values ($1, $2, $3)
		on conflict (user_id, organisation_id) do update set desk = excluded.desk`, user, p.Organisation, flag(p.Desk))
	s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: user, Area: p.Area})
	return err
}

// Passes lists the newest invitations to an area and requests for a password by
// its people, for those who give the area's roles.
func (s *Service) Passes(ctx context.Context, a hub.Actor, area hub.ID, limit int) (out []Pass, err error) {
	if area == "" || !mayGrant(a, area) {
		return nil, forbidden()
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanPass, selectPass+` where p.area_id = $1 or p.purpose = $2 and p.user_id <> '' and exists
			(select 1 from user_role r where r.user_id = p.user_id and r.area_id = $1)
			order by p.made_at desc, p.id desc limit $3`, string(area), string(Reset), max(1, min(limit, 1000)))
		return err
	})
	return out, err
}

// pass gives one that the actor may hand over or revoke, and says of which area
// it does so; others do not find it.
func (s *Service) pass(ctx context.Context, a hub.Actor, id hub.ID) (p Pass, err error) {
	missing := hub.Errorf(hub.NotFound, "error.not_found")
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = scanPass(tx.QueryRow(ctx, selectPass+" where p.id = $1", id))
		if errors.Is(err, db.ErrNoRows) {
			return missing
		}
		return err
	})
	if err != nil {
		return p, err
	}
	if p.Purpose == Reset {
		if p.User == "" || p.User == a.User {
			return p, missing
		}
		_, err = s.managed(ctx, a, p.User)
		return p, err
	}
	if !mayGrant(a, p.Area) {
		return p, missing
	}
	return p, nil
}

// HandOver writes out one more copy of an open pass, to be handed over by the
// office, and gives the word that opens it. It takes who may give the
// invitation's role, or administers the account whose password is to be set.
func (s *Service) HandOver(ctx context.Context, a hub.Actor, id hub.ID) (p Pass, token string, err error) {
	if p, err = s.pass(ctx, a, id); err != nil {
		return p, "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if p, token, err = s.WriteOut(ctx, hub.SystemActor, id); err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindPass, Record: id, Area: p.Area})
		return nil
	})
	return p, token, err
}

// Revoke shuts an open pass. Revoking one that is shut is no error.
func (s *Service) Revoke(ctx context.Context, a hub.Actor, id hub.ID) error {
	p, err := s.pass(ctx, a, id)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := tx.Exec(ctx, "update account_pass set revoked_at = $1 where id = $2 and used_at = 0 and revoked_at = 0", db.Millis(s.now()), id)
		if n > 0 {
			s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindPass, Record: id, Area: p.Area})
		}
		return err
	})
}
