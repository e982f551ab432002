package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Stages are the common stages to which every area maps its tiers, from the
// first to the most advanced, worded under "project_stage.CODE". Areas are
// compared by these and by nothing else.
var Stages = []string{"explore", "verify", "demonstrate", "launch"}

// SupportKinds are the sorts of hands-on support, worded under
// "support_kind.CODE".
var SupportKinds = []string{"market", "team", "funding", "ip", "sales", "legal", "prototype", "other"}

// Criterion is one thing that must be so. Key stays when the words are mended,
// so that the evidence given for it stays too.
type Criterion struct {
	Key  string   `json:"key"`
	Text hub.Text `json:"text"`
}

// Tier is one of an area's support tiers.
type Tier struct {
	Number   int         `json:"number"` // as the area counts; says nothing of the order
	Word     hub.Text    `json:"word"`   // always shown with the number
	Stage    string      `json:"stage"`  // of Stages
	Criteria []Criterion `json:"criteria,omitempty"`
	Support  []string    `json:"support,omitempty"` // the menu: codes of SupportKinds
	// Review is after how many months in the tier it is looked at again; 0 = never.
	Review int `json:"review,omitempty"`
}

// Scheme is how one area divides its projects. Tiers stand from the first that a
// project enters to the most advanced, whatever their numbers: Tier 1 may be the
// last.
type Scheme struct {
	Area    hub.ID      `json:"area"`
	Tiers   []Tier      `json:"tiers"`
	Review  []Criterion `json:"criteria,omitempty"` // by which applications are reviewed
	Issues  []hub.Text  `json:"issues,omitempty"`   // the area's material issues (重要課題)
	Quiet   int         `json:"quiet,omitempty"`    // days without an entry after which a project counts as stalled
	Sample  bool        `json:"sample,omitempty"`
	Version int         `json:"-"` // 0 = the default, never written
}

// DefaultScheme is what an area has until it writes its own: four tiers of which
// Tier 1 is the most advanced, with words and criteria that are examples. The
// real programmes have published none below the first.
func DefaultScheme(area hub.ID) Scheme {
	c := func(key, ja, en string) Criterion { return Criterion{key, hub.Text{JA: ja, EN: en}} }
	return Scheme{
		Area: area, Sample: true, Quiet: 60,
		Tiers: []Tier{
			{Number: 4, Word: hub.Text{JA: "探索段階", EN: "Exploring"}, Stage: "explore", Review: 6, Support: []string{"market", "team"}, Criteria: []Criterion{
				c("4-question", "解く課題と使う人が一文で書けている", "The problem and its user are written in one sentence"),
				c("4-people", "研究側と利用側の担当者が決まっている", "Both the research side and the user side have a person in charge"),
			}},
			{Number: 3, Word: hub.Text{JA: "検証段階", EN: "Verifying"}, Stage: "verify", Review: 6, Support: []string{"market", "team", "funding", "ip", "prototype"}, Criteria: []Criterion{
				c("3-result", "小さな実験で効果を確かめている", "A small experiment has shown the effect"),
				c("3-agreement", "役割と知財の扱いに合意している", "Roles and intellectual property are agreed"),
				c("3-interest", "買い手・使い手が文書で関心を示している", "A buyer or user has shown interest in writing"),
			}},
			{Number: 2, Word: hub.Text{JA: "実証段階", EN: "Demonstrating"}, Stage: "demonstrate", Review: 12, Support: []string{"funding", "ip", "prototype", "sales", "legal"}, Criteria: []Criterion{
				c("2-field", "実際の現場で動いている", "It works in a real place"),
				c("2-cost", "価格と費用の見通しがある", "Price and cost can be foreseen"),
				c("2-money", "次の段階の資金の当てがある", "Money for the next step is in sight"),
			}},
			{Number: 1, Word: hub.Text{JA: "事業化段階", EN: "Launching"}, Stage: "launch", Review: 12, Support: []string{"funding", "sales", "legal"}, Criteria: []Criterion{
				c("1-customer", "対価を払う顧客がいる", "There are customers who pay"),
				c("1-organisation", "事業を担う組織と責任者が決まっている", "The organisation and the person who will run the business are settled"),
			}},
		},
		Review: []Criterion{
			c("need", "解く課題が地域にとって重要か", "Does the problem matter to the region?"),
			c("feasible", "体制と計画は実行できるか", "Can the team carry out the plan?"),
			c("value", "大きな価値につながる見込みがあるか", "May it lead to large value?"),
		},
	}
}

// Tier gives a tier by its number; false when the scheme has none.
func (s Scheme) Tier(number int) (Tier, bool) {
	i := s.place(number)
	if i < 0 {
		return Tier{}, false
	}
	return s.Tiers[i], true
}

// Next is the tier after this one on the way up; the first for 0. false at the end.
func (s Scheme) Next(number int) (Tier, bool) {
	i := s.place(number) + 1
	if number != 0 && i == 0 || i >= len(s.Tiers) {
		return Tier{}, false
	}
	return s.Tiers[i], true
}

