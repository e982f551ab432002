package activity_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func setUp(d *db.DB) (*activity.Service, *clock, *audit.Log) {
	c := &clock{time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
	log := audit.New(d, c)
	return activity.New(d, log, c), c, log
}

var (
	staff  = hub.Actor{Kind: hub.User, User: "u-staff", Name: "北山 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: "A"}}, Persons: []hub.ID{"p-staff"}}
	second = hub.Actor{Kind: hub.User, User: "u-second", Roles: []hub.RoleIn{{Role: hub.Office, Area: "A"}}, Persons: []hub.ID{"p-second"}}
	firm   = hub.Actor{Kind: hub.User, User: "u-firm", Roles: []hub.RoleIn{{Role: hub.Company, Area: "A"}}, Affiliations: []hub.Affiliation{{Organisation: "O"}}, Persons: []hub.ID{"p-firm"}}
	need   = hub.NewID()
)

func about(id hub.ID) []activity.Subject { return []activity.Subject{{Kind: "need", ID: id}} }

func must(t *testing.T) func(hub.ID, error) hub.ID {
	return func(id hub.ID, err error) hub.ID {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
}

func titles(lines []activity.Record) (out []string) {
	for _, r := range lines {
		out = append(out, r.Line+r.Message)
	}
	return out
}

func TestTimelineIsReadPageByPageNewestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c, _ := setUp(d)
		other := hub.NewID()
		for i := range 7 {
			kind := []activity.Kind{activity.Visit, activity.Call}[i%2]
			// Two lines at one moment: the id decides, and neither is lost between pages.
			time.Sleep(2 * time.Millisecond) // ids made later sort later
			at := c.now.Add(time.Duration(i/2) * time.Hour)
			must(t)(s.Add(t.Context(), staff, activity.Record{Kind: kind, Line: fmt.Sprint(i), At: at, Area: "A", Subjects: append(about(need), activity.Subject{Kind: "person", ID: other})}))
		}
		var got []string
		page := hub.Page{Limit: 3}
		for range 5 {
			lines, next, err := s.Timeline(t.Context(), staff, need, page)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, titles(lines)...)
			if len(lines[0].Subjects) != 2 || lines[0].AuthorName != "北山 花子" {
				t.Fatalf("line %+v", lines[0])
			}
			if page.After = next; next == "" {
				break
			}
		}
		if want := []string{"6", "5", "4", "3", "2", "1", "0"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		calls, _, err := s.Timeline(t.Context(), staff, other, hub.Page{}, activity.Call)
		if want := []string{"5", "3", "1"}; err != nil || !slices.Equal(titles(calls), want) {
			t.Errorf("calls %v, %v", titles(calls), err)
		}
		if _, _, err := s.Timeline(t.Context(), staff, need, hub.Page{After: "nonsense"}); hub.KindOf(err) != hub.Invalid {
			t.Errorf("a broken cursor gives %v", err)
		}
	})
}

func TestOpenActionsComeByDateAndLeaveWhenDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c, log := setUp(d)
		add := func(line string, due hub.Date, assignee hub.ID) hub.ID {
			return must(t)(s.Add(t.Context(), staff, activity.Record{Kind: activity.Call, Line: line, Next: "返事をする", Due: due, Assignee: assignee, Area: "A", Subjects: about(need)}))
		}
		add("later", "2026-12-01", "")
		undated := add("undated", "", "")
		late := add("late", "2026-11-20", "")
		add("hers", "2026-11-24", "u-second")
		mine := activity.Filter{Assignee: "u-staff"}
		open := func(f activity.Filter) []string {
			var all []string
			page := hub.Page{Limit: 2}
			for {
				lines, next, err := s.Open(t.Context(), staff, f, page)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, titles(lines)...)
				if page.After = next; next == "" {
					return all
				}
			}
		}
		if got, want := open(mine), []string{"late", "later", "undated"}; !slices.Equal(got, want) {
			t.Fatalf("open %v, want %v", got, want)
		}
		if got, want := open(activity.Filter{Area: "A", Until: "2026-11-24"}), []string{"late", "hers"}; !slices.Equal(got, want) {
			t.Errorf("until tomorrow %v, want %v", got, want)
		}
		if n, overdue, err := s.CountOpen(t.Context(), staff, mine); n != 3 || overdue != 1 || err != nil {
			t.Errorf("count %d, overdue %d, %v", n, overdue, err)
		}
		if err := s.Complete(t.Context(), staff, late); err != nil {
			t.Fatal(err)
		}
		if err := s.Plan(t.Context(), staff, undated, "u-second", "2026-11-30"); err != nil {
			t.Fatal(err)
		}
		if got, want := open(activity.Filter{Record: need}), []string{"hers", "undated", "later"}; !slices.Equal(got, want) {
			t.Errorf("after planning %v, want %v", got, want)
		}
		r, err := s.Get(t.Context(), staff, late)
		if err != nil || !r.Done.Equal(c.now) || r.DoneBy != "u-staff" {
			t.Errorf("done %v by %q, %v", r.Done, r.DoneBy, err)
		}
		if n, err := s.Reassign(t.Context(), staff, "A", "u-second", "u-staff"); n != 2 || err != nil {
			t.Errorf("reassigned %d, %v", n, err)
		}
		if _, err := s.Reassign(t.Context(), firm, "A", "u-staff", "u-firm"); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("a firm takes the hub's actions: %v", err)
		}
		if err := s.Reopen(t.Context(), staff, late); err != nil || len(open(mine)) != 4 {
			t.Errorf("after reopening %v, %v", open(mine), err)
		}
		if v, err := log.Versions(t.Context(), "activity", late); len(v) != 3 || err != nil {
			t.Errorf("%d versions of a line written, done and reopened, %v", len(v), err)
		}
	})
}

