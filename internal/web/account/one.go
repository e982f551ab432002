package account

import (
	"net/http"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// member is one account as the office of one area sees it.
type member struct {
	area    account.Area
	user    account.User
	roles   []account.Role // in this area
	managed bool           // this office administers the whole account
	second  account.Second
	form    *ui.Form
	today   hub.Date
}

// member gives the account of the path, which must have or have had a role in
// the area.
func (p *Pages) member(r *http.Request) (m member, err error) {
	if m.area, err = p.area(r); err != nil {
		return m, err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return m, err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if m.user, m.roles, err = p.Accounts.AreaMember(ctx, a, m.area.ID, id); err != nil {
		return m, err
	}
	_, err = p.Accounts.User(ctx, a, id)
	if m.managed = err == nil && id != a.User; err != nil && hub.KindOf(err) != hub.NotFound {
		return m, err
	}
	if m.managed {
		if m.second, err = p.Accounts.Seconds(ctx, a, id); err != nil {
			return m, err
		}
	}
	m.today = hub.DateOf(p.Clock.Now())
	m.form = ui.NewForm("from", string(m.today))
	return m, nil
}

// one answers GET /areas/{slug}/accounts/{id}.
func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, onePage(m))
}

// granted answers POST …/roles: one more role.
func (p *Pages) granted(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	if m.form, err = web.ReadForm(r); err != nil {
		return err
	}
	role, from, until := p.readRole(m.form)
	if err = m.form.Err(); err == nil {
		_, err = p.Accounts.Grant(r.Context(), web.ActorOf(r.Context()), m.user.ID, role, m.area.ID, from, until)
	}
	if err != nil {
		if !m.form.Take(err) {
			return err
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, onePage(m))
	}
	return web.RedirectWith(w, r, onePath(m.area, m.user.ID), "account.role_given", "name", m.user.Name)
}

// role finds the role of the path among the member's.
func (m member) role(r *http.Request) (account.Role, error) {
	i := slices.IndexFunc(m.roles, func(x account.Role) bool { return string(x.ID) == r.PathValue("role") })
	if i < 0 {
		return account.Role{}, hub.Errorf(hub.NotFound, "error.role_missing")
	}
	return m.roles[i], nil
}

// endRole answers GET …/roles/{role}/end: the question.
func (p *Pages) endRole(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	role, err := m.role(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, endRolePage(m, role))
}

// roleEnded answers POST …/roles/{role}/end; with no last day, at once.
func (p *Pages) roleEnded(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	role, err := m.role(r)
	if err != nil {
		return err
	}
	if m.form, err = web.ReadForm(r); err != nil {
		return err
	}
	last := m.form.Date("until")
	if err = m.form.Err(); err == nil {
		err = p.Accounts.EndRole(r.Context(), web.ActorOf(r.Context()), role.ID, last)
	}
	if err != nil {
		if !m.form.Take(err) {
			return err
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, endRolePage(m, role))
	}
	return web.RedirectWith(w, r, AccountsPath(m.area.Slug), "account.role_ended", "name", m.user.Name)
}

// passwordMade answers POST …/password: a new password, shown once.
func (p *Pages) passwordMade(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	password := account.NewPassword()
	if err := p.Accounts.SetPassword(r.Context(), web.ActorOf(r.Context()), m.user.ID, password); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, passwordShown(m.area, m.user, password))
}

// disabled answers POST …/disabled: shuts the account, or opens it again.
func (p *Pages) disabled(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	shut := f.Bool("disabled")
	if err := p.Accounts.SetDisabled(r.Context(), web.ActorOf(r.Context()), m.user.ID, shut); err != nil {
		return err
	}
	key := "account.opened"
	if shut {
		key = "account.shut"
	}
	return web.RedirectWith(w, r, onePath(m.area, m.user.ID), key, "name", m.user.Name)
}

// signedOut answers POST …/sign-out: ends all sessions of the account.
func (p *Pages) signedOut(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	if err := p.Accounts.EndSessions(r.Context(), web.ActorOf(r.Context()), m.user.ID); err != nil {
		return err
	}
	return web.RedirectWith(w, r, onePath(m.area, m.user.ID), "account.sessions_ended", "name", m.user.Name)
}

// secondForgotten answers POST …/second: takes lost second factors away.
func (p *Pages) secondForgotten(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	if err := p.Accounts.ForgetSecond(r.Context(), web.ActorOf(r.Context()), m.user.ID); err != nil {
		return err
	}
	return web.RedirectWith(w, r, onePath(m.area, m.user.ID), "account.second_forgotten", "name", m.user.Name)
}
