package directory_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// world is a directory with what stands below it.
type world struct {
	*directory.Service
	lines *activity.Service
	log   *audit.Log
	clock *clock
	db    *db.DB
}

func each(t *testing.T, fn func(t *testing.T, w world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, open(d)) })
}

func open(d *db.DB) world {
	c := &clock{time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
	log := audit.New(d, c)
	lines := activity.New(d, log, c)
	return world{directory.New(d, log, lines, c), lines, log, c, d}
}

var (
	north, kansai = hub.NewID(), hub.NewID()
	staff         = hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "見本 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: north}}}
	elsewhere     = hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Office, Area: kansai}}}
	member        = hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Company, Area: north}}}
	stranger      = hub.Actor{}
)

func deskOf(o hub.ID) hub.Actor {
	return hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Researcher, Area: north}}, Affiliations: []hub.Affiliation{{Organisation: o, Desk: true}}}
}

func firm(name string) directory.Organisation {
	return directory.Organisation{Kind: directory.SME, Name: hub.Text{JA: name}, Prefecture: "01"}
}

func (w world) firm(t *testing.T, o directory.Organisation) directory.Organisation {
	t.Helper()
	o, err := w.Organisations.Create(t.Context(), staff, north, o)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func want(t *testing.T, what string, err error, kind hub.Kind) {
	t.Helper()
	if got := hub.KindOf(err); got != kind {
		t.Errorf("%s: kind %q (%v), want %q", what, got, err, kind)
	}
}

func wantField(t *testing.T, err error, field string) {
	t.Helper()
	e, ok := errors.AsType[*hub.Error](err)
	if !ok || !slices.ContainsFunc(e.Fields, func(f hub.FieldError) bool { return f.Field == field }) {
		t.Errorf("got %v, want a problem with %s", err, field)
	}
}

func TestAnOrganisationThatOnlyAskedIsNotTold(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		o := w.firm(t, firm("株式会社 秘密工業"))
		for name, c := range map[string]struct {
			actor hub.Actor
			get   hub.Kind
			edit  hub.Kind
		}{
			"stranger":             {stranger, hub.NotFound, hub.NotFound},
			"member":               {member, hub.NotFound, hub.NotFound},
			"staff":                {staff, "", ""},
			"staff of other areas": {elsewhere, "", ""},
			"its desk":             {deskOf(o.ID), "", ""},
			"its people":           {hub.Actor{Kind: hub.User, User: "u", Affiliations: []hub.Affiliation{{Organisation: o.ID}}}, "", hub.Forbidden},
			"a link":               {hub.Actor{Kind: hub.LinkHolder, Link: hub.Link{Record: o.ID}}, hub.NotFound, hub.NotFound},
		} {
			v, err := w.Organisations.Get(ctx, c.actor, o.ID)
			want(t, name+" gets", err, c.get)
			rows, err := w.Organisations.Rows(ctx, c.actor, []hub.ID{o.ID})
			list, _, err2 := w.Organisations.List(ctx, c.actor, directory.OrganisationQuery{Words: "秘密"}, hub.Page{})
			count, err3 := w.Organisations.Count(ctx, c.actor, directory.OrganisationQuery{})
			names, err4 := w.Organisations.Names(ctx, c.actor, []hub.ID{o.ID})
			found, err5 := w.Organisations.Resolve(ctx, c.actor, []string{"㈱秘密工業"})
			similar, err6 := w.Organisations.Similar(ctx, c.actor, firm("秘密工業"))
			if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil {
				t.Fatal(err)
			}
			n := 1
			if c.get != "" {
				n = 0
			}
			if len(rows) != n || len(list) != n || count.Total != n || len(names) != n || len(found[0].Candidates) != n || len(similar) != n {
				t.Errorf("%s: rows %d, list %d, count %d, names %d, resolved %d, similar %d; want %d of each",
					name, len(rows), len(list), count.Total, len(names), len(found[0].Candidates), len(similar), n)
			}
			version := max(v.Version, 1)
			_, err = w.Organisations.Revise(ctx, c.actor, o.ID, version, func(o *directory.Organisation) error {
				o.About.JA += "。"
				return nil
			})
			want(t, name+" edits", err, c.edit)
		}
		_, err := w.Organisations.Create(ctx, member, north, firm("x"))
		want(t, "a member creates", err, hub.Forbidden)
		_, err = w.Organisations.Create(ctx, elsewhere, north, firm("x"))
		want(t, "staff create for another area", err, hub.Forbidden)
	})
}

