package account_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

const password = "雪のふる町の図書館で待つ"

// clock is a clock that tests set.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

type house struct {
	*account.Service
	t     *testing.T
	db    *db.DB
	log   *audit.Log
	clock *clock
}

func each(t *testing.T, fn func(*testing.T, house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := &clock{t: time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
		log := audit.New(d, c)
		fn(t, house{account.New(d, log, c, account.Options{}), t, d, log, c})
	})
}

func (h house) area(slug string) account.Area {
	h.t.Helper()
	a, err := h.CreateArea(h.t.Context(), hub.SystemActor, account.Area{Slug: slug, Name: hub.Text{JA: slug}})
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

func (h house) user(mail, password string) account.User {
	h.t.Helper()
	u, err := h.CreateUser(h.t.Context(), hub.SystemActor, account.NewUser{Mail: mail, Name: "雪野 はな", Password: password})
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

func (h house) grant(u hub.ID, r hub.Role, area hub.ID) hub.ID {
	h.t.Helper()
	id, err := h.Grant(h.t.Context(), hub.SystemActor, u, r, area, "", "")
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func want(t *testing.T, err error, kind hub.Kind, what string) {
	t.Helper()
	if hub.KindOf(err) != kind {
		t.Errorf("%s: got %v, want kind %q", what, err, kind)
	}
}

func TestAreas(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		p, err := h.CreateProgramme(ctx, hub.SystemActor, account.Programme{Slug: "j-peaks", Name: hub.Text{JA: "事業"}})
		if err != nil {
			t.Fatal(err)
		}
		a, err := h.CreateArea(ctx, hub.SystemActor, account.Area{Slug: "hokuriku", Programme: p.ID, Name: hub.Text{JA: "北陸", EN: "Hokuriku"}, Sample: true})
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.AreaBySlug(ctx, "hokuriku")
		if err != nil || got != a || got.State != account.Running {
			t.Errorf("read back %+v, %v; made %+v", got, err, a)
		}
		_, err = h.CreateArea(ctx, hub.SystemActor, account.Area{Slug: "hokuriku", Name: hub.Text{JA: "x"}})
		want(t, err, hub.Conflict, "a slug used twice")
		for _, slug := range []string{"", "new", "Kansai", "a b", "-a", strings.Repeat("a", 64)} {
			_, err = h.CreateArea(ctx, hub.SystemActor, account.Area{Slug: slug, Name: hub.Text{JA: "x"}})
			want(t, err, hub.Invalid, "slug "+slug)
		}
		chief := hub.Actor{Kind: hub.User, Roles: []hub.RoleIn{{Role: hub.Chief, Area: a.ID}}}
		_, err = h.CreateArea(ctx, chief, account.Area{Slug: "b", Name: hub.Text{JA: "x"}})
		want(t, err, hub.Forbidden, "a chief making an area")
		a.Tagline.JA = "雪と工芸"
		revised, err := h.ReviseArea(ctx, chief, a)
		if err != nil || revised.Version != 2 || revised.Tagline.JA != "雪と工芸" {
			t.Errorf("revised %+v, %v", revised, err)
		}
		_, err = h.ReviseArea(ctx, chief, a)
		want(t, err, hub.Conflict, "a version read too long ago")
		revised.State = account.Closed
		_, err = h.ReviseArea(ctx, chief, revised)
		want(t, err, hub.Forbidden, "a chief closing the area")
		_, err = h.AreaBySlug(ctx, "nowhere")
		want(t, err, hub.NotFound, "an unknown area")
	})
}

func TestTheFirstAdministratorIsMadeOnce(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = h.CreateFirstAdministrator(context.WithoutCancel(t.Context()), account.NewUser{Mail: string(rune('a'+i)) + "@example.jp", Name: "管理", Password: password})
			})
		}
		wg.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else {
				want(t, err, hub.Conflict, "the second one")
			}
		}
		if made != 1 {
			t.Errorf("%d first administrators: %v", made, errs)
		}
		need, err := h.NeedsAdministrator(t.Context())
		if need || err != nil {
			t.Errorf("still needs one: %v, %v", need, err)
		}
		users, _, err := h.Users(t.Context(), hub.SystemActor, account.UserFilter{Role: hub.Administrator}, hub.Page{})
		if err != nil || len(users) != 1 {
			t.Errorf("administrators %+v, %v", users, err)
		}
	})
}

