package account

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// policy answers GET /areas/{slug}/accounts/policy: what the area asks of its
// accounts.
func (p *Pages) policy(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	x, err := p.Accounts.Policy(r.Context(), web.ActorOf(r.Context()), area.ID)
	if err != nil {
		return err
	}
	f := ui.NewForm("version", strconv.FormatInt(x.Version, 10), "keep", "").SetText("consent", x.Consent)
	if x.Keep > 0 {
		f.Set("keep", strconv.Itoa(x.Keep))
	}
	for _, role := range x.SecondFactor {
		f.Values.Add("second_factor", string(role))
	}
	return web.Render(w, r, http.StatusOK, policyPage(area, x, f))
}

// policySaved answers POST /areas/{slug}/accounts/policy.
func (p *Pages) policySaved(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x := account.Policy{Area: area.ID, Consent: f.Bilingual("consent"), Keep: int(f.Int("keep")), Version: f.Int("version")}
	for _, role := range f.List("second_factor") {
		x.SecondFactor = append(x.SecondFactor, hub.Role(role))
	}
	if err = f.Err(); err == nil {
		_, err = p.Accounts.RevisePolicy(r.Context(), web.ActorOf(r.Context()), x)
	}
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, policyPage(area, x, f))
	}
	return web.RedirectWith(w, r, AccountsPath(area.Slug)+"/policy", "form.saved")
}
