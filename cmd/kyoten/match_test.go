package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMatchCommand(t *testing.T) {
	dir := t.TempDir()
	needs, seeds := filepath.Join(dir, "needs.tsv"), filepath.Join(dir, "seeds.tsv")
	for name, text := range map[string]string{
		needs: "N1\t屋根の雪を溶かしたい\nN2\t魚の餌やり\n",
		seeds: "S1\t屋根の融雪装置\nS2\t魚の給餌の自動化\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errs := kyoten(t, nil, "match", "--needs", needs, "--seeds", seeds, "--no-header", "--top", "1")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != 0 || lines[0] != "need_id\trank\tseed_id\tscore" || len(lines) != 3 || !strings.HasPrefix(lines[1], "N1\t1\tS1\t") || !strings.HasPrefix(lines[2], "N2\t1\tS2\t") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	code, out, _ = kyoten(t, nil, "match", "--needs", needs, "--seeds", seeds, "--no-header", "--reverse", "--explain")
	if lines = strings.Split(out, "\n"); code != 0 || lines[0] != "seed_id\trank\tneed_id\tscore\treasons" || !strings.Contains(lines[1], "屋根") {
		t.Errorf("exit %d\n%s", code, out)
	}
	code, out, _ = kyoten(t, nil, "match", "--needs", needs, "--seeds", seeds, "--no-header", "--format", "json", "--explain")
	var found []map[string]any
	if err := json.Unmarshal([]byte(out), &found); code != 0 || err != nil || found[0]["need_id"] != "N1" || found[0]["reasons"] == nil {
		t.Errorf("exit %d, %v\n%s", code, err, out)
	}
	book := filepath.Join(dir, "out.xlsx")
	if code, _, errs = kyoten(t, nil, "match", "--needs", needs, "--seeds", seeds, "--no-header", "--format", "xlsx", "--out", book); code != 0 {
		t.Errorf("exit %d\n%s", code, errs)
	}
	if b, err := os.ReadFile(book); err != nil || !strings.HasPrefix(string(b), "PK") {
		t.Errorf("no workbook: %v", err)
	}
	if code, _, errs = kyoten(t, nil, "match", "--needs", "/nowhere.tsv", "--seeds", seeds, "--no-header"); code != exitNotFound || errs == "" {
		t.Errorf("a missing file: exit %d, %q", code, errs)
	}
}

func TestEvalCommand(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"corpus.tsv": "D1\t屋根の融雪\nD2\t魚\n", "queries.tsv": "Q1\t融雪\n", "qrels.tsv": "Q1\tD1\t1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := filepath.Join(dir, "run.txt")
	code, out, errs := kyoten(t, nil, "eval", dir, "--run", run)
	if code != 0 || !strings.Contains(out, "nDCG@10     1.0000  [1.0000, 1.0000]") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if b, err := os.ReadFile(run); err != nil || !strings.HasPrefix(string(b), "Q1 Q0 D1 1 ") {
		t.Errorf("run file %q, %v", b, err)
	}
}
