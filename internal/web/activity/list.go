package activity

import (
	"net/http"
	"slices"

	record "github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// list answers GET /activities: a record's whole timeline, page by page, all of
// it or some kinds.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	s, err := p.subject(r)
	if err != nil {
		return err
	}
	list := web.ReadList(r, nil, []string{"of", "record", "kind"})
	var kinds []record.Kind
	for _, k := range list.Filter("kind") {
		if slices.Contains(record.Kinds, record.Kind(k)) {
			kinds = append(kinds, record.Kind(k))
		}
	}
	l, err := p.page(r.Context(), web.ActorOf(r.Context()), s, list.Page, kinds...)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(l, list.Address, list.Page.Size()))
}

// kindFacet lets one choose among kinds. Their numbers are not counted: a
// timeline is read, not measured.
func kindFacet(labels []ui.Option, title string) []ui.Facet {
	f := ui.Facet{Name: "kind", Title: title}
	for _, o := range labels {
		f.Values = append(f.Values, ui.FacetValue{Value: o.Value, Label: o.Label, Count: -1})
	}
	return []ui.Facet{f}
}
