package sheet

import (
	"iter"
	"slices"
	"strings"
)

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
