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
