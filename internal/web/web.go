// Package web is the frame around every page: it finds out who asks and in what
// language, keeps the doors (security headers, cross-origin protection, limits),
// runs a section's handler and explains what went wrong.
//
// Sections are packages below this one. Each gives a table of routes; the
// composition root joins the tables and hands them to New, so that tests can
// walk over exactly the addresses that production serves. Nothing here knows
// the database or the domain.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web/static"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Handler answers one request or says why it cannot. It writes nothing before
// it is sure to succeed; Render and Redirect keep to that.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one address of the site.
type Route struct {
	// Method is GET or POST; a GET also answers HEAD.
	Method string
	// Pattern is a path of net/http's ServeMux, such as /seeds/{id}. The start
	// page is /{$}.
	Pattern string
	Handler Handler
	// Section names the section of the site, for the side navigation and tests.
	Section string
	// Public routes answer strangers; others send them to the sign-in page.
	Public bool
	// Early routes answer also those who have something else to do first; see
	// Caller.First.
	Early bool
	// Leaving routes take a form also from who looks through another's eyes.
	Leaving bool
	// MaxBody is the largest request in bytes; zero means 1 MiB.
	MaxBody int64
	// Timeout ends the request's context; zero means 30 seconds.
	Timeout time.Duration
}

// Deps is what the frame needs from the outside.
type Deps struct {
	Routes []Route
	// Authenticate says who sent a request. A stranger is the zero Actor and no
	// error; an error means that it could not be found out. Nil: all are
	// strangers.
	Authenticate func(*http.Request) (hub.Actor, error)
	// Caller is Authenticate with what else is known of who sent a request; it is
	// asked instead where it is set.
	Caller func(*http.Request) (Caller, error)
	// Late keeps a form that came from a stranger who was somebody a while ago, to
	// be shown to him again, and reports whether it has; nil keeps none.
	Late func(http.ResponseWriter, *http.Request) (kept bool, err error)
	// Held gives the form that Late has kept for the sender of a request; false for
	// none. LetGo forgets it.
	Held  func(*http.Request) (ui.Held, bool, error)
	LetGo func(http.ResponseWriter, *http.Request) error
	// Chrome says what stands around a page for the reader of r, whose context
	// holds actor and language. Path, Query, Words, Flash and RequestID are
	// filled in by the frame. Nil: nothing but the language switch.
	Chrome func(r *http.Request) ui.Chrome
	// Ready reports why the program cannot serve yet; nil means it can.
	Ready func(context.Context) error
	// Mounts are handlers of other faces by their prefix, such as /api/v1/.
	Mounts map[string]http.Handler
	// SignIn is the address of the sign-in page; /sign-in when empty.
	SignIn string
	// TrustProxy believes X-Forwarded-Proto of the proxy in front.
	TrustProxy bool
	// TrustedOrigins may post from elsewhere, such as an SSO provider.
	TrustedOrigins []string
	Clock          hub.Clock    // SystemClock when nil
	Log            *slog.Logger // slog.Default when nil
}

// Caller is who sent a request.
type Caller struct {
	Actor hub.Actor
	// First is the page to go to before any other, such as a notice to be agreed
	// to; "" when there is none.
	First string
	// As says through whose eyes the caller looks; the zero value is his own.
	As As
}

// As is somebody through whose eyes another looks: a person by name, or a role.
type As struct {
	On   bool
	Name string
	Role hub.Role // "" with no name is the public
	Area hub.ID
}

// Limits when a route sets none.
const (
	DefaultMaxBody = 1 << 20
	DefaultTimeout = 30 * time.Second
)

// site is one running frame.
type site struct {
	Deps
	metrics *metrics
}

// New builds the site. The error names a route that is malformed or stands
// twice.
func New(d Deps) (http.Handler, error) {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Clock == nil {
		d.Clock = hub.SystemClock{}
	}
	if d.SignIn == "" {
		d.SignIn = "/sign-in"
	}
	s := &site{Deps: d, metrics: newMetrics()}
	mux, err := s.mux()
	if err != nil {
		return nil, err
	}
	origin := http.NewCrossOriginProtection()
	for _, o := range d.TrustedOrigins {
		if err := origin.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("trusted origin: %w", err)
		}
	}
	origin.SetDenyHandler(s.page(Route{Public: true, Handler: func(http.ResponseWriter, *http.Request) error {
		return hub.Errorf(hub.Forbidden, "error.cross_origin")
	}}))
	return s.observe(s.guard(origin.Handler(mux))), nil
}

// mux lays out the addresses. It recovers from ServeMux's panics on a bad or
// doubled pattern, so that a mistake is an error with its route.
func (s *site) mux() (mux *http.ServeMux, err error) {
	mux = http.NewServeMux()
	at := ""
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("route %s: %v", at, p)
		}
	}()
	for _, r := range s.Routes {
		at = r.Method + " " + r.Pattern
		if r.Handler == nil || r.Method != http.MethodGet && r.Method != http.MethodPost {
			return nil, errors.New("route " + at + ": wants GET or POST and a handler")
		}
		mux.Handle(at, s.page(r))
	}
	for prefix, h := range s.Mounts {
		at = prefix
		mux.Handle(prefix, h)
	}
	at = "the frame's own"
	mux.Handle("GET "+static.Prefix, static.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /metrics", s.serveMetrics)
	mux.Handle("GET /robots.txt", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		plain(w, http.StatusOK, "User-agent: *\nDisallow: /search\n")
	}))
	mux.Handle("/", s.page(Route{Public: true, Handler: func(http.ResponseWriter, *http.Request) error {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}}))
	return mux, nil
}

