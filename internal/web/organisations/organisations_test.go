package organisations_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
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
	"github.com/kyoten-hub/kyoten/internal/web/organisations"
	"github.com/kyoten-hub/kyoten/internal/web/people"
)

// site serves organisations and people of two areas.
type site struct {
	http.Handler
	t             *testing.T
	db            *db.DB
	directory     *directory.Service
	catalogue     *catalogue.Service
	north, south  account.Area
	staff, member hub.Actor
	as            map[string]hub.Actor
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func open(t *testing.T, d *db.DB) *site {
	c := &clock{time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
	log := audit.New(d, c)
	accounts := account.New(d, log, c, account.Options{})
	lines := record.New(d, log, c)
	s := &site{t: t, db: d, directory: directory.New(d, log, lines, c), catalogue: catalogue.New(d, log, lines, c), as: map[string]hub.Actor{}}
	area := func(slug, name string) account.Area {
		a, err := accounts.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: slug, Name: hub.Text{JA: name}})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	s.north, s.south = area("north", "北エリア"), area("south", "南エリア")
	s.staff = hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "北山 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: s.north.ID}}}
	s.member = hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Company, Area: s.north.ID}}}
	s.as["staff"], s.as["member"] = s.staff, s.member
	tl := &timeline.Pages{Activity: lines, Accounts: accounts, Clock: c, Subjects: map[string]timeline.Loader{}}
	kept := lists.New(search.NewViews(d, log, c), accounts)
	orgs := &organisations.Pages{Directory: s.directory, Accounts: accounts, Catalogue: s.catalogue, Lines: tl, Lists: kept, Clock: c}
	persons := &people.Pages{Directory: s.directory, Accounts: accounts, Catalogue: s.catalogue, Lines: tl, Lists: kept, Clock: c}
	tl.Subjects[directory.KindOrganisation], tl.Subjects[directory.KindPerson] = orgs.Subject, persons.Subject
	var err error
	s.Handler, err = web.New(web.Deps{
		Routes: append(append(tl.Routes(), orgs.Routes()...), persons.Routes()...), Clock: c,
		Authenticate: func(r *http.Request) (hub.Actor, error) { return s.as[r.Header.Get("As")], nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends a request as someone and gives status, body and where it leads.
func (s *site) ask(as, path string, form url.Values) (status int, body, location string) {
	s.t.Helper()
	return s.askIn(s.t.Context(), as, path, form)
}

func (s *site) askIn(ctx context.Context, as, path string, form url.Values) (status int, body, location string) {
	s.t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(form.Encode()))
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

func typed(s *site, pairs ...string) url.Values {
	v := url.Values{"name.ja": {"株式会社北山製作所"}, "kind": {"company_sme"}, "scope": {"hub"}, "area": {string(s.north.ID)}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestAnOrganisationFromTheFormToTheMembersList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		status, body, _ := s.ask("staff", "/organisations/new", typed(s, "corporate_number", "1234567890123", "about.ja", "ばねの試作"))
		if status != http.StatusUnprocessableEntity {
			t.Fatalf("a wrong 法人番号 gives %d", status)
		}
		contains(t, "the refused form", body, "北山製作所", "ばねの試作", "1234567890123", `href="#f-corporate_number"`)
		status, _, at := s.ask("staff", "/organisations/new", typed(s, "corporate_number", "7000012050002", "kana", "きたやま", "prefecture", "01", "former", "北山鉄工所\r\n北山ばね"))
		if status != http.StatusSeeOther {
			t.Fatalf("status %d", status)
		}
		status, body, _ = s.ask("staff", "/organisations/new", typed(s, "name.ja", "㈱北山鉄工所", "about.ja", "残る"))
		if status != http.StatusUnprocessableEntity {
			t.Errorf("a likely duplicate gives %d", status)
		}
		contains(t, "the question", body, at, "残る", `name="different"`)
		if status, _, _ := s.ask("staff", "/organisations/new", typed(s, "name.ja", "㈱北山鉄工所", "different", "1")); status != http.StatusSeeOther {
			t.Errorf("declared different, it gives %d", status)
		}

		status, body, _ = s.ask("staff", at, nil)
		if status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
		contains(t, "the page", body, "株式会社北山製作所", "キタヤマ", "中小企業", "北海道", "7000012050002", "北山鉄工所、北山ばね", at+"/edit", at+"/memberships/new", "組織を登録しました")
		for _, as := range []string{"member", ""} {
			for _, path := range []string{at, at + "/edit"} {
				if status, body, _ := s.ask(as, path, nil); status == http.StatusOK || strings.Contains(body, "北山製作所") {
					t.Errorf("%q %s: %d", as, path, status)
				}
			}
			for _, path := range []string{"/organisations", "/organisations?q=北山", "/organisations.csv", "/organisations/growth"} {
				if _, body, _ := s.ask(as, path, nil); strings.Contains(body, "北山製作所") || strings.Contains(body, "中小企業") {
					t.Errorf("%q %s tells of an organisation that only asked", as, path)
				}
			}
		}

		status, body, _ = s.ask("staff", at+"/memberships/new", url.Values{"area": {string(s.north.ID)}, "state": {"joined"}, "class": {""}, "joined": {"2026-04-01"}})
		if status != http.StatusUnprocessableEntity {
			t.Errorf("a member without a class gives %d", status)
		}
		contains(t, "the refused membership", body, `href="#f-class"`, "2026-04-01")
		status, _, _ = s.ask("staff", at+"/memberships/new", url.Values{"area": {string(s.north.ID)}, "state": {"joined"}, "class": {"participating"}, "joined": {"2026/4/1"}, "remark": {"会長の紹介"}})
		if status != http.StatusSeeOther {
			t.Fatalf("joining gives %d", status)
		}
		_, body, _ = s.ask("", "/organisations?area=north&standing=participating", nil)
		contains(t, "the list for everyone", body, "株式会社北山製作所", "参画", "1件")
		if strings.Contains(body, "北山鉄工所") {
			t.Error("the list for everyone has an organisation that is no member")
		}
		if _, body, _ := s.ask("", "/organisations?area=north&standing=participating&on=2026-03-31", nil); strings.Contains(body, "北山製作所") {
			t.Error("it is a member before it joined")
		}
		_, body, _ = s.ask("", at, nil)
		contains(t, "the page for everyone", body, "株式会社北山製作所", "北エリア", "2026/04/01")
		if strings.Contains(body, "会長の紹介") || strings.Contains(body, "/edit") || strings.Contains(body, "登録しました") {
			t.Error("the page for everyone tells remarks, the timeline or how to edit")
		}
		_, body, _ = s.ask("", "/organisations/growth?area=north", nil)
		contains(t, "the growth", body, "中小企業", "1機関")

		membership := regexp.MustCompile(at + `/memberships/[0-9a-f-]{36}`)
		_, body, _ = s.ask("staff", at, nil)
		m := membership.FindString(body)
		_, body, _ = s.ask("staff", m, nil)
		contains(t, "the membership's form", body, "会長の紹介", `value="2026-04-01"`)
		status, _, _ = s.ask("staff", m, url.Values{"state": {"joined"}, "class": {"participating"}, "joined": {"2026-04-01"}, "left": {"2026-10-31"}, "version": {"1"}})
		if _, body, _ := s.ask("", "/organisations?standing=former", nil); status != http.StatusSeeOther || !strings.Contains(body, "北山製作所") {
			t.Errorf("leaving gives %d, or is not listed", status)
		}
		if status, _, _ := s.ask("", m, nil); status != http.StatusSeeOther { // to the sign-in page
			t.Errorf("a stranger's membership form: %d", status)
		}
	})
}

func TestTwoEditors(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	_, _, at := s.ask("staff", "/organisations/new", typed(s))
	// The membership of a line below changes nothing of the version edited here.
	first := typed(s, "version", "1", "about.ja", "一人目の紹介")
	if status, _, _ := s.ask("staff", at+"/edit", first); status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	status, body, _ := s.ask("staff", at+"/edit", typed(s, "version", "1", "about.ja", "二人目の紹介"))
	if status != http.StatusConflict {
		t.Errorf("the slower editor gets %d", status)
	}
	contains(t, "what the slower editor gets", body, "二人目の紹介", "ほかの人が先に変更しました")
	if _, body, _ := s.ask("staff", at, nil); !strings.Contains(body, "一人目の紹介") {
		t.Error("the first change is lost")
	}
}

func TestWithdrawnAndTakenBack(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	_, _, at := s.ask("staff", "/organisations/new", typed(s))
	if status, _, to := s.ask("staff", at+"/withdraw", url.Values{"withdrawn": {"1"}}); status != http.StatusSeeOther || to != "/organisations" {
		t.Fatalf("status %d to %s", status, to)
	}
	if _, body, _ := s.ask("staff", "/organisations", nil); strings.Contains(body, at) {
		t.Error("still in the list")
	}
	_, body, _ := s.ask("staff", "/organisations?bin=1", nil)
	contains(t, "the recycle bin", body, at)
	if _, body, _ := s.ask("", "/organisations?bin=1", nil); strings.Contains(body, at) {
		t.Error("strangers look into the recycle bin")
	}
	if status, _, _ := s.ask("member", at+"/withdraw", url.Values{}); status != http.StatusNotFound {
		t.Errorf("a member restores: %d", status)
	}
	if status, _, _ := s.ask("staff", at+"/withdraw", url.Values{}); status != http.StatusSeeOther {
		t.Errorf("restoring: %d", status)
	}
	_, body, _ = s.ask("staff", "/organisations", nil)
	contains(t, "the list", body, at)
}

func TestContactsAndCataloguesOfAnOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		_, _, at := s.ask("staff", "/organisations/new", typed(s, "scope", "public"))
		id := hub.ID(strings.TrimPrefix(at, "/organisations/"))
		contact := url.Values{"contact.area": {string(s.north.ID)}, "contact.kind": {"mail"}, "contact.value": {"secret@kitayama.example"}, "contact.scope": {"hub"}, "contact.source": {"名刺"}}
		if status, _, _ := s.ask("staff", at+"/contacts", contact); status != http.StatusSeeOther {
			t.Fatalf("status %d", status)
		}
		contact.Set("contact.value", "not a mail")
		status, body, _ := s.ask("staff", at+"/contacts", contact)
		if status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong mail gives %d", status)
		}
		contains(t, "the refused contact", body, "not a mail", "secret@kitayama.example")
		for as, want := range map[string]bool{"staff": true, "member": false, "": false} {
			if _, body, _ := s.ask(as, at, nil); strings.Contains(body, "secret@kitayama.example") != want {
				t.Errorf("%q reads the contact: want %v", as, want)
			}
		}
		end := regexp.MustCompile(at + `/contacts/[0-9a-f-]{36}/end`).FindString(body)
		if status, _, _ := s.ask("staff", end, url.Values{}); status != http.StatusSeeOther {
			t.Errorf("ending it gives %d", status)
		}
		if _, body, _ := s.ask("staff", at, nil); strings.Contains(body, "secret@kitayama.example") {
			t.Error("an ended contact is still shown")
		}

		// A need whose institution is not told must not stand on its page.
		need := catalogue.Need{Record: catalogue.Record{Area: s.north.ID, Organisation: id, Institution: "北山", Scope: hub.Public, NameScope: hub.HubOnly, Title: hub.Text{JA: "名を伏せた困りごと"}}}
		if _, err := s.catalogue.Needs.Create(t.Context(), s.staff, need); err != nil {
			t.Fatal(err)
		}
		_, body, _ = s.ask("staff", at, nil)
		contains(t, "the page for staff", body, "名を伏せた困りごと")
		for _, as := range []string{"member", ""} {
			if _, body, _ := s.ask(as, at, nil); strings.Contains(body, "名を伏せた困りごと") {
				t.Errorf("%q learns whose need it is", as)
			}
		}
	})
}

