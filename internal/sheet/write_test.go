package sheet

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

func write(t testing.TB, style Style, header []string, rows ...[]Value) ([]byte, []rune) {
	t.Helper()
	var buf bytes.Buffer
	w, err := NewWriter(&buf, style, header...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes(), w.Unmappable()
}

func TestCSVOut(t *testing.T) {
	header := []string{"番号", "名称", "金額", "日付"}
	row := []Value{Str("0012"), Str("=HYPERLINK(\"http://x\")"), Int(-1200), Day("2026-04-01")}
	got, _ := write(t, Style{}, header, row, []Value{Str("@cmd"), Str("-5"), Float(1.5), Day("")}, []Value{Str("+81-3"), Str("a,\"b\"\nc"), {}, {}})
	want := "\uFEFF番号,名称,金額,日付\r\n0012,\"'=HYPERLINK(\"\"http://x\"\")\",-1200,2026-04-01\r\n'@cmd,-5,1.5,\r\n'+81-3,\"a,\"\"b\"\"\nc\",,\r\n"
	if string(got) != want {
		t.Errorf("csv is %q\nwant   %q", got, want)
	}
	got, lost := write(t, Style{CP932: true}, []string{"名", "印"}, []Value{Str("𠮷野〜髙①"), Str("a")}, []Value{Str("🎣𠮷"), Str("b")})
	if !slices.Equal(lost, []rune("𠮷🎣")) {
		t.Errorf("unmappable %q", lost)
	}
	b, err := openBytes(t, "a.csv", got)
	rows, _ := texts(t, best(t, b, err))
	if b.Encoding != "CP932" || rows[0][0] != "〓野～髙①" {
		t.Errorf("%s: %q", b.Encoding, rows)
	}
}

func TestXLSXOut(t *testing.T) {
	got, _ := write(t, Style{Format: XLSX, Sheet: "シーズ/一覧"}, []string{"番号", "名称", "金額", "日付"},
		[]Value{Str("0012"), Str("=1+1"), Int(1200), Day("2026-04-01")},
		[]Value{Str("13\x00桁"), Str("改行\nあり"), Float(0.5), Day("1955-01-01")})
	b, err := openBytes(t, "a.xlsx", got)
	tb := best(t, b, err)
	if tb.Sheet != "シーズ_一覧" || len(tb.Findings) != 0 {
		t.Errorf("sheet %q, findings %v", tb.Sheet, tb.Findings)
	}
	rows, _ := texts(t, tb)
	if !slices.Equal(rows[0], []string{"0012", "=1+1", "1200", "2026-04-01"}) || !slices.Equal(rows[1], []string{"13桁", "改行\nあり", "0.5", "1955-01-01"}) {
		t.Errorf("rows %q", rows)
	}
	for r := range tb.Rows() {
		if r.Cells[0].Kind != Text || r.Cells[1].Formula || r.Cells[2].Kind != Number || r.Cells[3].Kind != Date {
			t.Errorf("kinds %+v", r.Cells)
		}
	}
	if bytes.Contains(got, []byte("<f>")) {
		t.Error("a formula was written")
	}
	w, err := NewWriter(&bytes.Buffer{}, Style{Format: XLSX}, "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row(Str(strings.Repeat("字", 32768))); hub.KindOf(err) != hub.Invalid {
		t.Errorf("a text that fits no cell: %v", err)
	}
}

// What is written is read again as it was, in every format and encoding.
func TestWriteThenReadIsIdentity(t *testing.T) {
	cell := rapid.OneOf(
		rapid.StringMatching(`[=+@'\-]?[ぁ-んァ-ヶ一-龠a-z0-9,;"]{1,12}`),
		rapid.StringMatching(`[a-z ]{1,5}\n[あ-ん]{1,5}`),
		rapid.SampledFrom([]string{"髙﨑", "'=1", "''x", "−5", "00012", "#N/A", "\"", "a\tb"}),
	)
	rapid.Check(t, func(rt *rapid.T) {
		style := rapid.SampledFrom([]Style{{}, {NoBOM: true}, {Format: TSV}, {Format: XLSX}, {CP932: true}}).Draw(rt, "style")
		n := rapid.IntRange(1, 5).Draw(rt, "rows")
		var rows [][]Value
		var want [][]string
		for i := range n {
			a := "行" + itoa(i)
			b := strings.TrimSpace(cell.Draw(rt, "cell"))
			rows = append(rows, []Value{Str(a), Str(b), Int(int64(i))})
			want = append(want, []string{a, b, itoa(i)})
		}
		got, lost := write(t, style, []string{"見出し", "本文", "数"}, rows...)
		if lost != nil || style.CP932 && strings.Contains(string(got), "\x81\x7c") { // − becomes － there
			rt.Skip("CP932 writes it otherwise")
		}
		ext := string(style.Format)
		if ext == "" {
			ext = "csv"
		}
		bk, err := openBytes(t, "a."+ext, got)
		if err != nil {
			rt.Fatal(err)
		}
		tb, err := bk.Best()
		if err != nil {
			rt.Fatal(err)
		}
		read, _ := texts(t, tb)
		for i := range want {
			if len(read) != n || !slices.Equal(read[i], want[i]) {
				rt.Fatalf("%v: read %q, wrote %q", style, read, want)
			}
		}
	})
}
