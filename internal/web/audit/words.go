package audit

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// who names who did it.
func (x page) who(ctx context.Context, l audit.Line) string {
	if name := x.names.users[l.By]; name != "" {
		return name
	}
	switch l.ByKind {
	case hub.System:
		return i18n.T(ctx, "audit.by_system")
	case hub.LinkHolder:
		return i18n.T(ctx, "audit.by_link")
	case hub.Stranger:
		return i18n.T(ctx, "audit.by_stranger")
	}
	return i18n.T(ctx, "audit.by_unnamed")
}

// what names the record; one that the reader may not see, or that is withdrawn,
// has no name here.
func (x page) what(ctx context.Context, l audit.Line) string {
	if name, ok := x.names.records[l.Record]; ok && !name.Empty() {
		return i18n.Text(ctx, name)
	}
	return ""
}

func kindWord(ctx context.Context, kind string) string {
	if key := "audit.kind_" + kind; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return kind
}

func actionWord(ctx context.Context, a audit.Action) string {
	return i18n.T(ctx, "audit.action_"+string(a))
}

// tone marks what an administrator's eye should rest on.
func tone(a audit.Action) ui.Tone {
	switch a {
	case audit.Export, audit.Delete:
		return ui.Caution
	case audit.Grant:
		return ui.Active
	}
	return ui.Neutral
}

// facets narrow the list; those of the person and the record in question only
// stand among the chips, with their names.
func (x page) facets(ctx context.Context, chips bool) []ui.Facet {
	action := ui.Facet{Name: actionParam, Title: i18n.T(ctx, "audit.action")}
	for _, a := range actions {
		action.Values = append(action.Values, ui.FacetValue{Value: string(a), Label: actionWord(ctx, a), Count: -1})
	}
	kind := ui.Facet{Name: kindParam, Title: i18n.T(ctx, "audit.kind")}
	for _, k := range kinds {
		kind.Values = append(kind.Values, ui.FacetValue{Value: k, Label: kindWord(ctx, k), Count: -1})
	}
	out := []ui.Facet{action, kind}
	if !chips {
		return out
	}
	one := func(param, title, value, label string) {
		out = append(out, ui.Facet{Name: param, Title: i18n.T(ctx, title), Values: []ui.FacetValue{{Value: value, Label: label, Count: -1}}})
	}
	one(byParam, "audit.who", string(x.filter.By), x.who(ctx, audit.Line{By: x.filter.By, ByKind: hub.User}))
	record := x.what(ctx, audit.Line{Entry: audit.Entry{Record: x.filter.Record}})
	if record == "" {
		record = string(x.filter.Record)
	}
	one(recordParam, "audit.record", string(x.filter.Record), record)
	for _, param := range []string{fromParam, untilParam} {
		day := hub.Date(x.form.Get(param))
		one(param, "audit."+param, string(day), i18n.Date(ctx, day))
	}
	return out
}

// tabs are the whole log, and what was seen and taken out.
func (x page) tabs(ctx context.Context) []ui.Tab {
	all := x.list.Address.Without(actionParam)
	only := all
	for _, a := range seen {
		only = only.Toggle(actionParam, string(a))
	}
	return []ui.Tab{
		{Label: i18n.T(ctx, "audit.all"), Href: all.String(), Current: len(x.filter.Actions) == 0, Count: -1},
		{Label: i18n.T(ctx, "audit.seen"), Href: only.String(), Current: len(x.filter.Actions) == len(seen) && containsAll(x.filter.Actions), Count: -1},
	}
}

func containsAll(on []audit.Action) bool {
	n := 0
	for _, a := range on {
		for _, s := range seen {
			if a == s {
				n++
			}
		}
	}
	return n == len(seen)
}
