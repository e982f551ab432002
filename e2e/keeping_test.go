package e2e

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/app"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

const administratorsPassword = "snow melts slowly in the north"

// serveKept serves a hub that makes copies, with an administrator in it, and
// gives its address.
func serveKept(t *testing.T) string {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	c := app.Config{
		Storage: app.Storage{Database: filepath.Join(t.TempDir(), "kyoten.db")},
		Backups: app.Backups{Keep: 7}, Listen: "127.0.0.1:0",
	}
	a, err := app.Open(t.Context(), c.Storage, log, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := a.Account.CreateUser(t.Context(), hub.SystemActor, account.NewUser{Mail: "tend@example.jp", Name: "管理 守", Password: administratorsPassword})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Account.Grant(t.Context(), hub.SystemActor, u.ID, hub.Administrator, "", "2020-04-01", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Account.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北の拠点", EN: "North"}}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	address, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- app.Serve(ctx, c, log, func(l app.Listening) { address <- l.URL }) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	select {
	case url := <-address:
		return url
	case err := <-done:
		t.Fatal(err)
	case <-time.After(time.Minute):
		t.Fatal("the hub does not start")
	}
	return ""
}

// TestKeeping does what an administrator does before going home: she makes a
// copy, rehearses restoring it, and looks through the audit log.
func TestKeeping(t *testing.T) {
	browser := Start(t)
	url := serveKept(t)
	tab := browser.Tab(t, Laptop, true)
	// The page renews itself when a task is done; one cannot ask it at that moment.
	w := &newcomer{Tab: tab, url: url}
	comes := func(text string) {
		t.Helper()
		w.until("document.body.innerText.includes("+quote(text)+")", text)
	}
	seen := func(name string) {
		t.Helper()
		for _, width := range []int{Phone, Laptop} {
			tab.Resize(width)
			tab.Accessible()
			tab.Fits()
			suffix := ""
			if width == Phone {
				suffix = "-phone"
			}
			tab.Screenshot("keeping-"+name+suffix, true)
		}
	}
	tab.Open(url + "/sign-in?password=1&lang=ja")
	tab.Fill("#f-mail", "tend@example.jp")
	tab.Fill("#f-password", administratorsPassword)
	tab.Click("main form button[type=submit]")
	tab.Waits("管理 守")

	tab.Open(url + "/copies")
	comes("写しはまだありません")
	seen("copies-none")
	tab.Click(".head form[action='/copies'] button")
	comes("手で取った写し")
	tab.Click("form[action='/copies/drill'] button")
	comes("すべて一致")
	comes("元に戻せることを確かめてあります")
	seen("copies")

	tab.Open(url + "/audit")
	tab.Waits("管理 守")
	tab.Shows("拠点の写し")
	seen("audit")
	tab.Open(url + "/audit?action=read&action=export&action=login")
	tab.Waits("サインインした")
	tab.Open(url + "/audit?mail=nobody@example.jp")
	tab.Waits("アカウントはありません")
	seen("audit-mistake")
	file := Eval[string](tab, `fetch("/audit/export?action=login", {method: "POST", body: new URLSearchParams({format: "csv"})}).then(r => r.text())`)
	if lines := strings.Count(file, "\n"); !strings.HasPrefix(file, "番号,日時") || !strings.Contains(file, "管理 守") || lines != 2 {
		t.Errorf("the file has %d lines: %.300s", lines, file)
	}
	tab.Open(url + "/audit")
	tab.Click(".head details.menu summary")
	tab.Click("form[action='/audit/verify'] button")
	tab.Waits("鎖はつながっています")
	tab.Open(url + "/audit?action=export&lang=en")
	tab.Waits("audit log")
	seen("audit-en")
}
