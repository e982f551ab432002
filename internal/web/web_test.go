package web

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/static"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// testSite serves a few routes; X-User signs one in.
func testSite(t *testing.T, change func(*Deps)) *httptest.Server {
	t.Helper()
	long := strings.Repeat("雪", 2000)
	d := Deps{
		Log: slog.New(slog.DiscardHandler),
		Authenticate: func(r *http.Request) (hub.Actor, error) {
			switch name := r.Header.Get("X-User"); name {
			case "":
				return hub.Actor{}, nil
			case "broken":
				return hub.Actor{}, hub.Errorf(hub.Unavailable, "error.unavailable")
			default:
				return hub.Actor{Kind: hub.User, Name: name}, nil
			}
		},
		Routes: []Route{
			{Method: "GET", Pattern: "/{$}", Public: true, Handler: show("start")},
			{Method: "GET", Pattern: "/long", Public: true, Handler: show(long)},
			{Method: "GET", Pattern: "/private", Handler: func(w http.ResponseWriter, r *http.Request) error {
				return show("hello "+ActorOf(r.Context()).Name)(w, r)
			}},
			{Method: "POST", Pattern: "/save", Public: true, MaxBody: 100, Handler: func(w http.ResponseWriter, r *http.Request) error {
				f, err := ReadForm(r)
				if err != nil {
					return err
				}
				Flash(w, r, ui.Message{Text: "saved " + f.Text("title")})
				return Redirect(w, r, f.Get("to"))
			}},
			{Method: "GET", Pattern: "/panic", Public: true, Handler: func(http.ResponseWriter, *http.Request) error { panic("壊れた") }},
			{Method: "GET", Pattern: "/fail", Public: true, Handler: func(http.ResponseWriter, *http.Request) error {
				return errors.New("secret of the database")
			}},
			{Method: "GET", Pattern: "/slow", Public: true, Timeout: time.Millisecond, Handler: func(_ http.ResponseWriter, r *http.Request) error {
				<-r.Context().Done()
				return r.Context().Err()
			}},
			{Method: "GET", Pattern: "/things/{id}", Public: true, Handler: func(w http.ResponseWriter, r *http.Request) error {
				id, err := PathID(r, "id")
				if err != nil {
					return err
				}
				return show(string(id))(w, r)
			}},
		},
	}
	if change != nil {
		change(&d)
	}
	h, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func show(s string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return Render(w, r, http.StatusOK, templ.Join(ui.Page(ui.PageHead{Title: "t"}), ui.Text(s)))
	}
}

// ask sends one request without following redirects. headers are names and
// values.
func ask(t *testing.T, s *httptest.Server, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	c := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	s := testSite(t, nil)
	for _, path := range []string{"/", "/private", "/nowhere", "/panic", "/healthz", static.Path("kyoten.css")} {
		res, _ := ask(t, s, "GET", path, "")
		csp := res.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: Content-Security-Policy %q", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if res.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no request id", path)
		}
		if res.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: HSTS over plain HTTP", path)
		}
	}
	proxied := testSite(t, func(d *Deps) { d.TrustProxy = true })
	if res, _ := ask(t, proxied, "GET", "/", "", "X-Forwarded-Proto", "https"); res.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS behind TLS")
	}
}

func TestWhoMayEnterAndWhatMayBeKept(t *testing.T) {
	s := testSite(t, nil)
	res, _ := ask(t, s, "GET", "/private?a=1", "")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/sign-in?next="+url.QueryEscape("/private?a=1") {
		t.Errorf("a stranger got %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
	res, body := ask(t, s, "GET", "/private", "", "X-User", "中村")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "hello 中村") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %d, %s", res.StatusCode, res.Header.Get("Cache-Control"))
	}
	if res, _ := ask(t, s, "GET", "/", "", "X-User", "中村"); res.Header.Get("Cache-Control") != "no-store" {
		t.Error("a signed-in reader's page may be kept")
	}
	if res, _ := ask(t, s, "GET", "/", "", "X-User", "broken"); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("unknown reader: %d", res.StatusCode)
	}
}

