package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
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

// findEncoding reads the whole file once: a wrong byte at its end must not be
// found after half of it has been taken for something else.
func (d *delimited) findEncoding() error {
	head := make([]byte, min(d.size, 64<<10))
	n, err := d.r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return hub.Errorf(hub.Unavailable, "sheet.unreadable")
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		d.encoding = encUTF16LE
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		d.encoding = encUTF16BE
	}
	if d.encoding != "" {
		d.crOnly = false
		return nil
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return hub.Errorf(hub.Invalid, "sheet.not_text")
	}
	badUTF8, lf, cr, err := scanUTF8(io.NewSectionReader(d.r, 0, d.size))
	if err != nil {
		return hub.Errorf(hub.Unavailable, "sheet.unreadable")
	}
	d.crOnly = !lf && cr
	if badUTF8 == 0 {
		d.encoding = encUTF8
		if bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) {
			d.encoding = encUTF8BOM
		}
		if bytes.Contains(head, []byte("\x1b$B")) {
			return hub.Errorf(hub.Invalid, "sheet.encoding_unknown")
		}
		return nil
	}
	d.encoding = encCP932
	bad932, wrong, kana, wide := 0, 0, 0, 0
	line := 1
	cp := &cp932Reader{r: io.NewSectionReader(d.r, 0, d.size), onChunk: func(text string) {
		for _, c := range text {
			switch {
			case c == '\n':
				line++
			case c == utf8.RuneError:
				if wrong++; bad932 == 0 {
					bad932 = line
				}
			case c >= 0xff61 && c <= 0xff9f:
				kana++
			case c >= 0x80:
				wide++
			}
		}
	}}
	if _, err := io.Copy(io.Discard, cp); err != nil {
		return hub.Errorf(hub.Unavailable, "sheet.unreadable")
	}
	switch {
	case !bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) && (wrong > 5 && 20*wrong > kana+wide || bad932 == 0 && kana > 40 && kana > 2*wide):
		// EUC-JP read as CP932 comes out as half-width kana, or not at all
		return hub.Errorf(hub.Invalid, "sheet.encoding_unknown")
	case bad932 > 0 && (bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) || badUTF8 >= bad932):
		return hub.Errorf(hub.Invalid, "sheet.encoding", "row", badUTF8, "encoding", "UTF-8")
	case bad932 > 0:
		return hub.Errorf(hub.Invalid, "sheet.encoding", "row", bad932, "encoding", "Shift_JIS")
	}
	return nil
}

// scanUTF8 gives the line of the first byte that is not UTF-8 (0 when there is
// none) and which line ends occur.
func scanUTF8(r io.Reader) (badLine int, lf, cr bool, err error) {
	buf := make([]byte, 128<<10)
	keep, line := 0, 1
	for {
		n, err := r.Read(buf[keep:])
		chunk := buf[:keep+n]
		cut := len(chunk)
		if err == nil { // leave an unfinished character for the next round
			for i := 1; i <= min(3, len(chunk)); i++ {
				if c := chunk[len(chunk)-i]; utf8.RuneStart(c) {
					if !utf8.FullRune(chunk[len(chunk)-i:]) {
						cut = len(chunk) - i
					}
					break
				}
			}
		}
		lf = lf || bytes.IndexByte(chunk[:cut], '\n') >= 0
		cr = cr || bytes.IndexByte(chunk[:cut], '\r') >= 0
		if badLine == 0 {
			if utf8.Valid(chunk[:cut]) {
				line += bytes.Count(chunk[:cut], []byte("\n"))
			} else {
				for i := 0; i < cut; {
					c, w := utf8.DecodeRune(chunk[i:cut])
					if c == utf8.RuneError && w == 1 {
						badLine = line
						break
					}
					if c == '\n' {
						line++
					}
					i += w
				}
			}
		}
		keep = copy(buf, chunk[cut:])
		if errors.Is(err, io.EOF) {
			return badLine, lf, cr, nil
		}
		if err != nil {
			return 0, lf, cr, err
		}
	}
}

// cp932Reader turns CP932 into UTF-8 piece by piece. Pieces end after a line
// feed, which is never the second byte of a character.
type cp932Reader struct {
	r       io.Reader
	in      []byte
	out     string
	err     error
	onChunk func(text string) // sees every piece
}

