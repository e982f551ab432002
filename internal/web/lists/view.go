package lists

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// sections are the lists that have views.
var sections = []string{"seeds", "needs", "organisations", "people"}

// settings is the page on which one chooses columns, keeps the view and takes
// the list out.
type settings struct {
	section string
	at      ui.Address // of the list
	columns []ui.Option
	on      []string
	tabs    Tabs
	areas   []ui.Option // to share with
	user    bool
	form    *ui.Form // of the view
}

// Settings answers GET /seeds/view: what can be done with the list that the
// address asks for.
func Settings[T any](w http.ResponseWriter, r *http.Request, p *Pages, section string, at ui.Address, columns []Column[T]) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	at.Path = "/" + section
	x := settings{section: section, at: bare(at), user: a.Kind == hub.User, form: ui.NewForm()}
	for _, c := range columns {
		if c.Cell != nil && c.Kind != ui.TitleColumn {
			x.columns = append(x.columns, ui.Option{Value: c.Key, Label: c.Title})
		}
	}
	for _, c := range shown(at, columns) {
		x.on = append(x.on, c.Key)
	}
	var err error
	if x.tabs, _, err = p.Open(ctx, a, section, x.at); err != nil {
		return err
	}
	if x.user {
		if x.areas, err = p.staffed(ctx, a); err != nil {
			return err
		}
	}
	if v := x.tabs.Current; v != nil {
		x.form.Set("name", v.Name).Set("area", string(v.Area))
		if v.Default {
			x.form.Set("default", "1")
		}
	}
	return web.Render(w, r, http.StatusOK, settingsPage(x))
}

// save answers POST /views.
func (p *Pages) save(w http.ResponseWriter, r *http.Request) error {
	f, section, err := readView(r)
	if err != nil {
		return err
	}
	v, err := p.Views.Save(r.Context(), web.ActorOf(r.Context()), search.View{
		Section: section, Name: f.Text("name"), Query: f.Get("query"), Area: hub.ID(f.Get("area")), Default: f.Bool("default"),
	})
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, address(section, v.Query), "list.view_saved", "name", v.Name)
}

// remove answers POST /views/{id}/remove.
func (p *Pages) remove(w http.ResponseWriter, r *http.Request) error {
	_, section, err := readView(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Views.Remove(r.Context(), web.ActorOf(r.Context()), section, id); err != nil {
		return err
	}
	return web.RedirectWith(w, r, "/"+section+"?"+AllParam+"=all", "list.view_removed")
}

// setDefault answers POST /views/default: the list opens with a view, or with
// everything again.
func (p *Pages) setDefault(w http.ResponseWriter, r *http.Request) error {
	f, section, err := readView(r)
	if err != nil {
		return err
	}
	if err := p.Views.SetDefault(r.Context(), web.ActorOf(r.Context()), section, hub.ID(f.Get("view"))); err != nil {
		return err
	}
	return web.RedirectWith(w, r, address(section, f.Get("query")), "form.saved")
}

func readView(r *http.Request) (f *ui.Form, section string, err error) {
	if f, err = web.ReadForm(r); err != nil {
		return nil, "", err
	}
	if section = f.Get("section"); !slices.Contains(sections, section) {
		return nil, "", hub.Errorf(hub.NotFound, "error.not_found")
	}
	return f, section, nil
}

func address(section, query string) string {
	q, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		q = nil
	}
	if len(q) == 0 {
		q = url.Values{AllParam: {"all"}}
	}
	return ui.Address{Path: "/" + section, Query: q}.String()
}
