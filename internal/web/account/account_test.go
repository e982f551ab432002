package account_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	pages "github.com/kyoten-hub/kyoten/internal/web/account"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

const password = "雪のふる町の図書館で待つ"

// world is a site with the section and a page that tells who asks.
type world struct {
	*account.Service
	t     *testing.T
	site  *httptest.Server
	area  account.Area
	log   *audit.Log
	clock *ticking
}

// ticking is the machine's clock, put forward.
type ticking struct{ by atomic.Int64 }

func (c *ticking) Now() time.Time { return time.Now().Add(time.Duration(c.by.Load())) }

func (c *ticking) pass(d time.Duration) { c.by.Add(int64(d)) }

func newWorld(t *testing.T, demo bool) *world {
	t.Helper()
	d := dbtest.SQLite(t)
	clock := &ticking{}
	log := audit.New(d, clock)
	s := account.New(d, log, clock, account.Options{Demo: demo})
	p := &pages.Pages{Accounts: s, Clock: clock, SetUpToken: "let-me-in"}
	h, err := web.New(web.Deps{
		Caller: p.Caller, Late: p.Late, Held: p.Held, LetGo: p.LetGo, Log: slog.New(slog.DiscardHandler),
		Chrome: func(r *http.Request) ui.Chrome { return ui.Chrome{Account: web.ActorOf(r.Context()).Name} },
		Routes: append(p.Routes(), web.Route{Method: "GET", Pattern: "/{$}", Public: true, Handler: func(w http.ResponseWriter, r *http.Request) error {
			_, err := io.WriteString(w, "you are <"+web.ActorOf(r.Context()).Name+">")
			return err
		}}),
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Service: s, t: t, site: httptest.NewServer(h), log: log, clock: clock}
	t.Cleanup(w.site.Close)
	w.area, err = s.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北"}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) user(mail, name string, roles ...hub.Role) account.User {
	w.t.Helper()
	u, err := w.CreateUser(w.t.Context(), hub.SystemActor, account.NewUser{Mail: mail, Name: name, Password: password})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range roles {
		if _, err := w.Grant(w.t.Context(), hub.SystemActor, u.ID, r, w.area.ID, "", ""); err != nil {
			w.t.Fatal(err)
		}
	}
	return u
}

// browser keeps cookies and does not follow redirects.
type browser struct {
	*http.Client
	w *world
}

func (w *world) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, w}
}

type answer struct {
	*http.Response
	body string
}

func (b *browser) do(r *http.Request) answer {
	b.w.t.Helper()
	res, err := b.Do(r)
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return answer{res, string(body)}
}

func (b *browser) get(path string) answer {
	r, _ := http.NewRequest("GET", b.w.site.URL+path, nil)
	return b.do(r)
}

func (b *browser) post(path string, pairs ...string) answer {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r, _ := http.NewRequest("POST", b.w.site.URL+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.w.site.URL)
	return b.do(r)
}

func (b *browser) signIn(mail string) {
	b.w.t.Helper()
	if a := b.post("/sign-in", "mail", mail, "password", password); a.StatusCode != http.StatusSeeOther {
		b.w.t.Fatalf("%s does not get in: %d", mail, a.StatusCode)
	}
}

func (b *browser) who() string { return b.get("/").body }

func want(t *testing.T, what string, a answer, status int) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s: status %d, want %d", what, a.StatusCode, status)
	}
}

