package sheet

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Finding says that the file breaks a rule of 行政データにおける機械可読性に関する
// ルール (decided 2026-03-31). Its sentence is "sheet.rule." + Rule in the
// catalogue. Nothing in a finding hinders reading; what does is an error.
type Finding struct {
	Rule   string // such as "L1-12"
	Sheet  string
	Place  string // the first place: a cell, range, row number or column letter; "" for the whole sheet
	Count  int    // how many places
	Sample string // what stands at the first place; may be ""
}

// Checker watches the rows of a table for broken rules.
type Checker struct {
	t     *Table
	found map[string]*Finding
	order []string
	kinds []columnKinds
}

// columnKinds counts what a column's cells look like.
type columnKinds struct {
	numbers, withUnit, filled int
	unitAt                    Cell
}

// Checker begins a check. Feed it every row of Rows, then ask Findings.
func (t *Table) Checker() *Checker {
	c := &Checker{t: t, found: map[string]*Finding{}, kinds: make([]columnKinds, len(t.Columns))}
	for _, f := range t.Findings {
		c.found[f.Rule] = &f
		c.order = append(c.order, f.Rule)
	}
	return c
}

var (
	eraDate        = regexp.MustCompile(`^(明治|大正|昭和|平成|令和|[MTSHRmtshr明大昭平令])\s*[.]?\s*([0-9０-９]{1,2}|元)\s*[年./-]`)
	unitNumber     = regexp.MustCompile(`^[△▲+-]?[¥￥]?[0-9０-９][0-9０-９,，.．]*\s*(円|千円|万円|百万円|億円|人|名|件|社|台|年|%|％|㎡|m2|㎥|kg|km|本|個|床|歳|時間)?$`)
	plainDigit     = regexp.MustCompile(`^[+-]?[0-9]+([.][0-9]+)?$`)
	betweenFigures = regexp.MustCompile(`([0-9]),([0-9]{3})`)
	otherText      = regexp.MustCompile(`^その他\s*[（(:：].+`)
)

// Row looks at one row.
func (c *Checker) Row(row Row) {
	if row.Hidden {
		c.note("L1-13", row.Sheet, itoa(row.Number), "")
	}
	for i, cell := range row.Cells {
		if cell.Kind == Empty {
			continue
		}
		for len(c.kinds) <= i {
			c.kinds = append(c.kinds, columnKinds{})
		}
		c.cell(row.Sheet, cell, &c.kinds[i])
	}
}

func (c *Checker) cell(sheet string, cell Cell, k *columnKinds) {
	s, at := cell.Text, cell.Ref()
	k.filled++
	if cell.Formula {
		c.note("L2-06", sheet, at, s)
	}
	if cell.Kind != Text {
		if cell.Kind == Number {
			k.numbers++
		}
		return
	}
	newline := strings.Contains(s, "\n")
	switch {
	case newline && c.t.book.Format != XLSX:
		c.note("L1-14", sheet, at, s)
	case newline && len(s) < 60:
		c.note("L1-06", sheet, at, s)
	case headerName(s) != s && len(s) < 40 && headerName(s) == strings.Join(strings.Fields(s), ""):
		c.note("L1-06", sheet, at, s)
	}
	short := len(s) < 120
	figures := short && strings.ContainsAny(s, "0123456789０１２３４５６７８９元")
	switch {
	case figures && unitNumber.MatchString(s):
		k.numbers++
		if !plainDigit.MatchString(s) {
			if k.withUnit++; k.withUnit == 1 {
				k.unitAt = cell
			}
		}
	case figures && eraDate.MatchString(s):
		if d, err := japanese.ParseDate(s); err == nil && d != "" {
			c.note("L3-05", sheet, at, s)
		}
	case strings.HasPrefix(s, "その他") && otherText.MatchString(s):
		c.note("L2-05", sheet, at, s)
	case s == "〃" || s == "同上" || s == "″":
		c.note("L2-02", sheet, at, s)
	case short && severalValues(s):
		c.note("L1-07", sheet, at, s)
	}
	if i := strings.IndexFunc(s, platformDependent); i >= 0 {
		c.note("L1-08", sheet, at, s)
	}
}

func (c *Checker) note(rule, sheet, place, sample string) {
	f := c.found[rule]
	if f == nil {
		f = &Finding{Rule: rule, Sheet: sheet, Place: place, Sample: shorten(sample)}
		c.found[rule] = f
		c.order = append(c.order, rule)
	}
	f.Count++
}

// Findings gives what was found, in the order of the rules' numbers. Ask it
// once, after the last row.
func (c *Checker) Findings() []Finding {
	for _, k := range c.kinds {
		if k.withUnit > 0 && 10*k.numbers >= 6*k.filled {
			c.note("L2-01", c.t.Sheet, k.unitAt.Ref(), k.unitAt.Text)
			c.found["L2-01"].Count += k.withUnit - 1
		}
	}
	for _, n := range c.t.left {
		c.note("L1-04", c.t.Sheet, itoa(n), "")
	}
	out := make([]Finding, 0, len(c.order))
	for _, rule := range c.order {
		out = append(out, *c.found[rule])
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return strings.Compare(a.Rule, b.Rule) })
	return out
}

// platformDependent reports whether a character is one of those that JIS left
// to makers: circled numbers, Roman numerals, ㈱, ㎡, era signs; and private use.
func platformDependent(r rune) bool {
	switch {
	case r >= 0x2460 && r <= 0x24ff, r >= 0x2776 && r <= 0x2793: // ① ⑴ ⓐ ❶
	case r >= 0x2160 && r <= 0x217f: // Ⅰ ⅰ
	case r == 0x2116 || r == 0x2121: // № ℡
	case r >= 0x3220 && r <= 0x33ff: // ㈱ ㊤ ㌔ ㎡ ㍻
	case unicode.Is(unicode.Co, r):
	default:
		return false
	}
	return true
}

