package projects

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// export answers GET /projects.csv: the list as asked for, as a file, of what the
// reader may take out.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var out bytes.Buffer
	t := func(key string) string { return i18n.T(ctx, key) }
	file, err := sheet.NewWriter(&out, sheet.Style{Format: sheet.CSV},
		"ID", t("record.number"), t("project.title")+"（日本語）", t("project.title")+"（English）", t("project.type"), t("project.state"), t("project.state_since"),
		t("project.tier"), t("project.tier_since"), t("project.organisation"), t("need.fields"), t("project.issues"), t("project.summary"),
		"TRL", "BRL", t("project.start"), t("project.end"), t("scope.label"), t("record.updated"))
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
		views, err := p.Projects.ExportRows(ctx, web.ActorOf(ctx), ids)
		if err != nil {
			return err
		}
		for _, v := range views {
			if err := file.Row(cells(r, v, l)...); err != nil {
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
	return web.Download(w, i18n.T(ctx, "projects.file_name", "date", string(p.Today()))+".csv", "text/csv; charset=utf-8", out.Bytes())
}

func cells(r *http.Request, v catalogue.View[project.Project], l listing) []sheet.Value {
	ctx := r.Context()
	x := &v.Entry
	level := func(scale string) sheet.Value {
		if n := x.Level(scale).Level; n > 0 {
			return sheet.Int(int64(n))
		}
		return sheet.Value{}
	}
	return []sheet.Value{
		sheet.Str(string(x.ID)), sheet.Str(x.Number), sheet.Str(x.Title.JA), sheet.Str(x.Title.EN), sheet.Str(typeWord(ctx, x.Type)),
		sheet.Str(i18n.T(ctx, "project_state."+string(x.State))), sheet.Day(x.StateSince),
		sheet.Str(tierWord(ctx, schemeOf(l.schemes, x.Area), x.Tier)), sheet.Day(x.TierSince), sheet.Str(by(ctx, v, l.orgs)),
		sheet.Str(records.Words(ctx, "field", x.Fields)), sheet.Str(strings.Join(x.Issues, "、")), sheet.Str(i18n.Text(ctx, x.Summary)),
		level("trl"), level("brl"), sheet.Day(x.Start), sheet.Day(x.End),
		sheet.Str(i18n.T(ctx, "scope."+string(x.Scope))), sheet.Day(hub.DateOf(x.Updated)),
	}
}
