package account

import (
	"net/http"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// ConsentPath is the page of what one has to agree to.
const ConsentPath = Path + "/consent"

// consent answers GET /account/consent: what is to be agreed to, and what has been.
func (p *Pages) consent(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Accounts.Notices(r.Context(), web.ActorOf(r.Context()))
	if err != nil {
		return err
	}
	open := slices.IndexFunc(all, func(n account.Notice) bool { return n.Agreed.IsZero() })
	return web.Render(w, r, http.StatusOK, consentPage(all, open, web.Local(r.URL.Query().Get("next"))))
}

// agreed answers POST /account/consent.
func (p *Pages) agreed(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	version := int(f.Int("version"))
	if err := f.Err(); err != nil {
		return err
	}
	if err := p.Accounts.Agree(r.Context(), web.ActorOf(r.Context()), hub.ID(f.Get("area")), version); err != nil {
		return err
	}
	return web.Redirect(w, r, web.Local(f.Get("next")))
}
