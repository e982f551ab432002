package records

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// history answers GET /seeds/{id}/history: every version with what it changed.
func (k *Kind[T]) history(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	all, err := k.Collection.History(ctx, web.ActorOf(ctx), id)
	if err != nil {
		return err
	}
	var changes []Change
	for i := range all {
		c := Change{N: all[i].N, At: all[i].At, Who: all[i].Name}
		if i+1 < len(all) {
			c.Differences = Compare(ctx, k.Name, k.fill(&all[i+1].Entry), k.fill(&all[i].Entry))
		}
		if i > 0 {
			c.Restore = &ui.Action{
				Label: i18n.T(ctx, "history.restore"), Href: k.Href(id) + "/restore", Post: true, Icon: "undo",
				Fields: []ui.Hidden{{Name: "n", Value: strconv.Itoa(c.N)}, {Name: "version", Value: strconv.Itoa(all[0].N)}},
			}
		}
		changes = append(changes, c)
	}
	title := i18n.Text(ctx, k.Base(&all[0].Entry).Title)
	return web.Render(w, r, http.StatusOK, History(ui.Heading{
		Title: i18n.T(ctx, "history.title", "title", title), Lead: i18n.T(ctx, "history.lead"),
		Trail: []ui.Link{{Label: i18n.T(ctx, "section."+k.Section), Href: "/" + k.Section}, {Label: title, Href: k.Href(id)}},
	}, k.Section, changes))
}

// restore answers POST /seeds/{id}/restore.
func (k *Kind[T]) restore(w http.ResponseWriter, r *http.Request) error {
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
	if _, err := k.Collection.Restore(r.Context(), web.ActorOf(r.Context()), id, version, n); err != nil {
		return err
	}
	return web.RedirectWith(w, r, k.Href(id), "history.restored", "n", n)
}

// Compare lists the fields in which two forms of a record differ. family is the
// prefix of the fields' words in the catalogue; fields that no word names are
// left out, such as the version itself.
func Compare(ctx context.Context, family string, before, after *ui.Form) (out []Difference) {
	var names []string
	for name := range before.Values {
		names = append(names, name)
	}
	for name := range after.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		a, b := strings.Join(before.Values[name], "、"), strings.Join(after.Values[name], "、")
		label := label(ctx, family, name)
		if a != b && label != "" {
			out = append(out, Difference{Label: label, Theirs: a, Ours: b})
		}
	}
	return out
}

// label gives the word for a form's field: of title.en that of title.
func label(ctx context.Context, family, name string) string {
	base, _, _ := strings.Cut(name, ".")
	switch base {
	case "scope":
		return i18n.T(ctx, "record.layer_summary")
	case "name_scope":
		return i18n.T(ctx, "record.layer_name")
	case "detail_scope":
		return i18n.T(ctx, "record.layer_detail")
	case "coordinator":
		return i18n.T(ctx, "record.coordinator")
	case "number":
		return i18n.T(ctx, "record.number")
	}
	if key := family + "." + base; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return ""
}
