package app

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/account"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/ask"
	"github.com/kyoten-hub/kyoten/internal/web/audit"
	"github.com/kyoten-hub/kyoten/internal/web/calendar"
	"github.com/kyoten-hub/kyoten/internal/web/choose"
	"github.com/kyoten-hub/kyoten/internal/web/copies"
	"github.com/kyoten-hub/kyoten/internal/web/enquiries"
	"github.com/kyoten-hub/kyoten/internal/web/fees"
	"github.com/kyoten-hub/kyoten/internal/web/intake"
	"github.com/kyoten-hub/kyoten/internal/web/jobs"
	"github.com/kyoten-hub/kyoten/internal/web/letters"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/needs"
	"github.com/kyoten-hub/kyoten/internal/web/organisations"
	"github.com/kyoten-hub/kyoten/internal/web/people"
	"github.com/kyoten-hub/kyoten/internal/web/places"
	"github.com/kyoten-hub/kyoten/internal/web/portal"
	"github.com/kyoten-hub/kyoten/internal/web/projects"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/review"
	searchweb "github.com/kyoten-hub/kyoten/internal/web/search"
	"github.com/kyoten-hub/kyoten/internal/web/seeds"
	"github.com/kyoten-hub/kyoten/internal/web/status"
	"github.com/kyoten-hub/kyoten/internal/web/today"
)

// serverName stands in the Server header of every answer, so that a second
// start and doctor know Kyoten from another program on the same address.
const serverName = "kyoten"

func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", serverName)
		next.ServeHTTP(w, r)
	})
}

// Handler gives the whole site. publicURL is the address that people open; ""
// when they open the server itself.
func (a *App) Handler(publicURL string) (http.Handler, error) {
	a.publicURL = strings.TrimSuffix(publicURL, "/")
	routes, accounts := a.Routes(), a.accountPages()
	d := web.Deps{
		Routes: routes,
		Caller: accounts.Caller,
		Late:   accounts.Late,
		Held:   accounts.Held,
		LetGo:  accounts.LetGo,
		Chrome: a.chrome(routes),
		Ready:  a.ready,
		Clock:  a.Clock,
		Log:    a.Log,
		// Who names an outer https address has a proxy that ends TLS.
		TrustProxy: strings.HasPrefix(publicURL, "https://"),
	}
	if publicURL != "" {
		d.TrustedOrigins = []string{strings.TrimSuffix(publicURL, "/")}
	}
	site, err := web.New(d)
	return named(site), err
}

// Routes gives every address of the site. Tests walk over them.
func (a *App) Routes() []web.Route {
	lines := &activity.Pages{Activity: a.Activity, Accounts: a.Account, Clock: a.Clock}
	choose := &choose.Pages{Directory: a.Directory, Clock: a.Clock}
	lists := lists.New(search.NewViews(a.DB, a.Audit, a.Clock), a.Account)
	shared := &records.Services{
		Catalogue: a.Catalogue, Search: a.Search, Directory: a.Directory, Match: a.Match,
		Accounts: a.Account, Lines: lines, Choose: choose, Lists: lists, Clock: a.Clock,
	}
	seeds, needs, projects := seeds.New(shared), needs.New(shared), projects.New(shared, a.Project)
	organisations := &organisations.Pages{Directory: a.Directory, Accounts: a.Account, Catalogue: a.Catalogue, Lines: lines, Lists: lists, Clock: a.Clock}
	people := &people.Pages{Directory: a.Directory, Accounts: a.Account, Catalogue: a.Catalogue, Lines: lines, Lists: lists, Clock: a.Clock}
	asking := &ask.Pages{Accounts: a.Account, Enquiry: a.Enquiry, Clock: a.Clock}
	enquiries := &enquiries.Pages{Accounts: a.Account, Directory: a.Directory, Enquiry: a.Enquiry, Lines: lines, Clock: a.Clock}
	lines.Subjects = map[string]activity.Loader{
		enquiry.Kind: enquiries.Subject,
		"seed":       seeds.Subject, "need": needs.Subject, "project": projects.Subject, "organisation": organisations.Subject, "person": people.Subject,
	}
	return slices.Concat(
		a.accountPages().Routes(),
		(&portal.Pages{
			Accounts: a.Account, Catalogue: a.Catalogue, Directory: a.Directory, Search: a.Search, Clock: a.Clock, Start: today.Start, Promise: asking.Promise,
		}).Routes(),
		(&places.Pages{Search: a.Search}).Routes(),
		(&calendar.Pages{Accounts: a.Account, Clock: a.Clock}).Routes(),
		asking.Routes(),
		(&status.Pages{Accounts: a.Account, Enquiry: a.Enquiry, Clock: a.Clock}).Routes(),
		(&fees.Pages{Accounts: a.Account, Directory: a.Directory, Enquiry: a.Enquiry, Clock: a.Clock}).Routes(),
		enquiries.Routes(),
		(&today.Pages{Desk: a.Desk, Accounts: a.Account}).Routes(),
		seeds.Routes(), needs.Routes(), projects.Routes(), (&review.Pages{Services: shared}).Routes(), lines.Routes(),
		organisations.Routes(), people.Routes(), choose.Routes(), lists.Routes(),
		(&searchweb.Pages{Search: a.Search, Accounts: a.Account, Catalogue: a.Catalogue, Directory: a.Directory, Projects: a.Project}).Routes(),
		(&letters.Pages{Letters: a.Notify, Accounts: a.Account, Clock: a.Clock}).Routes(),
		(&jobs.Pages{Jobs: a.Jobs, Clock: a.Clock}).Routes(),
		(&intake.Pages{Intake: a.Intake, Accounts: a.Account, Clock: a.Clock}).Routes(),
		(&audit.Pages{Log: a.Audit, Accounts: a.Account, Catalogue: a.Catalogue, Directory: a.Directory, Clock: a.Clock}).Routes(),
		(&copies.Pages{Daily: a.Copies, Clock: a.Clock}).Routes(),
	)
}

func (a *App) accountPages() *account.Pages {
	return &account.Pages{
		Accounts: a.Account, Clock: a.Clock, SetUpToken: a.setUpToken, Letters: a.Notify, Base: a.publicURL, Participants: a.participants,
	}
}

// participants gives the organisations that take part in an area today, by name.
func (a *App) participants(ctx context.Context, actor hub.Actor, area hub.ID) (out []account.Participant, err error) {
	members, err := a.Directory.Memberships.Of(ctx, actor, area)
	if err != nil {
		return nil, err
	}
	var ids []hub.ID
	today := hub.DateOf(a.Clock.Now())
	for _, m := range members {
		if m.Joined != "" && m.Joined <= today && (m.Left == "" || m.Left >= today) {
			ids = append(ids, m.Organisation)
		}
	}
	names, err := a.Directory.Names(ctx, actor, ids)
	for id, name := range names {
		out = append(out, account.Participant{ID: id, Name: name})
	}
	slices.SortFunc(out, func(x, y account.Participant) int {
		return cmp.Or(strings.Compare(japanese.SortKey(x.Name.JA), japanese.SortKey(y.Name.JA)), strings.Compare(string(x.ID), string(y.ID)))
	})
	return out, err
}

// ready reports why requests cannot be served now: the database does not answer,
// or the index is still being read.
func (a *App) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if !a.Search.Ready() {
		return hub.Errorf(hub.Unavailable, "error.search_not_ready")
	}
	return a.DB.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := db.Scalar[int](tx.QueryRow(ctx, "select 1"))
		return err
	})
}
