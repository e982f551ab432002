package app

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// leakChannels says, for every address of the site, on what the leak matrix
// tries it. An address that is not here fails the test: whoever adds one says
// here what it can show. For GET the value is the query or queries to ask with,
// divided by spaces; "" asks once without.
//
// {id} is tried with every record of the kind the address is about, {file},
// {contact}, {membership} and {role} with those that exist, {slug} with the area.
var leakChannels = map[string]string{
	"GET /sign-in":          "- ?password=1",
	"GET /setup":            "",
	"GET /demo":             "",
	"GET /account":          "",
	"GET /account/password": "",

	"GET /sign-in/forgot":      "",
	"GET /sign-in/reset":       "- ?token=guess",
	"GET /invitation":          "- ?token=guess",
	"GET /account/consent":     "",
	"GET /account/second":      "",
	"GET /account/second/totp": "",
	"GET /account/letters":     "",
	"GET /jobs":                "- ?state=failed",

	"GET /areas/{slug}/accounts":                       "- ?limit=200 ?q=example",
	"GET /areas/{slug}/accounts/new":                   "",
	"GET /areas/{slug}/accounts/invitations":           "",
	"GET /areas/{slug}/accounts/policy":                "",
	"GET /areas/{slug}/accounts/look":                  "",
	"GET /areas/{slug}/letters":                        "- ?state=waiting",
	"GET /areas/{slug}/accounts/{id}":                  "",
	"GET /areas/{slug}/accounts/{id}/roles/{role}/end": "",

	"GET /{$}":          "",
	"GET /areas":        "",
	"GET /areas/{slug}": "",

	"GET /areas/{slug}/calendar": "- ?year=2027",

	"GET /areas/{slug}/ask":            "",
	"GET /status/{token}":              "",
	"GET /status/{token}/withdraw":     "",
	"GET /fees":                        "",
	"GET /areas/{slug}/fees":           "",
	"GET /areas/{slug}/fees/new":       "- ?form=joint_research&organisation={organisation}",
	"GET /areas/{slug}/enquiries":      "",
	"GET /enquiries":                   "- ?view=mine ?view=late ?view=closed ?view=unassigned ?q=共通 ?area=here",
	"GET /enquiries.csv":               "- ?view=closed",
	"GET /enquiries/new":               "- ?area=here",
	"GET /enquiries/{id}":              "",
	"GET /enquiries/{id}/answer":       "",
	"GET /enquiries/{id}/decline":      "- ?reason=budget",
	"GET /enquiries/{id}/pass":         "",
	"GET /enquiries/{id}/files/{file}": "",

	"GET /seeds":                   "?limit=200 ?limit=200&q=共通 ?q=common ?limit=200&sort=title ?limit=200&sort=-trl ?field=snow ?state=draft ?scope=hub ?scope=sealed ?area=here ?organisation={organisation}",
	"GET /seeds.csv":               "- ?q=共通",
	"GET /seeds.xlsx":              "- ?q=共通",
	"GET /seeds/view":              "- ?q=共通",
	"GET /seeds/booklet":           "- ?q=共通",
	"GET /seeds/bin":               "",
	"GET /seeds/new":               "",
	"GET /seeds/{id}":              "",
	"GET /seeds/{id}/print":        "",
	"GET /seeds/{id}/history":      "- ?n=1 ?version=1",
	"GET /seeds/{id}/detail":       "",
	"GET /seeds/{id}/edit":         "",
	"GET /seeds/{id}/publish":      "",
	"GET /seeds/{id}/files/{file}": "",

	"GET /needs":                   "?limit=200 ?limit=200&q=共通 ?q=common ?limit=200&sort=title ?limit=200&sort=-deadline ?field=snow ?prefecture=15 ?scope=hub ?area=here",
	"GET /needs.csv":               "- ?q=共通",
	"GET /needs.xlsx":              "- ?q=共通",
	"GET /needs/view":              "- ?q=共通",
	"GET /needs/bin":               "",
	"GET /projects/bin":            "",
	"GET /needs/new":               "",
	"GET /needs/{id}":              "",
	"GET /needs/{id}/print":        "",
	"GET /needs/{id}/history":      "- ?n=1 ?version=1",
	"GET /needs/{id}/detail":       "",
	"GET /needs/{id}/edit":         "",
	"GET /needs/{id}/files/{file}": "",

	"GET /projects":                   "?limit=200 ?limit=200&q=共通 ?q=common ?limit=200&sort=title ?limit=200&sort=-trl ?field=snow ?state=adopted ?scope=hub ?scope=sealed ?area=here",
	"GET /projects.csv":               "- ?q=共通",
	"GET /projects/new":               "",
	"GET /projects/{id}":              "",
	"GET /projects/{id}/print":        "",
	"GET /projects/{id}/history":      "- ?n=1 ?version=1",
	"GET /projects/{id}/detail":       "",
	"GET /projects/{id}/edit":         "",
	"GET /projects/{id}/files/{file}": "",
	"GET /projects/{id}/partners":     "",
	"GET /projects/{id}/plan":         "",
	"GET /projects/{id}/state":        "",
	"GET /projects/{id}/application":  "",
	"GET /projects/{id}/tier":         "",
	"GET /projects/board":             "- ?area=here ?by=state",
	"GET /projects/chart":             "- ?area=here ?by=stage",
	"GET /areas/{slug}/tiers":         "",

	"GET /today": "",

	"GET /review":           "- ?by=seed ?by=organisation ?area=here ?show=none",
	"GET /review/need/{id}": "",
	"GET /review/seed/{id}": "",
	"GET /review/decisions": "",

	"GET /activities":              "?{of}",
	"GET /activities/new":          "?{of}",
	"GET /activities/{id}/plan":    "",
	"GET /activities/{id}/correct": "",

	"GET /organisations":                               "- ?limit=200 ?q=秘密商会 ?area=here ?kind=company_sme",
	"GET /organisations.csv":                           "- ?q=秘密商会",
	"GET /organisations.xlsx":                          "- ?q=秘密商会",
	"GET /organisations/view":                          "- ?q=秘密商会",
	"GET /organisations/new":                           "",
	"GET /organisations/growth":                        "- ?area=here",
	"GET /organisations/{id}":                          "",
	"GET /organisations/{id}/edit":                     "",
	"GET /organisations/{id}/memberships/new":          "?area=here",
	"GET /organisations/{id}/memberships/{membership}": "",

	"GET /people":           "- ?limit=200 ?q=人物 ?area=here",
	"GET /people.csv":       "- ?q=人物",
	"GET /people.xlsx":      "- ?q=人物",
	"GET /people/view":      "- ?q=人物",
	"GET /people/new":       "",
	"GET /people/{id}":      "",
	"GET /people/{id}/edit": "",

	"GET /choose/organisations":  "?area={area}&q=秘密商会 ?area={area}&q= ?q=example",
	"GET /choose/municipalities": "- ?q=ふちゅう",
	"GET /choose/people":         "?area={area}&q=人物 ?area={area}&q= ?area={area}&q=zq",

	"GET /intake":                   "- ?area=here",
	"GET /intake/new":               "",
	"GET /intake/{id}":              "- ?show=all ?show=problems",
	"GET /intake/{id}/progress":     "",
	"GET /intake/{id}/problems.csv": "",
	"GET /intake/{id}/undo":         "",

	"GET /places": "- ?kind=seed ?kind=need",
	"GET /search": "?q=共通 ?q=共通&kind=seed&limit=200 ?q=共通&kind=need&limit=200 ?q=共通&kind=project&limit=200 ?q=秘密商会 ?q=人物 ?q=common&area=here",

	"GET /audit":           "- ?limit=200 ?action=read&action=export&action=login ?kind=seed&limit=200 ?from=2026-01-01&limit=200 ?mail=nobody@example.jp",
	"GET /copies":          "",
	"GET /copies/progress": "",

	// Posts are tried by those who may not see the record; nothing may change and
	// nothing may be told.
	"POST /sign-in":                                     "open",
	"POST /sign-out":                                    "open",
	"POST /setup":                                       "open",
	"POST /demo":                                        "open",
	"POST /account":                                     "own",
	"POST /account/password":                            "own",
	"POST /account/sessions/{id}/end":                   "",
	"POST /areas/{slug}/accounts/new":                   "",
	"POST /areas/{slug}/accounts/{id}/roles":            "",
	"POST /areas/{slug}/accounts/{id}/roles/{role}/end": "",
	"POST /areas/{slug}/accounts/{id}/password":         "",
	"POST /areas/{slug}/accounts/{id}/disabled":         "",
	"POST /areas/{slug}/accounts/{id}/sign-out":         "",
	"POST /areas/{slug}/ask":                            "open",
	"POST /status/{token}/add":                          "",
	"POST /status/{token}/agree":                        "",
	"POST /status/{token}/withdraw":                     "",
	"POST /areas/{slug}/fees/new":                       "",
	"POST /areas/{slug}/fees/{fee}/remove":              "",
	"POST /areas/{slug}/fees/{fee}/restore":             "",
	"POST /areas/{slug}/enquiries":                      "",
	"POST /areas/{slug}/enquiries/reasons":              "",
	"POST /enquiries/new":                               "own",
	"POST /enquiries/{id}/answer":                       "",
	"POST /enquiries/{id}/decline":                      "",
	"POST /enquiries/{id}/pass":                         "",
	"POST /enquiries/{id}/assign":                       "",
	"POST /enquiries/{id}/need":                         "",
	"POST /enquiries/{id}/close":                        "",
	"POST /enquiries/{id}/link":                         "",
	"POST /enquiries/{id}/links/revoke":                 "",
	"POST /areas/{slug}/calendar":                       "",
	"POST /areas/{slug}/calendar/undo":                  "",
	"POST /views":                                       "form",
	"POST /views/{id}/remove":                           "form",
	"POST /views/default":                               "form",
	"POST /seeds/bin":                                   "form",
	"POST /seeds/bulk":                                  "form",
	"POST /seeds/bulk/{id}/undo":                        "",
	"POST /seeds/new":                                   "own",
	"POST /seeds/{id}/edit":                             "",
	"POST /seeds/{id}/publish":                          "",
	"POST /seeds/{id}/state":                            "",
	"POST /seeds/{id}/restore":                          "",
	"POST /seeds/{id}/withdraw":                         "",
	"POST /seeds/{id}/files":                            "",
	"POST /seeds/{id}/files/{file}/remove":              "",
	"POST /needs/bin":                                   "form",
	"POST /projects/bin":                                "form",
	"POST /needs/bulk":                                  "form",
	"POST /needs/bulk/{id}/undo":                        "",
	"POST /needs/new":                                   "own",
	"POST /needs/{id}/edit":                             "",
	"POST /needs/{id}/state":                            "",
	"POST /needs/{id}/restore":                          "",
	"POST /needs/{id}/withdraw":                         "",
	"POST /needs/{id}/files":                            "",
	"POST /needs/{id}/files/{file}/remove":              "",
	"POST /projects/new":                                "own",
	"POST /projects/begin":                              "form",
	"POST /projects/{id}/edit":                          "",
	"POST /projects/{id}/restore":                       "",
	"POST /projects/{id}/withdraw":                      "",
	"POST /projects/{id}/files":                         "",
	"POST /projects/{id}/files/{file}/remove":           "",
	"POST /projects/{id}/tasks":                         "",
	"POST /projects/{id}/levels":                        "",
	"POST /projects/{id}/partners":                      "",
	"POST /projects/{id}/plan":                          "",
	"POST /projects/{id}/state":                         "",
	"POST /projects/{id}/application":                   "",
	"POST /projects/{id}/tier":                          "",
	"POST /areas/{slug}/tiers":                          "",
	"POST /intake/new":                                  "",
	"POST /intake/{id}/setup":                           "",
	"POST /intake/{id}/apply":                           "",
	"POST /intake/{id}/cancel":                          "",
	"POST /intake/{id}/drop":                            "",
	"POST /intake/{id}/undo":                            "",
	"POST /audit/export":                                "",
	"POST /audit/verify":                                "",
	"POST /copies":                                      "",
	"POST /copies/drill":                                "",
	"POST /today/done":                                  "form",
	"POST /today/reopen":                                "form",
	"POST /today/put-off":                               "form",
	"POST /today/hand-on":                               "form",
	"POST /today/plan":                                  "form",
	"POST /today/restore":                               "form",
	"POST /review/decide":                               "form",
	"POST /review/undo/{id}":                            "",
	"POST /activities":                                  "form",
	"POST /activities/{id}/done":                        "",
	"POST /activities/{id}/reopen":                      "",
	"POST /activities/{id}/plan":                        "",
	"POST /activities/{id}/correct":                     "",
	"POST /organisations/new":                           "",
	"POST /organisations/{id}/edit":                     "",
	"POST /organisations/{id}/withdraw":                 "",
	"POST /organisations/{id}/memberships/new":          "",
	"POST /organisations/{id}/memberships/{membership}": "",
	"POST /organisations/{id}/contacts":                 "",
	"POST /organisations/{id}/contacts/{contact}/end":   "",
	"POST /people/new":                                  "",
	"POST /people/{id}/edit":                            "",
	"POST /people/{id}/withdraw":                        "",
	"POST /people/{id}/contacts":                        "",
	"POST /people/{id}/contacts/{contact}/end":          "",

	// accounts, letters and jobs
	"GET /areas/{slug}/accounts/personal":                    "",
	"GET /areas/{slug}/accounts/{id}/forget":                 "",
	"POST /areas/{slug}/accounts/{id}/forget":                "",
	"POST /areas/{slug}/accounts/{id}/disclosure":            "",
	"POST /account/disclosure":                               "own",
	"POST /sign-in/second":                                   "open",
	"POST /sign-in/passkey":                                  "open",
	"POST /sign-in/forgot":                                   "open",
	"POST /sign-in/reset":                                    "open",
	"POST /invitation":                                       "open",
	"POST /look/leave":                                       "open",
	"POST /account/consent":                                  "own",
	"POST /account/letters":                                  "own",
	"POST /account/second/totp":                              "own",
	"POST /account/second/totp/confirm":                      "own",
	"POST /account/second/passkey":                           "own",
	"POST /account/second/passkey/made":                      "own",
	"POST /account/second/change":                            "own",
	"POST /jobs/{id}/retry":                                  "",
	"POST /jobs/{id}/cancel":                                 "",
	"POST /areas/{slug}/letters/{id}/again":                  "",
	"POST /areas/{slug}/accounts/invitations/{id}/hand-over": "",
	"POST /areas/{slug}/accounts/invitations/{id}/revoke":    "",
	"POST /areas/{slug}/accounts/policy":                     "",
	"POST /areas/{slug}/accounts/look":                       "",
	"POST /areas/{slug}/accounts/{id}/reset":                 "",
	"POST /areas/{slug}/accounts/{id}/second":                "",
}

