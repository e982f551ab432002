package lexical

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical/thesaurus"
)

// Dictionary is a set of wordings that an operator loads.
type Dictionary struct {
	Format  string // sudachi, ejdict, edict, solr or thesaurus
	Entries int
	links   links
}

// maxDictionary bounds what is read, in bytes.
const maxDictionary = 200 << 20

// The formats are told by the first lines that are neither empty nor comments.
var (
	sudachiLine = regexp.MustCompile(`^\d{6},[0-2]?,[0-2]?,\d*,`)
	edictLine   = regexp.MustCompile(`^[^\s/]+( \[[^\]]+\])? /.+/\s*$`)
	solrLine    = regexp.MustCompile(`=>|,`)
)

// ReadDictionary reads a dictionary of any known format: Sudachi's synonyms,
// EJDict (headword, tab, Japanese), EDICT and EDICT2 (in UTF-8 or EUC-JP), Solr's
// synonym file, or groups as the built-in thesaurus has them. A file of another
// kind is an Invalid error; single lines that cannot be read are passed over.
func ReadDictionary(r io.Reader) (*Dictionary, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxDictionary+1))
	if err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	if len(b) > maxDictionary {
		return nil, hub.Errorf(hub.Invalid, "error.dictionary_size", "mb", maxDictionary>>20)
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	text := string(b)
	if !utf8.Valid(b) {
		text = japanese.DecodeEUC(b)
	}
	d := &Dictionary{Format: recognise(text)}
	a := plain()
	switch d.Format {
	case "sudachi":
		d.links = a.sudachi(text)
	case "ejdict":
		d.links = a.ejdict(text)
	case "edict":
		d.links = a.edict(text)
	case "solr":
		d.links = a.solr(text)
	case "thesaurus":
		groups, err := thesaurus.Parse(text)
		if err != nil {
			return nil, &hub.Error{Kind: hub.Invalid, Key: "error.dictionary_line", Args: hub.Args("reason", err.Error()), Err: err}
		}
		d.links = *a.group(groups)
	default:
		return nil, hub.Errorf(hub.Invalid, "error.dictionary_format")
	}
	if d.Entries = len(d.links.entries); d.Entries == 0 {
		return nil, hub.Errorf(hub.Invalid, "error.dictionary_format")
	}
	return d, nil
}

// recognise names the format that most of the first fifty lines have.
func recognise(text string) string {
	votes := map[string]int{}
	n := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if n++; n > 50 {
			break
		}
		switch tabs := strings.Count(line, "\t"); {
		case sudachiLine.MatchString(line):
			votes["sudachi"]++
		case tabs == 2 && strings.Contains(line, "|"):
			votes["thesaurus"]++
		case tabs == 1:
			votes["ejdict"]++
		case edictLine.MatchString(line):
			votes["edict"]++
		case solrLine.MatchString(line):
			votes["solr"]++
		}
	}
	best := ""
	for _, f := range []string{"sudachi", "thesaurus", "ejdict", "edict", "solr"} {
		if votes[f] > votes[best] && votes[f]*2 > min(n, 50) {
			best = f
		}
	}
	return best
}

func scan(text string, f func(line string)) {
	sc := bufio.NewScanner(strings.NewReader(text))
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if line := strings.TrimSpace(sc.Text()); line != "" {
			f(line)
		}
	}
}

// sudachi reads Sudachi's synonym source: lines of CSV, one word each, numbered
// by group. Column 2 says whether a word finds the others (0), is only found (1)
// or neither (2).
func (a *Analyzer) sudachi(text string) (l links) {
	e := entry{weight: dictionaryWeight}
	group := ""
	scan(text, func(line string) {
		c, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil || len(c) < 9 || c[2] == "2" {
			return
		}
		if c[0] != group {
			l.add(e)
			e, group = entry{weight: dictionaryWeight}, c[0]
		}
		if m, ok := a.member(c[8], 1); ok {
			m.silent = c[2] == "1"
			e.members = append(e.members, m)
		}
	})
	l.add(e)
	return l
}

