package account_test

import (
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

func TestColleaguesAreTheStaffOfToday(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		north, south := h.area("north"), h.area("south")
		staff, former, firm, far := h.user("a@x.example", ""), h.user("b@x.example", ""), h.user("c@x.example", ""), h.user("d@x.example", "")
		h.grant(staff.ID, hub.Coordinator, north.ID)
		if _, err := h.Grant(ctx, hub.SystemActor, former.ID, hub.Office, north.ID, "2026-04-01", "2026-11-22"); err != nil {
			t.Fatal(err)
		}
		h.grant(firm.ID, hub.Company, north.ID)
		h.grant(far.ID, hub.Office, south.ID)
		me := hub.Actor{Kind: hub.User, User: staff.ID, Name: "わたし", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: north.ID}}}
		list, err := h.Colleagues(ctx, me, north.ID)
		if err != nil || len(list) != 1 || list[0].ID != staff.ID {
			t.Errorf("colleagues %v, %v; want the one who is staff today", list, err)
		}
		if _, err := h.Colleagues(ctx, me, south.ID); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("another area's staff: %v", err)
		}
		all := []hub.ID{staff.ID, former.ID, firm.ID, far.ID, ""}
		names, err := h.NamesOf(ctx, me, all)
		if err != nil || len(names) != 3 || names[far.ID] != "" || names[former.ID] == "" {
			t.Errorf("staff are told %v, %v", names, err)
		}
		names, err = h.NamesOf(ctx, hub.Actor{Kind: hub.User, User: firm.ID, Name: "会社", Roles: []hub.RoleIn{{Role: hub.Company, Area: north.ID}}}, all)
		if err != nil || len(names) != 1 || names[firm.ID] != "会社" {
			t.Errorf("a member is told %v, %v", names, err)
		}
	})
}
