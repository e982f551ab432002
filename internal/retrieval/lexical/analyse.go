package lexical

import (
	"strings"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// token is a word of a text as the index knows it.
type token struct {
	term    string
	class   japanese.Class
	start   int32 // bytes of the normalised text
	end     int32
	reading string // of proper nouns
}

// tokens gives the words of normalised text.
func (a *Analyzer) tokens(s string) []token {
	out := make([]token, 0, len(s)/5)
	for w := range japanese.Words(s) {
		t := token{class: w.Class, start: int32(w.Start), end: int32(w.End), reading: w.Reading}
		switch {
		case w.Class == japanese.Latin || w.Class == japanese.Number && s[w.Start] < 0x80:
			f := strings.TrimSuffix(japanese.Fold(w.Base), "'s")
			if japanese.EnglishStop(f) {
				t.class = japanese.Particle
			}
			t.term = japanese.Stem(f)
		case w.Class != japanese.Mark:
			t.term = japanese.OkuriganaFree(japanese.Fold(w.Base))
			if t.class <= japanese.TimeNoun && t.end-t.start >= 6 && allHiragana(t.term) {
				t.term = japanese.Fold(japanese.Katakana(t.term)) // ごみ and ゴミ are one word
			}
		}
		out = append(out, t)
	}
	return out
}

func allHiragana(s string) bool {
	for _, r := range s {
		if !japanese.IsHiragana(r) && r != 'ー' {
			return false
		}
	}
	return true
}

// content reports whether a token is looked for.
func (a *Analyzer) content(t token) bool {
	return t.class.Content() && t.term != "" && !light[t.term]
}

// light words hold a sentence together and are in every text, in the form that
// the dictionary gives them.
var light = map[string]bool{
	"する": true, "為る": true, "ある": true, "有る": true, "在る": true, "いる": true, "居る": true, "おる": true, "なる": true, "成る": true, "こと": true, "もの": true,
}

// emitter takes one occurrence of a term that tokens i and j (equal for all but
// pairs and some bigrams) make, at byte from.
type emitter func(i, j int, from int32, e retrieval.Evidence, term string)

// emit gives all terms of a text, each time it occurs: first words and pairs,
// then characters and bigrams.
func (a *Analyzer) emit(s string, toks []token, out emitter) {
	before := -1
	for i, t := range toks {
		if a.content(t) {
			out(i, i, t.start, Words, t.term)
			if before >= 0 {
				out(before, i, t.start, Pairs, toks[before].term+" "+t.term)
			}
			before = i
		} else if t.class == japanese.Mark && !(before >= 0 && toks[before].class == japanese.Latin && (s[t.start:t.end] == " " || s[t.start:t.end] == "-")) {
			before = -1
		}
	}
	// Particles and endings are among the characters, because where a word ends
	// is what the two texts may see differently; bigrams of hiragana alone are
	// not: they are endings, and question marks in all but name.
	var last rune
	lastToken := 0
	for i, t := range toks {
		first, _ := utf8.DecodeRuneInString(s[t.start:])
		if t.class == japanese.Mark || t.class == japanese.Latin || !japanese.IsJapanese(first) {
			last = 0
			continue
		}
		for _, r := range japanese.Fold(s[t.start:t.end]) {
			if !japanese.IsJapanese(r) {
				last = 0
				continue
			}
			if last != 0 && !(japanese.IsHiragana(last) && japanese.IsHiragana(r)) {
				out(lastToken, i, t.start, Bigrams, string([]rune{last, r}))
			}
			if japanese.IsHan(r) {
				out(i, i, t.start, Characters, string(r))
			}
			last, lastToken = r, i
		}
	}
}

// leadMax is the length, in characters, up to which an opening sentence is taken
// for a title.
const leadMax = 80

// leadEnd finds the end of a short opening sentence, which is as good as a title.
// Zero when there is none.
func leadEnd(s string) int {
	n := 0
	for i, r := range s {
		if n++; n > leadMax {
			return 0
		}
		switch r {
		case '。', '?', '!', '■', '\n':
			return i + utf8.RuneLen(r)
		case '.':
			if i+1 < len(s) && s[i+1] == ' ' {
				return i + 1
			}
		case ' ':
			p, _ := utf8.DecodeLastRuneInString(s[:i])
			q, _ := utf8.DecodeRuneInString(s[i+1:])
			if japanese.IsJapanese(p) || japanese.IsJapanese(q) {
				return i
			}
		}
	}
	return 0
}
