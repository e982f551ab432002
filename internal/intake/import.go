package intake

import (
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// State is where an import stands.
type State string

// The states of an import, in their usual order.
const (
	Waiting  State = "waiting"  // the file is here, nothing has been read yet
	Planning State = "planning" // the plan is being made
	Ready    State = "ready"    // the plan stands; nothing is changed
	Applying State = "applying" // being applied
	Applied  State = "applied"  // done
	Undoing  State = "undoing"  // being taken back
	Undone   State = "undone"   // taken back, save for what was left
	Dropped  State = "dropped"  // given up before it was applied
)

// running reports whether a step is under way.
func (s State) running() bool { return s == Planning || s == Applying || s == Undoing }

// Running reports whether a step is under way, so that a page should look again.
func (s State) Running() bool { return s.running() }

// Counts are the numbers of a plan, and of what became of it.
type Counts struct {
	Create  int `json:"create"`
	Change  int `json:"change"`
	Same    int `json:"same"`
	Refuse  int `json:"refuse"`
	Notes   int `json:"notes"`             // rows that come in with something to look at
	Left    int `json:"left,omitempty"`    // rows left alone when it was applied: changed by others meanwhile
	Kept    int `json:"kept,omitempty"`    // records left when it was undone
	Undone  int `json:"undone,omitempty"`  // records taken back
	Planned int `json:"planned,omitempty"` // rows of the plan
}

// Import is one file on its way into the hub.
type Import struct {
	ID       hub.ID
	Area     hub.ID
	Kind     Kind
	State    State
	File     string
	User     hub.ID
	UserName string
	Done     int // rows dealt with in the running step
	Total    int // rows of the file; 0 while not known
	Created  time.Time
	Updated  time.Time
	Plan
}

// Plan is what is kept of an import beside its rows.
type Plan struct {
	Size        int64           `json:"size"`
	Format      sheet.Format    `json:"format"`
	Encoding    string          `json:"encoding,omitempty"`
	Sheets      []string        `json:"sheets,omitempty"` // those with a table, to choose from
	Sheet       string          `json:"sheet"`
	Shape       sheet.Shape     `json:"shape"`
	Title       string          `json:"title,omitempty"`
	HeaderFirst int             `json:"header_first,omitempty"`
	HeaderLast  int             `json:"header_last,omitempty"`
	Choices     []Choice        `json:"choices"`
	Findings    []sheet.Finding `json:"findings,omitempty"`
	Counts      Counts          `json:"counts"`
	Failure     *Problem        `json:"failure,omitempty"` // why the last step stopped
	AppliedAt   time.Time       `json:"applied_at,omitzero"`
	AppliedBy   string          `json:"applied_by,omitempty"`
	UndoneAt    time.Time       `json:"undone_at,omitzero"`
	UndoneBy    string          `json:"undone_by,omitempty"`
}

// describe notes what the file and the chosen table are.
func (imp *Import) describe(book *sheet.Book, t *sheet.Table) {
	imp.Format, imp.Encoding = book.Format, book.Encoding
	imp.Sheets = nil
	for _, x := range book.Tables {
		imp.Sheets = append(imp.Sheets, x.Sheet)
	}
	imp.Sheet, imp.Shape, imp.Title = t.Sheet, t.Shape, t.Title
	imp.HeaderFirst, imp.HeaderLast = t.HeaderFirst, t.HeaderLast
}

// table gives the table an import has chosen.
func (imp *Import) table(book *sheet.Book) (*sheet.Table, error) {
	t, err := book.Table(imp.Sheet)
	if err != nil {
		return nil, err
	}
	if t.Shape == sheet.Grid && imp.HeaderFirst > 0 && (t.HeaderFirst != imp.HeaderFirst || t.HeaderLast != imp.HeaderLast) {
		return t.WithHeader(imp.HeaderFirst, imp.HeaderLast)
	}
	return t, nil
}