func TestMailsAreUniqueWhateverTheirCase(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.user("Hana@Example.jp", "")
		_, err := h.CreateUser(t.Context(), hub.SystemActor, account.NewUser{Mail: "hana@example.JP", Name: "x"})
		want(t, err, hub.Conflict, "the same mail in other letters")
		for _, bad := range []account.NewUser{
			{Mail: "hana", Name: "x"},
			{Mail: "花 <a@example.jp>", Name: "x"},
			{Mail: "b@example.jp", Name: " "},
			{Mail: "b@example.jp", Name: "x", Password: "short"},
			{Mail: "b@example.jp", Name: "x", Password: "aaaaaaaaaaaaaaaa"},
			{Mail: "library@example.jp", Name: "x", Password: "library@example.jp"},
		} {
			_, err := h.CreateUser(t.Context(), hub.SystemActor, bad)
			want(t, err, hub.Invalid, bad.Mail+" "+bad.Password)
		}
	})
}

func TestSignInAndWhoThatIs(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		area, other := h.area("north"), h.area("kansai")
		u := h.user("hana@example.jp", password)
		h.grant(u.ID, hub.Coordinator, area.ID)
		if _, err := h.Grant(ctx, hub.SystemActor, u.ID, hub.Office, area.ID, "2026-12-01", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Grant(ctx, hub.SystemActor, u.ID, hub.Office, other.ID, "2026-01-01", "2026-11-22"); err != nil {
			t.Fatal(err)
		}
		if err := h.LinkPerson(ctx, hub.SystemActor, u.ID, "person-1"); err != nil {
			t.Fatal(err)
		}
		if err := h.LinkOrganisation(ctx, hub.SystemActor, u.ID, "org-1", false); err != nil {
			t.Fatal(err)
		}
		if err := h.LinkOrganisation(ctx, hub.SystemActor, u.ID, "org-1", true); err != nil {
			t.Fatal(err)
		}
		token, err := h.SignIn(ctx, " HANA@example.jp", password, account.Device{Address: "192.0.2.1", Agent: "Firefox\x00"})
		if err != nil || len(token) < 40 {
			t.Fatalf("token %q, %v", token, err)
		}
		a, err := h.Actor(ctx, token)
		if err != nil || a.User != u.ID || a.Kind != hub.User ||
			!slices.Equal(a.Roles, []hub.RoleIn{{Role: hub.Coordinator, Area: area.ID}}) ||
			!slices.Equal(a.Persons, []hub.ID{"person-1"}) ||
			!slices.Equal(a.Affiliations, []hub.Affiliation{{Organisation: "org-1", Desk: true}}) {
			t.Errorf("actor %+v, %v", a, err)
		}
		h.clock.pass(8*24*time.Hour - 90*time.Minute) // 1 December in Japan is 8 days on, but the session is not
		if a, _ := h.Actor(ctx, token); a.Kind != hub.Stranger {
			t.Error("a session outlived its time")
		}
		token, err = h.SignIn(ctx, "hana@example.jp", password, account.Device{})
		if err != nil {
			t.Fatal(err)
		}
		if a, _ := h.Actor(ctx, token); !a.Has(hub.Office, area.ID) || a.Has(hub.Office, other.ID) {
			t.Errorf("roles on 1 December: %+v", a.Roles)
		}
		if err := h.SignOut(ctx, token); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{token, "", "x"} {
			if a, err := h.Actor(ctx, bad); a.Kind != hub.Stranger || err != nil {
				t.Errorf("token %q gives %+v, %v", bad, a, err)
			}
		}
	})
}

