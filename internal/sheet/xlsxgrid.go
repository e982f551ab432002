package sheet

import (
	"encoding/xml"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// grid turns the tokens of a worksheet into rows.
type grid struct {
	w        *workbook
	inData   bool
	row      rawRow
	cell     Cell
	style    int
	typ      string
	value    strings.Builder
	inV, inF bool
	inIs     bool
	inline   stringReader
}

// take feeds one token; done says that row is complete.
func (g *grid) take(t xml.Token) (row rawRow, done bool, err error) {
	switch t := t.(type) {
	case xml.StartElement:
		g.start(t)
	case xml.CharData:
		switch {
		case g.inIs:
			g.inline.take(t, "is")
		case g.inV:
			g.value.Write(t)
			if g.value.Len() > g.w.lim.Cell {
				return row, false, hub.Errorf(hub.Invalid, "sheet.cell_too_long", "row", g.cell.Row, "column", Letter(g.cell.Col))
			}
		}
	case xml.EndElement:
		switch {
		case g.inIs:
			if g.inline.take(t, "is") {
				g.inIs = false
				g.cell.Text, g.cell.Furigana = g.inline.end()
			}
		case t.Name.Local == "v":
			g.inV = false
		case t.Name.Local == "f":
			g.inF = false
		case t.Name.Local == "c" && g.inData:
			return row, false, g.finish()
		case t.Name.Local == "row" && g.inData:
			row = g.row
			if !slices.IsSortedFunc(row.cells, byCol) {
				slices.SortStableFunc(row.cells, byCol)
			}
			return row, true, nil
		case t.Name.Local == "sheetData":
			return row, false, errStop
		}
	}
	return row, false, nil
}

func byCol(a, b Cell) int { return a.Col - b.Col }

func (g *grid) start(t xml.StartElement) {
	switch t.Name.Local {
	case "sheetData":
		g.inData = true
	case "row":
		number := g.row.number + 1
		if n, err := strconv.Atoi(attr(t, "r")); err == nil && n > 0 && n <= 1<<21 {
			number = n
		}
		g.row = rawRow{number: number, hidden: truth(attr(t, "hidden"))}
		g.cell = Cell{}
	case "c":
		col := g.cell.Col + 1
		if _, c := parseRef(attr(t, "r")); c > 0 {
			col = c
		}
		g.cell = Cell{Row: g.row.number, Col: col}
		g.typ = attr(t, "t")
		g.style, _ = strconv.Atoi(attr(t, "s"))
		g.value.Reset()
	case "v":
		g.inV = true
	case "f":
		g.inF = true
		g.cell.Formula = true
	case "is":
		g.inIs = true
	case "t", "r", "rPh":
		if g.inIs {
			g.inline.take(t, "is")
		}
	}
}

// finish settles the cell just closed.
func (g *grid) finish() error {
	c := &g.cell
	v := g.value.String()
	switch g.typ {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(v))
		if v != "" && (err != nil || i < 0 || i >= len(g.w.strings)) {
			return broken(strconv.ErrRange)
		}
		if v != "" {
			c.Text, c.Furigana, c.Kind = g.w.strings[i].text, g.w.strings[i].furigana, Text
		}
	case "inlineStr":
		c.Kind = Text
	case "str":
		c.Text, c.Kind = unescape(v), Text
	case "b":
		if v != "" {
			c.Kind, c.Text = Bool, "FALSE"
			if truth(strings.TrimSpace(v)) {
				c.Text = "TRUE"
			}
		}
	case "e":
		c.Text, c.Kind = v, ErrorValue
	case "d":
		c.Text, c.Kind = strings.Replace(strings.TrimSuffix(v, "T00:00:00"), "T", " ", 1), Date
	default:
		if f, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			var nf numberFormat
			if g.style >= 0 && g.style < len(g.w.styles) {
				nf = g.w.styles[g.style]
			}
			c.Text, c.Kind = nf.show(f, g.w.is1904)
		} else if v != "" {
			c.Text, c.Kind = v, Text
		}
	}
	if c.Text = cleanValue(c.Text); c.Text == "" {
		return nil
	}
	if c.Kind == Empty {
		c.Kind = Text
	}
	if c.Col > g.w.lim.Columns {
		return hub.Errorf(hub.Invalid, "sheet.too_many_columns", "n", g.w.lim.Columns)
	}
	g.row.cells = append(g.row.cells, *c)
	return nil
}
