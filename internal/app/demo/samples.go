// Package demo holds the sample hub that `kyoten demo` starts with: one
// programme, three areas, and the organisations, people, research seeds, needs
// and activity records in them, in Japanese and English.
//
// Everything here is invented. No organisation, person, patent number or
// address exists, and whoever loads the samples marks each record as one.
// The package only reads its embedded files and checks that they fit together;
// it never writes to a database and knows no service.
//
// Records name each other by short keys ("seed-017", "org-05"), which the loader
// of the samples maps to the identifiers it receives. Days are counted from the
// day the samples are loaded, so a sample hub never looks abandoned: negative is
// past. Facts that do not age with the hub (a membership's first day, the date
// of a readiness level) are calendar dates.
package demo

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

//go:embed *.json
var files embed.FS

// Samples is the whole sample hub.
type Samples struct {
	Programme     Programme
	Areas         []Area
	Fields        []Field
	Organisations []Organisation
	Memberships   []Membership
	People        []Person
	Seeds         []Seed
	Needs         []Need
	Activities    []Activity
	Projects      []Project
	Answers       []Answer
}

// Programme groups the areas.
type Programme struct {
	Key  string   `json:"key"`
	Name hub.Text `json:"name"`
}

// Area is one innovation area. Support is the organisation that runs its
// secretariat (創出エリア支援機関).
type Area struct {
	Key         string        `json:"key"` // also its slug: north, kansai, hokuriku
	Name        hub.Text      `json:"name"`
	Vision      hub.Text      `json:"vision"`
	Support     string        `json:"support"`
	Prefectures []string      `json:"prefectures"` // JIS X 0401, two digits
	Issues      []hub.Text    `json:"issues"`      // material issues (重要課題)
	Tiers       []TierExample `json:"tiers"`
}

// TierExample is a support stage of an area; 1 is the most advanced. The real
// programme has published no wording below Tier 1, so these are samples.
type TierExample struct {
	Tier  int      `json:"tier"`
	Label hub.Text `json:"label"`
}

// Field is a subject (分野) that seeds and needs name by key.
type Field struct {
	Key  string   `json:"key"`
	Name hub.Text `json:"name"`
}

// Organisation is a university, firm, municipality or other body.
type Organisation struct {
	Key        string           `json:"key"`
	Kind       OrganisationKind `json:"kind"`
	Prefecture string           `json:"prefecture"` // JIS X 0401, two digits
	Name       hub.Text         `json:"name"`
	Kana       string           `json:"kana"` // hiragana
	About      hub.Text         `json:"about"`
}

// OrganisationKind says what sort of body an organisation is.
type OrganisationKind string

// The kinds of organisation.
const (
	University   OrganisationKind = "university"
	Kosen        OrganisationKind = "kosen"         // 高専
	PublicLab    OrganisationKind = "public_lab"    // 公設試・国研
	LargeCompany OrganisationKind = "company_large" // 大企業
	SME          OrganisationKind = "company_sme"   // 中小企業
	Startup      OrganisationKind = "startup"
	Municipality OrganisationKind = "municipality"
	EconomicBody OrganisationKind = "economic_body" // 経済団体
	Bank         OrganisationKind = "bank"          // 銀行・信用金庫
	VC           OrganisationKind = "vc"
	SupportBody  OrganisationKind = "support_body" // 支援機関
	NPO          OrganisationKind = "npo"
)

// OrganisationKinds lists them in the order screens show them.
var OrganisationKinds = []OrganisationKind{
	University, Kosen, PublicLab, LargeCompany, SME, Startup, Municipality,
	EconomicBody, Bank, VC, SupportBody, NPO,
}

// Membership is an organisation's place in an area. Left is "" while it lasts.
type Membership struct {
	Area         string         `json:"area"`
	Organisation string         `json:"organisation"`
	Kind         MembershipKind `json:"kind"`
	Joined       hub.Date       `json:"joined"`
	Left         hub.Date       `json:"left,omitempty"`
}

// MembershipKind is the class of a membership.
type MembershipKind string

// The two classes of membership.
const (
	Participating MembershipKind = "participating" // 参画
	Cooperating   MembershipKind = "cooperating"   // 協力
)

// Person is someone with a role. Area and Organisation are empty for the
// programme officer, whose role is on the programme.
type Person struct {
	Key          string   `json:"key"`
	Name         hub.Text `json:"name"`
	Kana         string   `json:"kana"` // hiragana, family name first
	Role         hub.Role `json:"role"`
	Area         string   `json:"area,omitempty"`
	Since        hub.Date `json:"since"` // first day of the role
	Organisation string   `json:"organisation,omitempty"`
	Position     hub.Text `json:"position"`
	Expertise    hub.Text `json:"expertise"`
	Email        string   `json:"email"`
}