// knock is one request of the matrix.
type knock struct {
	method, path string
	form         string
	record       *leakRecord // what it is about; nil for lists
}

// knocks gives the requests for one address of the site.
func (w *leakWorld) knocks(method, pattern, how string) (out []knock) {
	path := strings.ReplaceAll(strings.ReplaceAll(pattern, "{$}", ""), "{slug}", w.area.Slug)
	add := func(path string, r *leakRecord) {
		if method == http.MethodPost {
			out = append(out, knock{method, path, "", r})
			return
		}
		for _, q := range strings.Split(how, " ") {
			q = strings.NewReplacer("{organisation}", string(w.organisation), "{area}", string(w.area.ID)).Replace(strings.TrimPrefix(q, "-"))
			if strings.Contains(q, "{of}") {
				for i := range w.records {
					r := &w.records[i]
					out = append(out, knock{method, path + strings.ReplaceAll(q, "{of}", "of="+r.kind+"&record="+string(r.id)), "", r})
				}
				continue
			}
			out = append(out, knock{method, path + q, "", r})
		}
	}
	if !strings.Contains(path, "{") {
		add(path, nil)
		return out
	}
	kind := map[string]string{"seeds": "seed", "needs": "need", "projects": "project", "organisations": "organisation", "people": "person", "enquiries": "enquiry"}[strings.Split(path, "/")[1]]
	switch {
	case strings.HasPrefix(pattern, "/areas/{slug}/accounts/invitations/"), strings.HasPrefix(pattern, "/areas/{slug}/letters/"):
		for _, id := range w.passes {
			add(strings.ReplaceAll(path, "{id}", string(id)), nil)
		}
		return out
	case strings.HasPrefix(pattern, "/jobs/"):
		add(strings.ReplaceAll(path, "{id}", "1"), nil)
		return out
	case strings.HasPrefix(pattern, "/status/"): // a word that nobody was given
		add(strings.ReplaceAll(path, "{token}", strings.Repeat("a", 32)), nil)
		return out
	case strings.HasPrefix(pattern, "/areas/{slug}/fees/{fee}"):
		add(strings.ReplaceAll(path, "{fee}", string(w.fee)), nil)
		return out
	case strings.HasPrefix(pattern, "/areas/{slug}/accounts/{id}"):
		for _, p := range w.parties {
			if p.token != "" {
				add(strings.NewReplacer("{id}", string(p.actor.User), "{role}", string(w.roles[p.name])).Replace(path), nil)
			}
		}
		return out
	case strings.HasPrefix(pattern, "/intake/"):
		add(strings.ReplaceAll(path, "{id}", string(w.intake)), nil)
		return out
	case strings.HasPrefix(pattern, "/account/sessions/"):
		add(strings.ReplaceAll(path, "{id}", string(hub.NewID())), nil)
		return out
	case strings.HasPrefix(pattern, "/review/need/"):
		kind = "need"
	case strings.HasPrefix(pattern, "/review/seed/"):
		kind = "seed"
	case strings.HasPrefix(pattern, "/review/undo/"):
		add(strings.ReplaceAll(path, "{id}", string(w.decision)), nil)
		return out
	}
	for i := range w.records {
		r := &w.records[i]
		if strings.HasPrefix(pattern, "/activities/{id}") {
			for _, line := range r.lines {
				add(strings.ReplaceAll(path, "{id}", string(line)), r)
			}
			continue
		}
		if r.kind != kind {
			continue
		}
		at := strings.ReplaceAll(path, "{id}", string(r.id))
		inner := map[string][]hub.ID{"{file}": r.files, "{contact}": r.contacts, "{membership}": w.memberships}
		more := false
		for place, ids := range inner {
			if strings.Contains(at, place) {
				more = true
				for _, id := range ids {
					add(strings.ReplaceAll(at, place, string(id)), r)
				}
			}
		}
		if !more {
			add(at, r)
		}
	}
	return out
}

