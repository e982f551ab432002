package intake

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// Mapping says what the columns mean: the field's name by the column's letter
// (by the label's cell in a table of records). A column that is not in it is
// left out of the import.
type Mapping map[string]string

// Certainty is how sure a proposal is.
type Certainty string

// The certainties, best first.
const (
	Sure     Certainty = "sure"     // the header is a known word for the field
	Likely   Certainty = "likely"   // the header contains one
	ByValues Certainty = "values"   // the cells look so
	Nothing  Certainty = "nothing"  // no proposal
	ByHand   Certainty = "by_hand"  // a person said so
	Doubtful Certainty = "doubtful" // a word for the field, but the cells look otherwise
)

// Choice is what is proposed for one column, with what a person needs to judge
// it.
type Choice struct {
	Column    sheet.Column
	Field     string // "" leaves the column out
	Certainty Certainty
	Samples   []string // up to three different values
}

// labels gives the folded forms under which a header is looked up: the whole,
// without what stands in brackets, and each row of a joined header.
func labels(name string) []string {
	out := []string{sheet.Label(name)}
	add := func(s string) {
		if l := sheet.Label(s); l != "" && l != out[0] {
			out = append(out, l)
		}
	}
	add(brackets.ReplaceAllString(japanese.Normalise(name), ""))
	if parts := strings.Fields(name); len(parts) > 1 {
		add(parts[len(parts)-1])
		add(parts[0])
	}
	for _, part := range strings.FieldsFunc(japanese.Normalise(name), func(r rune) bool { return r == '/' || r == '・' || r == '(' || r == ')' }) {
		add(part)
	}
	return out
}

var brackets = regexp.MustCompile(`[(\[【][^)\]】]*[)\]】]`)

// Propose gives a meaning to every column of a table from its header and from
// the first rows.
func Propose(t *sheet.Table, k Kind) ([]Choice, error) {
	samples, err := sampleValues(t, 50)
	if err != nil {
		return nil, err
	}
	fields := FieldsOf(k)
	type bid struct {
		column, field int
		score         float64
		certainty     Certainty
	}
	var bids []bid
	for c, col := range t.Columns {
		for f, fd := range fields {
			score, certainty := headerScore(col.Name, fd)
			fit := valuesFit(fd.Type, samples[c])
			switch {
			case score > 0 && fit < 0:
				score, certainty = score*0.3, Doubtful
			case score > 0:
				score += 0.05 * fit
			case certainty == Nothing && fit >= 0.9 && telling(fd.Type, samples[c]) && len(samples[c]) >= 2:
				score, certainty = 0.35*fit, ByValues
			}
			if score > 0 {
				bids = append(bids, bid{c, f, score - float64(f)*1e-6 - float64(c)*1e-9, certainty})
			}
		}
	}
	out := make([]Choice, len(t.Columns))
	for i, col := range t.Columns {
		out[i] = Choice{Column: col, Certainty: Nothing, Samples: distinct(samples[i], 3)}
	}
	taken := map[int]bool{}
	for {
		best := -1
		for i, b := range bids {
			if out[b.column].Field != "" || taken[b.field] && (!fields[b.field].Multi || b.score < 0.55) {
				continue
			}
			if best < 0 || b.score > bids[best].score {
				best = i
			}
		}
		if best < 0 || bids[best].score < 0.3 {
			return out, nil
		}
		b := bids[best]
		taken[b.field] = true
		out[b.column].Field, out[b.column].Certainty = fields[b.field].Name, b.certainty
	}
}

// headerScore says how well a header names a field: 1 for a synonym, less for
// one inside a longer header.
func headerScore(name string, f Field) (float64, Certainty) {
	if name == "" {
		return 0, Nothing
	}
	best, certainty := 0.0, Nothing
	for i, label := range labels(name) {
		for rank, s := range f.synonyms {
			switch {
			case label == s:
				// the earlier in the list, the more usual
				if v := 1 - 0.12*float64(min(i, 3)) - 0.002*float64(rank); v > best {
					best, certainty = v, Sure
				}
			case i == 0 && len([]rune(s)) >= 3 && strings.Contains(label, s) && isJapanese(s):
				v := 0.45 + 0.3*float64(len(s))/float64(len(label))
				if strings.HasSuffix(label, s) {
					v += 0.05
				}
				if v > best {
					best, certainty = v, Likely
				}
			}
		}
	}
	return best, certainty
}

func isJapanese(s string) bool { return strings.ContainsFunc(s, japanese.IsJapanese) }

// telling reports whether values alone can give a type away: what might as well
// be any number or code cannot.
func telling(t Type, values []string) bool {
	switch t {
	case Mail, Corporate, Orcid:
		return true
	case Postal:
		return strings.ContainsAny(values[0], "-－〒")
	case Place:
		return strings.ContainsFunc(values[0], unicode.IsLetter)
	}
	return false
}

var (
	counted       = regexp.MustCompile(`^[0-9]{1,4}$`)
	mailForm      = regexp.MustCompile(`^[^\s@<>]+@[^\s@<>]+\.[A-Za-z]{2,}$`)
	phoneForm     = regexp.MustCompile(`^[+(]?[0-9][0-9()\- ]{7,18}[0-9]$`)
	grantCategory = regexp.MustCompile(`(?:基盤|若手|挑戦的|萌芽|特別推進|学術変革|新学術|国際共同|奨励|活動スタート)研?究?.*|研究\([A-Z]\)`)
	levelForm     = regexp.MustCompile(`(?i)^(?:trl)?\s*([1-9])(?:\D.*)?$`)
)

