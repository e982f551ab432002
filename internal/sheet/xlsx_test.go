package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

func TestFuriganaStaysOutOfValues(t *testing.T) {
	b := book{
		strings: `<si><t>大分類</t><rPh sb="0" eb="3"><t>ダイブンルイ</t></rPh><phoneticPr fontId="1"/></si>` +
			`<si><r><t>氏</t></r><r><rPr><b/></rPr><t>名</t></r><rPh sb="0" eb="2"><t>シメイ</t></rPh></si>` +
			`<si><t>山田_x000D_
花子</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh><rPh sb="2" eb="4"><t>ハナコ</t></rPh></si><si><t xml:space="preserve"> 地形 </t></si>`,
		sheets: []rawSheet{{name: "一覧", data: `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>` +
			`<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2" t="s"><v>2</v></c></row>`}},
	}
	bk, err := openBytes(t, "ふりがな.xlsx", b.bytes(t))
	tb := best(t, bk, err)
	if got := names(tb); !slices.Equal(got, []string{"大分類", "氏名"}) {
		t.Errorf("headers %q", got)
	}
	for r, err := range tb.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if r.Cells[0].Text != "地形" || r.Cells[1].Text != "山田\n花子" || r.Cells[1].Furigana != "ヤマダハナコ" {
			t.Errorf("cells %+v", r.Cells)
		}
	}
}

func TestNumbersDatesAndFormats(t *testing.T) {
	b := book{
		numFmts: `<numFmt numFmtId="164" formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="#,##0&quot;千円&quot;"/>` +
			`<numFmt numFmtId="166" formatCode="0000"/><numFmt numFmtId="167" formatCode="yyyy/m/d\ h:mm"/><numFmt numFmtId="168" formatCode="[Red]#,##0;[Blue]-#,##0"/>`,
		xfs: `<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="20"/><xf numFmtId="9"/><xf numFmtId="168"/><xf numFmtId="57"/>`,
		sheets: []rawSheet{{name: "s", data: rowsOf(1, []string{"項目", "値"}) +
			`<row r="2"><c r="A2" t="str"><v>組込みの日付</v></c><c r="B2" s="1"><v>43552</v></c></row>` +
			`<row r="3"><c r="A3" t="str"><v>和暦書式</v></c><c r="B3" s="2"><v>43586</v></c></row>` +
			`<row r="4"><c r="A4" t="str"><v>千円書式</v></c><c r="B4" s="3"><v>1200</v></c></row>` +
			`<row r="5"><c r="A5" t="str"><v>コード</v></c><c r="B5" s="4"><v>101</v></c></row>` +
			`<row r="6"><c r="A6" t="str"><v>日時</v></c><c r="B6" s="5"><v>43552.5</v></c></row>` +
			`<row r="7"><c r="A7" t="str"><v>時刻</v></c><c r="B7" s="6"><v>0.39583333333333331</v></c></row>` +
			`<row r="8"><c r="A8" t="str"><v>割合</v></c><c r="B8" s="7"><v>0.85</v></c></row>` +
			`<row r="9"><c r="A9" t="str"><v>負</v></c><c r="B9" s="8"><v>-1234.5600000000001</v></c></row>` +
			`<row r="10"><c r="A10" t="str"><v>十三桁</v></c><c r="B10"><v>8000012010038</v></c></row>` +
			`<row r="11"><c r="A11" t="str"><v>真偽</v></c><c r="B11" t="b"><v>1</v></c></row>` +
			`<row r="12"><c r="A12" t="str"><v>誤り</v></c><c r="B12" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>` +
			`<row r="13"><c r="A13" t="str"><v>計算</v></c><c r="B13"><f>1+1</f><v>2</v></c></row>` +
			`<row r="14"><c r="A14" t="str"><v>うるう</v></c><c r="B14" s="1"><v>59</v></c></row>` +
			`<row r="15"><c r="A15" t="str"><v>元号組込</v></c><c r="B15" s="9"><v>43586</v></c></row>`}},
	}
	want := []struct {
		text string
		kind Kind
	}{
		{"2019-03-28", Date},
		{"2019-05-01", Date},
		{"1200千円", Number},
		{"0101", Number},
		{"2019-03-28 12:00", Date},
		{"09:30", Time},
		{"85%", Number},
		{"-1234.56", Number},
		{"8000012010038", Number},
		{"TRUE", Bool},
		{"#DIV/0!", ErrorValue},
		{"2", Number},
		{"1900-02-28", Date},
		{"2019-05-01", Date},
	}
	bk, err := openBytes(t, "a.xlsx", b.bytes(t))
	tb := best(t, bk, err)
	i := 0
	for r, err := range tb.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if c := r.Cells[1]; c.Text != want[i].text || c.Kind != want[i].kind {
			t.Errorf("%s: %q kind %d, want %q kind %d", r.Cells[0].Text, c.Text, c.Kind, want[i].text, want[i].kind)
		}
		i++
	}
	if i != len(want) {
		t.Errorf("%d rows, want %d", i, len(want))
	}
	b.props = `date1904="1"`
	bk, err = openBytes(t, "a.xlsx", b.bytes(t))
	rows, _ := texts(t, best(t, bk, err))
	if rows[0][1] != "2023-03-29" {
		t.Errorf("1904 system: %s", rows[0][1])
	}
}