// ask sends a request as a party and gives the answer with its headers.
func (w *leakWorld) ask(p party, k knock) (status int, all string) {
	r := httptest.NewRequest(k.method, (&urlPath{k.path}).String(), strings.NewReader(k.form))
	r.RemoteAddr, r.Host = "127.0.0.1:5000", "127.0.0.1:8080"
	if k.method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://127.0.0.1:8080")
	}
	if p.token != "" {
		r.AddCookie(&http.Cookie{Name: "kyoten", Value: p.token})
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	body, _ := io.ReadAll(rec.Result().Body)
	body = append(body, unpacked(body)...)
	rec.Result().Header.Del("X-Request-Id") // another one each time
	return rec.Code, fmt.Sprint(rec.Result().Header) + "\n" + string(body)
}

// unpacked gives what stands in the parts of a workbook; nothing for other files.
func unpacked(file []byte) (text []byte) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil
	}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			continue
		}
		b, _ := io.ReadAll(r)
		text = append(text, b...)
		_ = r.Close()
	}
	return text
}

// urlPath writes an address with its Japanese encoded.
type urlPath struct{ s string }

func (u *urlPath) String() string {
	var b strings.Builder
	for _, c := range []byte(u.s) {
		if c < 0x80 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

var markerForm = regexp.MustCompile(`(?i)zq[bcdfghjkmnpqrtvw]{7}`)

// found gives the markers in a text.
func (w *leakWorld) found(text string) []string {
	all := markerForm.FindAllString(text, -1)
	for i, s := range all {
		all[i] = strings.ToLower(s)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestLeakMatrix(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		leakMatrix(t, filepath.Join(t.TempDir(), "kyoten.db")+"?synchronous=off")
	})
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("the matrix runs on SQLite in short tests")
		}
		leakMatrix(t, dbtest.PostgresURL(t, true))
	})
}

