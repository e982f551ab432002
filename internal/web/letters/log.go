package letters

import (
	"net/http"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/notify"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// logged is the list of an area's letters.
type logged struct {
	area    account.Area
	list    web.List
	letters []notify.Listed
	sends   bool
	now     time.Time
}

// log answers GET /areas/{slug}/letters.
func (p *Pages) log(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	l := logged{area: area, list: web.ReadList(r, nil, []string{"state"}), sends: p.Letters.Sends(), now: p.Clock.Now()}
	states := slices.DeleteFunc(slices.Clone(l.list.Filter("state")), func(s string) bool { return !slices.Contains(notify.States, s) })
	if l.letters, err = p.Letters.AreaLetters(r.Context(), web.ActorOf(r.Context()), area.ID, states, shown); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, logPage(l))
}

// again answers POST /areas/{slug}/letters/{id}/again.
func (p *Pages) again(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Letters.Again(r.Context(), web.ActorOf(r.Context()), id); err != nil {
		return err
	}
	return web.RedirectWith(w, r, LogPath(area.Slug), "letter.again_done")
}
