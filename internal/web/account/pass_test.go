package account_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// word gives the word of the link that a page shows.
func word(t *testing.T, a answer) string {
	t.Helper()
	m := regexp.MustCompile(`\?token=([A-Za-z0-9_-]+)`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no link on the page (%d)", a.StatusCode)
	}
	return m[1]
}

func TestAnInvitationOpensOnceAndByPostAlone(t *testing.T) {
	w := newWorld(t, false)
	w.user("office@example.jp", "事務", hub.Office)
	b := w.browser()
	b.signIn("office@example.jp")
	const list = "/areas/north/accounts"
	token := word(t, b.post(list+"/new", "mail", "new@example.jp", "role", "researcher"))
	guest := w.browser()
	for range 3 { // a scanner that looks at every address in a letter
		page := guest.get("/invitation?token=" + token)
		want(t, "looking", page, http.StatusOK)
		if !strings.Contains(page.body, "new@example.jp") || !strings.Contains(page.body, "研究者") {
			t.Error("the page does not say to what one is invited")
		}
	}
	if _, err := w.UserByMail(t.Context(), hub.SystemActor, "new@example.jp"); hub.KindOf(err) != hub.NotFound {
		t.Error("looking at an invitation made an account")
	}
	want(t, "a wrong word", guest.get("/invitation?token=x"+token), http.StatusGone)
	want(t, "the word of another purpose", guest.get("/sign-in/reset?token="+token), http.StatusGone)
	want(t, "a short password", guest.post("/invitation", "token", token, "name", "新", "password", "x", "again", "x"), http.StatusUnprocessableEntity)
	want(t, "two passwords", guest.post("/invitation", "token", token, "name", "新", "password", password, "again", "x"), http.StatusUnprocessableEntity)
	want(t, "accepting", guest.post("/invitation", "token", token, "name", "新", "password", password, "again", password), http.StatusSeeOther)
	if guest.who() != "you are <新>" {
		t.Errorf("after accepting: %s", guest.who())
	}
	want(t, "a second time", w.browser().post("/invitation", "token", token, "name", "別", "password", password, "again", password), http.StatusGone)

	// One that is revoked or has expired opens nothing.
	token = word(t, b.post(list+"/new", "mail", "late@example.jp", "role", "company"))
	revoke := regexp.MustCompile(list + `/invitations/[^/"]+/revoke`).FindString(b.get(list + "/invitations").body)
	want(t, "a researcher revoking", guest.post(revoke), http.StatusNotFound)
	want(t, "revoking", b.post(revoke), http.StatusSeeOther)
	want(t, "the revoked one", w.browser().get("/invitation?token="+token), http.StatusGone)
	token = word(t, b.post(list+"/new", "mail", "late@example.jp", "role", "company"))
	w.clock.pass(account.InvitationLasts + time.Minute)
	want(t, "an expired one", w.browser().get("/invitation?token="+token), http.StatusGone)
}

func TestForgettingAnswersAlikeForEveryAddress(t *testing.T) {
	w := newWorld(t, false)
	u := w.user("hana@example.jp", "はな", hub.Coordinator)
	w.user("office@example.jp", "事務", hub.Office)
	b := w.browser()
	for _, path := range []string{"known", "unknown"} {
		mail := map[string]string{"known": "hana@example.jp", "unknown": "nobody@example.jp"}[path]
		a := b.post("/sign-in/forgot", "mail", mail)
		want(t, path, a, http.StatusOK)
		if strings.Contains(a.body, mail) {
			t.Error("the answer repeats the address")
		}
	}
	known, unknown := b.post("/sign-in/forgot", "mail", "hana@example.jp"), b.post("/sign-in/forgot", "mail", "nobody@example.jp")
	if known.body != unknown.body {
		t.Error("the answer tells who has an account")
	}
	for _, mail := range []string{"hana@example.jp", "nobody@example.jp"} {
		last := 0
		for range 3 {
			last = b.post("/sign-in/forgot", "mail", mail).StatusCode
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("asking again and again for %s: %d", mail, last)
		}
	}
	// The office sees the request, and that of nobody's address not.
	office := w.browser()
	office.signIn("office@example.jp")
	page := office.get("/areas/north/accounts/invitations").body
	if !strings.Contains(page, "hana@example.jp") || strings.Contains(page, "nobody@example.jp") {
		t.Error("the office is not shown the request, or one of nobody's")
	}
	inside := w.browser()
	inside.signIn("hana@example.jp")
	over := regexp.MustCompile(`/areas/north/accounts/invitations/[^/"]+/hand-over`).FindString(page)
	token := word(t, office.post(over))
	want(t, "a new password", b.post("/sign-in/reset", "token", token, "password", "春のあけぼの、紫だちたる雲", "again", "春のあけぼの、紫だちたる雲"), http.StatusSeeOther)
	if inside.who() != "you are <>" {
		t.Error("a session outlives a new password")
	}
	if _, err := w.SignIn(t.Context(), "hana@example.jp", "春のあけぼの、紫だちたる雲", account.Device{}); err != nil {
		t.Errorf("the new password does not open: %v", err)
	}
	want(t, "the word again", b.get("/sign-in/reset?token="+token), http.StatusGone)
	_ = u
}

