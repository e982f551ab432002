package notify_test

import (
	"io"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/notify"
)

// An invitation is a job of its own transaction; the letter brings a word that
// opens it, and an answer goes to whoever invites.
func TestAnInvitationGoesOutByItself(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "担当 二", true)
		if err := h.SetPreference(t.Context(), h.a, notify.Preference{Hour: 7}); err != nil {
			t.Fatal(err)
		}
		grant(t, h, hub.Office)
		x, err := h.accounts.Standing(t.Context(), hub.SystemActor, h.a.User)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.accounts.Invite(t.Context(), x.Actor, account.Pass{Mail: "neu@x.example", Name: "新任 三", Role: hub.Researcher, Area: h.area}); err != nil {
			t.Fatal(err)
		}
		h.server.fail("451 later", "")
		h.run()
		l := h.until(notify.Sent)
		if l.Kind != "invitation" || l.User != "" || l.Failures != 1 {
			t.Errorf("the letter %+v", l)
		}
		raw := h.server.letters()[0]
		m, err := mail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if to := m.Header.Get("Reply-To"); !strings.Contains(to, "a@x.example") {
			t.Errorf("an answer goes to %q", to)
		}
		body, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(raw)))
		link := regexp.MustCompile(`https://hub\.example/invitation\?token=([A-Za-z0-9_-]+)`).FindStringSubmatch(string(body))
		if link == nil {
			t.Fatalf("no link in %s", body)
		}
		if _, err := h.accounts.PassFor(t.Context(), account.Invitation, link[1]); err != nil {
			t.Errorf("the link in the letter opens nothing: %v", err)
		}
		listed, err := h.AreaLetters(t.Context(), x.Actor, h.area, nil, 10)
		if err != nil || len(listed) != 1 || listed[0].Mail != "neu@x.example" {
			t.Errorf("the office's log: %+v, %v", listed, err)
		}
		if _, err := h.AreaLetters(t.Context(), h.a, h.area, nil, 10); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("a coordinator reads the log: %v", err)
		}
	})
}

func grant(t *testing.T, h *house, role hub.Role) {
	t.Helper()
	if _, err := h.accounts.Grant(t.Context(), hub.SystemActor, h.a.User, role, h.area, "", ""); err != nil {
		t.Fatal(err)
	}
}

// Who is handed work is told at once, unless he does not want to be.
func TestHandedWorkIsTold(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "担当 二", true)
		if err := h.SetPreference(t.Context(), h.a, notify.Preference{Hour: 7}); err != nil {
			t.Fatal(err)
		}
		u, err := h.accounts.CreateUser(t.Context(), hub.SystemActor, account.NewUser{Mail: "b@x.example", Name: "同僚 四"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.accounts.Grant(t.Context(), hub.SystemActor, u.ID, hub.Coordinator, h.area, "", ""); err != nil {
			t.Fatal(err)
		}
		b := hub.Actor{Kind: hub.User, User: u.ID, Name: u.Name, Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: h.area}}}
		if err := h.SetPreference(t.Context(), b, notify.Preference{Hour: 7}); err != nil {
			t.Fatal(err)
		}
		list, err := h.today.Today(t.Context(), h.a)
		if err != nil || len(list.Due.Items)+len(list.Overdue.Items) == 0 {
			t.Fatalf("nothing to hand on: %v", err)
		}
		item := append(list.Due.Items, list.Overdue.Items...)[0]
		if item.Kind != desk.Promise {
			t.Fatalf("a line of kind %s", item.Kind)
		}
		if err := h.Choose(t.Context(), b, nil); err != nil {
			t.Fatal(err)
		}
		if err := h.today.HandOn(t.Context(), h.a, item.ID(), u.ID, ""); err != nil {
			t.Fatal(err)
		}
		if all, err := h.Letters(t.Context(), hub.SystemActor, 10); err != nil || len(all) != 0 {
			t.Errorf("written to somebody who does not want it: %+v, %v", all, err)
		}
		if err := h.Choose(t.Context(), b, map[string]bool{notify.Assigned: true}); err != nil {
			t.Fatal(err)
		}
		if err := h.today.Restore(t.Context(), h.a, desk.Promise, item.ID(), h.a.User, item.Due); err != nil {
			t.Fatal(err)
		}
		h.clock.now = h.clock.now.Add(time.Minute)
		if err := h.today.HandOn(t.Context(), h.a, item.ID(), u.ID, ""); err != nil {
			t.Fatal(err)
		}
		h.run()
		l := h.until(notify.Sent)
		if l.Kind != notify.Assigned || l.User != u.ID {
			t.Errorf("the letter %+v", l)
		}
		body, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(h.server.letters()[0])))
		if !strings.Contains(string(body), "折り返し電話する") {
			t.Errorf("the letter does not say what is to be done: %s", body)
		}
	})
}
