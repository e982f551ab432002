package intake

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// shownRows is how many rows of a plan stand on a page.
const shownRows = 50

// page is everything that is drawn of an import.
type page struct {
	imp      intake.Import
	view     string // outcome looked at, "notes", "left", or "" for the refused and noted
	rows     []intake.Item
	next     int // n to go on after; 0 at the end
	form     *ui.Form
	areaName string
}

// show answers GET /intake/{id}: the plan, its progress, or what became of it.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.load(r)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, page{imp: imp, form: setupForm(imp)})
}

func (p *Pages) load(r *http.Request) (intake.Import, error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return intake.Import{}, err
	}
	return p.Intake.Get(r.Context(), web.ActorOf(r.Context()), id)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, x page) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	area, err := p.Accounts.Area(ctx, x.imp.Area)
	if err != nil {
		return err
	}
	x.areaName = i18n.Text(ctx, area.Name)
	l := intake.Look{Limit: shownRows + 1}
	x.view = r.URL.Query().Get("show")
	switch o := intake.Outcome(x.view); o {
	case intake.Create, intake.Change, intake.Same, intake.Refuse:
		l.Outcome = o
	default:
		switch {
		case x.view == "left" || x.view == "" && (x.imp.State == intake.Applied && x.imp.Counts.Left > 0 || x.imp.State == intake.Undone):
			x.view, l.Left = "left", true
		default:
			x.view, l.Problems = "", true
		}
	}
	l.After, _ = strconv.Atoi(r.URL.Query().Get("after"))
	if x.imp.State != intake.Waiting && x.imp.State != intake.Planning {
		if x.rows, err = p.Intake.Rows(ctx, a, x.imp.ID, l); err != nil {
			return err
		}
	}
	if len(x.rows) > shownRows {
		x.rows = x.rows[:shownRows]
		x.next = x.rows[shownRows-1].N
	}
	return web.Render(w, r, status, importPage(x))
}

// progress answers GET /intake/{id}/progress, which the page asks for while a
// step runs. At its end the whole page is new.
func (p *Pages) progress(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.load(r)
	if err != nil {
		return err
	}
	if !imp.State.Running() {
		w.Header().Set("HX-Refresh", "true")
	}
	return web.Render(w, r, http.StatusOK, ui.Progress(work(r.Context(), imp)))
}

func work(ctx context.Context, imp intake.Import) ui.Work {
	x := ui.Work{Label: i18n.T(ctx, "intake.state."+string(imp.State)), Done: imp.Done, Total: imp.Total}
	if imp.State == intake.Applying || imp.State == intake.Undoing {
		x.Total = imp.Counts.Create + imp.Counts.Change
	}
	if imp.State.Running() {
		x.Poll, x.Cancel = href(imp.ID)+"/progress", href(imp.ID)+"/cancel"
	}
	return x
}

// setupForm fills the form of sheet, header and mapping.
func setupForm(imp intake.Import) *ui.Form {
	f := ui.NewForm("sheet", imp.Sheet)
	if imp.HeaderFirst > 0 {
		f.Set("first", strconv.Itoa(imp.HeaderFirst)).Set("last", strconv.Itoa(imp.HeaderLast))
	}
	for _, c := range imp.Choices {
		f.Set("col."+c.Column.Letter, c.Field)
	}
	return f
}

// cells gathers the cells of a row.
func cells(all ...templ.Component) []templ.Component { return all }

func (x *page) figures(ctx context.Context) []ui.Figure {
	c := x.imp.Counts
	at := func(view string) string { return href(x.imp.ID) + "?show=" + view + "#rows" }
	out := []ui.Figure{
		{Label: i18n.T(ctx, "intake.create"), N: c.Create, Href: at("create")},
		{Label: i18n.T(ctx, "intake.change"), N: c.Change, Href: at("change")},
		{Label: i18n.T(ctx, "intake.same"), N: c.Same, Href: at("same")},
	}
	refuse := ui.Figure{Label: i18n.T(ctx, "intake.refuse"), N: c.Refuse, Href: at("refuse")}
	if c.Refuse > 0 {
		refuse.Tone = ui.Bad
	}
	if c.Notes > 0 {
		refuse.Note = i18n.T(ctx, "intake.notes", "n", c.Notes)
	}
	out = append(out, refuse)
	if c.Left > 0 || c.Kept > 0 {
		out = append(out, ui.Figure{Label: i18n.T(ctx, "intake.left"), N: c.Left + c.Kept, Href: at("left"), Tone: ui.Caution})
	}
	return out
}

// title says which rows are shown.
func (x *page) title(ctx context.Context) string {
	if x.view == "" {
		return i18n.T(ctx, "intake.rows.problems")
	}
	return i18n.T(ctx, "intake.rows."+x.view)
}