func (s Scheme) place(number int) int {
	return slices.IndexFunc(s.Tiers, func(t Tier) bool { return t.Number == number })
}

// StageOf is the common stage of a tier; "" for none.
func (s Scheme) StageOf(number int) string {
	t, _ := s.Tier(number)
	return t.Stage
}

func (s Scheme) check() error {
	var f hub.Problems
	seen, keys := map[int]bool{}, map[string]bool{}
	if len(s.Tiers) == 0 || len(s.Tiers) > 12 {
		f.Add("tiers", "project.error_tiers")
	}
	text := func(field string, t hub.Text, need bool) {
		if need && t.Empty() {
			f.Add(field, "error.lacking")
		}
		for _, x := range []string{t.JA, t.EN} {
			if n := utf8.RuneCountInString(x); n > maxLine {
				f.Add(field, "error.too_long", "n", n, "limit", maxLine)
			}
		}
	}
	criteria := func(field string, all []Criterion) {
		if len(all) > 30 {
			f.Add(field, "project.error_rows", "limit", 30)
		}
		for _, c := range all {
			if c.Key == "" || keys[c.Key] {
				f.Add(field, "project.error_tiers")
			}
			keys[c.Key] = true
			text(field, c.Text, true)
		}
	}
	last := 0
	for i, t := range s.Tiers {
		at := func(name string) string { return fmt.Sprintf("tier%d.%s", i, name) }
		if t.Number < 1 || t.Number > 99 || seen[t.Number] {
			f.Add(at("number"), "project.error_tier_number")
		}
		seen[t.Number] = true
		text(at("word"), t.Word, true)
		stage := slices.Index(Stages, t.Stage)
		if stage < 0 {
			f.Add(at("stage"), "error.choose")
		} else if stage < last {
			f.Add(at("stage"), "project.error_stage_order")
		}
		last = max(last, stage)
		for _, k := range t.Support {
			if !slices.Contains(SupportKinds, k) {
				f.Add(at("support"), "error.choose")
			}
		}
		if t.Review < 0 || t.Review > 120 {
			f.Add(at("review"), "error.months_range")
		}
		criteria(at("criteria"), t.Criteria)
	}
	criteria("review", s.Review)
	for _, x := range s.Issues {
		text("issues", x, true)
	}
	if s.Quiet < 0 || s.Quiet > 3650 {
		f.Add("quiet", "error.number", "value", s.Quiet)
	}
	return f.Err()
}

// Scheme gives an area's scheme, or the default. Schemes are public facts.
func (s *Service) Scheme(ctx context.Context, area hub.ID) (Scheme, error) {
	all, err := s.Schemes(ctx)
	if err != nil {
		return Scheme{}, err
	}
	if x, ok := all[area]; ok {
		return x, nil
	}
	return DefaultScheme(area), nil
}

// Schemes gives those schemes that areas have written.
func (s *Service) Schemes(ctx context.Context) (map[hub.ID]Scheme, error) {
	out := map[hub.ID]Scheme{}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := db.All(ctx, tx, scanScheme, "select area_id, version, body from tier_scheme")
		for _, x := range all {
			out[x.Area] = x
		}
		return err
	})
	return out, err
}

func scanScheme(r db.Row) (x Scheme, err error) {
	var area hub.ID
	var body string
	var version int
	if err := r.Scan(&area, &version, &body); err != nil {
		return x, err
	}
	err = json.Unmarshal([]byte(body), &x)
	x.Area, x.Version = area, version
	return x, err
}