func TestTheAnswerDoesNotTellWhetherAnAccountExists(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		h.user("hana@example.jp", password)
		h.user("nobody-set-a-password@example.jp", "")
		shut := h.user("shut@example.jp", password)
		if err := h.SetDisabled(ctx, hub.SystemActor, shut.ID, true); err != nil {
			t.Fatal(err)
		}
		var answers []string
		for _, mail := range []string{"hana@example.jp", "unknown@example.jp", "nobody-set-a-password@example.jp", "shut@example.jp"} {
			var all []string
			for i := range 8 {
				try := "wrong wrong wrong"
				if mail == "shut@example.jp" {
					try = password
				}
				_, err := h.SignIn(ctx, mail, try, account.Device{Address: mail})
				if err == nil {
					t.Fatalf("%s signed in at %d", mail, i)
				}
				all = append(all, err.Error())
			}
			answers = append(answers, strings.Join(all, "|"))
		}
		if len(slices.Compact(answers)) != 1 {
			t.Errorf("the answers differ:\n%s", strings.Join(answers, "\n"))
		}
	})
}

func TestGuessingIsThrottled(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		h.user("hana@example.jp", password)
		h.user("taro@example.jp", password)
		try := func(mail, pw, address string) error {
			_, err := h.SignIn(ctx, mail, pw, account.Device{Address: address})
			return err
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		tried := 0
		for range 12 { // at once: not one more guess than one after the other
			wg.Go(func() {
				if hub.KindOf(try("hana@example.jp", "wrong wrong", "192.0.2.9")) == hub.Forbidden {
					mu.Lock()
					tried++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if tried > 6 {
			t.Errorf("%d guesses were answered", tried)
		}
		want(t, try("hana@example.jp", password, "198.51.100.1"), hub.Unavailable, "the right password, too soon")
		h.clock.pass(3 * time.Second)
		want(t, try("hana@example.jp", "wrong", "198.51.100.1"), hub.Forbidden, "after two seconds")
		h.clock.pass(3 * time.Second)
		want(t, try("hana@example.jp", password, "198.51.100.1"), hub.Unavailable, "the wait has doubled")
		h.clock.pass(2 * time.Second)
		want(t, try("hana@example.jp", password, "198.51.100.1"), "", "after four seconds")
		for range 5 {
			want(t, try("hana@example.jp", "wrong", "198.51.100.1"), hub.Forbidden, "the count began anew")
		}
		// One address against many accounts.
		for i := range 100 {
			err := try(strings.Repeat("x", i+1)+"@example.jp", "wrong", "2001:db8:1:2::"+string("0123456789abcdef"[i%16]))
			if hub.KindOf(err) == hub.Unavailable {
				want(t, try("taro@example.jp", password, "2001:db8:1:2:ffff::1"), hub.Unavailable, "the same network, an account with another mail")
				want(t, try("taro@example.jp", password, "2001:db8:1:3::1"), "", "another network")
				return
			}
		}
		t.Error("a hundred guesses from one network were answered")
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		u := h.user("hana@example.jp", password)
		in := func() string {
			token, err := h.SignIn(ctx, u.Mail, password, account.Device{Address: "192.0.2.1", Agent: "Firefox"})
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		one, two, three := in(), in(), in()
		a, _ := h.Actor(ctx, two)
		list, err := h.Sessions(ctx, a, two)
		if err != nil || len(list) != 3 || slices.IndexFunc(list, func(s account.Session) bool { return s.Current }) < 0 {
			t.Fatalf("sessions %+v, %v", list, err)
		}
		want(t, h.EndSession(ctx, hub.Actor{Kind: hub.User, User: "another"}, list[0].ID), hub.NotFound, "somebody else's session")
		alive := func(token string) bool { a, _ := h.Actor(ctx, token); return a.Kind == hub.User }
		const renewed = "夏のおわりの汽車に乗る人"
		want(t, h.ChangePassword(ctx, a, "wrong", renewed, two), hub.Invalid, "a wrong current password")
		if err := h.ChangePassword(ctx, a, password, renewed, two); err != nil {
			t.Fatal(err)
		}
		if alive(one) || !alive(two) || alive(three) {
			t.Error("a new password ends all sessions but this one")
		}
		if _, err := h.SignIn(ctx, u.Mail, password, account.Device{}); err == nil {
			t.Error("the old password still works")
		}
		h.clock.pass(account.IdleTimeout - time.Hour)
		if !alive(two) {
			t.Error("ended before the idle time")
		}
		h.clock.pass(account.IdleTimeout - time.Hour)
		if !alive(two) {
			t.Error("use does not keep a session alive")
		}
		h.clock.pass(account.IdleTimeout)
		if alive(two) {
			t.Error("an idle session lives on")
		}
		if err := h.SetPassword(ctx, hub.SystemActor, u.ID, password); err != nil {
			t.Fatal(err)
		}
		four := in()
		if err := h.SetDisabled(ctx, hub.SystemActor, u.ID, true); err != nil || alive(four) {
			t.Errorf("a shut account is signed in; %v", err)
		}
	})
}

func TestWhoGivesWhichRole(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		area, other := h.area("north"), h.area("kansai")
		p, err := h.CreateProgramme(ctx, hub.SystemActor, account.Programme{Slug: "p", Name: hub.Text{JA: "事業"}})
		if err != nil {
			t.Fatal(err)
		}
		actor := func(r hub.Role, area hub.ID) hub.Actor {
			return hub.Actor{Kind: hub.User, User: "someone", Roles: []hub.RoleIn{{Role: r, Area: area}}}
		}
		mail := 0
		fresh := func() hub.ID {
			mail++
			return h.user(strings.Repeat("m", mail)+"@example.jp", "").ID
		}
		for _, giver := range hub.Roles {
			a := actor(giver, area.ID)
			switch giver {
			case hub.Administrator:
				a.Roles[0].Area = ""
			case hub.ProgrammeOfficer:
				a.Roles[0] = hub.RoleIn{Role: giver, Programme: p.ID}
			}
			u := fresh()
			for _, given := range hub.Roles {
				where := area.ID
				switch given {
				case hub.Administrator:
					where = ""
				case hub.ProgrammeOfficer:
					where = p.ID
				}
				may := giver == hub.Administrator ||
					(giver == hub.Chief || giver == hub.Deputy || giver == hub.Office) && given != hub.Administrator && given != hub.ProgrammeOfficer
				_, err := h.Grant(ctx, a, u, given, where, "", "")
				if (err == nil) != may {
					t.Errorf("%s gives %s: %v", giver, given, err)
				}
				if err != nil {
					want(t, err, hub.Forbidden, "why not")
				}
			}
			if giver != hub.Administrator {
				_, err := h.Grant(ctx, a, u, hub.Coordinator, other.ID, "", "")
				want(t, err, hub.Forbidden, string(giver)+" gives a role elsewhere")
			}
		}
		office := actor(hub.Office, area.ID)
		u := fresh()
		id, err := h.Grant(ctx, office, u, hub.Researcher, area.ID, "2026-04-01", "2027-03-31")
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Grant(ctx, office, u, hub.Researcher, area.ID, "2027-03-31", "")
		want(t, err, hub.Conflict, "the same role in the same time")
		if _, err = h.Grant(ctx, office, u, hub.Researcher, area.ID, "2027-04-01", ""); err != nil {
			t.Errorf("the same role later: %v", err)
		}
		want(t, h.EndRole(ctx, actor(hub.Coordinator, area.ID), id, ""), hub.NotFound, "a coordinator ends a role")
		want(t, h.EndRole(ctx, actor(hub.Office, other.ID), id, ""), hub.NotFound, "another office ends a role")
		if err := h.EndRole(ctx, office, id, ""); err != nil {
			t.Fatal(err)
		}
		want(t, h.EndRole(ctx, office, id, ""), hub.Conflict, "ended twice")
		roles, err := h.Roles(ctx, office, u)
		if err != nil || len(roles) != 2 || roles[1].ID != id && roles[0].ID != id {
			t.Errorf("the history %+v, %v", roles, err)
		}
		for _, r := range roles {
			if r.ID == id && (r.Until != "2026-11-23" || r.Ended.IsZero() || r.EndedBy != "someone" || r.InForce("2026-11-23")) {
				t.Errorf("ended as %+v", r)
			}
		}
		lines, err := h.log.Of(ctx, u, 10)
		grants := 0
		for _, l := range lines {
			if l.Action == audit.Grant && l.By == "someone" && l.Area == area.ID {
				grants++
			}
		}
		if grants != 3 || err != nil {
			t.Errorf("%d lines in the log about 2 given and 1 ended, %v", grants, err)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		u, err := h.CreateFirstAdministrator(ctx, account.NewUser{Mail: "a@example.jp", Name: "管理", Password: password})
		if err != nil {
			t.Fatal(err)
		}
		roles, _ := h.Roles(ctx, hub.SystemActor, u.ID)
		want(t, h.EndRole(ctx, hub.SystemActor, roles[0].ID, ""), hub.Conflict, "ending the last")
		want(t, h.SetDisabled(ctx, hub.SystemActor, u.ID, true), hub.Conflict, "shutting the last")
		second := h.user("b@example.jp", "")
		h.grant(second.ID, hub.Administrator, "")
		want(t, h.EndRole(ctx, hub.SystemActor, roles[0].ID, ""), "", "there is another")
	})
}

func TestAnOfficeManagesItsOwnPeopleOnly(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		area, other := h.area("north"), h.area("kansai")
		office := hub.Actor{Kind: hub.User, User: "office", Roles: []hub.RoleIn{{Role: hub.Office, Area: area.ID}}}
		mine, shared, foreign, boss := h.user("a@example.jp", ""), h.user("b@example.jp", ""), h.user("c@example.jp", ""), h.user("d@example.jp", "")
		h.grant(mine.ID, hub.Company, area.ID)
		h.grant(shared.ID, hub.Company, area.ID)
		h.grant(shared.ID, hub.Office, other.ID)
		h.grant(foreign.ID, hub.Company, other.ID)
		h.grant(boss.ID, hub.Company, area.ID)
		h.grant(boss.ID, hub.Administrator, "")
		for _, c := range []struct {
			who  string
			id   hub.ID
			kind hub.Kind
		}{{"mine", mine.ID, ""}, {"shared", shared.ID, hub.NotFound}, {"foreign", foreign.ID, hub.NotFound}, {"boss", boss.ID, hub.NotFound}, {"none", "x", hub.NotFound}} {
			want(t, h.SetPassword(ctx, office, c.id, password), c.kind, "password of "+c.who)
			want(t, h.SetDisabled(ctx, office, c.id, true), c.kind, "shutting "+c.who)
			want(t, h.EndSessions(ctx, office, c.id), c.kind, "signing out "+c.who)
		}
		members, _, err := h.AreaMembers(ctx, office, area.ID, account.UserFilter{}, hub.Page{})
		if err != nil || len(members) != 3 {
			t.Fatalf("members %+v, %v", members, err)
		}
		for _, m := range members {
			for _, r := range m.Roles {
				if r.Area != area.ID {
					t.Errorf("the office of one area sees the role %+v", r)
				}
			}
			if len(m.Roles) == 0 {
				t.Errorf("%s has no role", m.User.Mail)
			}
		}
		first, next, err := h.Users(ctx, office, account.UserFilter{}, hub.Page{Limit: 2})
		rest, end, err2 := h.Users(ctx, office, account.UserFilter{}, hub.Page{Limit: 2, After: next})
		if err != nil || err2 != nil || len(first) != 2 || len(rest) != 1 || end != "" || first[1].ID == rest[0].ID {
			t.Errorf("pages %v, %v; %v %v", first, rest, err, err2)
		}
		for _, a := range []hub.Actor{{}, {Kind: hub.User, Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area.ID}}}} {
			_, _, err = h.Users(ctx, a, account.UserFilter{}, hub.Page{})
			want(t, err, hub.Forbidden, "a list of accounts")
			_, _, err = h.AreaMembers(ctx, a, area.ID, account.UserFilter{}, hub.Page{})
			want(t, err, hub.Forbidden, "a list of members")
			_, err = h.CreateUser(ctx, a, account.NewUser{Mail: "z@example.jp", Name: "z"})
			want(t, err, hub.Forbidden, "making an account")
			_, err = h.User(ctx, a, "")
			want(t, err, hub.NotFound, "no account")
		}
		found, _, err := h.Users(ctx, hub.SystemActor, account.UserFilter{Text: "B@EXAMPLE"}, hub.Page{})
		if err != nil || len(found) != 1 || found[0].ID != shared.ID {
			t.Errorf("found %+v, %v", found, err)
		}
	})
}