// thin says that the matrix leaves out parties that stand to the records as
// others do, and four of five searches. make soak goes through all of it.
func thin() bool { return os.Getenv("KYOTEN_SOAK") == "" }

func leakMatrix(t *testing.T, database string) {
	w := newLeakWorld(t, database)
	routes := w.Routes()
	served := map[string]bool{}
	for _, r := range routes {
		at := r.Method + " " + r.Pattern
		served[at] = true
		if _, ok := leakChannels[at]; !ok {
			t.Errorf("%s is not in leakChannels: say there on what the leak matrix shall try it", at)
		}
	}
	for at := range leakChannels {
		if !served[at] {
			t.Logf("%s is in leakChannels and not served", at)
		}
	}
	shown := map[string]map[string]bool{} // marker, party
	see := func(p party, k knock, text string, echo string) {
		t.Helper()
		for _, word := range w.found(text) {
			m, ok := w.markers[word]
			if !ok || word == echo {
				continue
			}
			may := m.may
			if path := strings.SplitN(k.path, "?", 2)[0]; (strings.HasSuffix(path, ".csv") || strings.HasSuffix(path, ".xlsx") || strings.HasPrefix(path, "/seeds/booklet")) && m.take != nil {
				may = m.take
			}
			if !may(p) {
				t.Errorf("%s is shown %s (%s) by %s %s", p.name, m.what, word, k.method, k.path)
			}
			if shown[word] == nil {
				shown[word] = map[string]bool{}
			}
			shown[word][p.name] = true
		}
	}
	requests := 0
	for _, route := range routes {
		how, ok := leakChannels[route.Method+" "+route.Pattern]
		if !ok || route.Method != http.MethodGet {
			continue
		}
		for _, k := range w.knocks(route.Method, route.Pattern, how) {
			for _, p := range w.parties {
				if p.token == "" && !route.Public {
					continue
				}
				status, text := w.ask(p, k)
				if status >= 500 {
					t.Errorf("%s: %d at %s", p.name, status, k.path)
				}
				see(p, k, text, "")
				requests++
			}
		}
	}
	// The matrix would be worth nothing if the pages showed nothing: whoever may see
	// a seed or need is shown its title, and every word is shown to somebody.
	for _, r := range w.records {
		if r.title == "" {
			continue
		}
		for _, p := range w.parties {
			if w.markers[r.title].may(p) && !shown[r.title][p.name] {
				t.Errorf("%s is nowhere shown %s", p.name, w.markers[r.title].what)
			}
		}
	}
	for _, word := range slices.Sorted(maps.Keys(w.markers)) {
		if len(shown[word]) == 0 {
			t.Logf("no page shows anybody %s", w.markers[word].what)
		}
	}
	n := w.searchByHiddenWords(t)
	w.postsTellAndChangeNothing(t, routes, see)
	for _, word := range w.found(w.logged.String()) {
		if m, ok := w.markers[word]; ok {
			t.Errorf("the program's log holds %s", m.what)
		}
	}
	t.Logf("%d parties, %d markers, %d records, %d addresses, %d pages, %d searches", len(w.parties), len(w.markers), len(w.records), len(routes), requests, n)
}

