package access_test

import (
	"bufio"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// parties are the lines of docs/access.tsv as actors, towards a record of area
// A, institution O, owner W, coordinator K, with person N named.
func parties() map[string]hub.Actor {
	p := map[string]hub.Actor{
		"stranger":            {},
		"link_to_another":     {Kind: hub.LinkHolder, Link: hub.Link{Record: "other"}},
		"link_to_it":          {Kind: hub.LinkHolder, Link: hub.Link{Record: "R"}},
		"signed_in_elsewhere": {Kind: hub.User, Roles: []hub.RoleIn{{Role: hub.Chief, Area: "B"}}, Affiliations: []hub.Affiliation{{Organisation: "Q", Desk: true}}, Persons: []hub.ID{"X"}},
		"programme_officer":   {Kind: hub.User, Roles: []hub.RoleIn{{Role: hub.ProgrammeOfficer, Programme: "P"}}},
		"administrator":       {Kind: hub.User, Roles: []hub.RoleIn{{Role: hub.Administrator}}},
		"own_institution":     {Kind: hub.User, Affiliations: []hub.Affiliation{{Organisation: "O"}}},
		"own_desk":            {Kind: hub.User, Affiliations: []hub.Affiliation{{Organisation: "O", Desk: true}}},
		"owner":               {Kind: hub.User, Persons: []hub.ID{"W"}},
		"its_coordinator":     {Kind: hub.User, Persons: []hub.ID{"K"}},
		"named":               {Kind: hub.User, Persons: []hub.ID{"N"}},
	}
	for _, r := range []hub.Role{hub.Chief, hub.Deputy, hub.SeniorCoordinator, hub.Coordinator, hub.Office, hub.Researcher, hub.Company, hub.Municipality, hub.Finance} {
		p[string(r)] = hub.Actor{Kind: hub.User, Roles: []hub.RoleIn{{Role: r, Area: "A"}}}
	}
	return p
}

func TestTheTableInDocsIsTheRule(t *testing.T) {
	f, err := os.Open("../../docs/access.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := parties()
	seen := map[string]int{}
	var header []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		cells := strings.Split(lines.Text(), "\t")
		if header == nil {
			header = cells
			continue
		}
		actor, ok := all[cells[0]]
		if !ok {
			t.Fatalf("docs/access.tsv names an unknown party %q", cells[0])
		}
		seen[cells[0]]++
		scope := hub.Scope(cells[1])
		whole := access.Resource{
			ID: "R", Area: "A", Scope: scope, NameScope: hub.Public, DetailScope: hub.Public,
			Organisation: "O", Owner: "W", Coordinator: "K", Named: []hub.ID{"N"},
		}
		// The layers are asked for on a record whose summary is public.
		inner := whole
		inner.Scope, inner.NameScope, inner.DetailScope = hub.Public, scope, scope
		for i, want := range cells[3:] {
			var got bool
			switch column := header[i+3]; column {
			case "see":
				got = access.Can(actor, access.See, whole)
			case "count":
				got = slices.ContainsFunc(access.Readers(whole, scope), func(x string) bool { return slices.Contains(access.Tokens(actor), x) })
				if scope == hub.Sealed || actor.Kind == hub.LinkHolder {
					got = access.Can(actor, access.See, whole) // neither meets the index
				}
			case "name":
				got = access.Can(actor, access.SeeName, inner)
			case "detail":
				got = access.Can(actor, access.SeeDetail, inner)
			case "edit":
				got = access.Can(actor, access.Edit, whole)
			case "publish":
				got = access.Can(actor, access.Publish, whole)
			case "export":
				got = access.Can(actor, access.Export, whole)
			default:
				t.Fatalf("unknown column %q", column)
			}
			if got != (want == "y") {
				t.Errorf("%s, scope %s, %s: the program says %v, the table says %q", cells[0], scope, header[i+3], got, want)
			}
		}
	}
	for name := range all {
		if seen[name] != len(hub.Scopes) {
			t.Errorf("docs/access.tsv has %d lines for %s, want %d", seen[name], name, len(hub.Scopes))
		}
	}
}

// Through another's eyes nobody sees what is sealed, and all else as that one does.
func TestBorrowedEyesSeeNothingSealed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, r := someActor(rt), someResource(rt, "r0")
		a.Kind, a.Behind = hub.User, ""
		borrowed := a
		borrowed.Behind = "office"
		for _, action := range []access.Action{access.See, access.SeeName, access.SeeDetail} {
			sealed := r.Scope == hub.Sealed || action == access.SeeName && r.NameScope == hub.Sealed || action == access.SeeDetail && r.DetailScope == hub.Sealed
			if got, want := access.Can(borrowed, action, r), access.Can(a, action, r) && !sealed; got != want {
				rt.Fatalf("action %d: %v, want %v\nactor %+v\nrecord %+v", action, got, want, a, r)
			}
		}
	})
}

var (
	someID    = rapid.SampledFrom([]hub.ID{"", "a", "b", "c"})
	someScope = rapid.SampledFrom(hub.Scopes)
)

