package desk

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// name fetches, under the actor's scope and each kind with one query, what the
// gathered lines are about, and turns them into items. A line about records of
// which he may see none keeps its day and who promised it, and nothing else.
func (g *gather) name(ctx context.Context) error {
	ids := map[string][]hub.ID{}
	for _, rows := range g.promised {
		subjects(ids, rows)
	}
	subjects(ids, g.recent)
	for _, p := range g.pairs {
		ids[p.side] = append(ids[p.side], p.Record)
		ids[p.otherKind()] = append(ids[p.otherKind()], p.Other)
	}
	known, err := g.refs(ctx, ids)
	if err != nil {
		return err
	}
	if err := g.people(ctx); err != nil {
		return err
	}
	var assignees []hub.ID
	for _, rows := range g.promised {
		for _, r := range rows {
			assignees = append(assignees, r.Assignee)
		}
	}
	answers := []*Section{&g.today.Overdue, &g.today.Due, &g.today.Soon}
	for _, s := range answers {
		for _, i := range s.Items {
			assignees = append(assignees, hub.ID(i.Who))
		}
	}
	accounts, err := g.accounts.NamesOf(ctx, g.actor, assignees)
	if err != nil {
		return err
	}
	for _, s := range answers {
		for k := range s.Items {
			s.Items[k].Who = accounts[hub.ID(s.Items[k].Who)]
		}
	}
	for section, rows := range g.promised {
		for _, r := range rows {
			section.Items = append(section.Items, g.promise(r, known, accounts))
		}
	}
	g.count(known)
	g.fold(known)
	return nil
}

func subjects(ids map[string][]hub.ID, rows []activity.Record) {
	for _, r := range rows {
		for _, x := range r.Subjects {
			ids[x.Kind] = append(ids[x.Kind], x.ID)
		}
	}
}

// refs names records that the actor may see, by their ID.
func (g *gather) refs(ctx context.Context, ids map[string][]hub.ID) (map[hub.ID]Ref, error) {
	known := map[hub.ID]Ref{}
	put := func(kind string, found map[hub.ID]catalogue.Title, err error) error {
		for id, x := range found {
			known[id] = refOf(kind, x)
		}
		return err
	}
	found, err := g.catalogue.Seeds.Titles(ctx, g.actor, ids["seed"])
	if err := put("seed", found, err); err != nil {
		return nil, err
	}
	found, err = g.catalogue.Needs.Titles(ctx, g.actor, ids["need"])
	if err := put("need", found, err); err != nil {
		return nil, err
	}
	if g.projects != nil {
		found, err = g.projects.Titles(ctx, g.actor, ids["project"])
		if err := put("project", found, err); err != nil {
			return nil, err
		}
	}
	organisations, err := g.directory.Names(ctx, g.actor, ids["organisation"])
	if err != nil {
		return nil, err
	}
	for id, name := range organisations {
		known[id] = Ref{Kind: "organisation", ID: id, Title: name, Scope: hub.HubOnly}
	}
	if g.enquiry != nil {
		views, err := g.enquiry.Titles(ctx, g.actor, ids[enquiry.Kind])
		if err != nil {
			return nil, err
		}
		for id, v := range views {
			known[id] = enquiryRef(v)
		}
	}
	people, err := g.directory.PersonNames(ctx, g.actor, ids["person"])
	if err != nil {
		return nil, err
	}
	for id, name := range people {
		known[id] = Ref{Kind: "person", ID: id, Title: hub.Text{JA: name}, Scope: hub.HubOnly}
	}
	return known, nil
}

// people puts names in place of the persons who tend records.
func (g *gather) people(ctx context.Context) error {
	t := g.today
	sections := []*Section{&t.Confirm, &t.Drafts, &t.Unplanned}
	var ids []hub.ID
	for _, s := range sections {
		for _, i := range s.Items {
			if i.Who != "" {
				ids = append(ids, hub.ID(i.Who))
			}
		}
	}
	names, err := g.directory.PersonNames(ctx, g.actor, ids)
	if err != nil {
		return err
	}
	for _, s := range sections {
		for k := range s.Items {
			s.Items[k].Who = names[hub.ID(s.Items[k].Who)]
		}
	}
	return nil
}

// promise makes an item of an open next action.
func (g *gather) promise(r activity.Record, known map[hub.ID]Ref, accounts map[hub.ID]string) Item {
	i := Item{
		Kind: Promise, Line: r.ID, Area: r.Area, Due: r.Due, Who: accounts[r.Assignee],
		Mine: r.Assignee == g.actor.User, MayPlan: activity.MayPlan(g.actor, r), Confined: confined(r.Scope),
	}
	seen := false
	for _, x := range r.Subjects {
		ref, ok := known[x.ID]
		if !ok {
			continue
		}
		if !seen {
			i.Record, seen = ref, true
		}
		i.Confined = i.Confined || confined(ref.Scope)
	}
	if seen {
		i.What = r.Next
	}
	return i
}

// fold gives one line for each record that changed, the newest of its lines.
func (g *gather) fold(known map[hub.ID]Ref) {
	t := g.today
	at := map[hub.ID]int{}
	for _, r := range g.recent {
		var ref Ref
		narrow := confined(r.Scope)
		for _, x := range r.Subjects {
			if k, ok := known[x.ID]; ok {
				if ref.ID == "" {
					ref = k
				}
				narrow = narrow || confined(k.Scope)
			}
		}
		if ref.ID == "" {
			continue // about nothing he may see
		}
		if k, ok := at[ref.ID]; ok {
			t.Changes[k].More++
			continue
		}
		if len(t.Changes) == changed {
			continue
		}
		at[ref.ID] = len(t.Changes)
		t.Changes = append(t.Changes, Change{Record: ref, Line: r, Confined: narrow})
	}
}
