package search_test

import (
	"slices"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/search"
)

// The rooms' own records: by which words who finds what.
func TestTheRoomsHideWhatTheyHide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, clock := t.Context(), hub.SystemClock{}
		log := audit.New(d, clock)
		lines := activity.New(d, log, clock)
		dir := directory.New(d, log, lines, clock)
		cat := catalogue.New(d, log, lines, clock)
		area, elsewhere := hub.NewID(), hub.NewID()
		staff := hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area}}}
		staffElsewhere := hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Office, Area: elsewhere}}}
		member := hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Company, Area: area}}}
		s := search.New(d, log, clock, search.Options{}, search.Seeds(cat, dir), search.Needs(cat, dir), search.Organisations(dir), search.People(dir))
		if err := s.Open(ctx); err != nil {
			t.Fatal(err)
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		quiet, err := dir.Organisations.Create(ctx, staff, area, directory.Organisation{Kind: directory.SME, Name: hub.Text{JA: "隠密製作所", EN: "Onmitsu Works"}, Scope: hub.HubOnly})
		ok(err)
		known, err := dir.Organisations.Create(ctx, staff, area, directory.Organisation{Kind: directory.University, Name: hub.Text{JA: "雪国大学"}, Prefecture: "15", Scope: hub.Public})
		ok(err)
		_, err = dir.Memberships.Add(ctx, staff, directory.Membership{Area: area, Organisation: known.ID, Class: directory.Participating, Joined: "2025-04-01"})
		ok(err)
		person, err := dir.People.Create(ctx, staff, directory.Person{Area: area, Name: "渡邉 花", Kana: "ワタナベ ハナ", Expertise: hub.Text{JA: "凍結融解"}, Scope: hub.Members, Remark: "苦労人"})
		ok(err)
		seed, err := cat.Seeds.Create(ctx, staff, catalogue.Seed{
			Record:  catalogue.Record{Area: area, Title: hub.Text{JA: "屋根の融雪", EN: "Roof deicing"}, Organisation: quiet.ID, Institution: "略称研", Number: "S-0042", Scope: hub.Public, Fields: []string{"snow"}},
			Summary: hub.Text{JA: "地熱を使う"}, Detail: hub.Text{JA: "配管の角度"}, TRL: catalogue.TRL{Level: 4},
			Gate: catalogue.Gate{Answer: catalogue.GateNone}, Researchers: []catalogue.Researcher{{Person: person.ID, Name: "渡邉 花"}},
		})
		ok(err)
		need, err := cat.Needs.Create(ctx, staff, catalogue.Need{
			Record:    catalogue.Record{Area: area, Title: hub.Text{JA: "駐車場の凍結"}, Organisation: known.ID, Institution: "雪国大学 施設部", Scope: hub.Public},
			Anonymous: hub.Text{JA: "北国の施設が困っている"}, Prefecture: "15", Municipality: "新潟市",
			Detail: catalogue.NeedDetail{Words: hub.Text{JA: "転倒事故があった"}, Contact: "佐々木 0250", View: hub.Text{JA: "予算は薄い"}},
		})
		ok(err)
		is := func(who string, a hub.Actor, text string, want ...hub.ID) {
			t.Helper()
			r, err := s.Search(ctx, a, search.Query{Text: text})
			if err != nil {
				t.Fatal(err)
			}
			var got []hub.ID
			for _, h := range r.Hits {
				if !r.Relaxed {
					got = append(got, h.ID)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s looks for %s: %v, want %v", who, text, got, want)
			}
		}
		for _, c := range []struct {
			text                              string
			stranger, member, elsewhere, here []hub.ID
		}{
			{"融雪", []hub.ID{seed.ID}, []hub.ID{seed.ID}, []hub.ID{seed.ID}, []hub.ID{seed.ID}},
			{"deicing", []hub.ID{seed.ID}, []hub.ID{seed.ID}, []hub.ID{seed.ID}, []hub.ID{seed.ID}},
			{"S-0042", []hub.ID{seed.ID}, []hub.ID{seed.ID}, []hub.ID{seed.ID}, []hub.ID{seed.ID}},
			{"略称研", []hub.ID{seed.ID}, []hub.ID{seed.ID}, []hub.ID{seed.ID}, []hub.ID{seed.ID}},
			{"角度", nil, nil, nil, []hub.ID{seed.ID}},
			// The seed's institution may be named, but that this firm is known to a hub
			// is for the hubs to know.
			{"隠密製作所", nil, nil, []hub.ID{quiet.ID}, []hub.ID{quiet.ID, seed.ID}},
			{"Onmitsu", nil, nil, []hub.ID{quiet.ID}, []hub.ID{quiet.ID, seed.ID}},
			{"施設部", nil, nil, nil, []hub.ID{need.ID}},
			{"転倒事故", nil, nil, nil, []hub.ID{need.ID}},
			{"薄い", nil, nil, nil, []hub.ID{need.ID}},
			{"佐々木", nil, nil, nil, nil},
			{"雪国大学", []hub.ID{known.ID}, []hub.ID{known.ID}, []hub.ID{known.ID}, []hub.ID{known.ID, need.ID}},
			{"凍結融解", nil, []hub.ID{person.ID}, nil, []hub.ID{person.ID}},
			{"渡辺花", []hub.ID{seed.ID}, []hub.ID{person.ID, seed.ID}, []hub.ID{seed.ID}, []hub.ID{person.ID, seed.ID}},
			{"苦労人", nil, nil, nil, nil},
		} {
			is("a stranger", hub.Actor{}, c.text, c.stranger...)
			is("a member", member, c.text, c.member...)
			is("staff of another area", staffElsewhere, c.text, c.elsewhere...)
			is("staff", staff, c.text, c.here...)
		}
		r, err := s.Search(ctx, hub.Actor{}, search.Query{
			Filter: search.Filter{Areas: []hub.ID{area}},
			Facets: []string{"kind", "organisation", "field", "prefecture", "municipality"},
		})
		ok(err)
		if r.Total != 3 || len(r.Facets["organisation"]) != 0 || len(r.Facets["municipality"]) != 0 {
			t.Errorf("in the area a stranger sees %d, facets %v", r.Total, r.Facets)
		}

		// A new name is found at once, also on the records that carry it.
		_, err = dir.Organisations.Revise(ctx, staff, known.ID, known.Version, func(o *directory.Organisation) error { o.Name.JA = "新雪大学"; return nil })
		ok(err)
		is("staff", staff, "新雪大学", known.ID, need.ID)
		ok(cat.Seeds.Withdraw(ctx, staff, seed.ID, true))
		is("staff", staff, "融雪")
		ok(dir.Organisations.Withdraw(ctx, staff, true, known.ID))
		is("a stranger", hub.Actor{}, "新雪大学")
		ok(dir.People.Withdraw(ctx, staff, true, person.ID))
		is("staff", staff, "凍結融解")

		found, err := s.Finder()(ctx, staff, "need", nil, 5)
		if len(found) != 0 || err != nil {
			t.Errorf("nothing asked, %v found, %v", found, err)
		}
	})
}
