package directory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

func (w world) person(t *testing.T, p directory.Person, contacts ...directory.Contact) directory.Person {
	t.Helper()
	p.Area = north
	p, err := w.People.Create(t.Context(), staff, p, contacts...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func himself(p directory.Person) hub.Actor {
	return hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Researcher, Area: north}}, Persons: []hub.ID{p.ID}}
}

func TestPeopleAreReadByTheirScopeAndContactsByTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		o := w.firm(t, firm("見本大学"))
		p := w.person(t, directory.Person{
			Name: "渡邉 太郎", Kana: "わたなべ たろう", Scope: hub.Members, Remark: "午前は不在",
			Affiliations: []directory.Affiliation{{Organisation: o.ID, Title: hub.Text{JA: "教授"}}},
		},
			directory.Contact{Kind: directory.Mail, Value: "ｔａｒｏ@mihon.example.jp", Scope: hub.Members, Source: "名刺"},
			directory.Contact{Kind: directory.Mobile, Value: "０９０-1234-5678"},
			directory.Contact{Kind: directory.Phone, Value: "011-222-3333", Scope: hub.Public})
		colleague := hub.Actor{Kind: hub.User, User: "c", Affiliations: []hub.Affiliation{{Organisation: o.ID}}}
		for name, c := range map[string]struct {
			actor    hub.Actor
			kind     hub.Kind
			contacts int
			remark   string
			edit     bool
		}{
			"stranger":         {stranger, hub.NotFound, 0, "", false},
			"staff elsewhere":  {elsewhere, hub.NotFound, 0, "", false},
			"member":           {member, "", 2, "", false},
			"colleague":        {colleague, "", 1, "", false},
			"desk":             {deskOf(o.ID), "", 2, "", true},
			"staff":            {staff, "", 3, "午前は不在", true},
			"himself":          {himself(p), "", 3, "", false},
			"holder of a link": {hub.Actor{Kind: hub.LinkHolder, Link: hub.Link{Record: p.ID}}, "", 1, "", false},
		} {
			v, err := w.People.Get(ctx, c.actor, p.ID)
			want(t, name, err, c.kind)
			if err != nil {
				continue
			}
			contacts, err := w.Contacts.Of(ctx, c.actor, p.ID)
			if err != nil || len(contacts) != c.contacts {
				t.Errorf("%s reads %d contacts, want %d (%v)", name, len(contacts), c.contacts, err)
			}
			if v.Remark != c.remark || v.Edit != c.edit {
				t.Errorf("%s: remark %q, edit %v", name, v.Remark, v.Edit)
			}
		}
		v, err := w.People.Get(ctx, staff, p.ID)
		if err != nil || v.Name != "渡邉 太郎" || v.Kana != "ワタナベ タロウ" || v.Affiliations[0].Name != "見本大学" || v.Organisations[o.ID].JA != "見本大学" {
			t.Errorf("staff get %+v, %v", v, err)
		}
		// The organisation itself is not open to members: only its typed name is told.
		if v, _ := w.People.Get(ctx, member, p.ID); len(v.Organisations) != 0 {
			t.Errorf("a member may open %v", v.Organisations)
		}
	})
}

func TestSomeoneEditsHisOwnExpertiseAndContacts(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		p := w.person(t, directory.Person{Name: "見本 太郎", Remark: "内緒"})
		me := himself(p)
		out, err := w.People.Revise(ctx, me, p.ID, 1, func(p *directory.Person) error {
			p.Expertise.JA, p.ORCID, p.Remark = "雪氷の計測", "0000-0002-1825-0097", "消す"
			return nil
		})
		if err != nil || out.Version != 2 {
			t.Fatalf("version %d, %v", out.Version, err)
		}
		if v, _ := w.People.Get(ctx, staff, p.ID); v.Remark != "内緒" || v.Expertise.JA != "雪氷の計測" {
			t.Errorf("staff read remark %q and expertise %q", v.Remark, v.Expertise.JA)
		}
		for name, change := range map[string]func(*directory.Person){
			"name":        func(p *directory.Person) { p.Name = "別人" },
			"affiliation": func(p *directory.Person) { p.Affiliations = []directory.Affiliation{{Name: "よそ"}} },
			"scope":       func(p *directory.Person) { p.Scope = hub.Public },
		} {
			_, err := w.People.Revise(ctx, me, p.ID, 2, func(p *directory.Person) error { change(p); return nil })
			want(t, name, err, hub.Forbidden)
		}
		_, err = w.People.Revise(ctx, staff, p.ID, 1, func(*directory.Person) error { return nil })
		want(t, "an old version", err, hub.Conflict)
		_, err = w.People.Revise(ctx, member, p.ID, 2, func(*directory.Person) error { return nil })
		want(t, "a stranger to him", err, hub.NotFound)

		c, err := w.Contacts.Add(ctx, me, directory.Contact{Record: p.ID, Kind: directory.Phone, Value: "+81 90-1234-5678"})
		if err != nil || c.Area != north || c.Scope != hub.HubOnly {
			t.Fatalf("contact %+v, %v", c, err)
		}
		_, err = w.Contacts.Add(ctx, me, directory.Contact{Record: p.ID, Kind: directory.Mail, Value: "not a mail"})
		wantField(t, err, "contact.value")
		_, err = w.Contacts.Add(ctx, member, directory.Contact{Record: p.ID, Kind: directory.Mail, Value: "a@b.example"})
		want(t, "a member adds", err, hub.NotFound)
		want(t, "a member ends", w.Contacts.End(ctx, member, c.ID), hub.NotFound)
		if err := w.Contacts.End(ctx, me, c.ID); err != nil {
			t.Fatal(err)
		}
		if left, err := w.Contacts.Of(ctx, me, p.ID); err != nil || len(left) != 0 {
			t.Errorf("%d contacts after the end, %v", len(left), err)
		}
	})
}

