// Package account is the section of signing in and out, one's own account, the
// accounts of an area, and, in a demo, of choosing a part to play.
//
// It keeps the session cookie and nothing else of the session: what a token
// stands for, and every rule about passwords and roles, is in the room account.
package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/notify"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// Section is the section's name in navigation and tests.
const Section = "account"

// The addresses that the frame around the pages leads to.
const (
	SignInPath  = "/sign-in"
	SignOutPath = "/sign-out"
	Path        = "/account"
	DemoPath    = "/demo"
	SetUpPath   = "/setup"
	LettersPath = Path + "/letters" // of one's own letters; package letters
)

// AccountsPath is where an area's accounts and roles are.
func AccountsPath(slug string) string { return "/areas/" + slug + "/accounts" }

// Pages are the pages of the section.
type Pages struct {
	Accounts *account.Service
	Clock    hub.Clock
	// SetUpToken opens the page that makes the first area and administrator, once;
	// "" shuts it. Whoever starts the program is shown an address with it.
	SetUpToken string
	// Letters makes the text of letters about passes; nil shows links alone.
	Letters *notify.Service
	// Base is the outer address of the site, "" = as the browser calls it.
	Base string
	// Participants gives the organisations of an area to choose from; nil for none.
	Participants func(ctx context.Context, a hub.Actor, area hub.ID) ([]Participant, error)
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	route := func(method, pattern string, public bool, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Handler: h, Section: Section, Public: public}
	}
	// Early routes answer also those who have to agree to something first.
	early := func(x web.Route) web.Route { x.Early = true; return x }
	leaving := func(x web.Route) web.Route { x.Early, x.Leaving = true, true; return x }
	const get, post = http.MethodGet, http.MethodPost
	const area = "/areas/{slug}/accounts"
	return []web.Route{
		early(route(get, SignInPath, true, p.signIn)),
		early(route(post, SignInPath, true, p.signedIn)),
		early(route(post, secondStep, true, p.secondCode)),
		early(route(post, passkeyStep, true, p.secondKey)),
		route(get, SignInPath+"/forgot", true, p.forgot),
		route(post, SignInPath+"/forgot", true, p.forgotten),
		route(get, notify.ResetPath, true, p.reset),
		route(post, notify.ResetPath, true, p.resetDone),
		route(get, notify.InvitationPath, true, p.invitation),
		route(post, notify.InvitationPath, true, p.accepted),
		leaving(route(post, SignOutPath, true, p.signOut)),
		leaving(route(post, LeavePath, true, p.left)),
		route(get, SetUpPath, true, p.setUp),
		route(post, SetUpPath, true, p.setUpDone),
		early(route(get, DemoPath, true, p.demo)),
		early(route(post, DemoPath, true, p.demoSignIn)),
		route(get, Path, false, p.mine),
		route(post, Path, false, p.saved),
		route(post, Path+"/disclosure", false, p.ownDisclosure),
		route(get, Path+"/password", false, p.password),
		route(post, Path+"/password", false, p.passwordChanged),
		route(post, Path+"/sessions/{id}/end", false, p.endSession),
		early(route(get, ConsentPath, false, p.consent)),
		early(route(post, ConsentPath, false, p.agreed)),
		early(route(get, SecondPath, false, p.second)),
		early(route(get, SecondPath+"/totp", false, p.totp)),
		early(route(post, SecondPath+"/totp", false, p.totpBegun)),
		early(route(post, SecondPath+"/totp/confirm", false, p.totpConfirmed)),
		early(route(post, SecondPath+"/passkey", false, p.passkey)),
		early(route(post, SecondPath+"/passkey/made", false, p.passkeyMade)),
		early(route(post, SecondPath+"/change", false, p.secondChanged)),
		route(get, area, false, p.accounts),
		route(get, area+"/new", false, p.add),
		route(post, area+"/new", false, p.added),
		route(get, area+"/invitations", false, p.invitations),
		route(post, area+"/invitations/{id}/hand-over", false, p.handOver),
		route(post, area+"/invitations/{id}/revoke", false, p.revoke),
		route(get, area+"/policy", false, p.policy),
		route(post, area+"/policy", false, p.policySaved),
		route(get, area+"/personal", false, p.personal),
		route(get, area+"/look", false, p.look),
		route(post, area+"/look", false, p.looked),
		route(get, area+"/{id}", false, p.one),
		route(post, area+"/{id}/roles", false, p.granted),
		route(get, area+"/{id}/roles/{role}/end", false, p.endRole),
		route(post, area+"/{id}/roles/{role}/end", false, p.roleEnded),
		route(post, area+"/{id}/reset", false, p.resetMade),
		route(post, area+"/{id}/password", false, p.passwordMade),
		route(post, area+"/{id}/second", false, p.secondForgotten),
		route(post, area+"/{id}/disclosure", false, p.disclosed),
		route(get, area+"/{id}/forget", false, p.forget),
		route(post, area+"/{id}/forget", false, p.forgottenForGood),
		route(post, area+"/{id}/disabled", false, p.disabled),
		route(post, area+"/{id}/sign-out", false, p.signedOut),
	}
}

// cookieName is what the session's cookie is called. With __Host- a browser
// takes it only over TLS, for this very host and the whole site, so that no
// neighbouring site can plant one.
func cookieName(secure bool) string {
	if secure {
		return "__Host-kyoten"
	}
	return "kyoten"
}

// token gives the session token a request brings; "" for none.
func token(r *http.Request) string {
	c, err := r.Cookie(cookieName(web.Secure(r)))
	if err != nil {
		return ""
	}
	return c.Value
}

// setToken keeps a session token in the reader's browser, or takes it away when
// token is empty.
func setToken(w http.ResponseWriter, r *http.Request, token string) {
	secure := web.Secure(r)
	c := &http.Cookie{
		Name: cookieName(secure), Value: token, Path: "/", Secure: secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, MaxAge: int(account.AbsoluteTimeout / time.Second),
	}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// Authenticate says who sent a request, for web.Deps.
func (p *Pages) Authenticate(r *http.Request) (hub.Actor, error) {
	return p.Accounts.Actor(r.Context(), token(r))
}

// device is what is known of where a request comes from.
func device(r *http.Request) account.Device {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return account.Device{Address: host, Agent: r.UserAgent()}
}

// begin gives the browser a new session and ends the one it had, so that nobody
// can have planted it before.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request, fresh, next string) error {
	if old := token(r); old != "" {
		if err := p.Accounts.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	setToken(w, r, fresh)
	if next = web.Local(next); next == "" {
		next = "/"
	}
	return web.Redirect(w, r, next)
}

// same compares two secrets in a time that tells nothing of them.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
