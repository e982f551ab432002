package today

import (
	"context"
	"time"

	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

var icons = map[string]string{"seed": "seed", "need": "need", "project": "project", "organisation": "building", "person": "person", "enquiry": "mail"}

// lead is the day, and how it stands with what was promised.
func (x page) lead(ctx context.Context) string {
	key := "desk.lead_free"
	switch {
	case x.Overdue.Total > 0 && x.Due.Total > 0:
		key = "desk.lead_both"
	case x.Overdue.Total > 0:
		key = "desk.lead_overdue"
	case x.Due.Total > 0:
		key = "desk.lead_due"
	}
	n := x.Overdue.Total + x.Due.Total
	return i18n.T(ctx, key, "day", x.Day, "overdue", x.Overdue.Total, "due", x.Due.Total, "n", n)
}

// empty reports whether nothing waits at all.
func (x page) empty() bool { return x.Waiting() == 0 && x.Soon.Total == 0 && len(x.Changes) == 0 }

// tasks draws the lines of a section.
func (x page) tasks(ctx context.Context, s desk.Section) []ui.Task {
	out := make([]ui.Task, len(s.Items))
	for k, i := range s.Items {
		out[k] = x.task(ctx, i)
	}
	return out
}

func (x page) task(ctx context.Context, i desk.Item) ui.Task {
	t := ui.Task{ID: rowID(i.Kind, i.ID()), What: i.What, MoreLabel: i18n.T(ctx, "desk.more")}
	if i.Record.ID != "" {
		t.About = &ui.Link{Label: title(ctx, i.Record), Href: HrefOf(i.Record)}
		t.Icon = icons[i.Record.Kind]
	}
	switch i.Kind {
	case desk.Promise:
		x.promise(ctx, i, &t)
	case desk.Answer:
		t.What = i18n.T(ctx, "desk.answer")
		t.Clock = &ui.Promise{Due: i.Due, Left: x.days[i.Area].Left(x.Day, i.Due)}
		t.Open = &ui.Action{Label: i18n.T(ctx, "desk.answer_open"), Href: HrefOf(i.Record) + "/answer"}
		t.Who = i.Who
		return t
	case desk.Triage:
		t.What = i18n.T(ctx, "desk.triage_what")
		t.Clock = &ui.Promise{Due: i.Due, Left: x.days[i.Area].Left(x.Day, i.Due)}
		t.Open = &ui.Action{Label: i18n.T(ctx, "desk.triage_open"), Href: HrefOf(i.Record) + "#assign"}
		return t
	case desk.Candidates:
		t.Note = i18n.T(ctx, "desk.candidates_n", "n", i.N)
		t.Open = &ui.Action{Label: i18n.T(ctx, "desk.candidates_open"), Href: reviewHref(x.reader, i.Record)}
	case desk.Confirm:
		mark := records.SeedState(ctx, i.Record.State)
		t.Mark, t.Note = &mark, since(ctx, "desk.since", i, x.Day)
		t.Open = &ui.Action{Label: i18n.T(ctx, "desk.confirm_open"), Href: HrefOf(i.Record)}
	case desk.Unplanned:
		mark := records.NeedState(ctx, i.Record.State)
		t.Mark, t.Note = &mark, since(ctx, "desk.untouched", i, x.Day)
		t.MoreLabel = i18n.T(ctx, "desk.plan_open")
	case desk.Draft:
		t.Note = since(ctx, "desk.since", i, x.Day)
		t.Open = &ui.Action{Label: i18n.T(ctx, "desk.draft_open"), Href: HrefOf(i.Record) + "/edit"}
	}
	if !i.Mine || i.Kind == desk.Promise {
		t.Who = i.Who
	}
	if i.Kind != desk.Promise {
		t.More = planForms(x, i)
	}
	return t
}

func (x page) promise(ctx context.Context, i desk.Item, t *ui.Task) {
	if t.What == "" {
		t.What = i18n.T(ctx, "desk.hidden_promise")
	}
	if i.Due != "" {
		t.Clock = &ui.Promise{Due: i.Due, Left: x.days[i.Area].Left(x.Day, i.Due)}
	} else {
		t.Note = i18n.T(ctx, "desk.no_day")
	}
	if i.MayPlan {
		t.Done = &ui.Action{Label: i18n.T(ctx, "activity.done"), Href: "/today/done", Icon: "check", Fields: fields(i)}
		t.More = promiseForms(x, i)
	}
}

// title names a record; one that is not for everyone of the hub says so beside.
func title(ctx context.Context, r desk.Ref) string {
	if s := i18n.Text(ctx, r.Title); s != "" {
		return s
	}
	return i18n.T(ctx, "desk.untitled")
}

func since(ctx context.Context, key string, i desk.Item, today hub.Date) string {
	day := hub.DateOf(i.Since)
	days := int(today.Time().Sub(day.Time()) / (24 * time.Hour))
	if days <= 0 {
		return ""
	}
	return i18n.T(ctx, key, "day", day, "n", days)
}

func fields(i desk.Item) []ui.Hidden {
	out := []ui.Hidden{{Name: "kind", Value: string(i.Kind)}, {Name: "id", Value: string(i.ID())}}
	if i.Record.ID != "" {
		out = append(out, ui.Hidden{Name: "of", Value: i.Record.Kind})
	}
	return out
}

// field names an input of a line's forms, unlike those of other lines.
func field(i desk.Item, name string) string { return rowID(i.Kind, i.ID()) + "-" + name }

// proposal is what a plan for the line would usually say.
func proposal(ctx context.Context, i desk.Item) string {
	switch i.Kind {
	case desk.Candidates, desk.Confirm, desk.Draft:
		return i18n.T(ctx, "desk.plan_"+string(i.Kind))
	}
	return ""
}

// people are those whose plan it can be: the reader first.
func (x page) people(ctx context.Context, area hub.ID) []ui.Option {
	others := x.colleagues[area]
	if len(others) == 0 && area == "" && len(x.colleagues) == 1 {
		for _, c := range x.colleagues {
			others = c
		}
	}
	if len(others) == 0 {
		return nil
	}
	return append([]ui.Option{{Value: string(x.reader.User), Label: i18n.T(ctx, "desk.myself", "name", x.reader.Name)}}, others...)
}

// nextMonday is the first Monday after the day.
func nextMonday(d hub.Date) hub.Date {
	for d = d.AddDays(1); d.Time().Weekday() != time.Monday; {
		d = d.AddDays(1)
	}
	return d
}

// nextWorkday is the first day after today on which the area works.
func (x page) nextWorkday(area hub.ID) hub.Date { return x.days[area].Next(x.Day) }

// nextWeek is the first day of next week on which the area works.
func (x page) nextWeek(area hub.ID) hub.Date { return x.days[area].Add(nextMonday(x.Day), 0) }

// entries are the changes as lines of a timeline.
func (x page) entries(ctx context.Context) []ui.Entry {
	out := make([]ui.Entry, len(x.Changes))
	for k, c := range x.Changes {
		text := i18n.T(ctx, "desk.change", "title", title(ctx, c.Record), "line", activity.Sentence(ctx, c.Line))
		if c.More > 0 {
			text = i18n.T(ctx, "desk.change_more", "text", text, "n", c.More)
		}
		out[k] = ui.Entry{At: c.Line.Recorded, Kind: activity.KindOf(ctx, c.Line.Kind), Who: activity.Who(ctx, c.Line), Text: text, Href: HrefOf(c.Record) + "#timeline"}
	}
	return out
}
