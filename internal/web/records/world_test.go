package records_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	record "github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	timeline "github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/choose"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/needs"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/seeds"
)

// site is seeds and needs with everything they ask, on a real database.
type site struct {
	http.Handler
	t    *testing.T
	svc  *records.Services
	area hub.ID
	as   map[string]hub.Actor
	now  time.Time
}

func (s *site) Now() time.Time { return s.now }

func open(t *testing.T, d *db.DB) *site {
	s := &site{t: t, now: time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
	log := audit.New(d, s)
	accounts := account.New(d, log, s, account.Options{})
	lines := record.New(d, log, s)
	dir := directory.New(d, log, lines, s)
	cat := catalogue.New(d, log, lines, s)
	find := search.New(d, log, s, search.Options{}, search.Seeds(cat, dir), search.Needs(cat, dir))
	area, err := accounts.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北エリア"}})
	if err != nil {
		t.Fatal(err)
	}
	s.area = area.ID
	s.as = map[string]hub.Actor{
		"staff":  {Kind: hub.User, User: hub.NewID(), Name: "北山 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area.ID}}},
		"office": {Kind: hub.User, User: hub.NewID(), Name: "事務 次郎", Roles: []hub.RoleIn{{Role: hub.Office, Area: area.ID}}},
		"member": {Kind: hub.User, User: hub.NewID(), Name: "会員 三郎", Roles: []hub.RoleIn{{Role: hub.Company, Area: area.ID}}},
	}
	tl := &timeline.Pages{Activity: lines, Accounts: accounts, Clock: s, Subjects: map[string]timeline.Loader{}}
	kept := lists.New(search.NewViews(d, log, s), accounts)
	pick := &choose.Pages{Directory: dir, Clock: s}
	s.svc = &records.Services{
		Catalogue: cat, Search: find, Directory: dir, Match: match.New(d, log, lines, cat, find.Finder(), s),
		Accounts: accounts, Lines: tl, Choose: pick, Lists: kept, Clock: s,
	}
	seeds, needs := seeds.New(s.svc), needs.New(s.svc)
	tl.Subjects["seed"], tl.Subjects["need"] = seeds.Subject, needs.Subject
	routes := slices.Concat(seeds.Routes(), needs.Routes(), tl.Routes(), pick.Routes(), kept.Routes())
	s.Handler, err = web.New(web.Deps{
		Routes: routes, Clock: s, Log: slog.New(slog.DiscardHandler),
		Authenticate: func(r *http.Request) (hub.Actor, error) { return s.as[r.Header.Get("As")], nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := find.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) ask(as, path string, form url.Values) (status int, body, location string) {
	s.t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("As", as)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header().Get("Location")
}

// want asks and fails when the answer has another status; it gives the page.
func (s *site) want(status int, as, path string, form url.Values) string {
	s.t.Helper()
	got, body, at := s.ask(as, path, form)
	if got != status {
		s.t.Fatalf("%s %s gives %d, not %d: %s", as, path, got, status, words(body))
	}
	if got == http.StatusSeeOther {
		return at
	}
	return body
}

var tag = regexp.MustCompile(`(?s)<script.*?</script>|<style.*?</style>|<[^>]*>|\s+`)

// words is the text of a page.
func words(html string) string {
	s := tag.ReplaceAllString(html, " ")
	return s[:min(len(s), 600)]
}

func (s *site) contains(what, body string, all ...string) {
	s.t.Helper()
	for _, w := range all {
		if !strings.Contains(body, w) {
			s.t.Errorf("%s lacks %q", what, w)
		}
	}
}

func (s *site) firm(name string) directory.Organisation {
	s.t.Helper()
	o, err := s.svc.Directory.Organisations.Create(s.t.Context(), s.as["staff"], s.area, directory.Organisation{Kind: directory.University, Name: hub.Text{JA: name}, Scope: hub.Public})
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

func (s *site) person(name, at string) directory.Person {
	s.t.Helper()
	p, err := s.svc.Directory.People.Create(s.t.Context(), s.as["staff"], directory.Person{
		Area: s.area, Name: name, Scope: hub.Members, Affiliations: []directory.Affiliation{{Name: at}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// seedForm is a form as it is sent when only a title is written.
func (s *site) seedForm(title string) url.Values {
	return url.Values{
		"area": {string(s.area)}, "title.ja": {title}, "budget.state": {""},
		"scope": {"hub"}, "name_scope": {"public"}, "detail_scope": {"hub"},
	}
}

func narrow(o *directory.Organisation) error { o.Scope = hub.HubOnly; return nil }
