package seeds

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
)

// settings answers GET /seeds/view.
func (p *Pages) settings(w http.ResponseWriter, r *http.Request) error {
	at := p.read(r).Address
	return lists.Settings(w, r, p.Lists, Section, at, columns(r.Context(), &listing{}))
}

// export answers GET /seeds.csv and /seeds.xlsx: the list as asked for, as a
// file, of what the reader may take out.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	l := &listing{}
	return lists.Send(w, r, p.Lists, lists.List[view]{
		Section: Section, Kind: "seed", Address: p.read(r).Address, Day: p.Today(), Columns: columns(ctx, l),
		Name:  func(v view) string { return i18n.Text(ctx, v.Entry.Title) },
		Every: func(fn func(view) error) error { return p.every(r, l, fn) },
	})
}

// every gives each seed of the list as asked for, page after page, as far as
// the reader may take it out; l is the page it stands on. A list by relevance is
// given in its first pages.
func (p *Pages) every(r *http.Request, l *listing, fn func(view) error) error {
	list := p.read(r)
	list.Page = hub.Page{Limit: hub.MaxLimit}
	for {
		page, err := p.find(r, list)
		if err != nil {
			return err
		}
		*l = page
		ids := make([]hub.ID, len(l.views))
		for i, v := range l.views {
			ids[i] = v.Entry.ID
		}
		views, err := p.Catalogue.Seeds.ExportRows(r.Context(), web.ActorOf(r.Context()), ids)
		if err != nil {
			return err
		}
		for _, v := range views {
			if err := fn(v); err != nil {
				return err
			}
		}
		if list.Page.After = l.result.Next; list.Page.After == "" {
			return nil
		}
	}
}