func TestHeaderOfTwoRowsUnderTitles(t *testing.T) {
	b := book{sheets: []rawSheet{
		{name: "表紙", data: rowsOf(1, []string{"令和8年度 研究シーズ調査"}, nil, []string{"このブックの使い方は次のとおりです。"})},
		{
			name: "一覧", data: rowsOf(1,
				[]string{"令和8年度 研究シーズ一覧"},
				nil,
				[]string{"番号", "機関", "", "研究費\n(千円)", "概　要"},
				[]string{"", "名称", "所在地"},
				[]string{"#1", "北陸工業大学", "石川県", "#1200", "雪国の橋"},
				[]string{"#2", "", "富山県", "#300", "漆器"},
				[]string{"※金額は見込み"},
			),
			after: `<mergeCells count="5"><mergeCell ref="A1:E1"/><mergeCell ref="A3:A4"/><mergeCell ref="B3:C3"/><mergeCell ref="D3:D4"/><mergeCell ref="E3:E4"/><mergeCell ref="B5:B6"/></mergeCells>`,
		},
	}}
	bk, err := openBytes(t, "a.xlsx", b.bytes(t))
	tb := best(t, bk, err)
	if bk.Sheets[0].Shape != Layout || bk.Sheets[1].Shape != Grid || tb.Sheet != "一覧" {
		t.Fatalf("sheets %+v, best %s", bk.Sheets, tb.Sheet)
	}
	if got, want := names(tb), []string{"番号", "機関 名称", "機関 所在地", "研究費(千円)", "概要"}; !slices.Equal(got, want) {
		t.Errorf("headers %q, want %q", got, want)
	}
	if tb.Columns[3].Unit != 1000 {
		t.Errorf("unit %d", tb.Columns[3].Unit)
	}
	if tb.HeaderFirst != 3 || tb.HeaderLast != 4 || !strings.Contains(tb.Title, "研究シーズ一覧") {
		t.Errorf("header %d–%d, title %q", tb.HeaderFirst, tb.HeaderLast, tb.Title)
	}
	rows, numbers := texts(t, tb)
	if len(rows) != 2 || numbers[1] != 6 || rows[1][1] != "北陸工業大学" || rows[1][2] != "富山県" {
		t.Errorf("rows %q at %v: the merged name must reach row 6, the note must not be a record", rows, numbers)
	}
	check := tb.Checker()
	for r := range tb.Rows() {
		check.Row(r)
	}
	var rules []string
	for _, f := range check.Findings() {
		rules = append(rules, f.Rule)
	}
	for _, want := range []string{"L1-06", "L1-12", "L3-01"} {
		if !slices.Contains(rules, want) {
			t.Errorf("findings %v lack %s", rules, want)
		}
	}
	// The person may say otherwise.
	nt, err := tb.WithHeader(4, 4)
	if err != nil || nt.Columns[1].Name != "名称" {
		t.Errorf("corrected header: %v, %v", nt, err)
	}
}

