package sheet

import (
	"iter"
	"slices"
	"strings"
)

// pair is a known label and the value beside or below it.
type pair struct {
	label Cell
	value Cell
}

// findPairs reads a sheet as one record: known labels with a value to the
// right, or below when nothing stands to the right. A label is taken once. Rows
// that hold only labels give none, so that a table's header is not mistaken.
func findPairs(rows []rawRow, merges []rect, known func(string) bool) []pair {
	var out []pair
	seen := map[string]bool{}
	if len(rows) > 150 {
		return nil
	}
	reach := map[[2]int]rect{}
	for _, m := range merges {
		reach[[2]int{m.r1, m.c1}] = m
	}
	isLabel := func(c Cell) bool { return labelLike(c) && known(strings.TrimRight(headerName(c.Text), ":：")) }
	for i, row := range rows {
		cells := slices.CompactFunc(slices.Clone(row.cells), func(a, b Cell) bool { return a.Row == b.Row && a.Col == b.Col })
		for k := 0; k < len(cells); k++ {
			c := cells[k]
			if c.Row != row.number || !isLabel(c) || seen[Label(c.Text)] {
				continue
			}
			var value Cell
			if k+1 < len(cells) && !isLabel(cells[k+1]) {
				value = cells[k+1]
				if m, ok := reach[[2]int{c.Row, c.Col}]; ok && m.r2 > m.r1 {
					value.Text = gather(rows[i:], m.r2, value)
				}
			} else if k+1 == len(cells) && len(cells) == 1 && i+1 < len(rows) {
				next := rows[i+1].cells
				if len(next) == 1 && !isLabel(next[0]) {
					value = next[0]
				}
			}
			if value.Kind != Empty {
				seen[Label(c.Text)] = true
				out = append(out, pair{c, value})
			}
		}
	}
	return out
}

// gather joins the lines of a value that stand in several rows beside a label
// merged over them.
func gather(rows []rawRow, last int, first Cell) string {
	text := first.Text
	for _, r := range rows[1:] {
		if r.number > last {
			break
		}
		if c := cellAt(r, first.at()); c.Kind != Empty && c.Row == r.number {
			text += "\n" + c.Text
		}
	}
	return text
}

func recordScore(pairs, sheets int, hidden bool) float64 {
	s := (1 + 4*float64(pairs)) * float64(sheets+20*min(pairs, 10))
	if hidden {
		s /= 100
	}
	return s
}

// recordTable makes a table of the labels found on the first record sheet.
func (b *Book) recordTable(sheet int, pairs []pair) *Table {
	t := &Table{Sheet: b.Sheets[sheet].Name, Shape: Record, book: b}
	for i, p := range pairs {
		name := strings.TrimRight(headerName(p.label.Text), ":： ")
		t.Columns = append(t.Columns, Column{Index: i + 1, Letter: p.label.Ref(), Name: name, Unit: unitOf(name)})
	}
	return t
}

// recordRows gives one row for every sheet, its cells where the labels lead.
func (t *Table) recordRows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, sheet := range t.sheets {
			var rows []rawRow
			for r, err := range t.book.src.rows(sheet) {
				if err != nil {
					yield(Row{}, err)
					return
				}
				rows = append(rows, r)
			}
			merges, err := t.book.src.merges(sheet)
			if err != nil {
				yield(Row{}, err)
				return
			}
			out := Row{Sheet: t.book.Sheets[sheet].Name, Cells: make([]Cell, len(t.Columns))}
			for _, p := range findPairs(fillMerged(rows, merges), merges, t.book.known) {
				for i, c := range t.Columns {
					if Label(c.Name) == Label(p.label.Text) {
						out.Cells[i] = p.value
						if out.Number == 0 {
							out.Number = p.value.Row
						}
					}
				}
			}
			if out.Number > 0 && !yield(out, nil) {
				return
			}
		}
	}
}
