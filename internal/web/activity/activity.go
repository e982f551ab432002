// Package activity draws the timeline of any record and takes what is noted on
// it: one line at once, or a full entry with its own scope and next action. It
// is the section /activities and a part of every record's page.
//
// What a line is about belongs to other sections. They tell how a record is
// loaded for a reader (Loader); a timeline is shown and written only behind it.
package activity

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	record "github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// Section is the section's name in tests; it has no place in the navigation.
const Section = "activities"

// Subject is a record that lines may be about, as one reader may know it.
type Subject struct {
	Kind  string // the room's word: "seed", "need", "organisation", "person"
	ID    hub.ID
	Title hub.Text
	Href  string
	Area  hub.ID // "" for what belongs to no area
	// Scope bounds the scope of its lines: none is wider.
	Scope       hub.Scope
	Coordinator hub.ID // a person, who reads lines of scope case
	// Write says that the reader may note something.
	Write bool
}

// Loader gives a record as the actor may see it, or the error of its room.
type Loader func(ctx context.Context, a hub.Actor, id hub.ID) (Subject, error)

// Pages are the pages of the section, and the timelines of all others.
type Pages struct {
	Activity *record.Service
	Accounts *account.Service
	Clock    hub.Clock
	// Subjects tells how to load a record, by its kind.
	Subjects map[string]Loader
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	route := func(method, pattern string, public bool, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Handler: h, Section: Section, Public: public}
	}
	return []web.Route{
		route(http.MethodGet, "/activities", true, p.list),
		route(http.MethodPost, "/activities", false, p.created),
		route(http.MethodGet, "/activities/new", false, p.create),
		route(http.MethodPost, "/activities/{id}/done", false, p.done),
		route(http.MethodPost, "/activities/{id}/reopen", false, p.reopen),
		route(http.MethodGet, "/activities/{id}/plan", false, p.plan),
		route(http.MethodPost, "/activities/{id}/plan", false, p.planned),
		route(http.MethodGet, "/activities/{id}/correct", false, p.correct),
		route(http.MethodPost, "/activities/{id}/correct", false, p.corrected),
	}
}

// subject loads the record that the address names by of and record.
func (p *Pages) subject(r *http.Request) (Subject, error) {
	q := r.URL.Query()
	return p.load(r.Context(), web.ActorOf(r.Context()), record.Subject{Kind: q.Get("of"), ID: hub.ID(q.Get("record"))})
}

func (p *Pages) load(ctx context.Context, a hub.Actor, s record.Subject) (Subject, error) {
	load, ok := p.Subjects[s.Kind]
	if !ok || !s.ID.Valid() {
		return Subject{}, hub.Errorf(hub.NotFound, "error.not_found")
	}
	out, err := load(ctx, a, s.ID)
	out.Kind, out.ID = s.Kind, s.ID
	return out, err
}

// line loads a line and the first of its subjects that the actor may see: a
// line about nothing he may see is none for him.
func (p *Pages) line(r *http.Request) (record.Record, Subject, error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return record.Record{}, Subject{}, err
	}
	a := web.ActorOf(r.Context())
	x, err := p.Activity.Get(r.Context(), a, id)
	if err != nil {
		return x, Subject{}, err
	}
	for _, s := range x.Subjects {
		loaded, err := p.load(r.Context(), a, s)
		if err == nil {
			return x, loaded, nil
		}
		if hub.KindOf(err) != hub.NotFound {
			return x, Subject{}, err
		}
	}
	return x, Subject{}, hub.Errorf(hub.NotFound, "error.not_found")
}

// Lines is a record's timeline as one reader sees it, ready to be drawn.
type Lines struct {
	Subject Subject
	Records []record.Record
	Next    string          // cursor of the page that follows
	Open    []record.Record // next actions, due first; at most five
	names   map[hub.ID]string
	reader  hub.Actor
	now     time.Time
	days    map[hub.ID]calendar.Calendar
}

// Shown is how many lines a record's own page shows.
const Shown = 15

// Of gives the newest lines of a record for its page, and its open next actions,
// in a fixed number of queries.
func (p *Pages) Of(ctx context.Context, a hub.Actor, s Subject) (Lines, error) {
	return p.page(ctx, a, s, hub.Page{Limit: Shown})
}

func (p *Pages) page(ctx context.Context, a hub.Actor, s Subject, page hub.Page, kinds ...record.Kind) (l Lines, err error) {
	l = Lines{Subject: s, reader: a, now: p.Clock.Now()}
	if l.Records, l.Next, err = p.Activity.Timeline(ctx, a, s.ID, page, kinds...); err != nil {
		return l, err
	}
	if l.Open, _, err = p.Activity.Open(ctx, a, record.Filter{Record: s.ID}, hub.Page{Limit: 5}); err != nil {
		return l, err
	}
	if len(l.Open) > 0 {
		if l.days, err = p.Accounts.Calendars(ctx); err != nil {
			return l, err
		}
	}
	var ids []hub.ID
	for _, r := range append(append([]record.Record{}, l.Records...), l.Open...) {
		ids = append(ids, r.Assignee, r.DoneBy)
	}
	l.names, err = p.Accounts.NamesOf(ctx, a, ids)
	return l, err
}

// Empty reports whether there is nothing to show to this reader and nothing for
// him to write.
func (l Lines) Empty() bool { return len(l.Records) == 0 && !l.Subject.Write }

// address gives an address of this section about the subject.
func (s Subject) address(path string, pairs ...string) string {
	q := url.Values{"of": {s.Kind}, "record": {string(s.ID)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return path + "?" + q.Encode()
}

// back is where one came from: the address the form carries, else the record's
// timeline.
func back(s Subject, href string) string {
	if href = web.Local(href); href != "" {
		return href
	}
	return s.Href + "#timeline"
}
