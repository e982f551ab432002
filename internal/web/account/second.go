package account

import (
	"encoding/base64"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// The pages of the second factor.
const (
	SecondPath  = Path + "/second"
	secondStep  = SignInPath + "/second"
	passkeyStep = SignInPath + "/passkey"
)

// place is where passkeys of this request are used.
func (p *Pages) place(r *http.Request) account.Site {
	return account.Site{Origin: p.base(r), Name: i18n.T(r.Context(), "app.name")}
}

// secondPage is what the page of one's second factors shows.
type secondPage struct {
	account.Second
	required bool
	keys     bool // passkeys work at this address
	enrol    *account.Enrolment
	options  string // of a new passkey
	token    string
	next     string
	form     *ui.Form
}

func (s secondPage) picture() string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(s.enrol.PNG)
}

func (p *Pages) secondOf(r *http.Request) (s secondPage, err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	if s.Second, err = p.Accounts.Seconds(ctx, a, a.User); err != nil {
		return s, err
	}
	in, err := p.Accounts.SignedIn(ctx, token(r))
	if err != nil {
		return s, err
	}
	s.required, s.keys, s.form = in.Second, account.PasskeysOn(p.base(r)), ui.NewForm()
	s.next = web.Local(r.URL.Query().Get("next"))
	return s, nil
}

// second answers GET /account/second.
func (p *Pages) second(w http.ResponseWriter, r *http.Request) error {
	s, err := p.secondOf(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, secondFactors(s))
}

// totpBegun answers POST /account/second/totp: a secret for the app.
func (p *Pages) totpBegun(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.BeginTOTP(r.Context(), web.ActorOf(r.Context())); err != nil {
		return err
	}
	return web.Redirect(w, r, SecondPath+"/totp")
}

// totp answers GET /account/second/totp: the picture for the app, until a code
// from it has come.
func (p *Pages) totp(w http.ResponseWriter, r *http.Request) error {
	return p.showTOTP(w, r, http.StatusOK, ui.NewForm())
}

func (p *Pages) showTOTP(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	if web.ActorOf(r.Context()).Borrowed() {
		return hub.Errorf(hub.NotFound, "error.not_found") // a secret is nobody else's to see
	}
	s, err := p.secondOf(r)
	if err != nil {
		return err
	}
	e, err := p.Accounts.Enrolment(r.Context(), web.ActorOf(r.Context()), i18n.T(r.Context(), "app.name"))
	if err != nil {
		return err
	}
	s.enrol, s.form = &e, f
	return web.Render(w, r, status, totpPage(s))
}

// totpConfirmed answers POST /account/second/totp/confirm.
func (p *Pages) totpConfirmed(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	codes, err := p.Accounts.ConfirmTOTP(r.Context(), web.ActorOf(r.Context()), f.Get("code"))
	if err != nil {
		if !take(f, err) {
			return err
		}
		return p.showTOTP(w, r, http.StatusUnprocessableEntity, f)
	}
	return p.showCodes(w, r, codes, "account.totp_on")
}

// showCodes shows recovery codes, once; without any it goes back to the factors.
func (p *Pages) showCodes(w http.ResponseWriter, r *http.Request, codes []string, done string) error {
	if codes == nil {
		return web.RedirectWith(w, r, SecondPath, done)
	}
	return web.Render(w, r, http.StatusOK, codesPage(codes, i18n.T(r.Context(), done)))
}

// take keeps what is wrong with a form, waiting for the throttle included.
func take(f *ui.Form, err error) bool {
	if hub.KindOf(err) == hub.Unavailable {
		f.General = err
		return true
	}
	return f.Take(err)
}

// weakened answers the forms that take a factor away or renew codes: do is what
// the password is asked for.
func (p *Pages) weakened(w http.ResponseWriter, r *http.Request, done string, do func(password string) ([]string, error)) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	codes, err := do(f.Get("password"))
	if err != nil {
		if !take(f, err) {
			return err
		}
		s, err := p.secondOf(r)
		if err != nil {
			return err
		}
		s.form = f
		return web.Render(w, r, http.StatusUnprocessableEntity, secondFactors(s))
	}
	return p.showCodes(w, r, codes, done)
}

// changed answers POST /account/second/change: what the button of the form says,
// with the password.
func (p *Pages) secondChanged(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	switch what := f.Get("what"); what {
	case "codes":
		return p.weakened(w, r, "account.codes_made", func(pw string) ([]string, error) { return p.Accounts.NewRecovery(ctx, a, pw) })
	case "totp":
		return p.weakened(w, r, "account.totp_off", func(pw string) ([]string, error) { return nil, p.Accounts.RemoveTOTP(ctx, a, pw) })
	default:
		return p.weakened(w, r, "account.passkey_off", func(pw string) ([]string, error) {
			return nil, p.Accounts.RemovePasskey(ctx, a, hub.ID(what), pw)
		})
	}
}

// passkey answers POST /account/second/passkey: the page on which the browser
// makes a key.
func (p *Pages) passkey(w http.ResponseWriter, r *http.Request) error {
	return p.askForKey(w, r, http.StatusOK, ui.NewForm())
}

func (p *Pages) askForKey(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	s, err := p.secondOf(r)
	if err != nil {
		return err
	}
	options, word, err := p.Accounts.BeginPasskey(r.Context(), web.ActorOf(r.Context()), p.place(r))
	if err != nil {
		return err
	}
	s.options, s.token, s.form = string(options), word, f
	return web.Render(w, r, status, newPasskeyPage(s))
}

// passkeyMade answers POST /account/second/passkey/made.
func (p *Pages) passkeyMade(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	codes, err := p.Accounts.AddPasskey(r.Context(), web.ActorOf(r.Context()), p.place(r), f.Get("token"), f.Text("name"), []byte(f.Get("response")))
	if err != nil {
		if !take(f, err) {
			return err
		}
		return p.askForKey(w, r, http.StatusUnprocessableEntity, f)
	}
	return p.showCodes(w, r, codes, "account.passkey_on")
}
