package directory

import (
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

func TestTownsHaveRightCodes(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range municipalities() {
		if got, ok := MunicipalityCode(m.Code); !ok || got != m.Code || seen[m.Code] || m.Name == "" || m.Kana == "" {
			t.Errorf("%+v", m)
		}
		seen[m.Code] = true
	}
	if len(seen) < 1_900 {
		t.Errorf("only %d", len(seen))
	}
}

func TestTownsAreFoundByTyping(t *testing.T) {
	for words, want := range map[string]string{
		"わじま": "石川県輪島市", "輪島": "石川県輪島市", "石川県輪": "石川県輪島市", "ワジマ": "石川県輪島市", "Waji": "石川県輪島市", "中央区": "北海道札幌市中央区", "　": "",
	} {
		var names []string
		for _, m := range FindTowns(words, 5) {
			names = append(names, m.In())
		}
		if got := strings.Join(names, " "); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q finds %s", words, got)
		}
	}
}

func TestMunicipalityIsReadAsPeopleWriteIt(t *testing.T) {
	for _, c := range []struct{ in, prefecture, want, problem string }{
		{"17204", "", "172049", ""},
		{"１７２０４９", "", "172049", ""},
		{"輪島市", "", "172049", ""},
		{"石川県 輪島市", "17", "172049", ""},
		{"府中市", "13", "132063", ""},
		{"府中市", "", "府中市", "directory.error_municipality_several"},
		{"輪島市", "13", "輪島市", "directory.error_municipality_unknown"},
		{"輪島", "", "輪島", "directory.error_municipality_unknown"},
		{"172048", "", "172048", "directory.error_municipality"},
		{" ", "", "", ""},
	} {
		var p hub.Problems
		got := c.in
		municipality(&p, &got, c.prefecture)
		problem := ""
		if len(p) > 0 {
			problem = p[0].Key
		}
		if got != c.want || problem != c.problem {
			t.Errorf("%q in %q: %q %s, want %q %s", c.in, c.prefecture, got, problem, c.want, c.problem)
		}
	}
}