// page runs a section's handler: language, actor, time limit, and an answer to
// whatever went wrong.
func (s *site) page(route Route) http.Handler {
	if route.MaxBody == 0 {
		route.MaxBody = DefaultMaxBody
	}
	if route.Timeout == 0 {
		route.Timeout = DefaultTimeout
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if switchLanguage(w, r, s.secure(r)) {
			return
		}
		r = withLanguage(r)
		ctx, cancel := context.WithTimeout(r.Context(), route.Timeout)
		defer cancel()
		v := &visit{site: s, route: route}
		r = r.WithContext(context.WithValue(ctx, visitKey{}, v))
		if o, ok := observed(ctx); ok {
			o.pattern = route.Pattern
		}
		r.Body = http.MaxBytesReader(w, r.Body, route.MaxBody)
		defer func() {
			if r.MultipartForm != nil {
				_ = r.MultipartForm.RemoveAll()
			}
		}()
		z := compress(w, r)
		defer z.close()
		if err := s.answer(z, r, v); err != nil {
			s.explain(z, r, err)
		}
	})
}

func (s *site) answer(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := s.meet(r, v); err != nil {
		return err
	}
	stranger := v.actor.Kind == hub.Stranger
	if o, ok := observed(r.Context()); ok {
		o.user = v.actor.User
		if v.actor.Borrowed() {
			o.user = v.actor.Behind
		}
	}
	if !stranger || !v.route.Public || v.actor.Borrowed() {
		w.Header().Set("Cache-Control", "no-store")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	w.Header().Add("Vary", "Cookie, Accept-Language")
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case !reads && v.actor.Borrowed() && !v.route.Leaving:
		return hub.Errorf(hub.Forbidden, "error.borrowed")
	case stranger && !v.route.Public:
		return s.turnAway(w, r, reads)
	case v.caller.First != "" && !v.route.Early && !v.actor.Borrowed():
		if !reads {
			return hub.Errorf(hub.Forbidden, "error.first")
		}
		return Redirect(w, r, v.caller.First+"?next="+escape(r.URL.RequestURI()))
	}
	if err := s.bringBack(w, r, v, reads); err != nil {
		return err
	}
	return v.route.Handler(w, r)
}

// meet finds out who sent the request.
func (s *site) meet(r *http.Request, v *visit) (err error) {
	switch {
	case s.Caller != nil:
		v.caller, err = s.Caller(r)
	case s.Authenticate != nil:
		v.caller.Actor, err = s.Authenticate(r)
	}
	v.actor = v.caller.Actor
	return err
}

// turnAway answers a stranger who asks for what is not for him. What he has typed
// while his session ended is kept.
func (s *site) turnAway(w http.ResponseWriter, r *http.Request, reads bool) error {
	next := r.URL.RequestURI()
	if !reads {
		if s.Late == nil {
			return hub.Errorf(hub.Forbidden, "error.sign_in")
		}
		kept, err := s.Late(w, r)
		if err != nil {
			return err
		}
		if !kept {
			return hub.Errorf(hub.Forbidden, "error.sign_in")
		}
		next = formPage(r)
	}
	return Redirect(w, r, s.SignIn+"?next="+escape(next))
}

// formPage gives the page on which a form stood: the one the browser names, if it
// is on this site, else that of the form's own address.
func formPage(r *http.Request) string {
	for _, name := range []string{"HX-Current-URL", "Referer"} {
		u, err := url.Parse(r.Header.Get(name))
		if err == nil && u.Host == r.Host && u.Path != "" {
			return u.RequestURI()
		}
	}
	return r.URL.Path
}

// bringBack has a page filled with the form that came too late, and forgets it
// once it is sent again.
func (s *site) bringBack(w http.ResponseWriter, r *http.Request, v *visit, reads bool) error {
	if s.Held == nil || v.actor.Kind != hub.User {
		return nil
	}
	held, ok, err := s.Held(r)
	if err != nil || !ok {
		return err
	}
	if reads {
		v.held = held
		return nil
	}
	if held.Action == r.URL.RequestURI() {
		return s.LetGo(w, r)
	}
	return nil
}

func (s *site) ready(w http.ResponseWriter, r *http.Request) {
	if s.Ready != nil {
		if err := s.Ready(r.Context()); err != nil {
			s.Log.WarnContext(r.Context(), "not ready", "err", err)
			plain(w, http.StatusServiceUnavailable, "not ready")
			return
		}
	}
	plain(w, http.StatusOK, "ready")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// Server wraps the site in a server with limits against slow clients. It is not
// started.
func Server(address string, h http.Handler) *http.Server {
	return &http.Server{
		Addr:              address,
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute, // uploads over slow lines
		WriteTimeout:      10 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}