func TestPeopleAreFoundInVariantSpellingsAndByWhatTheyCanDo(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		o, other := w.firm(t, firm("見本大学")), w.firm(t, firm("別の大学"))
		in := func(o directory.Organisation) []directory.Affiliation {
			return []directory.Affiliation{{Organisation: o.ID, From: "2020-04-01"}}
		}
		a := w.person(t, directory.Person{
			Name: "渡邉 太郎", Kind: directory.Coordinator, Affiliations: in(o), Expertise: hub.Text{JA: "知的財産とライセンス交渉"},
			ResearcherNumber: "１２３４５６７８",
		}, directory.Contact{Kind: directory.Mail, Value: "Taro@Mihon.example.jp"})
		b := w.person(t, directory.Person{Name: "渡辺　太郎", Kind: directory.Researcher, Affiliations: in(other)})
		c := w.person(t, directory.Person{Name: "齋藤 花子", Kana: "サイトウ ハナコ", Kind: directory.Researcher})
		for q, names := range map[string][]hub.ID{
			"渡邊太郎": {a.ID, b.ID}, "ライセンス": {a.ID}, "斉藤": {c.ID}, "さいとう": {c.ID}, "100%": nil, "見本大学": {a.ID},
		} {
			list, _, err := w.People.List(ctx, staff, directory.PersonQuery{Words: q}, hub.Page{})
			if err != nil || len(list) != len(names) || slices.ContainsFunc(list, func(v directory.PersonView) bool { return !slices.Contains(names, v.ID) }) {
				t.Errorf("%s finds %d, want %d (%v)", q, len(list), len(names), err)
			}
		}
		f, err := w.People.Count(ctx, staff, directory.PersonQuery{Kinds: []directory.PersonKind{directory.Researcher}})
		if err != nil || f.Total != 2 || f.Values["kind"]["coordinator"] != 1 || f.Values["organisation"][string(other.ID)] != 1 || f.Values["area"][string(north)] != 2 {
			t.Errorf("facets %+v, %v", f, err)
		}
		got, err := w.People.Resolve(ctx, staff, north, []directory.PersonClue{
			{Name: "渡邊 太郎", Organisation: o.ID},
			{Name: "渡辺太郎"},
			{Name: "W", ResearcherNumber: "12345678"},
			{Name: "誰か", Mail: "taro@mihon.EXAMPLE.jp"},
			{Name: "斎藤花子"},
			{Name: "知らない人"},
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []hub.ID{a.ID, "", a.ID, a.ID, "", ""} {
			if got[i].ID != want {
				t.Errorf("clue %d is taken for %q, want %q", i, got[i].ID, want)
			}
		}
		if len(got[1].Candidates) != 2 || len(got[4].Candidates) != 1 || len(got[5].Candidates) != 0 {
			t.Errorf("candidates %v, %v, %v", got[1].Candidates, got[4].Candidates, got[5].Candidates)
		}
		// A mail address that one may not read tells nothing by being found.
		if got, err := w.People.Resolve(ctx, member, north, []directory.PersonClue{{Name: "x", Mail: "taro@mihon.example.jp"}}); err != nil || len(got[0].Candidates) != 0 {
			t.Errorf("a member finds %v, %v", got[0].Candidates, err)
		}
		if area, err := w.People.Area(ctx, a.ID); area != north || err != nil {
			t.Errorf("area %s, %v", area, err)
		}
	})
}

