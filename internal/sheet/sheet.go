// Package sheet reads and writes the spreadsheets of offices: xlsx, csv and tsv,
// in UTF-8, UTF-16 or CP932. It finds the table in a file (below title rows,
// under headers of several rows, on one of many sheets), gives its rows with the
// row numbers and column letters that the sender sees on his screen, and says
// which machine-readability rules the file breaks.
//
// It knows nothing of seeds or needs: what a column means is decided by the
// caller, who may lend it a test for known labels. It must never guess a value:
// what it cannot read it refuses with a sentence, and it never evaluates a
// formula or follows a link. Reading is streaming; the size of what a file
// unpacks to is bounded.
//
// Reading of xlsx is done here rather than by excelize, whose row iterator gives
// text without the number format (a date cannot be told from a number, nor the
// 千円 that only the format shows) and whose cell access loads whole sheets.
// Writing is excelize's.
package sheet

import (
	"io"
	"iter"
	"path"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Format is how a file is stored.
type Format string

// The formats that are read and written.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
	TSV  Format = "tsv"
)

// Kind says what a cell holds.
type Kind uint8

// The kinds of cell. A Number's Text is plain decimal digits, without thousands
// separators, followed by the unit its number format shows (1200千円). A Date's
// is YYYY-MM-DD, with " hh:mm" when it has a time of day; a Time's is hh:mm or
// hh:mm:ss. In csv and tsv every filled cell is Text.
const (
	Empty Kind = iota
	Text
	Number
	Date
	Time
	Bool
	ErrorValue // #N/A, #REF! …: Text is what the screen shows
)

// Cell is one value. Furigana is the phonetic guide that Excel kept for it,
// never part of Text. Row and Col count from 1 and are where it stands in the
// file; filled from a merged range they are where the range stands.
type Cell struct {
	Text     string
	Furigana string
	Row, Col int
	Kind     Kind
	Formula  bool // the value was calculated; Text is the result last saved
	Merged   bool // the value stands in a merged range that reaches this cell

	shift int // the column it is seen in, less Col: for cells of merged headers
}

// Ref gives the cell's name on screen, such as "C12"; "" for a cell that is not
// in the file.
func (c Cell) Ref() string { return Ref(c.Row, c.Col) }

// Row is one row of a table. Cells are in the order of the table's Columns and
// as many. Number is the row's number on screen (records of csv count as rows,
// however many lines they take). In a table of records Number is the row of
// the first value.
type Row struct {
	Sheet  string
	Number int
	Cells  []Cell
	Hidden bool
}

// Column is one column of a table. Name is its header, joined over several
// header rows, line breaks folded; "" when it has none. Unit is the amount unit
// that the header names (円, 千円, 万円, 百万円, 億円) as yen, 0 when none.
type Column struct {
	Index  int // from 1, as in the file; in a table of records, the n-th label
	Letter string
	Name   string
	Unit   int64
}

// Shape says what a sheet is.
type Shape string

// The shapes of a sheet. A Grid has a header row and records below. A Record
// has labels beside values and is one record altogether. A Layout is drawn for
// the eye, such as a cover page or a form without known labels.
const (
	Grid   Shape = "grid"
	Record Shape = "record"
	Layout Shape = "layout"
	Blank  Shape = "blank"
)

// Sheet is one sheet of a book and what was found on it.
type Sheet struct {
	Name   string
	Shape  Shape
	Hidden bool
}

// Book is an opened file. It keeps the reader it was opened with and reads it
// again for every pass over rows; the caller closes it when done. A Book may be
// read by one goroutine at a time.
type Book struct {
	Name      string
	Format    Format
	Encoding  string // "UTF-8", "UTF-8 BOM", "UTF-16LE", "UTF-16BE", "CP932"; "" for xlsx
	Delimiter rune   // 0 for xlsx
	Sheets    []Sheet
	Tables    []*Table // one per Grid sheet in the file's order, then one for all Record sheets alike

	src   source
	known func(string) bool
	lim   Limits
}

// Table is a table found in a book. First and last header rows are row numbers
// on screen; both are 0 in a table of records.
type Table struct {
	Sheet       string
	Title       string // the rows above the header, joined by line breaks
	HeaderFirst int
	HeaderLast  int
	Columns     []Column
	Shape       Shape
	Findings    []Finding // what is known before the rows are read

	book   *Book
	sheets []int // the sheets it stands on: one, or several of records
	merges []rect
	score  float64
	left   []int // rows that the last pass of Rows left out
}

// Limits bound what a file may cost. Zero means the default.
type Limits struct {
	File     int64 // bytes of the file; default 100 MiB
	Unpacked int64 // bytes it unpacks to; default 600 MiB
	Rows     int   // rows with content on a sheet; default 300,000
	Columns  int   // default 2,000
	Cell     int   // bytes in a cell; default 200,000
	Strings  int64 // bytes of xlsx shared strings kept in memory; default 128 MiB
}

