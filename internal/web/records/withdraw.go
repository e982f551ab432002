package records

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/web"
)

// withdraw answers POST /seeds/{id}/withdraw: takes a record out of the lists,
// or puts it back, as the form's field withdrawn says.
func (k *Kind[T]) withdraw(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	out := f.Get("withdrawn") == "true"
	if err := k.Collection.Withdraw(r.Context(), web.ActorOf(r.Context()), id, out); err != nil {
		return err
	}
	key := "record.put_back_done"
	if out {
		key = "record.withdrawn_done"
	}
	return web.RedirectWith(w, r, k.Href(id), key)
}
