package intake

import (
	"context"
	"encoding/json"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// organisationTarget is the target for organisations. They are met again by
// 法人番号 and name, else by name alone.
type organisationTarget struct {
	orgs     *directory.Organisations
	contacts *directory.Contacts
}

func (organisationTarget) kind() string { return directory.KindOrganisation }

func (t organisationTarget) plan(ctx context.Context, a hub.Actor, _ *Import, seen *memory, drafts []Draft) ([]Item, error) {
	names := make([]string, len(drafts))
	for i, d := range drafts {
		names[i] = bodyName(d)
	}
	found, err := t.orgs.Resolve(ctx, a, names)
	if err != nil {
		return nil, err
	}
	var ids []hub.ID
	for _, f := range found {
		ids = append(ids, f.Candidates...)
	}
	old, err := byID(ctx, t.orgs.Some, func(o *directory.Organisation) hub.ID { return o.ID }, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(drafts))
	for i, d := range drafts {
		it := Item{Sheet: d.Sheet, Row: d.Row, Outcome: Create, Record: hub.NewID(), Title: titleOf(d), Draft: d}
		whole, _ := directory.NameKeys(names[i])
		// Branches share a name and a number but not a place.
		key := whole + "\x00" + d.Values["corporate"] + "\x00" + d.Values["address"]
		if first, twice := seen.rows[key]; twice {
			it.Outcome, it.Record = Refuse, ""
			it.Draft.Problems = append(it.Draft.Problems, Problem{Sheet: d.Sheet, Row: d.Row, Key: "intake.twice", Args: hub.Args("first", first), Refuses: true})
			out = append(out, it)
			continue
		}
		seen.rows[key] = d.Row
		id, several := t.met(found[i], old, d)
		switch {
		case several:
			it.Outcome, it.Record = Refuse, ""
			it.Draft.Problems = append(it.Draft.Problems, Problem{Sheet: d.Sheet, Row: d.Row, Field: "name", Key: "intake.several_met", Args: hub.Args("name", names[i], "n", len(found[i].Candidates)), Refuses: true})
		case id != "":
			if err := compareBody(&it, old[id], fillOrganisation, func(o *directory.Organisation) int { return o.Version }); err != nil {
				return nil, err
			}
			it.Record = id
		case d.Values["kind"] == "" && bodyOf(names[i]) == directory.Other:
			it.Draft.Problems = append(it.Draft.Problems, Problem{Sheet: d.Sheet, Row: d.Row, Field: "kind", Key: "intake.kind_other"})
		}
		out = append(out, it)
	}
	return out, nil
}

// met gives the organisation a draft means; several says that it may be any of
// more than one.
func (t organisationTarget) met(r directory.Resolution, old map[hub.ID]directory.Organisation, d Draft) (id hub.ID, several bool) {
	contradicts := func(o directory.Organisation) bool {
		number, address := d.Values["corporate"], d.Values["address"]
		return number != "" && o.CorporateNumber != "" && number != o.CorporateNumber ||
			address != "" && o.Address.JA != "" && o.Prefecture != "" && d.prefecture() != "" && o.Prefecture != d.prefecture()
	}
	if r.ID != "" {
		if contradicts(old[r.ID]) {
			return "", false
		}
		return r.ID, false
	}
	for _, c := range r.Candidates {
		o := old[c]
		if n := d.Values["corporate"]; n != "" && o.CorporateNumber == n || d.Values["address"] != "" && o.Address.JA == d.Values["address"] {
			return c, false
		}
	}
	left := 0
	for _, c := range r.Candidates {
		if !contradicts(old[c]) {
			left++
		}
	}
	return "", left > 1
}

// prefecture gives the draft's prefecture, from its address if need be.
func (d *Draft) prefecture() string {
	if p := d.Values["prefecture"]; p != "" {
		return p
	}
	return directory.PrefectureOf(d.Values["address"])
}

func bodyName(d Draft) string {
	if n := d.Values["name"]; n != "" {
		return n
	}
	return d.Values["name_en"]
}

// compareBody settles what a draft does to a record that is one JSON object.
func compareBody[T any](it *Item, old T, fill func(*T, Draft), version func(*T) int) error {
	before, err := json.Marshal(old)
	if err != nil {
		return err
	}
	var next T
	if err := json.Unmarshal(before, &next); err != nil {
		return err
	}
	fill(&next, it.Draft)
	after, err := json.Marshal(next)
	if err != nil {
		return err
	}
	var x, y map[string]any
	if err := json.Unmarshal(before, &x); err != nil {
		return err
	}
	if err := json.Unmarshal(after, &y); err != nil {
		return err
	}
	it.Version, it.Fields = version(&old), differing(x, y)
	it.Outcome, it.Before = Same, ""
	if len(it.Fields) > 0 {
		it.Outcome, it.Before = Change, string(before)
	}
	return nil
}

func byID[T any](ctx context.Context, some func(context.Context, []hub.ID) ([]T, error), id func(*T) hub.ID, ids []hub.ID) (map[hub.ID]T, error) {
	all, err := some(ctx, ids)
	out := make(map[hub.ID]T, len(all))
	for _, x := range all {
		out[id(&x)] = x
	}
	return out, err
}

func fillOrganisation(o *directory.Organisation, d Draft) {
	v := d.Values
	give(&o.Name.JA, v["name"])
	give(&o.Name.EN, v["name_en"])
	give(&o.Kana, v["kana"])
	give(&o.CorporateNumber, v["corporate"])
	if v["kind"] != "" {
		o.Kind = directory.OrganisationKind(v["kind"])
	} else if o.Kind == "" {
		o.Kind = bodyOf(bodyName(d))
	}
	give(&o.Prefecture, d.prefecture())
	give(&o.PostalCode, v["postal"])
	give(&o.Address.JA, v["address"])
	give(&o.Website, v["website"])
	give(&o.About.JA, clipTo(v["about"], directory.MaxText))
	giveList(&o.Former, d, "former")
}

func clipTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func (t organisationTarget) create(ctx context.Context, a hub.Actor, imp *Import, items []Item) error {
	all := make([]directory.Organisation, len(items))
	for i, it := range items {
		all[i].ID, all[i].Import = it.Record, imp.ID
		fillOrganisation(&all[i], it.Draft)
	}
	if _, err := t.orgs.CreateAll(ctx, a, imp.Area, all); err != nil {
		return err
	}
	for _, it := range items {
		for field, kind := range map[string]directory.ContactKind{"phone": directory.Phone, "mail": directory.Mail} {
			value := it.Draft.Values[field]
			if value == "" {
				continue
			}
			c := directory.Contact{Record: it.Record, Area: imp.Area, Kind: kind, Label: clipTo(firstLine(it.Draft.Values["contact"]), directory.MaxName), Value: value, Source: imp.File}
			if _, err := t.contacts.Add(ctx, a, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t organisationTarget) change(ctx context.Context, a hub.Actor, _ *Import, it Item) error {
	_, err := t.orgs.Revise(ctx, a, it.Record, it.Version, func(o *directory.Organisation) error {
		fillOrganisation(o, it.Draft)
		return nil
	})
	return err
}

func (t organisationTarget) versions(ctx context.Context, ids []hub.ID) (map[hub.ID]int, error) {
	all, err := t.orgs.Some(ctx, ids)
	out := map[hub.ID]int{}
	for _, o := range all {
		if !o.Withdrawn {
			out[o.ID] = o.Version
		}
	}
	return out, err
}

func (t organisationTarget) withdraw(ctx context.Context, a hub.Actor, ids []hub.ID) error {
	if len(ids) == 0 {
		return nil
	}
	return t.orgs.Withdraw(ctx, a, true, ids...)
}

func (t organisationTarget) restore(ctx context.Context, a hub.Actor, it Item) error {
	_, err := t.orgs.Revise(ctx, a, it.Record, it.Version+1, func(o *directory.Organisation) error {
		version := o.Version
		*o = directory.Organisation{}
		err := json.Unmarshal([]byte(it.Before), o)
		o.Version = version
		return err
	})
	return err
}

// linked: an organisation that has become a member stays.
func (t organisationTarget) linked(ctx context.Context, ids []hub.ID) (map[hub.ID]string, error) {
	out := map[hub.ID]string{}
	rows, err := t.orgs.Rows(ctx, hub.SystemActor, ids)
	for _, v := range rows {
		if len(v.Memberships) > 0 {
			out[v.ID] = "intake.kept_member"
		}
	}
	return out, err
}

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
