package search_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
	"github.com/kyoten-hub/kyoten/internal/search"
)

// thing is a record of a room made for these tests.
type thing struct {
	access.Resource
	title, name, detail string
	field               string
	year                int64
	updated             time.Time
	recheck             time.Time
}

// room holds things and logs their changes, as a domain room would.
type room struct {
	t    *testing.T
	db   *db.DB
	log  *audit.Log
	kind string

	mu     sync.Mutex
	things map[hub.ID]thing
	reads  int
}

func (r *room) source() search.Source {
	return search.Source{
		Kind: r.kind, Numbers: []string{"year"}, Keys: []string{"field"},
		Documents: func(_ context.Context, ids []hub.ID) (docs []search.Document, _ error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.reads++
			for _, id := range ids {
				if x, ok := r.things[id]; ok {
					docs = append(docs, x.document())
				}
			}
			return docs, nil
		},
		All: func(_ context.Context, yield func(search.Document) error) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			for _, x := range r.things {
				if err := yield(x.document()); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (x thing) document() search.Document {
	return search.Document{
		Record: x.Resource,
		Layers: []search.Layer{
			{Scope: x.Scope, Fields: []lexical.Field{{Name: "title", Weight: 2, Text: x.title}}, Attributes: []string{"field:" + x.field}},
			{Scope: x.NameScope, Fields: []lexical.Field{{Name: "name", Text: x.name}}, Attributes: []string{"organisation:" + x.name}},
			{Scope: x.DetailScope, Fields: []lexical.Field{{Name: "detail", Text: x.detail}}},
		},
		Updated: x.updated, SortKey: x.title, Numbers: []int64{x.year}, Keys: []string{x.field}, Recheck: x.recheck,
	}
}

func (r *room) save(things ...thing) {
	r.t.Helper()
	r.change(func(ctx context.Context) {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, x := range things {
			r.things[x.ID] = x
			r.log.Add(ctx, hub.SystemActor, audit.Entry{Action: audit.Change, Kind: r.kind, Record: x.ID})
		}
	})
}

func (r *room) remove(id hub.ID) {
	r.t.Helper()
	r.change(func(ctx context.Context) {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.things, id)
		r.log.Add(ctx, hub.SystemActor, audit.Entry{Action: audit.Delete, Kind: r.kind, Record: id})
	})
}

func (r *room) change(fn func(context.Context)) {
	r.t.Helper()
	err := r.db.Write(r.t.Context(), func(ctx context.Context, _ db.Tx) error {
		fn(ctx)
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func newRoom(t *testing.T, d *db.DB, kind string) *room {
	return &room{t: t, db: d, log: audit.New(d, hub.SystemClock{}), kind: kind, things: map[hub.ID]thing{}}
}

// open makes and opens a search over rooms.
func open(t *testing.T, d *db.DB, o search.Options, rooms ...*room) *search.Service {
	t.Helper()
	var sources []search.Source
	for _, r := range rooms {
		sources = append(sources, r.source())
	}
	s := search.New(d, audit.New(d, hub.SystemClock{}), hub.SystemClock{}, o, sources...)
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// run keeps s up to date until the test ends.
func run(t *testing.T, s *search.Service) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

const (
	area, other = hub.ID("area-1"), hub.ID("area-2")
	org         = hub.ID("org-1")
)

var (
	stranger = hub.Actor{}
	member   = hub.Actor{Kind: hub.User, Roles: []hub.RoleIn{{Role: hub.Company, Area: area}}}
	staff    = hub.Actor{Kind: hub.User, Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area}}}
	insider  = hub.Actor{Kind: hub.User, Affiliations: []hub.Affiliation{{Organisation: org}}}
	desk     = hub.Actor{Kind: hub.User, Affiliations: []hub.Affiliation{{Organisation: org, Desk: true}}}
	owner    = hub.Actor{Kind: hub.User, Persons: []hub.ID{"owner"}}
	named    = hub.Actor{Kind: hub.User, Persons: []hub.ID{"named"}}
	abroad   = hub.Actor{Kind: hub.User, Roles: []hub.RoleIn{{Role: hub.Chief, Area: other}}}

	everyone = map[string]hub.Actor{
		"stranger": stranger, "member": member, "staff": staff, "insider": insider, "desk": desk,
		"owner": owner, "named": named, "abroad": abroad, "system": hub.SystemActor,
	}
)

func resource(id string, scope, name, detail hub.Scope) access.Resource {
	return access.Resource{
		ID: hub.ID(id), Area: area, Scope: scope, NameScope: name, DetailScope: detail,
		Organisation: org, Owner: "owner", Coordinator: "coordinator", Named: []hub.ID{"named"},
	}
}

func find(t *testing.T, s *search.Service, a hub.Actor, q search.Query) search.Result {
	t.Helper()
	r, err := s.Search(t.Context(), a, q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ids(r search.Result) (out []string) {
	for _, h := range r.Hits {
		out = append(out, string(h.ID))
	}
	return out
}

// Every record of every combination of scopes has a word of its own in each
// layer. Each actor finds by exactly the words he may read, each record once,
// and totals and facets say nothing of the others.
func TestWhatMayNotBeReadIsNotFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d, "thing")
		var all []thing
		words := func(i int) (title, name, detail string) {
			return fmt.Sprintf("titleword%d", i), fmt.Sprintf("nameword%d", i), fmt.Sprintf("detailword%d", i)
		}
		for _, scope := range hub.Scopes {
			for _, name := range hub.Scopes {
				for _, detail := range hub.Scopes {
					i := len(all)
					x := thing{Resource: resource(fmt.Sprintf("id-%03d", i), scope, name, detail), field: "f", updated: time.UnixMilli(int64(i))}
					x.title, x.name, x.detail = words(i)
					all = append(all, x)
				}
			}
		}
		r.save(all...)
		s := open(t, d, search.Options{}, r)
		for who, a := range everyone {
			visible := 0
			names := map[string]bool{}
			for i, x := range all {
				title, name, detail := words(i)
				indexed := func(action access.Action, scope hub.Scope) bool {
					return scope != hub.Sealed && x.Scope != hub.Sealed && (a.Kind == hub.System || access.Can(a, action, x.Resource))
				}
				for word, may := range map[string]bool{
					title: indexed(access.See, x.Scope), name: indexed(access.SeeName, x.NameScope), detail: indexed(access.SeeDetail, x.DetailScope),
				} {
					got := find(t, s, a, search.Query{Text: word, Facets: []string{"organisation"}})
					want := []string{string(x.ID)}
					if !may {
						want = nil
					}
					if !slices.Equal(ids(got), want) || got.Total != len(want) {
						t.Fatalf("%s looks for %s of %s/%s/%s: %v, total %d, want %v", who, word, x.Scope, x.NameScope, x.DetailScope, ids(got), got.Total, want)
					}
				}
				if indexed(access.See, x.Scope) {
					visible++
				}
				if indexed(access.SeeName, x.NameScope) {
					names[name] = true
				}
			}
			got := find(t, s, a, search.Query{Facets: []string{"organisation", "kind", "field"}, Limit: 200})
			if got.Total != visible || len(got.Hits) != visible {
				t.Errorf("%s sees %d in all (%d rows), want %d", who, got.Total, len(got.Hits), visible)
			}
			if len(got.Facets["organisation"]) != len(names) {
				t.Errorf("%s is told %d organisations, want %d", who, len(got.Facets["organisation"]), len(names))
			}
			for _, name := range []string{"kind", "field"} {
				if f := got.Facets[name]; visible > 0 && (len(f) != 1 || f[0].N != visible) {
					t.Errorf("%s: facet %s is %v, want %d", who, name, f, visible)
				}
			}
			// Filtering by a name that one may not read finds nothing.
			for i, x := range all {
				_, name, _ := words(i)
				got := find(t, s, a, search.Query{Filter: search.Filter{Any: map[string][]string{"organisation": {name}}}})
				if (got.Total == 1) != names[name] {
					t.Errorf("%s filters by the name of %s/%s: %d", who, x.Scope, x.NameScope, got.Total)
				}
			}
		}
	})
}

// What a stranger is told of public records must not depend on what is hidden.
func TestHiddenTextsWeighNothing(t *testing.T) {
	score := func(hidden ...thing) float32 {
		d := dbtest.SQLite(t)
		r := newRoom(t, d, "thing")
		r.save(thing{Resource: resource("a", hub.Public, hub.Public, hub.HubOnly), title: "融雪 塗料", detail: "秘密の配合"})
		r.save(thing{Resource: resource("b", hub.Public, hub.Public, hub.HubOnly), title: "漆器 塗料"})
		r.save(hidden...)
		return find(t, open(t, d, search.Options{}, r), stranger, search.Query{Text: "融雪"}).Hits[0].Score
	}
	var hidden []thing
	for i, scope := range []hub.Scope{hub.HubOnly, hub.Case, hub.Sealed} {
		hidden = append(hidden, thing{Resource: resource(fmt.Sprint("h", i), scope, scope, scope), title: "融雪 融雪", detail: strings.Repeat("融雪の仕組み ", 30)})
	}
	if a, b := score(), score(hidden...); a != b {
		t.Errorf("hidden records move the score of a public one from %v to %v", a, b)
	}
}

func TestAChangeIsFoundAtOnceAndTakenBackAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d, "thing")
		for _, running := range []bool{false, true} {
			s := open(t, d, search.Options{}, r)
			if running {
				run(t, s)
			}
			for i := range 30 {
				id := fmt.Sprintf("%v-%d", running, i)
				word := fmt.Sprintf("word%v%d", running, i)
				x := thing{Resource: resource(id, hub.Public, hub.Public, hub.Public), title: word}
				r.save(x)
				if got := ids(find(t, s, stranger, search.Query{Text: word})); !slices.Equal(got, []string{id}) {
					t.Fatalf("running %v: just saved, found %v", running, got)
				}
				switch i % 3 {
				case 0:
					r.remove(x.ID)
				case 1:
					x.Scope = hub.HubOnly
					r.save(x)
				case 2:
					x.title = "other" + word
					r.save(x)
				}
				if got := ids(find(t, s, stranger, search.Query{Text: word})); got != nil {
					t.Fatalf("running %v: taken back, found %v", running, got)
				}
			}
		}
	})
}

