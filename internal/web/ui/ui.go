// Package ui holds the components every page is made of, and is the only place
// that knows the classes of the style sheets.
//
// A component takes plain values and draws them: it asks no service, decides no
// access and knows no URL but those it is given. Words come from i18n in the
// language of ctx. There are no inline styles and no inline scripts (the
// Content-Security-Policy forbids both), and everything works without scripts.
package ui

import (
	"context"
	"fmt"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// Link is a word that leads somewhere.
type Link struct {
	Label string
	Href  string
}

// Action is something one can do from a page. With Post it is a button that
// sends a form to Href; otherwise it is a link. Key is a one-character keyboard
// shortcut, shown on the control ("" for none). Icon is the name of an icon.
type Action struct {
	Label string
	Href  string
	Post  bool
	Icon  string
	Key   string
	// Fields are hidden form fields of a Post action.
	Fields []Hidden
	// Danger marks what is hard to take back; its page confirms.
	Danger bool
}

// Hidden is a form field that is sent but not shown.
type Hidden struct{ Name, Value string }

// Option is one choice of a field.
type Option struct {
	Value string
	Label string
	Help  string // a line below the label; may be empty
}

// Tone says what a state means for the reader; the chip shows it as shape and
// colour beside the word.
type Tone string

// The tones.
const (
	Neutral Tone = ""     // nothing to do
	Active  Tone = "info" // under way
	Good    Tone = "good" // reached
	Caution Tone = "warn" // wants attention
	Bad     Tone = "bad"  // overdue, failed, refused
	Ended   Tone = "end"  // closed
)

// Part puts several components one after another.
func Part(parts ...templ.Component) templ.Component { return templ.Join(parts...) }

// scopeKey gives the catalogue key of a scope's word.
func scopeKey(s hub.Scope) string {
	if !s.Valid() {
		return "scope.unknown"
	}
	return "scope." + string(s)
}

// class joins a block and its modifiers: class("chip", "good") is "chip
// chip-good". Empty modifiers are left out.
func class(block string, modifiers ...string) string {
	s := block
	for _, m := range modifiers {
		if m != "" {
			s += " " + block + "-" + m
		}
	}
	return s
}

// other gives the language that is not ctx's.
func other(ctx context.Context) hub.Lang {
	if i18n.Lang(ctx) == hub.EN {
		return hub.JA
	}
	return hub.EN
}

func itoa(n int) string { return fmt.Sprint(n) }

// Number is n in digits, for addresses and ids.
func Number(n int) string { return itoa(n) }

func danger(a Action) string {
	if a.Danger {
		return "danger"
	}
	return ""
}
