package people_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	record "github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	timeline "github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/lists"
	"github.com/kyoten-hub/kyoten/internal/web/people"
)

type site struct {
	http.Handler
	t         *testing.T
	directory *directory.Service
	area      hub.ID
	as        map[string]hub.Actor
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func open(t *testing.T, d *db.DB) *site {
	c := &clock{time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
	log := audit.New(d, c)
	accounts := account.New(d, log, c, account.Options{})
	lines := record.New(d, log, c)
	area, err := accounts.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北エリア"}})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, directory: directory.New(d, log, lines, c), area: area.ID, as: map[string]hub.Actor{
		"staff":  {Kind: hub.User, User: hub.NewID(), Name: "北山 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area.ID}}},
		"member": {Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Company, Area: area.ID}}},
	}}
	tl := &timeline.Pages{Activity: lines, Accounts: accounts, Clock: c, Subjects: map[string]timeline.Loader{}}
	kept := lists.New(search.NewViews(d, log, c), accounts)
	pages := &people.Pages{Directory: s.directory, Accounts: accounts, Catalogue: catalogue.New(d, log, lines, c), Lines: tl, Lists: kept, Clock: c}
	tl.Subjects[directory.KindPerson] = pages.Subject
	s.Handler, err = web.New(web.Deps{
		Routes: append(tl.Routes(), pages.Routes()...), Clock: c,
		Authenticate: func(r *http.Request) (hub.Actor, error) { return s.as[r.Header.Get("As")], nil },
	})
	if err != nil {
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

func contains(t *testing.T, what, body string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(body, want) {
			t.Errorf("%s lacks %q", what, want)
		}
	}
}

func TestAPersonFromTheFormToThePage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o, err := s.directory.Organisations.Create(t.Context(), s.as["staff"], s.area, directory.Organisation{Kind: directory.University, Name: hub.Text{JA: "国立大学法人見本大学"}, Scope: hub.Public})
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{
			"area": {string(s.area)}, "name": {"渡邉 太郎"}, "kana": {"わたなべ たろう"}, "kind": {"coordinator"}, "scope": {"members"},
			"organisation.0": {"見本大学"}, "title.0.ja": {"特任教授"}, "from.0": {"2024-04-01"},
			"organisation.1": {"どこかの会社"}, "until.1": {"2024-03-31"},
			"expertise.ja": {"雪氷の計測と知財"}, "orcid": {"0000-0002-1825-0098"}, "remark": {"午前は不在"},
		}
		status, body, _ := s.ask("staff", "/people/new", form)
		if status != http.StatusUnprocessableEntity {
			t.Fatalf("a wrong ORCID gives %d", status)
		}
		contains(t, "the refused form", body, "渡邉 太郎", "特任教授", "どこかの会社", "午前は不在", `href="#f-orcid"`)
		form.Set("orcid", "https://orcid.org/0000-0002-1825-0097")
		status, _, at := s.ask("staff", "/people/new", form)
		if status != http.StatusSeeOther {
			t.Fatalf("status %d", status)
		}
		_, body, _ = s.ask("staff", at, nil)
		contains(t, "the page", body, "渡邉 太郎", "ワタナベ タロウ", "/organisations/"+string(o.ID), "国立大学法人見本大学", "特任教授", "どこかの会社", "雪氷の計測と知財", "午前は不在", "https://orcid.org/0000-0002-1825-0097", "人を登録しました")
		_, body, _ = s.ask("member", at, nil)
		contains(t, "the page for members", body, "渡邉 太郎", "雪氷の計測と知財")
		for _, hidden := range []string{"午前は不在", at + "/edit", "登録しました"} {
			if strings.Contains(body, hidden) {
				t.Errorf("members are told %q", hidden)
			}
		}
		for _, path := range []string{at, "/people", "/people?q=渡邉", "/people.csv", "/activities?of=person&record=" + strings.TrimPrefix(at, "/people/")} {
			if _, body, _ := s.ask("", path, nil); strings.Contains(body, "渡邉 太郎") || strings.Contains(body, "雪氷の計測") {
				t.Errorf("strangers find him at %s", path)
			}
		}
		_, body, _ = s.ask("member", "/people?q=渡辺太郎&kind=coordinator&area=north", nil)
		contains(t, "the list, in another spelling", body, "渡邉 太郎", "1人", "国立大学法人見本大学　特任教授")
		_, body, _ = s.ask("member", "/people.csv?organisation="+string(o.ID), nil)
		contains(t, "the file", body, "渡邉 太郎", "0000-0002-1825-0097")
		if strings.Contains(body, "午前は不在") {
			t.Error("the file tells the remark")
		}
		// Who looks like him is asked about.
		status, body, _ = s.ask("staff", "/people/new", url.Values{"area": {string(s.area)}, "name": {"渡辺太郎"}, "scope": {"hub"}})
		if status != http.StatusUnprocessableEntity {
			t.Errorf("a likely duplicate gives %d", status)
		}
		contains(t, "the question", body, at, `name="different"`)
		if status, _, _ := s.ask("member", "/people/new", form); status != http.StatusForbidden {
			t.Errorf("a member adds people: %d", status)
		}
		// A saved form keeps the organisation it was linked to, whatever it is called.
		edit := url.Values{"version": {"1"}, "name": {"渡邉 太郎"}, "scope": {"members"}, "organisation.0": {"見本大学"}, "title.0.ja": {"教授"}}
		if status, _, _ := s.ask("staff", at+"/edit", edit); status != http.StatusSeeOther {
			t.Fatalf("status %d", status)
		}
		v, err := s.directory.People.Get(t.Context(), s.as["staff"], hub.ID(strings.TrimPrefix(at, "/people/")))
		if err != nil || len(v.Affiliations) != 1 || v.Affiliations[0].Organisation != o.ID || v.Affiliations[0].Title.JA != "教授" {
			t.Errorf("kept %+v, %v", v.Affiliations, err)
		}
	})
}

