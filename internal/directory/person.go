package directory

import (
	"slices"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// PersonKind says in what part a person meets the hub. It grants nothing: roles
// are given to accounts.
type PersonKind string

// The kinds of person; "" is not said.
const (
	Coordinator PersonKind = "coordinator" // コーディネーター・URA
	Researcher  PersonKind = "researcher"  // 研究者
	OfficeStaff PersonKind = "office"      // 事務
	FromCompany PersonKind = "company"     // 企業
	FromPublic  PersonKind = "public"      // 自治体・NPO
	FromFinance PersonKind = "finance"     // 金融
	Expert      PersonKind = "expert"      // 専門家
	OtherPerson PersonKind = "other"       // その他
)

// PersonKinds lists them in the order screens show them.
var PersonKinds = []PersonKind{Coordinator, Researcher, OfficeStaff, FromCompany, FromPublic, FromFinance, Expert, OtherPerson}

// Affiliation is where a person belongs or belonged.
type Affiliation struct {
	Organisation hub.ID   `json:"organisation,omitempty"` // "" when it is not in the directory
	Name         string   `json:"name,omitempty"`         // the organisation as it was written; filled in from the directory when empty
	Department   string   `json:"department,omitempty"`
	Title        hub.Text `json:"title,omitzero"`
	From         hub.Date `json:"from,omitempty"`
	Until        hub.Date `json:"until,omitempty"` // last day; "" while it lasts
}

// On reports whether the affiliation is in force on a day.
func (f Affiliation) On(day hub.Date) bool {
	return f.From <= day && (f.Until == "" || f.Until >= day)
}

// Person is someone an area knows. Only the name is needed.
type Person struct {
	ID      hub.ID     `json:"id"`
	Area    hub.ID     `json:"area"`
	Kind    PersonKind `json:"kind,omitempty"`
	Scope   hub.Scope  `json:"scope"`             // "" means HubOnly
	Name    string     `json:"name"`              // as typed: 髙橋, 渡邉 stay
	Kana    string     `json:"kana,omitempty"`    // reading, full-width katakana, family name first
	English string     `json:"english,omitempty"` // as he writes it
	// Affiliations come newest first; the first in force is shown beside the name.
	Affiliations     []Affiliation `json:"affiliations,omitempty"`
	Expertise        hub.Text      `json:"expertise,omitzero"`    // 専門・得意分野
	Handles          hub.Text      `json:"handles,omitzero"`      // 扱える分野
	Achievements     hub.Text      `json:"achievements,omitzero"` // 実績
	ResearcherNumber string        `json:"researcher_number,omitempty"`
	ORCID            string        `json:"orcid,omitempty"`
	Website          string        `json:"website,omitempty"`
	Import           hub.ID        `json:"import,omitempty"`
	Sample           bool          `json:"sample,omitempty"`
	Withdrawn        bool          `json:"withdrawn,omitempty"`
	MergedInto       hub.ID        `json:"merged_into,omitempty"`
	// Remark is the area staff's own note, read by them alone.
	Remark  string    `json:"remark,omitempty"`
	Version int       `json:"-"`
	Created time.Time `json:"-"`
	Updated time.Time `json:"-"`

	organisation hub.ID // of the affiliation that was first in force when it was saved
}

// Access is what the record says of itself: its own institution is that of the
// first affiliation in force, its owner the person himself.
func (p *Person) Access() access.Resource {
	return access.Resource{
		ID: p.ID, Area: p.Area, Scope: p.Scope, NameScope: p.Scope, DetailScope: p.Scope,
		Organisation: p.organisation, Owner: p.ID,
	}
}

// Current gives the first affiliation in force on a day; ok is false when there
// is none.
func (p *Person) Current(day hub.Date) (f Affiliation, ok bool) {
	for _, f := range p.Affiliations {
		if f.On(day) {
			return f, true
		}
	}
	return Affiliation{}, false
}

func (p *Person) check() hub.Problems {
	var bad hub.Problems
	if p.Scope == "" {
		p.Scope = hub.HubOnly
	}
	if !p.Scope.Valid() {
		bad.Add("scope", "error.choose")
	}
	if p.Kind != "" && !slices.Contains(PersonKinds, p.Kind) {
		bad.Add("kind", "error.choose")
	}
	p.Name, p.English, p.Kana = strings.TrimSpace(p.Name), strings.TrimSpace(p.English), reading(p.Kana)
	if p.Name == "" {
		bad.Add("name", "directory.error_name")
	}
	if p.Area == "" {
		bad.Add("area", "error.choose")
	}
	trimText(&p.Expertise, &p.Handles, &p.Achievements)
	coded(&bad, "researcher_number", &p.ResearcherNumber, ResearcherNumber, "directory.error_researcher_number")
	coded(&bad, "orcid", &p.ORCID, ORCID, "directory.error_orcid")
	website(&bad, "website", &p.Website)
	p.Affiliations = slices.DeleteFunc(p.Affiliations, func(f Affiliation) bool {
		return f.Organisation == "" && strings.TrimSpace(f.Name+f.Department+f.Title.JA+f.Title.EN) == ""
	})
	for i := range p.Affiliations {
		f := &p.Affiliations[i]
		trimText(&f.Title)
		f.Name, f.Department = strings.TrimSpace(f.Name), strings.TrimSpace(f.Department)
		for field, d := range map[string]hub.Date{"from": f.From, "until": f.Until} {
			if _, err := hub.ParseDate(string(d)); err != nil {
				bad.Add("affiliation."+field, "error.date", "value", string(d))
			}
		}
		if f.Until != "" && f.Until < f.From {
			bad.Add("affiliation.until", "directory.error_until")
		}
		checkText(&bad, "affiliation.name", f.Name, MaxName)
		checkText(&bad, "affiliation.department", f.Department, MaxName)
		checkText(&bad, "affiliation.title", f.Title.JA+f.Title.EN, MaxName)
	}
	for field, s := range map[string]string{"name": p.Name, "english": p.English, "kana": p.Kana} {
		checkText(&bad, field, s, MaxName)
	}
	for field, s := range map[string]string{
		"expertise.ja": p.Expertise.JA, "expertise.en": p.Expertise.EN, "handles.ja": p.Handles.JA, "handles.en": p.Handles.EN,
		"achievements.ja": p.Achievements.JA, "achievements.en": p.Achievements.EN, "remark": p.Remark,
	} {
		checkText(&bad, field, s, MaxText)
	}
	return bad
}

// names are all the names under which the person is found.
func (p *Person) names() []string {
	var out []string
	for _, n := range []string{p.Name, p.Kana, p.English} {
		if n != "" {
			out = append(out, n)
		}
	}
	return out
}

func (p *Person) sortKey() string { return japanese.SortKey(firstOf(p.Kana, p.Name)) }

func (p *Person) searchKey() string {
	parts := append(p.names(), personVariants.Replace(p.Name), japanese.Hiragana(p.Kana), p.ResearcherNumber, p.ORCID,
		p.Expertise.JA, p.Expertise.EN, p.Handles.JA, p.Handles.EN, p.Achievements.JA, p.Achievements.EN)
	for _, f := range p.Affiliations {
		parts = append(parts, f.Name, f.Department, f.Title.JA, f.Title.EN)
	}
	return searchKey(parts...)
}

// personFields is organisationFields for a person. The remark is not told of.
func personFields(before, after Person) []string {
	var out []string
	differ := func(field string, different bool) {
		if different {
			out = append(out, field)
		}
	}
	differ("name", before.Name != after.Name || before.English != after.English)
	differ("kana", before.Kana != after.Kana)
	differ("person_kind", before.Kind != after.Kind)
	differ("scope", before.Scope != after.Scope)
	differ("affiliations", !slices.Equal(before.Affiliations, after.Affiliations))
	differ("expertise", before.Expertise != after.Expertise)
	differ("handles", before.Handles != after.Handles)
	differ("achievements", before.Achievements != after.Achievements)
	differ("researcher_number", before.ResearcherNumber != after.ResearcherNumber)
	differ("orcid", before.ORCID != after.ORCID)
	differ("website", before.Website != after.Website)
	return out
}