func TestJoiningBringsIntoTheOpenAndHistoryStays(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		o := w.firm(t, firm("北山製作所"))
		add := func(m directory.Membership) directory.Membership {
			t.Helper()
			m.Area, m.Organisation = north, o.ID
			out, err := w.Memberships.Add(ctx, staff, m)
			if err != nil {
				t.Fatal(err)
			}
			return out[0]
		}
		prospect := add(directory.Membership{Remark: "会長に紹介を頼む"})
		if prospect.State != directory.Prospect {
			t.Fatalf("state %s", prospect.State)
		}
		if _, err := w.Organisations.Get(ctx, stranger, o.ID); hub.KindOf(err) != hub.NotFound {
			t.Errorf("a prospect is told to strangers: %v", err)
		}
		first := add(directory.Membership{Class: directory.Cooperating, Joined: "2024-04-01", Left: "2025-03-31"})
		second := add(directory.Membership{Class: directory.Participating, Joined: "2025-04-01", Remark: "会費は分割"})
		_, err := w.Memberships.Add(ctx, staff, directory.Membership{Area: north, Organisation: o.ID, Class: directory.Participating, Joined: "2026-01-01"})
		wantField(t, err, "joined")
		_, err = w.Memberships.Add(ctx, elsewhere, directory.Membership{Area: north, Organisation: o.ID})
		want(t, "staff of another area", err, hub.Forbidden)

		v, err := w.Organisations.Get(ctx, stranger, o.ID)
		if err != nil || len(v.Memberships) != 2 || v.Memberships[0].ID != second.ID || v.Memberships[0].Remark != "" || v.Edit {
			t.Errorf("a stranger gets %+v, %v", v, err)
		}
		v, err = w.Organisations.Get(ctx, staff, o.ID)
		if err != nil || len(v.Memberships) != 3 || v.Memberships[0].Remark != "会費は分割" || v.Scope != hub.Public {
			t.Errorf("staff get %+v, %v", v, err)
		}
		// The office hides the member again; a later change does not undo that.
		if _, err := w.Organisations.Revise(ctx, staff, o.ID, v.Version, func(o *directory.Organisation) error { o.Scope = hub.HubOnly; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Memberships.Revise(ctx, staff, first.ID, 1, func(m *directory.Membership) error { m.Category = "ものづくり"; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Organisations.Get(ctx, stranger, o.ID); hub.KindOf(err) != hub.NotFound {
			t.Errorf("hidden, then %v", err)
		}
		_, err = w.Memberships.Revise(ctx, staff, first.ID, 1, func(*directory.Membership) error { return nil })
		want(t, "an old version", err, hub.Conflict)
		if yes, err := w.Memberships.Participates(ctx, o.ID, north); !yes || err != nil {
			t.Errorf("participates: %v, %v", yes, err)
		}
		if yes, _ := w.Memberships.Participates(ctx, o.ID, kansai); yes {
			t.Error("participates in an area it never joined")
		}
		lines, _, err := w.lines.Timeline(ctx, staff, o.ID, hub.Page{})
		if err != nil || len(lines) < 5 {
			t.Errorf("%d lines in the timeline, %v", len(lines), err)
		}
	})
}

func TestMembersOfAnyDayAndGrowth(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		for i, m := range []directory.Membership{
			{Class: directory.Participating, Joined: "2023-04-01"},
			{Class: directory.Participating, Joined: "2023-04-01", Left: "2024-03-31"},
			{Class: directory.Cooperating, Joined: "2024-04-01"},
			{Class: directory.Participating, Joined: "2025-04-01", Category: "町工場"},
			{State: directory.Approached},
		} {
			m.Area, m.Organisation = north, w.firm(t, firm(fmt.Sprintf("見本%d", i))).ID
			if _, err := w.Memberships.Add(ctx, staff, m); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			on        hub.Date
			standings []directory.Standing
			want      int
		}{
			{"2023-03-31", []directory.Standing{"participating", "cooperating"}, 0},
			{"2023-04-01", []directory.Standing{"participating", "cooperating"}, 2},
			{"2024-03-31", []directory.Standing{"participating"}, 2},
			{"2024-04-01", []directory.Standing{"participating"}, 1},
			{"2024-04-01", []directory.Standing{"former"}, 1},
			{"", []directory.Standing{"participating", "cooperating"}, 3},
			{"", []directory.Standing{"prospect"}, 1},
			{"", nil, 5},
		} {
			q := directory.OrganisationQuery{Areas: []hub.ID{north}, Standings: c.standings, On: c.on}
			list, _, err := w.Organisations.List(ctx, staff, q, hub.Page{})
			f, err2 := w.Organisations.Count(ctx, staff, q)
			if err != nil || err2 != nil || len(list) != c.want || f.Total != c.want {
				t.Errorf("%s %v: %d listed, %d counted, want %d (%v, %v)", c.on, c.standings, len(list), f.Total, c.want, err, err2)
			}
		}
		list, _, err := w.Organisations.List(ctx, stranger, directory.OrganisationQuery{Standings: []directory.Standing{directory.IsProspect}}, hub.Page{})
		if len(list) != 0 || err != nil {
			t.Errorf("a stranger lists %d prospects, %v", len(list), err)
		}
		f, err := w.Organisations.Count(ctx, staff, directory.OrganisationQuery{})
		if want := map[string]int{"participating": 2, "cooperating": 1, "prospect": 1, "former": 1}; err != nil || !maps.Equal(f.Values["standing"], want) {
			t.Errorf("standings %v, want %v (%v)", f.Values["standing"], want, err)
		}
		g, err := w.Memberships.Growth(ctx, stranger, north, directory.MonthEnds("2024-02-10", "2025-04-30"))
		if err != nil || len(g.Days) != 15 || g.Days[0] != "2024-02-29" || g.Days[14] != "2025-04-30" {
			t.Fatalf("days %v, %v", g.Days, err)
		}
		if g.Total(0) != 2 || g.Total(2) != 2 || g.Total(14) != 3 || g.Counts[14]["町工場"][directory.Participating] != 1 || g.Counts[2]["company_sme"][directory.Cooperating] != 1 {
			t.Errorf("counts %v", g.Counts)
		}
		if !slices.Equal(g.Categories, []string{"company_sme", "町工場"}) {
			t.Errorf("categories %v", g.Categories)
		}
	})
}

