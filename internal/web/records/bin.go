package records

import (
	"net/http"
	"time"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// binned is a withdrawn record in the list of them.
type binned struct {
	record *catalogue.Record
	state  ui.State
	at     time.Time
	by     string
}

// bin answers GET /seeds/bin: the withdrawn records that the reader may edit.
func (k *Kind[T]) bin(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	list := web.ReadList(r, nil, nil)
	all, next, total, err := k.Collection.Bin(ctx, a, list.Page)
	if err != nil {
		return err
	}
	rows := make([]binned, len(all))
	for i := range all {
		b := k.Base(&all[i].Entry)
		rows[i] = binned{record: b, state: k.State(ctx, b.State), at: all[i].At, by: all[i].By}
	}
	return web.Render(w, r, http.StatusOK, binPage(k.Section, list, rows, next, total))
}

// putBack answers POST /seeds/bin: takes the chosen ones out of the bin.
func (k *Kind[T]) putBack(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ids := f.IDs("id")
	if len(ids) == 0 {
		return web.Redirect(w, r, k.base()+"bin")
	}
	if err := k.Collection.PutBack(r.Context(), web.ActorOf(r.Context()), ids...); err != nil {
		return err
	}
	web.Flash(w, r, ui.Message{Tone: ui.Good, Text: i18n.T(r.Context(), "bin.put_back_done", "n", len(ids))})
	return web.Redirect(w, r, k.base()+"bin")
}

// BinAction leads to the withdrawn records; for those who may have some.
func BinAction(label, section string, a hub.Actor) []ui.Action {
	if a.Kind != hub.User {
		return nil
	}
	return []ui.Action{{Label: label, Href: "/" + section + "/bin"}}
}
