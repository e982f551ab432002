package e2e

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/gallery"
)

func serveGallery(t *testing.T) *httptest.Server {
	t.Helper()
	h, err := web.New(web.Deps{Routes: gallery.Routes(), Chrome: gallery.Chrome, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// TestGallery looks at every component on both screens and in both languages.
func TestGallery(t *testing.T) {
	browser := Start(t)
	s := serveGallery(t)
	for _, lang := range []string{"ja", "en"} {
		tab := browser.Tab(t, Laptop, true)
		tab.Open(s.URL + "/?lang=" + lang)
		for _, r := range gallery.Routes() {
			path := strings.TrimSuffix(r.Pattern, "{$}")
			if path == "/work/at" {
				continue // a part of a page
			}
			for _, width := range []int{820, 1024} {
				if lang != "en" {
					break // English words are longer
				}
				tab.Resize(width)
				tab.Open(s.URL + path)
				tab.Fits()
			}
			for _, width := range []int{Laptop, Phone} {
				tab.Resize(width)
				tab.Open(s.URL + path)
				tab.Accessible()
				tab.Fits()
				name := "gallery" + strings.ReplaceAll(path, "/", "-") + "-" + lang
				if width == Phone {
					name += "-phone"
				}
				tab.Screenshot(name, true)
			}
		}
	}
}

func TestGalleryIsUsedByKeyboard(t *testing.T) {
	browser := Start(t)
	s := serveGallery(t)
	tab := browser.Tab(t, Laptop, true)
	tab.Open(s.URL + "/seeds?lang=en")
	tab.Press("j")
	tab.Press("j")
	tab.Press("k")
	if got := Eval[string](tab, "document.activeElement.textContent"); !strings.Contains(got, "snow load on roofs") {
		t.Errorf("j j k leads to %q", got)
	}
	tab.Press("/")
	if got := Eval[string](tab, "document.activeElement.id"); got != "bar-q" {
		t.Errorf("/ leads to %q", got)
	}
	tab.Press("j")
	if got := Eval[string](tab, "document.activeElement.value"); !strings.HasSuffix(got, "j") {
		t.Errorf("while typing, j types %q", got)
	}
	if pdf := tab.PDF(); !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Error("the list does not print")
	}
	tab.Resize(Phone)
	tab.Open(s.URL + "/seeds")
	tab.Click(".bar-menu")
	if !Eval[bool](tab, "getComputedStyle(document.querySelector('#nav')).display !== 'none'") {
		t.Error("the drawer does not open")
	}
	tab.Press("\x1b")
	if Eval[bool](tab, "getComputedStyle(document.querySelector('#nav')).display !== 'none'") {
		t.Error("Escape does not close the drawer")
	}
}

// TestListsAreDense counts the rows that a laptop of 1280 × 800 shows at once.
func TestListsAreDense(t *testing.T) {
	browser := Start(t)
	s := serveGallery(t)
	tab := browser.Tab(t, Laptop, true)
	tab.Open(s.URL + "/seeds")
	rows := Eval[int](tab, "[...document.querySelectorAll('[data-row]')].filter(r => r.getBoundingClientRect().bottom <= 800).length")
	if rows < 20 {
		t.Errorf("%d rows in view, want 20", rows)
	}
	tab.Screenshot("gallery-seeds-screen", false)
}

// TestProgressRenewsItself sees that htmx works under the policy of the site,
// which forbids eval and inline scripts.
func TestProgressRenewsItself(t *testing.T) {
	browser := Start(t)
	s := serveGallery(t)
	tab := browser.Tab(t, Laptop, true)
	tab.Open(s.URL + "/work?lang=en")
	tab.Shows("Importing seeds")
	tab.Waits("Imported")
}
