package ui

func first(v []FacetValue) []FacetValue { return v[:min(len(v), FacetShown)] }

func rest(v []FacetValue) []FacetValue { return v[min(len(v), FacetShown):] }

func anyOn(a Address, name string, values []FacetValue) bool {
	for _, v := range values {
		if a.Has(name, v.Value) {
			return true
		}
	}
	return false
}

func filtersOn(a Address, facets []Facet) int {
	n := 0
	for _, f := range facets {
		n += len(a.Query[f.Name])
	}
	return n
}

// chips gives one link per value that narrows the list; it leads to the list
// without it. A value the facets no longer know is shown as it stands in the
// address, so that it can be removed.
func chips(a Address, facets []Facet) []Link {
	var out []Link
	if w := a.Query.Get(WordsParam); w != "" {
		out = append(out, Link{"“" + w + "”", a.Without(WordsParam).String()})
	}
	for _, f := range facets {
		for _, v := range a.Query[f.Name] {
			if v == "" {
				continue
			}
			label := v
			for _, known := range f.Values {
				if known.Value == v {
					label = known.Label
				}
			}
			out = append(out, Link{f.Title + ": " + label, a.Toggle(f.Name, v).String()})
		}
	}
	return out
}

func clearHref(a Address, facets []Facet) string {
	names := []string{WordsParam}
	for _, f := range facets {
		names = append(names, f.Name)
	}
	return a.Without(names...).String()
}

func trueFalse(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
