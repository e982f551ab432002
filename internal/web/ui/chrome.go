package ui

import (
	"context"
	"net/url"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// Chrome is what stands around every page of one reader: areas, sections, the
// count of today's work and the account. The server puts it into the context;
// pages only say what they are about.
type Chrome struct {
	// Area is the area the reader is looking at; the zero value is none.
	Area Area
	// Areas are those he may switch to.
	Areas []Area
	// Nav is the side navigation; SectionKey of the page marks the current one.
	Nav []NavItem
	// Account is the reader's name; empty for a stranger.
	Account string
	// Role is the reader's role in words of i18n; may be empty.
	Role string
	// Today is the number of items on today's list; TodayHref empty hides it.
	Today     int
	TodayHref string
	// SearchHref is where the search box leads; empty hides it.
	SearchHref string
	// AccountLinks stand in the account menu; SignOut is the address its button
	// posts to, SignIn where a stranger signs in. Empty ones are not shown.
	AccountLinks []Link
	SignIn       string
	SignOut      string
	// Path and Query are the address being shown, for the language switch.
	Path  string
	Query url.Values
	// Words is what stands in the search box.
	Words string
	// Borrowed says through whose eyes the reader looks, on every page; Return is
	// the address that a button posts to, to look through his own again.
	Borrowed string
	Return   string
	// Sample shows the line that says the records are samples.
	Sample bool
	// Flash are the messages left by the request before.
	Flash []Message
	// RequestID is the request's number.
	RequestID string
}

// Area is one area in the switch.
type Area struct {
	Slug string
	Name hub.Text
	Href string
}

// NavItem is one section in the side navigation. Section is the last part of a
// key "section.x" in the catalogue. Count of zero shows none. Group begins a
// new group above the item when not empty (a catalogue key).
type NavItem struct {
	Section string
	Href    string
	Icon    string
	Count   int
	Group   string
}

// Message is one line of feedback on what was just done. Undo, when set, posts
// to take it back.
type Message struct {
	Tone Tone
	Text string
	Undo *Action
}

type chromeKey struct{}

// WithChrome keeps c in ctx.
func WithChrome(ctx context.Context, c Chrome) context.Context {
	return context.WithValue(ctx, chromeKey{}, c)
}

// ChromeOf gives the chrome kept in ctx; the zero value when there is none.
func ChromeOf(ctx context.Context) Chrome {
	c, _ := ctx.Value(chromeKey{}).(Chrome)
	return c
}

// languageHref gives the present address in the other language.
func (c Chrome) languageHref(ctx context.Context) string {
	q := url.Values{}
	for k, v := range c.Query {
		q[k] = v
	}
	q.Set("lang", string(other(ctx)))
	return c.Path + "?" + q.Encode()
}

// documentTitle gives "title｜area" for the browser's tab.
func (c Chrome) documentTitle(ctx context.Context, title string) string {
	site := i18n.T(ctx, "app.name")
	if !c.Area.Name.Empty() {
		site = i18n.Text(ctx, c.Area.Name)
	}
	if title == "" {
		return site
	}
	sep := "｜"
	if i18n.Lang(ctx) == hub.EN {
		sep = " | "
	}
	return title + sep + site
}

// here gives the address being shown.
func (c Chrome) here() string { return Address{Path: c.Path, Query: c.Query}.String() }
