package sheet

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"path"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Names of encodings as Book.Encoding gives them.
const (
	encUTF8    = "UTF-8"
	encUTF8BOM = "UTF-8 BOM"
	encUTF16LE = "UTF-16LE"
	encUTF16BE = "UTF-16BE"
	encCP932   = "CP932"
)

// delimited is the source for csv and tsv.
type delimited struct {
	r        io.ReaderAt
	size     int64
	encoding string
	delim    byte
	literal  bool // quotation marks are ordinary characters
	crOnly   bool // lines end in CR alone, as old Macs wrote them
	lim      Limits
}

func (b *Book) openText(r io.ReaderAt, size int64) error {
	d := &delimited{r: r, size: size, lim: b.lim}
	if err := d.findEncoding(); err != nil {
		return err
	}
	if err := d.findDelimiter(strings.ToLower(path.Ext(b.Name))); err != nil {
		return err
	}
	b.Encoding, b.Delimiter, b.Format, b.src = d.encoding, rune(d.delim), CSV, d
	if d.delim == '\t' {
		b.Format = TSV
	}
	b.Sheets = []Sheet{{Name: strings.TrimSuffix(b.Name, path.Ext(b.Name))}}
	return nil
}

// open gives the file's text in UTF-8 without a BOM.
func (d *delimited) open() *bufio.Reader {
	var r io.Reader = io.NewSectionReader(d.r, 0, d.size)
	switch d.encoding {
	case encUTF8BOM:
		r = io.NewSectionReader(d.r, 3, d.size-3)
	case encUTF16LE:
		r = &utf16Reader{r: bufio.NewReader(io.NewSectionReader(d.r, 2, max(d.size-2, 0)))}
	case encUTF16BE:
		r = &utf16Reader{r: bufio.NewReader(io.NewSectionReader(d.r, 2, max(d.size-2, 0))), big: true}
	case encCP932:
		r = &cp932Reader{r: r}
	}
	if d.crOnly {
		r = &crReader{r}
	}
	return bufio.NewReaderSize(r, 256<<10)
}

// findDelimiter parses the beginning with each candidate and takes the one that
// cuts rows most evenly. It also settles whether quotation marks quote.
func (d *delimited) findDelimiter(ext string) error {
	candidates := []byte{',', '\t', ';', '|'}
	if ext == ".tsv" || ext == ".tab" {
		candidates = []byte{'\t', ',', ';', '|'}
	}
	best, bestScore := candidates[0], 0.0
	for i, c := range candidates {
		d.delim = c
		counts := map[int]int{}
		n := 0
		for row, err := range d.rows(0) {
			if err != nil || n == 100 {
				break
			}
			n++
			width := 0
			if len(row.cells) > 0 {
				width = row.cells[len(row.cells)-1].Col
			}
			counts[width]++
		}
		// Rows end in empty cells, so widths vary; what counts is that most
		// rows have two columns or more.
		wide, sum := 0, 0
		for width, k := range counts {
			if width >= 2 {
				wide += k
				sum += width * k
			}
		}
		if n == 0 || wide == 0 {
			continue
		}
		score := float64(wide) / float64(n) * (1 + min(float64(sum)/float64(wide), 30)/10)
		if i > 1 { // ; and | also separate the values inside a cell
			score /= 2
		}
		if score > bestScore*1.05 {
			best, bestScore = c, score
		}
	}
	d.delim = best
	// A field that begins with a quotation mark and does not end with one is a
	// quotation in the text. In tab-separated files that is how it is meant
	// everywhere; in csv it would tear rows apart, so it is named.
	for _, err := range d.rows(0) {
		if err == nil {
			continue
		}
		if hub.KindOf(err) == hub.Invalid && isQuoteError(err) && d.delim == '\t' {
			d.literal = true
			return nil
		}
		return err
	}
	return nil
}

func isQuoteError(err error) bool {
	e, ok := errors.AsType[*hub.Error](err)
	return ok && strings.HasPrefix(e.Key, "sheet.quote")
}

func (d *delimited) merges(int) ([]rect, error) { return nil, nil }

func (d *delimited) traits(int) traits { return traits{} }

// rows parses records by RFC 4180, more leniently where it cannot hurt: any
// line end, quotation marks inside an unquoted field, ragged rows.
func (d *delimited) rows(int) iter.Seq2[rawRow, error] {
	return func(yield func(rawRow, error) bool) {
		p := &parser{in: d.open(), delim: d.delim, literal: d.literal, lenient: d.delim != '\t', maxCell: d.lim.Cell}
		rows := 0
		for number := 1; ; number++ {
			fields, err := p.record(number)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(rawRow{}, err)
				return
			}
			cells := make([]Cell, 0, len(fields))
			for i, f := range fields {
				if strings.IndexByte(f, 0) >= 0 {
					yield(rawRow{}, hub.Errorf(hub.Invalid, "sheet.nul", "row", number, "column", Letter(i+1)))
					return
				}
				if f = cleanValue(bare(f)); f != "" {
					cells = append(cells, Cell{Text: f, Kind: Text, Row: number, Col: i + 1})
				}
			}
			if len(fields) > d.lim.Columns {
				yield(rawRow{}, hub.Errorf(hub.Invalid, "sheet.too_many_columns", "n", d.lim.Columns))
				return
			}
			if len(cells) == 0 {
				continue
			}
			if rows++; rows > d.lim.Rows {
				yield(rawRow{}, hub.Errorf(hub.Invalid, "sheet.too_many_rows", "n", d.lim.Rows))
				return
			}
			if !yield(rawRow{number: number, cells: cells}, nil) {
				return
			}
		}
	}
}
