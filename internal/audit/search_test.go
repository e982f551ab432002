package audit_test

import (
	"context"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

type handClock struct{ at time.Time }

func (c *handClock) Now() time.Time { return c.at }

func TestTheLogIsReadByThoseItConcerns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		clock := &handClock{time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}
		l := audit.New(d, clock)
		here, there := hub.NewID(), hub.NewID()
		record := hub.NewID()
		role := func(r hub.Role, area hub.ID) hub.Actor {
			return hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: r, Area: area}}}
		}
		administrator, office, coordinator := role(hub.Administrator, ""), role(hub.Office, here), role(hub.Coordinator, here)
		add := func(a hub.Actor, e audit.Entry) {
			t.Helper()
			err := d.Write(t.Context(), func(ctx context.Context, _ db.Tx) error { l.Add(ctx, a, e); return nil })
			if err != nil {
				t.Fatal(err)
			}
			clock.at = clock.at.Add(time.Hour)
		}
		add(coordinator, audit.Entry{Action: audit.Create, Kind: "seed", Record: record, Area: here})
		add(coordinator, audit.Entry{Action: audit.Read, Kind: "seed", Record: record, Area: here})
		add(office, audit.Entry{Action: audit.Read, Kind: "need", Record: hub.NewID(), Area: there})
		add(administrator, audit.Entry{Action: audit.Grant, Kind: "user", Record: hub.NewID()})

		for _, c := range []struct {
			what string
			by   hub.Actor
			f    audit.Filter
			want []int64
		}{
			{"everything", administrator, audit.Filter{}, []int64{4, 3, 2, 1}},
			{"an area", administrator, audit.Filter{Area: here}, []int64{2, 1}},
			{"an office's own area", office, audit.Filter{}, []int64{2, 1}},
			{"another's area", office, audit.Filter{Area: there}, nil},
			{"a person", administrator, audit.Filter{By: coordinator.User}, []int64{2, 1}},
			{"a record", administrator, audit.Filter{Record: record}, []int64{2, 1}},
			{"a kind", administrator, audit.Filter{Kinds: []string{"need", "nothing"}}, []int64{3}},
			{"what was seen", administrator, audit.Filter{Actions: []audit.Action{audit.Read, audit.Export}}, []int64{3, 2}},
			{"a window", administrator, audit.Filter{From: clock.at.Add(-3 * time.Hour), Until: clock.at.Add(-time.Hour)}, []int64{3, 2}},
		} {
			lines, next, err := l.Search(t.Context(), c.by, c.f, hub.Page{})
			var got []int64
			for _, x := range lines {
				got = append(got, x.Seq)
			}
			if err != nil || next != "" || len(got) != len(c.want) {
				t.Errorf("%s: %v, %q, %v; want %v", c.what, got, next, err, c.want)
				continue
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%s: %v, want %v", c.what, got, c.want)
				}
			}
		}
		first, next, err := l.Search(t.Context(), administrator, audit.Filter{}, hub.Page{Limit: 3})
		if err != nil || len(first) != 3 || next != "2" {
			t.Errorf("a page of %d, next %q, %v", len(first), next, err)
		}
		rest, next, err := l.Search(t.Context(), administrator, audit.Filter{}, hub.Page{Limit: 3, After: next})
		if err != nil || len(rest) != 1 || rest[0].Seq != 1 || next != "" {
			t.Errorf("the next page: %v, %q, %v", rest, next, err)
		}
		for _, a := range []hub.Actor{{}, coordinator} {
			if _, _, err := l.Search(t.Context(), a, audit.Filter{}, hub.Page{}); hub.KindOf(err) != hub.Forbidden {
				t.Errorf("%+v reads the log: %v", a, err)
			}
			if _, err := l.Take(t.Context(), a, audit.Filter{}); hub.KindOf(err) != hub.Forbidden {
				t.Errorf("%+v takes the log out: %v", a, err)
			}
		}
		taken, err := l.Take(t.Context(), office, audit.Filter{Area: here})
		if err != nil || len(taken) != 2 || taken[0].Seq != 1 {
			t.Errorf("taken out: %v, %v", taken, err)
		}
		noted, _, err := l.Search(t.Context(), administrator, audit.Filter{By: office.User, Actions: []audit.Action{audit.Export}}, hub.Page{})
		if err != nil || len(noted) != 1 || noted[0].Kind != "log" || noted[0].Area != here {
			t.Errorf("that it was taken out is not in the log: %v, %v", noted, err)
		}
		if n, err := l.Verify(t.Context()); n != 5 || err != nil {
			t.Errorf("%d lines hold, %v", n, err)
		}
	})
}