func TestListsGoOnWithoutLossInEveryOrder(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		var all []directory.Organisation
		for i := range 23 {
			o := firm(fmt.Sprintf("組織%d", i%7)) // equal names: the id decides
			o.Kind = directory.OrganisationKinds[i%5]
			o.Prefecture = []string{"01", "", "27"}[i%3]
			o.Scope = hub.Public
			all = append(all, o)
		}
		if _, err := w.Organisations.CreateAll(ctx, staff, north, all); err != nil {
			t.Fatal(err)
		}
		for _, by := range []string{"", directory.ByName, directory.ByKind, directory.ByPrefecture, directory.ByUpdated} {
			for _, down := range []bool{false, true} {
				q := directory.OrganisationQuery{Sort: by, Down: down}
				whole, _, err := w.Organisations.List(ctx, stranger, q, hub.Page{Limit: 100})
				if err != nil {
					t.Fatal(err)
				}
				var paged []hub.ID
				page := hub.Page{Limit: 4}
				for range 10 {
					rows, next, err := w.Organisations.List(ctx, stranger, q, page)
					if err != nil {
						t.Fatal(err)
					}
					for _, o := range rows {
						paged = append(paged, o.ID)
					}
					if page.After = next; next == "" {
						break
					}
				}
				if len(whole) != 23 || !slices.EqualFunc(whole, paged, func(o directory.OrganisationView, id hub.ID) bool { return o.ID == id }) {
					t.Errorf("%s down %v: %d rows whole, %d in pages, or another order", by, down, len(whole), len(paged))
				}
			}
		}
		f, err := w.Organisations.Count(ctx, stranger, directory.OrganisationQuery{Kinds: []directory.OrganisationKind{directory.University}, Prefectures: []string{"01"}})
		if err != nil || f.Total != 2 || f.Values["kind"]["kosen"] == 0 || f.Values["prefecture"]["27"] == 0 {
			t.Errorf("facets %+v, %v", f, err)
		}
		_, _, err = w.Organisations.List(ctx, stranger, directory.OrganisationQuery{}, hub.Page{After: "x"})
		want(t, "a broken cursor", err, hub.Invalid)
	})
}

