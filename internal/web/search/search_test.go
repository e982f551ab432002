package search_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	pages "github.com/kyoten-hub/kyoten/internal/web/search"
)

func TestOnePageForEverything(t *testing.T) {
	d, clock, ctx := dbtest.SQLite(t), hub.SystemClock{}, t.Context()
	log := audit.New(d, clock)
	lines := activity.New(d, log, clock)
	dir, cat := directory.New(d, log, lines, clock), catalogue.New(d, log, lines, clock)
	accounts := account.New(d, log, clock, account.Options{})
	s := search.New(d, log, clock, search.Options{}, search.Seeds(cat, dir), search.Needs(cat, dir), search.Organisations(dir), search.People(dir))
	if err := s.Open(ctx); err != nil {
		t.Fatal(err)
	}
	p := &pages.Pages{Search: s, Accounts: accounts, Catalogue: cat, Directory: dir}
	var area [2]account.Area
	for i, slug := range []string{"north", "south"} {
		var err error
		if area[i], err = accounts.CreateArea(ctx, hub.SystemActor, account.Area{Slug: slug, Name: hub.Text{JA: slug}}); err != nil {
			t.Fatal(err)
		}
	}
	staff := hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Office, Area: area[0].ID}, {Role: hub.Office, Area: area[1].ID}}}
	for i := range 30 {
		_, err := cat.Seeds.Create(ctx, staff, catalogue.Seed{
			Record:  catalogue.Record{Area: area[i%2].ID, Scope: hub.Public, Title: hub.Text{JA: "融雪" + strconv.Itoa(i)}, Fields: []string{"snow"}},
			Summary: hub.Text{JA: "屋根の雪を <b>融かす</b>"}, Gate: catalogue.Gate{Answer: catalogue.GateNone},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := cat.Needs.Create(ctx, staff, catalogue.Need{Record: catalogue.Record{Area: area[0].ID, Title: hub.Text{JA: "融雪を内密に"}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Organisations.Create(ctx, staff, area[0].ID, directory.Organisation{Kind: directory.SME, Scope: hub.Public, Name: hub.Text{JA: "融雪工業"}}); err != nil {
		t.Fatal(err)
	}
	h, err := web.New(web.Deps{
		Routes: p.Routes(), Log: slog.New(slog.DiscardHandler),
		Authenticate: func(r *http.Request) (hub.Actor, error) {
			if r.Header.Get("X-Staff") != "" {
				return staff, nil
			}
			return hub.Actor{}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(h)
	defer site.Close()
	get := func(query string, asStaff bool) string {
		t.Helper()
		r, _ := http.NewRequest("GET", site.URL+"/search?"+query, nil)
		if asStaff {
			r.Header.Set("X-Staff", "1")
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", query, res.StatusCode)
		}
		return string(b)
	}
	q := "q=" + url.QueryEscape("融雪")
	count := func(body string) string {
		return regexp.MustCompile(`role="status">([^<]*)<`).FindStringSubmatch(body)[1]
	}
	rows := func(body string) int { return strings.Count(body, "data-row>") }
	for _, c := range []struct {
		query string
		staff bool
		count string
		rows  int
	}{
		{q, false, "31件", 5 + 1},
		{q, true, "32件", 5 + 1 + 1},
		{q + "&kind=seed", false, "30件", 30},
		{q + "&kind=seed&limit=20", false, "30件", 20},
		{q + "&area=north", false, "15件", 5},
		{q + "&area=north&area=south&kind=seed", false, "30件", 30},
		{q + "&area=nowhere", false, "0件", 0},
		{q + "&field=snow", true, "30件", 5},
		{"q=" + url.QueryEscape("内密"), false, "0件", 0},
		{"q=" + url.QueryEscape("内密"), true, "1件", 1},
		{"q=%3Cscript%3E", false, "0件", 0},
		{"", false, "", 0},
	} {
		body := get(c.query, c.staff)
		if count(body) != c.count || rows(body) != c.rows {
			t.Errorf("%s, staff %v: %q and %d rows, want %q and %d", c.query, c.staff, count(body), rows(body), c.count, c.rows)
		}
		if strings.Contains(body, "<b>") || strings.Contains(body, "<script>") {
			t.Errorf("%s: something typed became markup", c.query)
		}
	}
	body := get(q+"&kind=seed&limit=20", false)
	if !strings.Contains(body, "<mark>融雪</mark>") {
		t.Error("the word is not marked")
	}
	next := regexp.MustCompile(`href="/search\?([^"]*after=[^"]*)"`).FindStringSubmatch(body)
	if next == nil {
		t.Fatal("there is no next page")
	}
	if n := rows(get(strings.ReplaceAll(next[1], "&amp;", "&"), false)); n != 10 {
		t.Errorf("the second page has %d rows", n)
	}
}
