package account

import (
	"context"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Nobody is the name of somebody who has been forgotten.
const Nobody = "（削除済み）"

// forgottenMail is where the addresses of the forgotten end; no mail goes there
// (RFC 2606).
const forgottenMail = "@forgotten.invalid"

// Forget makes an account and the people it is anonymous for good: name, address,
// contacts, second factors and sessions go, roles end, and so do the earlier
// versions that held them. What stays are ids: in the log, whose lines never held
// more, and in the records that the person worked on. For those who manage the
// account, never for oneself.
func (s *Service) Forget(ctx context.Context, a hub.Actor, user hub.ID) error {
	u, err := s.managed(ctx, a, user)
	if err != nil {
		return err
	}
	if user == a.User || a.Borrowed() {
		return hub.Errorf(hub.Conflict, "error.not_oneself")
	}
	u.Name, u.Mail, u.Disabled, u.Language = Nobody, string(user)+forgottenMail, true, ""
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		b, err := bearings(ctx, tx, user, "", s.today())
		if err != nil {
			return err
		}
		administrator := slices.ContainsFunc(b.roles, func(r hub.RoleIn) bool { return r.Role == hub.Administrator })
		if err := forgetFactors(ctx, tx, user); err != nil {
			return err
		}
		now := db.Millis(s.now())
		for _, x := range []struct {
			q    string
			args []any
		}{
			{"delete from user_session where user_id = $1", []any{user}},
			{"delete from user_person where user_id = $1", []any{user}},
			{"delete from user_organisation where user_id = $1", []any{user}},
			{"delete from account_pass_token where pass_id in (select id from account_pass where user_id = $1)", []any{user}},
			{"update account_pass set mail = '', mail_key = '', name = '' where user_id = $1", []any{user}},
			{"update user_role set ended_at = $2, ended_by = $3 where user_id = $1 and ended_at = 0 and (valid_until = '' or valid_until >= $4)", []any{user, now, a.User, string(s.today())}},
			{"delete from version where kind = $2 and record_id = $1", []any{user, KindUser}},
			{"update version set actor_name = $2 where actor_id = $1", []any{user, Nobody}},
			{
				"update user_account set name = $2, sort_key = $3, mail = $4, mail_key = $4, language = '', password = '', disabled = 1, updated_at = $5 where id = $1",
				[]any{user, u.Name, japanese.SortKey(u.Name), u.Mail, now},
			},
		} {
			if _, err := tx.Exec(ctx, x.q, x.args...); err != nil {
				return err
			}
		}
		if administrator {
			if err := s.lastAdministrator(ctx, tx); err != nil {
				return err
			}
		}
		for _, person := range b.links.Persons {
			if s.directory.ForgetPerson == nil {
				continue
			}
			if err := s.directory.ForgetPerson(ctx, a, person); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, a, audit.Delete, KindUser, user, "", u)
	})
}

// Forgotten reports whether an account has been made anonymous.
func (u User) Forgotten() bool { return u.Mail == string(u.ID)+forgottenMail }

// Due is an account whose time of being kept is over.
type Due struct {
	User User
	Last hub.Date // the last day of its last role
}

// DueForForgetting lists the accounts of an area whose last role anywhere ended
// longer ago than the area keeps personal data; none where that is not decided. For
// those who give the area's roles.
func (s *Service) DueForForgetting(ctx context.Context, a hub.Actor, area hub.ID) (out []Due, err error) {
	p, err := s.Policy(ctx, a, area)
	if err != nil || p.Keep == 0 {
		return nil, err
	}
	before := hub.DateOf(s.now().AddDate(0, -p.Keep, 0))
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := db.All(ctx, tx, func(r db.Row) (Due, error) {
			var d Due
			var disabled int
			err := r.Scan(&d.User.ID, &d.User.Mail, &d.User.Name, &disabled, &d.Last)
			d.User.Disabled = disabled == 1
			return d, err
		}, `select u.id, u.mail, u.name, u.disabled, max(r.valid_until) from user_account u join user_role r on r.user_id = u.id
			where exists (select 1 from user_role x where x.user_id = u.id and x.area_id = $1)
			and not exists (select 1 from user_role y where y.user_id = u.id and y.ended_at = 0 and (y.valid_until = '' or y.valid_until >= $2))
			group by u.id, u.mail, u.name, u.disabled having max(r.valid_until) < $2 order by 5, 1`, string(area), string(before))
		for _, d := range all {
			if !d.User.Forgotten() {
				out = append(out, d)
			}
		}
		return err
	})
	return out, err
}
