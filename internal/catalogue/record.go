// Package catalogue keeps what a hub brings together: research seeds on one
// side, company needs and regional challenges on the other.
//
// Every record has two layers. The summary may become public; the detail has a
// scope of its own and its opening is logged and shown to the owner. The name of
// the organisation behind a record has a third scope. What an actor may not see
// is cut out here, before a record leaves the room.
//
// The room never matches, mails or renders; see match, notify and web.
package catalogue

import (
	"time"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// State is where a record stands. Seeds and needs have states of their own.
type State string

// Record is what seeds and needs have in common: whose it is, who may see it,
// and where it stands. It is embedded in both.
type Record struct {
	ID           hub.ID    `json:"id"`
	Area         hub.ID    `json:"area"`
	Organisation hub.ID    `json:"organisation,omitempty"` // in the directory; empty when not resolved
	Owner        hub.ID    `json:"owner,omitempty"`        // a person: leading researcher, or who asks
	Coordinator  hub.ID    `json:"coordinator,omitempty"`  // a person
	Scope        hub.Scope `json:"scope"`
	NameScope    hub.Scope `json:"name_scope"`
	DetailScope  hub.Scope `json:"detail_scope"`
	State        State     `json:"state"`
	Number       string    `json:"number,omitempty"` // in the register it came from
	Title        hub.Text  `json:"title"`
	Institution  string    `json:"institution,omitempty"` // as written in the source
	Fields       []string  `json:"fields,omitempty"`      // codes of Fields, or a label as typed
	Import       hub.ID    `json:"import,omitempty"`
	Sample       bool      `json:"sample,omitempty"`
	Withdrawn    bool      `json:"withdrawn,omitempty"`
	Version      int       `json:"version"` // counts changes from 1; a form carries it back
	Created      time.Time `json:"created"`
	Updated      time.Time `json:"updated"`

	named []hub.ID // persons with a grant; loaded for records narrower than public
}

// Access gives what package access asks of a record.
func (r *Record) Access() access.Resource {
	return access.Resource{
		ID: r.ID, Area: r.Area, Scope: r.Scope, NameScope: r.NameScope, DetailScope: r.DetailScope,
		Organisation: r.Organisation, Owner: r.Owner, Coordinator: r.Coordinator, Named: r.named,
	}
}

// base lets generic code reach the embedded record.
func (r *Record) base() *Record { return r }

// View is a record as one actor may see it, with what he may do.
type View[T any] struct {
	Entry     T    // without the name or the detail where those may not be seen
	Name      bool // the organisation's name is in it
	Detail    bool // the detail may be opened
	HasDetail bool // a detail is written; false when it may not be opened
	Edit      bool
	Publish   bool
}

// Fields are the codes of the fields (分野) that Kyoten knows, in the order lists
// show them. i18n has a word for each under "field.CODE".
var Fields = []string{
	"agriculture", "food", "fisheries", "forestry", "environment", "energy", "snow", "disaster", "construction",
	"mobility", "logistics", "materials", "manufacturing", "electronics", "sensing_ai", "it", "medical", "care", "biotech",
	"textile", "craft", "tourism", "culture", "humanities", "economy", "law", "administration", "education", "space",
}

// Forms are the codes of the forms of cooperation (連携形態), worded under
// "form.CODE".
var Forms = []string{
	"technical_consultation", "academic_consulting", "commissioned_research", "joint_research",
	"joint_research_chair", "licence", "material_transfer", "field_trial", "equipment_use", "human_resources",
}
