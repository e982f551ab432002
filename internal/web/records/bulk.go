package records

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/choose"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// bulking is a change to many records on its way: what is chosen, what shall
// change, and what that does to each.
type bulking struct {
	kind, section string
	form          *ui.Form
	n             int // records chosen
	states        []ui.Option
	area          hub.ID // whose people are offered
	previewed     bool
	lines         []bulkLine
	changes       int // records that will be changed
}

// bulkLine says what happens to one record.
type bulkLine struct {
	href, title string
	changes     []string
	refused     string
}

// MayBulk: changing many records at once is for the hubs' staff.
func MayBulk(a hub.Actor) bool { return len(a.Areas(hub.Role.Staff)) > 0 }

// bulk answers POST /seeds/bulk, which is asked three times: with the chosen
// rows, with what shall change, and with the word to do it.
func (k *Kind[T]) bulk(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if !MayBulk(a) {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	ids, err := k.chosen(r, f)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		web.Flash(w, r, ui.Message{Tone: ui.Caution, Text: i18n.T(ctx, "bulk.none_chosen")})
		return web.Redirect(w, r, back(k.Section, f.Get("query")))
	}
	f.Set("ids", joinIDs(ids))
	x := bulking{kind: k.Name, section: k.Section, form: f, n: len(ids), states: k.states(ctx), area: a.Areas(hub.Role.Staff)[0]}
	if f.Get("step") == "" {
		return web.Render(w, r, http.StatusOK, bulkPage(x))
	}
	if err := k.Choose.SettlePerson(ctx, a, f, "coordinator", x.area); err != nil {
		return err
	}
	b := readBulk(f)
	if f.Err() == nil && b.Empty() {
		f.General = hub.Errorf(hub.Invalid, "error.bulk_empty")
	}
	if f.Err() != nil || f.General != nil {
		return web.Render(w, r, http.StatusUnprocessableEntity, bulkPage(x))
	}
	if f.Get("step") == "apply" {
		return k.applied(w, r, f, ids, b)
	}
	outcomes, err := k.Collection.PreviewBulk(ctx, a, ids, b)
	if err != nil {
		return err
	}
	x.previewed = true
	var versions []string
	for _, o := range outcomes {
		versions = append(versions, strconv.Itoa(o.Version))
		if o.Refused == nil && !o.Same {
			x.changes++
		}
	}
	seen := make([]hub.ID, len(outcomes))
	for i, o := range outcomes {
		seen[i] = o.ID
	}
	f.Set("ids", joinIDs(seen)).Set("versions", strings.Join(versions, " "))
	x.n = len(outcomes)
	if x.lines, err = k.bulkLines(ctx, a, outcomes); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, bulkPage(x))
}

// chosen gives the rows that were ticked, or with all every record of the list
// that the query asks for.
func (k *Kind[T]) chosen(r *http.Request, f *ui.Form) (ids []hub.ID, err error) {
	for _, s := range strings.Fields(f.Get("ids")) {
		if id := hub.ID(s); id.Valid() {
			ids = append(ids, id)
		}
	}
	if f.Get("step") != "" {
		return ids, nil
	}
	if f.Get("all") == "" {
		// Only what the actor may see counts as chosen.
		seen, err := k.Collection.PreviewBulk(r.Context(), web.ActorOf(r.Context()), f.IDs("id"), catalogue.Bulk{})
		for _, o := range seen {
			ids = append(ids, o.ID)
		}
		return ids, err
	}
	list := r.Clone(r.Context())
	list.URL = &url.URL{Path: "/" + k.Section, RawQuery: f.Get("query")}
	err = k.Every(list, func(id hub.ID) error {
		if ids = append(ids, id); len(ids) > catalogue.MostAtOnce {
			return errTooMany
		}
		return nil
	})
	if errors.Is(err, errTooMany) {
		return nil, hub.Errorf(hub.Invalid, "error.bulk_many", "n", catalogue.MostAtOnce)
	}
	return ids, err
}

var errTooMany = errors.New("more records than are changed at once")

func readBulk(f *ui.Form) catalogue.Bulk {
	return catalogue.Bulk{
		State: catalogue.State(f.Get("state")), Scope: hub.Scope(f.Get("scope")),
		Coordinator: hub.ID(f.Get("coordinator")), NoCoordinator: f.Bool("no_coordinator"),
		AddFields: f.List("add_fields"), RemoveFields: f.List("remove_fields"),
		AddKeywords: SplitWords(f.Text("add_keywords")), RemoveKeywords: SplitWords(f.Text("remove_keywords")),
	}
}

