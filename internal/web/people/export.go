package people

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// mostRows bounds what one file holds.
const mostRows = 20_000

// export answers GET /people.csv: the same list as a file, without contacts and
// remarks, and of those whom the actor may take out.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	all, areas, err := p.areas(ctx)
	if err != nil {
		return err
	}
	l := p.read(r, all)
	l.query.Export = true
	var file bytes.Buffer
	out, err := sheet.NewWriter(&file, sheet.Style{},
		field(ctx, "person_name"), field(ctx, "kana"), field(ctx, "english"), field(ctx, "person_kind"), field(ctx, "affiliation"), field(ctx, "department"),
		field(ctx, "title"), field(ctx, "expertise"), field(ctx, "handles"), field(ctx, "achievements"), field(ctx, "researcher_number"), field(ctx, "orcid"),
		field(ctx, "area"), i18n.T(ctx, "record.link"))
	if err != nil {
		return err
	}
	page := hub.Page{Limit: hub.MaxLimit}
	for n := 0; n < mostRows; {
		rows, next, err := p.Directory.People.List(ctx, a, l.query, page)
		if err != nil {
			return err
		}
		for _, v := range rows {
			f, _ := v.Current(l.day)
			if err := out.Row(
				sheet.Str(v.Name), sheet.Str(v.Kana), sheet.Str(v.English), sheet.Str(kindWord(ctx, v.Kind)), sheet.Str(organisation(ctx, v, f)), sheet.Str(f.Department),
				sheet.Str(i18n.Text(ctx, f.Title)), sheet.Str(i18n.Text(ctx, v.Expertise)), sheet.Str(i18n.Text(ctx, v.Handles)), sheet.Str(i18n.Text(ctx, v.Achievements)),
				sheet.Str(v.ResearcherNumber), sheet.Str(v.ORCID), sheet.Str(i18n.Text(ctx, areas[v.Area])), sheet.Str(href(v.ID)),
			); err != nil {
				return err
			}
		}
		n += len(rows)
		if page.After = next; next == "" {
			break
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return web.Download(w, i18n.T(ctx, "section.people")+"-"+strings.ReplaceAll(string(p.today()), "-", "")+".csv", "text/csv; charset=utf-8", file.Bytes())
}