func TestLinksAreGuarded(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		area, other := h.area("north"), h.area("kansai")
		u, v := h.user("a@example.jp", ""), h.user("b@example.jp", "")
		h.grant(u.ID, hub.Researcher, area.ID)
		office := hub.Actor{Kind: hub.User, User: "office", Roles: []hub.RoleIn{{Role: hub.Office, Area: area.ID}}}
		want(t, h.LinkPerson(ctx, office, u.ID, "p1"), hub.Forbidden, "without a directory")
		h.SetDirectory(account.Directory{
			PersonArea: func(_ context.Context, p hub.ID) (hub.ID, error) {
				return map[hub.ID]hub.ID{"p1": area.ID, "p2": other.ID}[p], nil
			},
			Participates: func(_ context.Context, o, a hub.ID) (bool, error) { return o == "o1" && a == area.ID, nil },
		})
		want(t, h.LinkPerson(ctx, office, u.ID, "p1"), "", "a person of the area")
		want(t, h.LinkPerson(ctx, office, u.ID, "p2"), hub.Forbidden, "a person of another area")
		want(t, h.LinkPerson(ctx, office, u.ID, "p3"), hub.Forbidden, "a person of no area")
		want(t, h.LinkPerson(ctx, office, "office", "p1"), hub.Forbidden, "oneself")
		want(t, h.LinkPerson(ctx, hub.SystemActor, v.ID, "p1"), hub.Conflict, "a person with an account")
		want(t, h.LinkOrganisation(ctx, office, u.ID, "o1", true), "", "a member organisation")
		want(t, h.LinkOrganisation(ctx, office, u.ID, "o2", true), hub.Forbidden, "another organisation")
		want(t, h.LinkOrganisation(ctx, office, v.ID, "o1", true), hub.Forbidden, "an account with no role here")
		want(t, h.LinkOrganisation(ctx, office, "office", "o1", true), hub.Forbidden, "oneself")
		user, err := h.UserOfPerson(ctx, "p1")
		if user != u.ID || err != nil {
			t.Errorf("p1 is %q, %v", user, err)
		}
		l, err := h.LinksOf(ctx, office, u.ID)
		if err != nil || !slices.Equal(l.Persons, []hub.ID{"p1"}) || len(l.Organisations) != 1 {
			t.Errorf("links %+v, %v", l, err)
		}
		_, err = h.LinksOf(ctx, office, v.ID)
		want(t, err, hub.NotFound, "links of a stranger to the area")
		want(t, h.UnlinkPerson(ctx, office, u.ID, "p1"), "", "taking back")
		want(t, h.UnlinkOrganisation(ctx, office, u.ID, "o1"), "", "taking back")
		l, _ = h.LinksOf(ctx, office, u.ID)
		if len(l.Persons)+len(l.Organisations) != 0 {
			t.Errorf("links remain: %+v", l)
		}
	})
}