func TestSigningInAndOut(t *testing.T) {
	w := newWorld(t, false)
	w.user("hana@example.jp", "はな")
	b := w.browser()
	want(t, "a page for those signed in", b.get("/account"), http.StatusSeeOther)
	wrong := b.post("/sign-in", "mail", "hana@example.jp", "password", "wrong")
	unknown := b.post("/sign-in", "mail", "nobody@example.jp", "password", "wrong")
	want(t, "a wrong password", wrong, http.StatusUnprocessableEntity)
	if strings.ReplaceAll(wrong.body, "hana", "") != strings.ReplaceAll(unknown.body, "nobody", "") {
		t.Error("the page tells an unknown account from a wrong password")
	}
	if !strings.Contains(wrong.body, "hana@example.jp") || strings.Contains(wrong.body, `value="wrong"`) {
		t.Error("the mail is lost or the password comes back")
	}
	a := b.post("/sign-in", "mail", "hana@example.jp", "password", password, "next", "/account")
	if a.Header.Get("Location") != "/account" {
		t.Errorf("led to %q", a.Header.Get("Location"))
	}
	c := a.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) < 40 {
		t.Errorf("cookie %+v", c)
	}
	if got := b.who(); got != "you are <はな>" {
		t.Error(got)
	}
	page := b.get("/account")
	if page.StatusCode != http.StatusOK || page.Header.Get("Cache-Control") != "no-store" || !strings.Contains(page.body, "hana@example.jp") {
		t.Errorf("own account: %d, %s", page.StatusCode, page.Header.Get("Cache-Control"))
	}
	// Signing in again ends the session before: a planted one is worth nothing.
	old := b.Jar.Cookies(must(url.Parse(w.site.URL)))[0].Value
	b.signIn("hana@example.jp")
	if a, _ := w.Actor(t.Context(), old); a.Kind != hub.Stranger {
		t.Error("the old session lives on")
	}
	want(t, "signing out", b.post("/sign-out"), http.StatusSeeOther)
	if got := b.who(); got != "you are <>" {
		t.Error(got)
	}
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		a := w.browser().post("/sign-in", "mail", "hana@example.jp", "password", password, "next", next)
		if to := a.Header.Get("Location"); to != "/" {
			t.Errorf("next %q leads to %q", next, to)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestGuessesAreSlowedDown(t *testing.T) {
	w := newWorld(t, false)
	w.user("hana@example.jp", "はな")
	b := w.browser()
	for range 6 {
		b.post("/sign-in", "mail", "hana@example.jp", "password", "wrong wrong")
	}
	want(t, "the seventh", b.post("/sign-in", "mail", "hana@example.jp", "password", password), http.StatusTooManyRequests)
}

func TestOwnAccount(t *testing.T) {
	w := newWorld(t, false)
	w.user("hana@example.jp", "はな", hub.Coordinator)
	b, phone := w.browser(), w.browser()
	b.signIn("hana@example.jp")
	phone.signIn("hana@example.jp")
	if a := b.post("/account", "name", "はな子", "language", "en"); a.Header.Get("Location") != "/account?lang=en" {
		t.Errorf("after saving: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	b.get("/account?lang=en")
	page := b.get("/account").body
	for _, s := range []string{"Where you are signed in", "はな子", "Coordinator"} {
		if !strings.Contains(page, s) {
			t.Errorf("the page lacks %q", s)
		}
	}
	want(t, "a nameless account", b.post("/account", "name", " ", "language", ""), http.StatusUnprocessableEntity)
	end := regexp.MustCompile(`/account/sessions/[^/]+/end`).FindString(page)
	want(t, "ending the phone's session", b.post(end), http.StatusSeeOther)
	if phone.who() != "you are <>" {
		t.Error("the phone is still signed in")
	}
	const fresh = "夏のおわりの汽車に乗る人"
	want(t, "two that differ", b.post("/account/password", "current", password, "password", fresh, "again", "x"), http.StatusUnprocessableEntity)
	want(t, "a wrong current one", b.post("/account/password", "current", "x", "password", fresh, "again", fresh), http.StatusUnprocessableEntity)
	want(t, "a short one", b.post("/account/password", "current", password, "password", "short", "again", "short"), http.StatusUnprocessableEntity)
	want(t, "a good one", b.post("/account/password", "current", password, "password", fresh, "again", fresh), http.StatusSeeOther)
	if b.who() != "you are <はな子>" {
		t.Error("changing the password signed this browser out")
	}
}

func TestTheOfficeLooksAfterItsPeople(t *testing.T) {
	w := newWorld(t, false)
	w.user("office@example.jp", "事務", hub.Office)
	coordinator := w.user("taro@example.jp", "太郎", hub.Coordinator)
	b, c, stranger := w.browser(), w.browser(), w.browser()
	b.signIn("office@example.jp")
	c.signIn("taro@example.jp")
	const list = "/areas/north/accounts"
	if page := b.get(list); page.StatusCode != http.StatusOK || !strings.Contains(page.body, "taro@example.jp") {
		t.Errorf("the office sees %d", page.StatusCode)
	}
	for _, path := range []string{list, list + "/new", list + "/" + string(coordinator.ID)} {
		want(t, "a coordinator at "+path, c.get(path), http.StatusNotFound)
		want(t, "a stranger at "+path, stranger.get(path), http.StatusSeeOther)
	}
	want(t, "a coordinator adding", c.post(list+"/new", "mail", "x@example.jp", "name", "x", "role", "office"), http.StatusNotFound)
	want(t, "a role the office cannot give", b.post(list+"/new", "mail", "x@example.jp", "name", "x", "role", "administrator"), http.StatusUnprocessableEntity)
	want(t, "no mail", b.post(list+"/new", "mail", "x", "name", "x", "role", "company"), http.StatusUnprocessableEntity)
	if a := b.post(list+"/new", "mail", "y@example.jp", "name", "y", "role", "company", "from", "2026-01-01", "until", "2025-01-01"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an end before the beginning: %d", a.StatusCode)
	}
	if _, err := w.UserByMail(t.Context(), hub.SystemActor, "y@example.jp"); hub.KindOf(err) != hub.NotFound {
		t.Error("a refused role left an account behind")
	}
	made := b.post(list+"/new", "mail", "firm@example.jp", "name", "企業", "role", "company", "from", "2026-01-01")
	if made.StatusCode != http.StatusOK {
		t.Fatalf("adding a person: %d", made.StatusCode)
	}
	firm := w.browser()
	if a := firm.post("/invitation", "token", word(t, made), "name", "企業", "password", password, "again", password); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the invitation shown does not open: %d", a.StatusCode)
	}
	want(t, "one who is there already", b.post(list+"/new", "mail", "firm@example.jp", "name", "", "role", "finance"), http.StatusSeeOther)
	u, err := w.UserByMail(t.Context(), hub.SystemActor, "firm@example.jp")
	if err != nil {
		t.Fatal(err)
	}
	one := list + "/" + string(u.ID)
	page := b.get(one).body
	end := regexp.MustCompile(one + `/roles/[^/]+/end`).FindString(page)
	if end == "" {
		t.Fatal("no way to end a role")
	}
	want(t, "asking", b.get(end), http.StatusOK)
	want(t, "a coordinator ending a role", c.post(end), http.StatusNotFound)
	want(t, "ending", b.post(end, "until", ""), http.StatusSeeOther)
	want(t, "shutting", b.post(one+"/disabled", "disabled", "1"), http.StatusSeeOther)
	if firm.who() != "you are <>" {
		t.Error("a shut account is still in")
	}
	want(t, "shutting another", b.post(list+"/"+string(coordinator.ID)+"/disabled", "disabled", "1"), http.StatusSeeOther)
	outside := w.user("out@example.jp", "外")
	want(t, "an account without a role here", b.get(list+"/"+string(outside.ID)), http.StatusNotFound)
	want(t, "its password", b.post(list+"/"+string(outside.ID)+"/password"), http.StatusNotFound)
}

func TestTheFirstAdministratorNeedsTheTokenAndComesOnce(t *testing.T) {
	w := newWorld(t, false)
	b := w.browser()
	want(t, "without the token", b.get("/setup"), http.StatusNotFound)
	want(t, "with another", b.get("/setup?token=x"), http.StatusNotFound)
	want(t, "posting without it", b.post("/setup", "mail", "a@example.jp"), http.StatusNotFound)
	want(t, "with it", b.get("/setup?token=let-me-in"), http.StatusOK)
	form := []string{"token", "let-me-in", "mail", "a@example.jp", "name", "管理", "password", password, "area_slug", "kita", "area_name", "北"}
	bad := b.post("/setup", "token", "let-me-in", "mail", "a", "area_slug", "A")
	want(t, "a form with mistakes", bad, http.StatusUnprocessableEntity)
	if n := strings.Count(bad.body, `href="#f-`); n != 5 {
		t.Errorf("%d mistakes are told, want 5", n)
	}
	want(t, "a good form", b.post("/setup", form...), http.StatusSeeOther)
	if b.who() != "you are <管理>" {
		t.Error("the administrator is not signed in")
	}
	want(t, "afterwards", w.browser().get("/setup?token=let-me-in"), http.StatusNotFound)
	want(t, "again", w.browser().post("/setup", form...), http.StatusNotFound)
}

func TestTheDemoDoor(t *testing.T) {
	for _, demo := range []bool{false, true} {
		w := newWorld(t, demo)
		u, err := w.CreateUser(t.Context(), hub.SystemActor, account.NewUser{Mail: "s@example.jp", Name: "見本", Sample: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Grant(t.Context(), hub.SystemActor, u.ID, hub.Coordinator, w.area.ID, "", ""); err != nil {
			t.Fatal(err)
		}
		try := func(host, origin string) int {
			r, _ := http.NewRequest("POST", w.site.URL+"/demo", strings.NewReader("user="+string(u.ID)))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if host != "" {
				r.Host = host
			}
			if origin != "" {
				r.Header.Set("Origin", origin)
			}
			return w.browser().do(r).StatusCode
		}
		host := strings.TrimPrefix(w.site.URL, "http://")
		if !demo {
			if got := try("", w.site.URL); got != http.StatusNotFound {
				t.Errorf("without demo: %d", got)
			}
			continue
		}
		if page := w.browser().get("/demo"); !strings.Contains(page.body, "見本") {
			t.Error("the part is not offered")
		}
		for _, c := range []struct {
			host, origin string
			want         int
		}{
			{"", w.site.URL, http.StatusSeeOther},
			{"", "", http.StatusForbidden},
			{"", "http://evil.example", http.StatusForbidden},
			{"evil.example", "http://evil.example", http.StatusNotFound},
			{"evil.example:8080", "http://" + host, http.StatusForbidden},
			{"localhost.evil.example", "http://localhost.evil.example", http.StatusNotFound},
		} {
			if got := try(c.host, c.origin); got != c.want {
				t.Errorf("host %q, origin %q: %d, want %d", c.host, c.origin, got, c.want)
			}
		}
		real := w.user("real@example.jp", "本人", hub.Chief)
		if a := w.browser().post("/demo", "user", string(real.ID)); a.StatusCode != http.StatusNotFound {
			t.Errorf("a real account by the demo's door: %d", a.StatusCode)
		}
	}
}
