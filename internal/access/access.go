// Package access says who may do what with a record. It is pure: it looks at an
// actor and at what a record says of itself, and at nothing else.
//
// There is one rule, told three times so that every channel can use it where it
// works: Can answers for one loaded record, Scope compiles to an SQL condition,
// Readers and Tokens let an index in memory decide inside its scoring loop. The
// tests hold the three against each other and against docs/access.tsv, which is
// the rule as an office reads it. Nothing may be shown by any other reasoning.
package access

import (
	"slices"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Action is what an actor wants to do with a record.
type Action int

// The actions. SeeName is reading the organisation's name, SeeDetail reading the
// detail layer; both need See as well. Narrowing a record's scope is an Edit,
// widening it is a Publish. Export means taking the record out in a list.
const (
	See Action = iota
	SeeName
	SeeDetail
	Edit
	Publish
	Export
)

// Actions lists them all.
var Actions = []Action{See, SeeName, SeeDetail, Edit, Publish, Export}

// Resource is what a record says of itself. A table of protected records has a
// column for each: id, area_id, scope, name_scope, detail_scope,
// organisation_id, owner_id and coordinator_id; Named comes from access_grant.
type Resource struct {
	ID           hub.ID
	Area         hub.ID
	Scope        hub.Scope // of the summary layer
	NameScope    hub.Scope // of the organisation's name
	DetailScope  hub.Scope // of the detail layer
	Organisation hub.ID    // the record's own institution; may be empty
	Owner        hub.ID    // a person: the researcher or asker; may be empty
	Coordinator  hub.ID    // a person: who tends the record; may be empty
	Named        []hub.ID  // persons with a grant in force
}

// relation is how an actor stands to a record; several may hold at once.
type relation uint

const (
	member      relation = 1 << iota // holds any role in the area
	staff                            // is one of the hub's own people in the area
	institution                      // belongs to the record's institution
	desk                             // answers for the record's institution
	owner
	coordinator
	named
	linked // came by a link made for this record
)

const mine = owner | coordinator | named

// allowed[action][scope] holds the relations of which one is enough, where
// scope is that of the layer in question. Scope public is open to everyone
// where everyone is said.
var allowed = map[Action]map[hub.Scope]relation{
	See: {
		hub.Public:  everyone,
		hub.Members: member | staff | institution | desk | mine | linked,
		hub.HubOnly: staff | institution | desk | mine | linked,
		hub.Case:    mine | linked,
		hub.Sealed:  owner | desk | named,
	},
	SeeName:   layer,
	SeeDetail: layer,
	Edit: {
		hub.Public:  staff | desk | owner | coordinator,
		hub.Members: staff | desk | owner | coordinator,
		hub.HubOnly: staff | desk | owner | coordinator,
		hub.Case:    owner | coordinator,
		hub.Sealed:  owner | desk,
	},
	Publish: {
		hub.Public:  staff | desk | coordinator,
		hub.Members: staff | desk | coordinator,
		hub.HubOnly: staff | desk | coordinator,
		hub.Case:    owner | coordinator,
		hub.Sealed:  owner | desk,
	},
	Export: {
		hub.Public:  everyone,
		hub.Members: member | staff | institution | desk | mine,
		hub.HubOnly: staff | institution | desk | mine,
		hub.Case:    mine,
		hub.Sealed:  0,
	},
}

// everyone stands for no relation needed.
const everyone relation = 1 << 31

// layer is the rule for the inner layers. A link opens the summary only: what a
// purpose needs beyond that, its service gives.
var layer = map[hub.Scope]relation{
	hub.Public:  everyone,
	hub.Members: member | staff | institution | desk | mine,
	hub.HubOnly: staff | institution | desk | mine,
	hub.Case:    mine,
	hub.Sealed:  owner | desk | named,
}

// Can reports whether the actor may do action with r. The system may do
// everything but Export, for it keeps and never gives.
func Can(a hub.Actor, action Action, r Resource) bool {
	if a.Kind == hub.System {
		return action != Export
	}
	// Who looks through another's eyes sees nothing sealed: that is for its people
	// alone, whoever administers them.
	if a.Borrowed() && (r.Scope == hub.Sealed || scopeFor(action, r) == hub.Sealed) {
		return false
	}
	have := relationOf(a, r)
	return pass(have, allowed[action][scopeFor(action, r)]) &&
		(action == See || pass(have, allowed[See][r.Scope]))
}

func pass(have, need relation) bool { return need&everyone != 0 || have&need != 0 }

func scopeFor(action Action, r Resource) hub.Scope {
	switch action {
	case SeeName:
		return r.NameScope
	case SeeDetail:
		return r.DetailScope
	}
	return r.Scope
}

func relationOf(a hub.Actor, r Resource) (rel relation) {
	for _, x := range a.Roles {
		if x.Area != r.Area || r.Area == "" {
			continue
		}
		if x.Role.Staff() {
			rel |= staff | member
		}
		if x.Role.Member() {
			rel |= member
		}
	}
	for _, x := range a.Affiliations {
		if r.Organisation != "" && x.Organisation == r.Organisation {
			rel |= institution
			if x.Desk {
				rel |= desk
			}
		}
	}
	for _, p := range a.Persons {
		if p == "" {
			continue
		}
		if p == r.Owner {
			rel |= owner
		}
		if p == r.Coordinator {
			rel |= coordinator
		}
		if slices.Contains(r.Named, p) {
			rel |= named
		}
	}
	if a.Kind == hub.LinkHolder && a.Link.Record == r.ID && r.ID != "" {
		rel |= linked
	}
	return rel
}