// code gives the code of the app at this moment, n steps from now.
func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheSecondStep(t *testing.T) {
	w := newWorld(t, false)
	w.user("hana@example.jp", "はな", hub.Coordinator)
	b := w.browser()
	b.signIn("hana@example.jp")
	want(t, "beginning", b.post("/account/second/totp"), http.StatusSeeOther)
	page := b.get("/account/second/totp")
	m := regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(page.body)
	if m == nil || !strings.Contains(page.body, "data:image/png;base64,") {
		t.Fatalf("no secret or picture: %d", page.StatusCode)
	}
	secret := strings.ReplaceAll(m[1], " ", "")
	want(t, "a wrong first code", b.post("/account/second/totp/confirm", "code", "000000"), http.StatusUnprocessableEntity)
	on := b.post("/account/second/totp/confirm", "code", code(t, secret, w.clock.Now()))
	want(t, "the first code", on, http.StatusOK)
	recovery := regexp.MustCompile(`[a-z2-9]{5}(?:-[a-z2-9]{5}){3}`).FindAllString(on.body, -1)
	if len(recovery) != 10 {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	want(t, "the secret afterwards", b.get("/account/second/totp"), http.StatusNotFound)

	step := func(c *browser) string {
		t.Helper()
		a := c.post("/sign-in", "mail", "hana@example.jp", "password", password, "next", "/account")
		want(t, "the password", a, http.StatusOK)
		if c.who() != "you are <>" {
			t.Fatal("the password alone opens")
		}
		return regexp.MustCompile(`name="step" value="([^"]+)"`).FindStringSubmatch(a.body)[1]
	}
	c := w.browser()
	s := step(c)
	want(t, "the code used before", c.post("/sign-in/second", "step", s, "code", code(t, secret, w.clock.Now())), http.StatusUnprocessableEntity)
	w.clock.pass(time.Minute)
	fresh := code(t, secret, w.clock.Now())
	in := c.post("/sign-in/second", "step", s, "code", fresh, "next", "/account")
	want(t, "a fresh code", in, http.StatusSeeOther)
	if c.who() != "you are <はな>" || in.Header.Get("Location") != "/account" {
		t.Errorf("after the second step: %s, led to %s", c.who(), in.Header.Get("Location"))
	}
	want(t, "the step again", w.browser().post("/sign-in/second", "step", s, "code", recovery[1]), http.StatusGone)

	// A recovery code works once.
	c = w.browser()
	want(t, "a recovery code", c.post("/sign-in/second", "step", step(c), "code", " "+strings.ToUpper(recovery[0])+" "), http.StatusSeeOther)
	c = w.browser()
	s = step(c)
	want(t, "the same one again", c.post("/sign-in/second", "step", s, "code", recovery[0]), http.StatusUnprocessableEntity)
	for range 8 {
		c.post("/sign-in/second", "step", s, "code", "123123")
	}
	want(t, "guessing", c.post("/sign-in/second", "step", s, "code", recovery[2]), http.StatusTooManyRequests)
	w.clock.pass(11 * time.Minute)
	want(t, "too late", c.post("/sign-in/second", "step", s, "code", recovery[2]), http.StatusGone)

	// Taking it away needs the password, and then the password alone opens again.
	want(t, "without the password", b.post("/account/second/change", "what", "totp", "password", "x"), http.StatusUnprocessableEntity)
	want(t, "with it", b.post("/account/second/change", "what", "totp", "password", password), http.StatusSeeOther)
	w.browser().signIn("hana@example.jp")
}

func TestARoleThatNeedsASecondStep(t *testing.T) {
	w := newWorld(t, false)
	w.user("office@example.jp", "事務", hub.Office)
	w.user("hana@example.jp", "はな", hub.Coordinator)
	office, b := w.browser(), w.browser()
	office.signIn("office@example.jp")
	b.signIn("hana@example.jp")
	const policy = "/areas/north/accounts/policy"
	want(t, "a coordinator at the rules", b.get(policy), http.StatusNotFound)
	want(t, "the rules", office.post(policy, "version", "0", "second_factor", "coordinator", "consent.ja", "個人情報は、拠点の仕事にだけ使います。", "keep", "12"), http.StatusSeeOther)
	want(t, "the office itself agreeing", office.post("/account/consent", "area", string(w.area.ID), "version", "1"), http.StatusSeeOther)
	want(t, "rules that are stale", office.post(policy, "version", "0", "consent.ja", "別"), http.StatusUnprocessableEntity)

	// First the second factor, then the text; until then nothing else.
	if to := b.get("/account").Header.Get("Location"); to != "/account/second?next=%2Faccount" {
		t.Errorf("without a second factor one is led to %q", to)
	}
	want(t, "a form before", b.post("/account", "name", "x", "language", ""), http.StatusForbidden)
	b.post("/account/second/totp")
	secret := strings.ReplaceAll(regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(b.get("/account/second/totp").body)[1], " ", "")
	want(t, "the app", b.post("/account/second/totp/confirm", "code", code(t, secret, w.clock.Now())), http.StatusOK)
	if to := b.get("/account").Header.Get("Location"); to != "/account/consent?next=%2Faccount" {
		t.Errorf("without consent one is led to %q", to)
	}
	page := b.get("/account/consent")
	if !strings.Contains(page.body, "拠点の仕事にだけ") {
		t.Error("the text is not shown")
	}
	want(t, "another version", b.post("/account/consent", "area", string(w.area.ID), "version", "2"), http.StatusConflict)
	want(t, "agreeing", b.post("/account/consent", "area", string(w.area.ID), "version", "1", "next", "/account"), http.StatusSeeOther)
	want(t, "afterwards", b.get("/account"), http.StatusOK)
	want(t, "a new text", office.post(policy, "version", "1", "consent.ja", "新しい文。"), http.StatusSeeOther)
	if to := b.get("/account").Header.Get("Location"); to != "/account/consent?next=%2Faccount" {
		t.Errorf("a new text asks nobody: %q", to)
	}
}

func TestLookingThroughAnothersEyes(t *testing.T) {
	w := newWorld(t, false)
	w.user("office@example.jp", "事務", hub.Office)
	hana := w.user("hana@example.jp", "はな", hub.Coordinator)
	boss, err := w.CreateUser(t.Context(), hub.SystemActor, account.NewUser{Mail: "boss@example.jp", Name: "管理", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Grant(t.Context(), hub.SystemActor, boss.ID, hub.Administrator, "", "", ""); err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	b.signIn("office@example.jp")
	const look = "/areas/north/accounts/look"
	for what, form := range map[string][]string{
		"the administrator": {"user", string(boss.ID)}, "oneself": {"user", string(w.find("office@example.jp"))}, "nobody": {"user", string(hub.NewID())},
	} {
		want(t, what, b.post(look, form...), http.StatusNotFound)
	}
	want(t, "an administrator's role", b.post(look, "role", "administrator"), http.StatusForbidden)
	coordinator := w.browser()
	coordinator.signIn("hana@example.jp")
	want(t, "a coordinator looking", coordinator.post(look, "role", "researcher"), http.StatusNotFound)

	want(t, "looking", b.post(look, "user", string(hana.ID)), http.StatusSeeOther)
	if b.who() != "you are <はな>" {
		t.Errorf("eyes of %s", b.who())
	}
	want(t, "what she may not open", b.get("/areas/north/accounts"), http.StatusNotFound)
	want(t, "changing her name", b.post("/account", "name", "悪", "language", ""), http.StatusForbidden)
	want(t, "looking further", b.post(look, "role", "researcher"), http.StatusForbidden)
	want(t, "agreeing for her", b.post("/account/consent", "area", string(w.area.ID), "version", "1"), http.StatusForbidden)
	want(t, "returning", b.post("/look/leave"), http.StatusSeeOther)
	if b.who() != "you are <事務>" {
		t.Errorf("afterwards %s", b.who())
	}
	want(t, "a role", b.post(look, "role", "company"), http.StatusSeeOther)
	if b.who() != "you are <>" {
		t.Errorf("a role has the name %s", b.who())
	}
	want(t, "signing out", b.post("/sign-out"), http.StatusSeeOther)
	b.signIn("office@example.jp")
	if b.who() != "you are <事務>" {
		t.Error("borrowed eyes outlive the session")
	}
	lines, err := w.log.Since(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, l := range lines {
		if l.Action == audit.Assume || l.Action == audit.Leave {
			told = append(told, string(l.Action)+" "+l.Kind)
			if l.By != w.find("office@example.jp") {
				t.Errorf("the log says that %s looked", l.By)
			}
		}
	}
	if got := strings.Join(told, ", "); got != "assume user, leave user, assume company, leave company" {
		t.Errorf("the log tells of %s", got)
	}
}

func (w *world) find(mail string) hub.ID {
	u, err := w.UserByMail(w.t.Context(), hub.SystemActor, mail)
	if err != nil {
		w.t.Fatal(err)
	}
	return u.ID
}

func TestAFormThatComesTooLateIsShownAgain(t *testing.T) {
	w := newWorld(t, false)
	w.user("hana@example.jp", "はな", hub.Coordinator)
	w.user("taro@example.jp", "太郎", hub.Coordinator)
	b := w.browser()
	b.signIn("hana@example.jp")
	w.clock.pass(account.IdleTimeout + time.Minute)
	late := b.post("/account", "name", "山の上のはな", "language", "en", "password", "secret-word")
	if late.StatusCode != http.StatusSeeOther || late.Header.Get("Location") != "/sign-in?next=%2Faccount" {
		t.Fatalf("a late form: %d to %q", late.StatusCode, late.Header.Get("Location"))
	}
	if page := b.get(late.Header.Get("Location")); !strings.Contains(page.body, "入力した内容は残っています") {
		t.Error("the sign-in page does not say that it is kept")
	}

	// Somebody else at the same browser is not shown it.
	b.signIn("taro@example.jp")
	if strings.Contains(b.get("/account").body, "山の上") {
		t.Error("another is shown what was typed")
	}
	b.post("/sign-out")
	b.signIn("hana@example.jp")
	page := b.get("/account").body
	if !strings.Contains(page, `value="山の上のはな"`) || strings.Contains(page, "secret-word") {
		t.Error("the form is not filled again, or holds a password")
	}
	if b.who() != "you are <はな>" {
		t.Error("the late form was carried out")
	}
	want(t, "sending again", b.post("/account", "name", "山の上のはな", "language", ""), http.StatusSeeOther)
	if strings.Contains(b.get("/account").body, "切れる前に入力した") {
		t.Error("what was sent is still held")
	}

	// Without a session that was once there nothing is kept.
	if a := w.browser().post("/account", "name", "x"); a.StatusCode != http.StatusForbidden {
		t.Errorf("a stranger's form: %d", a.StatusCode)
	}
	u, _ := url.Parse(w.site.URL)
	b.Jar.SetCookies(u, []*http.Cookie{{Name: "kyoten_held", Value: "made.up", Path: "/"}})
	want(t, "a word made up", b.get("/account"), http.StatusOK)
}
