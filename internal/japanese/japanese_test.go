package japanese

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/hubtest"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]hub.Date{
		"": "", "　": "",
		"2026-04-01": "2026-04-01", "1955/1/1": "1955-01-01", "2026.4.1": "2026-04-01",
		"２０２６年４月１日": "2026-04-01", "20260401": "2026-04-01",
		"2026年4月1日（水）": "2026-04-01", "2026/04/01 水曜日": "2026-04-01",
		"S22.4.1": "1947-04-01", "Ｓ２２．４．１": "1947-04-01", "s22/4/1": "1947-04-01",
		"令和元年5月1日": "2019-05-01", "令和6年4月1日": "2024-04-01", "R6.4.1": "2024-04-01", "令6.4.1": "2024-04-01",
		"平成三十一年四月三十日": "2019-04-30", "二〇二六年十二月三十一日": "2026-12-31",
		"㍻31.4.30": "2019-04-30", "㋿元年五月一日": "2019-05-01", "平成35年3月31日": "2023-03-31",
		"昭和 22 年 4 月 1 日": "1947-04-01", "M6.1.1": "1873-01-01",
		"2024/1/5 0:00": "2024-01-05", "2024-01-05 12:30:00": "2024-01-05", "2024-01-05T12:30:00": "2024-01-05",
		"2024-01-05T20:00:00Z": "2024-01-06", "2024-02-29": "2024-02-29", "令和7年6月30日 17時": "2025-06-30",
	} {
		if got, err := ParseDate(in); err != nil || got != want {
			t.Errorf("ParseDate(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{
		"2023-02-29", "2026/13/1", "2026年4月", "令和6年度", "26/4/1", "4/1/2026", "元年4月1日", "R0.4.1",
		"明治5年12月1日", "未定", "2026-04-01頃", "45000", "2026-4-31", "12時", "令和99999年1月1日",
	} {
		if got, err := ParseDate(in); hub.KindOf(err) != hub.Invalid {
			t.Errorf("ParseDate(%q) = %q, %v; want an Invalid error", in, got, err)
		}
	}
}

func TestEraDateReadsBack(t *testing.T) {
	for d, want := range map[hub.Date]string{
		"2019-05-01": "令和元年5月1日", "2019-04-30": "平成31年4月30日", "1989-01-07": "昭和64年1月7日", "1926-12-24": "大正15年12月24日", "": "",
	} {
		if got := EraDate(d); got != want {
			t.Errorf("EraDate(%s) = %s, want %s", d, got, want)
		}
		if back, err := ParseDate(EraDate(d)); err != nil || back != d {
			t.Errorf("%s does not read back: %s, %v", EraDate(d), back, err)
		}
	}
	for y, want := range map[hub.FiscalYear]string{2026: "令和8年度", 2019: "令和元年度", 2018: "平成30年度", 0: ""} {
		if got := EraYear(y); got != want {
			t.Errorf("EraYear(%d) = %s, want %s", y, got, want)
		}
	}
}

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		in   string
		unit int64
		want int64
	}{
		{"1234", 1, 1234},
		{"1,234,567円", 1, 1234567},
		{"１２，３４５", 0, 12345},
		{"￥1,000-", 1, 1000},
		{"¥ 500", 1000, 500000},
		{"1,234千円", 1, 1234000},
		{"5百万円", 1, 5000000},
		{"5百万円", 1000, 5000000},
		{"1.5億円", 1, 150000000},
		{"3億2,000万円", 1, 320000000},
		{"三百万円", 1, 3000000},
		{"百五十万", 1, 1500000},
		{"金三百万円也", 1, 3000000},
		{"壱千弐百円", 1, 1200},
		{"0", 1000, 0},
		{"〇", 1, 0},
		{"約300万円", 1, 3000000},
		{"△1,500", 1000, -1500000},
		{"▲3千円", 1, -3000},
		{"(1,000)", 1, -1000},
		{"1234", 1000, 1234000},
		{"1.5", 1000, 1500},
		{"2千5百万円", 1, 25000000},
		{"1千万円", 1, 10000000},
		{"十円", 1, 10},
		{"二〇〇〇円", 1, 2000},
		{"1兆2億3円", 1, 1000200000003},
		{"100円", 1000, 100},
		{"-5", 1, -5},
	} {
		if got, err := ParseAmount(c.in, c.unit); err != nil || got != c.want {
			t.Errorf("ParseAmount(%q, %d) = %d, %v; want %d", c.in, c.unit, got, err, c.want)
		}
	}
	for _, in := range []string{
		"", "円", "万円", "未定", "300〜500万円", "1.5", "1,23", "12,3456", "1億2億", "3万億", "100円以下", "--5", "1e5", "9999999999999999999", "1234,567",
	} {
		if got, err := ParseAmount(in, 1); hub.KindOf(err) != hub.Invalid {
			t.Errorf("ParseAmount(%q) = %d, %v; want an Invalid error", in, got, err)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for in, want := range map[string]float64{"１．５": 1.5, "百二十三": 123, "−3": -3, "1,000": 1000} {
		if got, err := ParseNumber(in); err != nil || got != want {
			t.Errorf("ParseNumber(%q) = %v, %v", in, got, err)
		}
	}
	if _, err := ParseNumber("約"); err == nil {
		t.Error("a word passes for a number")
	}
}

func TestKana(t *testing.T) {
	for in, want := range map[string]string{
		"ﾔﾏﾀﾞ ﾀﾛｳ": "ヤマダ タロウ", "やまだ": "ヤマダ", "ﾊﾟｰﾃｨｰ": "パーティー", "か\u3099": "ガ", "ヴぁいおりん": "ヴァイオリン", "いすゞ": "イスヾ",
		"東京ﾄﾞｰﾑ": "東京ドーム", "ﾞ": "゛", "ｳﾞ": "ヴ", "": "", "\xff": "\ufffd",
	} {
		if got := Katakana(in); got != want {
			t.Errorf("Katakana(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Hiragana("ﾔﾏﾀﾞ・ヴァ"); got != "やまだ・ゔぁ" {
		t.Errorf("Hiragana: %q", got)
	}
}

func TestSortKey(t *testing.T) {
	want := []string{
		"第2回", "第10回",
		"Apple", "ｂanana",
		"ああ", "アー", "あい", "はし", "ハシ", "ばし", "はしか", "びよういん", "びょういん", "ん", "大阪", "東京",
	}
	// 第 is a kanji and sorts last.
	want = append(want[2:], want[:2]...)
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare([]byte(SortKey(a)), []byte(SortKey(b))) })
	// kanji sort by code point: 大 U+5927, 東 U+6771, 第 U+7B2C
	if !slices.Equal(got, want) {
		t.Errorf("sorted %q\nwant   %q", got, want)
	}
	if SortKey("") != "" || SortKey("ﾔﾏﾀﾞ") != SortKey("ヤマダ") {
		t.Error("width or emptiness shows in the sort key")
	}
	if SortKey("さーばー") >= SortKey("さあばあ2") {
		t.Error("ー does not sort as the vowel before it")
	}
}

func TestCP932(t *testing.T) {
	for in, want := range map[string]string{
		"髙": "\xfb\xfc", "Ⅰ": "\x87\x54", "∵": "\x81\xe6", "①": "\x87\x40", "№": "\x87\x82", "〜": "\x81\x60", "～": "\x81\x60",
		"−": "\x81\x7c", "－": "\x81\x7c", "—": "\x81\x5c", "¥": "\x81\x8f", "ｱ": "\xb1", "か\u3099": "\x82\xaa", "\ufa19": "\xfb\x7e",
		"\ue000": "\xf0\x40",
	} {
		got, lost := EncodeCP932(in)
		if string(got) != want || lost != nil {
			t.Errorf("EncodeCP932(%q) = %x, lost %q; want %x", in, got, lost, want)
		}
	}
	got, lost := EncodeCP932("𠮷野家😀𠮷")
	if string(got) != "\x81\xac\x96\xec\x89\xc6\x81\xac\x81\xac" || !slices.Equal(lost, []rune("𠮷😀")) {
		t.Errorf("unmappable: %x %q", got, lost)
	}
	if s, err := DecodeCP932([]byte("\x82\xa0\x81\x20x\xa0\x81")); hub.KindOf(err) != hub.Invalid || s != "あ\ufffd x\ufffd\ufffd" {
		t.Errorf("bad bytes: %q %v", s, err)
	}
}

func TestCP932RoundTripOfEveryCode(t *testing.T) {
	n := 0
	for r, code := range cp932Table().encode {
		s, err := DecodeCP932([]byte{byte(code >> 8), byte(code)})
		if err != nil || s != string(r) {
			t.Fatalf("%x: %q, %v; want %q", code, s, err, r)
		}
		n++
	}
	if n < 9000 {
		t.Errorf("only %d characters in CP932", n)
	}
}

func TestCP932RealFile(t *testing.T) {
	b, err := os.ReadFile(hubtest.Shared(t, "data", "reference", "localgovjp", "localgovjp-sjis.csv"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := DecodeCP932(b)
	if err != nil {
		t.Fatal(err)
	}
	back, lost := EncodeCP932(s)
	if lost != nil || !bytes.Equal(back, b) {
		t.Errorf("a real file does not survive decoding and encoding (lost %q)", lost)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"ＡＩ": "ai", "サーバー": "サーバ", "サーバ": "サーバ", "ヴァイオリン": "バイオリン", "バイオリン": "バイオリン", "渡邊": "渡辺", "渡邉": "渡辺",
		"髙橋": "高橋", "﨑": "崎", "𠮷野": "吉野", "葛\U000E0100城": "葛城", "ｽﾏｰﾄﾌｫﾝ": "スマートフォン", "すゝめ": "すすめ", "キー": "キー",
		"㈱": "(株)", "か\u3099": "が", "Café": "cafe", "霞ヶ関": "霞ケ関", "神": "神", "２０２６": "2026", "データー": "データ", "鐵": "鉄",
		"\xff\xfe": "\ufffd\ufffd", "": "", "ﬁ": "fi",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "か\u3099ﾊﾟ", "\xff\xe3\x81", "葛\U000E0100", "👨‍👩‍👧‍👦", "\xed\xa0\x80", "１２億三千万円", "令和元年", "̈́ﾞﾞﾞ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, g := range map[string]func(string) string{"Fold": Fold, "Katakana": Katakana, "SortKey": SortKey, "Normalise": Normalise} {
			if out := g(s); !utf8.ValidString(out) {
				t.Errorf("%s(%q) is not UTF-8: %q", name, s, out)
			}
		}
		out, at := NormaliseMap(s)
		if out != Normalise(s) || len(at) != len(out)+1 || !slices.IsSorted(at) || int(at[len(out)]) != len(s) {
			t.Errorf("NormaliseMap(%q) = %q with %v", s, out, at)
		}
		b, lost := EncodeCP932(s)
		if _, err := DecodeCP932(b); err != nil {
			t.Errorf("EncodeCP932(%q) wrote what it cannot read (%q lost): %v", s, lost, err)
		}
		if d, err := ParseDate(s); err == nil && d != "" && d.Time().IsZero() {
			t.Errorf("ParseDate(%q) = %q", s, d)
		}
		_, _ = ParseAmount(s, 1000)
		_, _ = ParseNumber(s)
	})
}
