package intake

import (
	"strings"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// reader turns rows of one table into drafts.
type reader struct {
	t      *sheet.Table
	kind   Kind
	fields []Field // by position of the column; the zero Field is left out
}

func newReader(t *sheet.Table, k Kind, m Mapping) *reader {
	r := &reader{t: t, kind: k, fields: make([]Field, len(t.Columns))}
	for i, c := range t.Columns {
		if f, ok := fieldOf(k, m[c.Letter]); ok {
			r.fields[i] = f
		}
	}
	return r
}

// draft reads one row.
func (r *reader) draft(row sheet.Row) Draft {
	d := Draft{Sheet: row.Sheet, Row: row.Number, Values: map[string]string{}}
	fed := map[string]bool{}
	for i, c := range row.Cells {
		if i >= len(r.fields) || r.fields[i].Name == "" || c.Kind == sheet.Empty {
			continue
		}
		f, col := r.fields[i], r.t.Columns[i]
		value, notes := convert(f.Type, cell{c.Text, c.Kind, col})
		for _, p := range notes {
			p.Sheet, p.Row, p.Column, p.Field = row.Sheet, row.Number, sheet.Letter(c.Col), f.Name
			if c.Row > 0 {
				p.Row = c.Row
			}
			d.Problems = append(d.Problems, p)
		}
		if value == "" {
			continue
		}
		if had := d.Values[f.Name]; had != "" {
			value = joinValues(f.Type, had, value, col.Name)
		}
		d.Values[f.Name] = value
		fed[f.Name] = true
		if f.Type == Names && c.Furigana != "" && d.Values["kana"] == "" && r.kind == People {
			d.Values["kana"], _ = convert(Reading, cell{text: c.Furigana})
		}
	}
	r.settle(&d)
	return d
}

// joinValues puts a second column's value behind the first's. Prose says from
// which column it comes.
func joinValues(t Type, had, value, header string) string {
	switch t {
	case Prose:
		if header != "" {
			return had + "\n\n【" + header + "】\n" + value
		}
		return had + "\n\n" + value
	case Line:
		return had + " " + value
	}
	seen := map[string]bool{}
	out := lines(had)
	for _, s := range out {
		seen[s] = true
	}
	for _, s := range lines(value) {
		if !seen[s] {
			out = append(out, s)
		}
	}
	return joined(out)
}

// settle fills in what follows from other values and refuses a row that has
// nothing to be called by.
func (r *reader) settle(d *Draft) {
	v := d.Values
	refuse := func(field, key string) {
		d.Problems = append(d.Problems, Problem{
			Sheet: d.Sheet, Row: d.Row, Column: r.columnOf(field), Field: field, Key: key, Refuses: true,
		})
	}
	if d.Refused() {
		return
	}
	switch r.kind {
	case Seeds:
		if v["title"] == "" && v["title_en"] == "" {
			refuse("title", "intake.no_title")
		}
	case Needs:
		if v["title"] == "" && v["title_en"] == "" {
			for _, from := range []string{"problem", "words"} {
				if title := firstSentence(v[from]); title != "" {
					v["title"] = title
					d.Problems = append(d.Problems, Problem{
						Sheet: d.Sheet, Row: d.Row, Column: r.columnOf(from), Field: "title", Key: "intake.title_made", Args: map[string]any{"value": title},
					})
					break
				}
			}
			if v["title"] == "" {
				refuse("title", "intake.no_title")
			}
		}
	case Organisations:
		if v["name"] == "" && v["name_en"] == "" {
			refuse("name", "intake.no_name")
		}
	case People:
		if v["name"] == "" && v["family"] != "" {
			v["name"] = strings.TrimSpace(v["family"] + " " + v["given"])
		}
		if names := lines(v["name"]); len(names) > 1 {
			refuse("name", "intake.several_names")
		}
		if v["name"] == "" {
			refuse("name", "intake.no_name")
		}
	}
}

func (r *reader) columnOf(field string) string {
	for i, f := range r.fields {
		if f.Name == field {
			return r.t.Columns[i].Letter
		}
	}
	return ""
}

// firstSentence makes a title of what somebody wrote: its first sentence, at
// most forty characters.
func firstSentence(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, "。\n！？!?"); i > 0 {
		s = s[:i]
	}
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > 40 {
		s = string([]rune(s)[:39]) + "…"
	}
	return s
}
