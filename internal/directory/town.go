package directory

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Town is a city, ward, town or village with its code (全国地方公共団体
// コード, six digits).
type Town struct {
	Code string
	Name string // as written, wards with their city: 札幌市中央区
	Kana string // in hiragana

	keys [4]string // place of the name, the name behind its prefecture, the kana, and it in Latin letters
}

// In is the name behind that of its prefecture: 石川県輪島市.
func (m Town) In() string { return PrefectureName(m.Code[:2]).JA + m.Name }

//go:embed municipalities.tsv
var municipalityTable string

// municipalities are those of 2024, in the order of their codes.
var municipalities = sync.OnceValue(func() (all []Town) {
	for line := range strings.Lines(municipalityTable) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 3 && allDigits(f[0]) {
			m := Town{Code: f[0], Name: f[1], Kana: f[2]}
			m.keys = [4]string{place(m.Name), place(m.In()), place(m.Kana), place(japanese.Romaji(japanese.Katakana(m.Kana)))}
			all = append(all, m)
		}
	}
	return all
})

// TownOf gives the municipality of a code; false for one that is not
// in the list, such as one that was founded since.
func TownOf(code string) (Town, bool) {
	for _, m := range municipalities() {
		if m.Code == code {
			return m, true
		}
	}
	return Town{}, false
}

// FindTowns gives up to limit municipalities of which the name, with or
// without its prefecture, or the reading begins with the words, then those with the words
// inside the name.
func FindTowns(words string, limit int) (out []Town) {
	words = place(words)
	if words == "" {
		return nil
	}
	var inside []Town
	for _, m := range municipalities() {
		if slices.ContainsFunc(m.keys[:], func(k string) bool { return strings.HasPrefix(k, words) }) {
			out = append(out, m)
		} else if strings.Contains(m.keys[0], words) {
			inside = append(inside, m)
		}
	}
	out = append(out, inside...)
	return out[:min(limit, len(out))]
}

// place is the form of a name in which spellings of it are the same.
func place(s string) string {
	return japanese.Hiragana(strings.ReplaceAll(japanese.Fold(s), " ", ""))
}

// municipality reads a municipality as people write it: its code, or its name
// with or without the prefecture, of which the code may be given besides.
func municipality(p *hub.Problems, value *string, prefecture string) {
	s := strings.TrimSpace(*value)
	if digits := digitsOf(s); digits == "" || allDigits(digits) {
		coded(p, "municipality", value, MunicipalityCode, "directory.error_municipality")
		return
	}
	n := place(s)
	var found []Town
	for _, m := range municipalities() {
		if n == m.keys[1] || n == m.keys[0] && (prefecture == "" || strings.HasPrefix(m.Code, prefecture)) {
			found = append(found, m)
		}
	}
	switch len(found) {
	case 0:
		p.Add("municipality", "directory.error_municipality_unknown", "value", s)
	case 1:
		*value = found[0].Code
	default:
		var names []string
		for _, m := range found {
			names = append(names, m.In())
		}
		p.Add("municipality", "directory.error_municipality_several", "value", s, "names", strings.Join(names, "、"))
	}
}
