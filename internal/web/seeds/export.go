package seeds

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// export answers GET /seeds.csv: the list as asked for, as a file, of what the
// reader may take out.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var out bytes.Buffer
	t := func(key string) string { return i18n.T(ctx, key) }
	file, err := sheet.NewWriter(&out, sheet.Style{Format: sheet.CSV},
		"ID", t("record.number"), t("seed.title")+"（日本語）", t("seed.title")+"（English）", t("seed.organisation"), t("seed.other_researchers"),
		t("seed.fields"), t("seed.keywords"), t("seed.summary"), t("seed.advantage"), t("seed.applications"), t("seed.challenges"),
		"TRL", t("seed.forms"), t("seed.budget")+t("unit.yen_brackets"), t("seed.budget")+t("export.reason_brackets"), t("seed.state"), t("scope.label"), t("record.updated"))
	if err != nil {
		return err
	}
	err = p.every(r, func(v catalogue.View[catalogue.Seed], orgs map[hub.ID]hub.Text) error {
		s := &v.Entry
		var names []string
		for _, x := range s.Researchers {
			names = append(names, x.Name)
		}
		org := s.Institution
		if n, ok := orgs[s.Organisation]; ok {
			org = i18n.Text(ctx, n)
		}
		yen, why := records.MoneyCells(ctx, s.Budget)
		trl := sheet.Value{}
		if s.TRL.Level > 0 {
			trl = sheet.Int(int64(s.TRL.Level))
		}
		return file.Row(
			sheet.Str(string(s.ID)), sheet.Str(s.Number), sheet.Str(s.Title.JA), sheet.Str(s.Title.EN), sheet.Str(org), sheet.Str(strings.Join(names, "、")),
			sheet.Str(records.Words(ctx, "field", s.Fields)), sheet.Str(strings.Join(s.Keywords.In(i18n.Lang(ctx)), "、")),
			sheet.Str(i18n.Text(ctx, s.Summary)), sheet.Str(i18n.Text(ctx, s.Advantage)), sheet.Str(i18n.Text(ctx, s.Applications)), sheet.Str(i18n.Text(ctx, s.Challenges)),
			trl, sheet.Str(records.Words(ctx, "form", s.Forms)), yen, why,
			sheet.Str(t("seed_state."+string(s.State))), sheet.Str(t("scope."+string(s.Scope))), sheet.Day(hub.DateOf(s.Updated)))
	})
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return web.Download(w, i18n.T(ctx, "seeds.file_name", "date", string(p.Today()))+".csv", "text/csv; charset=utf-8", out.Bytes())
}

// every gives each seed of the list as asked for, page after page, as far as
// the reader may take it out. A list by relevance is given in its first pages.
func (p *Pages) every(r *http.Request, fn func(catalogue.View[catalogue.Seed], map[hub.ID]hub.Text) error) error {
	list := web.ReadList(r, sorts, filters)
	list.Page = hub.Page{Limit: hub.MaxLimit}
	for {
		l, err := p.find(r, list)
		if err != nil {
			return err
		}
		ids := make([]hub.ID, len(l.views))
		for i, v := range l.views {
			ids[i] = v.Entry.ID
		}
		views, err := p.Catalogue.Seeds.ExportRows(r.Context(), web.ActorOf(r.Context()), ids)
		if err != nil {
			return err
		}
		for _, v := range views {
			if err := fn(v, l.orgs); err != nil {
				return err
			}
		}
		if l.result.Next == "" {
			return nil
		}
		list.Page.After = l.result.Next
	}
}
