package web

import (
	"net/http"
	"time"

	"golang.org/x/text/language"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

const languageCookie = "kyoten_lang"

// The first tag is the one chosen when nothing matches.
var languages = language.NewMatcher([]language.Tag{language.Japanese, language.English})

// switchLanguage keeps the language asked for with ?lang= and leads back to the
// same address without it. It reports whether it has answered.
func switchLanguage(w http.ResponseWriter, r *http.Request, secure bool) bool {
	q := r.URL.Query()
	lang := hub.Lang(q.Get("lang"))
	if lang != hub.JA && lang != hub.EN || r.Method != http.MethodGet {
		return false
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: string(lang), Path: "/", MaxAge: int(365 * 24 * time.Hour / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure,
	})
	q.Del("lang")
	to := r.URL.EscapedPath()
	if Local(to) == "" {
		to = "/"
	}
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
	return true
}

// withLanguage puts the reader's language into the request: what he chose here,
// else what the browser prefers, else Japanese.
func withLanguage(r *http.Request) *http.Request {
	lang := hub.JA
	if c, err := r.Cookie(languageCookie); err == nil && (c.Value == string(hub.JA) || c.Value == string(hub.EN)) {
		lang = hub.Lang(c.Value)
	} else if tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")); err == nil && len(tags) > 0 {
		if _, i, sure := languages.Match(tags...); sure > language.No && i == 1 {
			lang = hub.EN
		}
	}
	return r.WithContext(i18n.With(r.Context(), lang))
}
