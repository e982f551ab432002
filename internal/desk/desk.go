// Package desk is one person's work across all rooms: what waits for him, what
// he promised and by when, and what has changed since he looked.
//
// It owns no work. Every line of it belongs to another room, is asked of that
// room on the person's own behalf, and is done, put off or handed on through
// that room's rules; desk keeps only when somebody looked and what he put off.
// It must never show a line or a count that the room itself would not show, and
// its number of queries must not grow with the work.
package desk

import (
	"context"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/project"
)

// Service composes the day's work. It is safe for concurrent use.
type Service struct {
	notice    func(ctx context.Context, by hub.Actor, line, to hub.ID) error // nil tells nobody
	db        *db.DB
	clock     hub.Clock
	accounts  *account.Service
	lines     *activity.Service
	directory *directory.Service
	catalogue *catalogue.Service
	match     *match.Service
	projects  *project.Service // may be nil
	enquiry   *enquiry.Service // nil: there are none
	asked     chan hub.Actor   // whose candidates shall be found again
}

// Rooms are those that desk asks for open work.
type Rooms struct {
	Accounts  *account.Service
	Lines     *activity.Service
	Directory *directory.Service
	Catalogue *catalogue.Service
	Match     *match.Service
	Projects  *project.Service // nil where there are none
	Enquiry   *enquiry.Service // may be nil
}

// New gives the service over d.
func New(d *db.DB, clock hub.Clock, r Rooms) *Service {
	return &Service{
		db: d, clock: clock, accounts: r.Accounts, lines: r.Lines, directory: r.Directory, catalogue: r.Catalogue, match: r.Match, projects: r.Projects, enquiry: r.Enquiry,
		asked: make(chan hub.Actor, 64),
	}
}

// Kind says what sort of work a line is.
type Kind string

// The kinds of work.
const (
	Promise    Kind = "promise"    // a next action of the activity record
	Candidates Kind = "candidates" // candidates not looked at yet, of one need or seed
	Confirm    Kind = "confirm"    // a seed that its researcher shall confirm
	Unplanned  Kind = "unplanned"  // an open need about which nothing is planned
	Draft      Kind = "draft"      // a seed that is still a draft
	Answer     Kind = "answer"     // an enquiry to which an answer is promised
	Triage     Kind = "triage"     // an enquiry that nobody has yet
)

// Kinds lists them in the order of the page.
var Kinds = []Kind{Promise, Answer, Triage, Candidates, Confirm, Unplanned, Draft}

// Item is one line of work.
type Item struct {
	Kind Kind
	// Line is the activity line of a promise; "" for all else.
	Line hub.ID
	Area hub.ID
	// What is to be done, as its author wrote it; "" where the kind says it.
	What string
	Due  hub.Date
	// Who has promised it: an account, or for a record the person who tends it.
	Who string
	// Mine says that it is the reader's own promise or record.
	Mine bool
	// Record is what it is about; the zero value when the reader may not see it.
	Record Ref
	// Confined says that what stands here is for named parties only: a case or a
	// sealed record. It may be shown to the reader and goes into no mail.
	Confined bool
	N        int // candidates
	// Since is when the record was touched last; zero for promises.
	Since time.Time
	// MayPlan says that the reader may finish, put off and hand on the promise.
	MayPlan bool
}

// ID names the item among those of its kind.
func (i Item) ID() hub.ID {
	if i.Line != "" {
		return i.Line
	}
	return i.Record.ID
}

// Ref is a record as a list names it. Kind is the room's word for it: "seed",
// "need", "organisation", "person".
type Ref struct {
	Kind  string
	ID    hub.ID
	Title hub.Text
	State catalogue.State
	Scope hub.Scope
}

// Section is one part of the page. Total counts also what is not listed.
type Section struct {
	Items []Item
	Total int
}

// Change is what happened to one record since the reader looked: the newest line
// about it, and how many more there are.
type Change struct {
	Record   Ref
	Line     activity.Record
	More     int
	Confined bool
}

// Today is one person's work on one day.
type Today struct {
	Day   hub.Date
	Since time.Time // changes are those after this moment

	Overdue Section // own promises, and for those who lead an area also others'
	Due     Section // own promises due today
	Soon    Section // own promises of the seven days after, and those without a date

	Triage     Section // enquiries that nobody has yet, for those who lead an area
	Candidates Section
	Confirm    Section
	Unplanned  Section
	Drafts     Section

	Changes []Change

	// Leads says that overdue promises of others are listed too.
	Leads bool
}

// Waiting counts what is due or waits for the person: what the badge shows.
func (t Today) Waiting() int {
	return t.Overdue.Total + t.Due.Total + t.Triage.Total + t.Candidates.Total + t.Confirm.Total + t.Unplanned.Total + t.Drafts.Total
}

// Rows on the page: how many lines of a section are listed, and how many changes.
const (
	listed  = 20
	changed = 12
)

// leads reports whether a role answers for what others of the area promised.
func leads(r hub.Role) bool { return r == hub.Chief || r == hub.Deputy || r == hub.Office }