func TestTheDemoDoorIsShutElsewhere(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		area := h.area("north")
		real := h.user("real@example.jp", password)
		h.grant(real.ID, hub.Chief, area.ID)
		sample, err := h.CreateUser(ctx, hub.SystemActor, account.NewUser{Mail: "s@example.jp", Name: "見本", Sample: true})
		if err != nil {
			t.Fatal(err)
		}
		h.grant(sample.ID, hub.Office, area.ID)
		h.grant(sample.ID, hub.Chief, area.ID)
		_, err = h.DemoSignIn(ctx, sample.ID, account.Device{})
		want(t, err, hub.NotFound, "without demo")
		if list, err := h.DemoRoles(ctx); len(list) != 0 || err != nil {
			t.Errorf("parts without demo: %+v, %v", list, err)
		}
		demo := account.New(h.db, h.log, h.clock, account.Options{Demo: true})
		_, err = demo.DemoSignIn(ctx, real.ID, account.Device{})
		want(t, err, hub.NotFound, "a real account")
		list, err := demo.DemoRoles(ctx)
		if err != nil || len(list) != 2 || list[0].Role != hub.Chief {
			t.Errorf("parts %+v, %v", list, err)
		}
		token, err := demo.DemoSignIn(ctx, sample.ID, account.Device{})
		if err != nil {
			t.Fatal(err)
		}
		if a, _ := demo.Actor(ctx, token); !a.Has(hub.Chief, area.ID) {
			t.Errorf("actor %+v", a)
		}
		_, err = h.CreateUser(ctx, hub.Actor{Kind: hub.User, Roles: []hub.RoleIn{{Role: hub.Administrator}}}, account.NewUser{Mail: "t@example.jp", Name: "見本", Sample: true})
		want(t, err, hub.Forbidden, "a person making sample accounts")
	})
}

