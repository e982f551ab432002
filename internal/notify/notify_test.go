package notify_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/jobs"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/notify"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// house is an area with one coordinator, who has a promise due, and a mail server
// that fails as it is told to.
type house struct {
	*notify.Service
	t        *testing.T
	clock    *clock
	accounts *account.Service
	today    *desk.Service
	lines    *activity.Service
	log      *audit.Log
	people   *directory.Service
	c        *catalogue.Service
	jobs     *jobs.Jobs
	server   *server
	area     hub.ID
	a        hub.Actor
}

func open(t *testing.T, d *db.DB, name string, withServer bool) *house {
	t.Helper()
	h := &house{t: t, clock: &clock{time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)}, server: listen(t)}
	log := audit.New(d, h.clock)
	h.accounts = account.New(d, log, h.clock, account.Options{})
	h.lines = activity.New(d, log, h.clock)
	people := directory.New(d, log, h.lines, h.clock)
	h.log, h.people = log, people
	h.c = catalogue.New(d, log, h.lines, h.clock)
	found := match.New(d, log, h.lines, h.c, func(context.Context, hub.Actor, string, []lexical.Field, int) ([]match.Found, error) { return nil, nil }, h.clock)
	today := desk.New(d, h.clock, desk.Rooms{Accounts: h.accounts, Lines: h.lines, Directory: people, Catalogue: h.c, Match: found})
	h.today = today
	j, err := jobs.New(d, slog.New(slog.DiscardHandler), jobs.Options{Retry: func(int) time.Duration { return time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.jobs = j
	var sender notify.Sender
	if withServer {
		host, port, _ := net.SplitHostPort(h.server.Addr().String())
		c := notify.SMTP{Host: host, TLS: "none", From: "拠点 <hub@kyoten.example>"}
		_, _ = fmt.Sscan(port, &c.Port)
		if sender, err = c.Open(); err != nil {
			t.Fatal(err)
		}
	}
	h.Service = notify.New(d, h.clock, h.accounts, today, j, sender, "https://hub.example")
	area, err := h.accounts.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北"}})
	if err != nil {
		t.Fatal(err)
	}
	h.area = area.ID
	u, err := h.accounts.CreateUser(t.Context(), hub.SystemActor, account.NewUser{Mail: "a@x.example", Name: name})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.accounts.Grant(t.Context(), hub.SystemActor, u.ID, hub.Coordinator, area.ID, "", ""); err != nil {
		t.Fatal(err)
	}
	h.a = hub.Actor{Kind: hub.User, User: u.ID, Name: name, Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area.ID}}}
	h.promise("雪の相談", "折り返し電話する", hub.HubOnly)
	return h
}

func (h *house) promise(title, next string, scope hub.Scope) {
	h.t.Helper()
	n, err := h.c.Needs.Create(h.t.Context(), h.a, catalogue.Need{Record: catalogue.Record{Area: h.area, Title: hub.Text{JA: title}, Scope: scope}})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.lines.Add(h.t.Context(), h.a, activity.Record{
		Kind: activity.Call, Line: "話した", Area: h.area, Scope: scope, Next: next, Due: "2026-11-24",
		Subjects: []activity.Subject{{Kind: "need", ID: n.ID}},
	}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = h.jobs.Run(ctx); close(done) }()
	h.t.Cleanup(func() { cancel(); <-done })
}

// until waits until the one letter is in a state, and gives it.
func (h *house) until(state string) notify.Letter {
	h.t.Helper()
	var all []notify.Letter
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var err error
		if all, err = h.Letters(h.t.Context(), hub.SystemActor, 10); err != nil {
			h.t.Fatal(err)
		}
		if len(all) == 1 && all[0].State == state {
			return all[0]
		}
	}
	h.t.Fatalf("no letter became %s: %+v", state, all)
	return notify.Letter{}
}

func each(t *testing.T, fn func(t *testing.T, d *db.DB)) { dbtest.Each(t, fn) }

// The server refuses for a while, then takes the letter and breaks the line
// before it says so, then works: the letter comes, under one Message-ID.
func TestALetterComesThroughAServerThatFails(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "担当 二", true)
		h.server.fail("451 later", "421 later", "drop", "")
		h.run() // writes the digests when it starts
		h.until(notify.Sent)
		got := h.server.letters()
		if len(got) != 2 {
			t.Fatalf("%d copies arrived, want the one whose answer was lost and the one after", len(got))
		}
		ids := map[string]bool{}
		for _, raw := range got {
			m, err := mail.ReadMessage(strings.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			ids[m.Header.Get("Message-Id")] = true
		}
		if len(ids) != 1 {
			t.Errorf("one letter has several Message-IDs: %v", ids)
		}
		for range 3 { // the same day again
			if n, err := h.WriteDigests(t.Context(), hub.SystemActor); n != 0 || err != nil {
				t.Errorf("written again: %d, %v", n, err)
			}
		}
		time.Sleep(300 * time.Millisecond)
		if len(h.server.letters()) != 2 {
			t.Error("the letter was sent again")
		}
	})
}

func TestAnAddressThatIsRefusedIsNotTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "担当 二", true)
		h.server.fail("550 no such person", "", "", "")
		h.run()
		l := h.until(notify.Failed)
		time.Sleep(300 * time.Millisecond)
		if !strings.Contains(l.Failure, "550") || len(h.server.letters()) != 0 {
			t.Errorf("failure %q, %d letters", l.Failure, len(h.server.letters()))
		}
		mine, err := h.Letters(t.Context(), h.a, 10)
		if err != nil || len(mine) != 1 || mine[0].Failure != "" {
			t.Errorf("the reader is told the server's words: %+v, %v", mine, err)
		}
	})
}

func TestWithoutAServerTheLetterIsKeptAndCanBeCopied(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "担当 二", false)
		h.run()
		h.until(notify.Kept)
		text, err := h.Mine(t.Context(), h.a)
		if err != nil || !strings.Contains(text.Plain, "折り返し電話する（雪の相談）") || !strings.Contains(text.Plain, "https://hub.example/today") {
			t.Errorf("%q, %v", text.Plain, err)
		}
	})
}

func TestWishesAreKept(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "担当 二", false)
		write := func(p notify.Preference) int {
			t.Helper()
			if err := h.SetPreference(t.Context(), h.a, p); err != nil {
				t.Fatal(err)
			}
			n, err := h.WriteDigests(t.Context(), hub.SystemActor)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := write(notify.Preference{Digest: false, Hour: 7}); n != 0 {
			t.Error("written to somebody who wants none")
		}
		if n := write(notify.Preference{Digest: true, Hour: 11}); n != 0 { // it is ten in the morning
			t.Error("written before its hour")
		}
		h.clock.now = h.clock.now.AddDate(0, 0, 4) // Saturday
		if n := write(notify.Preference{Digest: true, Hour: 7}); n != 0 {
			t.Error("written on a Saturday")
		}
		h.clock.now = h.clock.now.AddDate(0, 0, -4)
		if n := write(notify.Preference{Digest: true, Hour: 7, Language: hub.EN}); n != 1 {
			t.Error("not written at its hour")
		}
		text, err := h.Mine(t.Context(), h.a)
		if err != nil || !strings.Contains(text.Plain, "Due today") || !strings.HasPrefix(text.Subject, "Today’s work") {
			t.Errorf("%+v, %v", text, err)
		}
		if err := h.SetPreference(t.Context(), h.a, notify.Preference{Hour: 24}); hub.KindOf(err) != hub.Invalid {
			t.Errorf("hour 24: %v", err)
		}
	})
}

// What is for named parties only stands in no letter, in no part of it.
func TestALetterHoldsNothingOfACase(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "担当 二", false)
		person := hub.NewID()
		h.a.Persons = []hub.ID{person}
		n, err := h.c.Needs.Create(t.Context(), h.a, catalogue.Need{Record: catalogue.Record{
			Area: h.area, Coordinator: person, Title: hub.Text{JA: "目印題名"}, Scope: hub.Case,
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.lines.Add(t.Context(), h.a, activity.Record{
			Kind: activity.Call, Line: "目印一行", Area: h.area, Scope: hub.Case, Next: "目印予定", Due: "2026-11-24",
			Subjects: []activity.Subject{{Kind: "need", ID: n.ID}}, Coordinator: person,
		}); err != nil {
			t.Fatal(err)
		}
		text, err := h.Mine(t.Context(), h.a)
		if err != nil {
			t.Fatal(err)
		}
		if whole := text.Subject + text.Plain + text.HTML; strings.Contains(whole, "目印") || !strings.Contains(whole, "当事者限り") {
			t.Errorf("the letter tells of a case:\n%s", whole)
		}
	})
}

func TestNoNameBeginsAHeader(t *testing.T) {
	h := open(t, dbtest.SQLite(t), "太郎", true)
	c := h.server
	host, port, _ := net.SplitHostPort(c.Addr().String())
	s := notify.SMTP{Host: host, TLS: "none", From: "hub@kyoten.example"}
	_, _ = fmt.Sscan(port, &s.Port)
	sender, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	evil := "x\r\nBcc: other@x.example\r\nX-Evil: 1"
	if err := sender.Send(t.Context(), hub.NewID(), "a@x.example", evil, notify.Text{Subject: evil, Plain: "p", HTML: "<p>p</p>"}); err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(c.letters()[0]))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Bcc") != "" || m.Header.Get("X-Evil") != "" {
		t.Errorf("a header was smuggled in: %v", m.Header)
	}
}

// server is a mail server that answers the next letters as it is told: a code and
// words for the receiver, "drop" to take the letter and break the line, "" to
// work.
type server struct {
	net.Listener
	mu    sync.Mutex
	plan  []string
	taken []string
}

func listen(t *testing.T) *server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Listener: l}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c)
		}
	}()
	return s
}

func (s *server) fail(plan ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan = plan
}

func (s *server) next() (how string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.plan) > 0 {
		how, s.plan = s.plan[0], s.plan[1:]
	}
	return how
}

func (s *server) letters() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.taken...)
}

func (s *server) serve(c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	say := func(line string) { _, _ = fmt.Fprint(c, line+"\r\n") }
	say("220 test")
	how := ""
	for r := bufio.NewReader(c); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
		case "EHLO", "HELO":
			say("250 test")
		case "RCPT":
			if how = s.next(); how != "" && how != "drop" {
				say(how)
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				text, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if text == ".\r\n" {
					break
				}
				b.WriteString(text)
			}
			s.mu.Lock()
			s.taken = append(s.taken, b.String())
			s.mu.Unlock()
			if how == "drop" {
				return
			}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}
