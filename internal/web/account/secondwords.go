package account

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

func lines(codes []string) string { return strings.Join(codes, "\n") }

func keyColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Key: "name", Title: i18n.T(ctx, "account.passkey_name"), Kind: ui.TitleColumn},
		{Key: "made", Title: i18n.T(ctx, "account.made_on"), Kind: ui.DateColumn, Main: true},
		{Key: "used", Title: i18n.T(ctx, "account.seen"), Kind: ui.DateColumn, Main: true},
	}
}

func keyRows(s secondPage) []ui.Row {
	rows := make([]ui.Row, len(s.Passkeys))
	for i, k := range s.Passkeys {
		var used templ.Component
		if !k.Used.IsZero() {
			used = ui.DayCell(hub.DateOf(k.Used))
		}
		rows[i] = ui.Row{ID: string(k.ID), Title: k.Name, Cells: []templ.Component{ui.Text(k.Name), ui.DayCell(hub.DateOf(k.Made)), used}}
	}
	return rows
}

// changes are what can be done to the factors with the password.
func changes(ctx context.Context, s secondPage) []ui.Option {
	out := []ui.Option{{Value: "codes", Label: i18n.T(ctx, "account.codes_renew")}}
	if s.TOTP {
		out = append(out, ui.Option{Value: "totp", Label: i18n.T(ctx, "account.totp_remove")})
	}
	for _, k := range s.Passkeys {
		out = append(out, ui.Option{Value: string(k.ID), Label: i18n.T(ctx, "account.passkey_remove", "name", k.Name)})
	}
	return out
}

func stepSupport(ctx context.Context, s stepPage) string {
	if s.TOTP {
		return i18n.T(ctx, "account.step_support")
	}
	return i18n.T(ctx, "account.step_support_key")
}
