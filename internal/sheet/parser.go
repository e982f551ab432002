package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

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