func TestHimself(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	p, err := s.directory.People.Create(t.Context(), s.as["staff"], directory.Person{Area: s.area, Name: "見本 太郎", Remark: "内緒", Affiliations: []directory.Affiliation{{Name: "見本大学"}}})
	if err != nil {
		t.Fatal(err)
	}
	s.as["self"] = hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "見本 太郎", Persons: []hub.ID{p.ID}, Roles: []hub.RoleIn{{Role: hub.Researcher, Area: s.area}}}
	at := "/people/" + string(p.ID)
	_, body, _ := s.ask("self", at+"/edit", nil)
	contains(t, "his own form", body, `name="expertise.ja"`, `name="orcid"`)
	for _, field := range []string{`name="name"`, `name="scope"`, `name="remark"`, `name="organisation.0"`} {
		if strings.Contains(body, field) {
			t.Errorf("his own form offers %s", field)
		}
	}
	status, _, _ := s.ask("self", at+"/edit", url.Values{"version": {"1"}, "expertise.ja": {"除雪"}, "name": {"別人"}, "scope": {"public"}, "remark": {"消す"}})
	if status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	v, err := s.directory.People.Get(t.Context(), s.as["staff"], p.ID)
	if err != nil || v.Name != "見本 太郎" || v.Scope != hub.HubOnly || v.Remark != "内緒" || v.Expertise.JA != "除雪" || len(v.Affiliations) != 1 {
		t.Errorf("kept %+v, %v", v.Person, err)
	}
	contact := url.Values{"contact.kind": {"mobile"}, "contact.value": {"090-1234-5678"}, "contact.scope": {"hub"}}
	if status, _, _ := s.ask("self", at+"/contacts", contact); status != http.StatusSeeOther {
		t.Errorf("his own contact gives %d", status)
	}
	for as, want := range map[string]bool{"self": true, "staff": true, "member": false} {
		if _, body, _ := s.ask(as, at, nil); strings.Contains(body, "090-1234-5678") != want {
			t.Errorf("%s reads the number: want %v", as, want)
		}
	}
	status, body, _ = s.ask("self", at+"/edit", url.Values{"version": {"1"}, "expertise.ja": {"遅れて書いた"}})
	if status != http.StatusConflict {
		t.Errorf("an old version gives %d", status)
	}
	contains(t, "the form in conflict", body, "遅れて書いた")
	if status, _, _ := s.ask("self", at+"/withdraw", url.Values{"withdrawn": {"1"}}); status != http.StatusForbidden {
		t.Errorf("he withdraws himself: %d", status)
	}
}
