package desk_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// house is one area with a chief, two coordinators and a researcher.
type house struct {
	*desk.Service
	t     testing.TB
	clock *clock
	c     *catalogue.Service
	lines *activity.Service
	match *match.Service
	area  hub.ID
	found []match.Found // what matching finds, whatever the question

	chief, mine, other, researcher hub.Actor
}

func open(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, clock: &clock{time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)}}
	log := audit.New(d, h.clock)
	accounts := account.New(d, log, h.clock, account.Options{})
	h.lines = activity.New(d, log, h.clock)
	people := directory.New(d, log, h.lines, h.clock)
	h.c = catalogue.New(d, log, h.lines, h.clock)
	h.match = match.New(d, log, h.lines, h.c, func(_ context.Context, _ hub.Actor, kind string, _ []lexical.Field, _ int) ([]match.Found, error) {
		if kind != "seed" {
			return nil, nil
		}
		return h.found, nil
	}, h.clock)
	h.Service = desk.New(d, h.clock, desk.Rooms{Accounts: accounts, Lines: h.lines, Directory: people, Catalogue: h.c, Match: h.match})
	area, err := accounts.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北"}})
	if err != nil {
		t.Fatal(err)
	}
	h.area = area.ID
	person := func(mail, name string, role hub.Role) hub.Actor {
		u, err := accounts.CreateUser(t.Context(), hub.SystemActor, account.NewUser{Mail: mail, Name: name})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := accounts.Grant(t.Context(), hub.SystemActor, u.ID, role, area.ID, "", ""); err != nil {
			t.Fatal(err)
		}
		return hub.Actor{Kind: hub.User, User: u.ID, Name: name, Roles: []hub.RoleIn{{Role: role, Area: area.ID}}, Persons: []hub.ID{hub.NewID()}}
	}
	h.chief, h.mine = person("a@x.example", "総括 一", hub.Chief), person("b@x.example", "担当 二", hub.Coordinator)
	h.other, h.researcher = person("c@x.example", "同僚 三", hub.Coordinator), person("d@x.example", "研究 四", hub.Researcher)
	return h
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, open(t, d)) })
}

func (h *house) need(title string, scope hub.Scope, state catalogue.State) catalogue.Need {
	h.t.Helper()
	n, err := h.c.Needs.Create(h.t.Context(), h.mine, catalogue.Need{Record: catalogue.Record{
		Area: h.area, Coordinator: h.mine.Persons[0], Title: hub.Text{JA: title}, Scope: scope, State: state,
	}, Reason: "x"})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) seed(title string, scope hub.Scope, state catalogue.State) catalogue.Seed {
	h.t.Helper()
	s, err := h.c.Seeds.Create(h.t.Context(), h.mine, catalogue.Seed{Record: catalogue.Record{
		Area: h.area, Owner: h.researcher.Persons[0], Coordinator: h.mine.Persons[0], Title: hub.Text{JA: title}, Scope: scope, State: state,
	}})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h *house) promise(by hub.Actor, what string, due hub.Date, kind string, about hub.ID, scope hub.Scope) hub.ID {
	h.t.Helper()
	id, err := h.lines.Add(h.t.Context(), by, activity.Record{
		Kind: activity.Call, Line: "話した", Area: h.area, Scope: scope, Next: what, Due: due,
		Subjects: []activity.Subject{{Kind: kind, ID: about}},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *house) today(a hub.Actor) desk.Today {
	h.t.Helper()
	t, err := h.Today(h.t.Context(), a)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

func whats(s desk.Section) (out []string) {
	for _, i := range s.Items {
		out = append(out, i.What+i.Record.Title.JA)
	}
	return out
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestPromisesStandByTheirDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		n := h.need("雪", hub.HubOnly, catalogue.NeedHearing)
		h.promise(h.mine, "昨日・", "2026-11-23", "need", n.ID, hub.HubOnly)
		h.promise(h.mine, "今日・", "2026-11-24", "need", n.ID, hub.HubOnly)
		h.promise(h.mine, "明日・", "2026-11-25", "need", n.ID, hub.HubOnly)
		h.promise(h.mine, "いつか・", "", "need", n.ID, hub.HubOnly)
		h.promise(h.other, "同僚・", "2026-11-20", "need", n.ID, hub.HubOnly)

		x := h.today(h.mine)
		same(t, "overdue", whats(x.Overdue), "昨日・雪")
		same(t, "due", whats(x.Due), "今日・雪")
		same(t, "soon", whats(x.Soon), "明日・雪", "いつか・雪")
		if x.Leads || x.Overdue.Total != 1 {
			t.Errorf("a coordinator is shown others' promises: %+v", x.Overdue)
		}
		x = h.today(h.chief)
		same(t, "the chief's overdue", whats(x.Overdue), "同僚・雪", "昨日・雪")
		if x.Overdue.Items[0].Who != "同僚 三" || x.Overdue.Items[0].Mine || len(x.Due.Items) != 0 {
			t.Errorf("others' promises are not named: %+v", x.Overdue.Items)
		}
		same(t, "a researcher's", whats(h.today(h.researcher).Overdue))
	})
}

func TestNeedsWithoutNextActionWait(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		n := h.need("雪", hub.HubOnly, catalogue.NeedHearing)
		h.need("解決", hub.HubOnly, catalogue.NeedSolved)
		same(t, "unplanned", whats(h.today(h.mine).Unplanned), "雪")
		same(t, "the chief's unplanned", whats(h.today(h.chief).Unplanned), "雪")
		same(t, "a colleague's unplanned", whats(h.today(h.other).Unplanned))
		if who := h.today(h.chief).Unplanned.Items[0].Record.ID; who != n.ID {
			t.Errorf("the item is %s", who)
		}
		if err := h.Plan(t.Context(), h.mine, desk.Unplanned, desk.Ref{Kind: "need", ID: n.ID}, "電話する", h.other.User, "2026-11-24"); err != nil {
			t.Fatal(err)
		}
		same(t, "planned", whats(h.today(h.mine).Unplanned))
		same(t, "the colleague's", whats(h.today(h.other).Due), "電話する雪")
		if err := h.Plan(t.Context(), h.mine, desk.Unplanned, desk.Ref{Kind: "need", ID: n.ID}, "x", h.researcher.User, ""); hub.KindOf(err) != hub.Invalid {
			t.Errorf("work was handed to somebody who is not staff: %v", err)
		}
		if err := h.Plan(t.Context(), h.researcher, desk.Unplanned, desk.Ref{Kind: "need", ID: n.ID}, "x", "", ""); hub.KindOf(err) != hub.NotFound {
			t.Errorf("a need that he may not see was planned: %v", err)
		}
	})
}

