package portal

import (
	"context"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// word gives the word for a code of a family, or the code itself when somebody
// typed it as a label.
func word(ctx context.Context, family, code string) string {
	if key := family + "." + code; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return code
}

func words(ctx context.Context, family string, codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = word(ctx, family, c)
	}
	if i18n.Lang(ctx) == hub.EN {
		return strings.Join(out, ", ")
	}
	return strings.Join(out, "、")
}
