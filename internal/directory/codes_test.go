package directory

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub/hubtest"
)

func TestCheckDigits(t *testing.T) {
	for _, c := range []struct {
		read func(string) (string, bool)
		in   string
		want string
		ok   bool
	}{
		{CorporateNumber, "7000012050002", "7000012050002", true},
		{CorporateNumber, "8011001150296", "8011001150296", true},
		{CorporateNumber, "T４０１１-0010-98993", "4011001098993", true},
		{CorporateNumber, "7010001008844", "7010001008844", true},
		{CorporateNumber, "1180301018771", "1180301018771", true},
		{CorporateNumber, "1234567890123", "1234567890123", false},
		{CorporateNumber, "700001205000", "700001205000", false},
		{MunicipalityCode, "011002", "011002", true},
		{MunicipalityCode, "13101", "131016", true},
		{MunicipalityCode, "２７１００４", "271004", true},
		{MunicipalityCode, "262013", "262013", true},
		{MunicipalityCode, "262014", "262014", false},
		{MunicipalityCode, "480001", "480001", false},
		{ORCID, "https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097", true},
		{ORCID, "000000021694233x", "0000-0002-1694-233X", true},
		{ORCID, "0000-0002-1825-0098", "0000-0002-1825-0098", false},
		{ROR, "https://ror.org/02e16g702", "02e16g702", true},
		{ROR, "02e16g703", "02e16g703", false},
		{ROR, "ror", "ror", false},
		{ResearcherNumber, "１２３４５６７８", "12345678", true},
		{ResearcherNumber, "1234567", "1234567", false},
		{PostalCode, "〒060－0808", "060-0808", true},
		{PostalCode, "060080", "060080", false},
	} {
		if got, ok := c.read(c.in); got != c.want || ok != c.ok {
			t.Errorf("%s: got %s, %v, want %s, %v", c.in, got, ok, c.want, c.ok)
		}
	}
}

func TestPrefectures(t *testing.T) {
	if len(Prefectures) != 47 || Prefectures[46].Code != "47" || Prefectures[46].Name.JA != "沖縄県" {
		t.Fatalf("%d prefectures, last %v", len(Prefectures), Prefectures[len(Prefectures)-1])
	}
	for in, want := range map[string]string{
		"1": "01", "４７": "47", "48": "", "京都": "26", "京都府": "26", "東京": "13", "北海道": "01", "Osaka": "27", "Ishikawa Prefecture": "17", "": "", "海外": "",
	} {
		if got := PrefectureCode(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := PrefectureOf("〒060－0808 北海道札幌市北区北8条西5丁目"); got != "01" {
		t.Errorf("got %q", got)
	}
}

// Every code of the reference list passes, and passes no more with its check
// digit changed.
func TestMunicipalityCodesOfTheReferenceList(t *testing.T) {
	f, err := os.Open(hubtest.Shared(t, "data", "reference", "localgovjp", "localgovjp-utf8.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		cells := strings.Split(lines.Text(), ",")
		code := cells[len(cells)-1]
		if !allDigits(code) {
			continue
		}
		n++
		if _, ok := MunicipalityCode(code); !ok {
			t.Errorf("%s is refused: %s", code, lines.Text())
		}
		wrong := code[:5] + string('0'+(code[5]-'0'+1)%10)
		if _, ok := MunicipalityCode(wrong); ok {
			t.Errorf("%s passes", wrong)
		}
	}
	if n < 1_700 {
		t.Errorf("only %d codes read", n)
	}
}

func TestNameKeysBringSpellingsTogether(t *testing.T) {
	for _, group := range [][]string{
		{"株式会社北山製作所", "㈱北山製作所", "（株）北山製作所", "(株) 北山製作所", "株式会社　北山製作所"},
		{"北山製作所株式会社", "北山製作所㈱", "北山製作所（株）"},
		{"国立大学法人見本大学", "（国大）見本大学"},
		{"特定非営利活動法人しらかば", "NPO法人しらかば", "ＮＰＯ法人 しらかば"},
		{"渡邊工業", "渡邉工業", "渡辺工業"},
	} {
		first, bare := NameKeys(group[0])
		for _, s := range group[1:] {
			if whole, b := NameKeys(s); whole != first || b != bare {
				t.Errorf("%s gives %s / %s, %s gives %s / %s", group[0], first, bare, s, whole, b)
			}
		}
	}
	front, bareFront := NameKeys("株式会社北山")
	back, bareBack := NameKeys("北山株式会社")
	if front == back || bareFront != bareBack || bareFront != "北山" {
		t.Errorf("前株 %s/%s, 後株 %s/%s", front, bareFront, back, bareBack)
	}
	for in, want := range map[string]string{
		"一般社団法人見本会":                "見本会",
		"Kitayama Works Co., Ltd.": "kitayamaworks",
		"KITAYAMA WORKS, Inc.":     "kitayamaworks",
		"株式会社":                     "株式会社",
		"!!":                       "!!",
		"":                         "",
		"国立大学法人　東海国立大学機構　見本大学": "東海国立大学機構見本大学",
	} {
		if _, got := NameKeys(in); got != want {
			t.Errorf("%q: bare %q, want %q", in, got, want)
		}
	}
}

func TestPersonKeyFindsVariantSpellings(t *testing.T) {
	for _, group := range [][]string{
		{"渡辺 太郎", "渡邊　太郎", "渡邉太郎", "渡辺太郎"},
		{"髙橋 﨑子", "高橋崎子"},
		{"斉藤 一", "齋藤一", "斎藤　一", "齊藤 一"},
		{"わたなべ たろう", "ワタナベ　タロウ", "ﾜﾀﾅﾍﾞ ﾀﾛｳ"},
		{"Taro WATANABE", "taro watanabe"},
	} {
		for _, s := range group[1:] {
			if PersonKey(s) != PersonKey(group[0]) {
				t.Errorf("%s is %s, %s is %s", group[0], PersonKey(group[0]), s, PersonKey(s))
			}
		}
	}
	if PersonKey("渡辺 太郎") == PersonKey("渡部 太郎") {
		t.Error("渡辺 and 渡部 are different names")
	}
}

// The names of the reference list are told apart: a bare key shared by two
// universities would make every import ask.
func TestUniversitiesKeepDifferentKeys(t *testing.T) {
	b, err := os.ReadFile(hubtest.Shared(t, "data", "reference", "universities", "r4-university-info.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, u := range all {
		_, bare := NameKeys(u.Name)
		if other, ok := seen[bare]; ok && other != u.Name {
			t.Errorf("%s and %s share the key %s", other, u.Name, bare)
		}
		seen[bare] = u.Name
	}
	if len(seen) < 700 {
		t.Errorf("only %d names", len(seen))
	}
}
