package activity_test

import (
	"context"
	"io"
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
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// site serves the section over one record, at /things/ID, that everyone sees and
// staff may write about, and one that nobody sees.
type site struct {
	http.Handler
	t             *testing.T
	area          hub.ID
	staff, member hub.Actor
	thing, secret hub.ID
	lines         *record.Service
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func open(t *testing.T, d *db.DB) *site {
	c := &clock{time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
	log := audit.New(d, c)
	accounts := account.New(d, log, c, account.Options{})
	area, err := accounts.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北"}})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, area: area.ID, thing: hub.NewID(), secret: hub.NewID(), lines: record.New(d, log, c)}
	actor := func(mail, name string, role hub.Role) hub.Actor {
		u, err := accounts.CreateUser(t.Context(), hub.SystemActor, account.NewUser{Mail: mail, Name: name})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := accounts.Grant(t.Context(), hub.SystemActor, u.ID, role, area.ID, "", ""); err != nil {
			t.Fatal(err)
		}
		return hub.Actor{Kind: hub.User, User: u.ID, Name: name, Roles: []hub.RoleIn{{Role: role, Area: area.ID}}}
	}
	s.staff, s.member = actor("a@x.example", "北山 花子", hub.Coordinator), actor("b@x.example", "会社 太郎", hub.Company)
	pages := &activity.Pages{Activity: s.lines, Accounts: accounts, Clock: c, Subjects: map[string]activity.Loader{
		"thing": func(_ context.Context, a hub.Actor, id hub.ID) (activity.Subject, error) {
			if id != s.thing {
				return activity.Subject{}, hub.Errorf(hub.NotFound, "error.not_found")
			}
			return activity.Subject{Title: hub.Text{JA: "雪の荷車"}, Href: "/things/" + string(id), Area: s.area, Scope: hub.Members, Write: a.StaffOf(s.area)}, nil
		},
	}}
	show := web.Route{Method: http.MethodGet, Pattern: "/things/{id}", Public: true, Handler: func(w http.ResponseWriter, r *http.Request) error {
		a := web.ActorOf(r.Context())
		subject, err := pages.Subjects["thing"](r.Context(), a, hub.ID(r.PathValue("id")))
		if err != nil {
			return err
		}
		subject.Kind, subject.ID = "thing", s.thing
		l, err := pages.Of(r.Context(), a, subject)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, ui.Part(l.Todo(), l.Part()))
	}}
	s.Handler, err = web.New(web.Deps{
		Routes: append(pages.Routes(), show), Clock: c,
		Authenticate: func(r *http.Request) (hub.Actor, error) {
			switch r.Header.Get("As") {
			case "staff":
				return s.staff, nil
			case "member":
				return s.member, nil
			}
			return hub.Actor{}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends a request as someone and gives status, body and where it leads.
func (s *site) ask(as, path string, form url.Values) (status int, body, location string) {
	s.t.Helper()
	method, content := http.MethodGet, ""
	if form != nil {
		method, content = http.MethodPost, form.Encode()
	}
	r := httptest.NewRequest(method, path, strings.NewReader(content))
	r.Header.Set("As", as)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	b, err := io.ReadAll(w.Result().Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return w.Code, string(b), w.Header().Get("Location")
}

func (s *site) at(id hub.ID) string { return "?of=thing&record=" + string(id) }

func TestALineIsNotedDoneAndTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		page := "/things/" + string(s.thing)
		status, _, location := s.ask("staff", "/activities"+s.at(s.thing), url.Values{
			"kind": {"call"}, "text": {"社長と電話"}, "next": {"見積を送る"}, "due": {"2026/12/1"},
		})
		if status != http.StatusSeeOther || location != page+"#timeline" {
			t.Fatalf("status %d to %s", status, location)
		}
		_, body, _ := s.ask("staff", page, nil)
		for _, want := range []string{"社長と電話", "見積を送る", "北山 花子", "2026年12月1日", "電話"} {
			if !strings.Contains(body, want) {
				t.Errorf("the page lacks %s", want)
			}
		}
		// What the hub noted for itself is not told to members and strangers.
		for _, as := range []string{"member", ""} {
			for _, path := range []string{page, "/activities" + s.at(s.thing)} {
				if _, body, _ := s.ask(as, path, nil); strings.Contains(body, "社長") || strings.Contains(body, "見積") {
					t.Errorf("%s as %q tells of the line", path, as)
				}
			}
		}
		done := regexp.MustCompile(`/activities/([0-9a-f-]{36})/done`).FindStringSubmatch(body)
		if done == nil {
			t.Fatal("no way to mark it as done")
		}
		for _, as := range []string{"member", ""} {
			if status, _, _ := s.ask(as, done[0], url.Values{}); status != http.StatusNotFound && status != http.StatusForbidden {
				t.Errorf("%q finishes another's action: %d", as, status)
			}
		}
		status, _, location = s.ask("staff", done[0], url.Values{"back": {"//evil.example/"}})
		if status != http.StatusSeeOther || location != page+"#timeline" {
			t.Errorf("done leads with %d to %s", status, location)
		}
		if _, body, _ := s.ask("staff", page, nil); strings.Contains(body, done[0]) || !strings.Contains(body, "/reopen") {
			t.Error("what is done still waits, or cannot be taken back")
		}
		if status, _, _ := s.ask("staff", "/activities/"+done[1]+"/reopen", url.Values{}); status != http.StatusSeeOther {
			t.Errorf("reopening gives %d", status)
		}
		status, _, _ = s.ask("staff", "/activities/"+done[1]+"/plan", url.Values{"assignee": {string(s.member.User)}, "due": {""}})
		if status != http.StatusUnprocessableEntity {
			t.Errorf("handing on to someone who is no staff gives %d", status)
		}
		status, _, _ = s.ask("staff", "/activities/"+done[1]+"/plan", url.Values{"assignee": {string(s.staff.User)}, "due": {"2026-12-24"}})
		if _, body, _ := s.ask("staff", page, nil); status != http.StatusSeeOther || !strings.Contains(body, "2026年12月24日") {
			t.Errorf("postponing gives %d", status)
		}
	})
}

func TestARefusedLineComesBackFilled(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	status, body, _ := s.ask("staff", "/activities"+s.at(s.thing), url.Values{"kind": {"visit"}, "text": {""}, "due": {"2026-12-01"}, "body": {"長い話"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "長い話") || !strings.Contains(body, `href="#f-text"`) || !strings.Contains(body, `href="#f-next"`) {
		t.Errorf("status %d, or the form lost what was typed", status)
	}
	status, body, _ = s.ask("staff", "/activities"+s.at(s.thing), url.Values{"kind": {"visit"}, "text": {"明日の話"}, "day": {"2026-11-24"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "先の日付") {
		t.Errorf("an entry of tomorrow gives %d", status)
	}
	// The scope is never wider than the record's own.
	if status, _, _ := s.ask("staff", "/activities"+s.at(s.thing), url.Values{"kind": {"note"}, "text": {"広めたい"}, "scope": {"public"}}); status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	lines, _, err := s.lines.Timeline(t.Context(), s.staff, s.thing, hub.Page{})
	if err != nil || len(lines) != 1 || lines[0].Scope != hub.Members {
		t.Errorf("kept as %+v, %v", lines, err)
	}
	if _, body, _ := s.ask("member", "/activities"+s.at(s.thing), nil); !strings.Contains(body, "広めたい") {
		t.Error("members do not read a line of scope members")
	}
	status, _, _ = s.ask("staff", "/activities/"+string(lines[0].ID)+"/correct", url.Values{"kind": {"note"}, "text": {"広めたかった"}})
	if _, body, _ := s.ask("staff", "/activities"+s.at(s.thing), nil); status != http.StatusSeeOther || !strings.Contains(body, "訂正：広めたかった") || !strings.Contains(body, "広めたい（訂正あり）") {
		t.Errorf("a correction gives %d, or is not shown as one", status)
	}
}

func TestOnlyBehindTheRecordsOwnDoor(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	text := url.Values{"kind": {"note"}, "text": {"x"}}
	for _, c := range []struct {
		as, path string
		form     url.Values
		want     int
	}{
		{"staff", "/activities" + s.at(s.secret), nil, http.StatusNotFound},
		{"staff", "/activities" + s.at(s.secret), text, http.StatusNotFound},
		{"staff", "/activities/new" + s.at(s.secret), nil, http.StatusNotFound},
		{"staff", "/activities/new?of=unknown&record=" + string(s.thing), nil, http.StatusNotFound},
		{"staff", "/activities/new" + s.at(s.thing), nil, http.StatusOK},
		{"member", "/activities/new" + s.at(s.thing), nil, http.StatusForbidden},
		{"member", "/activities" + s.at(s.thing), text, http.StatusForbidden},
		{"", "/activities" + s.at(s.thing), text, http.StatusForbidden},
		{"", "/activities/new" + s.at(s.thing), nil, http.StatusSeeOther},
		{"staff", "/activities/" + string(hub.NewID()) + "/done", url.Values{}, http.StatusNotFound},
		{"staff", "/activities/x/done", url.Values{}, http.StatusNotFound},
	} {
		if status, _, _ := s.ask(c.as, c.path, c.form); status != c.want {
			t.Errorf("%q %s: %d, want %d", c.as, c.path, status, c.want)
		}
	}
	// A line whose only subject cannot be seen is no line.
	id, err := s.lines.Add(t.Context(), s.staff, record.Record{Kind: record.Note, Line: "x", Next: "y", Area: s.area, Subjects: []record.Subject{{Kind: "thing", ID: s.secret}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"done", "plan", "correct"} {
		if status, _, _ := s.ask("staff", "/activities/"+string(id)+"/"+verb, url.Values{}); status != http.StatusNotFound {
			t.Errorf("%s gives %d", verb, status)
		}
	}
}

// What a record's page pays for its timeline does not grow with it.
func TestATimelineCostsTheSameForOneLineAndForMany(t *testing.T) {
	d := dbtest.SQLite(t)
	s := open(t, d)
	cost := func() int {
		ctx, n := db.Tally(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/things/"+string(s.thing), nil)
		r.Header.Set("As", "staff")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("status %d", w.Code)
		}
		return n()
	}
	add := func() {
		_, err := s.lines.Add(t.Context(), s.staff, record.Record{Kind: record.Note, Line: "x", Next: "y", Area: s.area, Subjects: []record.Subject{{Kind: "thing", ID: s.thing}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	add()
	one := cost()
	for range 30 {
		add()
	}
	if many := cost(); many != one || one > 6 {
		t.Errorf("%d queries for one line, %d for many; want the same, at most 6", one, many)
	}
}