func TestErrorsAreExplainedWithoutTheirCause(t *testing.T) {
	s := testSite(t, nil)
	for path, want := range map[string]int{"/nowhere": 404, "/panic": 500, "/fail": 500, "/slow": 503, "/things/x": 404} {
		res, body := ask(t, s, "GET", path, "")
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
		if strings.Contains(body, "壊れた") || strings.Contains(body, "secret") {
			t.Errorf("%s tells the cause", path)
		}
		if want == 500 && !strings.Contains(body, res.Header.Get("X-Request-Id")) {
			t.Errorf("%s does not show the request's number", path)
		}
	}
	res, body := ask(t, s, "GET", "/nowhere", "", "HX-Request", "true")
	if res.Header.Get("HX-Retarget") != "#messages" || strings.Contains(body, "<html") {
		t.Error("a part of a page was answered with a whole one")
	}
}

func TestFormsFromElsewhereAreRefused(t *testing.T) {
	s := testSite(t, nil)
	if res, _ := ask(t, s, "POST", "/save", "title=x", "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
		t.Errorf("cross-site: %d", res.StatusCode)
	}
	if res, _ := ask(t, s, "POST", "/save", "title=x", "Origin", "https://elsewhere.example"); res.StatusCode != http.StatusForbidden {
		t.Errorf("foreign origin: %d", res.StatusCode)
	}
	if res, _ := ask(t, s, "POST", "/save", "title=x", "Sec-Fetch-Site", "same-origin"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("own form: %d", res.StatusCode)
	}
	if res, body := ask(t, s, "POST", "/save", "title="+strings.Repeat("x", 200)); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d %s", res.StatusCode, body)
	}
}

func TestRedirectsStayHere(t *testing.T) {
	s := testSite(t, nil)
	for to, want := range map[string]string{
		"/seeds?a=1": "/seeds?a=1", "//evil.example/": "/", "https://evil.example/": "/", "/\\evil.example": "/", "": "/", "/a\nb": "/",
	} {
		res, _ := ask(t, s, "POST", "/save", url.Values{"to": {to}}.Encode())
		if got := res.Header.Get("Location"); got != want {
			t.Errorf("to %q leads to %q", to, got)
		}
	}
}

func TestAMessageIsShownOnceAndEscaped(t *testing.T) {
	s := testSite(t, nil)
	res, _ := ask(t, s, "POST", "/save", url.Values{"title": {"<b>雪</b>"}}.Encode())
	cookie := res.Cookies()[0]
	if !cookie.HttpOnly {
		t.Error("the message's cookie can be read by scripts")
	}
	res, body := ask(t, s, "GET", "/", "", "Cookie", cookie.Name+"="+cookie.Value)
	if !strings.Contains(body, "saved &lt;b&gt;雪&lt;/b&gt;") {
		t.Error("the message is missing or not escaped")
	}
	if len(res.Cookies()) == 0 || res.Cookies()[0].MaxAge >= 0 {
		t.Error("the message stays")
	}
}

func TestLanguage(t *testing.T) {
	s := testSite(t, nil)
	for accept, want := range map[string]string{
		"": "ja", "en-US,en;q=0.9,ja;q=0.8": "en", "ja,en;q=0.5": "ja", "fr": "ja", "rubbish;;q=": "ja",
	} {
		if res, _ := ask(t, s, "GET", "/", "", "Accept-Language", accept); res.Header.Get("Content-Language") != want {
			t.Errorf("%q: %s", accept, res.Header.Get("Content-Language"))
		}
	}
	res, _ := ask(t, s, "GET", "/long?a=1&lang=en", "")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/long?a=1" || len(res.Cookies()) != 1 {
		t.Fatalf("switching: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	c := res.Cookies()[0]
	if res, _ := ask(t, s, "GET", "/", "", "Accept-Language", "ja", "Cookie", c.Name+"="+c.Value); res.Header.Get("Content-Language") != "en" {
		t.Error("the choice does not hold")
	}
	if res, _ := ask(t, s, "GET", "//evil.example/?lang=en", ""); strings.HasPrefix(res.Header.Get("Location"), "//") {
		t.Errorf("switching leads to %q", res.Header.Get("Location"))
	}
}

func TestLongPagesAreCompressed(t *testing.T) {
	s := testSite(t, nil)
	res, body := ask(t, s, "GET", "/long", "", "Accept-Encoding", "gzip")
	if res.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not compressed")
	}
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || !strings.Contains(string(b), "雪雪雪") {
		t.Errorf("lost in compression: %v", err)
	}
	css, _ := ask(t, s, "GET", static.Path("kyoten.css"), "", "Accept-Encoding", "gzip")
	if css.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(css.Header.Get("Cache-Control"), "immutable") {
		t.Error("the style sheet is not compressed or not kept")
	}
	if res, _ := ask(t, s, "GET", static.Path("kyoten.css"), "", "If-None-Match", css.Header.Get("ETag")); res.StatusCode != http.StatusNotModified {
		t.Errorf("asked again for the same style sheet: %d", res.StatusCode)
	}
}

