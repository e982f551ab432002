// Package enquiry is the front door: what firms, towns and banks ask of a hub,
// in their own words, and the clock that runs until they are answered.
//
// Everybody may ask, without an account; the asker follows by a link. A question
// is read by those who may answer it: the area's staff and the desk of the
// institution it was passed to. Who asks is a layer of its own, narrowed to the
// assignee when the asker wishes not to be named. A bank that entered a question
// for a client sees how it stands and nothing that was written since.
//
// The room decides who answers, by when, and what becomes of it. It never mails
// and never words anything: texts that leave are written by people, and the
// program's own are worded by the faces.
package enquiry

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Kind is the room's word in logs and activity lines.
const Kind = "enquiry"

// State is where an enquiry stands.
type State string

// The states, in their usual order.
const (
	Received  State = "received"  // 受付
	Assigned  State = "assigned"  // 担当決定
	Continued State = "continued" // 継続: another answer is promised
	Answered  State = "answered"  // 回答済: nothing is promised
	Closed    State = "closed"    // 終了
)

// States lists them.
var States = []State{Received, Assigned, Continued, Answered, Closed}

// Outcome says how a closed enquiry ended.
type Outcome string

// The outcomes.
const (
	Open       Outcome = ""
	Solved     Outcome = "solved"     // answered, and no more is asked
	Need       Outcome = "need"       // it goes on as a need
	Redirected Outcome = "redirected" // another area answers
	Declined   Outcome = "declined"
	Withdrawn  Outcome = "withdrawn" // by the asker
)

// Source is how an enquiry came.
type Source string

// The sources. Web and Redirect are set by the program.
const (
	Web      Source = "web"
	Visit    Source = "visit"
	Phone    Source = "phone"
	Mail     Source = "mail"
	AtEvent  Source = "event"
	Bank     Source = "bank" // by a finance role, for a client
	Redirect Source = "redirect"
)

// ByHand lists the sources that staff choose among.
var ByHand = []Source{Visit, Phone, Mail, AtEvent}

// Bounds of what may be typed, in characters.
const (
	MaxWords   = 500
	MaxName    = 100
	MaxSubject = 150
	MaxBody    = 5_000
)

