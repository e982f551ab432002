package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Label folds a header or label for comparison: width, case, spaces, brackets
// and marks like ※必須 do not count, № is No, and every dash between katakana
// is the long-vowel mark (コ―ド, コ-ド and コード are one).
func Label(s string) string {
	s = strings.ToLower(japanese.Normalise(s))
	for _, mark := range []string{"(必須)", "(任意)", "【必須】", "【任意】", "[必須]", "[任意]", "※必須", "※任意", "必須)"} {
		s = strings.ReplaceAll(s, mark, "")
	}
	var b strings.Builder
	var last rune
	for _, r := range s {
		switch {
		case isDash(r) && japanese.IsKatakana(last):
			r = 'ー'
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), strings.ContainsRune(`:;*※.。、,()[]{}「」『』【】<>〈〉"'_/・■□◆◇●○◎▼▽★☆`, r), isDash(r):
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

func isDash(r rune) bool {
	switch r {
	case '-', '‐', '‑', '‒', '–', '—', '―', '−', '─', '━', '－', 'ｰ':
		return true
	}
	return false
}

// cleanValue trims a value: spaces of any width and line breaks at its ends go,
// line ends inside become LF, marks of text order and BOMs go. Everything else
// stays as typed.
func cleanValue(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == 0x200b || r == 0xfeff || r < 0x20
	})
}

// headerName makes one line of a header cell. A line break beside a Japanese
// character goes without trace, elsewhere it is a space; letters set apart by
// spaces for looks (開　設　者) come together.
func headerName(s string) string {
	words := strings.Fields(s) // full-width spaces are spaces to Fields
	if len(words) > 1 {
		single := true
		for _, w := range words {
			r, n := utf8.DecodeRuneInString(w)
			single = single && n == len(w) && japanese.IsJapanese(r)
		}
		if single {
			return strings.Join(words, "")
		}
	}
	var b strings.Builder
	var last rune
	for i, r := range strings.TrimSpace(s) {
		if unicode.IsSpace(r) {
			if last != ' ' && last != '\n' {
				if r == '\n' {
					last = '\n'
				} else {
					last = ' '
				}
			} else if r != '\n' {
				last = ' '
			}
			continue
		}
		if i > 0 && (last == ' ' || last == '\n') {
			before, _ := utf8.DecodeLastRuneInString(b.String())
			if last == ' ' || before < 0x2e80 && r < 0x2e80 {
				b.WriteByte(' ')
			}
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// labelLike reports whether a cell could be a header: short words, no sentence,
// no bare number or date.
func labelLike(c Cell) bool {
	if c.Kind != Text || len(c.Text) > 300 {
		return false
	}
	n := utf8.RuneCountInString(c.Text)
	if n > 60 || strings.ContainsAny(c.Text, "。@") || strings.Contains(c.Text, "://") {
		return false
	}
	return !numberLike(c.Text)
}

// numberLike reports whether text is digits and the marks around them.
func numberLike(s string) bool {
	digits := 0
	for _, r := range japanese.Normalise(s) {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune("+-.,/:()¥%△▲ ", r):
		default:
			return false
		}
	}
	return digits > 0
}

// unitOf gives the amount unit a header names, in yen.
func unitOf(header string) int64 {
	h := japanese.Normalise(header)
	for _, u := range []struct {
		name string
		yen  int64
	}{{"百万円", 1e6}, {"千円", 1e3}, {"万円", 1e4}, {"億円", 1e8}, {"円", 1}} {
		for _, form := range []string{"(" + u.name + ")", "[" + u.name + "]", "単位:" + u.name, "単位 " + u.name, "・" + u.name} {
			if strings.Contains(h, form) {
				return u.yen
			}
		}
		if strings.HasSuffix(h, u.name) {
			return u.yen
		}
	}
	return 0
}