func TestWhatMayNotBeWritten(t *testing.T) {
	d := dbtest.SQLite(t)
	s, _, _ := setUp(d)
	ok := activity.Record{Kind: activity.Call, Line: "電話した", Area: "A", Subjects: about(need)}
	for name, c := range map[string]struct {
		actor hub.Actor
		edit  func(*activity.Record)
		field string
		kind  hub.Kind
	}{
		"empty":       {staff, func(r *activity.Record) { r.Line = " \n" }, "line", hub.Invalid},
		"kind":        {staff, func(r *activity.Record) { r.Kind = "x" }, "kind", hub.Invalid},
		"date":        {staff, func(r *activity.Record) { r.Next, r.Due = "x", "2026-2-30" }, "due", hub.Invalid},
		"only a date": {staff, func(r *activity.Record) { r.Due = "2026-12-01" }, "next", hub.Invalid},
		"nul":         {staff, func(r *activity.Record) { r.Body = "a\x00b" }, "body", hub.Invalid},
		"no subject":  {staff, func(r *activity.Record) { r.Subjects = nil }, "subject", hub.Invalid},
		"too wide":    {firm, func(r *activity.Record) { r.Scope = hub.Public }, "scope", hub.Invalid},
		"stranger":    {hub.Actor{}, func(*activity.Record) {}, "", hub.Forbidden},
		"link":        {hub.Actor{Kind: hub.LinkHolder}, func(*activity.Record) {}, "", hub.Forbidden},
	} {
		r := ok
		c.edit(&r)
		_, err := s.Add(t.Context(), c.actor, r)
		if hub.KindOf(err) != c.kind {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if e, is := err.(*hub.Error); is && c.field != "" && (len(e.Fields) != 1 || e.Fields[0].Field != c.field) {
			t.Errorf("%s: fields %v, want %s", name, e.Fields, c.field)
		}
	}
	id, err := s.Add(t.Context(), staff, activity.Record{Kind: activity.Call, Line: "一行目\r\n二行目", Area: "A", Subjects: about(need)})
	r, err2 := s.Get(t.Context(), staff, id)
	if err != nil || err2 != nil || r.Line != "一行目 二行目" {
		t.Errorf("line %q, %v, %v", r.Line, err, err2)
	}
	if err := s.Complete(t.Context(), staff, id); hub.KindOf(err) != hub.Invalid {
		t.Errorf("completing a line without a next action gives %v", err)
	}
}

func TestACorrectionIsALineOfTheSameReach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := setUp(d)
		first := must(t)(s.Add(t.Context(), staff, activity.Record{Kind: activity.Call, Line: "十時に電話", Scope: hub.Case, Area: "A", Subjects: about(need)}))
		if _, err := s.Add(t.Context(), second, activity.Record{Kind: activity.Call, Line: "x", Corrects: first}); hub.KindOf(err) != hub.NotFound {
			t.Errorf("correcting a line one may not read gives %v", err)
		}
		fix := must(t)(s.Add(t.Context(), staff, activity.Record{Kind: activity.Call, Line: "十一時に電話", Corrects: first, Scope: hub.Public, Area: "B"}))
		lines, _, err := s.Timeline(t.Context(), staff, need, hub.Page{})
		if err != nil || len(lines) != 2 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		newest, old := lines[0], lines[1]
		if old.CorrectedBy != fix || newest.Corrects != first || newest.Scope != hub.Case || newest.Area != "A" || old.Line != "十時に電話" {
			t.Errorf("old %+v\nnew %+v", old, newest)
		}
	})
}

