package app

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/web"
	accountweb "github.com/kyoten-hub/kyoten/internal/web/account"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/needs"
	"github.com/kyoten-hub/kyoten/internal/web/portal"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/review"
	"github.com/kyoten-hub/kyoten/internal/web/seeds"
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

// site joins the sections of the site into one handler.
func (a *App) site(c Config) (http.Handler, error) {
	accounts := &accountweb.Pages{Accounts: a.Account, Clock: a.Clock, SetUpToken: a.setUpToken}
	routes := a.routes(accounts)
	served := map[string]bool{}
	for _, r := range routes {
		if r.Method == http.MethodGet {
			served[r.Pattern] = true
		}
	}
	d := web.Deps{
		Routes:       routes,
		Authenticate: accounts.Authenticate,
		Chrome: a.chrome(served),
		Ready:  a.ready,
		Clock:  a.Clock,
		Log:    a.Log,
		// Who names an outer https address has a proxy that ends TLS.
		TrustProxy: strings.HasPrefix(c.PublicURL, "https://"),
	}
	if c.PublicURL != "" {
		d.TrustedOrigins = []string{strings.TrimSuffix(c.PublicURL, "/")}
	}
	return web.New(d)
}

// Routes gives every address of the site. Tests walk over them.
func (a *App) Routes() []web.Route {
	return a.routes(&accountweb.Pages{Accounts: a.Account, Clock: a.Clock})
}

func (a *App) routes(accounts *accountweb.Pages) []web.Route {
	lines := &activity.Pages{Activity: a.Activity, Accounts: a.Account, Clock: a.Clock}
	shared := &records.Services{
		Catalogue: a.Catalogue, Search: a.Search, Directory: a.Directory, Match: a.Match,
		Accounts: a.Account, Lines: lines, Clock: a.Clock,
	}
	s, n := &seeds.Pages{Services: shared}, &needs.Pages{Services: shared}
	lines.Subjects = map[string]activity.Loader{"seed": s.Subject, "need": n.Subject}
	return slices.Concat(
		(&portal.Pages{Accounts: a.Account, Catalogue: a.Catalogue, Directory: a.Directory, Search: a.Search, Clock: a.Clock}).Routes(),
		accounts.Routes(), s.Routes(), n.Routes(), (&review.Pages{Services: shared}).Routes(), lines.Routes(),
	)
}

// ready reports why requests cannot be served now: the database does not answer.
func (a *App) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return a.DB.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := db.Scalar[int](tx.QueryRow(ctx, "select 1"))
		return err
	})
}
