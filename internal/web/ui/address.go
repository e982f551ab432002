package ui

import (
	"maps"
	"net/url"
	"slices"
)

// CursorParam, SortParam and LimitParam are the names that every list uses in
// its address. A sort is a column's key, with "-" in front for descending.
const (
	CursorParam = "after"
	SortParam   = "sort"
	LimitParam  = "limit"
	WordsParam  = "q"
)

// Address is the address of a list: its path and what was asked of it. The
// methods give addresses that differ in one thing and start again at the first
// page; none changes the receiver.
type Address struct {
	Path  string
	Query url.Values
}

// String gives the address as text. Parameters stand in alphabetical order, so
// one list has one address.
func (a Address) String() string {
	if q := a.Query.Encode(); q != "" {
		return a.Path + "?" + q
	}
	return a.Path
}

func (a Address) change(f func(url.Values)) Address {
	q := url.Values{}
	for k, v := range a.Query {
		q[k] = slices.Clone(v)
	}
	q.Del(CursorParam)
	f(q)
	maps.DeleteFunc(q, func(_ string, v []string) bool {
		return len(v) == 0 || len(v) == 1 && v[0] == ""
	})
	return Address{Path: a.Path, Query: q}
}

// Set gives the address with name set to value; "" takes name out.
func (a Address) Set(name, value string) Address {
	return a.change(func(q url.Values) { q.Set(name, value) })
}

// Toggle gives the address with value added to name, or taken out when it is
// there.
func (a Address) Toggle(name, value string) Address {
	return a.change(func(q url.Values) {
		if i := slices.Index(q[name], value); i >= 0 {
			q[name] = slices.Delete(q[name], i, i+1)
			return
		}
		q.Add(name, value)
	})
}

// Without gives the address without the named parameters.
func (a Address) Without(names ...string) Address {
	return a.change(func(q url.Values) {
		for _, n := range names {
			q.Del(n)
		}
	})
}

// After gives the address of the page behind cursor; "" is the first page.
func (a Address) After(cursor string) Address {
	return a.change(func(q url.Values) { q.Set(CursorParam, cursor) })
}

// Has reports whether name holds value.
func (a Address) Has(name, value string) bool { return slices.Contains(a.Query[name], value) }

// Sort gives the column the list is sorted by ("" for the list's own order) and
// whether downwards.
func (a Address) Sort() (column string, down bool) {
	s := a.Query.Get(SortParam)
	if len(s) > 1 && s[0] == '-' {
		return s[1:], true
	}
	return s, false
}

// sortHref gives the address that sorts by column, turning the direction when
// it is already sorted by it.
func (a Address) sortHref(column string) string {
	if now, down := a.Sort(); now == column && !down {
		return a.Set(SortParam, "-"+column).String()
	}
	return a.Set(SortParam, column).String()
}

// hidden gives the parameters a form must carry along, leaving out names.
func (a Address) hidden(leave ...string) []Hidden {
	var out []Hidden
	for _, k := range slices.Sorted(maps.Keys(a.Query)) {
		if k == CursorParam || slices.Contains(leave, k) {
			continue
		}
		for _, v := range a.Query[k] {
			if v != "" {
				out = append(out, Hidden{k, v})
			}
		}
	}
	return out
}

// Carry gives the parameters of an address as hidden fields of a form.
func Carry(a Address) []Hidden { return a.hidden() }
