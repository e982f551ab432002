package catalogue

import (
	"strings"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// The states of a seed, in their usual order.
const (
	SeedDraft    State = "draft"               // 下書き
	SeedAwaiting State = "awaiting_researcher" // 研究者確認待ち
	SeedPublic   State = "public"              // 公開
	SeedStale    State = "needs_update"        // 要更新
	SeedPaused   State = "paused"              // 休止
	SeedEnded    State = "ended"               // 終了
)

// SeedStates lists them in their usual order.
var SeedStates = []State{SeedDraft, SeedAwaiting, SeedPublic, SeedStale, SeedPaused, SeedEnded}

// seedSteps says to which states each may go.
var seedSteps = map[State][]State{
	SeedDraft:    {SeedAwaiting, SeedPublic, SeedEnded},
	SeedAwaiting: {SeedDraft, SeedPublic, SeedEnded},
	SeedPublic:   {SeedStale, SeedPaused, SeedEnded, SeedDraft},
	SeedStale:    {SeedPublic, SeedPaused, SeedEnded, SeedAwaiting},
	SeedPaused:   {SeedPublic, SeedEnded, SeedAwaiting},
	SeedEnded:    {SeedDraft},
}

// Seed is a research result with use potential (研究シーズ). A title alone makes a
// seed; Ready says what it lacks before a researcher is asked to confirm it.
type Seed struct {
	Record
	Summary      hub.Text     `json:"summary,omitzero"`      // 概要
	Advantage    hub.Text     `json:"advantage,omitzero"`    // 従来技術との比較・優位性
	Applications hub.Text     `json:"applications,omitzero"` // 応用例・想定用途
	Challenges   hub.Text     `json:"challenges,omitzero"`   // 実用化に向けた課題
	Keywords     Words        `json:"keywords,omitzero"`
	TRL          TRL          `json:"trl,omitzero"`
	IP           []IP         `json:"ip,omitempty"`
	Forms        []string     `json:"forms,omitempty"` // 希望する連携形態: codes of Forms, or as typed
	Budget       hub.Money    `json:"budget,omitzero"`
	Months       int          `json:"months,omitempty"` // desired period; 0 = not said
	Researchers  []Researcher `json:"researchers,omitempty"`
	Remark       hub.Text     `json:"remark,omitzero"` // コーディネーターの一言
	Category     string       `json:"category,omitempty"`
	Confirmed    hub.Date     `json:"confirmed,omitempty"` // by the researcher, last
	Gate         Gate         `json:"gate,omitzero"`
	Detail       hub.Text     `json:"-"` // the inner layer; empty until opened
}

// Words are keywords in both languages.
type Words struct {
	JA []string `json:"ja,omitempty"`
	EN []string `json:"en,omitempty"`
}

// In gives the words in lang, or in the other language when there are none.
func (w Words) In(lang hub.Lang) []string {
	if lang == hub.EN && len(w.EN) > 0 || len(w.JA) == 0 {
		return w.EN
	}
	return w.JA
}

// TRL is a technology readiness level with when and why it was judged. Level is
// 1 to 9; 0 = not judged.
type TRL struct {
	Level  int      `json:"level,omitempty"`
	Date   hub.Date `json:"date,omitempty"`
	Ground hub.Text `json:"ground,omitzero"`
}

// IP is one piece of intellectual property behind a seed.
type IP struct {
	Kind   string `json:"kind,omitempty"`   // patent, design, copyright, know_how, plant_variety
	Status string `json:"status,omitempty"` // planned, filed, published, registered, lapsed
	Number string `json:"number,omitempty"`
	Filing string `json:"filing,omitempty"` // sole 単願 or joint 共願
}

// Researcher is a person behind a seed: one in the directory, or a name only.
type Researcher struct {
	Person hub.ID `json:"person,omitempty"`
	Name   string `json:"name,omitempty"`
}

// Gate is the answer to the question asked before a seed goes beyond the hub:
// does it hold an invention for which no patent has been applied for?
type Gate struct {
	Answer string   `json:"answer,omitempty"` // "" not asked, GateNone, GateFiled or GateUnfiled
	Date   hub.Date `json:"date,omitempty"`
	By     string   `json:"by,omitempty"` // name of who answered
}

// The answers at the gate. GateUnfiled keeps the seed inside.
const (
	GateNone    = "none"
	GateFiled   = "filed"
	GateUnfiled = "unfiled"
)

func (s *Seed) keywords() *Words         { return &s.Keywords }
func (s *Seed) RecordKind() string       { return "seed" }
func (s *Seed) Steps(from State) []State { return seedSteps[from] }

func (s *Seed) Defaults() {
	if s.State == "" {
		s.State = SeedDraft
	}
	if s.Scope == "" {
		s.Scope = hub.HubOnly
	}
	if s.NameScope == "" {
		s.NameScope = hub.Public
	}
	if s.DetailScope == "" {
		s.DetailScope = hub.HubOnly
	}
}

// Ready says what a seed still lacks before its researcher is asked to confirm
// it; nil when nothing is lacking.
func (s *Seed) Ready() hub.Problems {
	var p hub.Problems
	lacking := func(field string, there bool) {
		if !there {
			p.Add(field, "error.lacking")
		}
	}
	lacking("title", !s.Title.Empty())
	lacking("summary", !s.Summary.Empty())
	lacking("applications", !s.Applications.Empty())
	lacking("fields", len(s.Fields) > 0)
	lacking("keywords", len(s.Keywords.JA)+len(s.Keywords.EN) > 0)
	lacking("researchers", s.Owner != "" || len(s.Researchers) > 0)
	return p
}

func (s *Seed) Check() hub.Problems {
	p := s.Record.CheckRecord(SeedStates)
	if s.TRL.Level < 0 || s.TRL.Level > 9 {
		p.Add("trl", "error.trl_range")
	}
	if s.Months < 0 || s.Months > 600 {
		p.Add("months", "error.months_range")
	}
	CheckDate(&p, "trl_date", s.TRL.Date)
	CheckMoney(&p, "budget", s.Budget)
	for field, t := range map[string]hub.Text{
		"summary": s.Summary, "advantage": s.Advantage, "applications": s.Applications,
		"challenges": s.Challenges, "remark": s.Remark, "detail": s.Detail,
	} {
		CheckText(&p, field, t)
	}
	return p
}

func (s *Seed) People() []hub.ID {
	out := []hub.ID{s.Owner}
	for _, r := range s.Researchers {
		out = append(out, r.Person)
	}
	return out
}

func (s *Seed) HideName() {
	s.Organisation, s.Institution, s.Owner, s.Researchers = "", "", "", nil
}

func (s *Seed) Inner() any       { return &s.Detail }
func (s *Seed) InnerEmpty() bool { return s.Detail.Empty() }
func (s *Seed) HideDetail()      { s.Detail = hub.Text{} }

const (
	maxTitle = 300    // characters
	maxText  = 20_000 // characters
)

// CheckRecord notes what is wrong with what every record has; states are those
// of its kind.
func (r *Record) CheckRecord(states []State) hub.Problems {
	var p hub.Problems
	if strings.TrimSpace(r.Title.JA) == "" && strings.TrimSpace(r.Title.EN) == "" {
		p.Add("title", "error.title_missing")
	}
	for _, t := range []string{r.Title.JA, r.Title.EN} {
		if n := utf8.RuneCountInString(t); n > maxTitle {
			p.Add("title", "error.too_long", "n", n, "limit", maxTitle)
		}
	}
	known := false
	for _, s := range states {
		known = known || s == r.State
	}
	if !known {
		p.Add("state", "error.state_unknown", "state", string(r.State))
	}
	for field, s := range map[string]hub.Scope{"scope": r.Scope, "name_scope": r.NameScope, "detail_scope": r.DetailScope} {
		if !s.Valid() {
			p.Add(field, "error.scope_unknown")
		}
	}
	return p
}

// CheckText notes a text that is too long or holds what no database keeps.
func CheckText(p *hub.Problems, field string, t hub.Text) {
	for _, s := range []string{t.JA, t.EN} {
		if n := utf8.RuneCountInString(s); n > maxText {
			p.Add(field, "error.too_long", "n", n, "limit", maxText)
		}
		if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
			p.Add(field, "error.nul")
		}
	}
}

// CheckDate notes a day that is none.
func CheckDate(p *hub.Problems, field string, d hub.Date) {
	if _, err := hub.ParseDate(string(d)); err != nil {
		p.Add(field, "error.date", "value", string(d))
	}
}

// CheckMoney notes a sum below zero.
func CheckMoney(p *hub.Problems, field string, m hub.Money) {
	if m.State == hub.Amount && m.Yen < 0 {
		p.Add(field, "error.amount_negative")
	}
}

// Settle keeps in an old version what only its own step may change.
func (s *Seed) Settle(now *Seed) { s.Gate = now.Gate }
