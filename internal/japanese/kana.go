package japanese

import (
	"strings"
	"unicode/utf8"
)

// halfKana gives the full-width form of U+FF61–U+FF9F in order.
var halfKana = []rune("。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜")

// voiced joins a kana with the voicing mark (dakuten) that follows it, and
// semivoiced with the handakuten; ok is false when the pair has no letter.
func voiced(r rune) (rune, bool) {
	switch {
	case r == 'う' || r == 'ウ':
		return r - 'う' + 'ゔ', true
	case r >= 'か' && r <= 'ぢ' && (r-'か')%2 == 0, r >= 'カ' && r <= 'ヂ' && (r-'カ')%2 == 0,
		r == 'つ', r == 'て', r == 'と', r == 'ツ', r == 'テ', r == 'ト',
		r >= 'は' && r <= 'ほ' && (r-'は')%3 == 0, r >= 'ハ' && r <= 'ホ' && (r-'ハ')%3 == 0,
		r == 'ゝ', r == 'ヽ':
		return r + 1, true
	case r == 'ワ':
		return 'ヷ', true
	case r == 'ヰ':
		return 'ヸ', true
	case r == 'ヱ':
		return 'ヹ', true
	case r == 'ヲ':
		return 'ヺ', true
	}
	return r, false
}

func semivoiced(r rune) (rune, bool) {
	if r >= 'は' && r <= 'ほ' && (r-'は')%3 == 0 || r >= 'ハ' && r <= 'ホ' && (r-'ハ')%3 == 0 {
		return r + 2, true
	}
	return r, false
}

// composeKana joins kana and combining voicing marks (か + U+3099 → が), which
// Macs keep apart in file names, and leaves everything else as it is: NFC would
// also replace 神 U+FA19 and its kin by another character.
func composeKana(s string) string {
	if !strings.ContainsAny(s, "\u3099\u309a") {
		return s
	}
	return mapPairs(s, func(r, next rune) (rune, bool) {
		switch next {
		case '\u3099':
			return voiced(r)
		case '\u309a':
			return semivoiced(r)
		}
		return r, false
	})
}

// mapPairs rewrites s rune by rune; f sees the rune and the one after it (zero
// at the end) and says whether it swallowed both.
func mapPairs(s string, f func(r, next rune) (rune, bool)) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		next, m := utf8.DecodeRuneInString(s[i:])
		if m == 0 {
			next = 0
		}
		out, both := f(r, next)
		if both {
			i += m
		}
		b.WriteRune(out)
	}
	return b.String()
}

// WidenKana turns half-width katakana and its punctuation into full width,
// voicing marks joined (ｶﾞ → ガ), and leaves everything else alone.
func WidenKana(s string) string {
	return mapPairs(composeKana(s), func(r, next rune) (rune, bool) {
		if r < 0xff61 || r > 0xff9f {
			return r, false
		}
		r = halfKana[r-0xff61]
		switch next {
		case 'ﾞ':
			return voiced(r)
		case 'ﾟ':
			return semivoiced(r)
		}
		return r, false
	})
}

// Katakana writes a reading as furigana fields want it: hiragana and half-width
// kana become full-width katakana; all other characters stay.
func Katakana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ぁ' && r <= 'ゖ' || r == 'ゝ' || r == 'ゞ' {
			return r + 0x60
		}
		return r
	}, WidenKana(s))
}

// Hiragana turns katakana of either width into hiragana; ー and letters that
// hiragana lacks (ヷ) stay.
func Hiragana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' || r == 'ヽ' || r == 'ヾ' {
			return r - 0x60
		}
		return r
	}, WidenKana(s))
}

// IsHan reports whether r is a kanji (or 々, 〆, 〇, which stand for one).
func IsHan(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf || r >= 0xf900 && r <= 0xfaff ||
		r >= 0x20000 && r <= 0x323af || r == '々' || r == '〆' || r == '〇'
}

// IsHiragana reports whether r is a hiragana letter or iteration mark.
func IsHiragana(r rune) bool { return r >= 'ぁ' && r <= 'ゖ' || r == 'ゝ' || r == 'ゞ' }

// IsKatakana reports whether r is a full-width katakana letter, ー or an
// iteration mark.
func IsKatakana(r rune) bool { return r >= 'ァ' && r <= 'ヺ' || r >= 'ー' && r <= 'ヾ' }

// IsJapanese reports whether r is written in Japanese alone: kanji or kana.
func IsJapanese(r rune) bool { return IsHiragana(r) || IsKatakana(r) || IsHan(r) }
