package japanese

import (
	"cmp"
	"slices"
	"strings"
)

// A word is written in several ways: 子供, 子ども, こども; 分かる, 分る, わかる. The
// dictionary has them as separate entries with the same reading, and spellings
// tells for each the one that stands for all. Two spellings are one word if they
// have part of speech and reading in common and one has some of the other's
// kanji in the same order and no other. A spelling in kana alone could be any of
// its homophones; it is taken for the one whose cost in the dictionary, which
// falls with frequency, is lower than the next one's by spellingMargin.
type spelling struct {
	form, reading string
	kind          byte // coarse part of speech
	cost          int16
}

const spellingMargin = 500

func spellingKind(c Class) byte {
	switch c {
	case Noun, ActionNoun, QualityNoun, TimeNoun:
		return 'n'
	case Verb:
		return 'v'
	case Adjective:
		return 'a'
	case Adverb:
		return 'd'
	}
	return 0
}

// kanjiOf gives the kanji of a word in order.
func kanjiOf(s string) []rune {
	var out []rune
	for _, r := range s {
		if IsHan(r) {
			out = append(out, r)
		}
	}
	return out
}

func subsequence(short, long []rune) bool {
	i := 0
	for _, r := range long {
		if i < len(short) && short[i] == r {
			i++
		}
	}
	return i == len(short)
}

// spellings gives the form to use for those forms that should not stand for
// themselves, by kind and form ("n子ども" → 子供).
func spellings(all []spelling) map[string]string {
	slices.SortFunc(all, func(a, b spelling) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.reading, b.reading), cmp.Compare(a.cost, b.cost), cmp.Compare(a.form, b.form))
	})
	out := map[string]string{}
	several := map[string]bool{}
	readings := map[string]string{}
	for _, s := range all {
		k := string(s.kind) + s.form
		if r, ok := readings[k]; ok && r != s.reading {
			several[k] = true
		}
		readings[k] = s.reading
	}
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].kind == all[from].kind && all[to].reading == all[from].reading {
			to++
		}
		group := all[from:to]
		from = to
		if len(group) < 2 {
			continue
		}
		// Words told apart by their kanji, cheapest first.
		type word struct {
			kanji []rune
			forms []spelling
			lead  string
		}
		var words []*word
		var kana []spelling
		byLength := slices.Clone(group)
		slices.SortStableFunc(byLength, func(a, b spelling) int { return len(kanjiOf(b.form)) - len(kanjiOf(a.form)) })
		for _, s := range byLength {
			k := kanjiOf(s.form)
			if len(k) == 0 {
				kana = append(kana, s)
				continue
			}
			var home *word
			for _, w := range words {
				if slices.Equal(k, w.kanji) || subsequence(k, w.kanji) && strings.ContainsFunc(s.form, IsHiragana) {
					home = w
					break
				}
			}
			if home == nil {
				home = &word{kanji: k, lead: s.form}
				words = append(words, home)
			}
			home.forms = append(home.forms, s)
		}
		cost := func(w *word) int16 {
			c := w.forms[0].cost
			for _, f := range w.forms {
				c = min(c, f.cost)
			}
			return c
		}
		slices.SortStableFunc(words, func(a, b *word) int { return cmp.Compare(cost(a), cost(b)) })
		for _, w := range words {
			for _, f := range w.forms {
				if k := string(f.kind) + f.form; f.form != w.lead && !several[k] {
					out[k] = w.lead
				}
			}
		}
		if len(words) > 0 && (len(words) == 1 || int(cost(words[0]))+spellingMargin <= int(cost(words[1]))) {
			for _, f := range kana {
				if k := string(f.kind) + f.form; !several[k] {
					out[k] = words[0].lead
				}
			}
		}
	}
	for _, s := range all {
		if s.kind != 'v' {
			continue
		}
		if plain := potential(s.form); plain != "" && readings["v"+plain] != "" {
			out["v"+s.form] = cmp.Or(out["v"+plain], plain)
		}
	}
	return out
}

// potential gives the verb of which form could be the potential (使える → 使う);
// "" for forms that cannot be.
func potential(form string) string {
	runes := []rune(form)
	n := len(runes)
	if n < 3 || runes[n-1] != 'る' || !IsHan(runes[0]) {
		return ""
	}
	if i := strings.IndexRune("えけげせてねべめれ", runes[n-2]); i >= 0 {
		return string(runes[:n-2]) + string([]rune("うくぐすつぬぶむる")[i/3])
	}
	return ""
}
