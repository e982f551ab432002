package people

import (
	"context"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

type (
	view   = directory.PersonView
	column = lists.Column[view]
)

// columns are the facts of a person in lists and files. Contacts and remarks are
// in neither.
func columns(ctx context.Context, l *listing) []column {
	plain := func(key, name string, of func(view) string) column {
		return column{
			Key: key, Title: field(ctx, name), Extra: true,
			Cell: func(v view) templ.Component { return text(of(v)) },
			File: func(v view) []lists.Cell { return lists.Text(of(v)) },
		}
	}
	at := func(v view) directory.Affiliation { f, _ := v.Current(l.day); return f }
	expertise := plain("expertise", "expertise", func(v view) string { return i18n.Text(ctx, v.Expertise) })
	expertise.Kind, expertise.Main, expertise.Extra = ui.WideColumn, true, false
	kind := plain(directory.ByKind, "person_kind", func(v view) string { return kindWord(ctx, v.Kind) })
	kind.Sort, kind.Main, kind.Extra = true, true, false
	out := []column{
		{
			Key: directory.ByName, Title: field(ctx, "person_name"), Kind: ui.TitleColumn, Sort: true,
			Cell: func(v view) templ.Component {
				link, below := ui.Link{Label: shown(ctx, v.Person), Href: href(v.ID)}, affiliation(ctx, v, l.day)
				if v.Sample {
					return ui.TitleCell(link, below, ui.SampleMark())
				}
				return ui.TitleCell(link, below)
			},
			File: func(v view) []lists.Cell { return lists.Text(v.Name) },
		},
		plain("kana", "kana", func(v view) string { return v.Kana }),
		plain("english", "english", func(v view) string { return v.English }),
		kind,
		plain("affiliation", "affiliation", func(v view) string { return organisation(ctx, v, at(v)) }),
		plain("department", "department", func(v view) string { return at(v).Department }),
		plain("title", "title", func(v view) string { return i18n.Text(ctx, at(v).Title) }),
		expertise,
		plain("handles", "handles", func(v view) string { return i18n.Text(ctx, v.Handles) }),
		plain("achievements", "achievements", func(v view) string { return i18n.Text(ctx, v.Achievements) }),
		plain("researcher_number", "researcher_number", func(v view) string { return v.ResearcherNumber }),
		plain("orcid", "orcid", func(v view) string { return v.ORCID }),
		plain("area", "area", func(v view) string { return i18n.Text(ctx, l.areas[v.Area]) }),
		{Key: "link", Title: i18n.T(ctx, "record.link"), File: func(v view) []lists.Cell { return lists.Text(href(v.ID)) }},
	}
	if l.staff {
		out = append(out, column{
			Key: "scope", Title: i18n.T(ctx, "scope.label"), Kind: ui.MarkColumn,
			Cell: func(v view) templ.Component { return ui.ScopeMark(v.Scope) },
		})
	}
	return out
}
