package activity

import (
	"context"
	"net/http"
	"slices"
	"time"

	record "github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// entry is the full form: a new entry, or the correction of one.
type entry struct {
	subject    Subject
	form       *ui.Form
	old        *record.Record // what is corrected; nil for a new entry
	areas      []ui.Option    // to choose from, where the subject has none
	colleagues []ui.Option
	scopes     []ui.Option
}

// draw fills in what may be chosen and sends the form.
func (p *Pages) draw(w http.ResponseWriter, r *http.Request, status int, e entry) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	areas, err := p.areas(ctx, a, e.subject)
	if err != nil {
		return err
	}
	if len(areas) > 1 {
		e.areas = areas
	}
	if len(areas) > 0 && a.StaffOf(hub.ID(areas[0].Value)) {
		all, err := p.Accounts.Colleagues(ctx, a, hub.ID(areas[0].Value))
		if err != nil {
			return err
		}
		for _, c := range all {
			e.colleagues = append(e.colleagues, ui.Option{Value: string(c.ID), Label: c.Name})
		}
	}
	if !slices.ContainsFunc(e.colleagues, func(o ui.Option) bool { return o.Value == string(a.User) }) {
		e.colleagues = append(e.colleagues, ui.Option{Value: string(a.User), Label: a.Name})
	}
	for _, s := range hub.Scopes {
		if s.Narrower(e.subject.Scope) == s && (s != hub.Sealed || e.subject.Scope == hub.Sealed) {
			e.scopes = append(e.scopes, ui.Option{Value: string(s), Label: i18n.T(ctx, "scope."+string(s)), Help: i18n.T(ctx, "activity.scope_"+string(s))})
		}
	}
	return web.Render(w, r, status, entryPage(e))
}

// areas are those in whose name the actor may write about a subject.
func (p *Pages) areas(ctx context.Context, a hub.Actor, s Subject) (out []ui.Option, err error) {
	all, err := p.Accounts.Areas(ctx)
	for _, x := range all {
		if s.Area == x.ID || s.Area == "" && slices.ContainsFunc(a.Roles, func(r hub.RoleIn) bool { return r.Area == x.ID }) {
			out = append(out, ui.Option{Value: string(x.ID), Label: i18n.Text(ctx, x.Name)})
		}
	}
	return out, err
}

// read puts what was typed into a line. What cannot be read is noted in the form.
func (p *Pages) read(r *http.Request, s Subject, f *ui.Form) (x record.Record, err error) {
	a := web.ActorOf(r.Context())
	x = record.Record{
		Kind: record.Kind(f.Choice("kind", texts(record.ByHand)...)), Line: f.Text("text"), Body: f.Text("body"),
		Next: f.Text("next"), Due: f.Date("due"), Assignee: hub.ID(f.Get("assignee")),
		Scope: hub.HubOnly, Area: s.Area, Case: s.ID, Coordinator: s.Coordinator,
		Subjects: []record.Subject{{Kind: s.Kind, ID: s.ID}},
	}
	if v := hub.Scope(f.Get("scope")); v.Valid() {
		x.Scope = v
	}
	x.Scope = x.Scope.Narrower(s.Scope)
	if x.Area == "" {
		areas, err := p.areas(r.Context(), a, s)
		if err != nil {
			return x, err
		}
		for _, o := range areas {
			if x.Area == "" || o.Value == f.Get("area") {
				x.Area = hub.ID(o.Value)
			}
		}
	}
	if x.Assignee != "" && x.Assignee != a.User {
		if !a.StaffOf(x.Area) {
			x.Assignee = ""
		} else if err := p.checkColleague(r.Context(), a, x.Area, x.Assignee, f); err != nil {
			return x, err
		}
	}
	day, today := f.Date("day"), hub.DateOf(p.Clock.Now())
	if day != "" && day != today {
		if day > today {
			f.Problems.Add("day", "activity.error_future")
		}
		x.At = day.Time().Add(12 * time.Hour)
	}
	return x, nil
}

func (p *Pages) checkColleague(ctx context.Context, a hub.Actor, area, user hub.ID, f *ui.Form) error {
	all, err := p.Accounts.Colleagues(ctx, a, area)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.ID == user {
			return nil
		}
	}
	f.Problems.Add("assignee", "error.choose")
	return nil
}

// rename gives the fields of an error the names they have in the form.
func rename(err error) error {
	e, ok := err.(*hub.Error)
	if !ok {
		return err
	}
	for i := range e.Fields {
		if e.Fields[i].Field == "line" {
			e.Fields[i].Field = "text"
		}
	}
	return e
}

func texts(kinds []record.Kind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k)
	}
	return out
}
