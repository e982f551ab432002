package seeds

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// history answers GET /seeds/{id}/history: every version with what it changed.
func (p *Pages) history(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	all, err := p.Catalogue.Seeds.History(ctx, web.ActorOf(ctx), id)
	if err != nil {
		return err
	}
	var changes []records.Change
	for i := range all {
		c := records.Change{N: all[i].N, At: all[i].At, Who: all[i].Name}
		if i+1 < len(all) {
			c.Differences = records.Compare(ctx, "seed", formOf(&all[i+1].Entry), formOf(&all[i].Entry))
		}
		if i > 0 {
			c.Restore = &ui.Action{
				Label: i18n.T(ctx, "history.restore"), Href: href(id) + "/restore", Post: true, Icon: "undo",
				Fields: []ui.Hidden{{Name: "n", Value: strconv.Itoa(c.N)}, {Name: "version", Value: strconv.Itoa(all[0].N)}},
			}
		}
		changes = append(changes, c)
	}
	title := i18n.Text(ctx, all[0].Entry.Title)
	return web.Render(w, r, http.StatusOK, records.History(ui.Heading{
		Title: i18n.T(ctx, "history.title", "title", title), Lead: i18n.T(ctx, "history.lead"),
		Trail: []ui.Link{{Label: i18n.T(ctx, "section.seeds"), Href: "/seeds"}, {Label: title, Href: href(id)}},
	}, Section, changes))
}

// restore answers POST /seeds/{id}/restore.
func (p *Pages) restore(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version"))
	n, _ := strconv.Atoi(f.Get("n"))
	if _, err := p.Catalogue.Seeds.Restore(r.Context(), web.ActorOf(r.Context()), id, version, n); err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(id), "history.restored", "n", n)
}