func TestSeedsWaitForThoseConcerned(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.seed("荷車", hub.HubOnly, catalogue.SeedAwaiting)
		h.seed("下書き", hub.HubOnly, catalogue.SeedDraft)
		for who, a := range map[string]hub.Actor{"coordinator": h.mine, "researcher": h.researcher} {
			x := h.today(a)
			same(t, who+" confirms", whats(x.Confirm), "荷車")
			same(t, who+" writes", whats(x.Drafts), "下書き")
		}
		same(t, "a colleague confirms", whats(h.today(h.other).Confirm))
		if err := h.PutOff(t.Context(), h.mine, desk.Confirm, s.ID, "2026-11-30"); err != nil {
			t.Fatal(err)
		}
		same(t, "put off", whats(h.today(h.mine).Confirm))
		same(t, "for the researcher it stays", whats(h.today(h.researcher).Confirm), "荷車")
		h.clock.now = h.clock.now.AddDate(0, 0, 6)
		same(t, "it comes back on its day", whats(h.today(h.mine).Confirm), "荷車")
	})
}

func TestAPromiseIsDoneGivenAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		n := h.need("雪", hub.HubOnly, catalogue.NeedHearing)
		id := h.promise(h.mine, "今日・", "2026-11-24", "need", n.ID, hub.HubOnly)
		ctx := t.Context()
		if err := h.Finish(ctx, h.mine, id); err != nil {
			t.Fatal(err)
		}
		same(t, "done", whats(h.today(h.mine).Due))
		if err := h.Reopen(ctx, h.mine, id); err != nil {
			t.Fatal(err)
		}
		if err := h.PutOff(ctx, h.mine, desk.Promise, id, "2026-11-30"); err != nil {
			t.Fatal(err)
		}
		same(t, "put off", whats(h.today(h.mine).Due))
		if err := h.Restore(ctx, h.mine, desk.Promise, id, h.mine.User, "2026-11-24"); err != nil {
			t.Fatal(err)
		}
		if err := h.HandOn(ctx, h.mine, id, h.other.User, ""); err != nil {
			t.Fatal(err)
		}
		same(t, "handed on", whats(h.today(h.mine).Due))
		same(t, "to the colleague", whats(h.today(h.other).Due), "今日・雪")
		if err := h.HandOn(ctx, h.other, id, h.researcher.User, ""); hub.KindOf(err) != hub.Invalid {
			t.Errorf("a promise went to somebody who is not staff: %v", err)
		}
		if err := h.PutOff(ctx, h.mine, desk.Promise, id, ""); hub.KindOf(err) != hub.Invalid {
			t.Errorf("put off to no day: %v", err)
		}
		if err := h.Finish(ctx, h.researcher, id); hub.KindOf(err) != hub.NotFound {
			t.Errorf("a stranger to the line finished it: %v", err)
		}
	})
}

