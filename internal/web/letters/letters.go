// Package letters is the section of mail: how somebody wants his letters, and for
// an office what was sent to whom. It never shows what a letter said: that was
// made for its reader when it left, and is kept nowhere.
package letters

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/notify"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// Section is the section's name in navigation and tests.
const Section = "account"

// Path is where one's own letters are chosen.
const Path = "/account/letters"

// shown is how many letters a page lists.
const shown = 200

// LogPath is where an area's letters are listed.
func LogPath(slug string) string { return "/areas/" + slug + "/letters" }

// Pages are the pages of the section.
type Pages struct {
	Letters  *notify.Service
	Accounts *account.Service
	Clock    hub.Clock
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	route := func(method, pattern string, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Handler: h, Section: Section}
	}
	return []web.Route{
		route(http.MethodGet, Path, p.mine),
		route(http.MethodPost, Path, p.saved),
		route(http.MethodGet, "/areas/{slug}/letters", p.log),
		route(http.MethodPost, "/areas/{slug}/letters/{id}/again", p.again),
	}
}

// area gives the area of the path to those who give its roles; to others it is
// not found.
func (p *Pages) area(r *http.Request) (account.Area, error) {
	area, err := p.Accounts.AreaBySlug(r.Context(), r.PathValue("slug"))
	if err == nil && !account.MayGrant(web.ActorOf(r.Context()), area.ID) {
		return area, hub.Errorf(hub.NotFound, "error.not_found")
	}
	return area, err
}
