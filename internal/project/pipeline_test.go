package project

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// TestTheHistoryTellsEveryPastMonth lets projects live through random months and
// compares the pipeline with what was written down at each month's end, state by
// state and tier by tier. Nothing that happens later may change a month gone by.
func TestTheHistoryTellsEveryPastMonth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		r := rand.New(rand.NewPCG(6, 16))
		scheme, err := w.Scheme(ctx, w.area)
		w.ok(err)
		var all []Project
		was := map[string]map[string]int{} // by month and "by/key"
		day := hub.Date("2025-01-01")
		w.clock.on(day)
		for range 14 { // months
			month := string(day[:7])
			for hub.Date(w.clock.at.In(hub.Tokyo).Format(time.DateOnly))[:7] == day[:7] {
				if len(all) < 12 && r.IntN(2) == 0 {
					p, err := w.Create(ctx, w.chief, Project{Record: catalogue.Record{Area: w.area, Title: hub.Text{JA: fmt.Sprint("計画", len(all))}}})
					w.ok(err)
					all = append(all, p)
				}
				if len(all) > 0 {
					w.live(r, scheme, &all[r.IntN(len(all))])
				}
				w.clock.at = w.clock.at.AddDate(0, 0, 3+r.IntN(9))
			}
			m := map[string]int{}
			for i := range all {
				m["state/"+string(all[i].State)]++
				if all[i].Tier != 0 {
					m["tier/"+strconv.Itoa(all[i].Tier)]++
					m["stage/"+scheme.StageOf(all[i].Tier)]++
				}
			}
			was[month] = m
			day = hub.Date(following(month) + "-01")
			w.clock.on(day)
		}
		for _, by := range []string{ByState, ByTier, ByStage} {
			p, err := w.Pipeline(ctx, w.chief, PipelineQuery{By: by, Areas: []hub.ID{w.area}})
			w.ok(err)
			seen, before := 0, map[string]int{}
			for _, m := range p.Months {
				want, ok := was[m.Month]
				if !ok {
					continue
				}
				seen++
				total, earlier := 0, 0
				for _, key := range p.Keys {
					if m.Count[key] != want[by+"/"+key] {
						t.Errorf("%s: %d in %s, there were %d", m.Month, m.Count[key], key, want[by+"/"+key])
					}
					total += m.Count[key]
					earlier += before[key]
				}
				if total != earlier+m.Entered-m.Left {
					t.Errorf("%s by %s: %d, before %d, entered %d, left %d", m.Month, by, total, earlier, m.Entered, m.Left)
				}
				before = m.Count
			}
			if seen != len(was) {
				t.Errorf("by %s: %d of %d months", by, seen, len(was))
			}
			// Who may see nothing is told of nothing.
			p, err = w.Pipeline(ctx, w.member, PipelineQuery{By: by, Areas: []hub.ID{w.area}})
			w.ok(err)
			for _, m := range p.Months {
				if m.Entered != 0 || len(m.Moves) != 0 {
					t.Errorf("a reader who may see no project is told of %+v", m)
				}
			}
		}
	})
}

// live does one thing with a project that its state allows.
func (w *world) live(r *rand.Rand, scheme Scheme, p *Project) {
	w.t.Helper()
	ctx := w.t.Context()
	var err error
	var next Project
	switch n := r.IntN(3); {
	case InTier(p.State) && n == 0:
		to := scheme.Tiers[r.IntN(len(scheme.Tiers))].Number
		if to == p.Tier {
			return
		}
		next, err = w.Retier(ctx, w.chief, p.ID, p.Version, to, "", "試験")
	case p.State == Planned && n < 2:
		w.ok(w.WriteApplication(ctx, w.chief, p.ID, ApplicationText{Question: "問い", Approach: "進め方"}))
		w.ok(w.Submit(ctx, w.chief, p.ID, p.Version, []Reviewer{{w.office.User, "事務局"}}, "", "審査する"))
		next, err = w.Decide(ctx, w.chief, p.ID, p.Version, r.IntN(4) > 0, "", "試験")
	default:
		ways := Next(p.State)
		next, err = w.Move(ctx, w.chief, p.ID, p.Version, ways[r.IntN(len(ways))], "", "試験")
	}
	w.ok(err)
	*p = next
}

func TestTheBoardSaysWhyAProjectWantsAttention(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		p, err := w.Create(ctx, w.coordinator, Project{Record: catalogue.Record{Area: w.area, Title: hub.Text{JA: "計画"}, Scope: hub.Public, NameScope: hub.Public}})
		w.ok(err)
		_, err = w.AddTask(ctx, w.coordinator, p.ID, Task{What: "見積もり", Due: "2026-04-15"})
		w.ok(err)
		codes := func(a hub.Actor) (out []string) {
			b, err := w.Board(ctx, a, BoardQuery{By: ByState, Areas: []hub.ID{w.area}})
			w.ok(err)
			for _, c := range b.Columns {
				for _, card := range c.Cards {
					for _, f := range card.Flags {
						out = append(out, f.Code+strconv.Itoa(f.Days))
					}
				}
			}
			return out
		}
		for day, want := range map[hub.Date]string{"2026-04-10": "[]", "2026-04-20": "[overdue5]", "2026-06-10": "[overdue56 quiet70]"} {
			w.clock.on(day)
			if got := fmt.Sprint(codes(w.office)); got != want {
				t.Errorf("%s: %s, want %s", day, got, want)
			}
			if got := codes(w.member); len(got) > 0 {
				t.Errorf("a member is told %v", got)
			}
		}
	})
}