// Who promised something about a record that he may no longer see is told that,
// and neither the record nor what he promised.
func TestWhatMayNotBeSeenIsNotTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		n := h.need("秘密の雪", hub.Case, catalogue.NeedHearing)
		id := h.promise(h.mine, "秘密の電話・", "2026-11-23", "need", n.ID, hub.Case)
		if err := h.lines.Plan(t.Context(), h.mine, id, h.other.User, "2026-11-23"); err != nil {
			t.Fatal(err)
		}
		x := h.today(h.other)
		same(t, "the colleague is told", whats(x.Overdue), "")
		if x.Overdue.Total != 1 || !x.Overdue.Items[0].Confined {
			t.Errorf("the promise itself is not counted: %+v", x.Overdue)
		}
		same(t, "the chief is told", whats(h.today(h.chief).Overdue))
		if c := h.today(h.chief).Changes; len(c) != 0 {
			t.Errorf("the chief is told of a case: %+v", c)
		}
		if x := h.today(h.mine); len(x.Unplanned.Items) != 0 {
			t.Errorf("an open action was not counted: %+v", x.Unplanned)
		}
	})
}

func TestCandidatesAreCountedUntilTheyAreLookedAt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		n := h.need("雪", hub.HubOnly, catalogue.NeedSearching)
		s, secret := h.seed("荷車", hub.HubOnly, catalogue.SeedPublic), h.seed("秘密", hub.HubOnly, catalogue.SeedPublic)
		h.found = []match.Found{{ID: s.ID, Score: 1, Share: 1}, {ID: secret.ID, Score: 1, Share: 1}}
		ctx := t.Context()
		if err := h.Prepare(ctx, h.mine); err != nil {
			t.Fatal(err)
		}
		x := h.today(h.mine)
		if len(x.Candidates.Items) != 1 || x.Candidates.Items[0].N != 2 || x.Candidates.Items[0].Record.ID != n.ID {
			t.Fatalf("candidates: %+v", x.Candidates)
		}
		// One of them is closed to him since the candidates were found.
		if _, err := h.c.Seeds.Revise(ctx, h.mine, secret.ID, 1, func(s *catalogue.Seed) error {
			s.Coordinator, s.Scope = h.other.Persons[0], hub.Case
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if x := h.today(h.mine); x.Candidates.Items[0].N != 1 {
			t.Errorf("a candidate that may not be seen is counted: %+v", x.Candidates)
		}
		found, err := h.match.Propose(ctx, h.mine, match.ByNeed, n.ID, 5)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.match.Shown(ctx, h.mine, found); err != nil {
			t.Fatal(err)
		}
		if x := h.today(h.mine); x.Candidates.Total != 0 {
			t.Errorf("what was looked at is still new: %+v", x.Candidates)
		}
	})
}

func TestChangesAreThoseSinceTheLookBefore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		n := h.need("雪", hub.HubOnly, catalogue.NeedHearing)
		if c := h.today(h.other).Changes; len(c) != 1 || c[0].Record.ID != n.ID {
			t.Fatalf("changes: %+v", c)
		}
		if c := h.today(h.mine).Changes; len(c) != 0 {
			t.Errorf("one's own doings are told as news: %+v", c)
		}
		for range 3 { // a page loaded again keeps its news
			if err := h.Seen(ctx, h.other); err != nil {
				t.Fatal(err)
			}
			h.clock.now = h.clock.now.Add(5 * time.Minute)
			if c := h.today(h.other).Changes; len(c) != 1 {
				t.Fatalf("loading again lost the news: %+v", c)
			}
		}
		h.clock.now = h.clock.now.Add(2 * time.Hour)
		if c := h.today(h.other).Changes; len(c) != 0 {
			t.Errorf("old news: %+v", c)
		}
		h.promise(h.mine, "x", "2026-11-30", "need", n.ID, hub.HubOnly)
		h.promise(h.mine, "y", "2026-11-30", "need", n.ID, hub.HubOnly)
		if c := h.today(h.other).Changes; len(c) != 1 || c[0].More != 1 {
			t.Errorf("two lines about one record: %+v", c)
		}
	})
}

// The number of queries does not grow with the work.
func TestQueriesAreConstant(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		count := func() int {
			ctx, n := db.Tally(t.Context())
			if _, err := h.Today(ctx, h.chief); err != nil {
				t.Fatal(err)
			}
			return n()
		}
		fill(h, 3)
		before := count()
		fill(h, 60)
		if after := count(); after > before+3 { // three sections count what they do not list
			t.Errorf("%d queries with little work, %d with much", before, after)
		}
	})
}

// fill adds n open items for the chief and for others.
func fill(h *house, n int) {
	for i := range n {
		title := fmt.Sprintf("仕事%d", i)
		need := h.need(title, hub.HubOnly, catalogue.NeedHearing)
		h.seed(title, hub.HubOnly, catalogue.SeedAwaiting)
		if i%2 == 0 {
			by, due := h.chief, hub.Date("2026-11-2"+fmt.Sprint(i%8))
			if i%3 == 0 {
				by = h.other
			}
			h.promise(by, title, due, "need", need.ID, hub.HubOnly)
		}
	}
}

// BenchmarkToday is a chief's page with a thousand open items: it must stay under
// 30 ms at the 95th percentile.
func BenchmarkToday(b *testing.B) {
	h := open(b, dbtest.SQLite(b))
	fill(h, 1000)
	var took []time.Duration
	for b.Loop() {
		at := time.Now()
		if _, err := h.Today(b.Context(), h.chief); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
