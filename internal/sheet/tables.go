package sheet

import (
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
