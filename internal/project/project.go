// Package project keeps supported projects (推進計画): what an introduction
// becomes once people work on it together, from the first idea to a product in
// use and what is known of it years later.
//
// A project is a record of two layers like a seed; package catalogue keeps it.
// This room adds what only projects have: a history of states and of the area's
// own tiers from which any past month can be told again, the application and its
// review, hands-on support, and the load of those who give it.
//
// It never overwrites a step of the history, never decides in the chief's place,
// and never counts for a reader what he may not see.
package project

import (
	"slices"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Kind is the room's word for its records, in the log and in the index.
const Kind = "project"

// The states of a project, in their usual order: up to the end of support, and
// what is known afterwards.
const (
	Concept    catalogue.State = "concept"       // 構想
	Planned    catalogue.State = "planned"       // 計画
	Adopted    catalogue.State = "adopted"       // 採択
	Running    catalogue.State = "running"       // 実施
	Commercial catalogue.State = "commercial"    // 事業化
	Supported  catalogue.State = "support_ended" // 支援終了

	Productised  catalogue.State = "productised"        // 商品化・実用化
	Transferring catalogue.State = "transferring"       // 技術移転中
	Continuing   catalogue.State = "research_continues" // 研究継続中
	Closed       catalogue.State = "closed"             // 終了
)

// States lists them in their usual order.
var States = []catalogue.State{Concept, Planned, Adopted, Running, Commercial, Supported, Productised, Transferring, Continuing, Closed}

// InTier reports whether a project of this state stands in one of the area's
// tiers: while it is supported.
func InTier(s catalogue.State) bool { return s == Adopted || s == Running || s == Commercial }

// Active reports whether somebody works on a project of this state.
func Active(s catalogue.State) bool { return s == Concept || s == Planned || InTier(s) }

// steps says to which states each may go. From Planned to Adopted it goes by a
// decision about the application alone.
var steps = map[catalogue.State][]catalogue.State{
	Concept:      {Planned, Closed},
	Planned:      {Concept, Adopted, Closed},
	Adopted:      {Running, Closed},
	Running:      {Commercial, Supported, Closed},
	Commercial:   {Running, Supported},
	Supported:    {Productised, Transferring, Continuing, Closed, Running},
	Productised:  {Transferring, Continuing, Closed},
	Transferring: {Productised, Continuing, Closed},
	Continuing:   {Productised, Transferring, Closed},
	Closed:       {Concept, Continuing},
}

// Next gives the states to which people may bring a project by a step of their
// own, without a decision about an application.
func Next(from catalogue.State) []catalogue.State {
	return slices.DeleteFunc(slices.Clone(steps[from]), func(s catalogue.State) bool { return s == Adopted })
}

// Types are the codes of what sort of undertaking a project is (型), worded
// under "project_type.CODE".
var Types = []string{"university", "second_founding", "zebra", "regional", "joint", "other"}

// PartnerRoles are the parts that organisations take, worded under
// "partner_role.CODE".
var PartnerRoles = []string{"lead", "research", "company", "municipality", "finance", "user", "support"}

// MemberRoles are the parts that people take, worded under "member_role.CODE".
var MemberRoles = []string{"coordinator", "researcher", "company", "municipality", "finance", "adviser"}

// Scales are the readiness scales: technology and business, and those of
// society, governance and people where an area wants them.
var Scales = []string{"trl", "brl", "srl", "grl", "hrl"}

// Origin is what a project began with: a seed, a need or regional challenge, or
// nothing recorded.
type Origin struct {
	Kind string `json:"kind,omitempty"` // "seed", "need" or ""
	ID   hub.ID `json:"id,omitempty"`
}

// Partner is an organisation with its part. Name is as written where the
// directory does not know it.
type Partner struct {
	Organisation hub.ID `json:"organisation,omitempty"`
	Name         string `json:"name,omitempty"`
	Role         string `json:"role"`
}

// Member is a person with his part.
type Member struct {
	Person hub.ID `json:"person"`
	Role   string `json:"role"`
}

// Level is one judgement of readiness. The newest of a scale counts.
type Level struct {
	Scale  string   `json:"scale"`
	Level  int      `json:"level"` // 1 to 9
	Date   hub.Date `json:"date"`
	Ground string   `json:"ground,omitempty"`
}

// Project is a supported project. A title alone makes one.
type Project struct {
	catalogue.Record
	Origin  Origin    `json:"origin,omitzero"`
	Type    string    `json:"type,omitempty"`
	Issues  []string  `json:"issues,omitempty"` // 重要課題 that it serves, as the area words them
	Summary hub.Text  `json:"summary,omitzero"`
	Start   hub.Date  `json:"start,omitempty"`
	End     hub.Date  `json:"end,omitempty"` // as planned
	Levels  []Level   `json:"levels,omitempty"`
	Lead    []Partner `json:"partners,omitempty"`
	Team    []Member  `json:"team,omitempty"`

	// Tier and the two days repeat the newest steps of the history.
	Tier       int      `json:"tier,omitempty"` // 0 = in none
	TierSince  hub.Date `json:"tier_since,omitempty"`
	StateSince hub.Date `json:"state_since,omitempty"`

	Detail Detail `json:"-"`
}

// Detail is the inner layer: what is aimed at and how it stands.
type Detail struct {
	Goal       hub.Text            `json:"goal,omitzero"`
	Plan       hub.Text            `json:"plan,omitzero"`
	Milestones []Milestone         `json:"milestones,omitempty"`
	Risks      []Risk              `json:"risks,omitempty"`
	Decisions  []Decided           `json:"decisions,omitempty"`
	Evidence   map[string]Evidence `json:"evidence,omitempty"` // by the key of a tier's criterion
}

// Milestone is something to be reached by a day.
type Milestone struct {
	What string   `json:"what"`
	Due  hub.Date `json:"due,omitempty"`
	Done hub.Date `json:"done,omitempty"`
}

// Risk is what may go wrong and what is done against it.
type Risk struct {
	What    string `json:"what"`
	Measure string `json:"measure,omitempty"`
}

// Decided is something the partners settled.
type Decided struct {
	Date   hub.Date `json:"date,omitempty"`
	What   string   `json:"what"`
	Reason string   `json:"reason,omitempty"`
}

// Evidence says on what grounds a criterion is met.
type Evidence struct {
	Text string   `json:"text"`
	Date hub.Date `json:"date,omitempty"`
	By   string   `json:"by,omitempty"`
}

// Level gives the newest judgement on a scale; the zero value when there is none.
func (p *Project) Level(scale string) (out Level) {
	for _, l := range p.Levels {
		if l.Scale == scale && l.Date >= out.Date {
			out = l
		}
	}
	return out
}

// RecordKind is the word for it in the log.
func (p *Project) RecordKind() string { return Kind }

// Defaults fills in what a new project leaves open: it stays inside the hub.
func (p *Project) Defaults() {
	if p.State == "" {
		p.State = Concept
	}
	for _, s := range []*hub.Scope{&p.Scope, &p.NameScope, &p.DetailScope} {
		if *s == "" {
			*s = hub.HubOnly
		}
	}
}

// Steps are the states to which one may go.
func (p *Project) Steps(from catalogue.State) []catalogue.State { return steps[from] }

// Bounds of what a project holds.
const (
	mostRows = 60
	maxLine  = 500
)

// Check says what is wrong.
func (p *Project) Check() hub.Problems {
	f := p.CheckRecord(States)
	if p.Type != "" && !slices.Contains(Types, p.Type) {
		f.Add("type", "error.choose")
	}
	catalogue.CheckText(&f, "summary", p.Summary)
	catalogue.CheckText(&f, "goal", p.Detail.Goal)
	catalogue.CheckText(&f, "plan", p.Detail.Plan)
	catalogue.CheckDate(&f, "start", p.Start)
	catalogue.CheckDate(&f, "end", p.End)
	if p.Start != "" && p.End != "" && p.End < p.Start {
		f.Add("end", "project.error_end")
	}
	line := func(field string, all ...string) {
		for _, s := range all {
			if n := utf8.RuneCountInString(s); n > maxLine {
				f.Add(field, "error.too_long", "n", n, "limit", maxLine)
			}
		}
	}
	line("issues", p.Issues...)
	for _, l := range p.Levels {
		if l.Level < 1 || l.Level > 9 || !slices.Contains(Scales, l.Scale) {
			f.Add("level", "error.trl_range")
		}
		catalogue.CheckDate(&f, "date", l.Date)
		line("ground", l.Ground)
	}
	for _, x := range p.Lead {
		if !slices.Contains(PartnerRoles, x.Role) || x.Organisation == "" && x.Name == "" {
			f.Add("partner", "error.choose")
		}
		line("partner", x.Name)
	}
	for _, m := range p.Team {
		if !slices.Contains(MemberRoles, m.Role) || m.Person == "" {
			f.Add("person", "error.choose")
		}
	}
	d := &p.Detail
	for _, m := range d.Milestones {
		catalogue.CheckDate(&f, "due", m.Due)
		catalogue.CheckDate(&f, "due", m.Done)
		line("milestones", m.What)
	}
	for _, r := range d.Risks {
		line("risks", r.What, r.Measure)
	}
	for _, x := range d.Decisions {
		catalogue.CheckDate(&f, "decisions", x.Date)
		line("decisions", x.What, x.Reason)
	}
	if max(len(p.Lead), len(p.Team), len(p.Levels), len(d.Milestones), len(d.Risks), len(d.Decisions), len(p.Issues)) > mostRows {
		f.Add("title", "project.error_rows", "limit", mostRows)
	}
	return f
}

// People are those who stand in it.
func (p *Project) People() []hub.ID {
	out := []hub.ID{p.Owner}
	for _, m := range p.Team {
		out = append(out, m.Person)
	}
	return out
}

// HideName cuts out who takes part.
func (p *Project) HideName() {
	p.Organisation, p.Institution, p.Owner = "", "", ""
	p.Lead, p.Team = nil, nil
}

// HideDetail cuts the inner layer.
func (p *Project) HideDetail() { p.Detail = Detail{} }

// Inner is the inner layer.
func (p *Project) Inner() any { return &p.Detail }

// InnerEmpty reports whether nothing is written in it.
func (p *Project) InnerEmpty() bool {
	d := &p.Detail
	return d.Goal.Empty() && d.Plan.Empty() && len(d.Milestones)+len(d.Risks)+len(d.Decisions)+len(d.Evidence) == 0
}

// Settle keeps in an old version what the history alone may change.
func (p *Project) Settle(now *Project) {
	p.Tier, p.TierSince, p.StateSince, p.Origin = now.Tier, now.TierSince, now.StateSince, now.Origin
}
