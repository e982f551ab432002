package ui

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// scopeHelp says in a sentence who may see what carries the scope.
func scopeHelp(ctx context.Context, s hub.Scope) string {
	if !s.Valid() {
		return ""
	}
	return i18n.T(ctx, "scope."+string(s)+"_help")
}

// ScopeOptions are the five scopes as choices of a field, each with its
// sentence.
func ScopeOptions(ctx context.Context) []Option {
	out := make([]Option, len(hub.Scopes))
	for i, s := range hub.Scopes {
		out[i] = Option{Value: string(s), Label: i18n.T(ctx, scopeKey(s)), Help: scopeHelp(ctx, s)}
	}
	return out
}
