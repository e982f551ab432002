package project

import (
	"slices"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// hand is a clock that the test moves.
type hand struct{ at time.Time }

func (c *hand) Now() time.Time { return c.at }

func (c *hand) on(d hub.Date) { c.at = d.Time().Add(3 * time.Hour).UTC() }

type world struct {
	*Service
	t                                  *testing.T
	clock                              *hand
	lines                              *activity.Service
	catalogue                          *catalogue.Service
	area                               hub.ID
	chief, coordinator, office, member hub.Actor
}

func newWorld(t *testing.T, d *db.DB) *world {
	c := &hand{}
	c.on("2026-04-01")
	log := audit.New(d, c)
	lines := activity.New(d, log, c)
	cat := catalogue.New(d, log, lines, c)
	w := &world{Service: New(d, log, lines, cat, c), t: t, clock: c, lines: lines, catalogue: cat, area: hub.NewID()}
	user := func(name string, r hub.Role) hub.Actor {
		return hub.Actor{Kind: hub.User, User: hub.NewID(), Name: name, Roles: []hub.RoleIn{{Role: r, Area: w.area}}, Persons: []hub.ID{hub.NewID()}}
	}
	w.chief, w.coordinator, w.office, w.member = user("総括", hub.Chief), user("担当", hub.Coordinator), user("事務局", hub.Office), user("企業", hub.Company)
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) wants(kind hub.Kind, err error) {
	w.t.Helper()
	if hub.KindOf(err) != kind {
		w.t.Errorf("error %v, want one of kind %s", err, kind)
	}
}

func TestASeedBecomesAProjectWithAllThatStandsThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		org, researcher := hub.NewID(), hub.NewID()
		seed, err := w.catalogue.Seeds.Create(t.Context(), w.chief, catalogue.Seed{
			Record: catalogue.Record{
				Area: w.area, Organisation: org, Owner: researcher, Coordinator: w.coordinator.Persons[0], Title: hub.Text{JA: "融雪"},
				Fields: []string{"snow"}, Scope: hub.Public, NameScope: hub.Public, DetailScope: hub.Case, Institution: "北大学",
			},
			Summary: hub.Text{JA: "概要"}, TRL: catalogue.TRL{Level: 4, Date: "2026-01-10"}, Gate: catalogue.Gate{Answer: catalogue.GateNone},
			Researchers: []catalogue.Researcher{{Person: researcher}}, Detail: hub.Text{JA: "内密"},
		})
		w.ok(err)
		p, err := w.Begin(t.Context(), w.coordinator, Origin{"seed", seed.ID})
		w.ok(err)
		if p.Title.JA != "融雪" || p.Summary.JA != "概要" || p.Organisation != org || p.Level("trl").Level != 4 || p.Lead[0].Role != "lead" ||
			p.Team[0].Person != researcher || p.State != Concept || p.StateSince != "2026-04-01" || p.Detail.Plan.JA != "内密" {
			t.Errorf("not everything came along: %+v", p)
		}
		if p.Scope != hub.HubOnly || p.NameScope != hub.HubOnly || p.DetailScope != hub.Case {
			t.Errorf("scopes %s/%s/%s", p.Scope, p.NameScope, p.DetailScope)
		}
		// The researcher is named, and reads what the hub alone may.
		_, err = w.Get(t.Context(), hub.Actor{Kind: hub.User, User: hub.NewID(), Persons: []hub.ID{researcher}}, p.ID)
		w.ok(err)
		_, err = w.Get(t.Context(), w.member, p.ID)
		w.wants(hub.NotFound, err)
		// Who may not open the detail starts without it.
		q, err := w.Begin(t.Context(), w.office, Origin{"seed", seed.ID})
		w.ok(err)
		if !q.Detail.Plan.Empty() {
			t.Error("the office carried over a detail that it may not read")
		}
		_, err = w.Begin(t.Context(), w.member, Origin{"seed", seed.ID})
		w.wants(hub.Forbidden, err)
		lines, _, err := w.lines.Timeline(t.Context(), w.chief, seed.ID, hub.Page{})
		w.ok(err)
		if !slices.ContainsFunc(lines, func(r activity.Record) bool { return r.Message == "activity.project_begun" }) {
			t.Error("the seed's timeline does not tell that a project began")
		}
		// Leaving the team ends the grant.
		_, err = w.Revise(t.Context(), w.chief, p.ID, p.Version, func(p *Project) error { p.Team, p.Owner = nil, ""; return nil })
		w.ok(err)
		w.clock.at = w.clock.at.Add(time.Second)
		_, err = w.Get(t.Context(), hub.Actor{Kind: hub.User, User: hub.NewID(), Persons: []hub.ID{researcher}}, p.ID)
		w.wants(hub.NotFound, err)
	})
}

func TestFromConceptToTierOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		p, err := w.Create(ctx, w.coordinator, Project{Record: catalogue.Record{Area: w.area, Title: hub.Text{JA: "計画"}}})
		w.ok(err)
		_, err = w.Move(ctx, w.chief, p.ID, p.Version, Adopted, "", "理由")
		w.wants(hub.Invalid, err) // by a decision alone
		_, err = w.Move(ctx, w.chief, p.ID, p.Version, Running, "", "理由")
		w.wants(hub.Invalid, err)

		w.ok(w.WriteApplication(ctx, w.coordinator, p.ID, ApplicationText{Question: "問い"}))
		reviewers := []Reviewer{{w.office.User, w.office.Name}, {w.chief.User, w.chief.Name}}
		w.wants(hub.Invalid, w.Submit(ctx, w.coordinator, p.ID, p.Version, reviewers, "2026-05-01", "審査する"))
		w.ok(w.WriteApplication(ctx, w.coordinator, p.ID, ApplicationText{Question: "問い", Approach: "進め方"}))
		w.clock.on("2026-04-10")
		w.ok(w.Submit(ctx, w.coordinator, p.ID, p.Version, reviewers, "2026-05-01", "審査する"))
		open, _, err := w.lines.Open(ctx, w.office, activity.Filter{Assignee: w.office.User}, hub.Page{})
		w.ok(err)
		if len(open) != 1 || open[0].Next != "審査する" || open[0].Due != "2026-05-01" {
			t.Errorf("the reviewer's day holds %+v", open)
		}
		marks := map[string]int{"need": 5, "feasible": 4, "value": 4}
		w.wants(hub.Forbidden, w.Judge(ctx, w.coordinator, p.ID, "yes", marks, ""))
		w.wants(hub.Invalid, w.Judge(ctx, w.office, p.ID, "yes", map[string]int{"need": 9}, ""))
		w.ok(w.Judge(ctx, w.office, p.ID, "yes", marks, "よい"))
		open, _, err = w.lines.Open(ctx, w.office, activity.Filter{Assignee: w.office.User}, hub.Page{})
		w.ok(err)
		if len(open) != 0 {
			t.Errorf("a review that is done is still promised: %+v", open)
		}
		v, err := w.Get(ctx, w.chief, p.ID)
		w.ok(err)
		_, err = w.Decide(ctx, w.coordinator, p.ID, v.Entry.Version, true, "", "よい")
		w.wants(hub.Forbidden, err)
		_, err = w.Decide(ctx, w.chief, p.ID, v.Entry.Version, true, "", "")
		w.wants(hub.Invalid, err)
		p, err = w.Decide(ctx, w.chief, p.ID, v.Entry.Version, true, "2026-04-20", "よい")
		w.wants(hub.Invalid, err) // a day to come
		w.clock.on("2026-04-20")
		p, err = w.Decide(ctx, w.chief, v.Entry.ID, v.Entry.Version, true, "", "重要な課題である")
		w.ok(err)
		if p.State != Adopted || p.Tier != 4 || p.TierSince != "2026-04-20" {
			t.Errorf("after adoption: %s, tier %d since %s", p.State, p.Tier, p.TierSince)
		}

		// All criteria of the next tier with evidence speak for it; the chief decides.
		scheme, err := w.Scheme(ctx, w.area)
		w.ok(err)
		if x := Stand(&p, scheme, "2026-04-25"); x.Propose != 0 || len(x.Missing) != 3 || x.Days != 5 {
			t.Errorf("standing %+v", x)
		}
		p, err = w.SetEvidence(ctx, w.coordinator, p.ID, p.Version, map[string]string{"3-result": "実験報告", "3-agreement": "覚書", "3-interest": "手紙"})
		w.ok(err)
		if x := Stand(&p, scheme, "2026-04-25"); x.Propose != 3 || !x.Up {
			t.Errorf("with all evidence: %+v", x)
		}
		_, err = w.Retier(ctx, w.coordinator, p.ID, p.Version, 3, "", "満たした")
		w.wants(hub.Forbidden, err)
		w.clock.on("2026-06-01")
		p, err = w.Retier(ctx, w.chief, p.ID, p.Version, 3, "2026-05-15", "満たした")
		w.ok(err)
		_, err = w.Retier(ctx, w.chief, p.ID, p.Version, 2, "2026-05-01", "さかのぼる")
		w.wants(hub.Invalid, err)
		if x := Stand(&p, scheme, "2026-12-01"); !x.Overdue {
			t.Error("after its interval the tier is not to be looked at again")
		}
		p, err = w.Move(ctx, w.coordinator, p.ID, p.Version, Running, "", "")
		w.ok(err)
		p, err = w.Move(ctx, w.coordinator, p.ID, p.Version, Supported, "", "製品になった")
		w.ok(err)
		if p.Tier != 0 {
			t.Errorf("after support it still stands in tier %d", p.Tier)
		}
		all, err := w.Steps(ctx, w.chief, p.ID)
		w.ok(err)
		var tiers []string
		for _, s := range all {
			if s.Kind == tierStep {
				tiers = append(tiers, s.Value+":"+string(s.From)+"-"+string(s.Until))
			}
		}
		if want := []string{"4:2026-04-20-2026-05-15", "3:2026-05-15-2026-06-01", ":2026-06-01-"}; !slices.Equal(tiers, want) {
			t.Errorf("tiers %v, want %v", tiers, want)
		}
		_, err = w.Steps(ctx, w.member, p.ID)
		w.wants(hub.NotFound, err)
	})
}

func TestASchemeIsTheAreasOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		x := DefaultScheme(w.area)
		w.wants(hub.Forbidden, w.SetScheme(t.Context(), w.coordinator, x, 0))
		bad := DefaultScheme(w.area)
		slices.Reverse(bad.Tiers) // stages would go down
		w.wants(hub.Invalid, w.SetScheme(t.Context(), w.chief, bad, 0))
		x.Tiers[0].Word = hub.Text{JA: "はじめ"}
		w.ok(w.SetScheme(t.Context(), w.office, x, 0))
		w.wants(hub.Conflict, w.SetScheme(t.Context(), w.chief, x, 0))
		got, err := w.Scheme(t.Context(), w.area)
		w.ok(err)
		if got.Version != 1 || got.Tiers[0].Word.JA != "はじめ" || got.StageOf(1) != "launch" {
			t.Errorf("scheme %+v", got)
		}
		if next, ok := got.Next(4); !ok || next.Number != 3 {
			t.Errorf("after tier 4 comes %d", next.Number)
		}
		if _, ok := got.Next(1); ok {
			t.Error("something comes after the most advanced tier")
		}
	})
}
