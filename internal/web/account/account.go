// Package account is the section of signing in and out, one's own account, the
// accounts of an area, and, in a demo, of choosing a part to play.
//
// It keeps the session cookie and nothing else of the session: what a token
// stands for, and every rule about passwords and roles, is in the room account.
package account

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
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
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	route := func(method, pattern string, public bool, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Handler: h, Section: Section, Public: public}
	}
	const get, post = http.MethodGet, http.MethodPost
	return []web.Route{
		route(get, SignInPath, true, p.signIn),
		route(post, SignInPath, true, p.signedIn),
		route(post, SignOutPath, true, p.signOut),
		route(get, SetUpPath, true, p.setUp),
		route(post, SetUpPath, true, p.setUpDone),
		route(get, DemoPath, true, p.demo),
		route(post, DemoPath, true, p.demoSignIn),
		route(get, Path, false, p.mine),
		route(post, Path, false, p.saved),
		route(get, Path+"/password", false, p.password),
		route(post, Path+"/password", false, p.passwordChanged),
		route(post, Path+"/sessions/{id}/end", false, p.endSession),
		route(get, "/areas/{slug}/accounts", false, p.accounts),
		route(get, "/areas/{slug}/accounts/new", false, p.add),
		route(post, "/areas/{slug}/accounts/new", false, p.added),
		route(get, "/areas/{slug}/accounts/{id}", false, p.one),
		route(post, "/areas/{slug}/accounts/{id}/roles", false, p.granted),
		route(get, "/areas/{slug}/accounts/{id}/roles/{role}/end", false, p.endRole),
		route(post, "/areas/{slug}/accounts/{id}/roles/{role}/end", false, p.roleEnded),
		route(post, "/areas/{slug}/accounts/{id}/password", false, p.passwordMade),
		route(post, "/areas/{slug}/accounts/{id}/disabled", false, p.disabled),
		route(post, "/areas/{slug}/accounts/{id}/sign-out", false, p.signedOut),
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
