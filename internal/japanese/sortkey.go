package japanese

import (
	"encoding/hex"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// SortKey makes the key under which a name or reading sorts: numbers by value,
// Latin letters, kana in the order of the fifty sounds, then kanji by code
// point. As JIS X 4061 has it, voicing, small letters, ー and the kind of kana
// decide only between words that are otherwise equal. The key is hexadecimal
// text, so it sorts alike on every database whatever its collation; it is about
// eight characters a kana and means nothing to a reader. "" gives "".
func SortKey(s string) string {
	if s = strings.TrimSpace(norm.NFKC.String(s)); s == "" {
		return ""
	}
	var first, second []byte
	runes := []rune(strings.ToLower(s))
	var prev rune // the plain kana before, for ー and ゝ
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case r >= '0' && r <= '9':
			j := i
			for j < len(runes) && runes[j] >= '0' && runes[j] <= '9' {
				j++
			}
			digits := strings.TrimLeft(string(runes[i:j]), "0")
			first = append(first, '0', byte(min(len(digits), 200)))
			first = append(first, digits...)
			second = append(second, byte(min(j-i-len(digits), 200))+1)
			i, prev = j-1, 0
		case r == ' ' || r == '・' || r == '-' || r == '\'' || r == '.':
			first = append(first, ' ') // ignorable marks weigh as a space
			second = append(second, byte(r)|1)
			prev = 0
		default:
			plain, detail := plainKana(r, prev)
			first = append(first, string(plain)...)
			second = append(second, detail)
			prev = 0
			if IsHiragana(plain) {
				prev = plain
			}
		}
	}
	key := append(append(first, 0), second...)
	return hex.EncodeToString(key)
}

// plainKana strips a kana to the letter that decides its place and says what
// was stripped: 1 nothing, more for marks that sort later.
func plainKana(r, prev rune) (plain rune, detail byte) {
	detail = 1
	switch r {
	case 'ー':
		if v := vowel(prev); v != 0 {
			return v, 8
		}
		return r, 1
	case 'ゝ', 'ヽ', 'ゞ', 'ヾ':
		if prev != 0 {
			return prev, 16
		}
		return r, 1
	}
	if r >= 'ァ' && r <= 'ヶ' {
		r, detail = r-0x60, 2
	}
	if !IsHiragana(r) {
		return r, detail
	}
	if base, ok := unsmall[r]; ok {
		return base, detail + 32
	}
	if base, ok := unvoiced[r]; ok {
		return base, detail + 64
	}
	if base, ok := unsemivoiced[r]; ok {
		return base, detail + 128
	}
	return r, detail
}

var (
	unsmall = map[rune]rune{
		'ぁ': 'あ', 'ぃ': 'い', 'ぅ': 'う', 'ぇ': 'え', 'ぉ': 'お', 'っ': 'つ',
		'ゃ': 'や', 'ゅ': 'ゆ', 'ょ': 'よ', 'ゎ': 'わ', 'ゕ': 'か', 'ゖ': 'け',
	}
	unvoiced     = map[rune]rune{}
	unsemivoiced = map[rune]rune{}
	rows         = []string{"あかさたなはまやらわ", "いきしちにひみりゐ", "うくすつぬふむゆる", "えけせてねへめれゑ", "おこそとのほもよろを"}
	vowelOf      = map[rune]rune{}
)

func init() {
	for r := 'ぁ'; r <= 'ゔ'; r++ {
		if v, ok := voiced(r); ok {
			unvoiced[v] = r
		}
		if v, ok := semivoiced(r); ok {
			unsemivoiced[v] = r
		}
	}
	for _, row := range rows {
		var v rune
		for _, r := range row {
			if v == 0 {
				v = r
			}
			vowelOf[r] = v
		}
	}
}

// vowel gives the vowel letter of a plain hiragana, 0 when it has none (ん).
func vowel(plain rune) rune { return vowelOf[plain] }
