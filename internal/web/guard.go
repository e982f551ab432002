package web

import (
	"net/http"
	"strings"
)

// policy allows what the bundle brings and nothing else: no inline style or
// script, no other site, no frame around a page.
var policy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data:",
	"font-src 'self'",
	"connect-src 'self'",
	"manifest-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
}, "; ")

// guard sets the headers that every answer carries.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if s.secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// secure reports whether the reader's connection is encrypted.
func (s *site) secure(r *http.Request) bool {
	return r.TLS != nil || s.TrustProxy && r.Header.Get("X-Forwarded-Proto") == "https"
}

// secure is the same for code that has only the request.
func secure(r *http.Request) bool {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v.site.secure(r)
	}
	return r.TLS != nil
}

// Secure reports whether the reader's connection is encrypted, so that cookies
// can be marked; it believes the proxy only when the site is told to.
func Secure(r *http.Request) bool { return secure(r) }