// searchByHiddenWords looks for words that a party may not read: the answer is
// that of a word which stands nowhere.
func (w *leakWorld) searchByHiddenWords(t *testing.T) (n int) {
	const nowhere = "zqwwwwwww"
	if _, ok := w.markers[nowhere]; ok {
		t.Fatal("the word that stands nowhere is a marker")
	}
	paths := []string{"/search?q=%s", "/seeds?q=%s", "/needs?q=%s", "/projects?q=%s", "/seeds.csv?q=%s", "/organisations?q=%s", "/people?q=%s"}
	words := slices.Sorted(maps.Keys(w.markers))
	for i, p := range w.parties {
		for _, path := range paths {
			_, none := w.ask(p, knock{"GET", fmt.Sprintf(path, nowhere), "", nil})
			for j, word := range words {
				// Every party tries a third of the words, each another one; /search all.
				if w.markers[word].may(p) || path != paths[0] && (i+j)%3 != 0 || thin() && (i+j)%5 != 0 {
					continue
				}
				_, text := w.ask(p, knock{"GET", fmt.Sprintf(path, word), "", nil})
				n++
				if strings.ReplaceAll(text, word, nowhere) != none {
					t.Errorf("%s can tell by %s that there is %s", p.name, fmt.Sprintf(path, word), w.markers[word].what)
				}
			}
		}
	}
	return n
}

