package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestImport(t *testing.T) {
	dir := t.TempDir()
	database := "--database=" + filepath.Join(dir, "hub.db")
	if code, _, errs := kyoten(t, nil, "area", "create", "--slug=kita", "--name=北の拠点", database); code != 0 {
		t.Fatal(errs)
	}
	put := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	file := put("シーズ.csv", "番号,呼び名,概要,TRL\nS-1,雪を溶かす塗料,熱を使いません,4\nS-2,,題目なし,\nS-3,漆の乾燥,湿度で,高い\n")
	mapping := put("map.json", `{"呼び名":"title"}`)
	lang := "--lang=ja"

	if code, _, errs := kyoten(t, nil, "import", "seeds", file, "--area=kita", database, lang); code != exitRefused || !strings.Contains(errs, "題目にあたる列") {
		t.Errorf("without a title: exit %d, %s", code, errs)
	}
	code, out, errs := kyoten(t, nil, "import", "seeds", file, "--area=kita", "--map="+mapping, "--dry-run", database, lang)
	if code != 0 || !strings.Contains(errs, "新規 2・変更 0・そのまま 0・取り込めない 1") || !strings.Contains(errs, "何も変わっていません") {
		t.Errorf("dry run: exit %d, %s", code, errs)
	}
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[0], "3\tB\trefused\t") || !strings.HasPrefix(lines[1], "4\tD\tnote\t「高い」") {
		t.Errorf("problems: %q", out)
	}
	if code, _, errs = kyoten(t, nil, "import", "seeds", file, "--area=kita", "--map="+mapping, database, lang); code != 0 || !strings.Contains(errs, "新規 2 件") {
		t.Errorf("import: exit %d, %s", code, errs)
	}
	if code, _, errs = kyoten(t, nil, "import", "seeds", file, "--area=kita", "--map="+mapping, database, lang); code != exitRefused || !strings.Contains(errs, "そのまま 2") {
		t.Errorf("again: exit %d, %s", code, errs)
	}
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"import", "seeds", file, "--area=nowhere"}, exitNotFound},
		{[]string{"import", "seeds", filepath.Join(dir, "none.csv"), "--area=kita"}, exitNotFound},
		{[]string{"import", "fish", file, "--area=kita"}, exitUsage},
		{[]string{"import", "seeds", put("a.csv", "%PDF-1.7"), "--area=kita"}, exitRefused},
	} {
		if code, _, errs := kyoten(t, nil, append(c.args, database, lang)...); code != c.code {
			t.Errorf("%v: exit %d, want %d: %s", c.args[:2], code, c.code, errs)
		}
	}
}
