package lists

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Parameters of a file's address.
const (
	encodingParam = "encoding" // "cp932"; else UTF-8 with BOM
	onlyParam     = "only"     // "1": only the columns on the screen
	anywayParam   = "anyway"   // "1": though CP932 lacks some characters
)

// List is what a file of a list is made from.
type List[T any] struct {
	Section string // of the site, "seeds"
	Kind    string // the room's word, for the audit log
	Address ui.Address
	Columns []Column[T]
	// Every gives each record that the reader may take out.
	Every func(func(T) error) error
	// Name is a record's title, to say where something stands.
	Name func(T) string
	Day  hub.Date
}

// table is the file before it is written: its heads, and the cells.
type table struct {
	heads []string
	rows  [][]sheet.Value
	names []string // of the records, row by row
}

// Send answers GET /seeds.csv and /seeds.xlsx: the list as asked for, as a file.
// Characters that CP932 lacks are told before anything is lost.
func Send[T any](w http.ResponseWriter, r *http.Request, p *Pages, l List[T]) error {
	ctx := r.Context()
	q := r.URL.Query()
	t, err := l.collect(q.Get(onlyParam) == "1")
	if err != nil {
		return err
	}
	style := sheet.Style{Format: sheet.CSV, CP932: q.Get(encodingParam) == "cp932", Sheet: i18n.T(ctx, "section."+l.Section)}
	ending, kind := ".csv", "text/csv; charset=utf-8"
	switch {
	case strings.HasSuffix(r.URL.Path, ".xlsx"):
		style.Format, style.CP932 = sheet.XLSX, false
		ending, kind = ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case style.CP932:
		kind = "text/csv; charset=Shift_JIS"
	}
	var file bytes.Buffer
	lost, err := t.write(&file, style)
	if err != nil {
		return err
	}
	if len(lost) > 0 && q.Get(anywayParam) != "1" {
		return web.Render(w, r, http.StatusOK, lostPage(l.Section, l.Address, q, lost))
	}
	a := web.ActorOf(ctx)
	area := hub.ID("")
	if mine := a.Areas(hub.Role.Staff); len(mine) > 0 {
		area = mine[0]
	}
	if err := p.Views.Exported(ctx, a, l.Kind, area); err != nil {
		return err
	}
	name := i18n.T(ctx, "list.file_name", "section", i18n.T(ctx, "section."+l.Section), "date", strings.ReplaceAll(string(l.Day), "-", ""))
	return web.Download(w, name+ending, kind, file.Bytes())
}

// collect asks for every record and lays its cells out. A column of several
// values becomes as many columns as the fullest record needs.
func (l List[T]) collect(only bool) (t table, err error) {
	columns := slices.DeleteFunc(slices.Clone(l.Columns), func(c Column[T]) bool { return c.File == nil })
	if only {
		on := shown(l.Address, l.Columns)
		columns = slices.DeleteFunc(columns, func(c Column[T]) bool {
			return !slices.ContainsFunc(on, func(o Column[T]) bool { return o.Key == c.Key })
		})
	}
	var all [][]Cell
	var widths []int
	err = l.Every(func(x T) error {
		var row []Cell
		for _, c := range columns {
			row = append(row, c.File(x)...)
		}
		if widths == nil {
			widths = make([]int, len(row))
		}
		for i, c := range row {
			widths[i] = max(widths[i], len(c.many))
		}
		all, t.names = append(all, row), append(t.names, l.Name(x))
		return nil
	})
	if err != nil {
		return t, err
	}
	i := 0
	for _, c := range columns {
		heads := c.Heads
		if heads == nil {
			heads = []string{c.Title}
		}
		for _, h := range heads {
			n := 0
			if i < len(widths) {
				n = widths[i]
			}
			t.heads = append(t.heads, numbered(h, n)...)
			i++
		}
	}
	for _, row := range all {
		values := make([]sheet.Value, 0, len(t.heads))
		for i, c := range row {
			if !c.list {
				values = append(values, c.one)
				continue
			}
			for k := range max(1, widths[i]) {
				v := sheet.Value{}
				if k < len(c.many) {
					v = sheet.Str(c.many[k])
				}
				values = append(values, v)
			}
		}
		t.rows = append(t.rows, values)
	}
	return t, nil
}

func numbered(head string, n int) []string {
	if n < 2 {
		return []string{head}
	}
	out := make([]string, n)
	for i := range out {
		out[i] = head + strconv.Itoa(i+1)
	}
	return out
}

// lostCharacter is one that CP932 lacks, and the first record it stands in.
type lostCharacter struct {
	r    rune
	name string
}

func (t table) write(to *bytes.Buffer, style sheet.Style) (lost []lostCharacter, err error) {
	file, err := sheet.NewWriter(to, style, t.heads...)
	if err != nil {
		return nil, err
	}
	for i, row := range t.rows {
		if err := file.Row(row...); err != nil {
			return nil, err
		}
		for _, r := range file.Unmappable()[len(lost):] {
			lost = append(lost, lostCharacter{r, t.names[i]})
		}
	}
	return lost, file.Close()
}
