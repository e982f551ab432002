package catalogue

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

var place = regexp.MustCompile(`\{[^{}]*\}`)

func TestEveryRowIsWholeAndUnique(t *testing.T) {
	rows, err := Rows()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]Row{}
	for _, r := range rows {
		at := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%s:%d: %s: "+format, append([]any{r.File, r.Line, r.Key}, args...)...)
		}
		if first, ok := seen[r.Key]; ok {
			at("is already in %s:%d", first.File, first.Line)
		}
		seen[r.Key] = r
		if strings.TrimSpace(r.JA) == "" || strings.TrimSpace(r.EN) == "" {
			at("lacks a language")
		}
		if j, e := places(r.JA), places(r.EN); !slices.Equal(j, e) {
			at("places differ: %v in Japanese, %v in English", j, e)
		}
	}
	for key := range seen {
		if base, one := strings.CutSuffix(key, "#one"); one {
			if _, ok := seen[base]; !ok {
				t.Errorf("%s has no row %s", key, base)
			}
		}
	}
}

// places gives the distinct places of a sentence, sorted.
func places(s string) []string {
	p := place.FindAllString(s, -1)
	slices.Sort(p)
	return slices.Compact(p)
}

func TestWordsOfTheGroundAreThere(t *testing.T) {
	var keys []string
	for _, s := range hub.Scopes {
		keys = append(keys, "scope."+string(s), "scope."+string(s)+"_help")
	}
	for _, r := range hub.Roles {
		keys = append(keys, "role."+string(r))
	}
	for _, k := range []hub.Kind{hub.Invalid, hub.Forbidden, hub.NotFound, hub.Conflict, hub.Gone, hub.Unavailable, hub.Internal} {
		keys = append(keys, "error."+string(k))
	}
	has := keysOf(t)
	for _, k := range keys {
		if !has[k] {
			t.Errorf("the catalogue lacks %s", k)
		}
	}
}

// Where literal keys stand in the code: i18n.T(ctx, "key"), ui.T, T; errors made
// with Errorf; and problems of a form. Keys put together at run time are the
// business of the room that does so.
var uses = []*regexp.Regexp{
	regexp.MustCompile(`\bT\(\s*[\w.()]+,\s*"([^"]+)"`),
	regexp.MustCompile(`\bErrorf\(\s*[\w.]+,\s*"([a-z][\w]*\.[\w.]+)"`),
	regexp.MustCompile(`\.Add\(\s*[^,()]+,\s*"([a-z][\w]*\.[\w.]+)"`),
}

// TestEveryKeyUsedExists reads the whole source. It does not run with -short, so
// that a section half built elsewhere does not stop another one.
func TestEveryKeyUsedExists(t *testing.T) {
	if testing.Short() {
		t.Skip("reads every room's source; run without -short")
	}
	root := filepath.Join("..", "..", "..")
	has, found := keysOf(t), 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); n == ".git" || n == "testdata" || n == "node_modules" || n == "shared" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ") ||
			strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, line := range strings.Split(string(b), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, use := range uses {
				for _, m := range use.FindAllStringSubmatch(line, -1) {
					if strings.HasSuffix(m[1], ".") || strings.HasSuffix(m[1], "_") {
						continue // the beginning of a key put together
					}
					found++
					if !has[m[1]] {
						t.Errorf("%s: no sentence for %q", path, m[1])
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Error("found no use of any key: the patterns no longer match the code")
	}
}

func keysOf(t *testing.T) map[string]bool {
	t.Helper()
	rows, err := Rows()
	if err != nil {
		t.Fatal(err)
	}
	keys := make(map[string]bool, len(rows))
	for _, r := range rows {
		keys[r.Key] = true
	}
	return keys
}
