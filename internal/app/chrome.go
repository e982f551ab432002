package app

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	section "github.com/kyoten-hub/kyoten/internal/web/account"
	"github.com/kyoten-hub/kyoten/internal/web/today"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// A place is one item of the side navigation and for whom it is. Items whose
// address no section serves are left out.
type place struct {
	ui.NavItem
	open func(hub.Actor) bool
}

var (
	everyone = func(hub.Actor) bool { return true }
	signedIn = func(a hub.Actor) bool { return a.Kind == hub.User }
	staff    = func(a hub.Actor) bool { return len(a.Areas(hub.Role.Staff)) > 0 }
	working  = func(a hub.Actor) bool { return today.Start(a) != "" }
	// answering are those who answer enquiries, and those who bring them for clients.
	answering = func(a hub.Actor) bool {
		return staff(a) || len(a.Areas(func(r hub.Role) bool { return r == hub.Finance })) > 0 ||
			slices.ContainsFunc(a.Affiliations, func(x hub.Affiliation) bool { return x.Desk && signedIn(a) })
	}
	tending = func(a hub.Actor) bool { return staff(a) || a.IsAdministrator() }
)

// sections are the side navigation in its order: a day's work first.
var sections = []place{
	{ui.NavItem{Section: "today", Href: "/today", Icon: "today"}, working},
	{ui.NavItem{Section: "seeds", Href: "/seeds", Icon: "seed"}, everyone},
	{ui.NavItem{Section: "needs", Href: "/needs", Icon: "need"}, everyone},
	{ui.NavItem{Section: "review", Href: "/review", Icon: "match"}, staff},
	{ui.NavItem{Section: "enquiries", Href: "/enquiries", Icon: "mail"}, answering},
	{ui.NavItem{Section: "projects", Href: "/projects", Icon: "project"}, everyone},
	{ui.NavItem{Section: "organisations", Href: "/organisations", Icon: "building"}, everyone},
	{ui.NavItem{Section: "people", Href: "/people", Icon: "person"}, everyone},
	{ui.NavItem{Section: "intake", Href: "/intake", Icon: "upload", Group: "section.admin"}, staff},
	{ui.NavItem{Section: "audit", Href: "/audit", Icon: "eye", Group: "section.admin"}, audit.MayRead},
	{ui.NavItem{Section: "copies", Href: "/copies", Icon: "download", Group: "section.admin"}, hub.Actor.IsAdministrator},
	{ui.NavItem{Section: "jobs", Href: "/jobs", Icon: "gear", Group: "section.admin"}, hub.Actor.IsAdministrator},
	{ui.NavItem{Section: "admin", Href: "/admin", Icon: "gear"}, tending},
}

// chrome says what stands around every page for the reader of a request. It
// leads only to addresses among routes.
func (a *App) chrome(routes []web.Route) func(*http.Request) ui.Chrome {
	served := map[string]bool{}
	for _, r := range routes {
		if r.Method == http.MethodGet {
			served[r.Pattern] = true
		}
	}
	at := func(href string) string {
		if served[href] {
			return href
		}
		return ""
	}
	return func(r *http.Request) ui.Chrome {
		ctx, actor := r.Context(), web.ActorOf(r.Context())
		c := ui.Chrome{SearchHref: at("/search"), Account: actor.Name, Role: roleOf(ctx, actor)}
		if signedIn(actor) {
			c.SignOut = section.SignOutPath
		} else {
			c.SignIn = section.SignInPath
			if a.Account.Demo() {
				c.SignIn = section.DemoPath
			}
		}
		if signedIn(actor) {
			c.AccountLinks = append(c.AccountLinks, ui.Link{Label: i18n.T(ctx, "section.account"), Href: section.Path})
		}
		if as := web.AsOf(ctx); as.On {
			c.Borrowed, c.Return = section.LookText(r, as), section.LeavePath
		}
		areas, err := a.Account.Areas(ctx)
		if err != nil {
			a.Log.ErrorContext(ctx, "the areas cannot be read", "error", err) // the page itself will tell
		}
		a.placeIn(&c, r, actor, areas)
		for _, area := range areas {
			if area.Slug == c.Area.Slug && account.MayGrant(actor, area.ID) {
				c.AccountLinks = append(c.AccountLinks, ui.Link{Label: i18n.T(ctx, "account.accounts"), Href: section.AccountsPath(area.Slug)})
			}
		}
		group := ""
		for _, p := range sections {
			if served[p.Href] && p.open(actor) {
				item := p.NavItem
				if c.Area.Slug != "" && item.Group == "" && item.Section != "today" {
					item.Href += "?area=" + c.Area.Slug
				}
				if item.Group == group { // its title stands above the first
					item.Group = ""
				}
				group = p.Group
				c.Nav = append(c.Nav, item)
			}
		}
		if href := at("/today"); href != "" && working(actor) {
			n, _, err := a.Activity.CountOpen(ctx, actor, activity.Filter{Assignee: actor.User, Until: hub.DateOf(a.Clock.Now())})
			answers, err2 := a.Enquiry.Count(ctx, actor, enquiry.Filter{Assignee: actor.User, Until: hub.DateOf(a.Clock.Now())})
			if err == nil && err2 == nil {
				c.Today, c.TodayHref = n+answers, href
			}
		}
		return c
	}
}

// placeIn fills in the areas and which of them the reader looks at: the one that
// the address names, else the only one he has a role in.
func (a *App) placeIn(c *ui.Chrome, r *http.Request, actor hub.Actor, areas []account.Area) {
	named := r.URL.Query().Get("area")
	if rest, ok := strings.CutPrefix(r.URL.Path, "/areas/"); ok {
		named, _, _ = strings.Cut(rest, "/")
	}
	own := actor.Areas(func(hub.Role) bool { return true })
	for _, area := range areas {
		item := ui.Area{Slug: area.Slug, Name: area.Name, Href: "/areas/" + area.Slug}
		c.Areas = append(c.Areas, item)
		c.Sample = c.Sample || area.Sample
		if area.Slug == named || named == "" && len(own) == 1 && slices.Contains(own, area.ID) {
			c.Area = item
		}
	}
}

// roleOf words the first of the actor's roles.
func roleOf(ctx context.Context, a hub.Actor) string {
	if len(a.Roles) == 0 {
		return ""
	}
	return i18n.T(ctx, "role."+string(a.Roles[0].Role))
}
