package e2e

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/i18n/catalogue"
)

// The parts one walks the sample hub as. "" is a stranger.
var walkers = []string{
	"", "coordinator", "office", "researcher", "company",
	"chief", "municipality", "finance", "programme_officer", "administrator",
}

// The most pages that one walk opens; a role sees fewer kinds than this. Of
// shapes that somebody before has looked at, a walk looks at some again.
const most, again = 60, 12

// TestEveryPage walks as each role over every page that links lead to, at both
// widths: axe-core finds nothing, nothing is wider than the screen, nothing
// failed, no script complained, and no key stands where a sentence belongs.
func TestEveryPage(t *testing.T) {
	browser := Start(t)
	hub := Demo(t, "")
	phoned, looked := map[string]bool{}, map[string]int{}
	for _, role := range walkers {
		name := role
		if name == "" {
			name = "stranger"
		}
		t.Run(name, func(t *testing.T) {
			tab := browser.Tab(t, Laptop, true)
			if role != "" {
				tab.Play(hub, role)
			}
			walk(t, tab, hub, name, phoned, looked)
		})
	}
}

// walk follows links breadth first, one page of each shape. On a phone it looks
// at the shapes that nobody before has seen there; phoned keeps them. A shape
// that three have looked at is opened, and looked at only among the first ones.
func walk(t *testing.T, tab *Tab, hub, name string, phoned map[string]bool, looked map[string]int) {
	seen, shapes := map[string]bool{}, map[string]int{}
	queue := []string{hub + "/"}
	for n := 0; len(queue) > 0 && n < most; n++ {
		next := queue[0]
		queue = queue[1:]
		widths := []int{Laptop}
		u, err := url.Parse(next)
		if err == nil && !phoned[shape(u)] {
			phoned[shape(u)] = true
			widths = append(widths, Phone)
		}
		if err == nil && looked[shape(u)] >= 3 && n >= again {
			tab.Open(next)
		} else {
			look(t, tab, next, name, widths)
			looked[shape(u)]++
		}
		for _, link := range Eval[[]string](tab, `[...document.querySelectorAll("a[href]:not([download])")].map(a => (a.href.baseVal === undefined ? a.href : new URL(a.href.baseVal, location.href).href).split("#")[0])`) {
			u, err := url.Parse(link)
			if err != nil || !strings.HasPrefix(link, hub) || seen[link] || u.Query().Has("lang") || filelike(u.Path) {
				continue
			}
			seen[link] = true
			if s := shape(u); shapes[s] == 0 {
				shapes[s]++
				queue = append(queue, link)
			}
		}
	}
	t.Logf("%s saw pages of %d shapes", name, len(shapes))
}

func look(t *testing.T, tab *Tab, address, name string, widths []int) {
	t.Helper()
	for _, width := range widths {
		tab.Resize(width)
		tab.Complaints()
		tab.Open(address)
		if status := Eval[int](tab, "performance.getEntriesByType('navigation')[0].responseStatus"); status >= 400 {
			t.Errorf("%s answers %d", address, status)
			return
		}
		for _, c := range tab.Complaints() {
			t.Errorf("%s: the browser complains: %s", address, c)
		}
		tab.Accessible()
		tab.Fits()
		if text := tab.Text("body"); keys.MatchString(text) {
			t.Errorf("%s shows a key: %v", address, keys.FindAllString(text, 5))
		}
		u, _ := url.Parse(address)
		shot := "page-" + name + strings.ReplaceAll(shape(u), "/", "-")
		if width == Phone {
			shot += "-phone"
		}
		tab.Screenshot(shot, true)
	}
}

var (
	identity = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}`)
	slug     = regexp.MustCompile(`^/areas/[^/]+`)
)

// shape gives what pages have in common that one handler draws: the path with
// ids taken out, and whether something was asked of it.
func shape(u *url.URL) string {
	path := slug.ReplaceAllString(identity.ReplaceAllString(u.Path, "id"), "/areas/slug")
	if u.RawQuery != "" && !u.Query().Has("area") {
		path += "_asked"
	}
	return path
}

func filelike(path string) bool {
	return strings.HasSuffix(path, ".csv") || strings.HasSuffix(path, ".xlsx") || strings.Contains(path, "/files/")
}

// keys finds a key of the catalogue, or what looks like one of its families, in
// a text for people.
var keys = func() *regexp.Regexp {
	rows, err := catalogue.Rows()
	if err != nil {
		panic(err)
	}
	families := map[string]bool{}
	for _, r := range rows {
		family, _, _ := strings.Cut(r.Key, ".")
		families[family] = true
	}
	var all []string
	for f := range families {
		all = append(all, regexp.QuoteMeta(f))
	}
	slices.Sort(all)
	return regexp.MustCompile(fmt.Sprintf(`\b(?:%s)\.[a-z]+(?:_[a-z]+)*\b(?:[^.@/\w]|$)`, strings.Join(all, "|")))
}()
