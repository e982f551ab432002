package catalogue_test

import (
	"slices"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

func TestManyChangeAtOnceAndGoBack(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		made := map[string]catalogue.Seed{}
		var ids []hub.ID
		for name, change := range map[string]func(*catalogue.Seed){
			"plain": func(x *catalogue.Seed) { x.Fields = []string{"food"} },
			"done":  func(x *catalogue.Seed) { x.Fields = []string{"snow"}; x.State = catalogue.SeedEnded },
			"public": func(x *catalogue.Seed) {
				x.Scope, x.State, x.Gate.Answer = hub.Public, catalogue.SeedPublic, catalogue.GateNone
			},
			"touched": func(*catalogue.Seed) {}, "elsewhere": func(x *catalogue.Seed) { x.Area = hub.NewID() },
		} {
			x := seed()
			change(&x)
			x, err := s.Seeds.Create(ctx, hub.SystemActor, x)
			if err != nil {
				t.Fatal(err)
			}
			made[name] = x
			ids = append(ids, x.ID)
		}
		slices.Sort(ids)
		b := catalogue.Bulk{State: catalogue.SeedEnded, AddFields: []string{"snow"}, RemoveFields: []string{"food"}, AddKeywords: []string{"共通"}}
		seen, err := s.Seeds.PreviewBulk(ctx, coordinator, ids, b)
		if err != nil || len(seen) != 4 { // not the one of another area
			t.Fatalf("preview of %d, %v", len(seen), err)
		}
		versions := map[hub.ID]int{}
		for _, o := range seen {
			versions[o.ID] = o.Version
			if o.Refused != nil {
				t.Errorf("%s is refused: %v", o.ID, o.Refused)
			}
			if o.ID == made["plain"].ID && (o.Before.State != catalogue.SeedDraft || o.After.State != catalogue.SeedEnded || !slices.Equal(o.After.Fields, []string{"snow"})) {
				t.Errorf("plain goes from %+v to %+v", o.Before, o.After)
			}
		}
		if _, err := s.Seeds.Revise(ctx, coordinator, made["touched"].ID, 1, func(x *catalogue.Seed) error { x.Months = 3; return nil }); err != nil {
			t.Fatal(err)
		}
		batch, err := s.Seeds.ApplyBulk(ctx, coordinator, ids, versions, b)
		if err != nil || batch.Changed != 3 || len(batch.Refused) != 1 || batch.Refused[0].ID != made["touched"].ID {
			t.Fatalf("applied %+v, %v", batch, err)
		}
		get := func(name string) catalogue.Seed {
			v, err := s.Seeds.Get(ctx, hub.SystemActor, made[name].ID)
			if err != nil {
				t.Fatal(err)
			}
			return v.Entry
		}
		if x := get("plain"); x.State != catalogue.SeedEnded || x.Version != 2 || !slices.Contains(x.Keywords.JA, "共通") {
			t.Errorf("plain is %+v", x.Record)
		}
		if x := get("elsewhere"); x.Version != 1 {
			t.Error("one of another area was changed")
		}

		// Undo is one action: everything goes back but what somebody has touched.
		if _, err := s.Seeds.Revise(ctx, coordinator, made["done"].ID, 2, func(x *catalogue.Seed) error { x.Months = 5; return nil }); err != nil {
			t.Fatal(err)
		}
		_, err = s.Seeds.UndoBulk(ctx, firm, batch.ID)
		kind(t, "another's undo", err, hub.NotFound)
		back, err := s.Seeds.UndoBulk(ctx, coordinator, batch.ID)
		if err != nil || back.Changed != 2 || len(back.Refused) != 1 || back.Refused[0].ID != made["done"].ID {
			t.Fatalf("undone %+v, %v", back, err)
		}
		if x := get("plain"); x.State != catalogue.SeedDraft || !slices.Equal(x.Fields, []string{"food"}) || x.Version != 3 || slices.Contains(x.Keywords.JA, "共通") {
			t.Errorf("plain went back to %+v", x.Record)
		}
		if x := get("public"); x.State != catalogue.SeedPublic {
			t.Errorf("public went back to %s", x.State)
		}
		_, err = s.Seeds.UndoBulk(ctx, coordinator, batch.ID)
		kind(t, "a second undo", err, hub.Conflict)
	})
}