func (k *Kind[T]) applied(w http.ResponseWriter, r *http.Request, f *ui.Form, ids []hub.ID, b catalogue.Bulk) error {
	versions := strings.Fields(f.Get("versions"))
	seen := map[hub.ID]int{}
	for i, id := range ids {
		if i < len(versions) {
			seen[id], _ = strconv.Atoi(versions[i])
		}
	}
	batch, err := k.Collection.ApplyBulk(r.Context(), web.ActorOf(r.Context()), ids, seen, b)
	if err != nil {
		return err
	}
	return k.told(w, r, batch, "bulk.done", f.Get("query"), true)
}

// undoBulk answers POST /seeds/bulk/{id}/undo.
func (k *Kind[T]) undoBulk(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	batch, err := k.Collection.UndoBulk(r.Context(), web.ActorOf(r.Context()), id)
	if err != nil {
		return err
	}
	return k.told(w, r, batch, "bulk.undone", "", false)
}

// told says what a bulk change did: in the list when all went through, else on a
// page that names what was left.
func (k *Kind[T]) told(w http.ResponseWriter, r *http.Request, batch catalogue.Batch, key, query string, undo bool) error {
	ctx := r.Context()
	text := i18n.T(ctx, key, "n", batch.Changed)
	action := &ui.Action{Label: i18n.T(ctx, "bulk.undo"), Href: k.base() + "bulk/" + string(batch.ID) + "/undo", Post: true, Icon: "undo"}
	if !undo {
		action = nil
	}
	if len(batch.Refused) == 0 {
		web.Flash(w, r, ui.Message{Tone: ui.Good, Text: text, Undo: action})
		return web.Redirect(w, r, back(k.Section, query))
	}
	lines, err := k.bulkLines(ctx, web.ActorOf(ctx), batch.Refused)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, bulkResultPage(k.Section, text, back(k.Section, query), action, lines))
}

func back(section, query string) string {
	if query == "" {
		return "/" + section
	}
	return "/" + section + "?" + query
}

func joinIDs(ids []hub.ID) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return strings.Join(all, " ")
}

func (k *Kind[T]) states(ctx context.Context) []ui.Option {
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "bulk.leave")}}
	for _, s := range k.States {
		out = append(out, ui.Option{Value: string(s), Label: k.State(ctx, s).Label})
	}
	return out
}

// bulkLines words what happens to each record.
func (k *Kind[T]) bulkLines(ctx context.Context, a hub.Actor, all []catalogue.Outcome) (out []bulkLine, err error) {
	var people []hub.ID
	for _, o := range all {
		people = append(people, o.Before.Coordinator, o.After.Coordinator)
	}
	slices.Sort(people)
	names, err := k.PersonNames(ctx, a, slices.Compact(people))
	if err != nil {
		return nil, err
	}
	name := func(id hub.ID) string {
		if n, ok := names[id]; ok {
			return n
		}
		return "—"
	}
	for _, o := range all {
		l := bulkLine{href: k.Href(o.ID), title: i18n.Text(ctx, o.Title)}
		if o.Refused != nil {
			l.refused = i18n.Error(ctx, o.Refused)
		}
		from := func(key, before, after string) {
			l.changes = append(l.changes, i18n.T(ctx, "bulk.from_to", "field", i18n.T(ctx, key), "from", before, "to", after))
		}
		b, c := o.Before, o.After
		if b.State != c.State {
			from(k.Name+".state", k.State(ctx, b.State).Label, k.State(ctx, c.State).Label)
		}
		if b.Scope != c.Scope {
			from("scope.label", i18n.T(ctx, "scope."+string(b.Scope)), i18n.T(ctx, "scope."+string(c.Scope)))
		}
		if b.Coordinator != c.Coordinator {
			from("record.coordinator", name(b.Coordinator), name(c.Coordinator))
		}
		lists := func(key string, before, after []string) {
			if add := without(after, before); len(add) > 0 {
				l.changes = append(l.changes, i18n.T(ctx, "bulk.adds", "field", i18n.T(ctx, key), "words", strings.Join(add, "、")))
			}
			if gone := without(before, after); len(gone) > 0 {
				l.changes = append(l.changes, i18n.T(ctx, "bulk.removes", "field", i18n.T(ctx, key), "words", strings.Join(gone, "、")))
			}
		}
		lists(k.Name+".fields", WordList(ctx, "field", b.Fields), WordList(ctx, "field", c.Fields))
		lists(k.Name+".keywords", b.Keywords, c.Keywords)
		out = append(out, l)
	}
	return out, nil
}

func without(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(some, s) })
}

// people is where a bulk change's coordinator is chosen from.
func (x bulking) people() string { return choose.People(x.area) }
