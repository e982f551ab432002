package ui

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(i18n.With(context.Background(), hub.JA), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkedTextKeepsEveryCharacter(t *testing.T) {
	for _, c := range []struct {
		m    Marked
		want string
	}{
		{Marked{Text: "除雪の作業", Spans: []Span{{0, 6}}}, "<mark>除雪</mark>の作業"},
		{Marked{Text: "abc", Spans: []Span{{1, 2}, {0, 2}, {1, 3}}}, "<mark>abc</mark>"},
		{Marked{Text: "雪", Spans: []Span{{1, 3}, {-1, 3}, {0, 9}, {3, 3}}}, "雪"},
		{Marked{Text: "<b>"}, "&lt;b&gt;"},
		{Words("ＡＩで雪、Ai", "ai", "雪"), "<mark>ＡＩ</mark>で<mark>雪</mark>、<mark>Ai</mark>"},
	} {
		if got := draw(t, MarkedText(c.m)); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestExcerptsShowTheFirstMark(t *testing.T) {
	text := strings.Repeat("あ", 300) + "除雪" + strings.Repeat("い", 300)
	m := Words(text, "除雪").Excerpt(60)
	got := draw(t, MarkedText(m))
	if !strings.Contains(got, "<mark>除雪</mark>") || !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "…") {
		t.Errorf("got %q", got)
	}
	if n := len([]rune(m.Text)); n != 62 {
		t.Errorf("%d characters", n)
	}
}

func TestChangesReadAsBothTexts(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""},
		{"", "雪"},
		{"雪かきの負担を減らす", "除雪の負担を半分に減らす"},
		{"same", "same"},
		{"溶接の検査を自動にしたい。", "溶接ビードの外観検査を自動化したい。"},
	} {
		var before, after string
		for _, x := range changes(c[0], c[1]) {
			if x.op <= 0 {
				before += x.text
			}
			if x.op >= 0 {
				after += x.text
			}
		}
		if before != c[0] || after != c[1] {
			t.Errorf("%q → %q reads %q → %q", c[0], c[1], before, after)
		}
	}
	if got := changes("雪かきの負担", "除雪の負担"); len(got) < 3 || got[len(got)-1].text != "負担" && !strings.HasSuffix(got[len(got)-1].text, "負担") {
		t.Errorf("what stayed is not seen: %v", got)
	}
}

func TestAddressesChangeOneThing(t *testing.T) {
	a := Address{Path: "/seeds", Query: url.Values{"q": {"雪"}, "field": {"a", "b"}, "after": {"x"}}}
	for _, c := range []struct {
		got  Address
		want url.Values
	}{
		{a.Toggle("field", "a"), url.Values{"q": {"雪"}, "field": {"b"}}},
		{a.Toggle("field", "c"), url.Values{"q": {"雪"}, "field": {"a", "b", "c"}}},
		{a.Without("field", "q"), url.Values{}},
		{a.After("y"), url.Values{"q": {"雪"}, "field": {"a", "b"}, "after": {"y"}}},
		{a.Set("q", ""), url.Values{"field": {"a", "b"}}},
	} {
		if !reflect.DeepEqual(c.got.Query, c.want) {
			t.Errorf("got %v, want %v", c.got.Query, c.want)
		}
	}
	if len(a.Query["field"]) != 2 || a.Query.Get("after") != "x" {
		t.Error("the address itself was changed")
	}
}

func TestFormsReadWhatPeopleType(t *testing.T) {
	f := &Form{Values: url.Values{
		"day": {"２０２６/11/3"}, "n": {"１，２００"}, "yen": {"1,200,000円"}, "yen.state": {"amount"},
		"odd": {"x"}, "none.state": {"withheld"}, "typed": {"500"}, "typed.state": {""}, "text": {" 雪\r\nです "},
	}}
	if d := f.Date("day"); d != "2026-11-03" {
		t.Errorf("day %q", d)
	}
	if n := f.Int("n"); n != 1200 {
		t.Errorf("number %d", n)
	}
	for name, want := range map[string]hub.Money{
		"yen": hub.Yen(1_200_000), "none": {State: hub.Withheld}, "typed": hub.Yen(500), "absent": {},
	} {
		if m := f.Money(name); m != want {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if s := f.Text("text"); s != "雪\nです" {
		t.Errorf("text %q", s)
	}
	if err := f.Err(); err != nil {
		t.Errorf("refused: %v", err)
	}
	f.Int("odd")
	f.Date("odd")
	f.Required("absent", "題目")
	if len(f.Problems) != 3 || f.Get("odd") != "x" {
		t.Errorf("problems %v", f.Problems)
	}
	if !f.Take(fmt.Errorf("save: %w", hub.Errorf(hub.Conflict, "error.conflict"))) || f.General == nil {
		t.Error("a conflict was not taken over")
	}
	if f.Take(hub.Errorf(hub.Internal, "error.internal")) {
		t.Error("a failure of the program passes for the user's mistake")
	}
}

func TestARefusedFormComesBackFilledAndExplained(t *testing.T) {
	f := NewForm("title.ja", `"><script>`)
	f.Problems.Add("title.ja", "error.too_long", "limit", 3, "n", 10)
	out := draw(t, templ.Join(ErrorSummary(f), Both(Input{Form: f, Name: "title", Label: "題目", Required: true}, false)))
	for _, want := range []string{
		`href="#f-title-ja"`, `id="f-title-ja"`, `aria-invalid="true"`, `aria-describedby="f-title-ja-error"`,
		`value="&#34;&gt;&lt;script&gt;"`, "※必須",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %s in %s", want, out)
		}
	}
	if strings.Contains(out, "<script>") || strings.Contains(out, "placeholder") || strings.Contains(out, "disabled") {
		t.Error("holds what no form may hold")
	}
}

func TestListsSortByTheirHead(t *testing.T) {
	table := Table{
		Caption: "シーズ", Select: "id", Form: "bulk",
		Address: Address{Path: "/seeds", Query: url.Values{"sort": {"title"}}},
		Columns: []Column{{Key: "title", Title: "題目", Kind: TitleColumn, Sortable: true}, {Key: "n", Title: "数", Kind: NumberColumn, Sortable: true}},
		Rows:    []Row{{ID: "1", Title: "雪", Cells: []templ.Component{TitleCell(Link{"雪", "/seeds/1"}, ""), nil}}},
	}
	out := draw(t, ListTable(table))
	for _, want := range []string{`aria-sort="ascending"`, `href="/seeds?sort=-title"`, `href="/seeds?sort=n"`, `form="bulk"`, `data-label="数"`} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %s", want)
		}
	}
}

func TestThePromiseSaysWhereItStands(t *testing.T) {
	for left, want := range map[int]string{3: "残り3営業日", 0: "今日まで", -2: "2営業日過ぎています"} {
		if out := draw(t, PromiseClock(Promise{Due: "2026-11-23", Left: left, Total: 5})); !strings.Contains(out, want) {
			t.Errorf("%d: %s", left, out)
		}
	}
}

func TestUnfitIsAlwaysShown(t *testing.T) {
	if out := draw(t, ReasonCard(Reason{Title: Marked{Text: "x"}})); !strings.Contains(out, "見つかっていません") {
		t.Error("an empty 合わない点 is not shown")
	}
}