// table draws the rows looked at: where they stand, what they are, what happens
// to them and why.
func (x *page) table(ctx context.Context) ui.Table {
	t := ui.Table{
		Caption: x.title(ctx),
		Columns: []ui.Column{
			{Title: i18n.T(ctx, "intake.record"), Kind: ui.TitleColumn},
			{Title: i18n.T(ctx, "intake.row"), Kind: ui.NumberColumn, Main: true},
			{Title: i18n.T(ctx, "intake.column"), Main: true},
			{Title: i18n.T(ctx, "intake.outcome"), Kind: ui.MarkColumn},
			{Title: i18n.T(ctx, "intake.why"), Kind: ui.ProseColumn},
		},
		Empty: ui.Muted(i18n.T(ctx, "intake.rows.none")),
	}
	for _, it := range x.rows {
		var columns, why []string
		for _, q := range it.Draft.Problems {
			if q.Column != "" {
				columns = append(columns, q.Column)
			}
			why = append(why, sentence(ctx, q))
		}
		if it.Left != "" {
			why = append(why, i18n.T(ctx, it.Left))
		}
		if it.Outcome == intake.Change && len(it.Fields) > 0 {
			var words []string
			for _, f := range it.Fields {
				if w := fieldWord(ctx, x.imp.Kind, f); len(words) == 0 || words[len(words)-1] != w {
					words = append(words, w)
				}
			}
			why = append(why, i18n.T(ctx, "intake.changes", "fields", strings.Join(words, i18n.T(ctx, "intake.comma"))))
		}
		title := it.Title
		if title == "" {
			title = i18n.T(ctx, "intake.unnamed")
		}
		t.Rows = append(t.Rows, ui.Row{ID: strconv.Itoa(it.N), Title: title, Cells: cells(
			x.titleCell(it, title), ui.Text(strconv.Itoa(it.Row)), ui.Text(strings.Join(columns, " ")),
			ui.StateChip(outcome(ctx, it.Outcome)), ui.Prose(strings.Join(why, "\n")),
		)})
	}
	return t
}

// titleCell leads to the record once there is one.
func (x *page) titleCell(it intake.Item, title string) templ.Component {
	there := it.Outcome == intake.Change || it.Outcome == intake.Same || it.Outcome == intake.Create && x.imp.State == intake.Applied
	if !there || it.Record == "" {
		return ui.Text(title)
	}
	return ui.TitleCell(ui.Link{Label: title, Href: "/" + string(x.imp.Kind) + "/" + string(it.Record)}, "")
}

func outcome(ctx context.Context, o intake.Outcome) ui.State {
	tone := map[intake.Outcome]ui.Tone{intake.Create: ui.Good, intake.Change: ui.Active, intake.Refuse: ui.Bad}[o]
	return ui.State{Label: i18n.T(ctx, "intake."+string(o)), Tone: tone}
}

// certainty says how a column's meaning was found, with examples.
func certainty(ctx context.Context, c intake.Choice) string {
	s := i18n.T(ctx, "intake.certainty."+string(c.Certainty))
	if len(c.Samples) == 0 {
		return s
	}
	var short []string
	for _, v := range c.Samples {
		v = strings.Join(strings.Fields(v), " ")
		if r := []rune(v); len(r) > 24 {
			v = string(r[:23]) + "…"
		}
		short = append(short, v)
	}
	return s + i18n.T(ctx, "intake.samples", "values", strings.Join(short, " / "))
}

// sure reports whether every proposal is certain, so that the mapping can stay
// folded.
func (x *page) sure() bool {
	if x.imp.State == intake.Waiting {
		return false
	}
	for _, c := range x.imp.Choices {
		switch c.Certainty {
		case intake.Likely, intake.ByValues, intake.Doubtful:
			return false
		}
	}
	return true
}

// fieldOptions are the meanings a column can have.
func fieldOptions(ctx context.Context, k intake.Kind) []ui.Option {
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "intake.leave_out")}}
	for _, f := range intake.FieldsOf(k) {
		out = append(out, ui.Option{Value: f.Name, Label: i18n.T(ctx, f.Key(k))})
	}
	return out
}

// findings are the rules of machine readability that the file breaks.
func findings(ctx context.Context, imp intake.Import) [][]string {
	rows := [][]string{{i18n.T(ctx, "intake.rule"), i18n.T(ctx, "intake.rule_says"), i18n.T(ctx, "intake.place"), i18n.T(ctx, "intake.count")}}
	for _, f := range imp.Findings {
		place := f.Place
		if f.Sample != "" {
			place += "　" + f.Sample
		}
		rows = append(rows, []string{f.Rule, i18n.T(ctx, "sheet.rule."+f.Rule, "sample", f.Sample), place, i18n.Number(ctx, int64(f.Count))})
	}
	return rows
}

// lead says in one line what the file is.
func (x *page) lead(ctx context.Context) string {
	imp := x.imp
	parts := []string{kindWord(ctx, imp.Kind), x.areaName}
	if imp.Encoding != "" {
		parts = append(parts, imp.Encoding)
	} else {
		parts = append(parts, i18n.T(ctx, "intake.sheet_named", "sheet", imp.Sheet))
	}
	if imp.Total > 0 {
		parts = append(parts, i18n.T(ctx, "intake.rows_total", "n", imp.Total))
	}
	parts = append(parts, imp.UserName, i18n.Time(ctx, imp.Created))
	return strings.Join(parts, " · ")
}

func (x *page) primary(ctx context.Context) *ui.Action {
	c := x.imp.Counts
	if x.imp.State == intake.Ready && c.Create+c.Change > 0 {
		return &ui.Action{Label: i18n.T(ctx, "intake.apply"), Href: href(x.imp.ID) + "/apply", Post: true, Icon: "check"}
	}
	return nil
}

func (x *page) menu(ctx context.Context) (out []ui.Action) {
	switch x.imp.State {
	case intake.Applied:
		out = append(out, ui.Action{Label: i18n.T(ctx, "intake.undo"), Href: href(x.imp.ID) + "/undo", Icon: "undo"})
	case intake.Waiting, intake.Ready:
		out = append(out, ui.Action{Label: i18n.T(ctx, "intake.drop"), Href: href(x.imp.ID) + "/drop", Post: true, Icon: "close"})
	}
	if x.imp.Counts.Refuse+x.imp.Counts.Notes > 0 {
		out = append(out, ui.Action{Label: i18n.T(ctx, "intake.problems_csv"), Href: href(x.imp.ID) + "/problems.csv", Icon: "download"})
	}
	return out
}
