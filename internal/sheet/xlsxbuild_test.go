package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// book describes an xlsx file as raw parts, so that tests can put into it what
// no writing library would: phonetic runs, lies about sizes, broken parts.
type book struct {
	sheets  []rawSheet
	strings string // inside <sst>
	numFmts string // inside <numFmts>
	xfs     string // inside <cellXfs>
	props   string // attributes of workbookPr
	extra   map[string]string
}

type rawSheet struct {
	name, attrs string
	before      string // before sheetData
	data        string // inside sheetData
	after       string // after sheetData
}

func (b book) bytes(t testing.TB) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	put := func(name, body string) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = w.Write([]byte(body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	const rel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	put("[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`)
	put("_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="`+rel+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	var sheets, rels strings.Builder
	for i, s := range b.sheets {
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d" %s/>`, s.name, i+1, i+1, s.attrs)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, rel, i+1)
		put(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), `<?xml version="1.0" encoding="UTF-8"?><worksheet `+main+`>`+s.before+`<sheetData>`+s.data+`</sheetData>`+s.after+`</worksheet>`)
	}
	put("xl/workbook.xml", `<?xml version="1.0"?><workbook `+main+`><workbookPr `+b.props+`/><sheets>`+sheets.String()+`</sheets></workbook>`)
	put("xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+rels.String()+
		`<Relationship Id="rIdS" Type="`+rel+`/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rIdT" Type="`+rel+`/styles" Target="/xl/styles.xml"/></Relationships>`)
	put("xl/sharedStrings.xml", `<?xml version="1.0"?><sst `+main+`>`+b.strings+`</sst>`)
	put("xl/styles.xml", `<?xml version="1.0"?><styleSheet `+main+`><numFmts>`+b.numFmts+`</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>`+b.xfs+`</cellXfs></styleSheet>`)
	for name, body := range b.extra {
		put(name, body)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// rowsOf writes rows of inline strings; an empty string leaves the cell out.
func rowsOf(first int, rows ...[]string) string {
	var b strings.Builder
	for i, r := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, first+i)
		for c, s := range r {
			switch {
			case s == "":
			case strings.HasPrefix(s, "#"):
				fmt.Fprintf(&b, `<c r="%s"><v>%s</v></c>`, Ref(first+i, c+1), s[1:])
			default:
				fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, Ref(first+i, c+1), s)
			}
		}
		b.WriteString(`</row>`)
	}
	return b.String()
}

func openBytes(t testing.TB, name string, b []byte, known ...string) (*Book, error) {
	t.Helper()
	return Open(name, bytes.NewReader(b), int64(len(b)), Options{Known: knownIn(known)})
}

func knownIn(names []string) func(string) bool {
	set := map[string]bool{}
	for _, n := range names {
		set[Label(n)] = true
	}
	return func(s string) bool { return set[Label(s)] }
}

// grid gives the texts of all rows of a table, with the row numbers.
func texts(t testing.TB, tb *Table) (rows [][]string, numbers []int) {
	t.Helper()
	for r, err := range tb.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		var line []string
		for _, c := range r.Cells {
			line = append(line, c.Text)
		}
		rows = append(rows, line)
		numbers = append(numbers, r.Number)
	}
	return rows, numbers
}

func names(tb *Table) []string {
	var out []string
	for _, c := range tb.Columns {
		out = append(out, c.Name)
	}
	return out
}

func best(t testing.TB, b *Book, err error) *Table {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	tb, err := b.Best()
	if err != nil {
		t.Fatal(err)
	}
	return tb
}
