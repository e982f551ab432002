package japanese

import (
	"slices"
	"strings"
)

// Sounds tells how a word sounds, so coarsely that a loanword in katakana and the
// English word it was taken from agree: スケジュール and schedule, クライアント and client.
// It is a row of consonants, each with the vowels that may stand before it.
// Japanese hears no difference between l and r, b and v, s, z and th, and hears
// no r that English speakers of the south of England do not pronounce; it puts a
// vowel after almost every consonant.
type Sounds struct {
	// Key has the consonants, one letter a class; words with another key sound
	// different.
	Key    string
	vowels []string // before each consonant, and after the last
}

// leastSounds is the number of consonants from which a word is told by its sounds.
const leastSounds = 2

// KatakanaSounds gives how a word in katakana sounds. ok is false for text with
// anything else in it, and for words of fewer than two consonants.
func KatakanaSounds(word string) (s Sounds, ok bool) {
	var key []byte
	vowels := []string{""}
	runes := []rune(word)
	for i := 0; i < len(runes); i++ {
		piece, known := "", false
		if i+1 < len(runes) {
			if piece, known = hepburn[string(runes[i:i+2])]; known {
				i++
			}
		}
		if !known {
			if piece, known = hepburn[string(runes[i])]; !known {
				piece, known = smallKana[runes[i]]
			}
			if !known {
				return s, false
			}
		}
		if runes[i] == 'ー' || piece == "" {
			continue
		}
		c, v := piece[:len(piece)-1], piece[len(piece)-1:]
		if piece == "n" {
			c, v = "n", ""
		}
		if c == "y" {
			c = ""
		}
		c = strings.TrimSuffix(c, "y")
		if c != "" {
			key = append(key, soundClass(c[0], strings.HasPrefix(c, "ch") || strings.HasPrefix(c, "ts")))
			vowels = append(vowels, v)
		} else {
			vowels[len(vowels)-1] += v
		}
	}
	return Sounds{string(key), vowels}, len(key) >= leastSounds
}

var smallKana = map[rune]string{'ァ': "a", 'ィ': "i", 'ゥ': "u", 'ェ': "e", 'ォ': "o", 'ャ': "a", 'ュ': "u", 'ョ': "o"}

// soundClass is the class of a consonant in Hepburn's Latin letters.
func soundClass(c byte, affricate bool) byte {
	switch {
	case affricate:
		return 't'
	case c == 'z' || c == 'j' || c == 's':
		return 's'
	case c == 'v':
		return 'b'
	case c == 'l':
		return 'r'
	}
	return c
}

// spelt is what letters of English stand for, longest first: consonant classes,
// each alternative a way to pronounce them.
type spelt struct {
	letters string
	sounds  []string
	before  string // one of these letters must follow; "" = any
	start   bool   // only at the beginning of a word
}

var spellingsOfSounds = []spelt{
	{letters: "tio", sounds: []string{"s"}, before: "n"},
	{letters: "sio", sounds: []string{"s"}, before: "n"},
	{letters: "tch", sounds: []string{"t"}},
	{letters: "sch", sounds: []string{"sk"}},
	{letters: "ght", sounds: []string{"t"}},
	{letters: "ck", sounds: []string{"k"}},
	{letters: "ch", sounds: []string{"t", "k"}},
	{letters: "sh", sounds: []string{"s"}},
	{letters: "th", sounds: []string{"s"}},
	{letters: "ph", sounds: []string{"f"}},
	{letters: "dg", sounds: []string{"s"}},
	{letters: "kn", sounds: []string{"n"}, start: true},
	{letters: "wr", sounds: []string{"r"}, start: true},
	{letters: "ps", sounds: []string{"s"}, start: true},
	{letters: "wh", sounds: []string{"w", "hw"}},
	{letters: "qu", sounds: []string{"k"}},
	{letters: "sc", sounds: []string{"s"}, before: "eiy"},
	{letters: "cc", sounds: []string{"ks"}, before: "eiy"},
	{letters: "du", sounds: []string{"d", "s"}},
	{letters: "gh", sounds: []string{""}},
	{letters: "c", sounds: []string{"s"}, before: "eiy"},
	{letters: "g", sounds: []string{"s", "g"}, before: "eiy"},
	{letters: "ti", sounds: []string{"s", "t"}, before: "aeo"},
	{letters: "x", sounds: []string{"s"}, start: true},
	{letters: "x", sounds: []string{"ks"}},
	{letters: "m", sounds: []string{"n"}, before: "bp"},
}