func TestABulkChangeKeepsTheRulesOfEach(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		x, err := s.Seeds.Create(ctx, coordinator, seed())
		if err != nil {
			t.Fatal(err)
		}
		ids := []hub.ID{x.ID}
		out, err := s.Seeds.PreviewBulk(ctx, coordinator, ids, catalogue.Bulk{Scope: hub.Public})
		if err != nil || hub.KindOf(out[0].Refused) != hub.Conflict {
			t.Errorf("going public past the gate: %v, %v", out, err)
		}
		out, _ = s.Seeds.PreviewBulk(ctx, coordinator, ids, catalogue.Bulk{State: catalogue.SeedPaused})
		if hub.KindOf(out[0].Refused) != hub.Invalid {
			t.Errorf("from draft to paused: %v", out[0].Refused)
		}
		out, _ = s.Seeds.PreviewBulk(ctx, coordinator, ids, catalogue.Bulk{State: catalogue.SeedAwaiting})
		if hub.KindOf(out[0].Refused) != hub.Invalid {
			t.Errorf("unready to confirmation: %v", out[0].Refused)
		}
		if out, _ := s.Seeds.PreviewBulk(ctx, firm, ids, catalogue.Bulk{State: catalogue.SeedEnded}); len(out) != 0 {
			t.Errorf("a member is told of %v", out)
		}
		_, err = s.Seeds.ApplyBulk(ctx, coordinator, ids, map[hub.ID]int{x.ID: 1}, catalogue.Bulk{})
		kind(t, "no change", err, hub.Invalid)
		_, err = s.Seeds.ApplyBulk(ctx, coordinator, ids, map[hub.ID]int{x.ID: 1}, catalogue.Bulk{Scope: hub.Public})
		kind(t, "nothing allowed", err, hub.Invalid)
		if v, _ := s.Seeds.Get(ctx, coordinator, x.ID); v.Entry.Version != 1 {
			t.Error("a refused change left a version")
		}
	})
}

func TestTheBinIsForThoseWhoMayEdit(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		var ids []hub.ID
		for range 3 {
			x, err := s.Seeds.Create(ctx, coordinator, seed())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Seeds.Withdraw(ctx, coordinator, x.ID, true); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, x.ID)
		}
		first, next, total, err := s.Seeds.Bin(ctx, coordinator, hub.Page{Limit: 2})
		if err != nil || len(first) != 2 || total != 3 || next == "" || first[0].By != coordinator.Name || first[0].At.IsZero() {
			t.Fatalf("the bin holds %v, %q, %d, %v", first, next, total, err)
		}
		rest, next, _, err := s.Seeds.Bin(ctx, coordinator, hub.Page{Limit: 2, After: next})
		if err != nil || len(rest) != 1 || next != "" || rest[0].Entry.ID == first[0].Entry.ID || rest[0].Entry.ID == first[1].Entry.ID {
			t.Errorf("its second page holds %v, %q, %v", rest, next, err)
		}
		for name, a := range map[string]hub.Actor{"member": firm, "stranger": {}} {
			if all, _, n, err := s.Seeds.Bin(ctx, a, hub.Page{}); err != nil || len(all) != 0 || n != 0 {
				t.Errorf("%s sees %v in the bin, %v", name, all, err)
			}
		}
		_, err = s.Seeds.Revise(ctx, coordinator, ids[0], 2, func(*catalogue.Seed) error { return nil })
		kind(t, "editing what is in the bin", err, hub.Conflict)
		kind(t, "a member puts back", s.Seeds.PutBack(ctx, firm, ids...), hub.NotFound)
		if err := s.Seeds.PutBack(ctx, coordinator, ids[:2]...); err != nil {
			t.Fatal(err)
		}
		if rows, _ := s.Seeds.Rows(ctx, coordinator, ids); len(rows) != 2 {
			t.Errorf("%d are back", len(rows))
		}
	})
}