// DefaultLimits is what Open uses.
var DefaultLimits = Limits{
	File: 100 << 20, Unpacked: 600 << 20, Rows: 300_000, Columns: 2_000, Cell: 200_000, Strings: 128 << 20,
}

// Options help Open. Known tells whether a header or label is one the caller
// has a use for; nil knows none. It is called with names as they stand, so it
// should fold them with Label.
type Options struct {
	Known  func(name string) bool
	Limits Limits
}

// source gives the rows of one file, sheet by sheet.
type source interface {
	// rows gives the rows that have content, in order.
	rows(sheet int) iter.Seq2[rawRow, error]
	// merges gives the merged ranges of a sheet.
	merges(sheet int) ([]rect, error)
	// traits gives what the file says about a sheet apart from cells.
	traits(sheet int) traits
}

// rawRow is a row as the file has it: only cells with content, by column.
type rawRow struct {
	number int
	hidden bool
	cells  []Cell
}

// rect is a range of cells, bounds included.
type rect struct{ r1, c1, r2, c2 int }

// traits are facts about a sheet that rules ask for.
type traits struct {
	objects    int // drawings, pictures, text boxes
	hiddenCols int // first hidden column, 0 when none
}

// Open reads what a file is and finds its tables. name is the file's name, for
// its ending and for messages. Everything that is no spreadsheet, too large,
// encrypted, broken or of an old format is an Invalid hub.Error whose sentence
// says what to do. A book without any table is no error: see Best.
func Open(name string, r io.ReaderAt, size int64, opt Options) (book *Book, err error) {
	defer hub.Wrap(&err, "sheet.Open(%q)", name)
	b := &Book{Name: path.Base(strings.ReplaceAll(name, `\`, "/")), known: opt.Known, lim: opt.Limits.orDefault()}
	if b.known == nil {
		b.known = func(string) bool { return false }
	}
	if size > b.lim.File {
		return nil, hub.Errorf(hub.Invalid, "sheet.too_large", "mb", b.lim.File>>20)
	}
	switch kind, err := sniff(b.Name, r, size); {
	case err != nil:
		return nil, err
	case kind == XLSX:
		err = b.openXLSX(r, size)
		if err != nil {
			return nil, err
		}
	default:
		if err := b.openText(r, size); err != nil {
			return nil, err
		}
	}
	return b, b.findTables()
}

// Best gives the table that the rows most likely are in, or an Invalid error
// when the book has none.
func (b *Book) Best() (*Table, error) {
	var best *Table
	for _, t := range b.Tables {
		if best == nil || t.score > best.score {
			best = t
		}
	}
	if best == nil {
		for _, s := range b.Sheets {
			if s.Shape == Layout {
				return nil, hub.Errorf(hub.Invalid, "sheet.layout", "sheet", s.Name)
			}
		}
		return nil, hub.Errorf(hub.Invalid, "sheet.no_rows")
	}
	return best, nil
}

// Table gives the table on the named sheet; a NotFound error when there is none.
func (b *Book) Table(sheet string) (*Table, error) {
	for _, t := range b.Tables {
		if t.Sheet == sheet {
			return t, nil
		}
	}
	return nil, hub.Errorf(hub.NotFound, "sheet.no_table", "sheet", sheet)
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits
	if l.File > 0 {
		d.File = l.File
	}
	if l.Unpacked > 0 {
		d.Unpacked = l.Unpacked
	}
	if l.Rows > 0 {
		d.Rows = l.Rows
	}
	if l.Columns > 0 {
		d.Columns = l.Columns
	}
	if l.Cell > 0 {
		d.Cell = l.Cell
	}
	if l.Strings > 0 {
		d.Strings = l.Strings
	}
	return d
}

// Letter gives the column's letters on screen: 1 is A, 27 is AA. "" below 1.
func Letter(col int) string {
	var b [8]byte
	i := len(b)
	for ; col > 0 && i > 0; col = (col - 1) / 26 {
		i--
		b[i] = 'A' + byte((col-1)%26)
	}
	return string(b[i:])
}

// Ref gives a cell's name on screen; "" below row or column 1.
func Ref(row, col int) string {
	if row < 1 || col < 1 {
		return ""
	}
	return Letter(col) + itoa(row)
}

// parseRef reads "AB12"; zeros when it is none.
func parseRef(s string) (row, col int) {
	i := 0
	for i < len(s) && s[i] >= 'A' && s[i] <= 'Z' && i < 3 {
		col = col*26 + int(s[i]-'A'+1)
		i++
	}
	if i == 0 || i == len(s) || len(s)-i > 7 {
		return 0, 0
	}
	for ; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, 0
		}
		row = row*10 + int(s[i]-'0')
	}
	return row, col
}
