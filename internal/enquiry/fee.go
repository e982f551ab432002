package enquiry

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// FeeForms are the forms of working together whose cost is told, in the order of
// screens: codes of the catalogue's forms.
var FeeForms = []string{"technical_consultation", "academic_consulting", "commissioned_research", "joint_research", "joint_research_chair"}

// Fee tells what one form of working together costs and takes from a day on. An
// unknown Low and High is told by Cost alone.
type Fee struct {
	ID           hub.ID    `json:"id"`
	Area         hub.ID    `json:"area"`
	Organisation hub.ID    `json:"organisation,omitempty"` // "" = the area's own
	Form         string    `json:"form"`
	From         hub.Date  `json:"from"`
	Low          hub.Money `json:"low,omitzero"`
	High         hub.Money `json:"high,omitzero"`
	Cost         hub.Text  `json:"cost,omitzero"`  // per what, what comes on top
	Takes        hub.Text  `json:"takes,omitzero"` // how long
	Free         hub.Text  `json:"free,omitzero"`  // what costs nothing
	Owner        hub.Text  `json:"owner,omitzero"` // who owns the results
	Created      time.Time `json:"created"`
}

// MayPrice reports whether the actor may write an institution's fees: those who
// give the area's roles, and the institution's desk.
func MayPrice(a hub.Actor, area, organisation hub.ID) bool {
	return MaySet(a, area) || organisation != "" && slices.ContainsFunc(a.Affiliations, func(x hub.Affiliation) bool {
		return x.Desk && x.Organisation == organisation
	})
}

// AddFee writes down what a form costs from a day on; what held before stays in
// the history. It is public.
func (s *Service) AddFee(ctx context.Context, a hub.Actor, f Fee) (out Fee, err error) {
	defer hub.Wrap(&err, "enquiry.AddFee(%s)", f.Form)
	if f.Area == "" || !MayPrice(a, f.Area, f.Organisation) {
		return f, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	var p hub.Problems
	if !slices.Contains(FeeForms, f.Form) {
		p.Add("form", "error.choose")
	}
	if _, err := hub.ParseDate(string(f.From)); err != nil || f.From == "" {
		p.Add("from", "error.date", "value", string(f.From))
	}
	if f.Low.State == hub.Amount && f.Low.Yen < 0 {
		p.Add("low", "fees.error_order")
	}
	if f.Low.State == hub.Amount && f.High.State == hub.Amount && f.High.Yen < f.Low.Yen {
		p.Add("high", "fees.error_order")
	}
	empty := f.Low.State == hub.Unknown && f.High.State == hub.Unknown
	for field, t := range map[string]hub.Text{"cost": f.Cost, "takes": f.Takes, "free": f.Free, "owner": f.Owner} {
		limit(&p, field+".ja", t.JA, 1_000)
		limit(&p, field+".en", t.EN, 1_000)
		empty = empty && t.Empty()
	}
	if empty {
		p.Add("cost.ja", "fees.error_empty")
	}
	if err := p.Err(); err != nil {
		return f, err
	}
	f.ID, f.Created = hub.NewID(), s.clock.Now()
	return f, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `insert into fee (id, area_id, organisation_id, form, valid_from, low_state, low_yen, high_state, high_yen,
			cost_ja, cost_en, takes_ja, takes_en, free_ja, free_en, owner_ja, owner_en, created, created_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
			string(f.ID), string(f.Area), string(f.Organisation), f.Form, string(f.From), string(f.Low.State), f.Low.Yen, string(f.High.State), f.High.Yen,
			f.Cost.JA, f.Cost.EN, f.Takes.JA, f.Takes.EN, f.Free.JA, f.Free.EN, f.Owner.JA, f.Owner.EN, db.Millis(f.Created), string(a.User))
		if err != nil {
			return err
		}
		digest, err := s.log.Keep(ctx, tx, a, "fee", f.ID, f)
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Create, Kind: "fee", Record: f.ID, Area: f.Area, Digest: digest})
		return nil
	})
}

// RemoveFee takes back a row that was written by mistake; restore puts it back.
func (s *Service) RemoveFee(ctx context.Context, a hub.Actor, id hub.ID, restore bool) (f Fee, err error) {
	defer hub.Wrap(&err, "enquiry.RemoveFee(%s)", id)
	return f, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		f, err = scanFee(tx.QueryRow(ctx, selectFee+" where id = $1", string(id)))
		if errors.Is(err, db.ErrNoRows) || err == nil && !MayPrice(a, f.Area, f.Organisation) {
			return missing()
		}
		if err != nil {
			return err
		}
		at := db.Millis(s.clock.Now())
		if restore {
			at = 0
		}
		if _, err := tx.Exec(ctx, "update fee set removed = $1 where id = $2", at, string(id)); err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Delete, Kind: "fee", Record: f.ID, Area: f.Area})
		return nil
	})
}

// FeeTable is what one institution, or the area itself, tells of its fees.
type FeeTable struct {
	Organisation hub.ID
	Now          []Fee // what holds on the day, in the order of FeeForms
	Later        []Fee // what will hold
	Before       []Fee // what has held, newest first
}

// Fees gives the area's table on a day, and those of its institutions that have
// written one. They are public.
func (s *Service) Fees(ctx context.Context, area hub.ID, day hub.Date) (out []FeeTable, err error) {
	var all []Fee
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err = db.All(ctx, tx, scanFee, selectFee+" where area_id = $1 and removed = 0 order by organisation_id, valid_from desc, created desc", string(area))
		return err
	})
	if err != nil {
		return nil, err
	}
	at := map[hub.ID]int{}
	for _, f := range all {
		i, ok := at[f.Organisation]
		if !ok {
			i = len(out)
			at[f.Organisation] = i
			out = append(out, FeeTable{Organisation: f.Organisation})
		}
		t := &out[i]
		switch {
		case f.From > day:
			t.Later = append(t.Later, f)
		case slices.ContainsFunc(t.Now, func(x Fee) bool { return x.Form == f.Form }):
			t.Before = append(t.Before, f)
		default:
			t.Now = append(t.Now, f)
		}
	}
	for i := range out {
		slices.SortStableFunc(out[i].Now, func(a, b Fee) int { return slices.Index(FeeForms, a.Form) - slices.Index(FeeForms, b.Form) })
		slices.Reverse(out[i].Later)
	}
	return out, nil
}

const selectFee = `select id, area_id, organisation_id, form, valid_from, low_state, low_yen, high_state, high_yen,
	cost_ja, cost_en, takes_ja, takes_en, free_ja, free_en, owner_ja, owner_en, created from fee`

func scanFee(r db.Row) (f Fee, err error) {
	var created int64
	err = r.Scan(&f.ID, &f.Area, &f.Organisation, &f.Form, &f.From, &f.Low.State, &f.Low.Yen, &f.High.State, &f.High.Yen,
		&f.Cost.JA, &f.Cost.EN, &f.Takes.JA, &f.Takes.EN, &f.Free.JA, &f.Free.EN, &f.Owner.JA, &f.Owner.EN, &created)
	f.Created = db.Time(created)
	return f, err
}
