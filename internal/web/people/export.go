package people

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
)

// mostRows bounds what one file holds.
const mostRows = 20_000

// settings answers GET /people/view.
func (p *Pages) settings(w http.ResponseWriter, r *http.Request) error {
	l, _, err := p.reading(r)
	if err != nil {
		return err
	}
	return lists.Settings(w, r, p.Lists, Section, l.list.Address, columns(r.Context(), &l))
}

// export answers GET /people.csv and /people.xlsx: the same list as a file,
// without contacts and remarks, and of those whom the actor may take out.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	l, _, err := p.reading(r)
	if err != nil {
		return err
	}
	l.query.Export = true
	ctx, a := r.Context(), web.ActorOf(r.Context())
	return lists.Send(w, r, p.Lists, lists.List[view]{
		Section: Section, Kind: directory.KindPerson, Address: l.list.Address, Day: p.today(), Columns: columns(ctx, &l),
		Name: func(v view) string { return v.Name },
		Every: func(fn func(view) error) error {
			page := hub.Page{Limit: hub.MaxLimit}
			for n := 0; n < mostRows; {
				rows, next, err := p.Directory.People.List(ctx, a, l.query, page)
				if err != nil {
					return err
				}
				for _, v := range rows {
					if err := fn(v); err != nil {
						return err
					}
				}
				n += len(rows)
				if page.After = next; next == "" {
					break
				}
			}
			return nil
		},
	})
}
