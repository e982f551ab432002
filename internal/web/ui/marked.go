package ui

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a part of a text to be marked, in bytes.
type Span struct{ From, To int }

// Marked is a text with parts to be marked. Spans may come in any order and
// overlap; those that leave the text or cut a character are left out.
type Marked struct {
	Text  string
	Spans []Span
}

// Words marks every occurrence of words in text. Case and full or half width do
// not matter for Latin letters and digits; nothing else is folded, so callers
// who know the exact places pass Spans instead.
func Words(text string, words ...string) Marked {
	m := Marked{Text: text}
	folded, at := fold(text)
	for _, w := range words {
		w, _ := fold(w)
		if len(w) == 0 {
			continue
		}
		for i := 0; i+len(w) <= len(folded); {
			if !slices.Equal(folded[i:i+len(w)], w) {
				i++
				continue
			}
			m.Spans = append(m.Spans, Span{at[i], at[i+len(w)]})
			i += len(w)
		}
	}
	return m
}

// fold gives the runes of s in one case and width, and the byte at which each
// begins, plus the length of s.
func fold(s string) (runes []rune, at []int) {
	for i, r := range s {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		runes, at = append(runes, unicode.ToLower(r)), append(at, i)
	}
	return runes, append(at, len(s))
}

// piece is a run of text, marked or not.
type piece struct {
	text string
	on   bool
}

// pieces cuts the text at its spans.
func (m Marked) pieces() []piece {
	spans := slices.DeleteFunc(slices.Clone(m.Spans), func(s Span) bool {
		return s.From < 0 || s.To > len(m.Text) || s.From >= s.To ||
			!utf8.RuneStart(m.Text[s.From]) || s.To < len(m.Text) && !utf8.RuneStart(m.Text[s.To])
	})
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	var out []piece
	end := 0
	for _, s := range spans {
		if s.To <= end {
			continue
		}
		from := max(s.From, end)
		if from > end {
			out = append(out, piece{m.Text[end:from], false})
		}
		if n := len(out); from == end && n > 0 && out[n-1].on {
			out[n-1].text += m.Text[from:s.To]
		} else {
			out = append(out, piece{m.Text[from:s.To], true})
		}
		end = s.To
	}
	if end < len(m.Text) {
		out = append(out, piece{m.Text[end:], false})
	}
	return out
}

// Excerpt shortens a marked text to about n characters around its first mark,
// with … where something is left out.
func (m Marked) Excerpt(n int) Marked {
	runes := []rune(m.Text)
	if len(runes) <= n {
		return m
	}
	first := len(m.Text)
	for _, s := range m.Spans {
		first = min(first, s.From)
	}
	start := 0
	if first < len(m.Text) && first >= 0 {
		start = max(0, utf8.RuneCountInString(m.Text[:first])-n/4)
	}
	start = min(start, len(runes)-n)
	head, body := string(runes[:start]), string(runes[start:start+n])
	before, after := "", ""
	if start > 0 {
		before = "…"
	}
	if start+n < len(runes) {
		after = "…"
	}
	out := Marked{Text: before + strings.TrimRight(body, " \n") + after}
	limit := len(out.Text) - len(after)
	for _, s := range m.Spans {
		from, to := s.From-len(head)+len(before), s.To-len(head)+len(before)
		if from >= len(before) && to <= limit {
			out.Spans = append(out.Spans, Span{from, to})
		}
	}
	return out
}