func someActor(t *rapid.T) hub.Actor {
	a := hub.Actor{Kind: rapid.SampledFrom([]hub.ActorKind{hub.Stranger, hub.User, hub.User, hub.User, hub.LinkHolder, hub.System}).Draw(t, "kind")}
	if a.Kind == hub.LinkHolder {
		a.Link.Record = rapid.SampledFrom([]hub.ID{"r0", "r1", "r2"}).Draw(t, "link")
	}
	if a.Kind != hub.User {
		return a
	}
	a.Behind = rapid.SampledFrom([]hub.ID{"", "", "office"}).Draw(t, "behind")
	for range rapid.IntRange(0, 3).Draw(t, "roles") {
		a.Roles = append(a.Roles, hub.RoleIn{Role: rapid.SampledFrom(hub.Roles).Draw(t, "role"), Area: someID.Draw(t, "area")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "affiliations") {
		a.Affiliations = append(a.Affiliations, hub.Affiliation{Organisation: someID.Draw(t, "org"), Desk: rapid.Bool().Draw(t, "desk")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "persons") {
		a.Persons = append(a.Persons, someID.Draw(t, "person"))
	}
	return a
}

func someResource(t *rapid.T, id string) access.Resource {
	r := access.Resource{
		ID: hub.ID(id), Area: someID.Draw(t, "area"), Scope: someScope.Draw(t, "scope"),
		NameScope: someScope.Draw(t, "name scope"), DetailScope: someScope.Draw(t, "detail scope"),
		Organisation: someID.Draw(t, "org"), Owner: someID.Draw(t, "owner"), Coordinator: someID.Draw(t, "coordinator"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "named") {
		if p := someID.Draw(t, "named person"); p != "" && !slices.Contains(r.Named, p) {
			r.Named = append(r.Named, p)
		}
	}
	return r
}

// Can(a, x, r) holds exactly when the row of r is in Scope(a, x), on both
// engines, for every action; expired and future grants count for nothing.
func TestCanAgreesWithScope(t *testing.T) {
	const now = 1_000
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		must := func(err error) {
			if err != nil {
				t.Helper()
				t.Fatal(err)
			}
		}
		must(d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, `create table thing (id text primary key, area_id text, scope text, name_scope text,
				detail_scope text, organisation_id text, owner_id text, coordinator_id text)`)
			return err
		}))
		rapid.Check(t, func(rt *rapid.T) {
			var all []access.Resource
			must(d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
				for _, q := range []string{"delete from thing", "delete from access_grant"} {
					if _, err := tx.Exec(ctx, q); err != nil {
						return err
					}
				}
				for _, id := range []string{"r0", "r1", "r2"} {
					r := someResource(rt, id)
					all = append(all, r)
					if _, err := tx.Exec(ctx, "insert into thing values ($1,$2,$3,$4,$5,$6,$7,$8)", r.ID, r.Area, string(r.Scope),
						string(r.NameScope), string(r.DetailScope), r.Organisation, r.Owner, r.Coordinator); err != nil {
						return err
					}
					grant := func(p hub.ID, from, until int64) error {
						_, err := tx.Exec(ctx, "insert into access_grant values ($1,$2,'test','',$3,$4)", r.ID, p, from, until)
						return err
					}
					for i, p := range r.Named {
						if err := grant(p, now-10, int64(i)*(now+10)); err != nil {
							return err
						}
					}
					for _, p := range []hub.ID{"a", "b"} { // over, or not begun
						if err := grant(p, now-20, now-5); err != nil {
							return err
						}
						if err := grant(p, now+5, 0); err != nil {
							return err
						}
					}
				}
				return nil
			}))
			a := someActor(rt)
			for _, action := range access.Actions {
				var args db.Args
				q := "select id from thing t where " + access.Scope(a, action).SQL("t", now, args.Add)
				var got []hub.ID
				must(d.Read(t.Context(), func(ctx context.Context, tx db.Tx) (err error) {
					got, err = db.All(ctx, tx, db.Scalar[hub.ID], q, args...)
					return err
				}))
				for _, r := range all {
					if can := access.Can(a, action, r); can != slices.Contains(got, r.ID) {
						rt.Fatalf("action %d: Can says %v, Scope the opposite\nactor %+v\nrecord %+v\n%s", action, can, a, r, q)
					}
				}
			}
		})
	})
}

// What an index lets through by tokens is what Can lets through, for every scope
// but sealed, which is in no index, and every actor but a link holder, who
// never searches.
func TestTokensAgreeWithCan(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, r := someActor(rt), someResource(rt, "r0")
		if a.Kind == hub.LinkHolder {
			return
		}
		readers := access.Readers(r, r.Scope)
		if r.Scope == hub.Sealed {
			if readers != nil {
				rt.Fatalf("a sealed record has readers %v", readers)
			}
			return
		}
		tokens := access.Tokens(a)
		meet := tokens == nil || slices.ContainsFunc(readers, func(x string) bool { return slices.Contains(tokens, x) })
		if meet != access.Can(a, access.See, r) {
			rt.Fatalf("tokens say %v, Can the opposite\nactor %+v\nrecord %+v", meet, a, r)
		}
	})
}