// Seed is a research seed with its public part and its detail part.
type Seed struct {
	Key          string    `json:"key"`
	Area         string    `json:"area"`
	Title        hub.Text  `json:"title"`      // 題目
	Summary      hub.Text  `json:"summary"`    // 概要
	Comparison   hub.Text  `json:"comparison"` // 従来技術との比較・優位性
	Uses         hub.Text  `json:"uses"`       // 応用例・想定用途
	Issues       hub.Text  `json:"issues"`     // 実用化に向けた課題
	Keywords     Keywords  `json:"keywords"`
	Fields       []string  `json:"fields"` // keys of Field, most fitting first
	TRL          TRL       `json:"trl"`
	IP           []IP      `json:"ip"`
	Forms        []Form    `json:"forms"`         // 希望する連携形態
	Budget       hub.Money `json:"budget"`        // wished for, whole period
	PeriodMonths int       `json:"period_months"` // wished for; 0 when open
	Organisation string    `json:"organisation"`
	Researchers  []string  `json:"researchers"` // keys of Person
	Coordinator  string    `json:"coordinator"`
	Remark       hub.Text  `json:"remark"` // コーディネーターの一言
	Detail       hub.Text  `json:"detail"` // the non-public part: figures, unpublished know-how
	Scope        hub.Scope `json:"scope"`
	DetailScope  hub.Scope `json:"detail_scope"` // never wider than Scope
	State        SeedState `json:"state"`
	// ConfirmedInDays is when the researcher last confirmed the text; nil when never.
	ConfirmedInDays *int `json:"confirmed_in_days,omitempty"`
}

// Keywords are the search words a seed's authors gave.
type Keywords struct {
	JA []string `json:"ja"`
	EN []string `json:"en"`
}

// TRL is a technology readiness level, 1–9, with the date and ground of the
// judgement.
type TRL struct {
	Level  int      `json:"level"`
	Date   hub.Date `json:"date"`
	Ground hub.Text `json:"ground"`
}

// IP is one right or filing. Numbers are invented and lie outside the ranges
// that the patent office has issued. Filing is "" where the word means nothing,
// as for know-how.
type IP struct {
	Kind   string `json:"kind"`   // patent, design, copyright, plant_variety, know_how
	Status string `json:"status"` // disclosed (発明届出), filed, published, registered; "" for know-how
	Number string `json:"number,omitempty"`
	Filing string `json:"filing,omitempty"` // sole 単願, joint 共願
}

// Form is a form of collaboration.
type Form string

// The forms of collaboration that seeds ask for.
const (
	JointResearch         Form = "joint_research"         // 共同研究
	CommissionedResearch  Form = "commissioned_research"  // 受託研究
	AcademicConsulting    Form = "academic_consulting"    // 学術指導
	Licence               Form = "licence"                // 実施許諾
	TechnicalConsultation Form = "technical_consultation" // 技術相談
	FieldTrial            Form = "field_trial"            // 実証試験
	MaterialTransfer      Form = "material_transfer"      // 成果有体物提供
	JointChair            Form = "joint_chair"            // 共同研究講座
)

// Forms lists them in the order screens show them.
var Forms = []Form{
	TechnicalConsultation, AcademicConsulting, CommissionedResearch,
	JointResearch, JointChair, FieldTrial, MaterialTransfer, Licence,
}

// SeedState is where a seed stands in its life. A seed in state Published is
// released within its scope, which need not be public.
type SeedState string

// The states of a seed.
const (
	Draft              SeedState = "draft"               // 下書き
	AwaitingResearcher SeedState = "awaiting_researcher" // 研究者確認待ち
	Published          SeedState = "public"              // 公開
	NeedsUpdate        SeedState = "needs_update"        // 要更新
	Paused             SeedState = "paused"              // 休止
	Closed             SeedState = "closed"              // 終了
)

// SeedStates lists them in the order of a seed's life.
var SeedStates = []SeedState{Draft, AwaitingResearcher, Published, NeedsUpdate, Paused, Closed}

// Need is a company's need or a regional challenge.
type Need struct {
	Key      string   `json:"key"`
	Area     string   `json:"area"`
	Kind     string   `json:"kind"` // company 企業ニーズ, regional 地域課題
	Title    hub.Text `json:"title"`
	OwnWords hub.Text `json:"own_words"` // the asker's own words, untouched
	// Restated is the coordinator's reading, empty until the hearing.
	Restated       Restated  `json:"restated,omitzero"`
	PublicVersion  hub.Text  `json:"public_version,omitzero"` // without names of firms, people and places
	Fields         []string  `json:"fields"`
	Budget         hub.Money `json:"budget"`
	DeadlineInDays *int      `json:"deadline_in_days,omitempty"` // nil when open
	ReceivedInDays int       `json:"received_in_days"`
	Organisation   string    `json:"organisation"`
	Asker          string    `json:"asker,omitempty"` // key of Person, when there is a record of him
	Coordinator    string    `json:"coordinator"`
	Scope          hub.Scope `json:"scope"`
	NameScope      hub.Scope `json:"name_scope"` // of the organisation's name
	State          NeedState `json:"state"`
	DeclineReason  hub.Text  `json:"decline_reason,omitzero"` // only when declined: reason and alternative
}

