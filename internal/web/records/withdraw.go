package records

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// withdrawer is a collection whose records can be taken out of the lists.
type withdrawer interface {
	Withdraw(ctx context.Context, a hub.Actor, id hub.ID, withdrawn bool) error
}

// Withdraw takes the record named in the path out of the lists, or puts it back,
// as the form's field withdrawn says, and leads back to it, at base followed by
// its ID.
func Withdraw(w http.ResponseWriter, r *http.Request, c withdrawer, base string) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	out := f.Get("withdrawn") == "true"
	if err := c.Withdraw(r.Context(), web.ActorOf(r.Context()), id, out); err != nil {
		return err
	}
	key := "record.put_back_done"
	if out {
		key = "record.withdrawn_done"
	}
	return web.RedirectWith(w, r, base+string(id), key)
}