// postsTellAndChangeNothing sends every form to records that the sender may not
// see, and the office's forms to its area by those who are not of the office.
func (w *leakWorld) postsTellAndChangeNothing(t *testing.T, routes []leakRoute, see func(party, knock, string, string)) {
	before := w.changes()
	head, _, err := w.Audit.Head(t.Context())
	w.ok(err)
	for _, route := range routes {
		how, ok := leakChannels[route.Method+" "+route.Pattern]
		if !ok || route.Method != http.MethodPost || how == "open" || how == "own" {
			continue
		}
		for _, k := range w.posts(route.Pattern, how) {
			for _, p := range w.parties {
				if k.record != nil && w.sees(p, *k.record) || k.record == nil && p.actor.StaffOf(w.area.ID) || p.actor.IsAdministrator() && k.record == nil {
					continue
				}
				if p.name == "signed_in_elsewhere" && (k.record == nil || k.record.kind == "organisation") {
					continue // a chief, who may add organisations and people of his own area
				}
				status, text := w.ask(p, k)
				if status < 300 || status >= 500 {
					t.Errorf("%s posts to %s: %d", p.name, k.path, status)
				}
				see(p, k, text, "")
				if after := w.changes(); after != before {
					t.Errorf("%s changes something by %s, about a %s of scope %s that he may not see", p.name, route.Pattern, k.record.kind, k.record.resource.Scope)
					before = after
				}
			}
		}
	}
	if after := w.changes(); after != before {
		lines, err := w.Audit.Since(t.Context(), head, 5000)
		w.ok(err)
		t.Errorf("%d changes were made by those who may not even see what they changed: %+v", after-before, lines)
	}
}

