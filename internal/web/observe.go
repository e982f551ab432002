package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// observation is what the log and the metrics keep of one request.
type observation struct {
	pattern string
	user    hub.ID
	status  int
	bytes   int64
	wrote   bool
}

// path is the address for the log: without the word of a link, which opens what
// it stands for to whoever reads it.
func (o *observation) path(r *http.Request) string {
	if strings.Contains(o.pattern, "{token}") {
		return o.pattern
	}
	return r.URL.Path
}

type observationKey struct{}

func observed(ctx context.Context) (*observation, bool) {
	o, ok := ctx.Value(observationKey{}).(*observation)
	return o, ok
}

// observe numbers each request, writes one log line about it, counts it, and
// turns a panic into an error page.
func (s *site) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		o := &observation{pattern: "other"}
		ctx := hub.WithRequest(r.Context(), string(hub.NewID()))
		r = r.WithContext(context.WithValue(ctx, observationKey{}, o))
		w.Header().Set("X-Request-Id", hub.RequestOf(ctx))
		rec := &recorder{ResponseWriter: w, o: o}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.Log.ErrorContext(ctx, "panic", "id", hub.RequestOf(ctx), "path", o.path(r), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				s.afterPanic(rec, r)
			}
			took := time.Since(start)
			s.metrics.count(r.Method, o.pattern, o.status, took)
			level := slog.LevelInfo
			if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || r.URL.Path == "/metrics" {
				level = slog.LevelDebug
			}
			s.Log.Log(ctx, level, "request",
				"id", hub.RequestOf(ctx), "method", r.Method, "path", o.path(r), "status", o.status,
				"bytes", o.bytes, "ms", took.Milliseconds(), "user", string(o.user), "remote", r.RemoteAddr)
		}()
		next.ServeHTTP(rec, r)
		if o.status == 0 {
			o.status = http.StatusOK
		}
	})
}

// afterPanic sends the error page of a request whose handler panicked. It goes
// without the section's chrome, which may be what panicked.
func (s *site) afterPanic(w *recorder, r *http.Request) {
	if w.o.wrote {
		panic(http.ErrAbortHandler) // half an answer must not pass for a whole one
	}
	w.Header().Del("Content-Encoding")
	defer func() {
		// What panicked may be what every page has.
		if p := recover(); p != nil {
			s.Log.ErrorContext(r.Context(), "panic on the error page", "id", hub.RequestOf(r.Context()), "panic", fmt.Sprint(p))
			plain(w, http.StatusInternalServerError, "500 "+hub.RequestOf(r.Context()))
		}
	}()
	bare := &site{Deps: Deps{Log: s.Log, Clock: s.Clock}, metrics: s.metrics}
	r = withLanguage(r)
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, &visit{site: bare}))
	bare.explain(w, r, fmt.Errorf("panic while serving %s", w.o.path(r)))
}

// recorder notes status and size of an answer.
type recorder struct {
	http.ResponseWriter
	o *observation
}

func (w *recorder) WriteHeader(status int) {
	if w.o.status == 0 && status >= 200 {
		w.o.status, w.o.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.o.status == 0 {
		w.o.status, w.o.wrote = http.StatusOK, true
	}
	n, err := w.ResponseWriter.Write(b)
	w.o.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
