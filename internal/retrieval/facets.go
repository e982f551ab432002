package retrieval

import (
	"cmp"
	"slices"
)

// facet counts the values of one attribute.
type facet struct {
	name   string
	counts map[string]int
}

// count counts a segment. seen are the documents that would be hits without the
// filter's Any, hits those that are.
func (s *search) count(g *segment, seen, hits bitmap) {
	for _, f := range s.facet {
		base := hits
		if len(s.query.Filter.Any[f.name]) > 0 {
			base = bitmap(s.facets[:len(hits)])
			copy(base, seen)
			for name, values := range s.query.Filter.Any {
				if name != f.name && len(values) > 0 {
					base.and(s.passing[name])
				}
			}
		}
		for value, set := range g.attributes.under(f.name) {
			if n := set.countIn(base); n > 0 {
				f.counts[value] += n
			}
		}
	}
}

func (f facet) sorted() []Count {
	list := make([]Count, 0, len(f.counts))
	for value, n := range f.counts {
		list = append(list, Count{value, n})
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value))
	})
	return list
}
