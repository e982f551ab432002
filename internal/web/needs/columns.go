package needs

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

type (
	view   = catalogue.View[catalogue.Need]
	column = lists.Column[view]
)

// columns are the facts of a need in lists and files.
func columns(ctx context.Context, l *listing) []column {
	t := func(key string) string { return i18n.T(ctx, key) }
	words := func(family string, of func(*catalogue.Need) []string) (func(view) templ.Component, func(view) []lists.Cell) {
		return func(v view) templ.Component { return records.Plain(records.Words(ctx, family, of(&v.Entry))) },
			func(v view) []lists.Cell { return lists.Several(records.WordList(ctx, family, of(&v.Entry))) }
	}
	fieldCell, fieldFile := words("field", func(n *catalogue.Need) []string { return n.Fields })
	formCell, formFile := words("form", func(n *catalogue.Need) []string { return n.Forms })
	prefecture := func(v view) string { return i18n.Text(ctx, directory.PrefectureName(v.Entry.Prefecture)) }
	return []column{
		{Key: "id", Title: "ID", File: func(v view) []lists.Cell { return lists.Text(string(v.Entry.ID)) }},
		{
			Key: "number", Title: t("record.number"), Extra: true,
			Cell: func(v view) templ.Component { return records.Plain(v.Entry.Number) },
			File: func(v view) []lists.Cell { return lists.Text(v.Entry.Number) },
		},
		{
			Key: "title", Title: t("need.title"), Kind: ui.TitleColumn, Sort: true,
			Cell: func(v view) templ.Component { return titleCell(ctx, l, v) },
			File: func(v view) []lists.Cell {
				return append(lists.Text(v.Entry.Title.JA), lists.Text(v.Entry.Title.EN)...)
			},
			Heads: []string{t("need.title") + t("export.ja_brackets"), t("need.title") + t("export.en_brackets")},
		},
		{
			Key: "kind", Title: t("need.kind"), Main: true,
			Cell: func(v view) templ.Component { return ui.Text(t("need_kind." + v.Entry.Kind)) },
			File: func(v view) []lists.Cell { return lists.Text(t("need_kind." + v.Entry.Kind)) },
		},
		{
			Key: "organisation", Title: t("need.organisation"), Extra: true,
			Cell: func(v view) templ.Component { return records.Plain(organisationName(ctx, l, v)) },
			File: func(v view) []lists.Cell { return lists.Text(organisationName(ctx, l, v)) },
		},
		{
			Key: "prefecture", Title: t("need.prefecture"), Extra: true,
			Cell: func(v view) templ.Component { return records.Plain(prefecture(v)) },
			File: func(v view) []lists.Cell {
				return append(lists.Text(v.Entry.Prefecture), lists.Text(prefecture(v))...)
			},
			Heads: []string{t("organisations.prefecture_code"), t("need.prefecture")},
		},
		{Key: "fields", Title: t("need.fields"), Cell: fieldCell, File: fieldFile},
		{
			Key: "keywords", Title: t("need.keywords"), Extra: true,
			Cell: func(v view) templ.Component {
				return records.Plain(strings.Join(v.Entry.Keywords.In(i18n.Lang(ctx)), "、"))
			},
			File: func(v view) []lists.Cell { return lists.Several(v.Entry.Keywords.In(i18n.Lang(ctx))) },
		},
		{Key: "anonymous", Title: t("need.anonymous"), File: func(v view) []lists.Cell { return lists.Text(i18n.Text(ctx, v.Entry.Anonymous)) }},
		{Key: "affected", Title: t("need.affected"), File: func(v view) []lists.Cell { return lists.Text(i18n.Text(ctx, v.Entry.Affected)) }},
		{
			Key: "state", Title: t("need.state"), Kind: ui.MarkColumn, Main: true,
			Cell: func(v view) templ.Component { return ui.StateChip(records.NeedState(ctx, v.Entry.State)) },
			File: func(v view) []lists.Cell { return lists.Text(t("need_state." + string(v.Entry.State))) },
		},
		{
			Key: "scope", Title: t("scope.column"), Kind: ui.MarkColumn,
			Cell: func(v view) templ.Component { return ui.ScopeMark(v.Entry.Scope) },
			File: func(v view) []lists.Cell { return lists.Text(t("scope." + string(v.Entry.Scope))) },
		},
		{
			Key: "deadline", Title: t("need.deadline"), Kind: ui.DateColumn, Sort: true,
			Cell: func(v view) templ.Component { return deadlineCell(v.Entry.Deadline) },
			File: func(v view) []lists.Cell { return lists.One(sheet.Day(v.Entry.Deadline)) },
		},
		{
			Key: "budget", Title: t("need.budget"), Kind: ui.NumberColumn, Extra: true,
			Cell: func(v view) templ.Component { return records.Plain(i18n.Money(ctx, v.Entry.Budget)) },
			File: func(v view) []lists.Cell {
				yen, why := records.MoneyCells(ctx, v.Entry.Budget)
				return append(lists.One(yen), lists.One(why)...)
			},
			Heads: []string{t("need.budget") + t("unit.yen_brackets"), t("need.budget") + t("export.reason_brackets")},
		},
		{Key: "forms", Title: t("need.forms"), Extra: true, Cell: formCell, File: formFile},
		{
			Key: "area", Title: t("need.area"), Extra: true,
			Cell: func(v view) templ.Component { return records.Plain(i18n.Text(ctx, l.areas[v.Entry.Area])) },
			File: func(v view) []lists.Cell { return lists.Text(i18n.Text(ctx, l.areas[v.Entry.Area])) },
		},
		{
			Key: "updated", Title: t("record.updated"), Kind: ui.DateColumn, Sort: true,
			Cell: func(v view) templ.Component { return ui.DayCell(hub.DateOf(v.Entry.Updated)) },
			File: func(v view) []lists.Cell { return lists.One(sheet.Day(hub.DateOf(v.Entry.Updated))) },
		},
	}
}

func name(ctx context.Context) func(view) (hub.ID, string) {
	return func(v view) (hub.ID, string) { return v.Entry.ID, i18n.Text(ctx, v.Entry.Title) }
}

func organisationName(ctx context.Context, l *listing, v view) string {
	if n, ok := l.orgs[v.Entry.Organisation]; ok && v.Entry.Organisation != "" {
		return i18n.Text(ctx, n)
	}
	return v.Entry.Institution
}

func titleCell(ctx context.Context, l *listing, v view) templ.Component {
	title, below := i18n.Text(ctx, v.Entry.Title), by(ctx, v, l.orgs)
	if l.list.Words == "" {
		return ui.TitleCell(ui.Link{Label: title, Href: href(v.Entry.ID)}, below)
	}
	words := records.SearchWords(l.list.Words)
	snippet := records.Snippet(ctx, words, v.Entry.Anonymous, v.Entry.Affected)
	if snippet.Text == "" {
		snippet = ui.Marked{Text: below}
	}
	return ui.MarkedTitleCell(href(v.Entry.ID), records.Mark(title, words), snippet)
}

func deadlineCell(d hub.Date) templ.Component {
	if d == "" {
		return nil
	}
	return ui.DayCell(d)
}