func TestTheFileIsTheList(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	for i := range 5 {
		s.ask("staff", "/organisations/new", typed(s, "name.ja", fmt.Sprintf("=見本%d,\"x\"", i), "scope", "public", "different", "1", "corporate_number", "7000012050002"))
	}
	_, body, _ := s.ask("", "/organisations.csv?kind=company_sme", nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 6 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if rows[1][0] != "'=見本0,\"x\"" || rows[1][4] != "7000012050002" {
		t.Errorf("row %q", rows[1])
	}
	if _, body, _ := s.ask("", "/organisations.csv?kind=university", nil); strings.Contains(body, "見本") {
		t.Error("the file ignores the filter")
	}
}

// What a page costs does not grow with what stands on it.
func TestPagesCostTheSameForOneRowAndForMany(t *testing.T) {
	d := dbtest.SQLite(t)
	s := open(t, d)
	_, _, first := s.ask("staff", "/organisations/new", typed(s, "scope", "public"))
	org := hub.ID(strings.TrimPrefix(first, "/organisations/"))
	someone := ""
	fill := func(n int) {
		for i := range n {
			o, err := s.directory.Organisations.Create(t.Context(), s.staff, s.north.ID, directory.Organisation{Kind: directory.SME, Name: hub.Text{JA: fmt.Sprint("見本", i)}, Scope: hub.Public})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.directory.Memberships.Add(t.Context(), s.staff, directory.Membership{Area: s.north.ID, Organisation: o.ID, Class: directory.Cooperating, Joined: "2026-04-01"}); err != nil {
				t.Fatal(err)
			}
			x, err := s.directory.People.Create(t.Context(), s.staff, directory.Person{Area: s.north.ID, Name: fmt.Sprint("人", i), Affiliations: []directory.Affiliation{{Organisation: org}, {Organisation: o.ID}}})
			if err != nil {
				t.Fatal(err)
			}
			someone = "/people/" + string(x.ID)
		}
	}
	cost := func() map[string]int {
		out := map[string]int{}
		for name, path := range map[string]string{
			"list": "/organisations", "filtered": "/organisations?area=north&kind=company_sme&q=見本", "organisation": first,
			"people": "/people", "person": someone, "growth": "/organisations/growth",
		} {
			ctx, n := db.Tally(t.Context())
			if status, _, _ := s.askIn(ctx, "staff", path, nil); status != http.StatusOK {
				t.Fatalf("%s: %d", path, status)
			}
			out[name] = n()
		}
		return out
	}
	fill(1)
	one := cost()
	fill(30)
	for name, many := range cost() {
		if many != one[name] || many > 16 {
			t.Errorf("%s: %d queries for one row, %d for many; want the same, at most 16", name, one[name], many)
		}
	}
	t.Log(one)
}
