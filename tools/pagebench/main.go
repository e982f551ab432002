// Command pagebench times the pages a coordinator waits for over a catalogue of
// real size: 57,065 research projects imported as seeds (or as many as -rows
// says), and the sample hub's needs. It runs the program's own handler in this
// process, so what it times is the server without the network.
//
//	go run ./tools/pagebench
//
// The projects are measuring data that is never part of the checkout; without
// them it says so and measures nothing.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/app"
	"github.com/kyoten-hub/kyoten/internal/app/demo"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/intake"
)

// word finds what one would type into the search box.
var word = regexp.MustCompile(`[\p{Han}\p{Katakana}ー]{2,8}`)

func main() {
	file := flag.String("file", shared("data/load/kaken_projects.tsv"), "table of projects, with a header")
	rows := flag.Int("rows", 0, "how many of its rows; 0: all")
	n := flag.Int("n", 200, "requests for each kind of page")
	database := flag.String("database", "", "file or postgres:// URL of an empty database; default: a temporary file")
	flag.Parse()
	if _, err := os.Stat(*file); err != nil {
		fmt.Printf("SHARED DATA ABSENT, pages not measured: %v\n", err)
		return
	}
	if err := run(context.Background(), *file, *rows, *n, *database); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func shared(path string) string {
	root := os.Getenv("KYOTEN_SHARED")
	if root == "" {
		root = filepath.Join("..", "shared")
	}
	return filepath.Join(root, path)
}

func run(ctx context.Context, file string, rows, n int, database string) error {
	if database == "" {
		folder, err := os.MkdirTemp("", "kyoten-pagebench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		database = filepath.Join(folder, "kyoten.db")
	}
	a, err := app.Open(ctx, app.Storage{Database: database}, slog.New(slog.DiscardHandler), app.Options{})
	if err != nil {
		return err
	}
	defer a.Close()
	b := &bench{App: a, random: rand.New(rand.NewPCG(1, 2)), n: n}
	if err := b.prepare(ctx, file, rows); err != nil {
		return err
	}
	return b.measure()
}

// bench is a hub under measurement, seen by one coordinator.
type bench struct {
	*app.App
	random *rand.Rand
	n      int
	site   http.Handler
	token  string
	words  []string // that stand in the catalogue
	seeds  []string
	needs  []string
}

// prepare fills the hub as people would: an area, a coordinator, an import, and
// needs typed in; and says how long each took.
func (b *bench) prepare(ctx context.Context, file string, rows int) error {
	area, err := b.Account.CreateArea(ctx, hub.SystemActor, account.Area{Slug: "bench", Name: hub.Text{JA: "計測"}})
	if err != nil {
		return err
	}
	const password = "measuring-pages-all-day-7"
	user, err := b.Account.CreateUser(ctx, hub.SystemActor, account.NewUser{Mail: "bench@example.jp", Name: "計測係", Password: password})
	if err != nil {
		return err
	}
	if _, err := b.Account.Grant(ctx, hub.SystemActor, user.ID, hub.Coordinator, area.ID, "", ""); err != nil {
		return err
	}
	if b.token, err = b.Account.SignIn(ctx, user.Mail, password, account.Device{Address: "127.0.0.1"}); err != nil {
		return err
	}
	table, err := b.read(file, rows)
	if err != nil {
		return err
	}
	if err := b.bring(ctx, area.ID, table); err != nil {
		return err
	}
	if err := b.ask(ctx, area.ID); err != nil {
		return err
	}
	began := time.Now()
	if err := b.Search.Open(ctx); err != nil {
		return err
	}
	fmt.Printf("indexed          %8.1f s  %d documents\n", time.Since(began).Seconds(), b.Search.Len())
	b.site, err = b.Handler("")
	return err
}

// read takes the file, or its first rows, and gathers words to search for.
func (b *bench) read(file string, rows int) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out bytes.Buffer
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for i := 0; in.Scan() && (rows == 0 || i <= rows); i++ {
		out.Write(in.Bytes())
		out.WriteByte('\n')
		if cells := strings.Split(in.Text(), "\t"); i > 0 && i%50 == 0 {
			b.words = append(b.words, word.FindAllString(cells[1], 3)...)
		}
	}
	return out.Bytes(), in.Err()
}

// bring imports the table as seeds.
func (b *bench) bring(ctx context.Context, area hub.ID, table []byte) error {
	began := time.Now()
	imp, err := b.Intake.Upload(ctx, hub.SystemActor, area, intake.Seeds, "projects.tsv", bytes.NewReader(table))
	if err != nil {
		return err
	}
	quiet := func(int) {}
	if err := b.Intake.Analyse(ctx, hub.SystemActor, imp.ID, quiet); err != nil {
		return err
	}
	analysed := time.Now()
	if err := b.Intake.Apply(ctx, hub.SystemActor, imp.ID, quiet); err != nil {
		return err
	}
	if imp, err = b.Intake.Get(ctx, hub.SystemActor, imp.ID); err != nil {
		return err
	}
	if imp.Counts.Create == 0 {
		return errors.New("the import made nothing")
	}
	fmt.Printf("import analysed  %8.1f s  %d rows, %d refused\n", analysed.Sub(began).Seconds(), imp.Counts.Create+imp.Counts.Refuse, imp.Counts.Refuse)
	fmt.Printf("import applied   %8.1f s  %d seeds\n", time.Since(analysed).Seconds(), imp.Counts.Create)
	return b.Catalogue.Seeds.Each(ctx, func(s catalogue.Seed) error {
		if len(b.seeds) < 5_000 {
			b.seeds = append(b.seeds, string(s.ID))
		}
		return nil
	})
}

// ask writes down the sample hub's needs.
func (b *bench) ask(ctx context.Context, area hub.ID) error {
	samples, err := demo.Load()
	if err != nil {
		return err
	}
	for _, s := range samples.Needs {
		need, err := b.Catalogue.Needs.Create(ctx, hub.SystemActor, catalogue.Need{
			Record: catalogue.Record{Area: area, Title: s.Title, State: catalogue.NeedSearching},
			Kind:   s.Kind, Anonymous: s.PublicVersion,
			Detail: catalogue.NeedDetail{Words: s.OwnWords, Problem: s.Restated.Problem, Conditions: s.Restated.Conditions},
		})
		if err != nil {
			return err
		}
		b.needs = append(b.needs, string(need.ID))
	}
	return nil
}

func (b *bench) measure() error {
	some := func() string { return url.QueryEscape(b.words[b.random.IntN(len(b.words))]) }
	pick := func(ids []string) string { return ids[b.random.IntN(len(ids))] }
	next := ""
	fmt.Printf("\n%-34s %8s %8s %8s %8s\n", "page, milliseconds", "p50", "p95", "max", "KB")
	for _, p := range []struct {
		name string
		path func() string
	}{
		{"list of seeds, newest first", func() string { return "/seeds" }},
		{"list of seeds by title", func() string { return "/seeds?sort=title" }},
		{"list of seeds, page after page", func() string {
			if next == "" {
				return "/seeds?sort=title"
			}
			return next
		}},
		{"list of seeds, one word", func() string { return "/seeds?q=" + some() }},
		{"list of seeds, two words", func() string { return "/seeds?q=" + some() + "+" + some() }},
		{"search over everything", func() string { return "/search?q=" + some() }},
		{"a seed with its candidates", func() string { return "/seeds/" + pick(b.seeds) }},
		{"a need with its candidates", func() string { return "/needs/" + pick(b.needs) }},
		{"a need beside a candidate", func() string { return "/review/need/" + pick(b.needs) }},
		{"review queue", func() string { return "/review" }},
		{"list of seeds, a stranger", func() string { return "/seeds?q=" + some() + "&stranger=1" }},
	} {
		var took []time.Duration
		size := 0
		for i := range b.n + 3 { // the first ones warm up
			path := p.path()
			began := time.Now()
			page, err := b.get(path)
			if err != nil {
				return err
			}
			if i >= 3 {
				took = append(took, time.Since(began))
			}
			size += len(page)
			next = following(page)
		}
		slices.Sort(took)
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		fmt.Printf("%-34s %8.1f %8.1f %8.1f %8d\n", p.name, ms(took[len(took)/2]), ms(took[len(took)*95/100]), ms(took[len(took)-1]), size/(b.n+3)>>10)
	}
	return nil
}

// get asks the site for a page, as the coordinator or as a stranger.
func (b *bench) get(path string) (string, error) {
	path, stranger := strings.CutSuffix(path, "&stranger=1")
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	if !stranger {
		r.AddCookie(&http.Cookie{Name: "kyoten", Value: b.token})
	}
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	page, err := io.ReadAll(w.Result().Body)
	if err == nil && w.Code != http.StatusOK {
		err = fmt.Errorf("%s answers %d", path, w.Code)
	}
	return string(page), err
}

// following finds the address of the list's next page; "" at the end.
func following(page string) string {
	m := regexp.MustCompile(`href="([^"]*)" rel="next"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}
