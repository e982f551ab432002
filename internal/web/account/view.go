package account

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// LeavePath is where one stops looking through another's eyes.
const LeavePath = "/look/leave"

// look answers GET /areas/{slug}/accounts/look: the choice of a role.
func (p *Pages) look(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, lookPage(area, lookOptions(r.Context(), web.ActorOf(r.Context())), ui.NewForm("role", string(hub.Researcher))))
}

// looked answers POST /areas/{slug}/accounts/look: with a person or a role.
func (p *Pages) looked(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v := account.View{User: hub.ID(f.Get("user"))}
	if v.User == "" {
		v.Role = hub.Role(f.Get("role"))
		if v.Role.Staff() || v.Role.Member() {
			v.Area = area.ID
		}
	}
	if err := p.Accounts.LookAs(r.Context(), web.ActorOf(r.Context()), token(r), v); err != nil {
		return err
	}
	return web.Redirect(w, r, "/")
}

// left answers POST /look/leave.
func (p *Pages) left(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.Leave(r.Context(), token(r)); err != nil {
		return err
	}
	return web.RedirectWith(w, r, "/", "account.look_left")
}

// Caller says who sent a request, for web.Deps.
func (p *Pages) Caller(r *http.Request) (c web.Caller, err error) {
	in, err := p.Accounts.SignedIn(r.Context(), token(r))
	if err != nil {
		return c, err
	}
	c.Actor = in.Actor
	switch {
	case in.As != nil:
		c.As = web.As{On: true, Name: in.Actor.Name, Role: in.As.Role, Area: in.As.Area}
	case in.Second:
		c.First = SecondPath
	case len(in.Missing) > 0:
		c.First = ConsentPath
	}
	return c, nil
}

// LookText says through whose eyes a page is seen.
func LookText(r *http.Request, as web.As) string {
	ctx := r.Context()
	switch {
	case as.Name != "":
		return i18n.T(ctx, "account.look_as", "name", as.Name)
	case as.Role != "":
		return i18n.T(ctx, "account.look_as", "name", i18n.T(ctx, "role."+string(as.Role)))
	}
	return i18n.T(ctx, "account.look_as", "name", i18n.T(ctx, "account.look_public"))
}
