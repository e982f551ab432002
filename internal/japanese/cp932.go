package japanese

import (
	"bytes"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Geta stands in CP932 output where a character has no code: printers' custom,
// and unlike "?" it does not occur in honest text.
const Geta = '〓'

// cp932 is code page 932 as Windows has it (Windows-31J): JIS X 0208, NEC row
// 13, the IBM extensions and the area for user-defined characters.
type cp932 struct {
	decode [0x3d * 0xbd]rune // by pair, zero where there is no character
	encode map[rune]uint16
}

var cp932Table = sync.OnceValue(func() *cp932 {
	t := &cp932{encode: make(map[rune]uint16, 9500)}
	d := japanese.ShiftJIS.NewDecoder()
	var second [][2]byte // codes that Windows reads but does not write
	note := func(hi, lo byte) {
		s, err := d.Bytes([]byte{hi, lo})
		r, n := utf8.DecodeRune(s)
		if err != nil || r == utf8.RuneError || n != len(s) {
			return
		}
		t.decode[pair(hi, lo)] = r
		if _, taken := t.encode[r]; !taken {
			t.encode[r] = uint16(hi)<<8 | uint16(lo)
		}
	}
	for hi := 0x81; hi <= 0xfc; hi++ {
		if hi > 0x9f && hi < 0xe0 {
			continue
		}
		for lo := 0x40; lo <= 0xfc; lo++ {
			switch {
			case lo == 0x7f:
			case hi >= 0xf0 && hi <= 0xf9: // user-defined, U+E000 onwards
				at := lo - 0x40
				if lo > 0x7f {
					at--
				}
				r := rune(0xe000 + (hi-0xf0)*188 + at)
				t.decode[pair(byte(hi), byte(lo))] = r
				t.encode[r] = uint16(hi)<<8 | uint16(lo)
			case hi == 0xed || hi == 0xee: // NEC's copy of the IBM extensions
				second = append(second, [2]byte{byte(hi), byte(lo)})
			default:
				note(byte(hi), byte(lo))
			}
		}
	}
	for _, p := range second {
		note(p[0], p[1])
	}
	return t
})

func pair(hi, lo byte) int {
	h := int(hi) - 0x81
	if hi >= 0xe0 {
		h -= 0x40
	}
	return h*0xbd + int(lo) - 0x40
}

// twins are characters that Unicode has twice where JIS has one. Macs, phones
// and other converters write the left one; CP932 knows only the right one.
var twins = map[rune]rune{
	'〜': '～', // U+301C wave dash: U+FF5E
	'−': '－', // U+2212 minus sign: U+FF0D
	'—': '―', // U+2014 em dash: U+2015
	'‖': '∥', // U+2016 double vertical line: U+2225
	'¢': '￠', '£': '￡', '¬': '￢', '¦': '￤',
	'¥': '￥', // never 0x5C, which every reader takes for a backslash
	'‾': '￣', '–': '－', '‑': '‐',
	'\u00a0': ' ',
}

// DecodeCP932 reads Windows-31J. Bytes that are no character become U+FFFD and
// an Invalid error names the first one's offset; the text is returned all the
// same. User-defined characters come out in U+E000–U+E757, as in Windows.
func DecodeCP932(b []byte) (string, error) {
	t := cp932Table()
	out := make([]byte, 0, len(b)*3/2)
	bad := -1
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
			out = append(out, c)
			continue
		case c >= 0xa1 && c <= 0xdf:
			out = utf8.AppendRune(out, 0xff61+rune(c-0xa1))
			continue
		case c != 0x80 && c != 0xa0 && c <= 0xfc && i+1 < len(b) && b[i+1] >= 0x40 && b[i+1] <= 0xfc:
			if r := t.decode[pair(c, b[i+1])]; r != 0 {
				out = utf8.AppendRune(out, r)
				i++
				continue
			}
		}
		if bad < 0 {
			bad = i
		}
		out = utf8.AppendRune(out, utf8.RuneError)
	}
	if bad >= 0 {
		return string(out), hub.Errorf(hub.Invalid, "error.cp932", "offset", bad)
	}
	return string(out), nil
}

// EncodeCP932 writes Windows-31J. Characters that have no code there (𠮷, emoji,
// 異体字セレクタ …) are written as 〓 and returned once each in the order met, so
// that the person can be told; nil means that nothing was lost. The pairs that
// only converters tell apart (〜 and ～, − and －, ¥ and ￥ …) are written
// silently as the one JIS character they are.
func EncodeCP932(s string) (b []byte, unmappable []rune) {
	t := cp932Table()
	b = make([]byte, 0, len(s))
	var lost map[rune]bool
	for _, r := range composeKana(s) {
		if r < 0x80 {
			b = append(b, byte(r))
			continue
		}
		if r >= 0xff61 && r <= 0xff9f {
			b = append(b, byte(r-0xff61)+0xa1)
			continue
		}
		code, ok := t.encode[r]
		if !ok {
			if twin, is := twins[r]; is && twin < 0x80 {
				b = append(b, byte(twin))
				continue
			} else if is {
				code, ok = t.encode[twin]
			}
		}
		if !ok {
			if !lost[r] {
				if lost == nil {
					lost = map[rune]bool{}
				}
				lost[r] = true
				unmappable = append(unmappable, r)
			}
			code = t.encode[Geta]
		}
		b = append(b, byte(code>>8), byte(code))
	}
	return b, unmappable
}

// DecodeEUC reads EUC-JP, in which old dictionaries are kept. Bytes that are no
// character become U+FFFD.
func DecodeEUC(b []byte) string {
	s, err := japanese.EUCJP.NewDecoder().Bytes(b)
	if err != nil {
		return string(bytes.ToValidUTF8(b, []byte("\ufffd")))
	}
	return string(s)
}
