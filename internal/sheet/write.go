package sheet

import (
	"bufio"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Value is one cell to write. Make it with Str, Int, Float or Day; the zero
// value is an empty cell.
type Value struct {
	text string
	num  float64
	kind Kind
}

// Str is text: codes, telephone numbers and 法人番号 stay text in every format.
func Str(s string) Value { return Value{text: s, kind: Text} }

// Int is a whole number.
func Int(n int64) Value {
	return Value{text: strconv.FormatInt(n, 10), num: float64(n), kind: Number}
}

// Float is a number; NaN and infinities make an empty cell.
func Float(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{}
	}
	return Value{text: strconv.FormatFloat(f, 'f', -1, 64), num: f, kind: Number}
}

// Day is a date, written YYYY-MM-DD; "" makes an empty cell.
func Day(d hub.Date) Value {
	if d == "" {
		return Value{}
	}
	return Value{text: string(d), kind: Date}
}

// Style says how to write. The zero value is csv in UTF-8 with BOM, which Excel
// opens rightly by a double click.
type Style struct {
	Format Format // "" means CSV
	CP932  bool   // csv and tsv only
	NoBOM  bool   // csv and tsv in UTF-8 only
	Sheet  string // name of the sheet in xlsx; "" means Sheet1
}

// Writer writes one table: a header in the first row, records below, nothing
// else, so that the file keeps the rules that Checker checks. Close must be
// called; nothing may be complete before it.
//
// Text that a spreadsheet would take for a formula (beginning with = + - @, a
// tab or a line end) gets an apostrophe before it in csv and tsv, unless it is a
// number; reading takes the apostrophe off again. In xlsx text cells are text
// and need none. NUL and other characters that no spreadsheet can hold are
// left out.
type Writer struct {
	style      Style
	out        *bufio.Writer
	delim      byte
	unmappable []rune
	buf        []byte
	book       *excelize.File
	stream     *excelize.StreamWriter
	row        int
	dest       io.Writer
	dayStyle   int
}

// NewWriter begins a table with its header.
func NewWriter(w io.Writer, style Style, header ...string) (*Writer, error) {
	x := &Writer{style: style, dest: w, delim: ','}
	if style.Format == TSV {
		x.delim = '\t'
	}
	if style.Format == XLSX {
		if err := x.beginBook(header); err != nil {
			return nil, err
		}
		return x, nil
	}
	x.out = bufio.NewWriter(w)
	if !style.CP932 && !style.NoBOM {
		if _, err := x.out.WriteString("\uFEFF"); err != nil {
			return nil, err
		}
	}
	values := make([]Value, len(header))
	for i, h := range header {
		values[i] = Str(h)
	}
	return x, x.Row(values...)
}

func (w *Writer) beginBook(header []string) (err error) {
	w.book = excelize.NewFile()
	name := "Sheet1"
	if w.style.Sheet != "" {
		name = sheetName(w.style.Sheet)
		if err := w.book.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	}
	if w.stream, err = w.book.NewStreamWriter(name); err != nil {
		return err
	}
	format := "yyyy-mm-dd"
	if w.dayStyle, err = w.book.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
		return err
	}
	if len(header) > 0 {
		if err := w.stream.SetColWidth(1, len(header), 18); err != nil {
			return err
		}
	}
	if err := w.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	bold, err := w.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	cells := make([]any, len(header))
	for i, h := range header {
		cells[i] = excelize.Cell{StyleID: bold, Value: holdable(h)}
	}
	w.row = 1
	return w.stream.SetRow("A1", cells)
}

// sheetName keeps within Excel's rules: 31 characters, none of []:*?/\.
func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < 0x20 {
			return '_'
		}
		return r
	}, strings.Trim(s, "'"))
	if r := []rune(s); len(r) > 31 {
		s = string(r[:31])
	}
	if s == "" {
		return "Sheet1"
	}
	return s
}

// Row writes one record. An Invalid error says when a text is longer than a
// cell of xlsx holds or when there are more rows than a sheet has.
func (w *Writer) Row(values ...Value) error {
	if w.book != nil {
		return w.bookRow(values)
	}
	w.buf = w.buf[:0]
	for i, v := range values {
		if i > 0 {
			w.buf = append(w.buf, w.delim)
		}
		w.buf = w.field(w.buf, v)
	}
	w.buf = append(w.buf, '\r', '\n')
	b := w.buf
	if w.style.CP932 {
		var lost []rune
		b, lost = japanese.EncodeCP932(string(w.buf))
		for _, r := range lost {
			if !slices.Contains(w.unmappable, r) {
				w.unmappable = append(w.unmappable, r)
			}
		}
	}
	_, err := w.out.Write(b)
	return err
}

func (w *Writer) field(b []byte, v Value) []byte {
	s := v.text
	if v.kind == Text {
		s = neutral(holdable(s))
	}
	if !strings.ContainsAny(s, "\"\r\n") && strings.IndexByte(s, w.delim) < 0 && strings.TrimSpace(s) == s {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}

func (w *Writer) bookRow(values []Value) error {
	w.row++
	if w.row > 1<<20 {
		return hub.Errorf(hub.Invalid, "sheet.write_too_many_rows", "n", 1<<20-1)
	}
	cells := make([]any, len(values))
	for i, v := range values {
		switch v.kind {
		case Text:
			s := holdable(v.text)
			if utf8.RuneCountInString(s) > excelize.TotalCellChars {
				return hub.Errorf(hub.Invalid, "sheet.write_cell_too_long", "row", w.row, "column", Letter(i+1), "n", excelize.TotalCellChars)
			}
			cells[i] = s
		case Number:
			cells[i] = v.num
			if v.num == math.Trunc(v.num) && math.Abs(v.num) < 1<<53 {
				cells[i] = int64(v.num)
			}
		case Date:
			t := hub.Date(v.text).Time()
			if t.IsZero() || t.Year() < 1901 {
				cells[i] = v.text
				continue
			}
			days := int64(math.Round(t.Sub(hub.Date("1899-12-30").Time()).Hours() / 24))
			cells[i] = excelize.Cell{StyleID: w.dayStyle, Value: days}
		}
	}
	return w.stream.SetRow(Ref(w.row, 1), cells)
}

// Unmappable gives, once each and in the order met, the characters that CP932
// does not have and that were written as 〓.
func (w *Writer) Unmappable() []rune { return w.unmappable }

// Close ends the file. It does not close the io.Writer.
func (w *Writer) Close() error {
	if w.book == nil {
		return w.out.Flush()
	}
	if err := w.stream.Flush(); err != nil {
		return err
	}
	_, err := w.book.WriteTo(w.dest)
	return errors.Join(err, w.book.Close())
}

// holdable leaves out what neither XML nor a spreadsheet can hold.
func holdable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}

// neutral puts an apostrophe before what a spreadsheet would calculate, and
// before what bare would otherwise take for its work.
func neutral(s string) string {
	if !calculates(strings.TrimLeft(s, "'")) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "xXpPiInN_") {
		return s
	}
	return "'" + s
}

// bare undoes neutral when text files are read.
func bare(s string) string {
	if s != "" && s[0] == '\'' && calculates(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

// calculates reports whether text begins as a formula may.
func calculates(s string) bool { return s != "" && strings.IndexByte("=+-@\t\r\n", s[0]) >= 0 }
