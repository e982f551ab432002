package app

import (
	"context"
	"io"
	"log/slog"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Logger makes the log that l asks for. A line written with a request's context
// carries the request's id.
func (l Logging) Logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(l.LogLevel)) // "" leaves info
	o := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(w, o)
	if l.LogFormat == "json" {
		h = slog.NewJSONHandler(w, o)
	}
	return slog.New(withRequest{h})
}

// withRequest adds the id of the request that a line's context serves.
type withRequest struct{ slog.Handler }

func (h withRequest) Handle(ctx context.Context, r slog.Record) error {
	if id := hub.RequestOf(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h withRequest) WithAttrs(as []slog.Attr) slog.Handler {
	return withRequest{h.Handler.WithAttrs(as)}
}

func (h withRequest) WithGroup(name string) slog.Handler {
	return withRequest{h.Handler.WithGroup(name)}
}
