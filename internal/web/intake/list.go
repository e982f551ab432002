package intake

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// list answers GET /intake: the imports of the reader's areas, newest first.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	areas, err := p.areas(ctx, a)
	if err != nil {
		return err
	}
	names := map[hub.ID]string{}
	var all []intake.Import
	for _, x := range areas {
		names[x.ID] = i18n.Text(ctx, x.Name)
		some, err := p.Intake.List(ctx, a, x.ID, 100)
		if err != nil {
			return err
		}
		all = append(all, some...)
	}
	t := ui.Table{
		Caption: i18n.T(ctx, "section.intake"),
		Columns: []ui.Column{
			{Title: i18n.T(ctx, "intake.file"), Kind: ui.TitleColumn},
			{Title: i18n.T(ctx, "intake.state"), Kind: ui.MarkColumn, Main: true},
			{Title: i18n.T(ctx, "intake.what")},
			{Title: i18n.T(ctx, "intake.create"), Kind: ui.NumberColumn},
			{Title: i18n.T(ctx, "intake.change"), Kind: ui.NumberColumn},
			{Title: i18n.T(ctx, "intake.refuse"), Kind: ui.NumberColumn},
			{Title: i18n.T(ctx, "intake.by")},
			{Title: i18n.T(ctx, "intake.when"), Kind: ui.DateColumn, Main: true},
		},
		Empty: ui.Empty(i18n.T(ctx, "intake.empty"), i18n.T(ctx, "intake.empty_lead"), &ui.Action{Label: i18n.T(ctx, "intake.new"), Href: "/intake/new", Icon: "upload"}),
	}
	for _, x := range all {
		below := ""
		if len(areas) > 1 {
			below = names[x.Area]
		}
		t.Rows = append(t.Rows, ui.Row{ID: string(x.ID), Title: x.File, Cells: cells(
			ui.TitleCell(ui.Link{Label: x.File, Href: href(x.ID)}, below), ui.StateChip(state(ctx, x.State)), ui.Text(kindWord(ctx, x.Kind)),
			ui.Num(ctx, int64(x.Counts.Create)), ui.Num(ctx, int64(x.Counts.Change)), ui.Num(ctx, int64(x.Counts.Refuse)),
			ui.Text(x.UserName), ui.DayCell(hub.DateOf(x.Created)),
		)})
	}
	return web.Render(w, r, http.StatusOK, listPage(t))
}
