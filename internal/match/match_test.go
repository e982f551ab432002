package match_test

import (
	"context"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

var (
	area, firmOrg = hub.NewID(), hub.NewID()
	staff         = hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "見本 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area}}}
	colleague     = hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "見本 次郎", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area}}}
	firm          = hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Company, Area: area}}, Affiliations: []hub.Affiliation{{Organisation: firmOrg}}}
)

// house is a catalogue with an index that is filled by hand.
type house struct {
	*match.Service
	c     *catalogue.Service
	lines *activity.Service
	index *retrieval.Index
	an    *lexical.Analyzer
	t     *testing.T
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		clock := hub.SystemClock{}
		log := audit.New(d, clock)
		lines := activity.New(d, log, clock)
		h := &house{c: catalogue.New(d, log, lines, clock), lines: lines, index: retrieval.New(retrieval.Config{}), an: lexical.New(), t: t}
		h.Service = match.New(d, log, lines, h.c, h.find, clock)
		fn(t, h)
	})
}

func (h *house) find(_ context.Context, a hub.Actor, kind string, fields []lexical.Field, limit int) (out []match.Found, err error) {
	q := h.an.Query(fields)
	r := h.index.Search(retrieval.Query{Terms: q.Terms(), Readers: access.Tokens(a), Filter: retrieval.Filter{Any: map[string][]string{"kind": {kind}}}, Limit: limit, Explain: true})
	for _, hit := range r.Hits {
		out = append(out, match.Found{ID: hub.ID(hit.ID), Score: hit.Score, Share: 1, Reasons: q.Explain(hit)})
	}
	return out, nil
}

func (h *house) put(kind string, r access.Resource, fields []lexical.Field) {
	h.index.Put(retrieval.Document{
		ID: string(r.ID), Terms: h.an.Document(fields).Occurrences(), Allow: access.Readers(r, r.Scope),
		Attributes: []string{"kind:" + kind},
	})
}

func (h *house) seed(title, summary string, scope hub.Scope) catalogue.Seed {
	h.t.Helper()
	s, err := h.c.Seeds.Create(h.t.Context(), staff, catalogue.Seed{
		Record:  catalogue.Record{Area: area, Title: hub.Text{JA: title}, Scope: scope, Fields: []string{"snow"}},
		Summary: hub.Text{JA: summary}, TRL: catalogue.TRL{Level: 4}, Gate: catalogue.Gate{Answer: catalogue.GateNone},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.put("seed", s.Access(), match.SeedFields(&s))
	return s
}

func (h *house) need(title, words string) catalogue.Need {
	h.t.Helper()
	n, err := h.c.Needs.Create(h.t.Context(), staff, catalogue.Need{
		Record: catalogue.Record{Area: area, Organisation: firmOrg, Title: hub.Text{JA: title}, Fields: []string{"snow"}},
		Detail: catalogue.NeedDetail{Words: hub.Text{JA: words}}, TRLWish: 6,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) propose(a hub.Actor, n hub.ID) match.Candidates {
	h.t.Helper()
	c, err := h.Propose(h.t.Context(), a, match.ByNeed, n, 10)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func TestProposalsCarryReasonsAndWhatDoesNotFit(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.seed("屋根の融雪システム", "屋根の雪を少ない電力で融かす", hub.HubOnly)
		h.seed("漆器の加飾", "漆に金粉を蒔く", hub.HubOnly)
		n := h.need("屋根の雪に困っている", "屋根の雪を下ろす人がいない")
		c := h.propose(staff, n.ID)
		if len(c.Proposals) != 1 || c.Proposals[0].Seed.Entry.ID != s.ID {
			t.Fatalf("proposed %d", len(c.Proposals))
		}
		p := c.Proposals[0]
		var sum float32
		for _, r := range p.Reasons {
			sum += r.Share
		}
		if diff := sum - p.Score; diff > 1e-3 || diff < -1e-3 || p.Score <= 0 {
			t.Errorf("reasons add up to %v, the score is %v", sum, p.Score)
		}
		var short bool
		for _, x := range p.Points {
			short = short || x.Key == "match_point.trl_short" && x.Fit == match.Differs
		}
		if !short {
			t.Errorf("a seed of TRL 4 for a wish of 6 is not told as short: %+v", p.Points)
		}
		if !p.Seed.Entry.Detail.Empty() || p.Need.Entry.Detail.Words.JA != "" {
			t.Error("a proposal hands out a detail that nobody opened")
		}
	})
}

func TestADecisionIsRememberedSharedAndUndone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		s := h.seed("屋根の融雪システム", "屋根の雪を少ない電力で融かす", hub.HubOnly)
		n := h.need("屋根の雪に困っている", "屋根の雪を下ろす人がいない")
		_, err := h.Decide(ctx, staff, match.Decision{Need: n.ID, Seed: s.ID, Verdict: match.No})
		if hub.KindOf(err) != hub.Invalid {
			t.Errorf("a no without a reason: %v", err)
		}
		d, err := h.Decide(ctx, staff, match.Decision{Need: n.ID, Seed: s.ID, Verdict: match.No, Reason: "too_early", Note: "来年また"})
		if err != nil {
			t.Fatal(err)
		}
		c := h.propose(colleague, n.ID)
		if len(c.Proposals) != 0 || len(c.Decided) != 1 || c.Decided[0].Decision.Name != "見本 花子" {
			t.Errorf("a colleague is proposed %d and shown %d decisions", len(c.Proposals), len(c.Decided))
		}
		back, err := h.Propose(ctx, colleague, match.BySeed, s.ID, 10)
		if err != nil || len(back.Decided) != 1 {
			t.Errorf("from the seed's side %d decisions, %v", len(back.Decided), err)
		}
		lines, _, err := h.lines.Timeline(ctx, staff, n.ID, hub.Page{})
		if err != nil || len(lines) != 2 || lines[0].Kind != activity.Decision {
			t.Errorf("the need's timeline has %d lines, %v", len(lines), err)
		}
		if _, err := h.Undo(ctx, colleague, d.ID); err != nil {
			t.Fatal(err)
		}
		if c := h.propose(staff, n.ID); len(c.Proposals) != 1 || len(c.Decided) != 0 {
			t.Errorf("after undoing: %d proposed, %d decided", len(c.Proposals), len(c.Decided))
		}
		if _, err := h.Undo(ctx, staff, d.ID); hub.KindOf(err) != hub.NotFound {
			t.Errorf("undone twice: %v", err)
		}
	})
}

