package ask

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// lead is the area's own sentence above the form, or ours.
func lead(ctx context.Context, x page) string {
	if s := i18n.Text(ctx, x.set.Lead); s != "" {
		return s
	}
	return i18n.T(ctx, "ask.lead")
}