// SetScheme writes an area's scheme: the chief, the deputy and the office may.
// version is the one that was read. A tier in which projects stand cannot be
// left out.
func (s *Service) SetScheme(ctx context.Context, a hub.Actor, x Scheme, version int) (err error) {
	defer hub.Wrap(&err, "project.SetScheme(%s)", x.Area)
	if !Leads(a, x.Area) && !a.Has(hub.Office, x.Area) {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	if err := x.check(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		old, err := scanScheme(tx.QueryRow(ctx, "select area_id, version, body from tier_scheme where area_id = $1"+tx.Dialect().ForUpdate(), string(x.Area)))
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return err
		}
		if old.Version != version {
			return hub.Errorf(hub.Conflict, "error.changed_meanwhile", "version", old.Version)
		}
		used, err := db.All(ctx, tx, db.Scalar[int], "select distinct tier from project where area_id = $1 and tier <> 0 and withdrawn = 0", string(x.Area))
		if err != nil {
			return err
		}
		for _, n := range used {
			if x.place(n) < 0 {
				var f hub.Problems
				f.Add("tiers", "project.error_tier_used", "n", n)
				return f.Err()
			}
		}
		body, err := json.Marshal(x)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into tier_scheme (area_id, version, updated, body) values ($1, $2, $3, $4)
			on conflict (area_id) do update set version = excluded.version, updated = excluded.updated, body = excluded.body`,
			string(x.Area), version+1, db.Millis(s.clock.Now()), string(body)); err != nil {
			return err
		}
		digest, err := s.log.Keep(ctx, tx, a, "tier_scheme", x.Area, x)
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Change, Kind: "tier_scheme", Record: x.Area, Area: x.Area, Digest: digest})
		return nil
	})
}

// SetEvidence notes on what grounds criteria are met; "" takes a ground away.
// Evidence is part of the detail layer.
func (s *Service) SetEvidence(ctx context.Context, a hub.Actor, id hub.ID, version int, texts map[string]string) (Project, error) {
	return s.Revise(ctx, a, id, version, func(p *Project) error {
		if !access.Can(a, access.SeeDetail, p.Access()) {
			return hub.Errorf(hub.Forbidden, "error.may_not_edit")
		}
		for key, text := range texts {
			if utf8.RuneCountInString(text) > maxLine*4 {
				var f hub.Problems
				f.Add("evidence."+key, "error.too_long", "n", utf8.RuneCountInString(text), "limit", maxLine*4)
				return f.Err()
			}
			if p.Detail.Evidence[key].Text == text {
				continue
			}
			if p.Detail.Evidence == nil {
				p.Detail.Evidence = map[string]Evidence{}
			}
			if text == "" {
				delete(p.Detail.Evidence, key)
				continue
			}
			p.Detail.Evidence[key] = Evidence{Text: text, Date: s.today(), By: a.Name}
		}
		return nil
	})
}

// Retier brings a project into another tier of its area's scheme as of a day (""
// is today), with a reason. The chief and the deputy decide.
func (s *Service) Retier(ctx context.Context, a hub.Actor, id hub.ID, version, tier int, on hub.Date, reason string) (out Project, err error) {
	defer hub.Wrap(&err, "project.Retier(%s, %d)", id, tier)
	if on, err = s.checkDay(on); err != nil {
		return out, err
	}
	if reason == "" {
		var f hub.Problems
		f.Add("reason", "error.reason_missing")
		return out, f.Err()
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		var was int
		out, err = s.Collection.Revise(ctx, a, id, version, func(p *Project) error {
			if !Leads(a, p.Area) {
				return hub.Errorf(hub.Forbidden, "project.error_chief")
			}
			if !InTier(p.State) {
				return hub.Errorf(hub.Conflict, "project.error_no_tier")
			}
			scheme, err := s.Scheme(ctx, p.Area)
			if err != nil {
				return err
			}
			if _, ok := scheme.Tier(tier); !ok {
				var f hub.Problems
				f.Add("tier", "error.choose")
				return f.Err()
			}
			if was = p.Tier; was == tier {
				return hub.Errorf(hub.Conflict, "project.error_same_tier")
			}
			return s.step(ctx, tx, a, p, tierStep, fmt.Sprint(tier), on, reason)
		})
		if err != nil {
			return err
		}
		return s.lines.AddLine(ctx, a, told(&out, "activity.project_tier", hub.Args("from", was, "to", tier)))
	})
	return out, err
}

// Standing says how a project stands to the criteria of its tier and the next.
type Standing struct {
	Scheme  Scheme
	Tier    Tier // the zero value in no tier
	Next    Tier // the zero value at the top
	Met     map[string]Evidence
	Days    int      // in the tier, today
	Review  hub.Date // when it is to be looked at again; "" = never
	Overdue bool     // that day has come
	Propose int      // the tier that the criteria speak for; 0 = stay
	Up      bool
	Missing []Criterion // of the next tier, not yet met
}

// Stand works out a project's standing under its area's scheme: when all
// criteria of the next tier have evidence it speaks for that, when the present
// tier's are no longer all met and the one below has them all, for the one
// below. It proposes and never decides.
func Stand(p *Project, scheme Scheme, today hub.Date) Standing {
	x := Standing{Scheme: scheme, Met: p.Detail.Evidence}
	if !InTier(p.State) || p.Tier == 0 {
		return x
	}
	x.Tier, _ = scheme.Tier(p.Tier)
	x.Days = days(p.TierSince, today)
	if x.Tier.Review > 0 && p.TierSince != "" {
		x.Review = hub.Date(p.TierSince.Time().AddDate(0, x.Tier.Review, 0).Format("2006-01-02"))
		x.Overdue = x.Review <= today
	}
	missing := func(t Tier) (out []Criterion) {
		for _, c := range t.Criteria {
			if x.Met[c.Key].Text == "" {
				out = append(out, c)
			}
		}
		return out
	}
	if next, ok := scheme.Next(p.Tier); ok {
		x.Next = next
		if x.Missing = missing(next); len(x.Missing) == 0 && len(next.Criteria) > 0 {
			x.Propose, x.Up = next.Number, true
			return x
		}
	}
	if i := scheme.place(p.Tier); i > 0 && x.Overdue && len(missing(x.Tier)) > 0 {
		x.Propose = scheme.Tiers[i-1].Number
	}
	return x
}
