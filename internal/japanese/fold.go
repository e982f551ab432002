package japanese

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalise brings text to one way of writing without changing its words: NFKC
// (widths, ligatures, ㈱ → (株)), invisible characters and 異体字セレクタ dropped,
// invalid UTF-8 replaced by U+FFFD, one kind of dash and wave, old and variant
// kanji (邊, 髙, 澤) by their common form. It is what the analysis reads; names
// are stored and shown as they were typed.
func Normalise(s string) string {
	out, _ := normalise(s, false)
	return out
}

// NormaliseMap is Normalise with a map back: byte i of the result comes from
// the character at byte at[i] of s; at has one more entry, len(s).
func NormaliseMap(s string) (out string, at []int32) {
	return normalise(s, true)
}

func normalise(s string, withMap bool) (string, []int32) {
	plain := true
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c < ' ' && c != '\n' && c != '\t' {
			plain = false
			break
		}
	}
	if plain {
		if !withMap {
			return s, nil
		}
		at := make([]int32, len(s)+1)
		for i := range at {
			at[i] = int32(i)
		}
		return s, at
	}
	var b strings.Builder
	b.Grow(len(s))
	var at []int32
	emit := func(r rune, from int) {
		switch {
		case r == '\n' || r == '\t':
		case r < ' ' || r >= 0x7f && r < 0xa0:
			r = ' '
		case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef,
			r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2064, r == 0xfeff, r == 0xad:
			return
		case r >= 0x2010 && r <= 0x2012 || r == 0x2212 || r == 0xfe63:
			r = '-'
		case r == 0x2013 || r == 0x2014 || r == 0x2500:
			r = '―'
		case r == '〜' || r == '～':
			r = '~'
		case r == 0x2019 || r == 0x2018 || r == 0xb4:
			r = '\''
		default:
			if v, ok := variant[r]; ok {
				r = v
			}
		}
		n := b.Len()
		b.WriteRune(r)
		if withMap {
			for ; n < b.Len(); n++ {
				at = append(at, int32(from))
			}
		}
	}
	for i := 0; i < len(s); {
		// Most text is kana and kanji that NFKC leaves alone; only a character
		// that decomposes or is followed by a mark needs the slow way.
		r, n := utf8.DecodeRuneInString(s[i:])
		if simple(r) {
			if next, _ := utf8.DecodeRuneInString(s[i+n:]); simple(next) || next < 0x80 || i+n == len(s) {
				emit(r, i)
				i += n
				continue
			}
		}
		if r == utf8.RuneError && n == 1 {
			emit(r, i)
			i++
			continue
		}
		end := i + n
		for end < len(s) && end-i < 120 {
			next, m := utf8.DecodeRuneInString(s[end:])
			if norm.NFKC.PropertiesString(s[end:]).BoundaryBefore() && next != 'ﾞ' && next != 'ﾟ' || next == utf8.RuneError && m == 1 {
				break
			}
			end += m
		}
		for _, r := range norm.NFKC.String(s[i:end]) {
			emit(r, i)
		}
		i = end
	}
	if withMap {
		at = append(at, int32(len(s)))
	}
	return b.String(), at
}

// simple reports whether NFKC leaves r alone whatever simple character follows.
func simple(r rune) bool {
	switch {
	case r >= ' ' && r < 0x7f, r == '\n', r == '\t':
		return true
	case r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fe:
		return true
	case r >= 0x4e00 && r <= 0x9fff, r == '、', r == '。', r == '「', r == '」':
		return true
	}
	return false
}

// Fold brings text to the form in which it is compared when searching: like
// Normalise, then lower case without accents, ヴァ → バ, ヂ/ヅ → ジ/ズ in
// katakana, small ァィゥェォ and ヵヶ like their large ones between kanji (ヶ → ケ),
// iteration marks written out (時々 stays, すゝめ → すすめ), and the long vowel at
// the end of a katakana word dropped (サーバー → サーバ). Comparing two folded texts
// ignores how they were typed; it never changes which word is meant, save the
// rare ディーラー/ディラー kind of pair.
func Fold(s string) string {
	return foldRunes(Normalise(s))
}

// accents of Latin letters are dropped after canonical decomposition.
func unaccent(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			goto slow
		}
	}
	return s
slow:
	has := false
	for _, r := range s {
		if r >= 0xc0 && r < 0x250 || r >= 0x1e00 && r < 0x2000 {
			has = true
			break
		}
	}
	if !has {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r >= 0x300 && r < 0x370 {
			return -1
		}
		return r
	}, decomposeLatin(s)))
}

func decomposeLatin(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 0xc0 && r < 0x250 || r >= 0x1e00 && r < 0x2000 {
			b.WriteString(norm.NFD.String(string(r)))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// foldRunes folds normalised text.
func foldRunes(s string) string {
	s = unaccent(s)
	var b strings.Builder
	b.Grow(len(s))
	var prev rune // the rune before, as written
	for i, r := range s {
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(max(r, 0)):])
		out := r
		switch {
		case r < 0x80:
			out = unicode.ToLower(r)
		case r == 'ー':
			// The end of a katakana word of three letters or more.
			if !IsKatakana(next) && longWord(s[:i]) {
				prev = r
				continue
			}
		case r == 'ゝ' || r == 'ヽ':
			if plain, ok := unvoiced[prev]; ok {
				out = plain
			} else if IsHiragana(prev) || IsKatakana(prev) {
				out = prev
			}
		case r == 'ヴ':
			switch next {
			case 'ァ':
				out = 'バ'
			case 'ィ':
				out = 'ビ'
			case 'ェ':
				out = 'ベ'
			case 'ォ':
				out = 'ボ'
			default:
				out = 'ブ'
			}
		case prev == 'ヴ' && (r == 'ァ' || r == 'ィ' || r == 'ェ' || r == 'ォ'):
			prev = r
			continue
		case r == 'ヂ':
			out = 'ジ'
		case r == 'ヅ':
			out = 'ズ'
		case r == 'ヶ' || r == 'ヵ':
			if IsHan(prev) || IsHan(next) {
				out = 'ケ'
			}
		case r == 'ヰ':
			out = 'イ'
		case r == 'ヱ':
			out = 'エ'
		default:
			out = unicode.ToLower(r)
		}
		b.WriteRune(out)
		prev = r
	}
	return b.String()
}

// longWord reports whether s ends in at least three katakana letters, or in two
// of which none is ー, so that a final ー may go (バリアー) but ビー keeps it.
func longWord(s string) bool {
	n := 0
	for n < 3 {
		r, size := utf8.DecodeLastRuneInString(s)
		if !IsKatakana(r) {
			break
		}
		n++
		s = s[:len(s)-size]
	}
	return n >= 3
}