func TestTheProgramsLinesAreWordsToTranslate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, log := setUp(d)
		lines := make([]activity.Record, 300)
		for i := range lines {
			lines[i] = activity.Record{
				Kind: activity.Change, Message: "seed.line_published", Subjects: about(need), Area: "A",
				Args: map[string]any{"n": 3, "title": "雪", "scope": activity.Word("scope.public", "scope.hub")},
			}
		}
		if err := s.AddLine(t.Context(), hub.SystemActor, lines...); err != nil {
			t.Fatal(err)
		}
		got, _, err := s.Timeline(t.Context(), staff, need, hub.Page{Limit: 1})
		if err != nil || len(got) != 1 {
			t.Fatalf("%d lines, %v", len(got), err)
		}
		keys, ok := activity.WordKeys(got[0].Args["scope"])
		if !ok || !slices.Equal(keys, []string{"scope.public", "scope.hub"}) || got[0].Args["n"] != int64(3) || got[0].Args["title"] != "雪" {
			t.Errorf("args %#v", got[0].Args)
		}
		if _, ok := activity.WordKeys("scope.public"); ok {
			t.Error("what a person typed passes for a word of the catalogue")
		}
		if n, _, err := log.Head(t.Context()); n != 0 || err != nil {
			t.Errorf("%d audit lines; the room that changes logs its own", n)
		}
	})
}

func TestNarrowReachesEveryLineOfTheRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := setUp(d)
		for _, x := range hub.Scopes {
			must(t)(s.Add(t.Context(), staff, activity.Record{Kind: activity.Note, Line: string(x), Scope: x, Area: "A", Subjects: about(need)}))
		}
		if err := s.Narrow(t.Context(), need, hub.Case); err != nil {
			t.Fatal(err)
		}
		lines, _, err := s.Timeline(t.Context(), hub.SystemActor, need, hub.Page{})
		if err != nil || len(lines) != 5 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		for _, r := range lines {
			want := hub.Case
			if r.Line == "sealed" {
				want = hub.Sealed
			}
			if r.Scope != want {
				t.Errorf("the line written as %s is now %s", r.Line, r.Scope)
			}
		}
	})
}

// A line is listed for an actor exactly when Can says so: case lines for those
// named for the subject, hub lines for staff and the line's institution, and
// nothing for a link but what everyone reads.
func TestListsAgreeWithCan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := setUp(d)
		id := rapid.SampledFrom([]hub.ID{"", "a", "b"})
		rapid.Check(t, func(rt *rapid.T) {
			record := hub.NewID()
			a := hub.Actor{Kind: rapid.SampledFrom([]hub.ActorKind{hub.Stranger, hub.User, hub.User, hub.LinkHolder}).Draw(rt, "kind")}
			if a.Kind == hub.LinkHolder {
				a.Link.Record = record
			}
			if a.Kind == hub.User {
				a.User = rapid.SampledFrom([]hub.ID{"u1", "u2"}).Draw(rt, "user")
				for range rapid.IntRange(0, 2).Draw(rt, "roles") {
					a.Roles = append(a.Roles, hub.RoleIn{Role: rapid.SampledFrom(hub.Roles).Draw(rt, "role"), Area: id.Draw(rt, "area")})
				}
				a.Affiliations = []hub.Affiliation{{Organisation: id.Draw(rt, "org"), Desk: rapid.Bool().Draw(rt, "desk")}}
				a.Persons = []hub.ID{id.Draw(rt, "person")}
			}
			named := id.Draw(rt, "named")
			if named != "" {
				err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
					_, err := tx.Exec(ctx, "insert into access_grant values ($1,$2,'test','',0,0)", record, named)
					return err
				})
				if err != nil {
					rt.Fatal(err)
				}
			}
			var want []hub.ID
			for range 4 {
				r := activity.Record{
					Kind: activity.Note, Line: "x", Next: "y", Subjects: about(record), Scope: rapid.SampledFrom(hub.Scopes).Draw(rt, "scope"),
					Area: id.Draw(rt, "area"), Organisation: id.Draw(rt, "org"), Owner: id.Draw(rt, "owner"), Coordinator: id.Draw(rt, "coordinator"),
					Assignee: rapid.SampledFrom([]hub.ID{"u1", "u2"}).Draw(rt, "assignee"),
				}
				var err error
				if r.ID, err = s.Add(t.Context(), hub.SystemActor, r); err != nil {
					rt.Fatal(err)
				}
				r.Case = record
				// Can knows the grants only through the resource it is given.
				can := activity.Can(a, r)
				if named != "" && slices.Contains(a.Persons, named) && (r.Scope != hub.Public) {
					can = true
				}
				if can {
					want = append(want, r.ID)
				}
			}
			var got, open []hub.ID
			lines, _, err := s.Timeline(t.Context(), a, record, hub.Page{})
			todo, _, err2 := s.Open(t.Context(), a, activity.Filter{Record: record}, hub.Page{})
			if err != nil || err2 != nil {
				rt.Fatal(err, err2)
			}
			for _, r := range lines {
				got = append(got, r.ID)
			}
			for _, r := range todo {
				open = append(open, r.ID)
			}
			slices.Sort(want)
			slices.Sort(got)
			slices.Sort(open)
			if !slices.Equal(got, want) || !slices.Equal(open, want) {
				rt.Fatalf("timeline %v, open %v, Can %v\nactor %+v", got, open, want, a)
			}
		})
	})
}
