package account

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// signIn answers GET /sign-in. In a demo it leads to the choice of a part; before
// the first administrator it says how to make him.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	next := web.Local(r.URL.Query().Get("next"))
	if web.ActorOf(r.Context()).Kind == hub.User {
		return web.Redirect(w, r, next)
	}
	if p.Accounts.Demo() && !p.heldOf(r) && r.URL.Query().Get("password") == "" {
		return web.Redirect(w, r, withNext(DemoPath, next))
	}
	need, err := p.Accounts.NeedsAdministrator(r.Context())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, signInPage(ui.NewForm("next", next), need && !p.Accounts.Demo(), p.heldOf(r)))
}

// signedIn answers POST /sign-in.
func (p *Pages) signedIn(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return p.enter(w, r, f, f.Text("mail"), f.Get("password"), f.Get("next"))
}

// withLanguage has the frame switch to the language that the account prefers.
func withLanguage(next string, in account.SignedIn) string {
	if in.Language == "" {
		return next
	}
	if next == "" {
		next = "/"
	}
	return addQuery(next, "lang", string(in.Language))
}

// signOut answers POST /sign-out.
func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if t := token(r); t != "" {
		if err := p.Accounts.SignOut(r.Context(), t); err != nil {
			return err
		}
	}
	setToken(w, r, "")
	w.Header().Set("Clear-Site-Data", `"cache"`)
	return web.RedirectWith(w, r, "/", "account.signed_out")
}
