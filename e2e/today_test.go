package e2e

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/kyoten-hub/kyoten/internal/app"
)

// serveToday serves the sample hub for the tests of 今日の仕事.
func serveToday(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	address, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- app.Demo(ctx, app.Config{Listen: "127.0.0.1:0"}, slog.New(slog.DiscardHandler), func(l app.Listening) { address <- l.URL })
	}()
	t.Cleanup(func() { cancel(); <-done })
	select {
	case url := <-address:
		return url
	case err := <-done:
		t.Fatal(err)
	case <-time.After(time.Minute):
		t.Fatal("the sample hub does not start")
	}
	return ""
}

// play signs in on the demo's page as the first person of a role.
func play(tab *Tab, url, role string) {
	tab.t.Helper()
	tab.Open(url + "/demo?lang=ja")
	tab.Open(url + "/demo?next=/today")
	Eval[int](tab, `[...document.querySelectorAll("form button")].find(b => b.textContent.includes(`+quote(role)+`)).click(), 0`)
	tab.Do(chromedp.Sleep(300*time.Millisecond), chromedp.WaitReady(chromedp.CSS(".tasks, .empty, .split")))
}

// TestMorning is a coordinator's morning: what is due, in order, dealt with where
// it stands.
func TestMorning(t *testing.T) {
	browser := Start(t)
	url := serveToday(t)
	for _, who := range []struct{ name, role string }{
		{"chief", "総括エリアコーディネーター"},
		{"coordinator", "上級エリアコーディネーター"},
		{"office", "事務局"},
		{"researcher", "研究者"},
		{"company", "企業"},
	} {
		tab := browser.Tab(t, Laptop, true)
		play(tab, url, who.role)
		for _, lang := range []string{"ja", "en"} {
			for _, width := range []int{Laptop, Phone} {
				tab.Resize(width)
				tab.Open(url + "/today?lang=" + lang)
				tab.Accessible()
				tab.Fits()
				name := "today-" + who.name + "-" + lang
				if width == Phone {
					name += "-phone"
				}
				tab.Screenshot(name, true)
			}
		}
	}
}

// TestLinesAreDealtWithInPlace finishes, takes back, puts off and hands on with
// scripts: the page stays where it is and the rows below do not move.
func TestLinesAreDealtWithInPlace(t *testing.T) {
	browser := Start(t)
	url := serveToday(t)
	tab := browser.Tab(t, Laptop, true)
	play(tab, url, "上級エリアコーディネーター")
	if !tab.Has("li.task form[action='/today/done']") {
		t.Fatal("the sample coordinator has no promise to finish")
	}
	first := Eval[string](tab, `document.querySelector("li.task:has(form[action='/today/done'])").id`)
	before := tab.URL()
	tab.Click("#" + first + " form[action='/today/done'] button")
	tab.Do(chromedp.WaitReady(chromedp.CSS("#" + first + ".task-gone")))
	if tab.URL() != before {
		t.Errorf("the page went to %s", tab.URL())
	}
	if !Eval[bool](tab, `document.activeElement.closest("#`+first+`") !== null`) {
		t.Error("the focus is lost")
	}
	tab.Accessible()
	tab.Screenshot("today-done", false)
	tab.Click("#" + first + " button")
	tab.Do(chromedp.WaitReady(chromedp.CSS("#" + first + ":not(.task-gone)")))
	tab.Shows("取り消しました")
	tab.Do(chromedp.Click(chromedp.CSS("#" + first + " .task-more summary")))
	tab.Screenshot("today-more", true) // open, it lies over the rows below, which axe takes for too small
	tab.Resize(Phone)
	tab.Screenshot("today-more-phone", true)
	tab.Fits()
	tab.Click("#" + first + " button[name='until']")
	tab.Do(chromedp.WaitReady(chromedp.CSS("#" + first + ".task-gone")))
	tab.Shows("延ばしました")
}
