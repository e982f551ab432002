package intake

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

func stateOf(ctx context.Context, x page) *ui.State {
	s := state(ctx, x.imp.State)
	return &s
}

// columnWord names a column as the sender sees it: its letter and header.
func columnWord(ctx context.Context, c intake.Choice) string {
	name := c.Column.Name
	if name == "" {
		name = i18n.T(ctx, "intake.unnamed_column")
	}
	return c.Column.Letter + "　" + name
}

func sheetOptions(names []string) []ui.Option {
	out := make([]ui.Option, len(names))
	for i, n := range names {
		out[i] = ui.Option{Value: n, Label: n}
	}
	return out
}
