// Package today is the section /today, 今日の仕事: the first page after sign-in.
// It draws what desk gathered for the reader and lets him finish, put off or hand
// on each line where it stands. Everything works without scripts; with them a
// line that was dealt with is replaced in its place, and nothing jumps.
package today

import (
	"net/http"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// Pages are the pages of the section.
type Pages struct {
	Desk     *desk.Service
	Accounts *account.Service
}

// Section is the section's name in navigation and tests; Href its address.
const (
	Section = "today"
	Href    = "/today"
)

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section}
	}
	return []web.Route{
		{Method: http.MethodGet, Pattern: Href, Handler: p.show, Section: Section},
		post("/today/done", p.done),
		post("/today/reopen", p.reopen),
		post("/today/put-off", p.putOff),
		post("/today/hand-on", p.handOn),
		post("/today/plan", p.plan),
		post("/today/restore", p.restore),
	}
}

// Start gives the address where a reader begins his day.
func Start(a hub.Actor) string {
	if a.Kind == hub.User && len(a.Roles) > 0 {
		return Href
	}
	return ""
}

// HrefOf gives the address of a record's own page; "" for kinds without one.
func HrefOf(r desk.Ref) string {
	switch r.Kind {
	case "seed":
		return "/seeds/" + string(r.ID)
	case "need":
		return "/needs/" + string(r.ID)
	case "project":
		return "/projects/" + string(r.ID)
	case "organisation":
		return "/organisations/" + string(r.ID)
	case "enquiry":
		return "/enquiries/" + string(r.ID)
	case "person":
		return "/people/" + string(r.ID)
	}
	return ""
}

// rowID is a line's element on the page.
func rowID(kind desk.Kind, id hub.ID) string { return string(kind) + "-" + string(id) }

// staff reports whether the reader is one of those to whom work can be handed.
func staff(a hub.Actor) bool { return len(a.Areas(hub.Role.Staff)) > 0 }

// reviewHref is where candidates are looked at: the queue for staff, the record
// for its owner.
func reviewHref(a hub.Actor, r desk.Ref) string {
	if staff(a) {
		return strings.Join([]string{"/review", r.Kind, string(r.ID)}, "/")
	}
	return HrefOf(r)
}
