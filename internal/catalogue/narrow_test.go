package catalogue_test

import (
	"testing"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// A next action noted while a seed was open to the hub must leave everybody's
// list of open actions when the seed is sealed.
func TestNarrowingASeedNarrowsWhatWasNotedAboutIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, clock := t.Context(), hub.SystemClock{}
		log := audit.New(d, clock)
		lines := activity.New(d, log, clock)
		s := catalogue.New(d, log, lines, clock)
		x, err := s.Seeds.Create(ctx, coordinator, seed())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lines.Add(ctx, coordinator, activity.Record{
			Kind: activity.Call, Line: "特許の件で電話", Next: "出願日を聞く", Area: area, Subjects: []activity.Subject{{Kind: "seed", ID: x.ID}},
		}); err != nil {
			t.Fatal(err)
		}
		colleague := hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Office, Area: area}}}
		open := func() int {
			t.Helper()
			found, _, err := lines.Open(ctx, colleague, activity.Filter{Record: x.ID}, hub.Page{})
			if err != nil {
				t.Fatal(err)
			}
			return len(found)
		}
		if n := open(); n != 1 {
			t.Fatalf("%d open actions before", n)
		}
		if _, err := s.Seeds.Revise(ctx, owner, x.ID, x.Version, func(x *catalogue.Seed) error {
			x.Scope, x.NameScope, x.DetailScope = hub.Sealed, hub.Sealed, hub.Sealed
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n := open(); n != 0 {
			t.Errorf("a colleague still reads %d actions about a sealed seed", n)
		}
	})
}