// Asker is who asks, as he wrote it.
type Asker struct {
	Name  string `json:"name,omitempty"`
	Body  string `json:"body,omitempty"` // the firm or town
	Mail  string `json:"mail,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// Consent is an asker's word that somebody else wrote down: who agreed, when, and
// to what.
type Consent struct {
	By  string   `json:"by,omitempty"`
	On  hub.Date `json:"on,omitempty"`
	For string   `json:"for,omitempty"`
}

// Given reports whether the whole of it is written.
func (c Consent) Given() bool { return c.By != "" && c.On != "" && c.For != "" }

// Enquiry is one question.
type Enquiry struct {
	ID        hub.ID    `json:"id"`
	Area      hub.ID    `json:"area"`
	Scope     hub.Scope `json:"scope"`
	NameScope hub.Scope `json:"name_scope"` // Case when the asker wishes not to be named
	Body      hub.ID    `json:"body,omitempty"`
	Owner     hub.ID    `json:"owner,omitempty"`

	Assignee    hub.ID   `json:"assignee,omitempty"`    // the account that answers
	Coordinator hub.ID   `json:"coordinator,omitempty"` // that account's person
	State       State    `json:"state"`
	Outcome     Outcome  `json:"outcome,omitempty"`
	Source      Source   `json:"source"`
	Language    hub.Lang `json:"language"`

	Words      string `json:"words"`
	Asker      Asker  `json:"asker,omitzero"`
	MayForward bool   `json:"may_forward,omitempty"` // others may answer without asking again

	Received time.Time `json:"received"`
	Promised hub.Date  `json:"promised"`      // by when the first answer was promised
	Due      hub.Date  `json:"due,omitempty"` // by when the next answer is; "" = the clock stands
	First    time.Time `json:"first,omitzero"`
	Took     int       `json:"took"` // working days until the first answer; -1 = none yet
	Closed   time.Time `json:"closed,omitzero"`

	Reason    string  `json:"reason,omitempty"` // why it was declined
	Need      hub.ID  `json:"need,omitempty"`
	From      hub.ID  `json:"from,omitempty"`       // the enquiry it continues
	To        hub.ID  `json:"to,omitempty"`         // the enquiry that continues it
	AskedArea hub.ID  `json:"asked_area,omitempty"` // a redirection that waits for the asker's word
	AskedBody hub.ID  `json:"asked_body,omitempty"`
	Referrer  hub.ID  `json:"referrer,omitempty"` // the account that entered it for a client
	RefBody   hub.ID  `json:"referrer_body,omitempty"`
	Consent   Consent `json:"consent,omitzero"`

	Sample  bool      `json:"sample,omitempty"`
	Version int       `json:"version"`
	Updated time.Time `json:"updated"`
}

// Anonymous reports whether the asker wishes not to be named.
func (e *Enquiry) Anonymous() bool { return e.NameScope == hub.Case }

// Running reports whether the clock runs.
func (e *Enquiry) Running() bool { return e.Due != "" }

// Number is what people call an enquiry on the phone: the end of its id.
func (e *Enquiry) Number() string {
	id := strings.ToUpper(string(e.ID))
	if len(id) < 8 {
		return id
	}
	return id[len(id)-8:]
}

// Title is the beginning of the asker's words, on one line.
func (e *Enquiry) Title() string { return short(e.Words, 40) }

func short(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// Access gives what package access asks of it. Those who may edit it may read it:
// colleagues of an institution's desk may not.
func (e *Enquiry) Access() access.Resource {
	return access.Resource{
		ID: e.ID, Area: e.Area, Scope: e.Scope, NameScope: e.NameScope, DetailScope: e.Scope,
		Organisation: e.Body, Owner: e.Owner, Coordinator: e.Coordinator,
	}
}

// mayHandle reports whether the actor may read and answer it.
func mayHandle(a hub.Actor, e *Enquiry) bool { return access.Can(a, access.Edit, e.Access()) }

// seesName reports whether the actor may know who asks.
func seesName(a hub.Actor, e *Enquiry) bool {
	return mayHandle(a, e) && (access.Can(a, access.SeeName, e.Access()) || a.User != "" && a.User == e.Assignee)
}

// clean trims what was typed and puts single lines on one line, so that nothing
// of it can begin another line elsewhere.
func (e *Enquiry) clean() {
	e.Words = strings.TrimSpace(strings.ReplaceAll(e.Words, "\r\n", "\n"))
	for _, s := range []*string{&e.Asker.Name, &e.Asker.Body, &e.Asker.Mail, &e.Asker.Phone, &e.Consent.By, &e.Consent.For} {
		*s = line(*s)
	}
}

// line puts a text on one line without control characters.
func line(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)), " ")
}

func (e *Enquiry) check() (p hub.Problems) {
	e.clean()
	if e.Words == "" {
		p.Add("words", "enquiry.error_words")
	}
	limit(&p, "words", e.Words, MaxWords)
	for field, s := range map[string]string{
		"name": e.Asker.Name, "body": e.Asker.Body, "phone": e.Asker.Phone, "mail": e.Asker.Mail,
		"consent_by": e.Consent.By, "consent_for": e.Consent.For,
	} {
		limit(&p, field, s, MaxName)
	}
	if e.Asker.Mail != "" && !validMail(e.Asker.Mail) {
		p.Add("mail", "enquiry.error_mail")
	}
	if e.Language != hub.JA && e.Language != hub.EN {
		e.Language = hub.JA
	}
	if _, err := hub.ParseDate(string(e.Consent.On)); err != nil {
		p.Add("consent_on", "error.date", "value", string(e.Consent.On))
	}
	return p
}

func limit(p *hub.Problems, field, s string, n int) {
	if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
		p.Add(field, "error.nul")
	}
	if have := utf8.RuneCountInString(s); have > n {
		p.Add(field, "error.too_long", "limit", n, "n", have)
	}
}

// validMail reports whether s is one bare address.
func validMail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && strings.IndexByte(s, '@') > 0
}

func known(s Source) bool { return slices.Contains(ByHand, s) }