func shorten(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return string(r)
}

// SplitList cuts a value that lists several: by line breaks, semicolons,
// vertical bars, Japanese and Western commas of any width, in this order of
// precedence — only the strongest mark present cuts. A comma between figures is
// part of a number. Empty parts go.
func SplitList(s string) []string {
	if strings.IndexByte(s, ',') >= 0 {
		s = betweenFigures.ReplaceAllString(s, "$1\x00$2")
	}
	cut := func(r rune) bool { return r == '、' || r == '，' || r == ',' || r == '､' }
	for _, marks := range []string{"\n", ";；", "|｜"} {
		if strings.ContainsAny(s, marks) {
			cut = func(r rune) bool { return strings.ContainsRune(marks, r) }
			break
		}
	}
	var out []string
	for _, p := range strings.FieldsFunc(s, cut) {
		if p = cleanValue(strings.ReplaceAll(p, "\x00", ",")); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// severalValues reports whether a text is a list of short values.
func severalValues(s string) bool {
	if !strings.ContainsAny(s, "\n;；|｜、，,､") || strings.Contains(s, "。") {
		return false
	}
	parts := SplitList(s)
	for _, p := range parts {
		if len([]rune(p)) > 15 {
			return false
		}
	}
	return len(parts) > 2
}

// findStructure notes what the shape of the sheet breaks.
func (t *Table) findStructure(rows []rawRow, bottom int) {
	b := t.book
	add := func(rule, place string, n int, sample string) {
		if n > 0 {
			t.Findings = append(t.Findings, Finding{Rule: rule, Sheet: t.Sheet, Place: place, Count: n, Sample: shorten(sample)})
		}
	}
	if len(t.merges) > 0 {
		m := t.merges[0]
		add("L1-12", fmt.Sprintf("%s:%s", Ref(m.r1, m.c1), Ref(m.r2, m.c2)), len(t.merges), "")
	}
	if t.HeaderFirst > 1 || t.HeaderLast > t.HeaderFirst {
		add("L3-01", itoa(t.HeaderFirst), 1, t.Title)
	}
	var unnamed, double, spaced []Column
	names := map[string]bool{}
	for _, c := range t.Columns {
		switch {
		case c.Name == "":
			unnamed = append(unnamed, c)
		case names[c.Name]:
			double = append(double, c)
		}
		names[c.Name] = true
		for _, r := range rows {
			if r.number >= t.HeaderFirst && r.number <= t.HeaderLast {
				raw := cellAt(r, c.Index).Text
				if strings.ContainsAny(raw, "\n　") || headerName(raw) != raw {
					spaced = append(spaced, c)
					break
				}
			}
		}
	}
	for rule, cols := range map[string][]Column{"L1-05": unnamed, "L2-03": double, "L1-06": spaced} {
		if len(cols) > 0 {
			add(rule, cols[0].Letter, len(cols), cols[0].Name)
		}
	}
	if n := len(t.Columns); n > 0 {
		missing := t.Columns[n-1].Index - t.Columns[0].Index + 1 - n
		for i := 1; i < n && missing > 0; i++ {
			if t.Columns[i].Index > t.Columns[i-1].Index+1 {
				gap := t.Columns[i-1].Index + 1
				add("L1-03", Letter(gap), missing, "")
				if repeated(t.Columns[:i], t.Columns[i:]) {
					add("L1-02", t.Columns[i].Letter, 1, t.Columns[i].Name)
				}
				break
			}
		}
	}
	tr := b.src.traits(t.sheets[0])
	add("L1-10", "", tr.objects, "")
	if tr.hiddenCols > 0 {
		add("L1-13", Letter(tr.hiddenCols), 1, "")
	}
	if b.Encoding != "" && b.Encoding != encUTF8BOM && b.Encoding != encUTF8 {
		add("L3-08", "", 1, b.Encoding)
	}
	slices.SortStableFunc(t.Findings, func(a, b Finding) int { return strings.Compare(a.Rule, b.Rule) })
	// A header-like row after a blank one begins another table.
	for i := bottom + 2; i < len(rows)-1; i++ {
		if rows[i].number > rows[i-1].number+1 && secondHeader(rows, i, t.book.known) {
			add("L1-02", itoa(rows[i].number), 1, rows[i].cells[0].Text)
			break
		}
	}
}

// repeated reports whether headers of the right part stand in the left as well:
// two tables side by side.
func repeated(left, right []Column) bool {
	names := map[string]bool{}
	for _, c := range left {
		names[c.Name] = c.Name != ""
	}
	n := 0
	for _, c := range right {
		if names[c.Name] {
			n++
		}
	}
	return n >= 2 || n == len(right) && n > 0
}

// secondHeader reports whether rows[i], which stands alone, heads a table: all
// labels, two known ones at least, or labels where the rows around hold numbers.
func secondHeader(rows []rawRow, i int, known func(string) bool) bool {
	row := rows[i]
	if len(row.cells) < 2 || countLabels(row) < len(row.cells) {
		return false
	}
	hits, over := 0, 0
	for _, c := range row.cells {
		if known(headerName(c.Text)) {
			hits++
		}
		if next := cellAt(rows[i+1], c.at()); next.Kind != Empty && !labelLike(next) {
			over++
		}
	}
	return hits >= 2 || over >= 1 && len(rows[i+1].cells) >= 2
}
