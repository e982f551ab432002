package sheet

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// shared is one shared string and its phonetic guide.
type shared struct{ text, furigana string }

// readStrings reads the shared strings. A string is its own text or its runs;
// phonetic runs (rPh) are what a naive reader leaks into values.
func (w *workbook) readStrings(name string) error {
	var s stringReader
	var kept int64
	return w.tokens(name, func(_ *xml.Decoder, t xml.Token) error {
		if s.take(t, "si") {
			text, furigana := s.end()
			if kept += int64(len(text) + len(furigana) + 32); kept > w.lim.Strings {
				return hub.Errorf(hub.Invalid, "sheet.unpacks_too_large", "mb", w.lim.Strings>>20)
			}
			if len(text) > w.lim.Cell {
				return hub.Errorf(hub.Invalid, "sheet.string_too_long")
			}
			w.strings = append(w.strings, shared{text, furigana})
		}
		return nil
	})
}

// stringReader gathers the text of an <si> or <is> element.
type stringReader struct {
	text, furigana  strings.Builder
	inT, inPhonetic bool
}

// take feeds one token and reports whether element end has just closed.
func (s *stringReader) take(t xml.Token, end string) bool {
	switch t := t.(type) {
	case xml.StartElement:
		switch t.Name.Local {
		case "t":
			s.inT = true
		case "rPh":
			s.inPhonetic = true
		}
	case xml.EndElement:
		switch t.Name.Local {
		case "t":
			s.inT = false
		case "rPh":
			s.inPhonetic = false
		case end:
			return true
		}
	case xml.CharData:
		switch {
		case s.inT && s.inPhonetic:
			s.furigana.Write(t)
		case s.inT:
			s.text.Write(t)
		}
	}
	return false
}

// end gives what was gathered and begins anew.
func (s *stringReader) end() (text, furigana string) {
	text, furigana = unescape(s.text.String()), unescape(s.furigana.String())
	*s = stringReader{}
	return text, furigana
}

// unescape undoes Excel's _xHHHH_ for characters that XML cannot hold.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || len(s) < i+7 {
			b.WriteString(s)
			return b.String()
		}
		n, err := strconv.ParseUint(s[i+2:i+6], 16, 16)
		if err != nil || s[i+6] != '_' {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		if n != 0 {
			b.WriteRune(rune(n))
		}
		s = s[i+7:]
	}
}
