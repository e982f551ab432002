package audit

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// export answers POST /audit/export: the lines that the address narrows to, as
// a file. It posts, because it writes a line itself.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x, err := p.read(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if x.lines, err = p.Log.Take(ctx, a, x.filter); err != nil {
		return err
	}
	if x.names, err = p.nameAll(ctx, a, x.lines, x.filter); err != nil {
		return err
	}
	style := sheet.Style{Format: sheet.XLSX, Sheet: i18n.T(ctx, "section.audit")}
	ending, kind := ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	if f.Get("format") == "csv" {
		style.Format, ending, kind = sheet.CSV, ".csv", "text/csv; charset=utf-8"
	}
	var heads []string
	for _, h := range []string{"seq", "when", "who", "who_id", "action", "kind", "record", "record_id", "area_id", "request", "hash"} {
		heads = append(heads, i18n.T(ctx, "audit."+h))
	}
	var file bytes.Buffer
	out, err := sheet.NewWriter(&file, style, heads...)
	if err != nil {
		return err
	}
	for _, l := range x.lines {
		err := out.Row(
			sheet.Int(l.Seq), sheet.Str(l.At.In(hub.Tokyo).Format("2006-01-02 15:04:05")), sheet.Str(x.who(ctx, l)), sheet.Str(string(l.By)),
			sheet.Str(actionWord(ctx, l.Action)), sheet.Str(kindWord(ctx, l.Kind)), sheet.Str(x.what(ctx, l)), sheet.Str(string(l.Record)),
			sheet.Str(string(l.Area)), sheet.Str(l.Request), sheet.Str(l.Hash))
		if err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	day := strings.ReplaceAll(string(hub.DateOf(p.Clock.Now())), "-", "")
	return web.Download(w, i18n.T(ctx, "list.file_name", "section", i18n.T(ctx, "section.audit"), "date", day)+ending, kind, file.Bytes())
}