// Restated is the coordinator's restatement of a need. Parts not known are empty.
type Restated struct {
	Problem        hub.Text `json:"problem,omitzero"`
	Conditions     hub.Text `json:"conditions,omitzero"`
	Constraints    hub.Text `json:"constraints,omitzero"`
	Tried          hub.Text `json:"tried,omitzero"`
	Place          hub.Text `json:"place,omitzero"`
	PeopleAffected hub.Text `json:"people_affected,omitzero"`
}

// NeedState is where a need stands.
type NeedState string

// The states of a need.
const (
	Received  NeedState = "received"  // 受付
	Hearing   NeedState = "hearing"   // ヒアリング中
	Clarified NeedState = "clarified" // 整理済
	Searching NeedState = "searching" // 探索中
	Proposing NeedState = "proposing" // 提案中
	Solved    NeedState = "solved"    // 解決
	Declined  NeedState = "declined"  // 見送り
)

// NeedStates lists them in the order of a need's life.
var NeedStates = []NeedState{Received, Hearing, Clarified, Searching, Proposing, Solved, Declined}

// Activity is one dated line of a coordinator's work.
type Activity struct {
	Key           string    `json:"key"`
	Area          string    `json:"area"`
	InDays        int       `json:"in_days"` // when it happened
	Kind          string    `json:"kind"`    // visit, meeting, phone, mail, conference
	Summary       hub.Text  `json:"summary"`
	Seeds         []string  `json:"seeds,omitempty"`
	Needs         []string  `json:"needs,omitempty"`
	Organisations []string  `json:"organisations,omitempty"`
	People        []string  `json:"people,omitempty"`
	By            string    `json:"by"` // key of Person
	Minutes       int       `json:"minutes"`
	Scope         hub.Scope `json:"scope"`
	// The next action agreed then, with who does it and by when; empty when none was.
	NextAction hub.Text `json:"next_action,omitzero"`
	Owner      string   `json:"owner,omitempty"`
	DueInDays  *int     `json:"due_in_days,omitempty"`
	DoneInDays *int     `json:"done_in_days,omitempty"` // nil while the action is open
}

// Answer says which seeds are right for a need, for judging the matching.
type Answer struct {
	Need  string      `json:"need"`
	Class AnswerClass `json:"class"`
	Seeds []Graded    `json:"seeds"`
	Why   hub.Text    `json:"why"`
}

// AnswerClass tells what makes a need easy or hard.
type AnswerClass string

// The classes: Plain needs share words with their seed; a Gap need shares no
// content word with the title of its seed; a None need has no right seed.
const (
	Plain AnswerClass = "plain"
	Gap   AnswerClass = "gap"
	None  AnswerClass = "none"
)

// Graded is a right seed: grade 2 answers the need, grade 1 helps with a part.
type Graded struct {
	Seed  string `json:"seed"`
	Grade int    `json:"grade"`
}

// Load reads the embedded samples. An error means that the files were damaged
// when they were edited: an unknown field, or a key that leads nowhere.
func Load() (Samples, error) {
	var s Samples
	var top struct {
		Programme Programme `json:"programme"`
		Areas     []Area    `json:"areas"`
		Fields    []Field   `json:"fields"`
	}
	err := read("programme.json", &top)
	s.Programme, s.Areas, s.Fields = top.Programme, top.Areas, top.Fields
	err = errors.Join(err,
		read("organisations.json", &s.Organisations),
		read("memberships.json", &s.Memberships),
		read("people.json", &s.People),
		read("activities.json", &s.Activities),
		read("projects.json", &s.Projects),
		read("answers.json", &s.Answers))
	for _, a := range s.Areas {
		var seeds []Seed
		var needs []Need
		err = errors.Join(err, read("seeds-"+a.Key+".json", &seeds), read("needs-"+a.Key+".json", &needs))
		s.Seeds = append(s.Seeds, seeds...)
		s.Needs = append(s.Needs, needs...)
	}
	if err = errors.Join(err, s.check()); err != nil {
		return Samples{}, err
	}
	return s, nil
}

func read(name string, to any) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%s: text after the end", name)
	}
	return nil
}
