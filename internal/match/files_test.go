package match_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

const (
	seedsCSV = "シーズ番号,題目,概要,担当電話\nS1,屋根の融雪システム,雪を自動で落とす,076-000-0000\nS2,養殖魚の給餌管理,IoTで餌の量を決める,076-000-0000\nS3,漆の乾燥促進,漆器の塗りを速く乾かす,076-000-0000\n"
	needsTSV = "N1\t屋根の雪下ろしが大変なので楽にしたい\nN2\t魚に餌をやる手間を減らしたい\nN3\tはが、\n"
	needsCSV = "ニーズID,件名,内容\nN1,屋根の雪,屋根の雪下ろしが大変\nN2,魚の餌,給餌の手間を減らしたい\n"
)

func collect(t *testing.T, o match.FilesOptions) (lines []match.FileMatch) {
	t.Helper()
	if err := match.MatchFiles(t.Context(), o, func(m match.FileMatch) error {
		lines = append(lines, m)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestMatchFiles(t *testing.T) {
	o := match.FilesOptions{Needs: write(t, "needs.csv", needsCSV), Seeds: write(t, "seeds.csv", seedsCSV), Explain: true}
	var firsts []string
	for _, m := range collect(t, o) {
		if m.Rank == 1 {
			firsts = append(firsts, m.Query+" "+m.Candidate)
		}
		sum := 0.0
		for _, r := range m.Reasons {
			sum += float64(r.Share)
		}
		if math.Abs(sum-float64(m.Score)) > 1e-3*float64(m.Score) {
			t.Errorf("%s–%s: reasons add up to %g, score %g", m.Query, m.Candidate, sum, m.Score)
		}
	}
	if want := []string{"N1 S1", "N2 S2"}; !slices.Equal(firsts, want) {
		t.Errorf("first candidates %v, want %v", firsts, want)
	}
	o.Reverse, o.Top = true, 1
	var reverse []string
	for _, m := range collect(t, o) {
		reverse = append(reverse, m.Query+" "+m.Candidate)
	}
	if !slices.Contains(reverse, "S1 N1") || !slices.Contains(reverse, "S2 N2") || len(reverse) > 3 {
		t.Errorf("reverse: %v", reverse)
	}
}

func TestMatchFilesWithoutHeader(t *testing.T) {
	seeds := write(t, "seeds.tsv", "\ufeffS1\t屋根の融雪\r\n\nS1\t題目\t魚の給餌をIoTで\n")
	got := collect(t, match.FilesOptions{Needs: write(t, "needs.tsv", needsTSV), Seeds: seeds, NoHeader: true, Top: 1})
	if len(got) != 2 || got[0].Query != "N1" || got[1].Query != "N2" || got[0].Score <= 0 {
		t.Errorf("got %+v", got)
	}
}

func TestFilesThatCannotBeMatched(t *testing.T) {
	good := write(t, "seeds.csv", seedsCSV)
	for name, c := range map[string]struct {
		o    match.FilesOptions
		kind hub.Kind
	}{
		"missing":            {match.FilesOptions{Needs: "/nowhere.csv", Seeds: good}, hub.NotFound},
		"no text column":     {match.FilesOptions{Needs: write(t, "n.csv", "電話,メール\n1,a@b\n2,c@d\n"), Seeds: good}, hub.Invalid},
		"one column":         {match.FilesOptions{Needs: write(t, "n.tsv", "N1\n"), Seeds: good, NoHeader: true}, hub.Invalid},
		"missing dictionary": {match.FilesOptions{Needs: good, Seeds: good, Dictionaries: []string{"/nowhere"}}, hub.NotFound},
		"no dictionary":      {match.FilesOptions{Needs: good, Seeds: good, Dictionaries: []string{write(t, "d.txt", "文章だけ\n")}}, hub.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			err := match.MatchFiles(t.Context(), c.o, func(match.FileMatch) error { return nil })
			if hub.KindOf(err) != c.kind {
				t.Errorf("error %v, want %s", err, c.kind)
			}
		})
	}
}

func TestMatchFilesStops(t *testing.T) {
	o := match.FilesOptions{Needs: write(t, "n.csv", needsCSV), Seeds: write(t, "s.csv", seedsCSV)}
	stop := errors.New("enough")
	if err := match.MatchFiles(t.Context(), o, func(match.FileMatch) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := match.MatchFiles(ctx, o, func(match.FileMatch) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestEvaluate(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"corpus.tsv":  "D1\t屋根の融雪\tシステム\nD2\t魚の給餌\tIoT\nD3\t雪の結晶\t屋根はない\n",
		"queries.tsv": "Q1\t屋根の融雪\nQ2\t魚\nQ3\t判定のない質問\n",
		"qrels.tsv":   "Q1 0 D1 2\nQ1 0 D3 1\nQ2\tD1\t1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var run strings.Builder
	e, err := match.Evaluate(t.Context(), dir, nil, &run, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Q1 is perfect, Q2 finds only what nobody judged right.
	if e.Questions != 2 || e.Documents != 3 || e.NDCG10.Mean != .5 || e.MRR.Mean != .5 || e.Recall10.Mean != .5 || e.NDCG10.Low != 0 || e.NDCG10.High != 1 {
		t.Errorf("%+v", e)
	}
	if first, _, _ := strings.Cut(run.String(), "\n"); !strings.HasPrefix(first, "Q1 Q0 D1 1 ") || !strings.HasSuffix(first, " kyoten") {
		t.Errorf("TREC line %q", first)
	}
}

func TestSetsAndGain(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b", "a"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		for file, text := range map[string]string{
			"corpus.tsv": "D1\t融雪装置\nD2\t魚の給餌\n", "queries.tsv": "Q1\tゆきとかし\nQ2\t魚\n", "qrels.tsv": "Q1\tD1\t1\nQ2\tD2\t1\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	sets, err := match.Sets(dir)
	if err != nil || len(sets) != 2 || filepath.Base(sets[0]) != "a" || filepath.Base(sets[1]) != "b" {
		t.Fatalf("%v, %v", sets, err)
	}
	if one, err := match.Sets(sets[0]); err != nil || len(one) != 1 || one[0] != sets[0] {
		t.Errorf("a set stands for %v, %v", one, err)
	}
	before, err := match.Evaluate(t.Context(), sets[0], nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	after, err := match.Evaluate(t.Context(), sets[0], []string{write(t, "words.txt", "ゆきとかし,融雪装置\n")}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if g := after.Gain(before); g.Mean != .5 || g.Low != 0 || g.High != 1 {
		t.Errorf("gain %+v of %v over %v", g, after.NDCG10, before.NDCG10)
	}
	if g := after.Gain(after); g != (match.Measure{}) {
		t.Errorf("gain over itself %+v", g)
	}
}
