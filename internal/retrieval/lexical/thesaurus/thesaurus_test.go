package thesaurus

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

const least = 1000

func TestBuiltInGroups(t *testing.T) {
	groups, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(groups) < least {
		t.Errorf("%d groups, want at least %d", len(groups), least)
	}
	japanese := regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}]`)
	english := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 .,/&'+-]*$`)
	seen := map[string]int{}
	for _, g := range groups {
		for _, w := range g.JA {
			if !japanese.MatchString(w) && !regexp.MustCompile(`^[A-Za-z0-9&.+-]+$`).MatchString(w) {
				t.Errorf("%s: %q is not Japanese", g.Field, w)
			}
			seen[w]++
		}
		for _, w := range g.EN {
			if !english.MatchString(w) {
				t.Errorf("%s: %q is not English", g.Field, w)
			}
			seen["en: "+strings.ToLower(w)]++
		}
		if len(g.JA) == 0 || len(g.EN) == 0 {
			t.Errorf("%s: %v %v lacks a language", g.Field, g.JA, g.EN)
		}
		if len(g.JA) > 8 || len(g.EN) > 8 {
			t.Errorf("%s: %v is a topic, not a group of synonyms", g.Field, g.JA)
		}
	}
	// A word in several groups would tie their meanings together.
	for w, n := range seen {
		if n > 1 {
			t.Errorf("%q stands in %d groups", w, n)
		}
	}
}

// What a townsperson says finds what a laboratory says.
func TestEverydayWordsReachTechnicalOnes(t *testing.T) {
	groups, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{{"雪かき", "除雪"}, {"ごみ出し", "廃棄物収集"}, {"引っ越し", "転居"}, {"大雨", "豪雨"}} {
		if !slices.ContainsFunc(groups, func(g Group) bool { return slices.Contains(g.JA, pair[0]) && slices.Contains(g.JA, pair[1]) }) {
			t.Errorf("%s does not lead to %s", pair[0], pair[1])
		}
	}
}

func TestParseNamesTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"# head\n雪\t雪かき|除雪":            "line 2",
		"雪\t雪かき|雪かき\tsnow":             "twice",
		"雪\t雪かき||除雪\tsnow":             "empty",
		"雪\t雪かき\t":                     "two words",
		"雪\t雪かき | 除雪\tsnow shovelling": "edge",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, want an error with %q", text, err, want)
		}
	}
	groups, err := Parse("雪\t雪かき|除雪\tsnow removal\r\n\n#x\n雪\tIoT|モノのインターネット\tinternet of things")
	if err != nil || len(groups) != 2 || groups[1].JA[0] != "IoT" || groups[0].EN[0] != "snow removal" {
		t.Errorf("read %+v, %v", groups, err)
	}
}