// While thousands of changes wait to be read, what one of them takes back is gone.
func TestABacklogShowsTooLittleNeverTooMuch(t *testing.T) {
	d := dbtest.SQLite(t)
	r := newRoom(t, d, "thing")
	var all []thing
	for i := range 1500 {
		all = append(all, thing{Resource: resource(fmt.Sprintf("id-%04d", i), hub.Public, hub.Public, hub.Public), title: "雪国"})
	}
	r.save(all...)
	s := open(t, d, search.Options{}, r)
	if got := find(t, s, stranger, search.Query{Text: "雪国"}); got.Total != 1500 {
		t.Fatalf("found %d", got.Total)
	}
	for i := range all {
		all[i].Scope = hub.HubOnly
	}
	r.save(all...)
	if got := find(t, s, stranger, search.Query{Text: "雪国"}); got.Total != 0 {
		t.Errorf("a stranger finds %d of what is no longer public", got.Total)
	}
	run(t, s)
	head, _, _ := r.log.Head(t.Context())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.Wait(ctx, head); err != nil {
		t.Fatal(err)
	}
	if got := find(t, s, staff, search.Query{Text: "雪国"}); got.Total != 1500 {
		t.Errorf("afterwards the coordinator finds %d", got.Total)
	}
}

func TestManyAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d, "thing")
		s := open(t, d, search.Options{}, r)
		run(t, s)
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := range 15 {
					id := fmt.Sprintf("%d-%d", w, i)
					x := thing{Resource: resource(id, hub.Public, hub.Public, hub.Public), title: "共通 word" + strings.ReplaceAll(id, "-", "x")}
					r.save(x)
					x.Scope = hub.HubOnly
					r.save(x)
					got, err := s.Search(t.Context(), stranger, search.Query{Text: "共通"})
					if err != nil {
						t.Error(err)
					}
					for _, h := range got.Hits {
						if h.ID == x.ID {
							t.Errorf("%s is shown to a stranger after it was closed", id)
						}
					}
				}
			})
		}
		wg.Wait()
		if got := find(t, s, staff, search.Query{Text: "共通", Limit: 200}); got.Total != 60 {
			t.Errorf("found %d of 60", got.Total)
		}
	})
}

func TestChangesOfAnotherProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d, "thing")
		s := open(t, d, search.Options{}, r) // has a log of its own, as another process has
		run(t, s)
		r.save(thing{Resource: resource("a", hub.Public, hub.Public, hub.Public), title: "除雪"})
		head, _, _ := r.log.Head(t.Context())
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := s.Wait(ctx, head); err != nil {
			t.Error("nothing came within two seconds")
		}
	})
}

func TestASearchBoxMeansAllItsWords(t *testing.T) {
	d := dbtest.SQLite(t)
	r := newRoom(t, d, "thing")
	for id, title := range map[string]string{
		"heat": "地下水を用いた融雪装置", "paint": "雪が付きにくい塗料", "drone": "無人航空機による積雪の計測",
		"lacquer": "漆器の塗装ロボット", "english": "Photocatalytic coating for snow removal", "car": "自動運転の除雪車",
	} {
		r.save(thing{Resource: resource(id, hub.Public, hub.Public, hub.Public), title: title})
	}
	s := open(t, d, search.Options{}, r)
	for text, want := range map[string]string{
		"融雪":            "heat",
		"雪 塗料":          "paint",
		"雪　塗料":          "paint",
		"塗装 ロボット":       "lacquer",
		"coatings snow": "english",
		"SNOW":          "english",
		"除雪":            "car",
		"、":             "",
		"積雪":            "drone",
	} {
		if got := find(t, s, stranger, search.Query{Text: text}); strings.Join(ids(got), " ") != want || got.Relaxed {
			t.Errorf("%q finds %v (relaxed %v), want %q", text, ids(got), got.Relaxed, want)
		}
	}
	if got := find(t, s, stranger, search.Query{Text: "ﾄﾞﾛｰﾝ"}); !got.Relaxed || strings.Join(ids(got), " ") != "drone" {
		t.Errorf("another wording of a word nobody has: %v, relaxed %v", ids(got), got.Relaxed)
	}
	got := find(t, s, stranger, search.Query{Text: "塗料 人工衛星"})
	if !got.Relaxed || !slices.Contains(ids(got), "paint") {
		t.Errorf("with a word nobody has: %v, relaxed %v", ids(got), got.Relaxed)
	}
}