func TestNoSecretIsKeptInTheClear(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		u := h.user("hana@example.jp", password)
		token, err := h.SignIn(ctx, u.Mail, password, account.Device{})
		if err != nil {
			t.Fatal(err)
		}
		err = h.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
			for _, q := range []string{"select password from user_account", "select token_hash from user_session", "select body from version"} {
				all, err := db.All(ctx, tx, db.Scalar[string], q)
				if err != nil || len(all) == 0 {
					t.Errorf("%s: %d rows, %v", q, len(all), err)
				}
				for _, s := range all {
					if strings.Contains(s, password) || strings.Contains(s, token) {
						t.Errorf("%s keeps a secret", q)
					}
					if strings.HasPrefix(q, "select body") && strings.Contains(s, "argon2") {
						t.Error("a version holds the hash")
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestSetUpMakesAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		n := account.NewUser{Mail: "a@example.jp", Name: "管理", Password: password}
		_, _, err := h.SetUp(ctx, account.NewUser{Mail: "a", Name: "管理"}, account.Area{Slug: "A B"})
		want(t, err, hub.Invalid, "everything wrong at once")
		for _, field := range []string{"mail", "password", "area_slug", "area_name"} {
			if !strings.Contains(err.Error(), field) {
				t.Errorf("%s is not named: %v", field, err)
			}
		}
		h.area("north")
		_, _, err = h.SetUp(ctx, n, account.Area{Slug: "north", Name: hub.Text{JA: "北"}})
		want(t, err, hub.Conflict, "a slug that is taken")
		if need, _ := h.NeedsAdministrator(ctx); !need {
			t.Fatal("half was kept")
		}
		u, area, err := h.SetUp(ctx, n, account.Area{Slug: "kita", Name: hub.Text{JA: "北"}})
		if err != nil {
			t.Fatal(err)
		}
		token, err := h.SignIn(ctx, n.Mail, password, account.Device{})
		if err != nil {
			t.Fatal(err)
		}
		if a, _ := h.Actor(ctx, token); !a.IsAdministrator() || !a.Has(hub.Office, area.ID) || a.User != u.ID {
			t.Errorf("the first administrator is %+v", a)
		}
	})
}
