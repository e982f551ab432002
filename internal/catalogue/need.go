package catalogue

import "github.com/kyoten-hub/kyoten/internal/hub"

// The states of a need, in their usual order.
const (
	NeedReceived  State = "received"  // 受付
	NeedHearing   State = "hearing"   // ヒアリング中
	NeedSorted    State = "sorted"    // 整理済
	NeedSearching State = "searching" // 探索中
	NeedProposing State = "proposing" // 提案中
	NeedSolved    State = "solved"    // 解決
	NeedDropped   State = "dropped"   // 見送り
)

// NeedStates lists them in their usual order.
var NeedStates = []State{NeedReceived, NeedHearing, NeedSorted, NeedSearching, NeedProposing, NeedSolved, NeedDropped}

// Open reports whether a need still waits for something.
func (s State) Open() bool {
	switch s {
	case NeedSolved, NeedDropped, SeedEnded, SeedPaused:
		return false
	}
	return true
}

// The kinds of need.
const (
	CompanyNeed       = "company"  // 企業ニーズ
	RegionalChallenge = "regional" // 地域課題
)

// Need is what a company seeks or what troubles a place. What outsiders may
// read is the title and the anonymous version; the asker's own words and the
// coordinator's reading of them are the detail and are never mixed.
type Need struct {
	Record
	Kind         string     `json:"kind"`                 // CompanyNeed or RegionalChallenge
	Anonymous    hub.Text   `json:"anonymous,omitzero"`   // 匿名の公開文: no names, places or products
	Prefecture   string     `json:"prefecture,omitempty"` // JIS X 0401, two digits
	Municipality string     `json:"municipality,omitempty"`
	Affected     hub.Text   `json:"affected,omitzero"` // 影響を受ける人・場所
	Deadline     hub.Date   `json:"deadline,omitempty"`
	Budget       hub.Money  `json:"budget,omitzero"`
	Forms        []string   `json:"forms,omitempty"`
	Keywords     Words      `json:"keywords,omitzero"`
	TRLWish      int        `json:"trl_wish,omitempty"` // least readiness asked for; 0 = not said
	NDA          string     `json:"nda,omitempty"`      // "", wanted, not_needed
	Reason       string     `json:"reason,omitempty"`   // why it was dropped
	Detail       NeedDetail `json:"-"`
}

// NeedDetail is the inner layer of a need.
type NeedDetail struct {
	Words       hub.Text `json:"words,omitzero"`       // 本人の言葉
	Problem     hub.Text `json:"problem,omitzero"`     // 整理後の課題
	Background  hub.Text `json:"background,omitzero"`  // 背景
	Conditions  hub.Text `json:"conditions,omitzero"`  // 求める性能・条件
	Constraints hub.Text `json:"constraints,omitzero"` // 制約
	Tried       hub.Text `json:"tried,omitzero"`       // 試したこと
	Success     hub.Text `json:"success,omitzero"`     // どうなれば解決か
	View        hub.Text `json:"view,omitzero"`        // 担当者の見立て
	Contact     string   `json:"contact,omitempty"`
}

func (n *Need) keywords() *Words   { return &n.Keywords }
func (n *Need) RecordKind() string { return "need" }

// steps lets a need go anywhere: coordinators follow the talk, not a chart.
func (n *Need) Steps(State) []State { return NeedStates }

func (n *Need) Defaults() {
	if n.State == "" {
		n.State = NeedReceived
	}
	if n.Kind == "" {
		n.Kind = CompanyNeed
	}
	if n.Scope == "" {
		n.Scope = hub.HubOnly
	}
	if n.NameScope == "" {
		n.NameScope = hub.HubOnly
	}
	if n.DetailScope == "" {
		n.DetailScope = hub.HubOnly
	}
}

func (n *Need) Check() hub.Problems {
	p := n.Record.CheckRecord(NeedStates)
	if n.Kind != CompanyNeed && n.Kind != RegionalChallenge {
		p.Add("kind", "error.need_kind")
	}
	if n.State == NeedDropped && n.Reason == "" {
		p.Add("reason", "error.reason_missing")
	}
	if n.TRLWish < 0 || n.TRLWish > 9 {
		p.Add("trl_wish", "error.trl_range")
	}
	CheckDate(&p, "deadline", n.Deadline)
	CheckMoney(&p, "budget", n.Budget)
	d := &n.Detail
	for field, t := range map[string]hub.Text{
		"anonymous": n.Anonymous, "affected": n.Affected, "words": d.Words, "problem": d.Problem, "background": d.Background,
		"conditions": d.Conditions, "constraints": d.Constraints, "tried": d.Tried, "success": d.Success, "view": d.View,
	} {
		CheckText(&p, field, t)
	}
	return p
}

func (n *Need) People() []hub.ID { return []hub.ID{n.Owner} }
func (n *Need) HideName() {
	n.Organisation, n.Institution, n.Owner, n.Municipality = "", "", "", ""
	n.Detail.Contact = ""
}
func (n *Need) Inner() any       { return &n.Detail }
func (n *Need) InnerEmpty() bool { return n.Detail == NeedDetail{} }
func (n *Need) HideDetail()      { n.Detail = NeedDetail{} }

// Settle keeps in an old version what only its own step may change.
func (n *Need) Settle(now *Need) { n.Reason = now.Reason }
