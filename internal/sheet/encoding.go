package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

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
