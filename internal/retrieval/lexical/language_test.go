package lexical

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

const glosses = "client\t(商売上の)『依頼人』\nschedule\t『予定』\ncall\t…に『電話をかける』\nwish\t…を『願う』\nbridge\t『橋』\ncorrosion\t『腐食』\nsteel\t『鋼』\ninspection\t『点検』\n"

func withGlosses(t *testing.T) *Analyzer {
	t.Helper()
	d, err := ReadDictionary(strings.NewReader(glosses))
	if err != nil {
		t.Fatal(err)
	}
	return New(WithDictionary(d))
}

func TestTranslationsThatNoEntryHas(t *testing.T) {
	a := withGlosses(t)
	for word, want := range map[string]string{
		"クライアント": "client", // by its sound
		"スケジュール": "schedul",
		"電話":     "call", // part of a meaning
		"お願い":    "wish", // the verb of a noun
	} {
		q := a.Query([]Field{{Text: word}})
		if !slices.ContainsFunc(q.Terms(), func(x retrieval.QueryTerm) bool {
			return x.Term == want && x.Evidence == Words && x.Population == inEnglish
		}) {
			t.Errorf("%s does not ask for %s: %v", word, want, q.Terms())
		}
	}
}

// TestNeitherLanguageBuriesTheOther: the answers in both languages stand above all
// that is not an answer and are worth about the same, whichever language the
// catalogue is mostly in.
func TestNeitherLanguageBuriesTheOther(t *testing.T) {
	a := withGlosses(t)
	for _, many := range []string{"町の%d番目の橋で祭りを開いた記録", "Report no. %d of the committee for the bridge festival"} {
		docs := map[string]string{
			"ja": "鋼橋の腐食を見つける点検の方法",
			"en": "Inspection of corrosion in steel bridges",
		}
		for i := range 60 {
			docs[fmt.Sprint("other", i)] = fmt.Sprintf(many, i)
		}
		x := index(t, a, docs)
		q := a.Query([]Field{{Text: "鋼の橋の腐食を点検したい"}})
		r := x.Search(retrieval.Query{Terms: q.Terms(), Populations: Populations, Limit: 3, Explain: true})
		if len(r.Hits) < 3 || strings.HasPrefix(r.Hits[0].ID, "other") || strings.HasPrefix(r.Hits[1].ID, "other") {
			t.Errorf("among %q: %v", many, r.Hits)
			continue
		}
		for _, h := range r.Hits {
			sum := float32(0)
			for _, reason := range q.Explain(h) {
				sum += reason.Share
			}
			if d := sum - h.Score; d > 1e-4 || d < -1e-4 {
				t.Errorf("%s: the reasons add up to %v, the score is %v", h.ID, sum, h.Score)
			}
		}
		if first, second := r.Hits[0].Score, r.Hits[1].Score; second < first/2 {
			t.Errorf("among %q the second answer is worth %v against %v", many, second, first)
		}
	}
}

func TestLanguageOf(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "2026": 0, "snow": inEnglish, "雪": inJapanese, "IoTとAIによるDXの推進": inJapanese,
		"A study of 雪 in northern cities and the people living there": inEnglish,
	} {
		if got := languageOf(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
