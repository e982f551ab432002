package ui

import (
	"strings"
	"unicode"
)

// change is a run of words that stayed (0), went (-1) or came (+1).
type change struct {
	text string
	op   int
}

// mostWords bounds the work of comparing: beyond it the whole text counts as
// replaced.
const mostWords = 4000

// changes compares two texts word by word (longest common subsequence).
// Japanese has no spaces, so a word is a run of one kind of script.
func changes(before, after string) []change {
	a, b := scriptRuns(before), scriptRuns(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []change
	add := func(words []string, op int) {
		if len(words) == 0 {
			return
		}
		text := strings.Join(words, "")
		if n := len(out); n > 0 && out[n-1].op == op {
			out[n-1].text += text
			return
		}
		out = append(out, change{text, op})
	}
	add(a[:head], 0)
	midA, midB := a[head:len(a)-tail], b[head:len(b)-tail]
	if len(midA)+len(midB) > mostWords {
		add(midA, -1)
		add(midB, +1)
	} else {
		common(midA, midB, add)
	}
	add(a[len(a)-tail:], 0)
	return out
}

// common walks the longest common subsequence of a and b. Removed words come
// before added ones.
func common(a, b []string, add func([]string, int)) {
	length := make([][]uint16, len(a)+1)
	for i := range length {
		length[i] = make([]uint16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			add(a[i:i+1], 0)
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			add(a[i:i+1], -1)
			i++
		default:
			add(b[j:j+1], +1)
			j++
		}
	}
	add(a[i:], -1)
	add(b[j:], +1)
}

// scriptRuns cuts a text into runs of one script: kanji, hiragana, katakana,
// letters with digits; anything else stands alone.
func scriptRuns(s string) []string {
	var out []string
	last := 0
	for _, r := range s {
		k := scriptOf(r)
		if k != 0 && k == last {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		last = k
	}
	return out
}

func scriptOf(r rune) int {
	switch {
	case unicode.Is(unicode.Han, r) || r == '々':
		return 1
	case unicode.Is(unicode.Hiragana, r):
		return 2
	case unicode.Is(unicode.Katakana, r) || r == 'ー':
		return 3
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return 4
	}
	return 0
}