// solr reads Solr's synonym format: "a, b, c" are one another's synonyms,
// "a, b => c" lets a and b find c.
func (a *Analyzer) solr(text string) (l links) {
	words := func(s string) (out []member) {
		for w := range strings.SplitSeq(s, ",") {
			if m, ok := a.member(w, 1); ok {
				out = append(out, m)
			}
		}
		return out
	}
	scan(text, func(line string) {
		if strings.HasPrefix(line, "#") {
			return
		}
		left, right, directed := strings.Cut(line, "=>")
		if !directed {
			l.add(entry{members: words(line), weight: dictionaryWeight})
			return
		}
		to := words(right)
		for i := range to {
			to[i].silent = true
		}
		for _, from := range words(left) {
			l.add(entry{members: append([]member{from}, to...), star: true, weight: dictionaryWeight})
		}
	})
	return l
}

var (
	annotation = regexp.MustCompile(`《[^》]*》|〈[^〉]*〉|\([^()]*\)|（[^（）]*）|\[[^\]]*\]|\{[^}]*\}`)
	glossCut   = regexp.MustCompile(`[/;,:、。；，：・]`)
)

// dimGloss is the weight of a meaning that EJDict does not mark as basic.
const dimGloss = .8

// mostMeanings is how many meanings of an EJDict headword are read.
const mostMeanings = 24

// rankWeight lets later meanings of a headword count less: 1, ½, ⅓ … above ¼.
func rankWeight(n int) float32 { return max(1/float32(n+1), .25) }

// ejdict reads EJDict: English headwords, a tab, Japanese meanings.
func (a *Analyzer) ejdict(text string) (l links) {
	scan(text, func(line string) {
		heads, gloss, ok := strings.Cut(line, "\t")
		if !ok {
			return
		}
		var meanings []member
		for sense := range strings.SplitSeq(gloss, " / ") {
			// EJDict sets the meanings of basic words in 『』.
			basic := float32(dimGloss)
			if strings.Contains(sense, "『") {
				basic = 1
			}
			for _, g := range glossCut.Split(annotation.ReplaceAllString(sense, ""), -1) {
				g = strings.Trim(strings.TrimLeft(strings.NewReplacer("『", "", "』", "", "「", "", "」", "", "～", "", "~", "").Replace(g), "…のをにがはでと="), " …")
				if g == "" || utf8.RuneCountInString(g) > 12 {
					continue
				}
				if m, ok := a.member(g, basic); ok && m.count <= 3 && len(meanings) < mostMeanings && a.mostlyContent(g) {
					meanings = append(meanings, m)
				}
			}
		}
		// A word of many meanings is a less likely translation of each.
		for i := range meanings {
			meanings[i].weight *= float32(math.Pow(float64(len(meanings)), -.1))
		}
		for head := range strings.SplitSeq(heads, ",") {
			if m, ok := a.member(head, 1); ok && m.english {
				l.add(entry{members: append([]member{m}, meanings...), star: true, weight: 1})
			}
		}
	})
	return l
}

// edict reads EDICT and EDICT2: Japanese spellings, [readings], /English/…/.
func (a *Analyzer) edict(text string) (l links) {
	scan(text, func(line string) {
		head, gloss, ok := strings.Cut(line, " /")
		if !ok || strings.HasPrefix(line, "#") {
			return
		}
		head, _, _ = strings.Cut(head, " [")
		var meanings []member
		for g := range strings.SplitSeq(gloss, "/") {
			g = strings.TrimSpace(annotation.ReplaceAllString(g, ""))
			if g == "" || strings.HasPrefix(g, "EntL") {
				continue
			}
			if m, ok := a.member(strings.TrimPrefix(g, "to "), rankWeight(len(meanings))); ok && m.english && m.count <= 3 && len(meanings) < 12 {
				meanings = append(meanings, m)
			}
		}
		for h := range strings.SplitSeq(annotation.ReplaceAllString(head, ""), ";") {
			if m, ok := a.member(h, 1); ok && !m.english {
				l.add(entry{members: append([]member{m}, meanings...), star: true, weight: 1})
			}
		}
	})
	return l
}

// mostlyContent reports whether at least two fifths of a meaning are words of
// content: what is left of いけにえ or しようのない when the dictionary does not know
// them whole would be a wrong translation.
func (a *Analyzer) mostlyContent(s string) bool {
	s = japanese.Normalise(s)
	n := 0
	for _, t := range a.tokens(s) {
		if a.content(t) || t.class == japanese.Function {
			n += int(t.end - t.start)
		}
	}
	return n*5 >= len(s)*2
}
