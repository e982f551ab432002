package account

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// invitation answers GET /invitation: what one is invited to. It changes nothing.
func (p *Pages) invitation(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token")
	x, err := p.Accounts.PassFor(r.Context(), account.Invitation, token)
	if err != nil {
		return err
	}
	f := ui.NewForm("token", token, "name", x.Name, "language", string(x.Language))
	return p.showInvitation(w, r, http.StatusOK, x, f)
}

func (p *Pages) showInvitation(w http.ResponseWriter, r *http.Request, status int, x account.Pass, f *ui.Form) error {
	i, err := p.Accounts.InvitedBy(r.Context(), x)
	if err != nil {
		return err
	}
	return web.Render(w, r, status, invitationPage(i, f))
}

// accepted answers POST /invitation and signs the new account in.
func (p *Pages) accepted(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x, err := p.Accounts.PassFor(r.Context(), account.Invitation, f.Get("token"))
	if err != nil {
		return err
	}
	lang := hub.Lang(f.Get("language"))
	if lang == "" {
		lang = i18n.Lang(r.Context())
	}
	name, password := f.Text("name"), f.Get("password")
	if f.Get("known") == "" && password != f.Get("again") {
		f.Problems.Add("again", "error.password_differs")
	}
	if err = f.Err(); err == nil {
		_, err = p.Accounts.Accept(r.Context(), f.Get("token"), name, password, lang, device(r))
	}
	if err != nil {
		if hub.KindOf(err) == hub.Unavailable {
			f.General = err
		} else if !f.Take(err) {
			return err
		}
		return p.showInvitation(w, r, http.StatusUnprocessableEntity, x, f)
	}
	return p.enter(w, r, f, x.Mail, password, "/")
}

// forgot answers GET /sign-in/forgot.
func (p *Pages) forgot(w http.ResponseWriter, r *http.Request) error {
	return web.Render(w, r, http.StatusOK, forgotPage(ui.NewForm("mail", ""), false, p.sends()))
}

// forgotten answers POST /sign-in/forgot: the same, whether or not the address has
// an account.
func (p *Pages) forgotten(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.Accounts.Forgot(r.Context(), f.Text("mail"), device(r)); err != nil {
		status := http.StatusUnprocessableEntity
		if hub.KindOf(err) == hub.Unavailable {
			f.General, status = err, http.StatusTooManyRequests
		} else if !f.Take(err) {
			return err
		}
		return web.Render(w, r, status, forgotPage(f, false, p.sends()))
	}
	return web.Render(w, r, http.StatusOK, forgotPage(f, true, p.sends()))
}

// reset answers GET /sign-in/reset. It changes nothing.
func (p *Pages) reset(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token")
	x, err := p.Accounts.PassFor(r.Context(), account.Reset, token)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, resetPage(x, ui.NewForm("token", token)))
}

// resetDone answers POST /sign-in/reset and leads to signing in, where a second
// factor is asked for as always.
func (p *Pages) resetDone(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x, err := p.Accounts.PassFor(r.Context(), account.Reset, f.Get("token"))
	if err != nil {
		return err
	}
	if f.Get("password") != f.Get("again") {
		f.Problems.Add("again", "error.password_differs")
	}
	if err = f.Err(); err == nil {
		err = p.Accounts.SetByPass(r.Context(), f.Get("token"), f.Get("password"))
	}
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, resetPage(x, f))
	}
	return web.RedirectWith(w, r, addQuery(SignInPath, "password", "1"), "account.reset_done")
}
