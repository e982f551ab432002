package letters

import (
	"context"
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/notify"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

func hours(ctx context.Context) (out []ui.Option) {
	for h := range 24 {
		out = append(out, ui.Option{Value: strconv.Itoa(h), Label: i18n.T(ctx, "letter.from_hour", "hour", fmt.Sprintf("%d:00", h))})
	}
	return out
}

func languages(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "", Label: i18n.T(ctx, "letter.language_account")},
		{Value: string(hub.JA), Label: "日本語"},
		{Value: string(hub.EN), Label: "English"},
	}
}

func kinds(ctx context.Context, choices []notify.Choice) (out []ui.Option) {
	for _, c := range choices {
		out = append(out, ui.Option{Value: c.Kind, Label: i18n.T(ctx, "letter."+c.Kind), Help: i18n.T(ctx, "letter."+c.Kind+"_help")})
	}
	return out
}

func stateFacet(ctx context.Context) []ui.Facet {
	f := ui.Facet{Name: "state", Title: i18n.T(ctx, "account.state")}
	for _, s := range notify.States {
		f.Values = append(f.Values, ui.FacetValue{Value: s, Label: i18n.T(ctx, "letter_state."+s), Count: -1})
	}
	return []ui.Facet{f}
}

var tones = map[string]ui.Tone{
	notify.Waiting: ui.Active, notify.Sent: ui.Good, notify.Kept: ui.Caution, notify.Empty: ui.Ended, notify.Dropped: ui.Ended, notify.Failed: ui.Bad,
}

func state(ctx context.Context, l notify.Letter) templ.Component {
	tone := tones[l.State]
	if l.State == notify.Waiting && l.Failures > 0 {
		return ui.StateChip(ui.State{Label: i18n.T(ctx, "letter.retried", "n", l.Failures), Tone: ui.Caution})
	}
	return ui.StateChip(ui.State{Label: i18n.T(ctx, "letter_state."+l.State), Tone: tone})
}

func ownColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Key: "kind", Title: i18n.T(ctx, "letter.kind"), Kind: ui.TitleColumn},
		{Key: "state", Title: i18n.T(ctx, "account.state"), Kind: ui.MarkColumn, Main: true},
		{Key: "made", Title: i18n.T(ctx, "letter.made"), Main: true},
	}
}

func ownRows(ctx context.Context, letters []notify.Letter) []ui.Row {
	rows := make([]ui.Row, len(letters))
	for i, l := range letters {
		rows[i] = ui.Row{ID: string(l.ID), Title: i18n.T(ctx, "letter."+l.Kind), Cells: []templ.Component{
			ui.Text(i18n.T(ctx, "letter."+l.Kind)), state(ctx, l), ui.Text(i18n.Time(ctx, l.Made)),
		}}
	}
	return rows
}

func logColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Key: "to", Title: i18n.T(ctx, "letter.to"), Kind: ui.TitleColumn},
		{Key: "kind", Title: i18n.T(ctx, "letter.kind"), Main: true},
		{Key: "state", Title: i18n.T(ctx, "account.state"), Kind: ui.MarkColumn, Main: true},
		{Key: "made", Title: i18n.T(ctx, "letter.made")},
		{Key: "settled", Title: i18n.T(ctx, "letter.settled")},
		{Key: "failure", Title: i18n.T(ctx, "letter.failure"), Kind: ui.WideColumn},
		{Key: "do", Title: i18n.T(ctx, "letter.again")},
	}
}

func logRows(ctx context.Context, l logged) []ui.Row {
	rows := make([]ui.Row, len(l.letters))
	for i, x := range l.letters {
		var settled, failure, do templ.Component
		if !x.Settled.IsZero() {
			settled = ui.Text(i18n.Time(ctx, x.Settled))
		}
		if x.Failure != "" {
			failure = ui.Text(x.Failure)
		}
		if x.State == notify.Failed || x.State == notify.Kept || x.State == notify.Waiting && x.Failures > 0 {
			do = again(l, x)
		}
		name := x.Name
		if name == "" {
			name = x.Mail
		}
		rows[i] = ui.Row{ID: string(x.ID), Title: name, Cells: []templ.Component{
			to(name, x.Mail), ui.Text(i18n.T(ctx, "letter."+x.Kind)), state(ctx, x.Letter), ui.Text(i18n.Time(ctx, x.Made)), settled, failure, do,
		}}
	}
	return rows
}

func to(name, mail string) templ.Component {
	if name == mail {
		return ui.Text(mail)
	}
	return ui.Part(ui.Text(name+" "), ui.Text("<"+mail+">"))
}
