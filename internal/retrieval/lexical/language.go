package lexical

import (
	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// Populations are the languages as parts of the catalogue. A query made here is
// asked with them.
var Populations = []retrieval.Population{{Term: "ja", Evidence: Languages}, {Term: "en", Evidence: Languages}}

// Places in Populations, counted from 1.
const (
	inJapanese = 1
	inEnglish  = 2
)

// languageOf tells the language of normalised text: Japanese as soon as a tenth of
// its letters are, because technical Japanese is full of Latin words; 0 for text
// without letters.
func languageOf(s string) int {
	ja, latin := 0, 0
	for _, r := range s {
		switch {
		case japanese.IsJapanese(r):
			ja++
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			latin++
		}
	}
	switch {
	case ja > 0 && ja*9 >= latin:
		return inJapanese
	case latin > 0:
		return inEnglish
	}
	return 0
}
