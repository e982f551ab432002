package intake

import (
	"context"
	"encoding/json"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// personTarget is the target for people. They are met again by researcher
// number or mail address, else by name in the same organisation.
type personTarget struct {
	people *directory.People
	orgs   *directory.Organisations
}

func (personTarget) kind() string { return directory.KindPerson }

func (t personTarget) plan(ctx context.Context, a hub.Actor, imp *Import, seen *memory, drafts []Draft) ([]Item, error) {
	orgs, err := resolveNames(ctx, a, t.orgs, seen, drafts)
	if err != nil {
		return nil, err
	}
	clues := make([]directory.PersonClue, len(drafts))
	for i, d := range drafts {
		clues[i] = directory.PersonClue{
			Name: firstLine(d.Values["name"]), Organisation: orgs[institution(d)],
			ResearcherNumber: d.Values["researcher_number"], Mail: d.Values["mail"],
		}
		if id := clues[i].Organisation; id != "" {
			d.Values[organisationID] = string(id)
		}
	}
	found, err := t.people.Resolve(ctx, a, imp.Area, clues)
	if err != nil {
		return nil, err
	}
	var ids []hub.ID
	for _, f := range found {
		if f.ID != "" {
			ids = append(ids, f.ID)
		}
	}
	old, err := byID(ctx, t.people.Some, func(p *directory.Person) hub.ID { return p.ID }, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(drafts))
	for i, d := range drafts {
		it := Item{Sheet: d.Sheet, Row: d.Row, Outcome: Create, Record: hub.NewID(), Title: titleOf(d), Draft: d}
		key := directory.PersonKey(clues[i].Name) + "\x00" + clues[i].ResearcherNumber + "\x00" + clues[i].Mail + "\x00" + institution(d)
		first, twice := seen.rows[key]
		seen.rows[key] = max(first, d.Row)
		switch {
		case twice:
			it.Outcome, it.Record = Refuse, ""
			it.Draft.Problems = append(it.Draft.Problems, Problem{Sheet: d.Sheet, Row: d.Row, Key: "intake.twice", Args: hub.Args("first", first), Refuses: true})
		case found[i].ID != "":
			if err := compareBody(&it, old[found[i].ID], fillPerson, func(p *directory.Person) int { return p.Version }); err != nil {
				return nil, err
			}
			it.Record = found[i].ID
		case len(found[i].Candidates) > 0:
			it.Draft.Problems = append(it.Draft.Problems, Problem{Sheet: d.Sheet, Row: d.Row, Field: "name", Key: "intake.namesake", Args: hub.Args("name", clues[i].Name)})
		}
		out = append(out, it)
	}
	return out, nil
}

func fillPerson(p *directory.Person, d Draft) {
	v := d.Values
	give(&p.Name, firstLine(v["name"]))
	give(&p.Kana, v["kana"])
	give(&p.English, v["english"])
	if v["kind"] != "" {
		p.Kind = directory.PersonKind(v["kind"])
	}
	give(&p.ResearcherNumber, v["researcher_number"])
	give(&p.ORCID, v["orcid"])
	give(&p.Website, v["website"])
	give(&p.Expertise.JA, clipTo(v["expertise"], directory.MaxText))
	give(&p.Handles.JA, clipTo(v["handles"], directory.MaxText))
	give(&p.Achievements.JA, clipTo(v["achievements"], directory.MaxText))
	give(&p.Remark, clipTo(v["remark"], directory.MaxText))
	if institution(d) == "" && v["department"] == "" && v["post"] == "" {
		return
	}
	f := directory.Affiliation{Organisation: hub.ID(v[organisationID]), Name: institution(d), Department: v["department"], Title: hub.Text{JA: v["post"]}}
	if len(p.Affiliations) == 0 {
		p.Affiliations = []directory.Affiliation{f}
		return
	}
	now := &p.Affiliations[0]
	if f.Name != "" && (f.Organisation == "" || f.Organisation != now.Organisation) && f.Name != now.Name {
		p.Affiliations = append([]directory.Affiliation{f}, p.Affiliations...)
		return
	}
	give(&now.Department, f.Department)
	give(&now.Title.JA, f.Title.JA)
}

func (t personTarget) create(ctx context.Context, a hub.Actor, imp *Import, items []Item) error {
	all := make([]directory.NewPerson, len(items))
	for i, it := range items {
		p := &all[i]
		p.ID, p.Area, p.Import = it.Record, imp.Area, imp.ID
		fillPerson(&p.Person, it.Draft)
		for _, c := range []struct {
			field string
			kind  directory.ContactKind
		}{{"mail", directory.Mail}, {"phone", directory.Phone}} {
			if v := it.Draft.Values[c.field]; v != "" {
				p.Contacts = append(p.Contacts, directory.Contact{Kind: c.kind, Value: v, Source: imp.File})
			}
		}
	}
	_, err := t.people.CreateAll(ctx, a, all)
	return err
}

func (t personTarget) change(ctx context.Context, a hub.Actor, _ *Import, it Item) error {
	_, err := t.people.Revise(ctx, a, it.Record, it.Version, func(p *directory.Person) error {
		fillPerson(p, it.Draft)
		return nil
	})
	return err
}

func (t personTarget) versions(ctx context.Context, ids []hub.ID) (map[hub.ID]int, error) {
	all, err := t.people.Some(ctx, ids)
	out := map[hub.ID]int{}
	for _, p := range all {
		if !p.Withdrawn {
			out[p.ID] = p.Version
		}
	}
	return out, err
}

func (t personTarget) withdraw(ctx context.Context, a hub.Actor, ids []hub.ID) error {
	if len(ids) == 0 {
		return nil
	}
	return t.people.Withdraw(ctx, a, true, ids...)
}

func (t personTarget) restore(ctx context.Context, a hub.Actor, it Item) error {
	_, err := t.people.Revise(ctx, a, it.Record, it.Version+1, func(p *directory.Person) error {
		version := p.Version
		*p = directory.Person{}
		err := json.Unmarshal([]byte(it.Before), p)
		p.Version = version
		return err
	})
	return err
}

func (personTarget) linked(context.Context, []hub.ID) (map[hub.ID]string, error) {
	return map[hub.ID]string{}, nil
}