func TestReadinessAndMetrics(t *testing.T) {
	ready := errors.New("migrating")
	s := testSite(t, func(d *Deps) { d.Ready = func(context.Context) error { return ready } })
	if res, _ := ask(t, s, "GET", "/readyz", ""); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("not ready yet, but %d", res.StatusCode)
	}
	ready = nil
	if res, _ := ask(t, s, "GET", "/readyz", ""); res.StatusCode != http.StatusOK {
		t.Errorf("ready, but %d", res.StatusCode)
	}
	ask(t, s, "GET", "/things/x", "")
	ask(t, s, "GET", "/things/"+string(hub.NewID()), "")
	_, body := ask(t, s, "GET", "/metrics", "")
	for _, want := range []string{
		`kyoten_requests_total{method="GET",route="/things/{id}",status="404"} 1`,
		`kyoten_requests_total{method="GET",route="/things/{id}",status="200"} 1`,
		`kyoten_request_seconds_count{method="GET",route="/things/{id}"} 2`,
		"go_goroutines ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	if res, _ := ask(t, s, "GET", "/metrics", "", "X-Forwarded-For", "203.0.113.9"); res.StatusCode != http.StatusNotFound {
		t.Error("metrics are told through a proxy")
	}
}

func TestRoutesAreChecked(t *testing.T) {
	ok := Route{Method: "GET", Pattern: "/a", Handler: show("")}
	for name, routes := range map[string][]Route{
		"twice":     {ok, ok},
		"method":    {{Method: "PUT", Pattern: "/a", Handler: show("")}},
		"handler":   {{Method: "GET", Pattern: "/a"}},
		"malformed": {{Method: "GET", Pattern: "/{a", Handler: show("")}},
	} {
		if _, err := New(Deps{Routes: routes}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestListsReadOnlyWhatTheyKnow(t *testing.T) {
	r := httptest.NewRequest("GET", "/seeds?q=%E9%9B%AA&sort=-title&field=a&field=b&field=a&evil=1&limit=20&after=c&x=%00", nil)
	l := ReadList(r, []string{"title"}, []string{"field"})
	if l.Words != "雪" || l.Sort != "title" || !l.Down || l.Page.Limit != 20 || l.Page.After != "c" || len(l.Filter("field")) != 2 {
		t.Errorf("read %+v", l)
	}
	if got := l.Address.Toggle("field", "a").String(); got != "/seeds?field=b&limit=20&q=%E9%9B%AA&sort=-title" {
		t.Errorf("without a: %s", got)
	}
	if l := ReadList(httptest.NewRequest("GET", "/seeds?sort=password", nil), []string{"title"}, nil); l.Sort != "" || l.Address.String() != "/seeds" {
		t.Errorf("sorts by anything: %+v", l)
	}
}

func TestAttachmentNamesAreSafe(t *testing.T) {
	if got := Attachment("シーズ\"一覧\r\n.csv"); strings.ContainsAny(got, "\r\n") || strings.Count(got, `"`) != 2 {
		t.Errorf("unsafe: %q", got)
	}
}

func TestSentencesOfTheFrameExist(t *testing.T) {
	for _, status := range []int{403, 404, 409, 410, 413, 422, 500, 503} {
		if key := "error.title_" + strings.TrimSpace(itoa(title(status))); !i18n.Has(key) {
			t.Errorf("no %s", key)
		}
	}
}

func itoa(n int) string {
	return string(rune('0'+n/100)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10))
}
