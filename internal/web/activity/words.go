package activity

import (
	"context"
	"strings"

	record "github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Sentence says a line in the reader's language: what a person wrote as it is,
// what the program noted from the catalogue.
func Sentence(ctx context.Context, r record.Record) string {
	if r.Message == "" {
		return r.Line
	}
	var pairs []any
	for name, v := range r.Args {
		pairs = append(pairs, name, value(ctx, v))
	}
	return i18n.T(ctx, r.Message, pairs...)
}

func value(ctx context.Context, v any) any {
	if keys, ok := record.WordKeys(v); ok {
		words := make([]string, len(keys))
		for i, k := range keys {
			words[i] = i18n.T(ctx, k)
		}
		if i18n.Lang(ctx) == hub.EN {
			return strings.Join(words, ", ")
		}
		return strings.Join(words, "、")
	}
	if s, ok := v.(string); ok && len(s) == len("2026-11-23") {
		if d, err := hub.ParseDate(s); err == nil {
			return i18n.DateColumn(ctx, d)
		}
	}
	return v
}

var icons = map[record.Kind]string{
	record.Visit: "visit", record.Interview: "person", record.Call: "phone", record.Mail: "mail", record.Meeting: "meeting",
	record.Note: "note", record.Confirm: "check", record.Decision: "flag", record.Change: "edit", record.Intake: "upload",
}

// KindOf draws what sort of thing happened.
func KindOf(ctx context.Context, k record.Kind) ui.EntryKind {
	icon := icons[k]
	if icon == "" {
		icon = "note"
	}
	return ui.EntryKind{Icon: icon, Label: i18n.T(ctx, "activity.kind_"+string(k))}
}

// Kinds are the kinds a person may choose.
func Kinds(ctx context.Context) []ui.Option {
	out := make([]ui.Option, len(record.ByHand))
	for i, k := range record.ByHand {
		out[i] = ui.Option{Value: string(k), Label: i18n.T(ctx, "activity.kind_"+string(k))}
	}
	return out
}

// Who tells who wrote a line; "" for the program.
func Who(ctx context.Context, r record.Record) string {
	switch {
	case r.AuthorName != "" && r.AuthorKind == hub.User:
		return r.AuthorName
	case r.AuthorKind == hub.LinkHolder:
		return i18n.T(ctx, "activity.by_link")
	}
	return ""
}

// promise counts the working days left until the day of a next action, by the
// calendar of the line's area.
func (l Lines) promise(r record.Record) *ui.Promise {
	if r.Due == "" {
		return nil
	}
	days := l.days[r.Area]
	p := &ui.Promise{Due: r.Due, Left: days.Left(hub.DateOf(l.now), r.Due), Done: !r.Done.IsZero()}
	if total := days.Left(hub.DateOf(r.Recorded), r.Due); total > 0 {
		p.Total = total
	}
	return p
}
