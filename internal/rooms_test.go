// Package internal has no code of its own. Its test keeps the plan of the house:
// which room may import which, and which outside library belongs to which room.
package internal

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/libc" // required directly, so that go.mod holds its version
)

const module = "github.com/kyoten-hub/kyoten"

// rooms is the order of the house: a room imports rooms that stand before it,
// never one that stands after. Each is a folder of internal with all below it,
// except those with a slash.
var rooms = strings.Fields(`
	hub access japanese i18n db audit jobs optimise retrieval sheet

	account activity directory catalogue match enquiry brokerage agreement project
	funding event publish practice kpi desk search

	intake archive connect notify web api

	app cmd/kyoten e2e tools
`)

// libraries says which room uses which outside library: one library, one room.
// A module that is not here is not wanted without a line in docs/dependencies.md.
var libraries = map[string]string{
	"github.com/ikawaha/kagome":       "japanese",
	"github.com/ikawaha/kagome-dict":  "japanese",
	"golang.org/x/text":               "japanese",
	"modernc.org/sqlite":              "db",
	"github.com/jackc/pgx":            "db",
	"github.com/pressly/goose":        "db",
	"github.com/riverqueue/river":     "jobs",
	"github.com/xuri/excelize":        "sheet",
	"golang.org/x/crypto":             "account",
	"github.com/coreos/go-oidc":       "account",
	"filippo.io/age":                  "archive",
	"github.com/wneessen/go-mail":     "notify",
	"github.com/a-h/templ":            "web",
	"github.com/danielgtaylor/huma":   "api",
	"github.com/alecthomas/kong":      "cmd/kyoten",
	"github.com/chromedp":             "e2e",
	"github.com/evanw/esbuild":        "tools",
	"github.com/go-webauthn/webauthn": "account",
	"github.com/pquerna/otp":          "account",
}

// A pkg is what `go list -json` says of one package. Tests' imports are free
// and not looked at.
type pkg struct {
	ImportPath string
	Imports    []string
}

func TestEveryPackageStandsInItsRoom(t *testing.T) {
	for _, p := range list(t) {
		room := roomOf(p.ImportPath)
		if room == "" {
			t.Errorf("%s stands in no room of the house; internal/rooms_test.go lists them", short(p.ImportPath))
			continue
		}
		for _, imp := range p.Imports {
			if why := offence(room, imp); why != "" {
				t.Errorf("%s imports %s: %s", short(p.ImportPath), short(imp), why)
			}
		}
	}
}

// offence says what is wrong when code in room imports the package imp; "" when
// nothing is.
func offence(room, imp string) string {
	if !strings.HasPrefix(imp, module+"/") {
		if first, _, _ := strings.Cut(imp, "/"); !strings.Contains(first, ".") {
			return "" // the standard library
		}
		home, known := libraryHome(imp)
		switch {
		case !known:
			return "an outside library that no room was given"
		case room == "jobs" && strings.HasPrefix(imp, "github.com/jackc/pgx/"):
			return "" // River's client is made for the type of its transactions
		case home != room:
			return "this library belongs to " + home + " alone"
		}
		return ""
	}
	other := roomOf(imp)
	switch {
	case strings.HasSuffix(imp, "test"):
		return "help for tests must not be linked into the product"
	case other == room:
		return ""
	case slices.Index(rooms, other) > slices.Index(rooms, room):
		return other + " stands after " + room
	case (room == "web" || room == "api") && other == "db":
		return "the faces never touch the database"
	case room == "api" && other == "web":
		return "the faces do not know each other"
	}
	return ""
}

// roomOf gives the room of a package of this module; "" when it is in none.
func roomOf(path string) string {
	rel := strings.TrimPrefix(path, module+"/")
	rel = strings.TrimPrefix(rel, "internal/")
	for _, room := range rooms {
		if rel == room || strings.HasPrefix(rel, room+"/") {
			return room
		}
	}
	return ""
}

func libraryHome(imp string) (room string, known bool) {
	for lib, room := range libraries {
		if imp == lib || strings.HasPrefix(imp, lib+"/") {
			return room, true
		}
	}
	return "", false
}

func short(path string) string { return strings.TrimPrefix(path, module+"/") }

func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath != module+"/internal" {
			all = append(all, p)
		}
	}
	if len(all) < 2 {
		t.Fatalf("go list found %d packages; this test looks at nothing", len(all))
	}
	return all
}

func TestOffencesAreSeen(t *testing.T) {
	for _, c := range []struct {
		room, imp string
		wrong     bool
	}{
		{"catalogue", module + "/internal/db", false},
		{"catalogue", module + "/internal/catalogue/layer", false},
		{"db", module + "/internal/catalogue", true},
		{"web", module + "/internal/db", true},
		{"web", module + "/internal/db/dialect", true},
		{"api", module + "/internal/web", true},
		{"web", module + "/internal/api", true},
		{"web", module + "/internal/catalogue", false},
		{"hub", module + "/internal/access", true},
		{"app", module + "/internal/db/dbtest", true},
		{"cmd/kyoten", module + "/internal/app", false},
		{"app", "net/http", false},
		{"catalogue", "github.com/jackc/pgx/v5", true},
		{"db", "github.com/jackc/pgx/v5/pgxpool", false},
		{"web", "github.com/left/pad", true},
	} {
		if why := offence(c.room, c.imp); (why != "") != c.wrong {
			t.Errorf("%s importing %s: %q", c.room, short(c.imp), why)
		}
	}
}

// The pure-Go SQLite is a machine translation that fits exactly one version of
// its C library; another one compiles and then corrupts or crashes.
func TestLibcIsTheOneSQLiteNames(t *testing.T) {
	mod := read(t, "go.mod")
	cmd := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite")
	cmd.Dir = ".."
	path, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list -m: %v", err)
	}
	theirs, err := os.ReadFile(strings.TrimSpace(string(path)))
	if err != nil {
		t.Fatal(err)
	}
	want, got := required(string(theirs), "modernc.org/libc"), required(mod, "modernc.org/libc")
	if want == "" || got != want {
		t.Errorf("go.mod requires modernc.org/libc %q, modernc.org/sqlite was made for %q", got, want)
	}
}

// Every library we chose says why it, in docs/dependencies.md.
func TestEveryDependencyHasAReason(t *testing.T) {
	reasons := read(t, "docs/dependencies.md")
	direct := regexp.MustCompile(`(?m)^(?:require )?\t?([a-z0-9.-]+\.[a-z]+/\S+) v[^ \n]+$`)
	found := direct.FindAllStringSubmatch(read(t, "go.mod"), -1)
	for _, m := range found {
		if !strings.Contains(reasons, "`"+m[1]+"`") {
			t.Errorf("docs/dependencies.md has no line for %s", m[1])
		}
	}
	if len(found) < 5 {
		t.Errorf("only %d direct dependencies seen in go.mod; the expression misreads it", len(found))
	}
}

func required(gomod, path string) string {
	m := regexp.MustCompile(regexp.QuoteMeta(path) + ` (v\S+)`).FindStringSubmatch(gomod)
	if m == nil {
		return ""
	}
	return m[1]
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
