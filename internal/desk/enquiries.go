package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// enquiries asks for the answers that are promised: the actor's own by their day,
// and for those who lead an area what others are late with and what nobody has.
// They are listed before the promises of the same part, which come by their day
// too.
func (g *gather) enquiries(ctx context.Context) error {
	if g.enquiry == nil {
		return nil
	}
	t, a := g.today, g.actor
	yesterday := t.Day.AddDays(-1)
	ask := func(to *Section, kind Kind, f enquiry.Filter) error {
		rows, n, err := g.enquiry.Open(ctx, a, f, listed)
		if err != nil {
			return err
		}
		to.Total += n
		for _, v := range rows {
			if !v.StatusOnly {
				to.Items = append(to.Items, enquiryItem(a, kind, v))
			}
		}
		return nil
	}
	mine := enquiry.Filter{Assignee: a.User}
	late, due, soon := mine, mine, mine
	late.Until, due.After, due.Until, soon.After = yesterday, yesterday, t.Day, t.Day
	for _, x := range []struct {
		to *Section
		f  enquiry.Filter
	}{{&t.Overdue, late}, {&t.Due, due}, {&t.Soon, soon}} {
		if err := ask(x.to, Answer, x.f); err != nil {
			return err
		}
	}
	areas := a.Areas(leads)
	if len(areas) == 0 {
		return nil
	}
	if err := ask(&t.Overdue, Answer, enquiry.Filter{Not: a.User, Areas: areas, Until: yesterday}); err != nil {
		return err
	}
	slices.SortStableFunc(t.Overdue.Items, func(a, b Item) int { return strings.Compare(string(a.Due), string(b.Due)) })
	return ask(&t.Triage, Triage, enquiry.Filter{Unassigned: true, Areas: areas})
}

func enquiryItem(a hub.Actor, kind Kind, v enquiry.View) Item {
	return Item{
		Kind: kind, Area: v.Area, Due: v.Due, Mine: a.User != "" && a.User == v.Assignee, Who: string(v.Assignee),
		Record: enquiryRef(v), Since: v.Received,
	}
}

func enquiryRef(v enquiry.View) Ref {
	return Ref{Kind: enquiry.Kind, ID: v.ID, Title: hub.Text{JA: v.Title()}, State: catalogue.State(v.State), Scope: v.Scope}
}