func TestOneRecordPerSheet(t *testing.T) {
	form := func(title, who, fields string) string {
		return rowsOf(1, []string{"シーズ紹介票"}, []string{"研究題目", title, "", "TRL", "#4"}, []string{"研究者：", who, "", "所属", "越前大学"},
			[]string{"研究概要"}, []string{fields}, []string{"キーワード", "漆；塗装"}, []string{"", "乾燥"})
	}
	b := book{sheets: []rawSheet{
		{name: "シーズ1", data: form("漆の乾燥を速める方法", "北 花子", "漆の乾きを湿度で制御します。"), after: `<mergeCells><mergeCell ref="A6:A7"/></mergeCells>`},
		{name: "シーズ2", data: form("雪室の温度を保つ壁", "東 一郎", "雪室の断熱です。"), after: `<mergeCells><mergeCell ref="A6:A7"/></mergeCells>`},
	}}
	bk, err := openBytes(t, "a.xlsx", b.bytes(t), "研究題目", "TRL", "研究者", "所属", "研究概要", "キーワード")
	tb := best(t, bk, err)
	if tb.Shape != Record || len(bk.Tables) != 1 {
		t.Fatalf("shape %s, %d tables", tb.Shape, len(bk.Tables))
	}
	if got, want := names(tb), []string{"研究題目", "TRL", "研究者", "所属", "研究概要", "キーワード"}; !slices.Equal(got, want) {
		t.Errorf("labels %q", got)
	}
	rows, _ := texts(t, tb)
	if want := []string{"雪室の温度を保つ壁", "4", "東 一郎", "越前大学", "雪室の断熱です。", "漆；塗装\n乾燥"}; len(rows) != 2 || !slices.Equal(rows[1], want) {
		t.Errorf("rows %q", rows)
	}
	for r := range tb.Rows() {
		if r.Cells[2].Ref() != "B3" || r.Sheet == "" {
			t.Errorf("place of the value is lost: %+v", r)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	good := book{sheets: []rawSheet{{name: "s", data: rowsOf(1, []string{"名称", "住所"}, []string{"a", "b"})}}}.bytes(t)
	z, _ := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	repack := func(change func(name string, body []byte) (string, []byte)) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for _, f := range z.File {
			r, _ := f.Open()
			var body bytes.Buffer
			_, _ = body.ReadFrom(r)
			name, b := change(f.Name, body.Bytes())
			if name != "" {
				x, _ := w.Create(name)
				_, _ = x.Write(b)
			}
		}
		_ = w.Close()
		return out.Bytes()
	}
	ole := func(stream string) []byte {
		return append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"+strings.Repeat("\x00", 600)), utf16le(stream)...)
	}
	for name, c := range map[string]struct {
		file, key string
		body      []byte
	}{
		"empty":            {"a.csv", "sheet.empty_file", nil},
		"old Excel":        {"a.xls", "sheet.xls", ole("Workbook")},
		"encrypted":        {"a.xlsx", "sheet.encrypted", ole("EncryptedPackage")},
		"Word":             {"a.doc", "sheet.not_spreadsheet", ole("WordDocument")},
		"PDF as csv":       {"a.csv", "sheet.not_spreadsheet", []byte("%PDF-1.7 …")},
		"HTML as xls":      {"a.xls", "sheet.not_spreadsheet", []byte("\xEF\xBB\xBF\n<html><table>…")},
		"JSON":             {"a.csv", "sheet.not_spreadsheet", []byte(`[ {"a": 1} ]`)},
		"truncated":        {"a.xlsx", "sheet.broken", good[:len(good)/2]},
		"binary":           {"a.csv", "sheet.not_text", []byte("abc\x00\x01\x02")},
		"open quote":       {"a.csv", "sheet.quote_open", []byte("a,b\n1,\"2\n3,4\n")},
		"EUC-JP":           {"a.csv", "sheet.encoding_unknown", bytes.Repeat([]byte("\xcc\xbe\xbe\xce,\xbd\xbb\xbd\xea\n"), 20)},
		"wrong byte":       {"a.csv", "sheet.encoding", []byte("\xEF\xBB\xBF名称,住所\n北陸\xFF,石川\n")},
		"missing sheet":    {"a.xlsx", "sheet.no_rows", repack(func(n string, b []byte) (string, []byte) { return strings.Replace(n, "sheet1.xml", "x.xml", 1), b })},
		"bad shared index": {"a.xlsx", "sheet.broken", book{sheets: []rawSheet{{name: "s", data: `<row r="1"><c r="A1" t="s"><v>7</v></c></row>`}}}.bytes(t)},
		"xlsb": {"a.xlsb", "sheet.other_book", repack(func(n string, b []byte) (string, []byte) {
			return strings.Replace(n, "xl/workbook.xml", "xl/workbook.bin", 1), b
		})},
		"broken XML": {"a.xlsx", "sheet.broken", repack(func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "xl/worksheets") {
				return n, b[:len(b)*2/3]
			}
			return n, b
		})},
	} {
		_, err := openBytes(t, c.file, c.body)
		if e, ok := errors.AsType[*hub.Error](err); !ok || e.Key != c.key || e.Kind != hub.Invalid {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestBombsAreRefused(t *testing.T) {
	small := Limits{File: 8 << 20, Unpacked: 1 << 20, Rows: 1000, Columns: 50, Cell: 1000, Strings: 1 << 20}
	keyOf := func(b []byte) string {
		bk, err := Open("a.xlsx", bytes.NewReader(b), int64(len(b)), Options{Limits: small})
		if err == nil {
			for _, tb := range bk.Tables {
				for _, err = range tb.Rows() {
					if err != nil {
						break
					}
				}
			}
		}
		e, _ := errors.AsType[*hub.Error](err)
		if e == nil {
			return ""
		}
		return e.Key
	}
	head := rowsOf(1, []string{"a", "b"}, []string{"x", "y"})
	if k := keyOf(book{sheets: []rawSheet{{name: "s", data: head + strings.Repeat(" ", 2<<20)}}}.bytes(t)); k != "sheet.unpacks_too_large" {
		t.Errorf("unpacking bomb: %q", k)
	}
	if k := keyOf(book{sheets: []rawSheet{{name: "s", data: head + strings.Repeat(`<row><c t="str"><v>1</v></c></row>`, 1100)}}}.bytes(t)); k != "sheet.too_many_rows" {
		t.Errorf("rows: %q", k)
	}
	if k := keyOf(book{sheets: []rawSheet{{name: "s", data: head + `<row r="3"><c r="XFD3" t="str"><v>1</v></c></row>`}}}.bytes(t)); k != "sheet.too_many_columns" {
		t.Errorf("columns: %q", k)
	}
	if k := keyOf(book{sheets: []rawSheet{{name: "s", data: head + `<row r="3"><c r="A3" t="str"><v>` + strings.Repeat("a", 2000) + `</v></c></row>`}}}.bytes(t)); k != "sheet.cell_too_long" {
		t.Errorf("cell: %q", k)
	}
	if _, err := Open("a.csv", bytes.NewReader(make([]byte, 10)), 9<<20, Options{Limits: small}); hub.KindOf(err) != hub.Invalid {
		t.Errorf("file size: %v", err)
	}
}
