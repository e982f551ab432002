package sheet

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/kyoten-hub/kyoten/internal/japanese"
)

func utf16bytes(s string, big bool) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune("\uFEFF" + s)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return b
}

func TestEncodingsAndDelimiters(t *testing.T) {
	text := "№,名称,区分\r\n1,㈱髙橋漆器,①製造\r\n2,\"㈲は\"\"雪\"\"の,店\",②小売\r\n"
	tabbed := strings.NewReplacer(",", "\t", `"㈲は""雪""の`, `㈲は"雪"の`, `店"`, "店").Replace(text)
	cp932, lost := japanese.EncodeCP932(text)
	if lost != nil {
		t.Fatalf("CP932 lacks %q", lost)
	}
	for name, c := range map[string]struct {
		file, encoding string
		delim          rune
		body           []byte
	}{
		"UTF-8":             {"a.csv", "UTF-8", ',', []byte(text)},
		"UTF-8 BOM":         {"a.csv", "UTF-8 BOM", ',', []byte("\uFEFF" + text)},
		"CP932":             {"a.csv", "CP932", ',', cp932},
		"UTF-16LE":          {"a.txt", "UTF-16LE", ',', utf16bytes(text, false)},
		"UTF-16BE":          {"a.txt", "UTF-16BE", ',', utf16bytes(text, true)},
		"CR only":           {"a.csv", "UTF-8", ',', []byte(strings.ReplaceAll(text, "\r\n", "\r"))},
		"semicolons":        {"a.csv", "UTF-8", ';', []byte(strings.Replace(strings.ReplaceAll(text, ",", ";"), "の;店", "の,店", 1))},
		"tabs called .csv":  {"a.csv", "UTF-8", '\t', []byte(strings.Replace(tabbed, "の\t店", "の,店", 1))},
		"commas as .tsv":    {"a.tsv", "UTF-8", ',', []byte(text)},
		"no end of line":    {"a.csv", "UTF-8", ',', []byte(strings.TrimSuffix(text, "\r\n"))},
		"blank lines above": {"a.csv", "UTF-8", ',', []byte("\r\n,,\r\n" + text)},
	} {
		b, err := openBytes(t, c.file, c.body)
		tb := best(t, b, err)
		if b.Encoding != c.encoding || b.Delimiter != c.delim {
			t.Errorf("%s: read as %s with %q", name, b.Encoding, b.Delimiter)
		}
		rows, _ := texts(t, tb)
		want := [][]string{{"1", "㈱髙橋漆器", "①製造"}, {"2", `㈲は"雪"の,店`, "②小売"}}
		if !slices.Equal(names(tb), []string{"№", "名称", "区分"}) || len(rows) != 2 || !slices.Equal(rows[0], want[0]) || !slices.Equal(rows[1], want[1]) {
			t.Errorf("%s: %q %q", name, names(tb), rows)
		}
	}
}

func TestTabSeparatedQuotationsAreText(t *testing.T) {
	b, err := openBytes(t, "a.tsv", []byte("番号\t題目\nA1\t\"糖の謎\"への挑戦\nA2\t\"閉じない題目\nA3\t普通\n"))
	rows, numbers := texts(t, best(t, b, err))
	if len(rows) != 3 || rows[0][1] != `"糖の謎"への挑戦` || rows[1][1] != `"閉じない題目` || numbers[2] != 4 {
		t.Errorf("%q at %v", rows, numbers)
	}
	b, err = openBytes(t, "a.tsv", []byte("番号\t題目\nA1\t\"二行の\n題目\"\nA2\t普通\n"))
	rows, numbers = texts(t, best(t, b, err))
	if len(rows) != 2 || rows[0][1] != "二行の\n題目" || numbers[1] != 3 {
		t.Errorf("quoted as Excel does: %q at %v", rows, numbers)
	}
}

func TestGroupHeadingsInCSV(t *testing.T) {
	b, err := openBytes(t, "a.csv", []byte("シーズ一覧,,,,\n機関,,研究者,,題目\n名称,所在地,氏名,職名,\n北陸大,石川,北 花子,教授,漆の乾燥\n越前大,福井,東 一郎,講師,雪室\n"))
	tb := best(t, b, err)
	if got, want := names(tb), []string{"機関 名称", "機関 所在地", "研究者 氏名", "研究者 職名", "題目"}; !slices.Equal(got, want) {
		t.Errorf("headers %q, want %q", got, want)
	}
	if rows, numbers := texts(t, tb); len(rows) != 2 || numbers[0] != 4 {
		t.Errorf("rows %q %v", rows, numbers)
	}
}

func TestLabelFolds(t *testing.T) {
	for _, c := range [][2]string{
		{"都道府県コ―ド", "都道府県コード"},
		{"№", "No."},
		{"開　設　者", "開設者"},
		{"ＴＲＬ（1-9）", "trl1-9"},
		{"※必須 題目：", "題目"},
		{"E-mail", "Ｅｍａｉｌ"},
		{"シ-ズ名", "シーズ名"},
		{"ｷｰﾜｰﾄﾞ", "キーワード"},
	} {
		if Label(c[0]) != Label(c[1]) {
			t.Errorf("%q folds to %q, %q to %q", c[0], Label(c[0]), c[1], Label(c[1]))
		}
	}
	if Label("題目") == Label("課題") {
		t.Error("different labels fold together")
	}
}

func TestSplitList(t *testing.T) {
	for in, want := range map[string][]string{
		"土;日;祝":             {"土", "日", "祝"},
		"内|神内|小":            {"内", "神内", "小"},
		"漆、塗装，乾燥":           {"漆", "塗装", "乾燥"},
		"1,000円、2,000円":     {"1,000円", "2,000円"},
		"一行目、まだ一行目\n二行目":    {"一行目、まだ一行目", "二行目"},
		" ; ":               nil,
		"":                  nil,
		"sensing, robotics": {"sensing", "robotics"},
	} {
		if got := SplitList(in); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSecondTableAndSideBySideAreNamed(t *testing.T) {
	rules := func(body string) []string {
		b, err := openBytes(t, "a.csv", []byte(body))
		tb := best(t, b, err)
		var out []string
		for _, f := range tb.Findings {
			out = append(out, f.Rule+"@"+f.Place)
		}
		return out
	}
	if got := rules("名称,金額\nA,1\nB,2\n,\n品目,数量\nX,5\n"); !slices.Contains(got, "L1-02@5") {
		t.Errorf("two tables: %v", got)
	}
	if got := rules("名称,金額,,名称,金額\nA,1,,C,3\nB,2,,D,4\n"); !slices.Contains(got, "L1-02@D") || !slices.Contains(got, "L1-03@C") {
		t.Errorf("side by side: %v", got)
	}
}

func TestRulesInValues(t *testing.T) {
	b, err := openBytes(t, "a.csv", []byte("名称,資本金,設立日,業種,曜日\n㈱北,\"1,000万円\",S22.4.1,その他（漆器）,土;日;祝\n南,500万円,令和元年5月1日,〃,\"月\n火\n水\"\n"))
	tb := best(t, b, err)
	c := tb.Checker()
	for r := range tb.Rows() {
		c.Row(r)
	}
	got := map[string]string{}
	for _, f := range c.Findings() {
		got[f.Rule] = f.Place
	}
	for rule, place := range map[string]string{"L1-07": "E2", "L1-08": "A2", "L1-14": "E3", "L2-01": "B2", "L2-02": "D3", "L2-05": "D2", "L3-05": "C2"} {
		if got[rule] != place {
			t.Errorf("%s at %q, want %q", rule, got[rule], place)
		}
	}
}
