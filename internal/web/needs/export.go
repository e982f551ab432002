package needs

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// export answers GET /needs.csv: the list as asked for, as a file, of what the
// reader may take out.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var out bytes.Buffer
	t := func(key string) string { return i18n.T(ctx, key) }
	file, err := sheet.NewWriter(&out, sheet.Style{Format: sheet.CSV},
		"ID", t("record.number"), t("need.title")+"（日本語）", t("need.title")+"（English）", t("need.kind"), t("need.organisation"),
		t("need.prefecture"), t("need.fields"), t("need.keywords"), t("need.anonymous"), t("need.affected"), t("need.deadline"),
		t("need.budget")+t("unit.yen_brackets"), t("need.budget")+t("export.reason_brackets"), t("need.forms"), t("need.state"), t("scope.label"), t("record.updated"))
	if err != nil {
		return err
	}
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
		views, err := p.Catalogue.Needs.ExportRows(ctx, web.ActorOf(ctx), ids)
		if err != nil {
			return err
		}
		for _, v := range views {
			if err := file.Row(cells(r, v, l.orgs)...); err != nil {
				return err
			}
		}
		if list.Page.After = l.result.Next; list.Page.After == "" {
			break
		}
	}
	if err := file.Close(); err != nil {
		return err
	}
	return web.Download(w, i18n.T(ctx, "needs.file_name", "date", string(p.Today()))+".csv", "text/csv; charset=utf-8", out.Bytes())
}

func cells(r *http.Request, v catalogue.View[catalogue.Need], orgs map[hub.ID]hub.Text) []sheet.Value {
	ctx := r.Context()
	n := &v.Entry
	org := n.Institution
	if name, ok := orgs[n.Organisation]; ok {
		org = i18n.Text(ctx, name)
	}
	yen, why := records.MoneyCells(ctx, n.Budget)
	return []sheet.Value{
		sheet.Str(string(n.ID)), sheet.Str(n.Number), sheet.Str(n.Title.JA), sheet.Str(n.Title.EN),
		sheet.Str(i18n.T(ctx, "need_kind."+n.Kind)), sheet.Str(org), sheet.Str(i18n.Text(ctx, directory.PrefectureName(n.Prefecture))),
		sheet.Str(records.Words(ctx, "field", n.Fields)), sheet.Str(strings.Join(n.Keywords.In(i18n.Lang(ctx)), "、")),
		sheet.Str(i18n.Text(ctx, n.Anonymous)), sheet.Str(i18n.Text(ctx, n.Affected)), sheet.Day(n.Deadline), yen, why,
		sheet.Str(records.Words(ctx, "form", n.Forms)), sheet.Str(i18n.T(ctx, "need_state."+string(n.State))),
		sheet.Str(i18n.T(ctx, "scope."+string(n.Scope))), sheet.Day(hub.DateOf(n.Updated)),
	}
}