// EnglishSounds gives the ways in which an English word, in lower case, may sound
// to a Japanese ear: none for words of fewer than two consonants or with anything
// but the letters a to z.
func EnglishSounds(word string) []Sounds {
	if len(word) < 3 || len(word) > 20 {
		return nil
	}
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return nil
		}
	}
	const most = 8 // ways of one word
	type way struct {
		key    []byte
		vowels []string
	}
	ways := []way{{vowels: []string{""}}}
	isVowelLetter := func(i int) bool {
		return i < len(word) && (strings.IndexByte("aeiou", word[i]) >= 0 || word[i] == 'y' && i > 0)
	}
	vowel := func(letters string) {
		for i := range ways {
			w := &ways[i]
			w.vowels[len(w.vowels)-1] += letters
		}
	}
	for i := 0; i < len(word); {
		if isVowelLetter(i) {
			vowel(word[i : i+1])
			i++
			continue
		}
		n, sounds := 1, []string{""}
		c := word[i]
		switch at := slices.IndexFunc(spellingsOfSounds, func(s spelt) bool {
			end := i + len(s.letters)
			return strings.HasPrefix(word[i:], s.letters) && (!s.start || i == 0) &&
				(s.before == "" || end < len(word) && strings.IndexByte(s.before, word[end]) >= 0)
		}); {
		case at >= 0:
			s := spellingsOfSounds[at]
			n, sounds = len(s.letters), s.sounds
			switch s.letters {
			case "tio", "sio":
				n = 2 // of the vowels, the last is heard
			case "du", "ti":
				n = 1
			}
		case c == 'r' && i > 0 && isVowelLetter(i-1) && !isVowelLetter(i+1) && !(i+1 < len(word) && word[i+1] == 'r'):
			vowel("r") // it colours the vowel
			i++
			continue
		case c == 'h' && i > 0 && !isVowelLetter(i+1), c == 'y':
		case c == 'w' && !isVowelLetter(i+1):
			vowel("w")
			i++
			continue
		case c == 'c' || c == 'q':
			sounds = []string{"k"}
		default:
			sounds = []string{string(soundClass(c, false))}
		}
		var next []way
		for _, w := range ways {
			for _, s := range sounds {
				v := way{slices.Clone(w.key), slices.Clone(w.vowels)}
				for j := range len(s) {
					if l := len(v.key); l > 0 && v.key[l-1] == s[j] && v.vowels[l] == "" {
						continue // a double consonant
					}
					v.key, v.vowels = append(v.key, s[j]), append(v.vowels, "")
				}
				if len(next) < most {
					next = append(next, v)
				}
			}
		}
		ways = next
		i += n
	}
	var out []Sounds
	for _, w := range ways {
		if len(w.key) >= leastSounds {
			out = append(out, Sounds{string(w.key), w.vowels})
		}
	}
	return out
}

// heard has, for the letters that begin a group of English vowels, the vowels
// that Japanese may begin it with.
var heard = []struct{ letters, vowels string }{
	{"ear", "iea"},
	{"eer", "i"},
	{"our", "auo"},
	{"ai", "e"},
	{"ay", "e"},
	{"ee", "i"},
	{"ea", "ie"},
	{"oo", "uo"},
	{"ou", "aou"},
	{"ow", "ao"},
	{"oa", "o"},
	{"au", "o"},
	{"aw", "o"},
	{"ie", "iae"},
	{"ei", "eia"},
	{"oi", "o"},
	{"oy", "o"},
	{"ue", "u"},
	{"ew", "u"},
	{"ui", "iu"},
	{"eu", "uoe"},
	{"er", "ae"},
	{"ir", "ai"},
	{"ur", "a"},
	{"or", "oa"},
	{"ar", "ao"},
	{"io", "ia"},
	{"ia", "ia"},
	{"a", "ae"},
	{"e", "eia"},
	{"i", "ia"},
	{"o", "oau"},
	{"u", "aui"},
	{"y", "ia"},
	{"r", "a"},
	{"w", "u"},
}

// From reports whether a word in katakana (s) may have been taken from an English
// word that sounds like t.
func (s Sounds) From(t Sounds) bool {
	if s.Key != t.Key || len(s.vowels) != len(t.vowels) {
		return false
	}
	for i, kana := range s.vowels {
		english := t.vowels[i]
		last := i == len(s.vowels)-1
		switch {
		case kana == "":
			// ン before a consonant, or a vowel that is not spoken.
			if english != "" && !(last && (english == "e" || english == "ue")) {
				return false
			}
		case english == "" || last && (english == "e" || english == "es"):
			if i == 0 || !added(kana, s.Key[i-1]) {
				return false
			}
		default:
			at := slices.IndexFunc(heard, func(h struct{ letters, vowels string }) bool { return strings.HasPrefix(english, h.letters) })
			if at < 0 || strings.IndexByte(heard[at].vowels, kana[0]) < 0 {
				return false
			}
		}
	}
	return true
}

// added reports whether Japanese adds the vowel after a consonant that English
// speaks without one.
func added(vowel string, consonant byte) bool {
	switch vowel {
	case "u":
		return true
	case "o":
		return consonant == 't' || consonant == 'd'
	case "i":
		return consonant == 't' || consonant == 's' || consonant == 'k'
	}
	return false
}