func (c *cp932Reader) Read(p []byte) (int, error) {
	for c.out == "" {
		if c.err != nil {
			return 0, c.err
		}
		at := len(c.in)
		c.in = slices.Grow(c.in, 64<<10)[:at+64<<10]
		n, err := c.r.Read(c.in[at:])
		c.in, c.err = c.in[:at+n], err
		cut := bytes.LastIndexByte(c.in, '\n') + 1
		if err != nil {
			cut = len(c.in)
		}
		if cut == 0 && len(c.in) > 4<<20 { // no line ends: cut where a character surely begins
			cut = len(c.in)
			for i := len(c.in) - 1; i > 0 && c.in[i] >= 0x40; i-- {
				cut = i
			}
		}
		text, _ := japanese.DecodeCP932(c.in[:cut]) // what is wrong comes out as U+FFFD
		if c.onChunk != nil {
			c.onChunk(text)
		}
		c.out = text
		c.in = append(c.in[:0:0], c.in[cut:]...)
	}
	n := copy(p, c.out)
	c.out = c.out[n:]
	return n, nil
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

// utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	r   *bufio.Reader
	big bool
	out []byte
	err error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) < 4<<10 && u.err == nil {
		r := u.unit()
		if utf16.IsSurrogate(r) && u.err == nil {
			r = utf16.DecodeRune(r, u.unit())
		}
		if u.err == nil {
			u.out = utf8.AppendRune(u.out, r)
		}
	}
	n := copy(p, u.out)
	u.out = append(u.out[:0], u.out[n:]...)
	if n == 0 {
		return 0, u.err
	}
	return n, nil
}

// unit reads one code unit.
func (u *utf16Reader) unit() rune {
	var b [2]byte
	if _, err := io.ReadFull(u.r, b[:]); err != nil {
		u.err = io.EOF // half a unit at the end is dropped
		return 0
	}
	if u.big {
		return rune(b[0])<<8 | rune(b[1])
	}
	return rune(b[1])<<8 | rune(b[0])
}

type crReader struct{ r io.Reader }

func (c *crReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i := range n {
		if p[i] == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
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
func (d *delimited) traits(int) traits          { return traits{} }

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

// parser reads records of delimited text.
type parser struct {
	in      *bufio.Reader
	delim   byte
	literal bool
	lenient bool // text after a closing quotation mark belongs to the field, as Excel reads it
	maxCell int
	fields  []string
	line    []byte
}

// nextLine gives the next line with its line end; io.EOF after the last.
func (p *parser) nextLine() ([]byte, error) {
	p.line = p.line[:0]
	for {
		part, err := p.in.ReadSlice('\n')
		if err == nil && len(p.line) == 0 {
			return part, nil
		}
		p.line = append(p.line, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if len(p.line) > 64<<20 {
				return nil, hub.Errorf(hub.Invalid, "sheet.line_too_long")
			}
		case errors.Is(err, io.EOF):
			if len(p.line) == 0 {
				return nil, io.EOF
			}
			return p.line, nil
		default:
			return p.line, err
		}
	}
}

// record gives the fields of the next record. The slice is used again by the
// next call, the strings are not.
func (p *parser) record(number int) ([]string, error) {
	line, err := p.nextLine()
	if err != nil {
		return nil, err
	}
	p.fields = p.fields[:0]
	if p.literal || bytes.IndexByte(line, '"') < 0 {
		for s := string(trimEOL(line)); ; {
			i := strings.IndexByte(s, p.delim)
			if i < 0 {
				p.fields = append(p.fields, s)
				return p.fields, p.check(number)
			}
			p.fields = append(p.fields, s[:i])
			s = s[i+1:]
		}
	}
	for {
		if len(line) == 0 || line[0] != '"' {
			end := bytes.IndexByte(line, p.delim)
			if end < 0 {
				p.fields = append(p.fields, string(trimEOL(line)))
				return p.fields, p.check(number)
			}
			p.fields = append(p.fields, string(line[:end]))
			line = line[end+1:]
			continue
		}
		var field []byte
		line = line[1:]
		for {
			q := bytes.IndexByte(line, '"')
			if q < 0 {
				field = append(field, line...)
				if len(field) > p.maxCell {
					return nil, hub.Errorf(hub.Invalid, "sheet.quote_open", "row", number, "column", Letter(len(p.fields)+1))
				}
				if line, err = p.nextLine(); err != nil {
					return nil, hub.Errorf(hub.Invalid, "sheet.quote_open", "row", number, "column", Letter(len(p.fields)+1))
				}
				continue
			}
			field = append(field, line[:q]...)
			line = line[q+1:]
			if len(line) > 0 && line[0] == '"' {
				field = append(field, '"')
				line = line[1:]
				continue
			}
			break
		}
		rest := trimEOL(line)
		if len(rest) > 0 && rest[0] != p.delim && p.lenient {
			end := bytes.IndexByte(rest, p.delim)
			if end < 0 {
				end = len(rest)
			}
			field = append(field, rest[:end]...)
			line, rest = line[end:], rest[end:]
		}
		p.fields = append(p.fields, string(field))
		switch {
		case len(rest) == 0:
			return p.fields, p.check(number)
		case rest[0] == p.delim:
			line = line[1:]
		default:
			return nil, hub.Errorf(hub.Invalid, "sheet.quote_inside", "row", number, "column", Letter(len(p.fields)))
		}
	}
}

func (p *parser) check(number int) error {
	for i, f := range p.fields {
		if len(f) > p.maxCell {
			return hub.Errorf(hub.Invalid, "sheet.cell_too_long", "row", number, "column", Letter(i+1))
		}
	}
	return nil
}

func trimEOL(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}
