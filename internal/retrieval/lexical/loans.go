package lexical

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// loans finds English words of the dictionaries by how they sound: dictionaries
// gloss client as 依頼人 and schedule as 予定, and people write クライアント.
type loans map[string][]loan

type loan struct {
	word   string
	sounds japanese.Sounds
}

// learnLoans reads the English words of all dictionaries.
func (a *Analyzer) learnLoans() {
	a.loans = loans{}
	seen := map[string]bool{}
	for _, l := range a.links {
		for i := range l.entries {
			for _, m := range l.entries[i].members {
				word := strings.ToLower(m.written)
				if !m.english || m.count != 1 || seen[word] {
					continue
				}
				seen[word] = true
				for _, s := range japanese.EnglishSounds(word) {
					a.loans[s.Key] = append(a.loans[s.Key], loan{word, s})
				}
			}
		}
	}
}

// partsMost is in how many wordings a word may be a part before these say nothing
// of it.
const partsMost = 30

// indirect gives translations of a single Japanese word that no dictionary has
// under the word itself: what it sounds like, headwords in whose meaning it is a
// part (電話をかける: call), and, unless it is translated, those of the word it is
// made of.
func (a *Analyzer) indirect(t token, translated bool, f func(m *member, weight float32)) {
	if sounds, ok := japanese.KatakanaSounds(t.term); ok {
		for _, l := range a.loans[sounds.Key] {
			if sounds.From(l.sounds) {
				f(&member{written: l.word, terms: japanese.Stem(l.word), count: 1, english: true}, 1)
			}
		}
	}
	if utf8.RuneCountInString(t.term) > 1 {
		for _, l := range a.links {
			if within := l.parts[t.term]; len(within) <= partsMost {
				for _, n := range within {
					e := &l.entries[n]
					for _, m := range e.members[1:] {
						if m.count > 1 && slices.Contains(strings.Split(m.terms, " "), t.term) {
							f(&e.members[0], e.weight*m.weight/float32(m.count))
							break
						}
					}
				}
			}
		}
	}
	if translated {
		return
	}
	for _, other := range origins(t.term) {
		any := false
		for _, l := range a.links {
			l.others(other, false, func(m *member, kind Kind, w float32) {
				if kind == Translation {
					any = true
					f(m, w)
				}
			})
		}
		if any {
			return
		}
	}
}

var honorifics = [...]struct{ before, after string }{{"お", ""}, {"ご", ""}, {"御", ""}, {"", "様"}, {"", "さん"}}

// verbEnding makes of the last kana of a verb's stem its dictionary form.
var verbEnding = map[rune]string{'い': "う", 'き': "く", 'ぎ': "ぐ", 'し': "す", 'ち': "つ", 'に': "ぬ", 'び': "ぶ", 'み': "む", 'り': "る"}

// origins are words that a word may be made of, likeliest first: without its
// honorifics, and the verb of a noun (お願い: 願い, 願う). They are looked up, never
// compared: what is no word finds nothing.
func origins(term string) (out []string) {
	bare := term
	for _, h := range honorifics {
		bare = strings.TrimSuffix(strings.TrimPrefix(bare, h.before), h.after)
	}
	if bare != term && bare != "" {
		out = append(out, bare)
	}
	if last, n := utf8.DecodeLastRuneInString(bare); n < len(bare) {
		if ending, ok := verbEnding[last]; ok {
			out = append(out, bare[:len(bare)-n]+ending)
		}
		out = append(out, bare+"る")
	}
	return out
}
