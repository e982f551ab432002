package e2e

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestChoosingByTyping fills an organisation in as one does without a mouse: a
// part of the name, arrow keys, Enter; and sees that the choice is kept.
func TestChoosingByTyping(t *testing.T) {
	browser := Start(t)
	hub := Demo(t, "")
	tab := browser.Tab(t, Laptop, true)
	tab.Play(hub, "coordinator")
	tab.Open(hub + "/seeds/new")
	tab.Fill("#f-title-ja", "選び方の試験")
	const field = "#f-organisation"
	tab.Fill(field, "大学")
	offered(tab)
	if got := Eval[string](tab, `document.querySelector("#f-organisation").getAttribute("aria-expanded")`); got != "true" {
		t.Errorf("aria-expanded is %q", got)
	}
	tab.Accessible()
	tab.Screenshot("choose-open", false)
	tab.Press(kb.ArrowDown)
	tab.Press(kb.ArrowDown)
	if !Eval[bool](tab, `document.getElementById(document.querySelector("#f-organisation").getAttribute("aria-activedescendant")) === document.querySelectorAll("[role=option]")[1]`) {
		t.Error("the second line is not the active one")
	}
	want := Eval[string](tab, `document.querySelectorAll("[role=option]")[1].dataset.words`)
	tab.Press(kb.Enter)
	if got := Eval[string](tab, `document.querySelector("#f-organisation").value`); got != want || want == "" {
		t.Errorf("chosen was %q, not %q", got, want)
	}
	if !Eval[bool](tab, `document.querySelector(".pick-list").hidden`) {
		t.Error("the list stays open")
	}
	tab.Resize(Phone)
	tab.Fits()
	tab.Fill("#f-owner", "該当なしの人")
	tab.Press(kb.Escape)
	tab.Click(".form .button-primary")
	tab.Shows("「該当なしの人」は登録されていません")
	tab.Screenshot("choose-refused-phone", false)
	tab.Resize(Laptop)
	tab.Fill("#f-owner", "")
	tab.Click(".form .button-primary")
	tab.Waits("シーズを登録しました")
	tab.Shows(want)
}

// offered waits until a Pick has its list open.
func offered(tab *Tab) {
	tab.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if Eval[bool](tab, `document.querySelector("[role=listbox] [role=option]") !== null`) {
			return
		}
	}
	tab.t.Fatal("nothing is offered")
}

// TestManyAtOnce changes the state of two seeds from the list, and takes it back
// by one press; and looks at the pages beside the list at both widths.
func TestManyAtOnce(t *testing.T) {
	browser := Start(t)
	hub := Demo(t, "")
	tab := browser.Tab(t, Laptop, true)
	tab.Play(hub, "coordinator")
	for _, page := range []string{"/seeds", "/seeds/view?field=snow", "/seeds/bin", "/organisations/view"} {
		for _, width := range []int{Laptop, Phone} {
			tab.Resize(width)
			tab.Open(hub + page)
			tab.Accessible()
			tab.Fits()
			tab.Screenshot("lists"+strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(page)+"-"+strconv.Itoa(width), true)
		}
	}
	tab.Resize(Laptop)
	tab.Open(hub + "/seeds")
	tab.Open(Eval[string](tab, `[...document.querySelectorAll("a.facet-value")].find(a => a.href.includes("area=")).href`))
	Eval[bool](tab, `(() => { document.querySelectorAll("input[data-select]").forEach((b, i) => { if (i < 2) b.click(); }); return true })()`)
	tab.Click("#bulk button")
	tab.Shows("2件をまとめて変更する")
	tab.Accessible()
	tab.Do(chromedp.SetValue(chromedp.CSS("#f-state"), "ended"))
	tab.Click(".form .button-primary")
	tab.Shows("2件が変わります")
	tab.Accessible()
	tab.Screenshot("bulk-preview", true)
	tab.Resize(Phone)
	tab.Fits()
	tab.Screenshot("bulk-preview-phone", true)
	tab.Resize(Laptop)
	tab.Click("#preview .button-primary")
	tab.Waits("2件を変更しました")
	tab.Screenshot("bulk-done", false)
	tab.Press("u")
	tab.Waits("2件を元に戻しました")
}
