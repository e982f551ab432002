package e2e

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/web"
	pages "github.com/kyoten-hub/kyoten/internal/web/intake"
)

// serveIntake serves the section /intake alone, to a coordinator.
func serveIntake(t *testing.T) *httptest.Server {
	t.Helper()
	d := dbtest.SQLite(t)
	clock := hub.SystemClock{}
	log := audit.New(d, clock)
	accounts := account.New(d, log, clock, account.Options{})
	area, err := accounts.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北の拠点", EN: "North"}})
	if err != nil {
		t.Fatal(err)
	}
	lines := activity.New(d, log, clock)
	imports := intake.New(d, log, directory.New(d, log, lines, clock), catalogue.New(d, log, lines, clock), clock)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- imports.Run(ctx) }()
	who := hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "北山 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area.ID}}}
	h, err := web.New(web.Deps{
		Routes:       (&pages.Pages{Intake: imports, Accounts: accounts, Clock: clock}).Routes(),
		Authenticate: func(*http.Request) (hub.Actor, error) { return who, nil },
		Log:          slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.Close()
		stop()
		<-ended
	})
	return s
}

// TestIntake brings a spreadsheet with mistakes in, as a coordinator does: send,
// correct a column, look the plan over, apply, take back.
func TestIntake(t *testing.T) {
	browser := Start(t)
	s := serveIntake(t)
	file := filepath.Join(t.TempDir(), "令和8年度シーズ一覧.csv")
	text := "\uFEFF令和8年度 研究シーズ一覧,,,,,,\n№,呼び名,研究者,所属機関,概　要,TRL,予算（万円）\n" +
		"1,雪を溶かす塗料,北 花子（教授）,北陸工業大学,熱を使わずに屋根の雪を落とします。,4,300\n" +
		"2,,東 一郎,越前大学,題目を書き忘れた行です。,,\n" +
		"3,漆の乾燥を速める方法,西 次郎,加賀大学,湿度と光で乾きを半分の時間にします。,高い,100～200\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tab := browser.Tab(t, Laptop, true)
	look := func(name string) {
		t.Helper()
		for _, width := range []int{Laptop, Phone} {
			tab.Resize(width)
			tab.Accessible()
			tab.Fits()
			if width == Phone {
				tab.Screenshot("intake-"+name+"-phone", true)
			} else {
				tab.Screenshot("intake-"+name, true)
			}
		}
		tab.Resize(Laptop)
	}
	tab.Open(s.URL + "/intake?lang=ja")
	look("empty")
	tab.Open(s.URL + "/intake/new")
	look("upload")
	tab.Do(chromedp.SetUploadFiles(chromedp.CSS(`input[type="file"]`), []string{file}))
	tab.Click(`main form button[type="submit"]`)
	tab.Waits("題目にあたる列が決まっていません")
	look("columns")
	tab.Do(chromedp.SetValue(chromedp.CSS(`select[name="col.B"]`), "title"))
	tab.Click(`form[action$="/setup"] button[type="submit"]`)
	tab.Waits("取り込み前の確認")
	tab.Shows("題目がないため取り込めません")
	look("plan")
	tab.Click(`form[action$="/apply"] button`)
	tab.Waits("取り込み済み")
	look("applied")
	tab.Open(tab.URL() + "/undo")
	look("undo")
	tab.Click(`main form button[type="submit"]`)
	tab.Waits("戻したもの 2 件")
	look("undone")
	tab.Open(s.URL + "/intake")
	look("list")
}
