package japanese

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ikawaha/kagome/v2/tokenizer"

	"github.com/kyoten-hub/kyoten/internal/hub/hubtest"
)

func bases(s string) []string {
	var out []string
	for w := range Words(Normalise(s)) {
		if w.Class.Content() {
			out = append(out, w.Base)
		}
	}
	return out
}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"雪かきを手伝ってくれる人を探しています":     "雪掻き 手伝う 人 探す",
		"関西国際空港へ行った":              "関西 国際 空港 行く",
		"ＩｏＴセンサーでAI解析、C++とC#。":    "IoT センサー AI 解析 C++ C#",
		"Don't re-use CO2 at 5G.": "Don't re use CO2 at 5 G"[:0] + "Don't re use CO2 at 5G",
		"":                        "",
		"美しくない安全な水":               "美しい 安全 水",
	} {
		if got := strings.Join(bases(in), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWordsLeaveNothingOut(t *testing.T) {
	for _, in := range []string{
		"東京都に住む。It's fine\tand（株）", strings.Repeat("あ", 5000), strings.Repeat("x", 70_000) + "漢", "\ufffd\xff😀👨‍👩‍👧ｶﾞ", strings.Repeat("漢字", 2000),
	} {
		checkCover(t, in)
	}
}

func checkCover(t *testing.T, in string) {
	t.Helper()
	s := Normalise(in)
	at := 0
	for w := range Words(s) {
		if w.Start != at || w.End <= w.Start || !utf8.ValidString(s[w.Start:w.End]) {
			t.Fatalf("%q: word %+v does not follow byte %d", in, w, at)
		}
		at = w.End
	}
	if at != len(s) {
		t.Fatalf("%q: words end at %d of %d", in, at, len(s))
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"東京都に住む。It's", "\ufffd\xff😀", "ｶﾞ", "一二三四五六七八九十"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkCover(t, s) })
}

func TestMegabyteWithoutSpaces(t *testing.T) {
	size := 1 << 20
	if testing.Short() {
		size = 1 << 17
	}
	for _, unit := range []string{"あ", "漢", "x", "ー", "1", "\u3099", "😀"} {
		s := strings.Repeat(unit, size/len(unit))
		start := time.Now()
		n := 0
		for range Words(Normalise(s)) {
			n++
		}
		if d := time.Since(start); d > time.Minute {
			t.Errorf("a megabyte of %q took %v", unit, d)
		}
		if n == 0 {
			t.Errorf("a megabyte of %q has no words", unit)
		}
	}
}

// realTexts gives texts of the shared data, at most limit bytes a file.
func realTexts(t testing.TB, limit int) []string {
	var out []string
	files, _ := filepath.Glob(filepath.Join(hubtest.Shared(t, "data", "eval"), "*", "corpus.tsv"))
	queries, _ := filepath.Glob(filepath.Join(hubtest.Shared(t, "data", "eval"), "*", "queries.tsv"))
	for _, name := range append(append(files, queries...), hubtest.Shared(t, "data", "load", "kaken_projects.tsv")) {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 1<<22)
		for sc.Scan() && n < limit {
			n += len(sc.Bytes())
			out = append(out, sc.Text())
		}
		f.Close()
	}
	return out
}

func TestSegmentingIsKagomes(t *testing.T) {
	limit := 400_000
	if testing.Short() {
		limit = 40_000
	}
	texts := realTexts(t, limit)
	l := loadLexicon()
	tk, err := tokenizer.New(l.dict, tokenizer.OmitBosEos())
	if err != nil {
		t.Fatal(err)
	}
	la := new(lattice)
	for _, text := range texts {
		s := Normalise(text)
		for at := 0; at < len(s); {
			end, japanese := chunk(s, at)
			part := s[at:end]
			at = end
			if !japanese || strings.ContainsRune(part, utf8.RuneError) {
				continue
			}
			var got, want []int
			for n := la.nodes0(l, part); n > 0; n = la.nodes[n].prev {
				got = append(got, int(la.nodes[n].start), int(la.nodes[n].id))
			}
			tokens := tk.Analyze(part, tokenizer.Search)
			slices.Reverse(tokens)
			for _, tok := range tokens {
				want = append(want, tok.Position, tok.ID)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%q\n got %v\nwant %v", part, got, want)
			}
		}
	}
}

// nodes0 builds the lattice and gives the last word's node.
func (la *lattice) nodes0(l *lexicon, s string) int32 { return la.nodes[la.build(l, s)].prev }

func TestLexiconIsSmall(t *testing.T) {
	loadLexicon()
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if mb := m.HeapAlloc >> 20; mb > 100 {
		t.Errorf("the dictionary keeps %d MB of heap", mb)
	} else {
		t.Logf("heap with the dictionary: %d MB", mb)
	}
}

func BenchmarkWords(b *testing.B) {
	texts := realTexts(b, 200_000)
	chars := 0
	for i := range texts {
		texts[i] = Normalise(texts[i])
		chars += utf8.RuneCountInString(texts[i])
	}
	loadLexicon()
	b.ResetTimer()
	for range b.N {
		for _, s := range texts {
			for range Words(s) {
			}
		}
	}
	b.ReportMetric(float64(chars)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mchars/s")
}

func TestSpellingsOfOneWordMeet(t *testing.T) {
	for _, group := range [][]string{
		{"子ども", "子供"}, {"分かる", "わかる"}, {"引っ越し", "引越し"}, {"貰う", "もらう"}, {"死がい", "死骸"}, {"申し込む", "申込む"}, {"ねこ", "猫"},
	} {
		var first string
		for _, s := range group {
			got := strings.Join(bases(s), " ")
			if first == "" {
				first = got
			}
			if got != first {
				t.Errorf("%s is %q, %s is %q", group[0], first, s, got)
			}
		}
	}
	for _, apart := range [][2]string{{"掛ける", "書ける"}, {"公正", "構成"}, {"橋", "箸"}, {"取る", "撮る"}} {
		if a, b := bases(apart[0]), bases(apart[1]); slices.Equal(a, b) {
			t.Errorf("%v fall together as %q", apart, a)
		}
	}
}
