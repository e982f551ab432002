package sheet

import (
	"bytes"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Whatever the bytes, opening gives a book or a sentence, never a panic, and
// rows stand in the order of the file.
func fuzzOpen(t *testing.T, name string, b []byte) {
	bk, err := Open(name, bytes.NewReader(b), int64(len(b)), Options{
		Known:  knownIn([]string{"題目", "氏名", "所属"}),
		Limits: Limits{File: 1 << 20, Unpacked: 4 << 20, Rows: 5000, Columns: 300, Cell: 50_000, Strings: 1 << 20},
	})
	if err != nil {
		if k := hub.KindOf(err); k != hub.Invalid && k != hub.Unavailable {
			t.Fatalf("kind %s: %v", k, err)
		}
		return
	}
	for _, tb := range bk.Tables {
		check := tb.Checker()
		last := 0
		for r, err := range tb.Rows() {
			if err != nil {
				break
			}
			if len(r.Cells) > len(tb.Columns) {
				t.Fatalf("row %d has %d cells for %d columns", r.Number, len(r.Cells), len(tb.Columns))
			}
			if bk.Format != XLSX && r.Number <= last {
				t.Fatalf("row %d after %d", r.Number, last)
			}
			last = r.Number
			check.Row(r)
		}
		check.Findings()
		if tb.Shape == Grid {
			_, _ = tb.WithHeader(1, 2)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"題目,氏名\n漆,北\n", "a;b\n1;2\n", "\"a\"\"b\",c\r\n\"x\ny\",z\n", "\xff\xfea\x00,\x00b\x00\n\x00",
		"\x91\xe8\x96\xda,\x8e\x81\x96\xbc\n\x8e\xbd,\x96k\n", "題目\t氏名\n\"x\"y\tz\n", "研究題目,漆\n氏名,北\n所属,大\n", "\uFEFFa,b\n1", "a\rb\r",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fuzzOpen(t, "a.csv", b)
		fuzzOpen(t, "a.tsv", b)
	})
}

// FuzzWorksheet puts the bytes into a worksheet; the archive around it is
// sound, as a fuzzer would hardly ever build one.
func FuzzWorksheet(f *testing.F) {
	f.Add(rowsOf(1, []string{"題目", "氏名"}, []string{"漆", "#43552"}), `<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`, `<si><t>x</t><rPh><t>エ</t></rPh></si>`)
	f.Add(`<row r="9"><c r="B9" t="s"><v>0</v></c><c t="b"><v>1</v></c></row><row><c r="A1" s="1"><f>x</f><v>1e300</v></c></row>`, `<mergeCell ref="A1:XFD1048576"/>`, `<si><r><t>a</t></r></si>`)
	f.Fuzz(func(t *testing.T, data, after, sst string) {
		b := book{sheets: []rawSheet{{name: "s", data: data, after: after}}, strings: sst, xfs: `<xf numFmtId="0"/><xf numFmtId="14"/>`}.bytes(t)
		fuzzOpen(t, "a.xlsx", b)
	})
}

func FuzzArchive(f *testing.F) {
	f.Add(book{sheets: []rawSheet{{name: "s", data: rowsOf(1, []string{"題目", "氏名"}, []string{"漆", "北"})}}}.bytes(f))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
	f.Fuzz(func(t *testing.T, b []byte) { fuzzOpen(t, "a.xlsx", b) })
}

func FuzzNumberFormat(f *testing.F) {
	for _, s := range []string{"", "yyyy/m/d", `#,##0"千円"`, "[h]:mm", "0000", `\`, `"`, "[", "G/標準", "0.00E+00", "AM/PM h"} {
		f.Add(s, 43552.5)
	}
	f.Fuzz(func(t *testing.T, code string, v float64) {
		if text, kind := formatOf(200, code).show(v, false); kind == Empty || text == "" {
			t.Errorf("%q shows %v as nothing", code, v)
		}
	})
}
