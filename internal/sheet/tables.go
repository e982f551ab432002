package sheet

import (
	"iter"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// How far the search for a table looks.
const (
	sampleRows  = 300 // rows with content read of each sheet
	headerReach = 60  // rows with content among which the header is sought
	titleReach  = 5   // rows above the header kept as the title
)

// findTables looks at the beginning of every sheet.
func (b *Book) findTables() error {
	records := map[string]*Table{}
	for i := range b.Sheets {
		s := &b.Sheets[i]
		var sample []rawRow
		for row, err := range b.src.rows(i) {
			if err != nil {
				return err
			}
			sample = append(sample, row)
			if len(sample) == sampleRows {
				break
			}
		}
		if len(sample) == 0 {
			s.Shape = Blank
			continue
		}
		merges, err := b.src.merges(i)
		if err != nil {
			return err
		}
		head := fillMerged(sample, merges)
		first, known := findHeader(head, b.known)
		pairs := findPairs(head, merges, b.known)
		switch {
		case len(pairs) >= 3 && len(pairs) > known:
			s.Shape = Record
			key := ""
			for _, p := range pairs {
				key += Label(p.label.Text) + "\t"
			}
			t := records[key]
			if t == nil {
				t = b.recordTable(i, pairs)
				records[key] = t
				b.Tables = append(b.Tables, t)
			}
			t.sheets = append(t.sheets, i)
			t.score = recordScore(len(pairs), len(t.sheets), s.Hidden)
		case first >= 0:
			s.Shape = Grid
			b.Tables = append(b.Tables, b.gridTable(i, head, merges, first))
		default:
			s.Shape = Layout
		}
	}
	return nil
}

// WithHeader gives the table of the same sheet with the header in other rows,
// as a person has corrected it. Rows are numbered as on screen. Invalid when
// the rows are empty or too many.
func (t *Table) WithHeader(first, last int) (*Table, error) {
	if t.Shape != Grid || first < 1 || last < first || last-first > 4 {
		return nil, hub.Errorf(hub.Invalid, "sheet.header_rows")
	}
	var sample []rawRow
	for row, err := range t.book.src.rows(t.sheets[0]) {
		if err != nil {
			return nil, err
		}
		if sample = append(sample, row); len(sample) >= sampleRows && row.number > last {
			break
		}
	}
	head := fillMerged(sample, t.merges)
	i, j := -1, -1
	for k, row := range head {
		if row.number >= first && row.number <= last && i < 0 {
			i = k
		}
		if row.number <= last {
			j = k
		}
	}
	if i < 0 {
		return nil, hub.Errorf(hub.Invalid, "sheet.header_rows")
	}
	nt := &Table{Sheet: t.Sheet, Shape: Grid, book: t.book, sheets: t.sheets, merges: t.merges}
	nt.shape(head, i, j)
	nt.findStructure(head, j)
	return nt, nil
}

// fillMerged gives the rows with every merged range's value in all its cells.
func fillMerged(rows []rawRow, merges []rect) []rawRow {
	if len(merges) == 0 {
		return rows
	}
	at := map[int]int{}
	out := make([]rawRow, len(rows))
	for i, r := range rows {
		at[r.number] = i
		out[i] = rawRow{number: r.number, hidden: r.hidden, cells: slices.Clone(r.cells)}
	}
	for _, m := range merges {
		i, ok := at[m.r1]
		if !ok || (m.r2-m.r1) > 10_000 || (m.c2-m.c1) > 500 {
			continue
		}
		c := cellAt(rows[i], m.c1)
		if c.Kind == Empty {
			continue
		}
		c.Merged = true
		for r := m.r1; r <= m.r2; r++ {
			j, ok := at[r]
			if !ok {
				continue
			}
			for col := m.c1; col <= m.c2; col++ {
				out[j].cells = setCell(out[j].cells, col, c)
			}
		}
	}
	return out
}

// mergedCell wraps a cell copied to another column: its own Row and Col stay.
func setCell(cells []Cell, col int, c Cell) []Cell {
	i, found := slices.BinarySearchFunc(cells, col, func(c Cell, col int) int { return c.at() - col })
	c.shift = col - c.Col
	if found {
		cells[i] = c
		return cells
	}
	return slices.Insert(cells, i, c)
}

// at gives the column in which the cell is seen.
func (c Cell) at() int { return c.Col + c.shift }

func cellAt(r rawRow, col int) Cell {
	if i, found := slices.BinarySearchFunc(r.cells, col, func(c Cell, col int) int { return c.at() - col }); found {
		return r.cells[i]
	}
	return Cell{}
}

// findHeader gives the index of the first header row in rows and how many known
// labels it holds; -1 when nothing looks like a header over records.
func findHeader(rows []rawRow, known func(string) bool) (index, knownLabels int) {
	type candidate struct {
		score float64
		known int
	}
	reach := min(len(rows), headerReach)
	cands := make([]candidate, reach)
	best := 0.0
	for i := range reach {
		labels, filled := map[string]bool{}, 0
		cols := map[int]bool{}
		kn := 0
		for _, c := range rows[i].cells {
			filled++
			cols[c.at()] = true
			if labelLike(c) {
				name := headerName(c.Text)
				if !labels[name] && known(name) {
					kn++
				}
				labels[name] = true
			}
		}
		if len(labels) == 0 || float64(filled) > 1.34*float64(countLabels(rows[i])) {
			continue
		}
		covered, all, support := 0, 0, 0
		for _, r := range rows[i+1 : min(len(rows), i+51)] {
			in := 0
			for _, c := range r.cells {
				if cols[c.at()] {
					in++
				}
			}
			covered += in
			all += len(r.cells)
			if in >= 2 || in == 1 && len(cols) == 1 {
				support++
			}
		}
		if len(labels) < 2 && !(kn == 1 && len(cols) == 1) || support == 0 {
			continue
		}
		cov := float64(covered) / float64(max(all, 1))
		s := (float64(len(labels)) + 2*float64(kn)) * (0.5 + 0.5*cov)
		cands[i] = candidate{s, kn}
		best = max(best, s)
	}
	for i, c := range cands {
		if c.score > 0 && c.score >= 0.6*best {
			return i, c.known
		}
	}
	return -1, 0
}

func countLabels(r rawRow) int {
	n := 0
	for _, c := range r.cells {
		if labelLike(c) {
			n++
		}
	}
	return n
}

// gridTable makes the table under the header that begins at rows[first].
func (b *Book) gridTable(sheet int, rows []rawRow, merges []rect, first int) *Table {
	t := &Table{Sheet: b.Sheets[sheet].Name, Shape: Grid, book: b, sheets: []int{sheet}, merges: merges}
	top, bottom := extendHeader(rows, merges, first, b.Format, b.known)
	t.shape(rows, top, bottom)
	t.findStructure(rows, bottom)
	hits := 0
	for _, c := range t.Columns {
		if b.known(c.Name) {
			hits++
		}
	}
	t.score = (1 + 4*float64(hits)) * float64(min(len(rows)-bottom, 100)+20*min(len(t.Columns), 10))
	if b.Sheets[sheet].Hidden {
		t.score /= 100
	}
	return t
}

// extendHeader finds the rows that belong to the header together with first.
func extendHeader(rows []rawRow, merges []rect, first int, format Format, known func(string) bool) (top, bottom int) {
	top, bottom = first, first
	for bottom-top < 3 && bottom+2 < len(rows) && rows[bottom+1].number == rows[bottom].number+1 && headerGoesOn(rows, merges, bottom, known) {
		bottom++
	}
	for bottom-top < 3 && top > 0 && rows[top-1].number == rows[top].number-1 && headerBegins(rows, merges, top-1, top, format) {
		top--
	}
	return top, bottom
}

// headerGoesOn reports whether the row after rows[i] is a further header row:
// a merged range says so, or it names the columns that rows[i] leaves blank.
func headerGoesOn(rows []rawRow, merges []rect, i int, known func(string) bool) bool {
	row, next := rows[i], rows[i+1]
	if countLabels(next) < len(next.cells) || countLabels(next) < 2 {
		return false
	}
	width := 0
	if n := len(row.cells); n > 0 {
		width = row.cells[n-1].at()
	}
	for _, m := range merges {
		if m.r1 == row.number && m.r2 == row.number && m.c2 > m.c1 && !(m.c1 <= 1 && m.c2 >= width && len(row.cells) == m.c2-m.c1+1) {
			return true // one header over several columns
		}
		if m.r1 <= row.number && m.r2 == next.number {
			return true // one header over both rows
		}
	}
	// Columns that the records fill and this row does not name.
	fills := map[int]int{}
	below := rows[i+2 : min(len(rows), i+52)]
	for _, r := range below {
		for _, c := range r.cells {
			fills[c.at()]++
		}
	}
	gaps, named := 0, 0
	for col, n := range fills {
		if 2*n >= len(below) && cellAt(row, col).Kind == Empty {
			gaps++
			if cellAt(next, col).Kind != Empty {
				named++
			}
		}
	}
	if gaps == 0 || 2*named < gaps {
		return false
	}
	short, repeats := true, false
	seen := map[string]bool{}
	hits := 0
	for _, c := range next.cells {
		short = short && len([]rune(c.Text)) <= 30
		repeats = repeats || seen[c.Text]
		seen[c.Text] = true
		if known(headerName(c.Text)) {
			hits++
		}
	}
	leaves := false // a column of the first row that the second has no need to divide
	for _, c := range row.cells {
		leaves = leaves || cellAt(next, c.at()).Kind == Empty
	}
	return short && (leaves || repeats || hits >= 2)
}

// headerBegins reports whether rows[above] holds headings over groups of the
// columns that rows[top] names.
func headerBegins(rows []rawRow, merges []rect, above, top int, format Format) bool {
	up, row := rows[above], rows[top]
	if len(up.cells) == 0 || countLabels(up) < len(up.cells) {
		return false
	}
	firstCol, lastCol := row.cells[0].at(), row.cells[len(row.cells)-1].at()
	if format == XLSX {
		for _, m := range merges {
			if m.r1 == up.number && m.r2 == up.number && m.c2 > m.c1 && m.c1 >= firstCol && !(m.c1 == firstCol && m.c2 >= lastCol) {
				return true
			}
		}
		return false
	}
	if len(up.cells) < 2 || len(up.cells) >= len(row.cells) || up.cells[0].at() < firstCol {
		return false
	}
	groups := 0
	for i, c := range up.cells {
		end := lastCol
		if i+1 < len(up.cells) {
			end = up.cells[i+1].at() - 1
		}
		n := 0
		for _, r := range row.cells {
			if r.at() >= c.at() && r.at() <= end {
				n++
			}
		}
		if n > 1 {
			groups++
		}
	}
	return groups >= 2
}

// shape settles title, header rows and columns.
func (t *Table) shape(rows []rawRow, top, bottom int) {
	t.HeaderFirst, t.HeaderLast = rows[top].number, rows[bottom].number
	var title []string
	for _, r := range rows[max(0, top-titleReach):top] {
		var words []string
		for _, c := range r.cells {
			if len(words) == 0 || words[len(words)-1] != c.Text {
				words = append(words, c.Text)
			}
		}
		title = append(title, strings.Join(words, " "))
	}
	t.Title = strings.Join(title, "\n")
	last := 0
	for _, r := range rows[top:] {
		if n := len(r.cells); n > 0 {
			last = max(last, r.cells[n-1].at())
		}
	}
	used := map[int]bool{}
	for _, r := range rows[top:] {
		for _, c := range r.cells {
			used[c.at()] = true
		}
	}
	for col := 1; col <= last; col++ {
		if !used[col] {
			continue
		}
		var parts []string
		for i := top; i <= bottom; i++ {
			text := headerName(cellAt(rows[i], col).Text)
			if text == "" && i < bottom && t.book.Format != XLSX {
				text = headerName(leftOf(rows[i], col, rows[bottom]).Text)
			}
			if text != "" && !slices.Contains(parts, text) {
				parts = append(parts, text)
			}
		}
		name := strings.Join(parts, " ")
		t.Columns = append(t.Columns, Column{Index: col, Letter: Letter(col), Name: name, Unit: unitOf(name)})
	}
}

// leftOf gives the heading that reaches over col from the left, for files that
// cannot say so by merging: only over columns that the lower row names.
func leftOf(row rawRow, col int, lower rawRow) Cell {
	if cellAt(lower, col).Kind == Empty {
		return Cell{}
	}
	var c Cell
	for _, x := range row.cells {
		if x.at() < col {
			c = x
		}
	}
	return c
}

// Rows gives the table's records in order. Rows without content, notes and
// totals under the table are left out and appear as rule L1-04 in Checker's
// findings. The error ends the sequence.
func (t *Table) Rows() iter.Seq2[Row, error] {
	if t.Shape == Record {
		return t.recordRows()
	}
	return func(yield func(Row, error) bool) {
		t.left = t.left[:0]
		place := map[int]int{}
		for i, c := range t.Columns {
			place[c.Index] = i
		}
		fill := newFiller(t.merges, t.HeaderLast)
		for raw, err := range t.book.src.rows(t.sheets[0]) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if raw.number <= t.HeaderLast {
				fill.pass(raw)
				continue
			}
			row := Row{Sheet: t.Sheet, Number: raw.number, Hidden: raw.hidden, Cells: make([]Cell, len(t.Columns))}
			for i, c := range raw.cells {
				at, ok := place[c.Col]
				if !ok {
					// A column beyond what the sample showed.
					if raw.cells[i].Text != "" {
						t.Columns = append(t.Columns, Column{Index: c.Col, Letter: Letter(c.Col)})
						at = len(t.Columns) - 1
						place[c.Col] = at
						row.Cells = append(row.Cells, Cell{})
					}
				}
				row.Cells[at] = c
			}
			fill.fill(raw, row.Cells, place)
			if t.repeatsHeader(row) || isFootnote(row) {
				t.left = append(t.left, row.Number)
				continue
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// repeatsHeader reports whether the row is the header once more, as on printed
// pages.
func (t *Table) repeatsHeader(row Row) bool {
	same, filled := 0, 0
	for i, c := range row.Cells {
		if c.Text == "" {
			continue
		}
		filled++
		if headerName(c.Text) == t.Columns[i].Name {
			same++
		}
	}
	return filled >= 2 && same == filled
}

// isFootnote reports whether the row is a note or a total rather than a record.
func isFootnote(row Row) bool {
	var first string
	filled := 0
	for _, c := range row.Cells {
		if c.Text == "" {
			continue
		}
		if filled++; filled == 1 {
			first = c.Text
		}
	}
	if len(row.Cells) >= 3 && filled == 1 {
		for _, p := range []string{"※", "＊", "*", "注）", "注)", "（注", "(注", "注：", "注:", "出典", "資料：", "備考："} {
			if strings.HasPrefix(first, p) {
				return true
			}
		}
	}
	switch Label(first) {
	case "合計", "総計", "小計", "計", "total":
		return filled >= 2 && len(row.Cells) >= 3
	}
	return false
}

// filler carries the values of ranges merged over several rows down to every
// row they reach.
type filler struct {
	starts map[int][]rect
	active []carried
}

type carried struct {
	rect
	cell Cell
}

func newFiller(merges []rect, header int) *filler {
	f := &filler{starts: map[int][]rect{}}
	for _, m := range merges {
		if m.r2 > m.r1 && m.r2 > header {
			f.starts[m.r1] = append(f.starts[m.r1], m)
		}
	}
	return f
}

func (f *filler) pass(raw rawRow) {
	if len(f.starts) == 0 {
		return
	}
	f.active = slices.DeleteFunc(f.active, func(c carried) bool { return c.r2 < raw.number })
	for _, m := range f.starts[raw.number] {
		if c := cellAt(raw, m.c1); c.Kind != Empty {
			c.Merged = true
			f.active = append(f.active, carried{m, c})
		}
	}
}

func (f *filler) fill(raw rawRow, cells []Cell, place map[int]int) {
	f.pass(raw)
	for _, c := range f.active {
		if at, ok := place[c.c1]; ok && raw.number > c.r1 && at < len(cells) && cells[at].Kind == Empty {
			cells[at] = c.cell
		}
	}
}
