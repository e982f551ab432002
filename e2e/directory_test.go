package e2e

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
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

// serveDirectory serves organisations, people and their timelines to a
// coordinator, with thirty members of three years.
func serveDirectory(t *testing.T) *httptest.Server {
	t.Helper()
	d := dbtest.SQLite(t)
	clock := hub.SystemClock{}
	log := audit.New(d, clock)
	accounts := account.New(d, log, clock, account.Options{})
	lines := activity.New(d, log, clock)
	dir, seeds := directory.New(d, log, lines, clock), catalogue.New(d, log, lines, clock)
	area, err := accounts.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北の拠点", EN: "North"}})
	if err != nil {
		t.Fatal(err)
	}
	u, err := accounts.CreateUser(t.Context(), hub.SystemActor, account.NewUser{Mail: "hanako@x.example", Name: "北山 花子"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := accounts.Grant(t.Context(), hub.SystemActor, u.ID, hub.Coordinator, area.ID, "2020-04-01", ""); err != nil {
		t.Fatal(err)
	}
	who := hub.Actor{Kind: hub.User, User: u.ID, Name: u.Name, Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area.ID}}}
	for i := range 30 {
		o, err := dir.Organisations.Create(t.Context(), who, area.ID, directory.Organisation{
			Kind: directory.OrganisationKinds[i%6], Name: hub.Text{JA: fmt.Sprintf("見本%02d工業", i), EN: fmt.Sprintf("Sample %02d Works", i)}, Prefecture: []string{"01", "17"}[i%2],
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dir.Memberships.Add(t.Context(), who, directory.Membership{
			Area: area.ID, Organisation: o.ID, Class: directory.MembershipClasses[i%2], Joined: hub.Date(fmt.Sprintf("202%d-04-01", 3+i%3)),
		}); err != nil {
			t.Fatal(err)
		}
	}
	tl := &timeline.Pages{Activity: lines, Accounts: accounts, Clock: clock}
	kept := lists.New(search.NewViews(d, log, clock), accounts)
	orgs := &organisations.Pages{Directory: dir, Accounts: accounts, Catalogue: seeds, Lines: tl, Lists: kept, Clock: clock}
	persons := &people.Pages{Directory: dir, Accounts: accounts, Catalogue: seeds, Lines: tl, Lists: kept, Clock: clock}
	tl.Subjects = map[string]timeline.Loader{directory.KindOrganisation: orgs.Subject, directory.KindPerson: persons.Subject}
	h, err := web.New(web.Deps{
		Routes:       append(append(tl.Routes(), orgs.Routes()...), persons.Routes()...),
		Authenticate: func(*http.Request) (hub.Actor, error) { return who, nil },
		Log:          slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// TestDirectory does what a coordinator does after a visit: looks the firm up,
// registers it with a mistake and mends it, notes the visit and the next action,
// marks that as done, and adds the person met.
func TestDirectory(t *testing.T) {
	browser := Start(t)
	s := serveDirectory(t)
	tab := browser.Tab(t, Laptop, true)
	look := func(name string) {
		t.Helper()
		for _, width := range []int{Phone, Laptop} {
			tab.Resize(width)
			Eval[bool](tab, "scrollTo(0, 0), true")
			tab.Accessible()
			tab.Fits()
			suffix := ""
			if width == Phone {
				suffix = "-phone"
			}
			tab.Screenshot("directory-"+name+suffix, true)
		}
	}
	tab.Open(s.URL + "/organisations?lang=ja")
	tab.Waits("30件")
	look("list")
	tab.Open(s.URL + "/organisations?standing=participating&kind=university")
	tab.Waits("5件")
	tab.Open(s.URL + "/organisations/growth")
	tab.Waits("いま30機関")
	look("growth")

	tab.Open(s.URL + "/organisations/new")
	look("new")
	tab.Fill(`#f-name-ja`, "株式会社雪国ばね")
	tab.Do(chromedp.SetValue(chromedp.CSS("#f-kind"), "company_sme"))
	tab.Fill(`#f-corporate_number`, "1234567890123")
	tab.Click(`main form .button-primary, main form button[type=submit]`)
	tab.Waits("検査数字が合いません")
	look("mistake")
	tab.Fill(`#f-corporate_number`, "7000012050002")
	tab.Click(`main form .button-primary, main form button[type=submit]`)
	tab.Waits("保存しました")
	look("organisation")

	tab.Fill("#f-text", "工場を見学。ばねの試作を相談された")
	tab.Click(".entry-more summary")
	tab.Fill("#f-next", "研究者に聞く")
	tab.Click(".entry button")
	tab.Waits("記録しました")
	tab.Shows("研究者に聞く")
	look("noted")
	tab.Click(".next form button")
	tab.Waits("済みにしました")

	tab.Open(s.URL + "/people/new")
	look("person-new")
	tab.Fill("#f-name", "髙橋 一")
	tab.Fill("#f-organisation-0", "㈱雪国ばね")
	tab.Click(`main form .button-primary, main form button[type=submit]`)
	tab.Waits("保存しました")
	tab.Shows("株式会社雪国ばね")
	look("person")
	tab.Open(s.URL + "/people?q=高橋")
	tab.Waits("1人")
	look("people")
}
