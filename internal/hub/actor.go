package hub

// ActorKind says what kind of party acts.
type ActorKind string

// The kinds of actor. A stranger has not signed in. A user has. A link holder
// came by an unguessable link made for one record and one purpose. The system
// maintains (indexes, expires, reminds) and never renders text for a person.
const (
	Stranger   ActorKind = ""
	User       ActorKind = "user"
	LinkHolder ActorKind = "link"
	System     ActorKind = "system"
)

// Role is what a person does in an area. Roles are given with dates; an Actor
// carries those in force when the request began.
type Role string

// The roles of DOMAIN vocabulary. ProgrammeOfficer is held on a programme,
// Administrator on the installation, all others on an area.
const (
	Chief             Role = "chief"              // 総括エリアコーディネーター
	Deputy            Role = "deputy"             // 副総括
	SeniorCoordinator Role = "senior_coordinator" // 上級エリアコーディネーター
	Coordinator       Role = "coordinator"        // コーディネーター
	Office            Role = "office"             // 事務局
	Researcher        Role = "researcher"         // 研究者
	Company           Role = "company"            // 企業
	Municipality      Role = "municipality"       // 自治体・NPO
	Finance           Role = "finance"            // 金融機関
	ProgrammeOfficer  Role = "programme_officer"  // 所管官庁の担当官
	Administrator     Role = "administrator"      // システム管理者
)

// Roles lists every role in the order screens show them.
var Roles = []Role{
	Chief, Deputy, SeniorCoordinator, Coordinator, Office, Researcher, Company,
	Municipality, Finance, ProgrammeOfficer, Administrator,
}

// Staff reports whether the role belongs to the hub's own people: those who
// carry cases for the whole area.
func (r Role) Staff() bool {
	switch r {
	case Chief, Deputy, SeniorCoordinator, Coordinator, Office:
		return true
	}
	return false
}

// Member reports whether the role is held by someone from a participating or
// cooperating organisation rather than by the hub itself.
func (r Role) Member() bool {
	switch r {
	case Researcher, Company, Municipality, Finance:
		return true
	}
	return false
}

// RoleIn is one role in force. Area is empty for a programme officer, who holds
// Programme instead, and for an administrator, who holds neither.
type RoleIn struct {
	Role      Role
	Area      ID
	Programme ID
}

// Affiliation ties the actor to an organisation. Desk marks the people who
// answer for the institution (担当窓口).
type Affiliation struct {
	Organisation ID
	Desk         bool
}

// Link is what an unguessable link allows: one purpose on one record.
type Link struct {
	ID      ID
	Record  ID
	Purpose string
}

// Actor is the party on whose behalf something happens. The zero value is a
// stranger. It is a snapshot: roles that end during a request still hold in it.
type Actor struct {
	Kind         ActorKind
	User         ID     // the account; empty for strangers, links and the system
	Name         string // as shown to colleagues
	Roles        []RoleIn
	Persons      []ID // the directory's records of this person, one per area at most
	Affiliations []Affiliation
	Link         Link
	// Behind is the account that looks through this actor's eyes; empty when the
	// actor is itself. Such an actor reads what is not sealed and changes nothing,
	// and the log names who is behind.
	Behind ID
}

// Borrowed reports whether somebody else looks through the actor's eyes.
func (a Actor) Borrowed() bool { return a.Behind != "" }

// SystemActor is the program itself.
var SystemActor = Actor{Kind: System, Name: "system"}

// Has reports whether the actor holds role in area.
func (a Actor) Has(role Role, area ID) bool {
	for _, r := range a.Roles {
		if r.Role == role && r.Area == area {
			return true
		}
	}
	return false
}

// StaffOf reports whether the actor is one of the hub's own people in area.
func (a Actor) StaffOf(area ID) bool {
	for _, r := range a.Roles {
		if r.Area == area && r.Role.Staff() {
			return true
		}
	}
	return false
}

// IsAdministrator reports whether the actor administers the installation.
func (a Actor) IsAdministrator() bool {
	for _, r := range a.Roles {
		if r.Role == Administrator {
			return true
		}
	}
	return false
}

// Areas lists, once each and in the order of Roles, the areas in which the
// actor holds a role that satisfies ok.
func (a Actor) Areas(ok func(Role) bool) []ID {
	var out []ID
	seen := map[ID]bool{}
	for _, r := range a.Roles {
		if r.Area != "" && ok(r.Role) && !seen[r.Area] {
			seen[r.Area] = true
			out = append(out, r.Area)
		}
	}
	return out
}
