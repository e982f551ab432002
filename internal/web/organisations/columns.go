package organisations

import (
	"context"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

type (
	view   = directory.OrganisationView
	column = lists.Column[view]
)

// columns are the facts of an organisation in lists and files. Codes are text.
func columns(ctx context.Context, l *listing) []column {
	plain := func(key, title string, of func(view) string) column {
		return column{
			Key: key, Title: title, Extra: true,
			Cell: func(v view) templ.Component { return text(of(v)) },
			File: func(v view) []lists.Cell { return lists.Text(of(v)) },
		}
	}
	out := []column{
		{
			Key: directory.ByName, Title: field(ctx, "name"), Kind: ui.TitleColumn, Sort: true,
			Cell:  func(v view) templ.Component { return l.title(ctx, v) },
			File:  func(v view) []lists.Cell { return append(lists.Text(v.Name.JA), lists.Text(v.Name.EN)...) },
			Heads: []string{field(ctx, "name"), i18n.T(ctx, "organisations.name_en")},
		},
		plain("kana", field(ctx, "kana"), func(v view) string { return v.Kana }),
		{
			Key: directory.ByKind, Title: field(ctx, "kind"), Sort: true, Main: true,
			Cell: func(v view) templ.Component { return ui.Text(kindWord(ctx, v.Kind)) },
			File: func(v view) []lists.Cell { return lists.Text(kindWord(ctx, v.Kind)) },
		},
		plain("corporate_number", field(ctx, "corporate_number"), func(v view) string { return v.CorporateNumber }),
		{
			Key: directory.ByPrefecture, Title: field(ctx, "prefecture"), Sort: true,
			Cell: func(v view) templ.Component { return text(prefecture(ctx, v.Prefecture)) },
			File: func(v view) []lists.Cell {
				return append(lists.Text(v.Prefecture), lists.Text(prefecture(ctx, v.Prefecture))...)
			},
			Heads: []string{i18n.T(ctx, "organisations.prefecture_code"), field(ctx, "prefecture")},
		},
		plain("municipality", field(ctx, "municipality"), func(v view) string { return v.Municipality }),
		plain("postal_code", field(ctx, "postal_code"), func(v view) string { return v.PostalCode }),
		plain("address", field(ctx, "address"), func(v view) string { return i18n.Text(ctx, v.Address) }),
		plain("website", field(ctx, "website"), func(v view) string { return v.Website }),
		plain("ror", field(ctx, "ror"), func(v view) string { return v.ROR }),
		plain("area", field(ctx, "area"), func(v view) string { return i18n.Text(ctx, l.areas.name[membershipCells(v, l.day).Area]) }),
		{
			Key: "standing", Title: field(ctx, "standing"), Kind: ui.MarkColumn, Main: true,
			Cell: func(v view) templ.Component { return chips(standings(ctx, v, l.day)) },
			File: func(v view) []lists.Cell { return lists.Text(standingWord(ctx, membershipCells(v, l.day), l.day)) },
		},
		day("joined", field(ctx, "joined"), func(v view) hub.Date { return membershipCells(v, l.day).Joined }),
		day("left", field(ctx, "left"), func(v view) hub.Date { return membershipCells(v, l.day).Left }),
		{Key: "link", Title: i18n.T(ctx, "record.link"), File: func(v view) []lists.Cell { return lists.Text(href(v.ID)) }},
	}
	if l.staff {
		out = append(out,
			column{
				Key: "scope", Title: i18n.T(ctx, "scope.label"), Kind: ui.MarkColumn,
				Cell: func(v view) templ.Component { return ui.ScopeMark(v.Scope) },
			},
			column{
				Key: directory.ByUpdated, Title: i18n.T(ctx, "record.updated"), Kind: ui.DateColumn, Sort: true,
				Cell: func(v view) templ.Component { return ui.DayCell(hub.DateOf(v.Updated)) },
			})
	}
	return out
}

func day(key, title string, of func(view) hub.Date) column {
	return column{
		Key: key, Title: title, Kind: ui.DateColumn, Extra: true,
		Cell: func(v view) templ.Component {
			if of(v) == "" {
				return nil
			}
			return ui.DayCell(of(v))
		},
		File: func(v view) []lists.Cell { return lists.One(sheet.Day(of(v))) },
	}
}
