package archive

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/db"
)

// A line is one row as JSON: an object with every column in the table's order,
// without spaces. There is one way to write each value, so that equal tables
// give equal bytes: text with only what JSON demands escaped, integers in
// decimal, reals in the fewest digits that read back the same, bytes in base64.

// appendLine adds row to b, with its line end.
func appendLine(b []byte, columns []db.Column, row []any) ([]byte, error) {
	var err error
	for i, c := range columns {
		b = append(b, ",{"[btoi(i == 0)])
		b = appendText(b, c.Name)
		b = append(b, ':')
		if b, err = appendValue(b, c, row[i]); err != nil {
			return b, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return append(b, '}', '\n'), nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

var (
	errNotUTF8 = errors.New("the text is not valid UTF-8")
	errNumber  = errors.New("the number has no decimal form")
)

func appendValue(b []byte, c db.Column, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...), nil
	case string:
		if !utf8.ValidString(v) {
			return b, errNotUTF8
		}
		return appendText(b, v), nil
	case int64:
		if c.Type == db.RealColumn {
			return strconv.AppendFloat(b, float64(v), 'g', -1, 64), nil
		}
		return strconv.AppendInt(b, v, 10), nil
	case int32:
		return strconv.AppendInt(b, int64(v), 10), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return b, errNumber
		}
		return strconv.AppendFloat(b, v, 'g', -1, 64), nil
	case []byte:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v)
		return append(b, '"'), nil
	}
	return b, fmt.Errorf("a value of type %T", value)
}

const hexDigits = "0123456789abcdef"

// appendText adds s as a JSON string that escapes only quotes, backslashes and
// control characters.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(b, s[start:]...), '"')
}

// readLine reads a row that appendLine wrote: every column, in order, and
// nothing else.
func readLine(line []byte, columns []db.Column) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("the line is no JSON object")
	}
	row := make([]any, len(columns))
	for i, c := range columns {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		if name != c.Name {
			return nil, fmt.Errorf("%q is expected, %q found", c.Name, fmt.Sprint(name))
		}
		value, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		if row[i], err = readValue(c, value); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	if t, err := d.Token(); err != nil || t != json.Delim('}') {
		return nil, errors.New("the line does not end where it should")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the object")
	}
	return row, nil
}

func readValue(c db.Column, token json.Token) (any, error) {
	switch v := token.(type) {
	case nil:
		if c.Null {
			return nil, nil
		}
	case string:
		switch c.Type {
		case db.TextColumn:
			return v, nil
		case db.BlobColumn:
			return base64.StdEncoding.DecodeString(v)
		}
	case json.Number:
		switch c.Type {
		case db.IntegerColumn:
			return strconv.ParseInt(string(v), 10, 64)
		case db.RealColumn:
			return strconv.ParseFloat(string(v), 64)
		}
	}
	return nil, fmt.Errorf("not a value of type %s", c.Type)
}

// lines reads a file line by line; each slice is good until the next. A last
// line without its end is an error: the file was cut.
func lines(r io.Reader, yield func(n int64, line []byte) error) error {
	in := bufio.NewReaderSize(r, 1<<16)
	var long []byte
	for n := int64(1); ; n++ {
		long = long[:0]
		line, err := in.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) {
			long = append(long, line...)
			line, err = in.ReadSlice('\n')
		}
		if len(long) > 0 {
			long = append(long, line...)
			line = long
		}
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		if err := yield(n, line); err != nil {
			return err
		}
	}
}
