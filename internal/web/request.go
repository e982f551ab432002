package web

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// formMemory is how much of an upload is held in memory; the rest waits in
// temporary files, which the frame removes.
const formMemory = 1 << 20

// ReadForm reads a posted form, with its files if it has any. The error is one
// to return as it is.
func ReadForm(r *http.Request) (*ui.Form, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	if kind == "multipart/form-data" {
		err = r.ParseMultipartForm(formMemory)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, err
		}
		return nil, &hub.Error{Kind: hub.Invalid, Key: "error.bad_form", Err: err}
	}
	return &ui.Form{Values: r.PostForm}, nil
}

// PathID gives the record named in the path. What is no id is not found.
func PathID(r *http.Request, name string) (hub.ID, error) {
	id := hub.ID(r.PathValue(name))
	if !id.Valid() {
		return "", hub.Errorf(hub.NotFound, "error.not_found")
	}
	return id, nil
}

// List is what the address of a list asks for.
type List struct {
	Address ui.Address
	Words   string
	// Sort is a column's key, or "" for the list's own order.
	Sort string
	Down bool
	Page hub.Page
}

// ReadList reads the address of a list. sorts are the keys one may sort by and
// filters the parameters that narrow; anything else in the address is dropped,
// so that the addresses a page builds hold nothing foreign. A filter may have
// several values.
func ReadList(r *http.Request, sorts, filters []string) List {
	a := ui.Address{Path: r.URL.Path, Query: map[string][]string{}}
	known := append([]string{ui.WordsParam, ui.SortParam, ui.LimitParam, ui.CursorParam}, filters...)
	for name, values := range r.URL.Query() {
		if !slices.Contains(known, name) {
			continue
		}
		for _, v := range values {
			v = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(v, ""), "\x00", ""))
			if v != "" && len(v) <= 500 && len(a.Query[name]) < 50 && !slices.Contains(a.Query[name], v) {
				a.Query[name] = append(a.Query[name], v)
			}
		}
	}
	l := List{Address: a, Words: a.Query.Get(ui.WordsParam)}
	if by, down := a.Sort(); slices.Contains(sorts, by) {
		l.Sort, l.Down = by, down
	} else {
		a.Query.Del(ui.SortParam)
	}
	limit, _ := strconv.Atoi(a.Query.Get(ui.LimitParam))
	l.Page = hub.Page{Limit: limit, After: a.Query.Get(ui.CursorParam)}
	return l
}

// Filter gives the values of one filter.
func (l List) Filter(name string) []string { return l.Address.Query[name] }
