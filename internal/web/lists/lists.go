// Package lists is what every list of records has beside its rows: which columns
// are shown, files of it in the formats that offices use, and views kept under a
// name. A section says once what its columns are; screen and file follow from
// that. What a list holds is asked by the section, for its reader.
package lists

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/sheet"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Parameters of a list's address beside those of package ui.
const (
	ColumnParam = "col"  // a column shown, several times
	AllParam    = "view" // "all": the list without the reader's own default
)

// Params are the parameters that a list must let through to this package.
var Params = []string{ColumnParam, AllParam}

// Column is one fact of a record.
type Column[T any] struct {
	Key   string // in addresses
	Title string
	Kind  ui.ColumnKind
	Sort  bool // Key is also what one sorts by
	Main  bool
	// Extra columns are shown on the screen when somebody asks for them.
	Extra bool
	Cell  func(T) templ.Component // nil: not on the screen
	// File gives the column's cells in a file, under Heads; nil: not in files.
	File  func(T) []Cell
	Heads []string // nil: Title
}

// Cell is what stands in a file: one value, or several, which get columns of
// their own since a cell of a machine-readable table holds one (rule L1-07).
type Cell struct {
	one  sheet.Value
	many []string
	list bool
}

// One is a single value.
func One(v sheet.Value) []Cell { return []Cell{{one: v}} }

// Text is a single text, on one line as machine-readable tables want it (rules
// L1-06 and L1-14).
func Text(s string) []Cell { return One(sheet.Str(lineEnds.Replace(s))) }

var lineEnds = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

// Several are several values of one kind.
func Several(all []string) []Cell { return []Cell{{many: all, list: true}} }

// Pages are the addresses that belong to no section: views being kept.
type Pages struct {
	Views *search.Views
	areas func(context.Context) ([]account.Area, error)
}

// New gives the pages over the kept views.
func New(views *search.Views, accounts *account.Service) *Pages {
	return &Pages{Views: views, areas: accounts.Areas}
}

// staffed names the areas in which the actor is staff, to share with.
func (p *Pages) staffed(ctx context.Context, a hub.Actor) (out []ui.Option, err error) {
	all, err := p.areas(ctx)
	for _, x := range all {
		if a.StaffOf(x.ID) {
			out = append(out, ui.Option{Value: string(x.ID), Label: i18n.Text(ctx, x.Name)})
		}
	}
	return out, err
}

// Section is the section's name in tests; it has no place in the navigation.
const Section = "views"

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section}
	}
	return []web.Route{
		post("/views", p.save),
		post("/views/{id}/remove", p.remove),
		post("/views/default", p.setDefault),
	}
}

// shown are the columns on the screen: those the address names, else the usual.
func shown[T any](a ui.Address, all []Column[T]) (out []Column[T]) {
	chosen := a.Query[ColumnParam]
	for _, c := range all {
		if c.Cell == nil {
			continue
		}
		if c.Kind == ui.TitleColumn || slices.Contains(chosen, c.Key) || len(chosen) == 0 && !c.Extra {
			out = append(out, c)
		}
	}
	return out
}

// Table draws rows with the columns that the address asks for. name gives a
// row's id and its title.
func Table[T any](a ui.Address, caption string, columns []Column[T], rows []T, name func(T) (hub.ID, string)) ui.Table {
	t := ui.Table{Caption: caption, Address: a}
	on := shown(a, columns)
	for _, c := range on {
		t.Columns = append(t.Columns, ui.Column{Key: c.Key, Title: c.Title, Kind: c.Kind, Sortable: c.Sort, Main: c.Main})
	}
	for _, r := range rows {
		id, title := name(r)
		row := ui.Row{ID: string(id), Title: title}
		for _, c := range on {
			row.Cells = append(row.Cells, c.Cell(r))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Tabs are the reader's views of a list.
type Tabs struct {
	All     []ui.Tab
	Current *search.View // whose address this is
}

// Open reads the views for a list. When the address asks for nothing and the
// reader's list opens with a view, redirect is where.
func (p *Pages) Open(ctx context.Context, a hub.Actor, section string, at ui.Address) (t Tabs, redirect string, err error) {
	views, err := p.Views.List(ctx, a, section)
	if err != nil || len(views) == 0 {
		return t, "", err
	}
	path := "/" + section
	now := bare(at).String()
	all := ui.Tab{Label: i18n.T(ctx, "list.view_all"), Href: path + "?" + AllParam + "=all", Current: now == path, Count: -1}
	t.All = append(t.All, all)
	for _, v := range views {
		q, err := url.ParseQuery(v.Query)
		if err != nil {
			continue
		}
		to := ui.Address{Path: path, Query: q}.String()
		if v.Default && len(at.Query) == 0 && to != path {
			redirect = to
		}
		label := v.Name
		if v.User != a.User {
			label = i18n.T(ctx, "list.view_shared", "name", v.Name)
		}
		t.All = append(t.All, ui.Tab{Label: label, Href: to, Current: to == now, Count: -1})
		if to == now {
			t.Current = &v
		}
	}
	return t, redirect, nil
}

// bare is the address without the page and the size of pages.
func bare(a ui.Address) ui.Address { return a.Without(ui.CursorParam, ui.LimitParam, AllParam) }

// To gives the address of a list with another path, from the first page on.
func To(a ui.Address, path string) string {
	a.Path = path
	return bare(a).String()
}

// Actions are what one can do with the whole list.
func Actions(ctx context.Context, a ui.Address) []ui.Action {
	return []ui.Action{{Label: i18n.T(ctx, "list.settings"), Href: To(a, a.Path+"/view"), Icon: "download"}}
}
