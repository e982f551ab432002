// Package review is the section /review: the queue in which coordinators look at
// needs and seeds that may belong together, decide with one key, and take a
// decision back.
package review

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// Pages are the pages of the section.
type Pages struct{ *records.Services }

// Section is the section's name in navigation and tests.
const Section = "review"

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	get := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Handler: h, Section: Section}
	}
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section}
	}
	return []web.Route{
		get("/review", p.queue),
		get("/review/need/{id}", p.need),
		get("/review/seed/{id}", p.seed),
		get("/review/decisions", p.history),
		post("/review/decide", p.decide),
		post("/review/undo/{id}", p.undo),
	}
}
