package lexical

import (
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Span is a stretch of a text in bytes, from Start up to but not including End.
type Span struct{ Start, End int }

// Highlight finds where words stand in a text, in whatever form (行った for 行く,
// ｻｰﾊﾞ for サーバー, coatings for coated), so that they can be marked. Pass the words
// and bridges of the reasons. Spans are of the text as given, in order and apart;
// neighbouring ones are joined. A word of which only a part stands in the text is
// marked by its longest part of two characters or more.
func Highlight(text string, words []string) []Span {
	s, at := japanese.NormaliseMap(text)
	a := plain()
	toks := a.tokens(s)
	var spans []Span
	mark := func(from, to int) {
		spans = append(spans, Span{int(at[from]), int(at[to])})
	}
	for _, w := range words {
		n := len(spans)
		var terms []string
		norm := japanese.Normalise(w)
		for _, t := range a.tokens(norm) {
			if a.content(t) {
				terms = append(terms, t.term)
			}
		}
		for _, t := range toks {
			if a.content(t) && slices.Contains(terms, t.term) {
				mark(int(t.start), int(t.end))
			}
		}
		runes := []rune(norm)
		if strings.TrimSpace(norm) == "" || len(spans) > n && len(terms) == 1 || len(runes) > 40 {
			continue
		}
		for size := len(runes); size >= 2 && len(spans) == n; size-- {
			for from := 0; from+size <= len(runes); from++ {
				part := string(runes[from : from+size])
				if size < len(runes) && !japanese.IsHan(runes[from]) && !japanese.IsKatakana(runes[from]) {
					continue
				}
				for i := 0; ; {
					j := strings.Index(s[i:], part)
					if j < 0 {
						break
					}
					mark(i+j, i+j+len(part))
					i += j + len(part)
				}
			}
		}
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.Start - b.Start })
	out := spans[:0]
	for _, x := range spans {
		if n := len(out); n > 0 && x.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, x.End)
		} else if x.End > x.Start {
			out = append(out, x)
		}
	}
	return out
}
