package directory

import (
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// MembershipClass is the class of a membership.
type MembershipClass string

// The two classes of membership.
const (
	Participating MembershipClass = "participating" // 参画
	Cooperating   MembershipClass = "cooperating"   // 協力
)

// MembershipClasses lists them.
var MembershipClasses = []MembershipClass{Participating, Cooperating}

// MembershipState is how far it has come.
type MembershipState string

// The states of a membership. Leaving is told by the date alone.
const (
	Prospect   MembershipState = "prospect"   // 候補
	Approached MembershipState = "approached" // 打診
	Joined     MembershipState = "joined"     // 加入
	Paused     MembershipState = "paused"     // 休止
)

// MembershipStates lists them in their order.
var MembershipStates = []MembershipState{Prospect, Approached, Joined, Paused}

// Standing is what a membership is on a given day, for lists and counts: a class
// while it is in force, else one of the two below.
type Standing string

// Standings beside the two classes.
const (
	IsProspect Standing = "prospect" // 候補・打診: told to the area's staff alone
	IsFormer   Standing = "former"   // 脱退
)

// Standings lists them all in the order screens show them.
var Standings = []Standing{Standing(Participating), Standing(Cooperating), IsProspect, IsFormer}

// Membership is an organisation's place in an area. A change of class is the end
// of one membership and the beginning of another.
type Membership struct {
	ID           hub.ID          `json:"id"`
	Area         hub.ID          `json:"area"`
	Organisation hub.ID          `json:"organisation"`
	State        MembershipState `json:"state"`              // "" means Joined with a first day, else Prospect
	Class        MembershipClass `json:"class,omitempty"`    // needed once joined
	Category     string          `json:"category,omitempty"` // the area's own word; "" = the organisation's kind
	Joined       hub.Date        `json:"joined,omitempty"`   // first day
	Left         hub.Date        `json:"left,omitempty"`     // last day
	Remark       string          `json:"remark,omitempty"`   // of the area's staff, for them alone
	Version      int             `json:"-"`
	Created      time.Time       `json:"-"`
	Updated      time.Time       `json:"-"`
}

// On gives the membership's standing on a day.
func (m Membership) On(day hub.Date) Standing {
	switch {
	case m.Joined == "" || m.Joined > day:
		return IsProspect
	case m.Left != "" && m.Left < day:
		return IsFormer
	}
	return Standing(m.Class)
}

// InForce reports whether the organisation is a member on a day; a paused
// membership still is one.
func (m Membership) InForce(day hub.Date) bool {
	s := m.On(day)
	return s != IsProspect && s != IsFormer
}

func (m *Membership) check() hub.Problems {
	var p hub.Problems
	if m.State == "" {
		m.State = Prospect
		if m.Joined != "" {
			m.State = Joined
		}
	}
	if !slices.Contains(MembershipStates, m.State) {
		p.Add("state", "error.choose")
	}
	for field, d := range map[string]hub.Date{"joined": m.Joined, "left": m.Left} {
		if _, err := hub.ParseDate(string(d)); err != nil {
			p.Add(field, "error.date", "value", string(d))
		}
	}
	member := m.State == Joined || m.State == Paused
	switch {
	case member && m.Joined == "":
		p.Add("joined", "directory.error_joined")
	case !member && m.Joined != "":
		p.Add("state", "directory.error_state_joined")
	case m.Left != "" && m.Left < m.Joined:
		p.Add("left", "directory.error_left")
	}
	if m.Class != "" && !slices.Contains(MembershipClasses, m.Class) || member && m.Class == "" {
		p.Add("class", "error.choose")
	}
	checkText(&p, "category", m.Category, 50)
	checkText(&p, "remark", m.Remark, MaxText)
	return p
}

// overlaps reports whether two memberships are in force on a common day.
func (m Membership) overlaps(n Membership) bool {
	return m.Joined != "" && n.Joined != "" && (m.Left == "" || n.Joined <= m.Left) && (n.Left == "" || m.Joined <= n.Left)
}
