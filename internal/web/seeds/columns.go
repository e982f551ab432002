package seeds

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

type (
	view   = catalogue.View[catalogue.Seed]
	column = lists.Column[view]
)

// columns are the facts of a seed in lists and files.
func columns(ctx context.Context, l *listing) []column {
	t := func(key string) string { return i18n.T(ctx, key) }
	words := func(family string, of func(*catalogue.Seed) []string) (func(view) templ.Component, func(view) []lists.Cell) {
		return func(v view) templ.Component { return records.Plain(records.Words(ctx, family, of(&v.Entry))) },
			func(v view) []lists.Cell { return lists.Several(records.WordList(ctx, family, of(&v.Entry))) }
	}
	text := func(of func(*catalogue.Seed) hub.Text) func(view) []lists.Cell {
		return func(v view) []lists.Cell { return lists.Text(i18n.Text(ctx, of(&v.Entry))) }
	}
	fieldCell, fieldFile := words("field", func(s *catalogue.Seed) []string { return s.Fields })
	formCell, formFile := words("form", func(s *catalogue.Seed) []string { return s.Forms })
	return []column{
		{Key: "id", Title: "ID", File: func(v view) []lists.Cell { return lists.Text(string(v.Entry.ID)) }},
		{
			Key: "number", Title: t("record.number"), Extra: true,
			Cell: func(v view) templ.Component { return records.Plain(v.Entry.Number) },
			File: func(v view) []lists.Cell { return lists.Text(v.Entry.Number) },
		},
		{
			Key: "title", Title: t("seed.title"), Kind: ui.TitleColumn, Sort: true,
			Cell: func(v view) templ.Component { return titleCell(ctx, l, v) },
			File: func(v view) []lists.Cell {
				return append(lists.Text(v.Entry.Title.JA), lists.Text(v.Entry.Title.EN)...)
			},
			Heads: []string{t("seed.title") + t("export.ja_brackets"), t("seed.title") + t("export.en_brackets")},
		},
		{
			Key: "organisation", Title: t("seed.organisation"), Extra: true,
			Cell: func(v view) templ.Component { return records.Plain(organisation(ctx, l, v)) },
			File: func(v view) []lists.Cell { return lists.Text(organisation(ctx, l, v)) },
		},
		{
			Key: "researchers", Title: t("seed.other_researchers"), Extra: true,
			Cell: func(v view) templ.Component { return records.Plain(strings.Join(names(v), "、")) },
			File: func(v view) []lists.Cell { return lists.Several(names(v)) },
		},
		{Key: "fields", Title: t("seed.fields"), Main: true, Cell: fieldCell, File: fieldFile},
		{
			Key: "keywords", Title: t("seed.keywords"), Extra: true,
			Cell: func(v view) templ.Component {
				return records.Plain(strings.Join(v.Entry.Keywords.In(i18n.Lang(ctx)), "、"))
			},
			File: func(v view) []lists.Cell { return lists.Several(v.Entry.Keywords.In(i18n.Lang(ctx))) },
		},
		{Key: "summary", Title: t("seed.summary"), File: text(func(s *catalogue.Seed) hub.Text { return s.Summary })},
		{Key: "advantage", Title: t("seed.advantage"), File: text(func(s *catalogue.Seed) hub.Text { return s.Advantage })},
		{Key: "applications", Title: t("seed.applications"), File: text(func(s *catalogue.Seed) hub.Text { return s.Applications })},
		{Key: "challenges", Title: t("seed.challenges"), File: text(func(s *catalogue.Seed) hub.Text { return s.Challenges })},
		{
			Key: "trl", Title: "TRL", Kind: ui.NumberColumn, Sort: true,
			Cell: func(v view) templ.Component { return trlCell(v.Entry.TRL.Level) },
			File: func(v view) []lists.Cell { return lists.One(records.Count(v.Entry.TRL.Level)) },
		},
		{Key: "forms", Title: t("seed.forms"), Extra: true, Cell: formCell, File: formFile},
		{
			Key: "budget", Title: t("seed.budget"), Kind: ui.NumberColumn, Extra: true,
			Cell: func(v view) templ.Component { return records.Plain(i18n.Money(ctx, v.Entry.Budget)) },
			File: func(v view) []lists.Cell {
				yen, why := records.MoneyCells(ctx, v.Entry.Budget)
				return append(lists.One(yen), lists.One(why)...)
			},
			Heads: []string{t("seed.budget") + t("unit.yen_brackets"), t("seed.budget") + t("export.reason_brackets")},
		},
		{
			Key: "state", Title: t("seed.state"), Kind: ui.MarkColumn, Main: true,
			Cell: func(v view) templ.Component { return ui.StateChip(records.SeedState(ctx, v.Entry.State)) },
			File: func(v view) []lists.Cell { return lists.Text(t("seed_state." + string(v.Entry.State))) },
		},
		{
			Key: "scope", Title: t("scope.column"), Kind: ui.MarkColumn,
			Cell: func(v view) templ.Component { return ui.ScopeMark(v.Entry.Scope) },
			File: func(v view) []lists.Cell { return lists.Text(t("scope." + string(v.Entry.Scope))) },
		},
		{
			Key: "area", Title: t("seed.area"), Extra: true,
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

func names(v view) (out []string) {
	for _, x := range v.Entry.Researchers {
		if x.Name != "" {
			out = append(out, x.Name)
		}
	}
	return out
}

func organisation(ctx context.Context, l *listing, v view) string {
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
	snippet := records.Snippet(ctx, words, v.Entry.Summary, v.Entry.Applications, v.Entry.Advantage, v.Entry.Challenges)
	if snippet.Text == "" {
		snippet = ui.Marked{Text: below}
	}
	return ui.MarkedTitleCell(href(v.Entry.ID), records.Mark(title, words), snippet)
}

func trlCell(level int) templ.Component {
	if level == 0 {
		return nil
	}
	return ui.Text(strconv.Itoa(level))
}
