package app

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/account"
)

var (
	band     = regexp.MustCompile(`(?s)<aside class="borrowed".*?</aside>`)
	opened   = regexp.MustCompile(`(?s)詳細を開いた人（.*?</details>`) // each opening adds one
	flashing = regexp.MustCompile(`Set-Cookie:\[[^\]]*\]`)
	stamped  = regexp.MustCompile(`name="stamp" value="[^"]*"`) // of each form sent out
)

// Whoever looks through another's eyes gets, byte for byte, what the other gets,
// but for the band that says so; of sealed records he gets nothing at all, and no
// form of his is taken.
func TestBorrowedEyesGetWhatTheOtherGets(t *testing.T) {
	w := newLeakWorld(t, filepath.Join(t.TempDir(), "kyoten.db")+"?synchronous=off")
	var boss party
	for _, p := range w.parties {
		if p.name == "administrator" {
			boss = p
		}
	}
	routes := w.Routes()
	compared, sealed := 0, 0
	for _, p := range w.parties {
		switch p.name {
		case "coordinator", "company", "owner", "own_desk", "programme_officer":
		default:
			continue
		}
		eyes, err := w.Account.DemoSignIn(t.Context(), boss.actor.User, account.Device{})
		w.ok(err)
		w.ok(w.Account.LookAs(t.Context(), boss.actor, eyes, account.View{User: p.actor.User}))
		borrowed := party{name: "the administrator as " + p.name, actor: p.actor, token: eyes}
		for _, route := range routes {
			how, ok := leakChannels[route.Method+" "+route.Pattern]
			if !ok || route.Method != http.MethodGet || strings.HasPrefix(route.Pattern, "/account") {
				continue // one's own sessions and factors are another's
			}
			for _, k := range w.knocks(route.Method, route.Pattern, how) {
				status, text := w.ask(borrowed, k)
				_, theirs := w.ask(p, k)
				if status == http.StatusOK && strings.Contains(text, "<html") && !band.MatchString(text) {
					t.Fatalf("%s does not say that the eyes are borrowed", k.path)
				}
				for _, word := range w.found(text) {
					m := w.markers[word]
					if strings.Contains(m.what, "sealed") && !m.may(boss) {
						t.Errorf("%s is shown %s by %s", borrowed.name, m.what, k.path)
					}
				}
				if p.name == "owner" || p.name == "own_desk" {
					sealed++
					continue // who reads sealed records is shown more than the borrower
				}
				for _, form := range []*regexp.Regexp{band, opened, flashing, stamped} {
					text, theirs = form.ReplaceAllString(text, ""), form.ReplaceAllString(theirs, "")
				}
				if squeeze(text) != squeeze(theirs) {
					t.Errorf("%s: %s differs from what the other gets: %s", borrowed.name, k.path, firstDifference(squeeze(text), squeeze(theirs)))
				}
				compared++
			}
		}
		before := w.changes()
		for _, route := range routes {
			if route.Method != http.MethodPost || route.Leaving {
				continue
			}
			for _, k := range w.posts(route.Pattern, leakChannels["POST "+route.Pattern]) {
				if status, _ := w.ask(borrowed, k); status != http.StatusForbidden {
					t.Errorf("%s posts to %s: %d", borrowed.name, k.path, status)
				}
				break
			}
		}
		if n := w.changes(); n != before {
			t.Errorf("%s changed %d records", borrowed.name, n-before)
		}
	}
	if compared < 100 || sealed < 100 {
		t.Errorf("%d pages compared, %d looked through for sealed words", compared, sealed)
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func firstDifference(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	from := max(0, n-80)
	return "…" + a[from:min(len(a), n+120)] + "… against …" + b[from:min(len(b), n+120)]
}