func TestOrganisationsAreCheckedAndKept(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		o := w.firm(t, directory.Organisation{
			Kind: directory.University, Name: hub.Text{JA: " 北辺髙等大學 ", EN: "Hokuhen University"}, Kana: "ほくへん　ﾀﾞｲｶﾞｸ",
			Former: []string{"北辺工業大学", "", "北辺工業大学"}, CorporateNumber: "７０００-0120-50002", Municipality: "01100",
			PostalCode: "0600808", Website: "hokuhen.example.jp", ROR: "https://ror.org/02e16g702",
		})
		if o.Name.JA != "北辺髙等大學" || o.Kana != "ホクヘン ダイガク" || len(o.Former) != 1 || o.CorporateNumber != "7000012050002" ||
			o.Municipality != "011002" || o.Prefecture != "01" || o.PostalCode != "060-0808" || o.Website != "https://hokuhen.example.jp" || o.ROR != "02e16g702" {
			t.Errorf("kept as %+v", o)
		}
		for field, bad := range map[string]directory.Organisation{
			"name.ja":          {Kind: directory.SME, Name: hub.Text{JA: " "}},
			"kind":             {Kind: "x", Name: hub.Text{JA: "x"}},
			"scope":            {Kind: directory.SME, Name: hub.Text{JA: "x"}, Scope: hub.Sealed},
			"corporate_number": {Kind: directory.SME, Name: hub.Text{JA: "x"}, CorporateNumber: "1234567890123"},
			"municipality":     {Kind: directory.SME, Name: hub.Text{JA: "x"}, Prefecture: "02", Municipality: "011002"},
			"prefecture":       {Kind: directory.SME, Name: hub.Text{JA: "x"}, Prefecture: "48"},
			"website":          {Kind: directory.SME, Name: hub.Text{JA: "x"}, Website: "javascript:alert(1)"},
			"about.ja":         {Kind: directory.SME, Name: hub.Text{JA: "x"}, About: hub.Text{JA: "a\x00"}},
		} {
			_, err := w.Organisations.Create(ctx, staff, north, bad)
			wantField(t, err, field)
		}
		out, err := w.Organisations.Revise(ctx, staff, o.ID, 1, func(o *directory.Organisation) error {
			o.Former = append(o.Former, "北辺農学校")
			o.Address.JA = "見本市1-2"
			return nil
		})
		if err != nil || out.Version != 2 {
			t.Fatalf("version %d, %v", out.Version, err)
		}
		same, err := w.Organisations.Revise(ctx, staff, o.ID, 2, func(*directory.Organisation) error { return nil })
		if err != nil || same.Version != 2 {
			t.Errorf("a save without change makes version %d, %v", same.Version, err)
		}
		v, err := w.log.Versions(ctx, directory.KindOrganisation, o.ID)
		if err != nil || len(v) != 2 {
			t.Errorf("%d versions, %v", len(v), err)
		}
		lines, _, err := w.lines.Timeline(ctx, staff, o.ID, hub.Page{})
		if err != nil || len(lines) != 2 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		keys, _ := activity.WordKeys(lines[0].Args["fields"])
		if !slices.Equal(keys, []string{"directory.field_former", "directory.field_address"}) {
			t.Errorf("the timeline tells of %v", keys)
		}
		if err := w.Organisations.Withdraw(ctx, staff, true, o.ID); err != nil {
			t.Fatal(err)
		}
		list, _, err := w.Organisations.List(ctx, staff, directory.OrganisationQuery{}, hub.Page{})
		bin, _, err2 := w.Organisations.List(ctx, staff, directory.OrganisationQuery{Withdrawn: true}, hub.Page{})
		if err != nil || err2 != nil || len(list) != 0 || len(bin) != 1 {
			t.Errorf("%d in the list, %d in the bin; %v, %v", len(list), len(bin), err, err2)
		}
		if err := w.Organisations.Withdraw(ctx, staff, false, o.ID); err != nil {
			t.Fatal(err)
		}
		if list, _, _ = w.Organisations.List(ctx, staff, directory.OrganisationQuery{Words: "高等大学 農学校"}, hub.Page{}); len(list) != 1 {
			t.Error("not found in common kanji by two words")
		}
	})
}

