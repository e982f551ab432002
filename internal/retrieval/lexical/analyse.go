package lexical

import (
	"strings"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// tokens gives the words of normalised text.
func (a *Analyzer) tokens(s string) []token {
	out := make([]token, 0, len(s)/5)
	for w := range japanese.Words(s) {
		t := token{class: w.Class, start: int32(w.Start), end: int32(w.End)}
		switch {
		case w.Class == japanese.Latin || w.Class == japanese.Number && s[w.Start] < 0x80:
			f := strings.TrimSuffix(japanese.Fold(w.Base), "'s")
			if japanese.EnglishStop(f) {
				t.class = japanese.Particle
			}
			if a.method.stem == 1 {
				f = japanese.Stem(f)
			}
			t.term = f
		case w.Class != japanese.Mark:
			t.term = japanese.Fold(w.Base)
			if a.method.okuri {
				t.term = japanese.OkuriganaFree(t.term)
			}
			if a.method.kana && t.class <= japanese.TimeNoun && t.end-t.start >= 6 && allHiragana(t.term) {
				t.term = japanese.Fold(japanese.Katakana(t.term))
			}
		}
		out = append(out, t)
	}
	return out
}

// content reports whether a token is looked for.
func (a *Analyzer) content(t token) bool { return t.class.Content() && t.term != "" }

var requests = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`する ある いる なる できる 出来る 知る 教える くださる 下さる 頂く いただく もらう 貰う 思う 考える 聞く 訊く 言う いう 困る 願う 欲しい ほしい 良い いい よい 方法 場合 必要 こと もの どの どう いかが お願い 可能 やる 行う 行なう 何 なに いつ どこ だれ 誰 なぜ どうして いくら どんな 以下 以上 場所 ところ どちら 何か 対する 関する`) {
		m[w] = true
	}
	return m
}()

// emitter takes one occurrence of a term that tokens i and j (equal for all but
// pairs and some bigrams) make, at byte from.
type emitter func(i, j int, from int32, e retrieval.Evidence, term string, w float32)

// emit gives all terms of a text, each time it occurs.
func (a *Analyzer) emit(s string, toks []token, query bool, out emitter) {
	m := &a.method
	importance := func(t token) float32 {
		if !a.content(t) {
			return 0
		}
		if !query {
			return 1
		}
		w := m.class[t.class]
		if requests[t.term] {
			w *= m.stop
		}
		return w
	}
	before := -1
	for i, t := range toks {
		w := importance(t)
		if w > 0 {
			out(i, i, t.start, Words, t.term, w)
			if before >= 0 && (m.pairGap || before == i-1) {
				out(before, i, t.start, Pairs, toks[before].term+" "+t.term, min(w, importance(toks[before])))
			}
			before = i
		} else if t.class == japanese.Mark || !m.pairGap {
			before = -1
		}
	}
	var last rune
	var lastWeight float32
	lastToken := 0
	for i, t := range toks {
		first, _ := utf8.DecodeRuneInString(s[t.start:])
		if t.class == japanese.Mark || t.class == japanese.Latin || !japanese.IsJapanese(first) {
			last = 0
			continue
		}
		w := importance(t)
		if w == 0 {
			w = m.bigramFunc
			if !query && m.docFunc {
				w = 1
			}
		}
		kat := float32(1)
		if japanese.IsKatakana(first) && t.end-t.start > 9 {
			if m.katBi > 0 {
				kat = m.katBi
			}
			if m.katLong > 0 {
				kat = min(1, m.katLong/float32((t.end-t.start)/3-1))
			}
		}
		for _, r := range japanese.Fold(s[t.start:t.end]) {
			if !japanese.IsJapanese(r) {
				last = 0
				continue
			}
			if last != 0 && (m.biHira || !japanese.IsHiragana(last) || !japanese.IsHiragana(r)) {
				if x := min(w, lastWeight); x > 0 {
					if lastToken == i {
						x *= kat
					}
					out(lastToken, i, t.start, Bigrams, string([]rune{last, r}), x)
				}
			}
			if w > 0 && (japanese.IsHan(r) || m.uniAll) {
				out(i, i, t.start, Characters, string(r), w)
			}
			last, lastWeight, lastToken = r, w, i
		}
	}
}

// leadEnd finds the end of a short opening sentence, which is as good as a title.
// Zero when there is none.
func leadEnd(s string, most int) int {
	n := 0
	for i, r := range s {
		if n++; n > most {
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

func allHiragana(s string) bool {
	for _, r := range s {
		if !japanese.IsHiragana(r) && r != 'ー' {
			return false
		}
	}
	return true
}
