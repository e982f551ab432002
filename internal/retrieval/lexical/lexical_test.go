package lexical

import (
	"math"
	"slices"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

func index(t *testing.T, a *Analyzer, docs map[string]string) *retrieval.Index {
	t.Helper()
	x := retrieval.New(retrieval.Config{})
	t.Cleanup(x.Close)
	for id, text := range docs {
		x.Put(retrieval.Document{ID: id, Terms: a.Document([]Field{{Text: text}}).Occurrences(), Allow: []string{"*"}})
	}
	return x
}

func ask(a *Analyzer, x *retrieval.Index, text string) (Query, []retrieval.Hit) {
	q := a.Query([]Field{{Text: text}})
	return q, x.Search(retrieval.Query{Terms: q.Terms(), Limit: 10, Explain: true}).Hits
}

var catalogue = map[string]string{
	"snow":   "屋根の雪を自動で落とす融雪システム。除雪の負担を減らす。",
	"robot":  "除雪ロボットの自律走行",
	"server": "サーバー仮想化による省電力計算機",
	"coat":   "Isocyanate-free polyurethane coatings for marine use.",
	"ai":     "深層学習による医用画像の解析とAI診断支援",
	"fish":   "養殖魚の給餌をIoTで管理する",
}

func TestSearchFindsWhateverTheSpelling(t *testing.T) {
	a := New()
	x := index(t, a, catalogue)
	for query, want := range map[string]string{
		"ｻｰﾊﾞ": "server", "サーバー": "server", "coated": "coat", "ＡＩ": "ai", "融雪": "snow", "iot": "fish", "画像": "ai",
		"自律走行する除雪ロボット": "robot", "魚": "fish",
	} {
		if _, hits := ask(a, x, query); len(hits) == 0 || hits[0].ID != want {
			t.Errorf("%q finds %v, want %s first", query, hits, want)
		}
	}
	if q, _ := ask(a, x, "はが、。the of"); !q.Empty() {
		t.Errorf("function words ask for %v", q.Terms())
	}
}

func TestReasonsAddUpToTheScore(t *testing.T) {
	a := New()
	x := index(t, a, catalogue)
	for _, need := range []string{"屋根の雪下ろしと除雪を楽にする除雪ロボットがほしい", "医用画像をAIで解析", "marine coatings"} {
		q, hits := ask(a, x, need)
		if len(hits) == 0 {
			t.Errorf("%q finds nothing", need)
		}
		for _, h := range hits {
			var sum float64
			reasons := q.Explain(h)
			for _, r := range reasons {
				sum += float64(r.Share)
				if r.Share <= 0 || r.Words[0] == "" {
					t.Errorf("%q: reason %+v says nothing", need, r)
				}
			}
			if math.Abs(sum-float64(h.Score)) > 1e-3*float64(h.Score) {
				t.Errorf("%q: reasons add up to %g, score %g", need, sum, h.Score)
			}
			if !slices.IsSortedFunc(reasons, func(a, b Reason) int { return int(math.Copysign(1, float64(b.Share-a.Share))) }) {
				t.Errorf("%q: reasons out of order: %v", need, reasons)
			}
		}
	}
	q, hits := ask(a, x, "医用画像の解析")
	if r := q.Explain(hits[0]); r[0].Words[0] != "医用画像" || r[0].Kind != Word {
		t.Errorf("a compound found as a whole is told as %v", r)
	}
}

func TestHighlight(t *testing.T) {
	for _, c := range []struct {
		text  string
		words []string
		want  []string
	}{
		{"ｻｰﾊﾞｰを買った", []string{"サーバ", "買う"}, []string{"ｻｰﾊﾞｰ", "買っ"}},
		{"marine Coatings, coat", []string{"coated"}, []string{"Coatings", "coat"}},
		{"医用画像の解析", []string{"画像解析"}, []string{"画像", "解析"}},
		{"小型除雪車", []string{"除雪機械"}, []string{"除雪"}},
		{"何もない", []string{"雪", ""}, nil},
		{"\xffか\u3099雪", []string{"雪"}, []string{"雪"}},
	} {
		var got []string
		for _, s := range Highlight(c.text, c.words) {
			got = append(got, c.text[s.Start:s.End])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Highlight(%q, %q) = %q, want %q", c.text, c.words, got, c.want)
		}
	}
}

func TestTermsRoundTrip(t *testing.T) {
	a := New()
	for _, text := range catalogue {
		want := a.Document([]Field{{Text: text, Weight: TitleWeight}, {Text: text}})
		b, err := want.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var got Terms
		if err := got.UnmarshalBinary(b); err != nil || !slices.Equal(got.Occurrences(), want.Occurrences()) {
			t.Errorf("%q: terms do not survive: %v", text, err)
		}
		if per := float64(len(b)) / float64(len(want.occurrences)); per > 12 {
			t.Errorf("%.1f bytes a term", per)
		}
		if err := got.UnmarshalBinary(b[:len(b)-1]); err == nil {
			t.Error("terms cut short are taken")
		}
	}
	if new(Terms).UnmarshalBinary([]byte{99}) == nil || new(Terms).UnmarshalBinary(nil) == nil {
		t.Error("terms of another version are taken")
	}
}

func FuzzAnalysis(f *testing.F) {
	for _, s := range []string{"除雪ロボットAI", "\xff\ufffd葛\U000E0100😀", "ゝゝーー", "a'b's'"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, text, word string) {
		a := New()
		terms := a.Document([]Field{{Text: text}})
		b, _ := terms.MarshalBinary()
		var back Terms
		if err := back.UnmarshalBinary(b); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		for _, q := range a.Query([]Field{{Text: text}}).Terms() {
			if !(q.Weight > 0) || math.IsInf(float64(q.Weight), 0) {
				t.Errorf("%q: weight %v", text, q)
			}
		}
		end := 0
		for _, s := range Highlight(text, []string{word}) {
			if s.Start < end || s.End <= s.Start || s.End > len(text) {
				t.Errorf("Highlight(%q, %q): span %v", text, word, s)
			}
			end = s.End
		}
	})
}

func FuzzTerms(f *testing.F) {
	b, _ := New().Document([]Field{{Text: "除雪ロボット"}}).MarshalBinary()
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var x Terms
		_ = x.UnmarshalBinary(b)
	})
}
