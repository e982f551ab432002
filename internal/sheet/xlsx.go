package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// workbook is the source for xlsx: Office Open XML, ECMA-376 part 1 §18, and
// the "strict" variant, which differs in namespaces only.
type workbook struct {
	parts   map[string]*zip.File
	sheets  []part
	strings []shared
	styles  []numberFormat // by cell style (cellXfs)
	lim     Limits
	is1904  bool
}

// part is one worksheet of the workbook.
type part struct {
	name, path string
	hidden     bool
}

func (b *Book) openXLSX(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return broken(err)
	}
	w := &workbook{parts: map[string]*zip.File{}, lim: b.lim}
	var total uint64
	for _, f := range z.File {
		w.parts[partName(f.Name)] = f
		total += f.UncompressedSize64
		if total > uint64(b.lim.Unpacked) {
			return hub.Errorf(hub.Invalid, "sheet.unpacks_too_large", "mb", b.lim.Unpacked>>20)
		}
	}
	main := w.mainPart()
	rels, err := w.relations(main)
	if err != nil {
		return err
	}
	if err := w.readWorkbook(main, rels); err != nil {
		return err
	}
	for _, rel := range rels {
		switch {
		case strings.HasSuffix(rel.kind, "/sharedStrings"):
			err = w.readStrings(rel.target)
		case strings.HasSuffix(rel.kind, "/styles"):
			err = w.readStyles(rel.target)
		}
		if err != nil {
			return err
		}
	}
	if len(w.sheets) == 0 {
		return hub.Errorf(hub.Invalid, "sheet.no_rows")
	}
	b.Format, b.src = XLSX, w
	for _, s := range w.sheets {
		b.Sheets = append(b.Sheets, Sheet{Name: s.name, Hidden: s.hidden})
	}
	return nil
}

func broken(err error) error {
	if _, ok := errors.AsType[*hub.Error](err); ok {
		return err
	}
	return &hub.Error{Kind: hub.Invalid, Key: "sheet.broken", Err: err}
}

