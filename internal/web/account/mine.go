package account

import (
	"net/http"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// own is what the page of one's own account shows.
type own struct {
	user     account.User
	roles    []account.Role
	areas    map[hub.ID]hub.Text
	sessions []account.Session
	second   account.Second
	form     *ui.Form
	today    hub.Date
	now      time.Time
}

func (p *Pages) own(r *http.Request) (o own, err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if o.user, err = p.Accounts.User(ctx, a, a.User); err != nil {
		return o, err
	}
	if o.roles, err = p.Accounts.Roles(ctx, a, a.User); err != nil {
		return o, err
	}
	if o.sessions, err = p.Accounts.Sessions(ctx, a, token(r)); err != nil {
		return o, err
	}
	if o.second, err = p.Accounts.Seconds(ctx, a, a.User); err != nil {
		return o, err
	}
	o.areas, err = p.areaNames(r)
	o.form = ui.NewForm("name", o.user.Name, "language", string(o.user.Language))
	o.now = p.Clock.Now()
	o.today = hub.DateOf(o.now)
	return o, err
}

func (p *Pages) areaNames(r *http.Request) (map[hub.ID]hub.Text, error) {
	areas, err := p.Accounts.Areas(r.Context())
	names := make(map[hub.ID]hub.Text, len(areas))
	for _, x := range areas {
		names[x.ID] = x.Name
	}
	return names, err
}

// mine answers GET /account.
func (p *Pages) mine(w http.ResponseWriter, r *http.Request) error {
	o, err := p.own(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, minePage(o))
}

// saved answers POST /account: name and language.
func (p *Pages) saved(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	name, lang := f.Text("name"), hub.Lang(f.Choice("language", "", string(hub.JA), string(hub.EN)))
	if err = f.Err(); err == nil {
		err = p.Accounts.ReviseProfile(r.Context(), web.ActorOf(r.Context()), name, lang)
	}
	if err != nil {
		if !f.Take(err) {
			return err
		}
		o, err := p.own(r)
		if err != nil {
			return err
		}
		o.form = f
		return web.Render(w, r, http.StatusUnprocessableEntity, minePage(o))
	}
	to := Path
	if lang != "" {
		to = addQuery(to, "lang", string(lang))
	}
	return web.RedirectWith(w, r, to, "form.saved")
}

// password answers GET /account/password.
func (p *Pages) password(w http.ResponseWriter, r *http.Request) error {
	return web.Render(w, r, http.StatusOK, passwordPage(ui.NewForm()))
}

// passwordChanged answers POST /account/password.
func (p *Pages) passwordChanged(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if f.Get("password") != f.Get("again") {
		f.Problems.Add("again", "error.password_differs")
	}
	if err = f.Err(); err == nil {
		err = p.Accounts.ChangePassword(r.Context(), web.ActorOf(r.Context()), f.Get("current"), f.Get("password"), token(r))
	}
	if err != nil {
		if hub.KindOf(err) == hub.Unavailable {
			f.General = err
		} else if !f.Take(err) {
			return err
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, passwordPage(f))
	}
	return web.RedirectWith(w, r, Path, "account.password_changed")
}

// endSession answers POST /account/sessions/{id}/end.
func (p *Pages) endSession(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Accounts.EndSession(r.Context(), web.ActorOf(r.Context()), id); err != nil {
		return err
	}
	return web.RedirectWith(w, r, Path, "account.session_ended")
}
