package enquiry_test

import (
	"testing"

	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

func TestFeesAreDatedAndKept(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		university := hub.NewID()
		desk := hub.Actor{Kind: hub.User, User: hub.NewID(), Affiliations: []hub.Affiliation{{Organisation: university, Desk: true}}}
		member := hub.Actor{Kind: hub.User, User: hub.NewID(), Affiliations: []hub.Affiliation{{Organisation: university}}}
		f := enquiry.Fee{Area: h.north.ID, Form: "joint_research", From: "2026-04-01", Low: hub.Yen(500_000), High: hub.Yen(3_000_000)}
		for name, a := range map[string]hub.Actor{"a stranger": {}, "a coordinator": h.mine, "the university's desk": desk} {
			h.refused(errOf(h.AddFee(ctx, a, f)), hub.Forbidden, name+" writes the area's fees")
		}
		first, err := h.AddFee(ctx, h.chief, f)
		h.ok(err)
		f.From, f.Low = "2026-11-01", hub.Yen(0)
		_, err = h.AddFee(ctx, h.chief, f)
		h.ok(err)
		f.From = "2027-04-01"
		_, err = h.AddFee(ctx, h.chief, f)
		h.ok(err)
		f.Organisation = university
		h.refused(errOf(h.AddFee(ctx, member, f)), hub.Forbidden, "somebody of the university")
		own, err := h.AddFee(ctx, desk, f)
		h.ok(err)
		tables, err := h.Fees(ctx, h.north.ID, "2026-11-20")
		h.ok(err)
		if len(tables) != 2 || tables[0].Organisation != "" || len(tables[0].Now) != 1 || tables[0].Now[0].Low != hub.Yen(0) ||
			len(tables[0].Before) != 1 || tables[0].Before[0].ID != first.ID || len(tables[0].Later) != 1 || len(tables[1].Later) != 1 {
			t.Errorf("%+v", tables)
		}
		h.refused(errOf(h.RemoveFee(ctx, member, own.ID, false)), hub.NotFound, "somebody of the university removes")
		_, err = h.RemoveFee(ctx, desk, own.ID, false)
		h.ok(err)
		if tables, _ := h.Fees(ctx, h.north.ID, "2026-11-20"); len(tables) != 1 {
			t.Errorf("%d tables after removing", len(tables))
		}
		_, err = h.RemoveFee(ctx, desk, own.ID, true)
		h.ok(err)
		for name, bad := range map[string]func(*enquiry.Fee){
			"no day": func(f *enquiry.Fee) { f.From = "" }, "form": func(f *enquiry.Fee) { f.Form = "x" },
			"order": func(f *enquiry.Fee) { f.Low, f.High = hub.Yen(2), hub.Yen(1) }, "nothing": func(f *enquiry.Fee) { f.Low, f.High = hub.Money{}, hub.Money{} },
		} {
			x := f
			x.Organisation = ""
			bad(&x)
			h.refused(errOf(h.AddFee(ctx, h.chief, x)), hub.Invalid, name)
		}
	})
}
