package account

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// duePage is the list of those whose data need not be kept any longer.
type duePage struct {
	area    account.Area
	decided bool
	due     []account.Due
}

// personal answers GET /areas/{slug}/accounts/personal.
func (p *Pages) personal(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	policy, err := p.Accounts.Policy(ctx, a, area.ID)
	if err != nil {
		return err
	}
	d := duePage{area: area, decided: policy.Keep > 0}
	if d.due, err = p.Accounts.DueForForgetting(ctx, a, area.ID); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, personalPage(d))
}

// disclosed answers POST …/disclosure: everything held about the account.
func (p *Pages) disclosed(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	return p.sendDisclosure(w, r, m.user.ID)
}

// ownDisclosure answers POST /account/disclosure.
func (p *Pages) ownDisclosure(w http.ResponseWriter, r *http.Request) error {
	return p.sendDisclosure(w, r, web.ActorOf(r.Context()).User)
}

func (p *Pages) sendDisclosure(w http.ResponseWriter, r *http.Request, user hub.ID) error {
	b, err := p.Accounts.Disclose(r.Context(), web.ActorOf(r.Context()), user)
	if err != nil {
		return err
	}
	return web.Download(w, "personal-data-"+string(user)+".json", "application/json; charset=utf-8", b)
}

// forget answers GET …/forget: the question.
func (p *Pages) forget(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	if !m.managed {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}
	return web.Render(w, r, http.StatusOK, forgetPage(m))
}

// forgottenForGood answers POST …/forget.
func (p *Pages) forgottenForGood(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	if err := p.Accounts.Forget(r.Context(), web.ActorOf(r.Context()), m.user.ID); err != nil {
		return err
	}
	return web.RedirectWith(w, r, AccountsPath(m.area.Slug), "account.forget_done")
}