// valuesFit says from −1 to 1 how the values look as values of a type; 0 when
// they tell nothing.
func valuesFit(t Type, values []string) float64 {
	if len(values) == 0 {
		return 0
	}
	is := func(ok func(string) bool) float64 {
		n := 0
		for _, v := range values {
			if ok(strings.TrimSpace(japanese.Normalise(v))) {
				n++
			}
		}
		return float64(n) / float64(len(values))
	}
	strict := func(share float64) float64 {
		if share < 0.2 {
			return -1
		}
		return share
	}
	switch t {
	case Mail:
		return strict(is(mailForm.MatchString))
	case Web:
		return strict(is(func(s string) bool { return strings.Contains(s, "://") || strings.HasPrefix(s, "www.") }))
	case Corporate:
		return strict(is(func(s string) bool { _, ok := directory.CorporateNumber(s); return ok }))
	case Postal:
		return strict(is(func(s string) bool { _, ok := directory.PostalCode(s); return ok }))
	case Orcid:
		return strict(is(func(s string) bool { _, ok := directory.ORCID(s); return ok }))
	case Place:
		return strict(is(func(s string) bool { return directory.PrefectureCode(s) != "" }))
	case Date:
		return is(func(s string) bool { d, err := japanese.ParseDate(s); return err == nil && d != "" })
	case Level:
		return is(levelForm.MatchString)
	case Phone:
		return is(phoneForm.MatchString)
	case Theme:
		if is(grantCategory.MatchString) > 0.5 {
			return -1
		}
	case Names:
		return -is(func(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil })
	case Code:
		// Rows counted 1, 2, 3 are not names of records: the next file counts
		// anew, and would change the records of this one.
		if is(counted.MatchString) > 0.9 {
			return -1
		}
	case Line, Prose:
		// a title is not a bare number
		return math.Min(0, 0.5-1.5*is(func(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil }))
	}
	return 0
}

func sampleValues(t *sheet.Table, n int) ([][]string, error) {
	out := make([][]string, len(t.Columns))
	rows := 0
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		for i, c := range row.Cells {
			if i < len(out) && c.Text != "" {
				out[i] = append(out[i], c.Text)
			}
		}
		if rows++; rows == n {
			break
		}
	}
	for len(out) < len(t.Columns) {
		out = append(out, nil)
	}
	return out, nil
}

func distinct(values []string, n int) (out []string) {
	seen := map[string]bool{}
	for _, v := range values {
		if !seen[v] && len(out) < n {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// MappingOf turns choices into a mapping.
func MappingOf(choices []Choice) Mapping {
	m := Mapping{}
	for _, c := range choices {
		if c.Field != "" {
			m[c.Column.Letter] = c.Field
		}
	}
	return m
}

// ParseMapping reads a mapping as a person writes it in a file: a JSON object
// whose keys are column letters or headers and whose values are field names; ""
// leaves the column out. What it does not name keeps its proposal.
func ParseMapping(text []byte, t *sheet.Table, k Kind, proposed []Choice) ([]Choice, error) {
	var given map[string]string
	if err := json.Unmarshal(text, &given); err != nil {
		return nil, &hub.Error{Kind: hub.Invalid, Key: "intake.map_form", Err: err}
	}
	out := append([]Choice(nil), proposed...)
	for name, fieldName := range given {
		at := -1
		for i, c := range t.Columns {
			if strings.EqualFold(c.Letter, name) || at < 0 && c.Name != "" && sheet.Label(c.Name) == sheet.Label(name) {
				at = i
			}
		}
		if at < 0 {
			return nil, hub.Errorf(hub.Invalid, "intake.map_column", "column", name)
		}
		if _, ok := fieldOf(k, fieldName); !ok && fieldName != "" {
			return nil, hub.Errorf(hub.Invalid, "intake.map_field", "field", fieldName)
		}
		out[at].Field, out[at].Certainty = fieldName, ByHand
	}
	return out, checkMapping(k, MappingOf(out))
}

// checkMapping says what is wrong with a mapping as a whole: a field fed by two
// columns that takes one, or nothing to call a record by.
func checkMapping(k Kind, m Mapping) error {
	fed := map[string]string{}
	for letter, name := range m {
		f, ok := fieldOf(k, name)
		if !ok {
			return hub.Errorf(hub.Invalid, "intake.map_field", "field", name)
		}
		if other, twice := fed[name]; twice && !f.Multi {
			a, b := min(letter, other), max(letter, other)
			return hub.Errorf(hub.Invalid, "intake.map_twice", "a", a, "b", b)
		}
		fed[name] = letter
	}
	need := map[Kind][]string{
		Seeds: {"title", "title_en"}, Needs: {"title", "title_en", "words", "problem"}, Organisations: {"name", "name_en"}, People: {"name", "family"},
	}[k]
	for _, name := range need {
		if fed[name] != "" {
			return nil
		}
	}
	return hub.Errorf(hub.Invalid, "intake.map_no_name_"+string(k))
}
