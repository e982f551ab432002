package account

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// heldCookie keeps the word that brings back a form that came too late.
const heldCookie = "kyoten_held"

// unkept are the fields that are never kept: what is secret, and the answer of a
// passkey.
var unkept = []string{"password", "current", "again", "code", "response", "token", "step"}

// Late keeps a form whose sender's session had ended, for web.Deps.
func (p *Pages) Late(w http.ResponseWriter, r *http.Request) (kept bool, err error) {
	f, err := web.ReadForm(r)
	if err != nil {
		return false, err
	}
	values := url.Values{}
	for name, v := range f.Values {
		if !slices.Contains(unkept, name) {
			values[name] = v
		}
	}
	word, err := p.Accounts.Hold(r.Context(), token(r), account.HeldForm{Action: r.URL.RequestURI(), Values: values})
	if err != nil || word == "" {
		return false, err
	}
	setHeld(w, r, word)
	return true, nil
}

// Held gives the form that was kept for the sender, for web.Deps.
func (p *Pages) Held(r *http.Request) (ui.Held, bool, error) {
	c, err := r.Cookie(heldCookie)
	if err != nil {
		return ui.Held{}, false, nil
	}
	f, ok, err := p.Accounts.Held(r.Context(), web.ActorOf(r.Context()), c.Value)
	return ui.Held{Action: f.Action, Values: f.Values}, ok, err
}

// LetGo forgets a kept form, for web.Deps.
func (p *Pages) LetGo(w http.ResponseWriter, r *http.Request) error {
	c, err := r.Cookie(heldCookie)
	if err != nil {
		return nil
	}
	setHeld(w, r, "")
	return p.Accounts.LetGo(r.Context(), web.ActorOf(r.Context()), c.Value)
}

// heldOf reports whether a form waits for a stranger who signs in now.
func (p *Pages) heldOf(r *http.Request) bool {
	_, err := r.Cookie(heldCookie)
	return err == nil && web.ActorOf(r.Context()).Kind == hub.Stranger
}

func setHeld(w http.ResponseWriter, r *http.Request, word string) {
	c := &http.Cookie{
		Name: heldCookie, Value: word, Path: "/", Secure: web.Secure(r), HttpOnly: true,
		SameSite: http.SameSiteLaxMode, MaxAge: int(account.HeldFor / time.Second),
	}
	if word == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
