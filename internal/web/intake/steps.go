package intake

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// setup answers POST /intake/{id}/setup: sheet, header and mapping as corrected,
// then a new plan. What cannot be is shown on the same page, as chosen.
func (p *Pages) setup(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.load(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	s := intake.Setup{Sheet: f.Get("sheet"), HeaderFirst: int(f.Int("first")), HeaderLast: int(f.Int("last")), Mapping: intake.Mapping{}}
	for _, c := range imp.Choices {
		if v := f.Get("col." + c.Column.Letter); v != "" {
			s.Mapping[c.Column.Letter] = v
		}
	}
	if err = f.Err(); err == nil {
		_, err = p.Intake.Correct(r.Context(), web.ActorOf(r.Context()), imp.ID, s)
	}
	if err != nil {
		if f.Take(err) {
			return p.render(w, r, http.StatusUnprocessableEntity, page{imp: imp, form: f})
		}
		return err
	}
	return p.begin(w, r, imp.ID, p.analyse)
}

// apply answers POST /intake/{id}/apply.
func (p *Pages) apply(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	return p.begin(w, r, id, func(ctx context.Context, a hub.Actor, id hub.ID) error { return p.Intake.Apply(ctx, a, id, nil) })
}

// ask answers GET /intake/{id}/undo: what taking back means.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.load(r)
	if err != nil {
		return err
	}
	if imp.State != intake.Applied {
		return web.Redirect(w, r, href(imp.ID))
	}
	return web.Render(w, r, http.StatusOK, undoPage(imp))
}

// undo answers POST /intake/{id}/undo.
func (p *Pages) undo(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	return p.begin(w, r, id, func(ctx context.Context, a hub.Actor, id hub.ID) error { return p.Intake.Undo(ctx, a, id, nil) })
}

// cancel answers POST /intake/{id}/cancel: stops the running step.
func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.load(r)
	if err != nil {
		return err
	}
	p.Intake.Cancel(imp.ID)
	return web.Redirect(w, r, href(imp.ID))
}

// drop answers POST /intake/{id}/drop: gives an import up before it is applied.
func (p *Pages) drop(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Intake.Drop(r.Context(), web.ActorOf(r.Context()), id); err != nil {
		return err
	}
	return web.RedirectWith(w, r, "/intake", "intake.dropped")
}

// maxProblems is how many rows with problems the file of problems has at most.
const maxProblems = 20_000

// problems answers GET /intake/{id}/problems.csv: every problem with its place,
// to be mended in the spreadsheet or sent to whoever made it.
func (p *Pages) problems(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.load(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	var buf bytes.Buffer
	out, err := sheet.NewWriter(&buf, sheet.Style{}, i18n.T(ctx, "intake.sheet"), i18n.T(ctx, "intake.row"), i18n.T(ctx, "intake.column"),
		i18n.T(ctx, "intake.record"), i18n.T(ctx, "intake.outcome"), i18n.T(ctx, "intake.why"), i18n.T(ctx, "intake.rule"))
	if err != nil {
		return err
	}
	l := intake.Look{Problems: true, Limit: 1000}
	for written := 0; written < maxProblems; {
		rows, err := p.Intake.Rows(ctx, a, imp.ID, l)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		for _, it := range rows {
			for _, q := range it.Draft.Problems {
				if err := out.Row(sheet.Str(q.Sheet), sheet.Int(int64(q.Row)), sheet.Str(q.Column), sheet.Str(it.Title),
					sheet.Str(i18n.T(ctx, "intake."+string(it.Outcome))), sheet.Str(sentence(ctx, q)), sheet.Str(q.Rule)); err != nil {
					return err
				}
			}
		}
		written += len(rows)
		l.After = rows[len(rows)-1].N
	}
	if err := out.Close(); err != nil {
		return err
	}
	return web.Download(w, "problems-"+strconv.Itoa(imp.Created.Year())+"-"+string(imp.ID[:8])+".csv", "text/csv; charset=utf-8", buf.Bytes())
}
