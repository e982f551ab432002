package account

import (
	"context"
	"errors"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Links are whom an account stands for.
type Links struct {
	Persons       []hub.ID
	Organisations []hub.Affiliation
}

// LinkPerson says that the account is a person of the directory, who thereby
// reads what that person owns, sealed records included. So it takes an
// administrator or someone who gives the roles of the person's area, never for
// his own account; and a person has one account only.
func (s *Service) LinkPerson(ctx context.Context, a hub.Actor, user, person hub.ID) error {
	if err := s.mayLinkPerson(ctx, a, user, person); err != nil {
		return err
	}
	return s.link(ctx, a, user, "insert into user_person (user_id, person_id) values ($1, $2)", user, person)
}

// UnlinkPerson takes a link back; taking back none is no error.
func (s *Service) UnlinkPerson(ctx context.Context, a hub.Actor, user, person hub.ID) error {
	if err := s.mayLinkPerson(ctx, a, user, person); err != nil {
		return err
	}
	return s.link(ctx, a, user, "delete from user_person where user_id = $1 and person_id = $2", user, person)
}

// LinkOrganisation says that the account belongs to an organisation; desk that it
// answers for it (担当窓口) and so reads what the organisation has sealed. Linking
// again changes desk. It takes an administrator or someone who gives the roles of
// an area in which the organisation participates and the account has a role, and
// never for his own account.
func (s *Service) LinkOrganisation(ctx context.Context, a hub.Actor, user, organisation hub.ID, desk bool) error {
	if err := s.mayLinkOrganisation(ctx, a, user, organisation); err != nil {
		return err
	}
	return s.link(ctx, a, user, `insert into user_organisation (user_id, organisation_id, desk) values ($1, $2, $3)
		on conflict (user_id, organisation_id) do update set desk = excluded.desk`, user, organisation, flag(desk))
}

// UnlinkOrganisation takes a link back; taking back none is no error.
func (s *Service) UnlinkOrganisation(ctx context.Context, a hub.Actor, user, organisation hub.ID) error {
	if err := s.mayLinkOrganisation(ctx, a, user, organisation); err != nil {
		return err
	}
	return s.link(ctx, a, user, "delete from user_organisation where user_id = $1 and organisation_id = $2", user, organisation)
}

// LinksOf gives an account's links: one's own, or those of an account with a role
// in an area whose roles the actor gives.
func (s *Service) LinksOf(ctx context.Context, a hub.Actor, user hub.ID) (l Links, err error) {
	if !mayAll(a) && (user == "" || user != a.User) {
		roles, err := s.Roles(ctx, a, user)
		if err != nil || len(roles) == 0 {
			return Links{}, errors.Join(err, hub.Errorf(hub.NotFound, "error.user_missing"))
		}
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		b, err := bearings(ctx, tx, user, "", s.today())
		l = b.links
		return err
	})
	return l, err
}

// UserOfPerson gives the account of a person of the directory; "" when there is
// none. It is for the rooms below, which show or write to a person they may show.
func (s *Service) UserOfPerson(ctx context.Context, person hub.ID) (user hub.ID, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		user, err = db.Scalar[hub.ID](tx.QueryRow(ctx, "select user_id from user_person where person_id = $1", person))
		if errors.Is(err, db.ErrNoRows) {
			err = nil
		}
		return err
	})
	return user, err
}

func (s *Service) link(ctx context.Context, a hub.Actor, user hub.ID, q string, args ...any) error {
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := tx.Exec(ctx, q, args...)
		switch {
		case errors.Is(err, db.ErrConflict):
			return &hub.Error{Kind: hub.Conflict, Key: "error.link_taken", Err: err}
		case err != nil || n == 0:
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindUser, Record: user})
		return nil
	})
}

func (s *Service) mayLinkPerson(ctx context.Context, a hub.Actor, user, person hub.ID) error {
	if person == "" || user == "" {
		return hub.Errorf(hub.NotFound, "error.user_missing")
	}
	if mayAll(a) {
		return nil
	}
	if s.directory.PersonArea == nil || user == a.User {
		return forbidden()
	}
	area, err := s.directory.PersonArea(ctx, person)
	if err != nil {
		return err
	}
	if !mayGrant(a, area) {
		return forbidden()
	}
	return nil
}

func (s *Service) mayLinkOrganisation(ctx context.Context, a hub.Actor, user, organisation hub.ID) error {
	if organisation == "" || user == "" {
		return hub.Errorf(hub.NotFound, "error.user_missing")
	}
	if mayAll(a) {
		return nil
	}
	if s.directory.Participates == nil || user == a.User {
		return forbidden()
	}
	roles, err := s.Roles(ctx, a, user) // those in the actor's areas
	if err != nil {
		return err
	}
	for _, r := range roles {
		if !r.InForce(s.today()) {
			continue
		}
		ok, err := s.directory.Participates(ctx, organisation, r.Area)
		if ok || err != nil {
			return err
		}
	}
	return forbidden()
}
