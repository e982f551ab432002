package account

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// setUpOpen fails as not found unless the token is the one shown where the
// program was started, and nobody administers the installation yet.
func (p *Pages) setUpOpen(r *http.Request, token string) error {
	missing := hub.Errorf(hub.NotFound, "error.not_found")
	if p.SetUpToken == "" || !same(token, p.SetUpToken) {
		return missing
	}
	need, err := p.Accounts.NeedsAdministrator(r.Context())
	if err == nil && !need {
		return missing
	}
	return err
}

// setUp answers GET /setup: the page that makes area and first administrator.
func (p *Pages) setUp(w http.ResponseWriter, r *http.Request) error {
	t := r.URL.Query().Get("token")
	if err := p.setUpOpen(r, t); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, setUpPage(ui.NewForm("token", t)))
}

// setUpDone answers POST /setup and signs the administrator in.
func (p *Pages) setUpDone(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.setUpOpen(r, f.Get("token")); err != nil {
		return err
	}
	n := account.NewUser{Mail: f.Text("mail"), Name: f.Text("name"), Password: f.Get("password")}
	area := account.Area{Slug: f.Text("area_slug"), Name: hub.Text{JA: f.Text("area_name"), EN: f.Text("area_name_en")}}
	if err = f.Err(); err == nil {
		_, _, err = p.Accounts.SetUp(r.Context(), n, area)
	}
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, setUpPage(f))
	}
	fresh, err := p.Accounts.SignIn(r.Context(), n.Mail, n.Password, device(r))
	if err != nil {
		return err
	}
	return p.begin(w, r, fresh, "/")
}
