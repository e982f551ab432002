package account_test

import (
	"testing"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
)

func TestTheOfficeCorrectsItsWorkingDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		log := audit.New(d, hub.SystemClock{})
		s := account.New(d, log, hub.SystemClock{}, account.Options{})
		area, err := s.CreateArea(ctx, hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北"}})
		if err != nil {
			t.Fatal(err)
		}
		with := func(r hub.Role, area hub.ID) hub.Actor {
			return hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: r, Area: area}}}
		}
		office := with(hub.Office, area.ID)
		for name, a := range map[string]hub.Actor{
			"a stranger": {}, "a coordinator": with(hub.Coordinator, area.ID), "another area's office": with(hub.Office, hub.NewID()),
		} {
			if err := s.CorrectDays(ctx, a, area.ID, "2026-12-29", "", calendar.Closed, false, hub.Text{}); hub.KindOf(err) != hub.Forbidden {
				t.Errorf("%s corrects the days: %v", name, err)
			}
			if err := s.UncorrectDay(ctx, a, area.ID, "2026-12-29", false); hub.KindOf(err) != hub.Forbidden {
				t.Errorf("%s takes a correction back: %v", name, err)
			}
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ok(s.CorrectDays(ctx, office, area.ID, "2026-12-29", "2027-01-03", calendar.Closed, true, hub.Text{JA: "年末年始"}))
		ok(s.CorrectDays(ctx, office, area.ID, "2025-12-30", "", calendar.Closed, true, hub.Text{JA: "年末"})) // replaces, does not double
		ok(s.CorrectDays(ctx, office, area.ID, "2026-11-23", "", calendar.Opened, false, hub.Text{}))
		c, err := s.Calendar(ctx, area.ID)
		ok(err)
		for day, want := range map[hub.Date]bool{"2026-12-28": true, "2026-12-29": false, "2030-12-30": false, "2028-01-03": false, "2028-01-04": true, "2026-11-23": true, "2027-11-23": false} {
			if c.Working(day) != want {
				t.Errorf("%s: working %v", day, !want)
			}
		}
		all, err := s.Corrections(ctx, area.ID)
		if err != nil || len(all) != 7 {
			t.Errorf("%d corrections, %v", len(all), err)
		}
		ok(s.UncorrectDay(ctx, office, area.ID, "2040-12-29", true))
		ok(s.UncorrectDay(ctx, office, area.ID, "2026-11-23", false))
		calendars, err := s.Calendars(ctx)
		ok(err)
		if c := calendars[area.ID]; c.Working("2026-11-23") || !c.Working("2026-12-29") || c.Working("2026-12-31") {
			t.Error("what was taken back still counts")
		}
		for name, err := range map[string]error{
			"too long":  s.CorrectDays(ctx, office, area.ID, "2026-01-01", "2026-12-31", calendar.Closed, false, hub.Text{}),
			"backwards": s.CorrectDays(ctx, office, area.ID, "2026-01-02", "2026-01-01", calendar.Closed, false, hub.Text{}),
			"kind":      s.CorrectDays(ctx, office, area.ID, "2026-01-02", "", calendar.National, false, hub.Text{}),
			"no day":    s.CorrectDays(ctx, office, area.ID, "", "", calendar.Closed, false, hub.Text{}),
			"not a day": s.UncorrectDay(ctx, office, area.ID, "x", true),
		} {
			if hub.KindOf(err) != hub.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if v, err := log.Versions(ctx, "calendar", area.ID); len(v) != 5 || err != nil {
			t.Errorf("%d versions of the calendar, want one for each change, %v", len(v), err)
		}
	})
}