func TestWhoMovesOnKeepsHisPast(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		before, after := w.firm(t, firm("前の大学")), w.firm(t, firm("今の大学"))
		p := w.person(t, directory.Person{Name: "見本 太郎", Affiliations: []directory.Affiliation{
			{Organisation: after.ID, From: "2026-04-01"},
			{Organisation: before.ID, From: "2020-04-01", Until: "2026-03-31"},
		}})
		for _, o := range []hub.ID{before.ID, after.ID} {
			if list, _, err := w.People.List(ctx, staff, directory.PersonQuery{Organisations: []hub.ID{o}}, hub.Page{}); len(list) != 1 || err != nil {
				t.Errorf("%d people, %v", len(list), err)
			}
		}
		if r := p.Access(); r.Organisation != after.ID || r.Owner != p.ID {
			t.Errorf("the record is of %+v", r)
		}
		old := hub.Actor{Kind: hub.User, User: "old", Affiliations: []hub.Affiliation{{Organisation: before.ID, Desk: true}}}
		_, err := w.People.Get(ctx, old, p.ID)
		want(t, "the desk he left", err, hub.NotFound)
		f, ok := p.Current("2025-01-01")
		if !ok || f.Organisation != before.ID {
			t.Errorf("in 2025 he was at %+v", f)
		}
		for field, f := range map[string]directory.Affiliation{
			"affiliation.until":        {Name: "x", From: "2026-04-01", Until: "2026-03-31"},
			"affiliation.from":         {Name: "x", From: "2026-4-1"},
			"affiliation.organisation": {Organisation: hub.NewID()},
		} {
			_, err := w.People.Create(ctx, staff, directory.Person{Area: north, Name: "x", Affiliations: []directory.Affiliation{f}})
			wantField(t, err, field)
		}
	})
}

func TestReadingACaseIsLogged(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p := w.person(t, directory.Person{Name: "内部通報者", Scope: hub.Case})
		_, err := w.People.Get(t.Context(), staff, p.ID)
		want(t, "staff", err, hub.NotFound)
		if _, err := w.People.Get(t.Context(), himself(p), p.ID); err != nil {
			t.Fatal(err)
		}
		lines, err := w.log.Of(t.Context(), p.ID, 1)
		if err != nil || len(lines) != 1 || lines[0].Action != audit.Read {
			t.Errorf("log %v, %v", lines, err)
		}
	})
}

// An import of twenty thousand rows is a matter of seconds.
func TestManyAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("loads 20,000 organisations")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(d)
		var all []directory.Organisation
		var names []string
		for i := range 20_000 {
			o := firm(fmt.Sprintf("株式会社見本%d", i))
			all = append(all, o)
			names = append(names, "㈱"+o.Name.JA[len("株式会社"):])
		}
		start := time.Now()
		made, err := w.Organisations.CreateAll(t.Context(), staff, north, all)
		if err != nil {
			t.Fatal(err)
		}
		created := time.Since(start)
		start = time.Now()
		got, err := w.Organisations.Resolve(t.Context(), staff, names)
		if err != nil {
			t.Fatal(err)
		}
		resolved := time.Since(start)
		for i, r := range got {
			if r.ID != made[i].ID {
				t.Fatalf("%s is taken for %q", r.Name, r.ID)
			}
		}
		start = time.Now()
		if _, _, err := w.Organisations.List(t.Context(), staff, directory.OrganisationQuery{Words: "見本 19"}, hub.Page{}); err != nil {
			t.Fatal(err)
		}
		listed := time.Since(start)
		start = time.Now()
		if _, err := w.Organisations.Count(t.Context(), staff, directory.OrganisationQuery{}); err != nil {
			t.Fatal(err)
		}
		t.Logf("created in %v, resolved in %v, a page in %v, facets in %v", created, resolved, listed, time.Since(start))
		if created > 30*time.Second || resolved > 10*time.Second {
			t.Error("too slow")
		}
	})
}

func TestChoicesNameTheAreasOwnFirst(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		first, second := w.firm(t, firm("あ工業")), w.firm(t, firm("ん工業"))
		if _, err := w.Memberships.Add(ctx, staff, directory.Membership{Area: north, Organisation: second.ID}); err != nil {
			t.Fatal(err)
		}
		p := w.person(t, directory.Person{Name: "髙橋", Scope: hub.Members})
		orgs, err := w.FindOrganisations(ctx, staff, north, "", 10)
		if err != nil || len(orgs) != 2 || orgs[0].ID != second.ID || orgs[1].Name.JA != first.Name.JA {
			t.Errorf("organisations %v, %v", orgs, err)
		}
		// That the area courts it must not show in the order for others.
		orgs, err = w.FindOrganisations(ctx, elsewhere, north, "", 10)
		if err != nil || len(orgs) != 2 || orgs[0].ID != first.ID {
			t.Errorf("organisations for others %v, %v", orgs, err)
		}
		people, err := w.FindPeople(ctx, member, north, "", 10)
		names, err2 := w.PersonNames(ctx, member, []hub.ID{p.ID})
		if err != nil || err2 != nil || len(people) != 1 || names[p.ID] != "髙橋" {
			t.Errorf("people %v, names %v; %v, %v", people, names, err, err2)
		}
		if found, err := w.FindPeople(ctx, member, north, "高橋", 10); err != nil || len(found) != 1 {
			t.Errorf("another spelling finds %v, %v", found, err)
		}
		orgs, err = w.FindOrganisations(ctx, staff, north, "ん", 10)
		if err != nil || len(orgs) != 1 || orgs[0].ID != second.ID {
			t.Errorf("a beginning finds %v, %v", orgs, err)
		}
		if names, _ := w.PersonNames(ctx, stranger, []hub.ID{p.ID}); len(names) != 0 {
			t.Errorf("a stranger is told %v", names)
		}
	})
}