// posts are the forms for one address; what a form is about may stand in it.
func (w *leakWorld) posts(pattern, how string) []knock {
	if how != "form" {
		return w.knocks(http.MethodPost, pattern, "")
	}
	var out []knock
	for i := range w.records {
		r := &w.records[i]
		if strings.HasPrefix(pattern, "/today/") {
			for kind, ids := range map[desk.Kind][]hub.ID{
				desk.Promise: r.lines, desk.Candidates: {r.id}, desk.Confirm: {r.id}, desk.Unplanned: {r.id}, desk.Draft: {r.id},
			} {
				for _, id := range ids {
					form := "kind=" + string(kind) + "&id=" + string(id) + "&what=x&until=2031-01-01&due=2031-01-01&to=" + string(w.colleague())
					out = append(out, knock{http.MethodPost, pattern + "?" + form, form, r})
				}
			}
			continue
		}
		form := "of=" + r.kind + "&record=" + string(r.id) + "&id=" + string(r.id) + "&kind=note&text=x&line=x&what=x&" + r.kind + "=" + string(r.id) + "&verdict=candidate"
		if pattern == "/review/decide" && r.kind != "seed" && r.kind != "need" {
			continue
		}
		out = append(out, knock{http.MethodPost, pattern + "?of=" + r.kind + "&record=" + string(r.id), form, r})
	}
	return out
}

// colleague is somebody to whom work can be handed.
func (w *leakWorld) colleague() hub.ID {
	return w.parties[slices.IndexFunc(w.parties, func(p party) bool { return p.name == "coordinator" })].actor.User
}

func (w *leakWorld) sees(p party, r leakRecord) bool {
	switch r.kind {
	case "seed", "need", "project":
		return w.rules[p.name][r.resource.Scope]["see"]
	case "person":
		return canSee(p, r)
	case "enquiry":
		return access.Can(p.actor, access.Edit, r.resource)
	}
	return r.id == w.member || p.actor.StaffOf(w.area.ID) || p.actor.StaffOf(w.other.ID) || len(p.actor.Affiliations) > 0
}
