package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

const languageCookie = "kyoten_lang"

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
	} else {
		lang = preferred(r.Header.Get("Accept-Language"))
	}
	return r.WithContext(i18n.With(r.Context(), lang))
}

// preferred gives the one of our languages that an Accept-Language header
// (RFC 9110 §12.5.4) ranks higher; Japanese when it names neither.
func preferred(header string) hub.Lang {
	rank := map[string]float64{}
	for i, part := range strings.SplitN(header, ",", 20) {
		if i == 19 {
			break // nobody reads so many languages
		}
		tag, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(v, 64); err != nil {
				continue
			}
		}
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		rank[base] = max(rank[base], q)
	}
	if rank["en"] > rank["ja"] {
		return hub.EN
	}
	return hub.JA
}