func TestResolveTellsCertainFromLikely(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		front := w.firm(t, firm("株式会社北山"))
		back := w.firm(t, firm("北山株式会社"))
		univ := w.firm(t, directory.Organisation{Kind: directory.University, Name: hub.Text{JA: "国立大学法人見本大学", EN: "Mihon University"}, Former: []string{"見本工業大学"}})
		got, err := w.Organisations.Resolve(ctx, staff, []string{"㈱北山", "北山㈱", "北山", "見本大学", "ＭＩＨＯＮ UNIVERSITY", "見本工業大学", "知らない大学", ""})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []hub.ID{front.ID, back.ID, "", univ.ID, univ.ID, univ.ID, "", ""} {
			if got[i].ID != want {
				t.Errorf("%q is taken for %q, want %q (candidates %v)", got[i].Name, got[i].ID, want, got[i].Candidates)
			}
		}
		if len(got[2].Candidates) != 2 || len(got[6].Candidates) != 0 {
			t.Errorf("candidates of 北山: %v, of an unknown: %v", got[2].Candidates, got[6].Candidates)
		}
	})
}

func TestStays(t *testing.T) {
	for cell, want := range map[string][]directory.Stay{
		"久留米大学": {{Name: "久留米大学"}},
		"東北大学(2022) / 沖縄科学技術大学院大学(2017-2019)": {{"東北大学", 2022, 2022}, {"沖縄科学技術大学院大学", 2017, 2019}},
		"筑波大学(2019, 2021)": {{"筑波大学", 2019, 2021}},
		"独立行政法人見本（移管）":     {{Name: "独立行政法人見本（移管）"}},
		"":                 nil,
	} {
		if got := directory.Stays(cell); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", cell, got, want)
		}
	}
}

// What one page costs does not grow with its rows.
func TestAPageCostsTheSameForOneRowAndForMany(t *testing.T) {
	d := dbtest.SQLite(t)
	w := open(d)
	ctx := t.Context()
	fill := func(n int) {
		var all []directory.Organisation
		for i := range n {
			all = append(all, firm(fmt.Sprintf("見本%03d", i)))
		}
		made, err := w.Organisations.CreateAll(ctx, staff, north, all)
		if err != nil {
			t.Fatal(err)
		}
		var people []directory.NewPerson
		for i, o := range made {
			people = append(people, directory.NewPerson{Person: directory.Person{Area: north, Name: fmt.Sprintf("人%03d", i), Affiliations: []directory.Affiliation{{Organisation: o.ID}}}})
		}
		if _, err := w.People.CreateAll(ctx, staff, people); err != nil {
			t.Fatal(err)
		}
	}
	cost := func() int {
		ctx, n := db.Tally(ctx)
		_, _, err := w.Organisations.List(ctx, staff, directory.OrganisationQuery{}, hub.Page{})
		_, err2 := w.Organisations.Count(ctx, staff, directory.OrganisationQuery{})
		_, _, err3 := w.People.List(ctx, staff, directory.PersonQuery{}, hub.Page{})
		_, err4 := w.People.Count(ctx, staff, directory.PersonQuery{})
		if err := errors.Join(err, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		return n()
	}
	fill(1)
	one := cost()
	fill(49)
	if many := cost(); many != one || one > 13 {
		t.Errorf("%d queries for one row, %d for fifty; want the same, at most 13", one, many)
	}
}