func TestATurnedDownCandidateReturnsWhenATextHasChanged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		s := h.seed("屋根の融雪システム", "屋根の雪を少ない電力で融かす。既設の瓦屋根にも載せられ、工事は一日で終わる。", hub.HubOnly)
		n := h.need("屋根の雪に困っている", "屋根の雪を下ろす人がいない")
		if _, err := h.Decide(ctx, staff, match.Decision{Need: n.ID, Seed: s.ID, Verdict: match.No, Reason: "terms_unfit"}); err != nil {
			t.Fatal(err)
		}
		revise := func(version int, summary string) {
			t.Helper()
			if _, err := h.c.Seeds.Revise(ctx, staff, s.ID, version, func(x *catalogue.Seed) error { x.Summary.JA = summary; return nil }); err != nil {
				t.Fatal(err)
			}
		}
		revise(1, "屋根の雪を少ない電力で融かす。既設の瓦屋根にも載せられ、工事は一日で終ります。")
		if c := h.propose(staff, n.ID); len(c.Proposals) != 0 {
			t.Error("a mended word brings a turned-down candidate back")
		}
		revise(2, "地域の町内会が共同で使える、貸出式の屋根雪の処理装置に作り替えた。費用は十分の一で、雪を下ろす人は要らない。高齢者だけの家でも、電話一本で据え付けに来る。")
		c := h.propose(staff, n.ID)
		if len(c.Proposals) != 1 || !c.Proposals[0].Changed || c.Proposals[0].Decision == nil {
			t.Errorf("a rewritten seed does not come back marked: %+v", c.Proposals)
		}
	})
}

func TestNobodyIsProposedWhatHeMayNotSee(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		hidden := h.seed("屋根の融雪システム", "屋根の雪を融かす", hub.HubOnly)
		open := h.seed("屋根の雪止め金具", "屋根の雪を止める", hub.Public)
		n := h.need("屋根の雪に困っている", "屋根の雪を下ろす人がいない")
		c := h.propose(firm, n.ID)
		if len(c.Proposals) != 1 || c.Proposals[0].Seed.Entry.ID != open.ID {
			t.Errorf("the firm is proposed %d seeds", len(c.Proposals))
		}
		if _, err := h.Decide(ctx, firm, match.Decision{Need: n.ID, Seed: hidden.ID, Verdict: match.Candidate}); hub.KindOf(err) != hub.NotFound {
			t.Errorf("deciding on a seed one may not see: %v", err)
		}
		if _, err := h.Decide(ctx, firm, match.Decision{Need: n.ID, Seed: open.ID, Verdict: match.Candidate}); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("a firm deciding for the hub: %v", err)
		}
		if _, err := h.Decide(ctx, staff, match.Decision{Need: n.ID, Seed: hidden.ID, Verdict: match.Candidate}); err != nil {
			t.Fatal(err)
		}
		if c := h.propose(firm, n.ID); len(c.Decided) != 0 {
			t.Error("the firm is shown a decision on a seed that it may not see")
		}
		lines, _, err := h.lines.Timeline(ctx, firm, n.ID, hub.Page{})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if v, _ := l.Args["title"].(string); strings.Contains(v, "融雪") {
				t.Error("the need's timeline tells the firm the hidden seed's title")
			}
		}
	})
}

func TestNewCandidatesAreMarkedOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.seed("屋根の融雪システム", "屋根の雪を融かす", hub.HubOnly)
		n := h.need("屋根の雪に困っている", "屋根の雪を下ろす人がいない")
		c := h.propose(staff, n.ID)
		if c.Proposals[0].New {
			t.Error("on the first visit everything is marked new")
		}
		if err := h.Shown(t.Context(), staff, c); err != nil {
			t.Fatal(err)
		}
		h.seed("屋根の雪止め金具", "屋根の雪を止める", hub.Public)
		var marks []bool
		for _, p := range h.propose(staff, n.ID).Proposals {
			marks = append(marks, p.New)
		}
		if len(marks) != 2 || marks[0] == marks[1] {
			t.Errorf("marks %v; only the later one is new", marks)
		}
	})
}
