package lexical

import (
	"math"
	"slices"
	"strings"
	"testing"

	encoding "golang.org/x/text/encoding/japanese"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical/thesaurus"
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
		if per := float64(len(b)) / float64(len(want.occurrences)); per > 16 {
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
	New()
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

func TestWordsOfTheThesaurusAreUnderstood(t *testing.T) {
	groups, err := thesaurus.Load()
	if err != nil {
		t.Fatal(err)
	}
	lost, all := 0, 0
	for _, g := range groups {
		for _, w := range slices.Concat(g.JA, g.EN) {
			if all++; !understood(w) {
				lost++
				t.Logf("%s: %q has no content or more than %d words", g.Field, w, maxMember)
			}
		}
	}
	if lost*200 > all {
		t.Errorf("%d of %d words are of no use", lost, all)
	}
}

func understood(w string) bool { _, ok := plain().member(w, 1); return ok }

func TestThesaurusBridgesBothLanguages(t *testing.T) {
	groups, err := thesaurus.Parse("雪\t雪かき|除雪\tsnow removal\n通信\tモノのインターネット|IoT\tInternet of Things\n")
	if err != nil {
		t.Fatal(err)
	}
	a := New(WithoutThesaurus(), WithThesaurus(groups))
	x := index(t, a, map[string]string{
		"ja": "除雪ロボットの開発", "en": "Autonomous snow removal on rural roads", "iot": "IoTによる給餌管理", "other": "Snowboard design, removal of paint",
	})
	for need, want := range map[string]map[string]Kind{
		"雪かきを手伝ってほしい":   {"ja": Bridge, "en": Translation},
		"snow removal":  {"en": Word, "ja": Translation},
		"モノのインターネットを使う": {"iot": Bridge},
		"IoT": {"iot": Word},
	} {
		q, hits := ask(a, x, need)
		got := map[string]Kind{}
		for _, h := range hits {
			r := q.Explain(h)
			got[h.ID] = r[0].Kind
			if (r[0].Kind == Bridge || r[0].Kind == Translation) && r[0].Bridge == "" {
				t.Errorf("%s: the bridge to %s is not named: %+v", need, h.ID, r)
			}
		}
		for id, kind := range want {
			if got[id] != kind && !(kind == Bridge && got[id] == Translation) {
				t.Errorf("%s finds %s as %q, want %q", need, id, got[id], kind)
			}
		}
		if q.terms[0].Weight <= 0 {
			t.Errorf("%s: %v", need, q.terms)
		}
	}
}

func TestNamesAreFoundInLatinLetters(t *testing.T) {
	a := New()
	x := index(t, a, map[string]string{"k": "Lacquerware of Wajima and Kanazawa", "o": "Pottery of Arita"})
	if _, hits := ask(a, x, "輪島の漆器"); len(hits) == 0 || hits[0].ID != "k" {
		t.Errorf("輪島 does not find Wajima: %v", hits)
	}
}

func TestSections(t *testing.T) {
	text := japanese.Normalise("Braking systems. TECHNOLOGY AREA(S): Air Platform OBJECTIVE: Find brakes. REFERENCES: 1. Old paper. " + strings.Repeat("x ", 400))
	at := func(s string) float32 { return weightAt(sections(text), strings.Index(text, s)) }
	if at("Braking") != 1 || at("Air") != 1 || at("Find") != 2 || at("Old") != .2 {
		t.Errorf("weights %v %v %v %v", at("Braking"), at("Air"), at("Find"), at("Old"))
	}
	if s := sections("OBJECTIVE: short"); len(s) != 1 || s[0].weight != 1 {
		t.Errorf("a short text is taken apart: %v", s)
	}
	ja := "融雪について\n【背景】" + strings.Repeat("雪が多い。", 60) + "\n【課題】屋根の雪を落とす。"
	if w := weightAt(sections(ja), strings.Index(ja, "屋根")); w != 2 {
		t.Errorf("the problem counts %v", w)
	}
	if w := weightAt(sections(ja), strings.Index(ja, "雪が多い")); w != .5 {
		t.Errorf("the background counts %v", w)
	}
}

const (
	sudachiText = "000001,1,0,1,0,0,0,(),宛て先,,\n000001,1,0,2,0,0,0,(),送り先,,\n000001,1,1,3,0,0,1,(),destination,,\n000001,1,2,4,0,0,0,(),削除済み,,\n\n000002,1,0,1,0,0,0,(),孤独,,\n"
	ejdictText  = "dyeing\t『染色』;染色業 / (毛髪の)毛染め\ninvoice, bill\t送り状,〈U〉仕入れ書\nbroken line without tab\n"
	edictText   = "除雪 [じょせつ] /(n,vs) snow removal/EntL1/\n漆;うるし [うるし] /(n) lacquer (tree)/Japanese lacquer/\n雪 [ゆき] /(n) snow/\n"
	solrText    = "# comment\n漆器, 塗り物, lacquerware\nIoT => モノのインターネット\n"
	groupsText  = "雪\t雪かき|除雪\tsnow removal\n"
)

func TestDictionaryFormats(t *testing.T) {
	for _, c := range []struct{ text, format, need, found string }{
		{sudachiText, "sudachi", "宛て先", "送り先を調べる"},
		{sudachiText, "sudachi", "宛て先", "Destination of goods"},
		{ejdictText, "ejdict", "染色の技術", "Natural dyeing of silk"},
		{ejdictText, "ejdict", "dyeing", "絹の染色"},
		{edictText, "edict", "除雪", "Snow removal robots"},
		{edictText, "edict", "lacquer", "漆の乾燥"},
		{solrText, "solr", "塗り物", "漆器の修理"},
		{solrText, "solr", "IoT", "モノのインターネット入門"},
		{groupsText, "thesaurus", "除雪", "雪かきの手伝い"},
	} {
		d, err := ReadDictionary(strings.NewReader(c.text))
		if err != nil || d.Format != c.format {
			t.Errorf("%s is taken for %+v, %v", c.format, d, err)
			continue
		}
		a := New(WithoutThesaurus(), WithDictionary(d))
		x := index(t, a, map[string]string{"yes": c.found, "no": "関係のない文章 nothing here"})
		if _, hits := ask(a, x, c.need); len(hits) != 1 || hits[0].ID != "yes" {
			t.Errorf("%s: %q does not find %q: %v", c.format, c.need, c.found, hits)
		}
	}
	d, err := ReadDictionary(strings.NewReader(sudachiText))
	if err != nil {
		t.Fatal(err)
	}
	a := New(WithoutThesaurus(), WithDictionary(d))
	x := index(t, a, map[string]string{"ja": "宛て先"})
	if _, hits := ask(a, x, "destination"); len(hits) != 0 {
		t.Errorf("a word that is only found finds others: %v", hits)
	}
	for _, bad := range []string{"", "ただの文章です。", "\x00\x01\x02", "a\tb\tc\td\n"} {
		if _, err := ReadDictionary(strings.NewReader(bad)); hub.KindOf(err) != hub.Invalid {
			t.Errorf("%q passes for a dictionary: %v", bad, err)
		}
	}
	euc, _ := encoding.EUCJP.NewEncoder().String(edictText)
	if d, err := ReadDictionary(strings.NewReader(euc)); err != nil || d.Format != "edict" || d.Entries < 3 {
		t.Errorf("EDICT in EUC-JP: %+v, %v", d, err)
	}
}

func FuzzDictionary(f *testing.F) {
	New() // loads what is loaded once, before inputs are timed
	for _, s := range []string{sudachiText, ejdictText, edictText, solrText, groupsText, "\xff\xfe,", "a => => b,,", "\"000001\",\"\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ReadDictionary(strings.NewReader(s))
		if err != nil {
			return
		}
		for _, term := range New(WithDictionary(d)).Query([]Field{{Text: s}}).Terms() {
			if !(term.Weight > 0) || math.IsInf(float64(term.Weight), 0) {
				t.Errorf("weight %v", term)
			}
		}
	})
}

func BenchmarkBuiltin(b *testing.B) {
	plain().tokens("日本")
	groups, err := thesaurus.Load()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		plain().group(groups)
	}
}
