package e2e

import (
	"strings"
	"testing"
)

// TestProjects looks as the chief at the portfolio and at what can be done with a
// project, at both widths, and moves one on as the form allows.
func TestProjects(t *testing.T) {
	browser := Start(t)
	hub := Demo(t, "")
	tab := browser.Tab(t, Laptop, true)
	tab.Play(hub, "chief")
	tab.Open(hub + "/projects/board") // of his own area
	project := Eval[string](tab, `document.querySelector(".board-title").href`)
	if !strings.Contains(project, "/projects/") {
		t.Fatalf("the board leads to %q", project)
	}
	pages := map[string]string{
		"list": hub + "/projects", "board": hub + "/projects/board", "state-board": hub + "/projects/board?by=state",
		"chart": hub + "/projects/chart", "all": hub + "/projects/chart?area=all",
		"one": project, "tier": project + "/tier", "application": project + "/application", "state": project + "/state",
		"partners": project + "/partners", "plan": project + "/plan", "scheme": hub + "/areas/north/tiers",
	}
	for name, address := range pages {
		for _, width := range []int{Laptop, Phone} {
			tab.Resize(width)
			tab.Complaints()
			tab.Open(address)
			for _, c := range tab.Complaints() {
				t.Errorf("%s: the browser complains: %s", name, c)
			}
			tab.Accessible()
			tab.Fits()
			if text := tab.Text("body"); keys.MatchString(text) {
				t.Errorf("%s shows a key: %v", name, keys.FindAllString(text, 5))
			}
			shot := "projects-" + name
			if width == Phone {
				shot += "-phone"
			}
			tab.Screenshot(shot, true)
		}
	}
}
