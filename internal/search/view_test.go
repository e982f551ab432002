package search_test

import (
	"testing"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/search"
)

func TestViewsAreTheirOwnersAndTheStaffs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := search.NewViews(d, audit.New(d, hub.SystemClock{}), hub.SystemClock{})
		north, south := hub.NewID(), hub.NewID()
		as := func(role hub.Role, area hub.ID) hub.Actor {
			return hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: role, Area: area}}}
		}
		one, other, office := as(hub.Coordinator, north), as(hub.Coordinator, north), as(hub.Office, north)
		elsewhere, member := as(hub.Coordinator, south), as(hub.Company, north)

		own, err := s.Save(ctx, one, search.View{Section: "seeds", Name: "私の雪", Query: "field=snow", Default: true})
		if err != nil {
			t.Fatal(err)
		}
		shared, err := s.Save(ctx, one, search.View{Section: "seeds", Name: "みんなの雪", Query: "q=秘密", Area: north})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			a    hub.Actor
			want int
		}{
			"owner": {one, 2}, "colleague": {other, 1}, "another area": {elsewhere, 0}, "member": {member, 0}, "stranger": {hub.Actor{}, 0},
		} {
			if all, err := s.List(ctx, c.a, "seeds"); err != nil || len(all) != c.want {
				t.Errorf("%s has %v, %v; want %d", name, all, err, c.want)
			}
		}
		if all, _ := s.List(ctx, one, "needs"); len(all) != 0 {
			t.Errorf("needs have the views of seeds: %v", all)
		}
		// The name stands for one view: saving it again replaces what it asks.
		again, err := s.Save(ctx, one, search.View{Section: "seeds", Name: " 私の雪 ", Query: "field=snow&state=draft"})
		if err != nil || again.ID != own.ID {
			t.Errorf("saved again as %v, %v", again, err)
		}
		all, _ := s.List(ctx, one, "seeds")
		if !all[0].Default && !all[1].Default {
			t.Error("saving again lost the default")
		}

		if _, err := s.Save(ctx, member, search.View{Section: "seeds", Name: "x", Area: north}); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("a member shares: %v", err)
		}
		if _, err := s.Save(ctx, one, search.View{Section: "seeds", Name: "  "}); hub.KindOf(err) != hub.Invalid {
			t.Errorf("no name: %v", err)
		}
		if err := s.SetDefault(ctx, other, "seeds", own.ID); hub.KindOf(err) != hub.NotFound {
			t.Errorf("another's view as default: %v", err)
		}
		if err := s.SetDefault(ctx, other, "seeds", shared.ID); err != nil {
			t.Error(err)
		}
		if err := s.Remove(ctx, other, "seeds", shared.ID); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("a colleague removes it: %v", err)
		}
		if err := s.Remove(ctx, office, "seeds", shared.ID); err != nil {
			t.Errorf("the office removes it: %v", err)
		}
		if all, _ := s.List(ctx, other, "seeds"); len(all) != 0 {
			t.Errorf("left over: %v", all)
		}
	})
}
