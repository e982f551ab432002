package organisations

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// mostRows bounds what one file holds.
const mostRows = 20_000

// export answers GET /organisations.csv: the same list as a file, from its first
// row on. Codes are text.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	areas, err := p.areas(ctx)
	if err != nil {
		return err
	}
	l := p.read(r, areas)
	var file bytes.Buffer
	out, err := sheet.NewWriter(&file, sheet.Style{},
		field(ctx, "name"), i18n.T(ctx, "organisations.name_en"), field(ctx, "kana"), field(ctx, "kind"), field(ctx, "corporate_number"),
		i18n.T(ctx, "organisations.prefecture_code"), field(ctx, "prefecture"), field(ctx, "municipality"), field(ctx, "postal_code"), field(ctx, "address"),
		field(ctx, "website"), field(ctx, "ror"), field(ctx, "area"), field(ctx, "standing"), field(ctx, "joined"), field(ctx, "left"),
		i18n.T(ctx, "record.link"))
	if err != nil {
		return err
	}
	page := hub.Page{Limit: hub.MaxLimit}
	for n := 0; n < mostRows; {
		rows, next, err := p.Directory.Organisations.List(ctx, a, l.query, page)
		if err != nil {
			return err
		}
		for _, v := range rows {
			m := membershipCells(v, l.day)
			if err := out.Row(
				sheet.Str(v.Name.JA), sheet.Str(v.Name.EN), sheet.Str(v.Kana), sheet.Str(kindWord(ctx, v.Kind)), sheet.Str(v.CorporateNumber),
				sheet.Str(v.Prefecture), sheet.Str(prefecture(ctx, v.Prefecture)), sheet.Str(v.Municipality), sheet.Str(v.PostalCode), sheet.Str(i18n.Text(ctx, v.Address)),
				sheet.Str(v.Website), sheet.Str(v.ROR), sheet.Str(i18n.Text(ctx, areas.name[m.Area])), sheet.Str(standingWords(r, m, l.day)), sheet.Day(m.Joined), sheet.Day(m.Left),
				sheet.Str(href(v.ID)),
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
	return web.Download(w, i18n.T(ctx, "section.organisations")+"-"+strings.ReplaceAll(string(p.today()), "-", "")+".csv", "text/csv; charset=utf-8", file.Bytes())
}

// membershipCells gives the membership a file tells of: one in force, else the
// newest.
func membershipCells(v directory.OrganisationView, day hub.Date) directory.Membership {
	for _, m := range v.Memberships {
		if m.InForce(day) {
			return m
		}
	}
	if len(v.Memberships) > 0 {
		return v.Memberships[0]
	}
	return directory.Membership{}
}

func standingWords(r *http.Request, m directory.Membership, day hub.Date) string {
	if m.ID == "" {
		return ""
	}
	return i18n.T(r.Context(), "directory.standing_"+string(m.On(day)))
}
