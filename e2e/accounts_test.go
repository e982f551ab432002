package e2e

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/kyoten-hub/kyoten/internal/db"
)

const newcomersPassword = "雪のふる町の図書館で待つ"

// seen looks at a page at both widths: axe finds nothing, and nothing is wider
// than the screen.
func seen(tab *Tab, name string) {
	tab.t.Helper()
	for _, width := range []int{Laptop, Phone} {
		tab.Resize(width)
		tab.Accessible()
		tab.Fits()
		shot := "accounts-" + name
		if width == Phone {
			shot += "-phone"
		}
		tab.Screenshot(shot, true)
	}
	tab.Resize(Laptop)
}

// submit sends the form that a button belongs to and waits for the next page.
func submit(tab *Tab, form string) {
	tab.t.Helper()
	tab.Click(form + " button[type=submit]")
}

// TestANewcomer is invited by the office, chooses a password, makes a passkey and
// signs in with both.
func TestANewcomer(t *testing.T) {
	browser := Start(t)
	hub := strings.Replace(Demo(t, ""), "127.0.0.1", "localhost", 1)
	tab := browser.Tab(t, Laptop, true)
	tab.Play(hub, "office")
	const accounts = "/areas/hokuriku/accounts"
	tab.Open(hub + accounts + "/new")
	tab.Fill("#f-mail", "newcomer@example.jp")
	tab.Fill("#f-name", "新任 花子")
	submit(tab, "form[action$='/accounts/new']")
	tab.Shows("招待のリンク")
	seen(tab, "handed")
	link := Eval[string](tab, `document.querySelector("#copy-link").value`)
	if body := Eval[string](tab, `document.querySelector("#copy-body").value`); !strings.Contains(body, link) {
		t.Errorf("the text to hand over does not hold the link: %s", body)
	}
	tab.Open(hub + accounts + "/invitations")
	tab.Shows("newcomer@example.jp")
	seen(tab, "invitations")

	// Through another's eyes every page says so.
	tab.Open(hub + accounts + "/look")
	seen(tab, "look")
	tab.Click("input[name=role][value=researcher]")
	submit(tab, "form[action$='/look']")
	tab.Shows("「研究者」の目で見ています")
	seen(tab, "borrowed")
	submit(tab, "form[action='/look/leave']")
	tab.Shows("自分の目に戻りました")

	guest := browser.Tab(t, Laptop, true)
	guest.Open(link + "&lang=ja")
	guest.Open(link)
	seen(guest, "invitation")
	guest.Fill("#f-password", newcomersPassword)
	guest.Fill("#f-again", newcomersPassword)
	submit(guest, "form[action='/invitation']")
	guest.Open(hub + "/account")
	guest.Shows("新任 花子")
	seen(guest, "mine")

	if err := guest.Try(); err != nil {
		t.Fatal(err)
	}
	call(t, guest, webauthn.Enable, webauthn.EnableParams{})
	call(t, guest, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	guest.Open(hub + "/account/second")
	seen(guest, "second")
	submit(guest, "form[action$='/second/passkey']")
	seen(guest, "passkey")
	guest.Fill("#f-name", "事務室のパソコン")
	submit(guest, "form[data-passkey]")
	guest.Do(chromedp.Sleep(time.Second), chromedp.WaitReady(chromedp.CSS("body")))
	guest.Waits("回復コード")
	seen(guest, "codes")
	guest.Open(hub + "/account/second")
	guest.Shows("事務室のパソコン")

	Eval[int](guest, `document.querySelector("form[action='/sign-out']").requestSubmit(), 0`) // it stands in a closed menu
	guest.Do(chromedp.Sleep(time.Second), chromedp.WaitReady(chromedp.CSS("body")))
	guest.Waits("サインアウトしました")
	guest.Open(hub + "/sign-in?password=1")
	guest.Fill("#f-mail", "newcomer@example.jp")
	guest.Fill("#f-password", newcomersPassword)
	submit(guest, "form[action='/sign-in']")
	guest.Shows("もう一つの確認")
	seen(guest, "step")
	submit(guest, "form[data-passkey]")
	guest.Do(chromedp.Sleep(time.Second), chromedp.WaitReady(chromedp.CSS("body")))
	guest.Waits("新任 花子")
	guest.Open(hub + "/account")
	if !strings.HasSuffix(guest.URL(), "/account") {
		t.Errorf("the passkey does not open: %s", guest.URL())
	}
}

func call[P, R any](t *testing.T, tab *Tab, c cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(tab.ctx, c, params); err != nil {
		t.Fatal(err)
	}
}

// TestALateForm: a session ends while somebody writes; what was written is there
// after signing in, and saved only when it is sent again.
func TestALateForm(t *testing.T) {
	browser := Start(t)
	database := filepath.Join(t.TempDir(), "kyoten.db")
	hub := Demo(t, database)
	tab := browser.Tab(t, Laptop, true)
	tab.Play(hub, "coordinator")
	tab.Open(hub + "/seeds/new")
	tab.Fill("[name='title.ja']", "雪の重さを測る糸")
	tab.Do(chromedp.SendKeys(chromedp.CSS("[name='summary.ja']"), "長い午後に書いた文章。"))
	expire(t, database)
	submit(tab, "form[data-form]")
	tab.Waits("入力した内容は残っています")
	seen(tab, "late")
	tab.Play(hub, "coordinator")
	tab.Open(hub + "/seeds/new")
	tab.Shows("まだ保存されていません")
	if got := Eval[string](tab, `document.querySelector("[name='title.ja']").value`); got != "雪の重さを測る糸" {
		t.Errorf("the title comes back as %q", got)
	}
	if got := Eval[string](tab, `document.querySelector("[name='summary.ja']").value`); got != "長い午後に書いた文章。" {
		t.Errorf("the summary comes back as %q", got)
	}
	seen(tab, "late-again")
	submit(tab, "form[data-form]")
	tab.Shows("雪の重さを測る糸")
	tab.Open(hub + "/seeds/new")
	if got := Eval[string](tab, `document.querySelector("[name='title.ja']").value`); got != "" {
		t.Errorf("what was sent is still held: %q", got)
	}
}

// expire lets every session of the hub run out.
func expire(t *testing.T, database string) {
	t.Helper()
	d, err := db.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update user_session set seen_at = 1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
