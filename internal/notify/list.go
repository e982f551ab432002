package notify

import (
	"context"
	"errors"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// States lists the states of a letter in the order of screens.
var States = []string{Waiting, Sent, Kept, Empty, Dropped, Failed}

// Letters lists the newest letters, to administrators all and to others their
// own. They hold no texts.
func (s *Service) Letters(ctx context.Context, a hub.Actor, limit int) (out []Letter, err error) {
	var args db.Args
	q := selectMail
	if !a.IsAdministrator() && a.Kind != hub.System {
		q += " where user_id <> '' and user_id = " + args.Add(string(a.User))
	}
	out, err = s.list(ctx, q, args, limit)
	if !a.IsAdministrator() && a.Kind != hub.System {
		for i := range out {
			out[i].Failure = ""
		}
	}
	return out, err
}

// Mail lists the newest letters to the actor himself.
func (s *Service) Mail(ctx context.Context, a hub.Actor, limit int) (out []Letter, err error) {
	if a.User == "" {
		return nil, nil
	}
	var args db.Args
	out, err = s.list(ctx, selectMail+" where user_id = "+args.Add(string(a.User)), args, limit)
	for i := range out {
		out[i].Failure = ""
	}
	return out, err
}

func (s *Service) list(ctx context.Context, q string, args db.Args, limit int) (out []Letter, err error) {
	q += " order by made desc, id desc limit " + args.Add(max(1, min(limit, 1000)))
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scan, q, args...)
		return err
	})
	return out, err
}

// Listed is a letter with to whom it goes.
type Listed struct {
	Letter
	Name, Mail string
}

// AreaLetters lists the newest letters to the people of an area and to those
// invited to it, in the given states or all, for those who give the area's roles.
// What a letter says is not kept and so not shown.
func (s *Service) AreaLetters(ctx context.Context, a hub.Actor, area hub.ID, states []string, limit int) (out []Listed, err error) {
	members, err := s.accounts.MembersOf(ctx, a, area)
	if err != nil {
		return nil, err
	}
	passes, err := s.accounts.Passes(ctx, a, area, 1000)
	if err != nil {
		return nil, err
	}
	var args db.Args
	ids := []hub.ID{"none"} // a list that is not empty
	for id := range members {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	q := selectMail + " where (area_id = " + args.Add(string(area)) + " or user_id <> '' and area_id = '' and " + db.In(&args, "user_id", ids) + ")"
	if len(states) > 0 {
		q += " and " + db.In(&args, "state", states)
	}
	letters, err := s.list(ctx, q, args, limit)
	for _, l := range letters {
		x := Listed{Letter: l, Name: members[l.User].Name, Mail: members[l.User].Mail}
		if i := slices.IndexFunc(passes, func(p account.Pass) bool { return l.User == "" && string(p.ID) == l.About }); i >= 0 {
			x.Name, x.Mail = passes[i].Name, passes[i].Mail
		}
		out = append(out, x)
	}
	return out, err
}

// Again has a letter tried again that failed or was kept: now, as its reader then
// stands. For administrators, and those who give the roles of the reader's area.
func (s *Service) Again(ctx context.Context, a hub.Actor, id hub.ID) error {
	missing := hub.Errorf(hub.NotFound, "error.not_found")
	l, err := s.load(ctx, id)
	if errors.Is(err, db.ErrNoRows) {
		return missing
	}
	if err != nil {
		return err
	}
	if !a.IsAdministrator() && !account.MayGrant(a, l.Area) {
		if l.User == "" {
			return missing
		}
		roles, err := s.accounts.Roles(ctx, a, l.User)
		if err != nil || len(roles) == 0 {
			return missing
		}
	}
	if l.State != Failed && l.State != Kept && l.State != Waiting {
		return hub.Errorf(hub.Conflict, "error.letter_settled")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "update mail set state = $2, settled = 0 where id = $1", string(id), Waiting); err != nil {
			return err
		}
		return s.jobs.Hurry(ctx, tx, sendJob, id)
	})
}