func TestListsSortPageAndCount(t *testing.T) {
	d := dbtest.SQLite(t)
	r := newRoom(t, d, "thing")
	q := newRoom(t, d, "need")
	var all []thing
	for i := range 57 {
		all = append(all, thing{
			Resource: resource(fmt.Sprintf("id-%02d", i), hub.Public, hub.Public, hub.Public), title: fmt.Sprintf("雪 %02d", 56-i),
			field: string("abc"[i%3]), year: int64(2000 + i%7), updated: time.UnixMilli(int64(1000 + i)),
		})
	}
	r.save(all...)
	q.save(thing{Resource: resource("need-1", hub.Public, hub.Public, hub.Public), title: "雪", field: "a"})
	s := open(t, d, search.Options{}, r, q)
	for _, sort := range []string{"", "updated", "-updated", "title", "-title", "year", "-year", "field"} {
		for _, text := range []string{"", "雪"} {
			var got []string
			after := ""
			for range 20 {
				page := find(t, s, stranger, search.Query{Text: text, Filter: search.Filter{Kinds: []string{"thing"}}, Sort: sort, After: after, Limit: 10})
				if page.Total != 57 {
					t.Fatalf("%s: total %d", sort, page.Total)
				}
				got = append(got, ids(page)...)
				if after = page.Next; after == "" {
					break
				}
			}
			if sorted := slices.Compact(slices.Sorted(slices.Values(got))); len(got) != 57 || len(sorted) != 57 {
				t.Errorf("sort %q text %q: %d rows, %d different", sort, text, len(got), len(sorted))
			}
			switch sort {
			case "-updated", "title":
				if got[0] != "id-56" || got[56] != "id-00" {
					t.Errorf("sort %q begins with %s and ends with %s", sort, got[0], got[56])
				}
			case "-year":
				if got[0] != "id-06" {
					t.Errorf("sort -year begins with %s", got[0])
				}
			}
		}
	}
	got := find(t, s, stranger, search.Query{Text: "雪", Filter: search.Filter{Kinds: []string{"thing"}, Areas: []hub.ID{area}, Any: map[string][]string{"field": {"a"}}}, Facets: []string{"field", "kind"}})
	if got.Total != 19 || !slices.Equal(got.Facets["field"], []retrieval.Count{{Value: "a", N: 19}, {Value: "b", N: 19}, {Value: "c", N: 19}}) ||
		!slices.Equal(got.Facets["kind"], []retrieval.Count{{Value: "thing", N: 19}, {Value: "need", N: 1}}) {
		t.Errorf("total %d, facets %v", got.Total, got.Facets)
	}
	if n := find(t, s, stranger, search.Query{Filter: search.Filter{Areas: []hub.ID{other}}}).Total; n != 0 {
		t.Errorf("%d records in an area that has none", n)
	}
	for _, bad := range []search.Query{{Sort: "year"}, {Sort: "nothing"}, {After: "x"}, {After: "1.x"}} {
		if _, err := s.Search(t.Context(), stranger, bad); hub.KindOf(err) != hub.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestCandidatesTellWhy(t *testing.T) {
	d := dbtest.SQLite(t)
	r := newRoom(t, d, "thing")
	r.save(
		thing{Resource: resource("heat", hub.Public, hub.Public, hub.HubOnly), title: "地下水を用いた融雪装置", detail: "極秘の弁"},
		thing{Resource: resource("paint", hub.HubOnly, hub.Public, hub.HubOnly), title: "雪が付きにくい塗料"},
		thing{Resource: resource("craft", hub.Public, hub.Public, hub.HubOnly), title: "漆器の意匠"},
	)
	s := open(t, d, search.Options{}, r)
	need := []lexical.Field{{Name: "title", Text: "道路の融雪に困っている", Weight: 2}, {Text: "塗料も考えた。弁が壊れる。"}}
	got, err := s.Candidates(t.Context(), stranger, need, search.Filter{Kinds: []string{"thing"}}, 10)
	if err != nil || len(got) != 1 || got[0].ID != "heat" {
		t.Fatalf("a stranger's candidates %+v, %v", got, err)
	}
	sum := float32(0)
	for _, reason := range got[0].Reasons {
		sum += reason.Share
		if slices.Contains(reason.Words, "弁") {
			t.Error("a reason from a hidden layer")
		}
	}
	if len(got[0].Reasons) == 0 || sum < got[0].Score*.999 || sum > got[0].Score*1.001 {
		t.Errorf("reasons %+v add up to %v of %v", got[0].Reasons, sum, got[0].Score)
	}
	if got, _ := s.Candidates(t.Context(), staff, need, search.Filter{}, 10); len(got) != 2 {
		t.Errorf("the coordinator's candidates %+v", got)
	}
}

func TestARestartAnalysesNothingAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d, "thing")
		long := strings.Repeat("雪国の暮らしを支える融雪の技術。", 10)
		r.save(
			thing{Resource: resource("a", hub.Public, hub.Public, hub.HubOnly), title: long, detail: long + "弁"},
			thing{Resource: resource("s", hub.Public, hub.Public, hub.Sealed), title: "封印", detail: long + "特許"},
		)
		path := filepath.Join(t.TempDir(), "kyoten.index")
		s := open(t, d, search.Options{Snapshot: path}, r)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("snapshot %v, %v", info, err)
		}
		kept := func() (n int) {
			_ = d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
				return tx.QueryRow(ctx, "select count(*) from search_terms").Scan(&n)
			})
			return n
		}
		if n := kept(); n != 2 {
			t.Errorf("terms of %d layers are kept, want 2: the sealed one is not", n)
		}
		b, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(b), "特許") {
			t.Error("a sealed word is in the snapshot")
		}
		search1 := func(s *search.Service, a hub.Actor, text string) []string {
			return ids(find(t, s, a, search.Query{Text: text}))
		}
		// Changes that came after the snapshot are brought in.
		r.save(thing{Resource: resource("b", hub.Public, hub.Public, hub.Public), title: "後から来た"})
		s = open(t, d, search.Options{Snapshot: path}, r)
		if got := search1(s, stranger, "後から"); !slices.Equal(got, []string{"b"}) {
			t.Errorf("after the snapshot: %v", got)
		}
		if got := search1(s, staff, "弁"); !slices.Equal(got, []string{"a"}) || search1(s, stranger, "弁") != nil {
			t.Errorf("from the snapshot: %v", got)
		}
		// A damaged one, and one of another installation, are not used.
		for i := range 40 {
			bad := slices.Clone(b)
			at := i * (len(bad) - 1) / 39
			bad[at] ^= 0x41
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			s = open(t, d, search.Options{Snapshot: path}, r)
			if s.Len() != 4 { // a has two documents, b and s one each
				t.Fatalf("with byte %d changed there are %d documents", at, s.Len())
			}
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		elsewhere := newRoom(t, dbtest.SQLite(t), "thing")
		for range 5 {
			elsewhere.save(thing{Resource: resource("z", hub.Public, hub.Public, hub.Public), title: "よそ"})
		}
		s = open(t, elsewhere.db, search.Options{Snapshot: path}, elsewhere)
		if got := search1(s, stranger, "融雪"); got != nil {
			t.Errorf("the snapshot of another installation tells of %v", got)
		}
		r.remove("a")
		find(t, open(t, d, search.Options{}, r), stranger, search.Query{})
		s = open(t, d, search.Options{Snapshot: path}, r)
		find(t, s, stranger, search.Query{})
		if n := kept(); n != 1 && n != 0 {
			t.Errorf("terms of %d layers remain after the record was removed", n)
		}
	})
}

// A grant that ends by the clock ends in the index too.
func TestAGrantEndsByItself(t *testing.T) {
	d := dbtest.SQLite(t)
	r := newRoom(t, d, "thing")
	x := thing{Resource: resource("a", hub.Case, hub.Case, hub.Case), title: "案件", recheck: time.Now().Add(1500 * time.Millisecond)}
	r.save(x)
	s := open(t, d, search.Options{}, r)
	run(t, s)
	if n := find(t, s, named, search.Query{}).Total; n != 1 {
		t.Fatalf("the named person sees %d", n)
	}
	r.mu.Lock()
	x.Named, x.recheck = nil, time.Time{}
	r.things["a"] = x // as the clock has it, without a line in the log
	r.mu.Unlock()
	for range 40 {
		if find(t, s, named, search.Query{}).Total == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the grant has ended and the record is still found")
}

func TestNotReadyIsSaid(t *testing.T) {
	d := dbtest.SQLite(t)
	s := search.New(d, audit.New(d, hub.SystemClock{}), hub.SystemClock{}, search.Options{})
	if _, err := s.Search(t.Context(), stranger, search.Query{}); hub.KindOf(err) != hub.Unavailable {
		t.Errorf("before Open: %v", err)
	}
}
