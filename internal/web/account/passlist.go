package account

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

func passColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Key: "mail", Title: i18n.T(ctx, "account.mail"), Kind: ui.TitleColumn},
		{Key: "what", Title: i18n.T(ctx, "account.pass_what"), Main: true},
		{Key: "state", Title: i18n.T(ctx, "account.state"), Kind: ui.MarkColumn, Main: true},
		{Key: "made", Title: i18n.T(ctx, "account.made_on"), Kind: ui.DateColumn},
		{Key: "expires", Title: i18n.T(ctx, "account.expires"), Kind: ui.DateColumn},
		{Key: "do", Title: i18n.T(ctx, "account.pass_do")},
	}
}

func passRows(ctx context.Context, l passList, now time.Time) []ui.Row {
	rows := make([]ui.Row, len(l.passes))
	for i, p := range l.passes {
		what := i18n.T(ctx, "account.purpose_"+string(p.Purpose))
		if p.Role != "" {
			what = roleWord(ctx, p.Role)
		}
		title := templ.Component(ui.Text(p.Mail))
		if p.User != "" {
			title = ui.Linked(ui.Link{Label: p.Mail, Href: onePath(l.area, p.User)})
		}
		state := p.State(now)
		var do templ.Component
		if state == account.PassOpen {
			do = passActions(l, p)
		}
		rows[i] = ui.Row{ID: string(p.ID), Title: p.Mail, Cells: []templ.Component{
			title, ui.Text(what), ui.StateChip(passState(ctx, state)), ui.DayCell(hub.DateOf(p.Made)), ui.DayCell(hub.DateOf(p.Expires)), do,
		}}
	}
	return rows
}

func passState(ctx context.Context, s account.PassState) ui.State {
	tone := map[account.PassState]ui.Tone{account.PassOpen: ui.Active, account.PassUsed: ui.Good, account.PassRevoked: ui.Ended, account.PassExpired: ui.Ended}[s]
	return ui.State{Label: i18n.T(ctx, "account.pass_"+string(s)), Tone: tone}
}