// partName folds a part's name: they compare without case (ECMA-376 part 2).
func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(s, `\`, "/")), "/"))
}

// tokens walks the XML of a part. Only local names are looked at, so that any
// prefix will do. fn may return errStop.
func (w *workbook) tokens(name string, fn func(d *xml.Decoder, t xml.Token) error) (err error) {
	f := w.parts[partName(name)]
	if f == nil {
		return broken(fmt.Errorf("part %s is missing", name))
	}
	in, err := f.Open()
	if err != nil {
		return broken(err)
	}
	defer in.Close()
	d := xml.NewDecoder(&limited{r: in, left: w.lim.Unpacked})
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("encoding %q", charset)
	}
	for {
		t, err := d.RawToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return broken(err)
		}
		if err := fn(d, t); err != nil {
			if errors.Is(err, errStop) {
				return nil
			}
			return err
		}
	}
}

var errStop = errors.New("stop")

// limited reads until the allowance for one part is used up: what the archive
// says about sizes may be a lie.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, hub.Errorf(hub.Invalid, "sheet.unpacks_too_large", "mb", DefaultLimits.Unpacked>>20)
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func truth(s string) bool { return s == "1" || s == "true" || s == "on" }

// mainPart gives the workbook's part name: nearly always xl/workbook.xml.
func (w *workbook) mainPart() string {
	rels, err := w.relations("")
	if err == nil {
		for _, r := range rels {
			if strings.HasSuffix(r.kind, "/officeDocument") {
				return r.target
			}
		}
	}
	return "xl/workbook.xml"
}

type relation struct{ id, kind, target string }

// relations reads the relations of a part; "" is the package itself.
func (w *workbook) relations(of string) ([]relation, error) {
	dir, file := path.Split(of)
	name := path.Join(dir, "_rels", file+".rels")
	if w.parts[partName(name)] == nil {
		return nil, nil
	}
	var out []relation
	err := w.tokens(name, func(_ *xml.Decoder, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" {
			return nil
		}
		target := attr(e, "Target")
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join(dir, target)
		}
		if len(out) < 100_000 {
			out = append(out, relation{attr(e, "Id"), attr(e, "Type"), target})
		}
		return nil
	})
	return out, err
}

func (w *workbook) readWorkbook(main string, rels []relation) error {
	target := map[string]string{}
	for _, r := range rels {
		if strings.HasSuffix(r.kind, "/worksheet") {
			target[r.id] = r.target
		}
	}
	return w.tokens(main, func(_ *xml.Decoder, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "workbookPr":
			w.is1904 = truth(attr(e, "date1904"))
		case "sheet":
			id := ""
			for _, a := range e.Attr { // r:id, whatever the prefix
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			if p := target[id]; p != "" && w.parts[partName(p)] != nil && len(w.sheets) < 1000 {
				w.sheets = append(w.sheets, part{attr(e, "name"), p, attr(e, "state") != "" && attr(e, "state") != "visible"})
			}
		}
		return nil
	})
}

func (w *workbook) readStyles(name string) error {
	custom := map[int]string{}
	inXfs := false
	return w.tokens(name, func(_ *xml.Decoder, t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "numFmt":
				if id, err := strconv.Atoi(attr(t, "numFmtId")); err == nil && len(custom) < 10_000 {
					custom[id] = attr(t, "formatCode")
				}
			case "cellXfs":
				inXfs = true
			case "xf":
				if inXfs && len(w.styles) < 100_000 {
					id, _ := strconv.Atoi(attr(t, "numFmtId"))
					w.styles = append(w.styles, formatOf(id, custom[id]))
				}
			}
		case xml.EndElement:
			if t.Name.Local == "cellXfs" {
				inXfs = false
			}
		}
		return nil
	})
}

// merges reads what stands behind the cells of a sheet. The cells themselves
// are passed over as bytes, which is many times faster than as XML.
func (w *workbook) merges(sheet int) ([]rect, error) {
	tail, err := w.tail(sheet)
	if err != nil {
		return nil, err
	}
	var out []rect
	for rest := tail; len(out) < 200_000; {
		i := bytes.Index(rest, []byte("mergeCell "))
		if i < 0 {
			break
		}
		rest = rest[i+len("mergeCell "):]
		end := bytes.IndexByte(rest, '>')
		if end < 0 {
			break
		}
		tag := string(rest[:end])
		_, ref, ok := strings.Cut(tag, "ref=")
		if !ok || len(ref) < 3 {
			continue
		}
		ref, _, _ = strings.Cut(ref[1:], ref[:1])
		from, to, ok := strings.Cut(ref, ":")
		if !ok {
			continue
		}
		r1, c1 := parseRef(from)
		r2, c2 := parseRef(to)
		if r1 > 0 && r2 >= r1 && c1 > 0 && c2 >= c1 {
			out = append(out, rect{r1, c1, r2, c2})
		}
	}
	return out, nil
}

// tail gives the bytes after </sheetData>, at most 8 MiB.
func (w *workbook) tail(sheet int) ([]byte, error) {
	f := w.parts[partName(w.sheets[sheet].path)]
	in, err := f.Open()
	if err != nil {
		return nil, broken(err)
	}
	defer in.Close()
	r := &limited{r: in, left: w.lim.Unpacked}
	buf := make([]byte, 256<<10)
	var tail []byte
	found, keep := false, 0
	for {
		n, err := io.ReadFull(r, buf[keep:])
		chunk := buf[:keep+n]
		switch {
		case found && len(tail) < 8<<20:
			tail = append(tail, chunk...)
			keep = 0
		case !found:
			if i := dataEnd(chunk); i >= 0 {
				found = true
				tail = append(tail, chunk[i:]...)
				keep = 0
			} else {
				keep = copy(buf, chunk[max(0, len(chunk)-32):])
			}
		}
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return tail, nil
			}
			return nil, broken(err)
		}
	}
}

// dataEnd finds the closing tag of sheetData, whatever its prefix; -1 when it
// is not in b.
func dataEnd(b []byte) int {
	for from := 0; ; {
		i := bytes.Index(b[from:], []byte("sheetData>"))
		if i < 0 {
			return -1
		}
		i += from
		if open := bytes.LastIndexByte(b[:i], '<'); open >= 0 && open+1 < i && b[open+1] == '/' {
			return i
		}
		from = i + 1
	}
}

// traits counts drawings by the sheet's relations.
func (w *workbook) traits(sheet int) traits {
	var t traits
	rels, _ := w.relations(w.sheets[sheet].path)
	for _, r := range rels {
		if strings.HasSuffix(r.kind, "/drawing") || strings.HasSuffix(r.kind, "/vmlDrawing") {
			t.objects++
		}
	}
	_ = w.tokens(w.sheets[sheet].path, func(_ *xml.Decoder, tok xml.Token) error {
		e, ok := tok.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "sheetData":
			return errStop
		case e.Name.Local == "col" && truth(attr(e, "hidden")) && t.hiddenCols == 0:
			t.hiddenCols, _ = strconv.Atoi(attr(e, "min"))
		}
		return nil
	})
	return t
}

func (w *workbook) rows(sheet int) iter.Seq2[rawRow, error] {
	return func(yield func(rawRow, error) bool) {
		g := &grid{w: w}
		rows := 0
		err := w.tokens(w.sheets[sheet].path, func(_ *xml.Decoder, t xml.Token) error {
			row, done, err := g.take(t)
			switch {
			case err != nil:
				return err
			case !done || len(row.cells) == 0:
				return nil
			}
			if rows++; rows > w.lim.Rows {
				return hub.Errorf(hub.Invalid, "sheet.too_many_rows", "n", w.lim.Rows)
			}
			if !yield(row, nil) {
				return errStop
			}
			return nil
		})
		if err != nil {
			yield(rawRow{}, err)
		}
	}
}
