package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render draws a page or a fragment and sends it with status. Nothing is sent
// when drawing fails.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	defer func() { b.Reset(); buffers.Put(b) }()
	ctx := ui.WithChrome(r.Context(), chromeOf(w, r))
	if v, ok := ctx.Value(visitKey{}).(*visit); ok && v.held.Action != "" {
		ctx = ui.WithHeld(ctx, v.held)
	}
	if err := c.Render(ctx, b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(i18n.Lang(ctx)))
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	if err != nil {
		return gone{err}
	}
	return nil
}

// gone marks an error of sending: the reader has left, nobody can be told.
type gone struct{ error }

// Redirect leads to another page of this site after a form was taken, or
// because the record stands elsewhere. Addresses of other sites are refused.
func Redirect(w http.ResponseWriter, r *http.Request, href string) error {
	if href = Local(href); href == "" {
		href = "/"
	}
	if Partial(r) {
		w.Header().Set("HX-Redirect", href)
		w.WriteHeader(http.StatusOK)
		return nil
	}
	w.Header().Set("Location", href)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// RedirectWith is Redirect with a sentence shown on the page it leads to.
func RedirectWith(w http.ResponseWriter, r *http.Request, href, key string, pairs ...any) error {
	Flash(w, r, ui.Message{Tone: ui.Good, Text: i18n.T(r.Context(), key, pairs...)})
	return Redirect(w, r, href)
}

// Local gives href when it is an address on this site, beginning with one
// slash; else "".
func Local(href string) string {
	if !strings.HasPrefix(href, "/") || strings.HasPrefix(href, "//") || strings.ContainsAny(href, "\\\r\n\t") {
		return ""
	}
	if u, err := url.Parse(href); err != nil || u.Host != "" || u.Scheme != "" {
		return ""
	}
	return href
}

func escape(s string) string { return url.QueryEscape(s) }

// Partial reports whether a script asks for a part of a page. It is no
// statement about who asks.
func Partial(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

const flashCookie = "kyoten_flash"

// flashLine is a message on its way to the next page. It is the reader's own
// cookie: what he changes in it only he sees, as text.
type flashLine struct {
	Tone ui.Tone `json:"t,omitempty"`
	Text string  `json:"s"`
	Undo string  `json:"u,omitempty"`
}

// Flash leaves a message for the next page this reader sees. Of Undo only the
// address is kept; it must be on this site.
func Flash(w http.ResponseWriter, r *http.Request, m ui.Message) {
	line := flashLine{Tone: m.Tone, Text: m.Text}
	if m.Undo != nil {
		line.Undo = Local(m.Undo.Href)
	}
	b, err := json.Marshal(line)
	if err != nil || len(b) > 2000 {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(b), Path: "/",
		MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure(r),
	})
}

// takeFlash gives the message the request before left, and takes it away.
func takeFlash(w http.ResponseWriter, r *http.Request) []ui.Message {
	c, err := r.Cookie(flashCookie)
	if err != nil || Partial(r) {
		return nil
	}
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Path: "/", MaxAge: -1,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure(r),
	})
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var line flashLine
	if json.Unmarshal(b, &line) != nil || line.Text == "" {
		return nil
	}
	m := ui.Message{Tone: line.Tone, Text: line.Text}
	if u := Local(line.Undo); u != "" {
		m.Undo = &ui.Action{Label: i18n.T(r.Context(), "button.undo"), Href: u, Post: true, Icon: "undo", Key: "u"}
	}
	return []ui.Message{m}
}

// Download sends a file made for the reader. name may be Japanese.
func Download(w http.ResponseWriter, name, kind string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", Attachment(name))
	if _, err := w.Write(body); err != nil {
		return gone{err}
	}
	return nil
}

// Attachment gives the Content-Disposition of a file to be saved under name
// (RFC 6266, with the name in UTF-8).
func Attachment(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || strings.ContainsRune(`"\;%`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// statusOf gives the HTTP status of an error's kind.
func statusOf(err error) int {
	switch hub.KindOf(err) {
	case hub.Invalid:
		return http.StatusUnprocessableEntity
	case hub.Forbidden:
		return http.StatusForbidden
	case hub.NotFound:
		return http.StatusNotFound
	case hub.Conflict:
		return http.StatusConflict
	case hub.Gone:
		return http.StatusGone
	case hub.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
