// Package activity keeps the activity record: one dated line for everything
// that is done, said, promised or changed, tied to the records it is about. It
// is the backbone of every timeline and of the list of open next actions.
//
// A line is never rewritten: a correction is a new line that names the one it
// corrects. The room knows nothing of the records that lines are about. It
// answers whether an actor may read the line itself; whether he may read the
// subject is asked of the subject's own room, before the timeline is asked for.
package activity

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Kind says what sort of thing happened.
type Kind string

// The kinds of activity. The first six are written by people, Confirm and
// Decision by both, Change and Intake by the program alone.
const (
	Visit     Kind = "visit"     // 訪問
	Interview Kind = "interview" // 面談
	Call      Kind = "call"      // 電話
	Mail      Kind = "mail"      // メール
	Meeting   Kind = "meeting"   // 会議
	Note      Kind = "note"      // メモ
	Confirm   Kind = "confirm"   // 確認
	Decision  Kind = "decision"  // 判断
	Change    Kind = "change"    // 変更
	Intake    Kind = "intake"    // 取込
)

// Kinds lists every kind in the order screens show them.
var Kinds = []Kind{Visit, Interview, Call, Mail, Meeting, Note, Confirm, Decision, Change, Intake}

// ByHand lists the kinds that a person may choose.
var ByHand = []Kind{Visit, Interview, Call, Mail, Meeting, Note, Confirm, Decision}

// Subject is one record that a line is about. Kind is the room's word for it,
// as in the audit log: "seed", "need", "organisation", "person".
type Subject struct {
	Kind string
	ID   hub.ID
}

// Record is one line of the timeline.
type Record struct {
	ID       hub.ID
	At       time.Time // when it happened; zero means now
	Recorded time.Time // when it was written down
	Kind     Kind

	Line string // one line, as the author wrote it; empty when Message is set
	Body string // more of it; optional
	// Message and Args are what the program itself says: a key of the i18n
	// catalogue and the values for its places (text, whole numbers). A value made
	// by Word is translated in turn.
	Message string
	Args    map[string]any

	Subjects []Subject
	Area     hub.ID
	Scope    hub.Scope // "" means hub
	// Case is the record whose named persons are the parties of a case line; ""
	// means the first subject. Organisation, if any, is the institution whose
	// people may read a line of scope hub; the hub's own notes have none. Owner is
	// the author's person, of the program's own lines the subject's owner;
	// Coordinator is the subject's.
	Case         hub.ID
	Organisation hub.ID
	Owner        hub.ID
	Coordinator  hub.ID

	Author     hub.ID // the account; empty for the program and for link holders
	AuthorKind hub.ActorKind
	AuthorName string // at that time

	Corrects    hub.ID // the line that this one corrects; may be empty
	CorrectedBy hub.ID // the newest line that corrects this one; may be empty

	Next     string   // what is to be done next; "" means nothing
	Assignee hub.ID   // the account that has promised it
	Due      hub.Date // "" means no date
	Done     time.Time
	DoneBy   hub.ID
}

// Open reports whether the line holds a next action that is not done.
func (r Record) Open() bool { return r.Next != "" && r.Done.IsZero() }

// Resource is what the line says of itself to package access.
func (r Record) Resource() access.Resource {
	return access.Resource{
		ID: r.Case, Area: r.Area, Scope: r.Scope, NameScope: r.Scope, DetailScope: r.Scope,
		Organisation: r.Organisation, Owner: r.Owner, Coordinator: r.Coordinator,
	}
}

// Word is a value for Record.Args that is itself one or more keys of the
// catalogue, such as Word("scope.public"); several are written as a list.
func Word(keys ...string) string { return wordMark + strings.Join(keys, wordMark) }

// WordKeys gives back the keys of a value that Word made.
func WordKeys(v any) (keys []string, ok bool) {
	s, _ := v.(string)
	if s, ok = strings.CutPrefix(s, wordMark); !ok {
		return nil, false
	}
	return strings.Split(s, wordMark), true
}

// wordMark is a character that no form lets through.
const wordMark = "\x01"

// Bounds of what may be written, in characters.
const (
	MaxLine = 500
	MaxBody = 20_000
	MaxNext = 200
)

func (r *Record) validate() error {
	var p hub.Problems
	text := func(field, s string, limit int) {
		if strings.ContainsRune(s, 0) {
			p.Add(field, "error.nul")
		}
		if n := utf8.RuneCountInString(s); n > limit {
			p.Add(field, "error.too_long", "limit", limit, "n", n)
		}
	}
	r.Line, r.Next = oneLine(r.Line), oneLine(r.Next)
	r.Body = strings.TrimSpace(strings.ReplaceAll(r.Body, "\r\n", "\n"))
	if r.Line == "" && r.Message == "" {
		p.Add("line", "activity.error_line")
	}
	text("line", r.Line, MaxLine)
	text("body", r.Body, MaxBody)
	text("next", r.Next, MaxNext)
	if !known(r.Kind) {
		p.Add("kind", "error.choose")
	}
	if !r.Scope.Valid() {
		p.Add("scope", "error.choose")
	}
	if _, err := hub.ParseDate(string(r.Due)); err != nil {
		p.Add("due", "error.date", "value", string(r.Due))
	}
	if r.Next == "" && r.Due != "" {
		p.Add("next", "activity.error_due_without_next")
	}
	if len(r.Subjects) == 0 {
		p.Add("subject", "activity.error_subject")
	}
	return p.Err()
}

func known(k Kind) bool {
	for _, x := range Kinds {
		if x == k {
			return true
		}
	}
	return false
}

// oneLine puts what was typed on one line.
func oneLine(s string) string { return strings.TrimSpace(lineBreaks.Replace(s)) }

var lineBreaks = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")
