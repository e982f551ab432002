package account

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// stepPage is the second step of signing in.
type stepPage struct {
	account.Step
	options string // for a passkey; "" = none can be used here
	form    *ui.Form
}

// enter signs in by mail and password: to next, or to the second step. f carries
// what the page has to remember and takes what is wrong.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, f *ui.Form, mail, password, next string) error {
	e, err := p.Accounts.Enter(r.Context(), mail, password, device(r))
	if err != nil {
		status := http.StatusUnprocessableEntity
		switch hub.KindOf(err) {
		case hub.Forbidden:
		case hub.Unavailable:
			status = http.StatusTooManyRequests
		default:
			return err
		}
		f.General = err
		f.Set("password", "")
		return web.Render(w, r, status, signInPage(f, false, p.heldOf(r)))
	}
	if e.Step != "" {
		return p.showStep(w, r, http.StatusOK, ui.NewForm("step", e.Step, "next", next))
	}
	return p.arrive(w, r, e.Session, next)
}

// arrive gives the browser its session.
func (p *Pages) arrive(w http.ResponseWriter, r *http.Request, session, next string) error {
	in, err := p.Accounts.SignedIn(r.Context(), session)
	if err != nil {
		return err
	}
	return p.begin(w, r, session, withLanguage(web.Local(next), in))
}

func (p *Pages) showStep(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	x, err := p.Accounts.SecondStep(r.Context(), f.Get("step"))
	if err != nil {
		return err
	}
	s := stepPage{Step: x, form: f}
	if len(x.Passkeys) > 0 && account.PasskeysOn(p.base(r)) {
		options, err := p.Accounts.AskPasskey(r.Context(), p.place(r), f.Get("step"))
		if err != nil {
			return err
		}
		s.options = string(options)
	}
	return web.Render(w, r, status, secondStepPage(s))
}

// secondCode answers POST /sign-in/second: a code from the app, or a recovery code.
func (p *Pages) secondCode(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	session, err := p.Accounts.FinishCode(r.Context(), f.Get("step"), f.Get("code"), device(r))
	return p.stepped(w, r, f, session, err)
}

// secondKey answers POST /sign-in/passkey: the browser's answer.
func (p *Pages) secondKey(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	session, err := p.Accounts.FinishPasskey(r.Context(), p.place(r), f.Get("step"), []byte(f.Get("response")), device(r))
	return p.stepped(w, r, f, session, err)
}

func (p *Pages) stepped(w http.ResponseWriter, r *http.Request, f *ui.Form, session string, err error) error {
	if err == nil {
		return p.arrive(w, r, session, f.Get("next"))
	}
	status := http.StatusUnprocessableEntity
	if hub.KindOf(err) == hub.Unavailable {
		status = http.StatusTooManyRequests
	}
	if !take(f, err) {
		return err
	}
	return p.showStep(w, r, status, f.Set("code", "").Set("response", ""))
}
