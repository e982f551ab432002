package japanese

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// Class is the part of speech of a word, as coarsely as search needs it.
type Class uint8

// The classes. Those from Particle on carry no content of their own.
const (
	Noun        Class = iota // 名詞 in general, unknown words
	ProperNoun               // 固有名詞
	ActionNoun               // サ変接続: 申請, 除雪
	QualityNoun              // 形容動詞語幹: 安全, 新た
	TimeNoun                 // 副詞可能: 今日, 以上, すべて
	Number                   // 数
	Suffix                   // 接尾: 者, 用, 化, 円
	Prefix                   // 接頭詞: 再, 非
	Verb                     // 動詞 自立
	Adjective                // 形容詞 自立
	Adverb                   // 副詞
	Latin                    // letters and digits outside Japanese: IoT, CO2
	Particle                 // 助詞
	Auxiliary                // 助動詞 and dependent verbs, adjectives and nouns
	Pronoun                  // 代名詞: それ, どこ
	Function                 // 連体詞, 接続詞, 感動詞, フィラー
	Mark                     // punctuation and white space
)

// Content reports whether words of the class say what a text is about.
func (c Class) Content() bool { return c < Particle }

// Word is one word of a text. Start and End are its bytes in the normalised
// text. Base is the dictionary form (行っ → 行く); for words the dictionary
// lacks it is the text itself.
type Word struct {
	Base       string
	Start, End int
	Class      Class
	Known      bool   // the dictionary has it
	Reading    string // of proper nouns in the dictionary, in katakana; else ""
}

// Words gives the words of s, which Normalise has been applied to, in order and
// with nothing left out. Compound nouns are cut into their parts, as is usual
// for search (関西国際空港 → 関西, 国際, 空港). The dictionary is loaded on first use
// (about half a second) and shared; what stays of it is some 30 MB. Text of any
// length and kind is read: cost grows in proportion to it.
func Words(s string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		for at := 0; at < len(s); {
			end, japanese := chunk(s, at)
			if !(japanese && segment(s[at:end], at, yield) || !japanese && latinWords(s, at, end, yield)) {
				return
			}
			at = end
		}
	}
}

// maxChunk bounds in bytes what is analysed at once; sentences are shorter.
const maxChunk = 1500

// chunk finds the end of the stretch that begins at at: a sentence or line of
// Japanese with whatever stands in it, or text without any Japanese.
func chunk(s string, at int) (end int, japanese bool) {
	soft := -1 // a place to cut if the sentence is too long
	lastSpace := -1
	for i, r := range s[at:] {
		i += at
		if r >= 0x3040 && IsJapanese(r) && !japanese {
			if lastSpace > at && i-at > 200 { // a long foreign text before it
				return lastSpace, false
			}
			japanese = true
		}
		n := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, n = utf8.DecodeRuneInString(s[i:])
		}
		switch r {
		case '。', '!', '?', '\n', '\t', '■', '●', '◆', '※':
			return i + n, japanese
		case ' ':
			lastSpace, soft = i+n, i+n
		case '、', '」', ')', ',', ';', ':', '・', '/', '.':
			soft = i + n
		}
		if i-at > maxChunk {
			if soft > at {
				return soft, japanese
			}
			return i + n, japanese
		}
	}
	return len(s), japanese
}

// latinWords cuts text without Japanese into runs of letters and digits, and
// everything between as marks.
func latinWords(s string, at, end int, yield func(Word) bool) bool {
	for at < end {
		n, word := latinRun(s[at:end])
		w := Word{Base: s[at : at+n], Start: at, End: at + n, Class: Mark}
		if word {
			w.Class = Latin
		}
		if !yield(w) {
			return false
		}
		at += n
	}
	return true
}

// latinRun measures the run at the front of s: a word, or what is between words.
// Apostrophes stay inside a word (don't), hyphens do not (two words, side by
// side), and + or # after letters do (C++, C#).
func latinRun(s string) (n int, word bool) {
	for i, r := range s {
		letter := isLatin(r)
		if i == 0 {
			word = letter
		}
		if letter != word {
			if word && (r == '\'' && i+1 < len(s) && isLatin(rune(s[i+1])) || (r == '+' || r == '#') && i <= 2) {
				continue
			}
			return i, word
		}
	}
	return len(s), word
}

func isLatin(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return true
	case r < 0xaa:
		return false
	case r >= 0xc0 && r <= 0x24f, r >= 0x370 && r <= 0x52f, r >= 0x1e00 && r <= 0x1fff, r >= 0xac00 && r <= 0xd7a3, r == 0xaa, r == 0xb5, r == 0xba,
		r >= 0x300 && r <= 0x36f, r >= 0x5d0 && r <= 0xdff, r >= 0xe00 && r <= 0xe7f:
		return r != 0xd7 && r != 0xf7
	}
	return false
}

// OkuriganaFree gives a word of two kanji or more without its hiragana: 取り扱い,
// 取扱い and 取扱 are one word written three ways, 申し込む and 申込 one notion. Other
// words come back as they are.
func OkuriganaFree(word string) string {
	han, kana := 0, 0
	for _, r := range word {
		switch {
		case IsHan(r):
			han++
		case IsHiragana(r):
			kana++
		default:
			return word
		}
	}
	if han < 2 || kana == 0 {
		return word
	}
	return strings.Map(func(r rune) rune {
		if IsHiragana(r) {
			return -1
		}
		return r
	}, word)
}
