package search

import (
	"strings"
	"unicode"

	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// require tells what a record must have to be an answer to words typed into a
// search box: every word, words being divided by spaces. A Japanese word that the
// analysis cuts into parts is there when all its parts are, or, since the same
// characters are cut otherwise in other company, when all its pairs of characters
// are. Other wordings of a word raise a record but don't stand for it here.
func (s *Service) require(text string) (all []retrieval.Requirement) {
	words := strings.FieldsFunc(japanese.Normalise(text), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("、。,，;；", r)
	})
	for _, word := range words {
		if q := s.analyzer.Query([]lexical.Field{{Text: word}}); !q.Empty() {
			all = append(all, requirement(q.Own()))
		}
	}
	return all
}

func requirement(terms []retrieval.QueryTerm) retrieval.Requirement {
	var parts, pairs, single retrieval.Way
	latin := retrieval.Way{}
	for _, t := range terms {
		term := retrieval.Term{Term: t.Term, Evidence: t.Evidence}
		switch t.Evidence {
		case lexical.Words:
			parts = append(parts, retrieval.Choice{term})
			if t.Term[0] < 0x80 {
				latin = append(latin, retrieval.Choice{term})
			}
		case lexical.Bigrams:
			pairs = append(pairs, retrieval.Choice{term})
		case lexical.Characters:
			single = append(single, retrieval.Choice{term})
		}
	}
	var r retrieval.Requirement
	if len(parts) > 0 {
		r = append(r, parts)
	}
	if len(pairs) == 0 && len(single) == 1 {
		pairs = single // 雪 alone
	}
	if len(pairs) > 0 {
		r = append(r, append(latin, pairs...))
	}
	return r
}
