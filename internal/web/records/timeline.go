package records

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// Subject is the record that a timeline is about.
type Subject struct {
	Kind         string
	ID           hub.ID
	Area         hub.ID
	Scope        hub.Scope
	Organisation hub.ID
	Back         string // where one returns after writing a line
}

// Lines is the timeline of a record with the box to write in.
type Lines struct {
	Subject Subject
	Entries []activity.Record
	Next    string // cursor of older lines; "" when there are none
	Write   bool   // the reader may add a line
}

// Timeline loads the newest lines about a record that the reader sees.
func (s *Services) Timeline(r *http.Request, about Subject) (l Lines, err error) {
	a := web.ActorOf(r.Context())
	l.Subject, l.Write = about, a.StaffOf(about.Area)
	l.Entries, l.Next, err = s.Activity.Timeline(r.Context(), a, about.ID, hub.Page{Limit: 20, After: r.URL.Query().Get("lines")})
	return l, err
}
