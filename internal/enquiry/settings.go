package enquiry

import (
	"context"
	"errors"
	"slices"
	"sort"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Settings are how an area takes enquiries.
type Settings struct {
	Area       hub.ID   `json:"area"`
	Shut       bool     `json:"shut,omitempty"` // the public form takes nothing
	Days       int      `json:"days"`           // working days until the first answer
	ShowMedian bool     `json:"show_median,omitempty"`
	Lead       hub.Text `json:"lead,omitzero"`      // above the form
	Signature  hub.Text `json:"signature,omitzero"` // below outgoing texts
	Version    int      `json:"version"`            // 0 = never set
}

// The promise of an area that has set none, and the longest one.
const (
	StandardDays = 3
	LongestDays  = 30
)

// Settings gives how an area takes enquiries: public facts.
func (s *Service) Settings(ctx context.Context, area hub.ID) (set Settings, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		set, err = settingsIn(ctx, tx, area)
		return err
	})
	return set, err
}

func settingsIn(ctx context.Context, tx db.Tx, area hub.ID) (Settings, error) {
	set := Settings{Area: area, Days: StandardDays}
	var shut, median int
	err := tx.QueryRow(ctx, "select closed, promise_days, show_median, lead_ja, lead_en, signature_ja, signature_en, version from enquiry_area where area_id = $1", string(area)).
		Scan(&shut, &set.Days, &median, &set.Lead.JA, &set.Lead.EN, &set.Signature.JA, &set.Signature.EN, &set.Version)
	if errors.Is(err, db.ErrNoRows) {
		return set, nil
	}
	set.Shut, set.ShowMedian = shut == 1, median == 1
	return set, err
}

// MaySet reports whether the actor may change how the area takes enquiries: those
// who give its roles.
func MaySet(a hub.Actor, area hub.ID) bool { return account.MayGrant(a, area) }

// Set changes how the area takes enquiries. Version must be the one that was
// read. Promises already given stay.
func (s *Service) Set(ctx context.Context, a hub.Actor, set Settings) (err error) {
	defer hub.Wrap(&err, "enquiry.Set(%s)", set.Area)
	if set.Area == "" || !MaySet(a, set.Area) {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	var p hub.Problems
	if set.Days < 1 || set.Days > LongestDays {
		p.Add("days", "enquiry.error_days", "n", LongestDays)
	}
	for field, t := range map[string]hub.Text{"lead": set.Lead, "signature": set.Signature} {
		limit(&p, field+".ja", t.JA, 1_000)
		limit(&p, field+".en", t.EN, 1_000)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		old, err := settingsIn(ctx, tx, set.Area)
		if err != nil {
			return err
		}
		if old.Version != set.Version {
			return hub.Errorf(hub.Conflict, "error.conflict")
		}
		set.Version++
		_, err = tx.Exec(ctx, `insert into enquiry_area (area_id, closed, promise_days, show_median, lead_ja, lead_en, signature_ja, signature_en, version, updated)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			on conflict (area_id) do update set closed = excluded.closed, promise_days = excluded.promise_days, show_median = excluded.show_median,
			lead_ja = excluded.lead_ja, lead_en = excluded.lead_en, signature_ja = excluded.signature_ja, signature_en = excluded.signature_en,
			version = excluded.version, updated = excluded.updated`,
			string(set.Area), flag(set.Shut), set.Days, flag(set.ShowMedian), set.Lead.JA, set.Lead.EN, set.Signature.JA, set.Signature.EN,
			set.Version, db.Millis(s.clock.Now()))
		if err != nil {
			return err
		}
		digest, err := s.log.Keep(ctx, tx, a, "enquiry_area", set.Area, set)
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Change, Kind: "enquiry_area", Record: set.Area, Area: set.Area, Digest: digest})
		return nil
	})
}

// Reason is why an enquiry may be declined, with the courteous text that the
// letter begins with.
type Reason struct {
	Code  string   `json:"code"`
	Label hub.Text `json:"label"`
	Body  hub.Text `json:"body"`
}

// Standard are the codes of the reasons of an area that has written none of its
// own; the faces word them under "enquiry.reason_CODE" and
// "enquiry.reason_body_CODE".
var Standard = []string{"no_expert", "test_only", "liability", "budget", "unclear", "outside", "time"}

// Reasons lists the reasons an area has written, in order; none means that the
// standard ones serve.
func (s *Service) Reasons(ctx context.Context, area hub.ID) (out []Reason, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, func(r db.Row) (x Reason, err error) {
			err = r.Scan(&x.Code, &x.Label.JA, &x.Label.EN, &x.Body.JA, &x.Body.EN)
			return x, err
		}, "select code, label_ja, label_en, body_ja, body_en from enquiry_reason where area_id = $1 order by position", string(area))
		return err
	})
	return out, err
}

// SetReasons writes the area's list anew; an empty one brings the standard back.
// A reason without a code is given one.
func (s *Service) SetReasons(ctx context.Context, a hub.Actor, area hub.ID, list []Reason) (err error) {
	defer hub.Wrap(&err, "enquiry.SetReasons(%s)", area)
	if area == "" || !MaySet(a, area) {
		return hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	var p hub.Problems
	for i := range list {
		r := &list[i]
		r.Label.JA, r.Label.EN = line(r.Label.JA), line(r.Label.EN)
		if r.Label.Empty() {
			p.Add("label", "error.required", "field", "")
		}
		for _, t := range []hub.Text{r.Label, r.Body} {
			limit(&p, "label", t.JA, 1_000)
			limit(&p, "label", t.EN, 1_000)
		}
		if r.Code == "" {
			r.Code = string(hub.NewID())
		}
	}
	if len(list) > 20 {
		p.Add("label", "enquiry.error_reasons", "n", 20)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, "delete from enquiry_reason where area_id = $1", string(area)); err != nil {
			return err
		}
		for i, r := range list {
			_, err := tx.Exec(ctx, "insert into enquiry_reason (area_id, code, position, label_ja, label_en, body_ja, body_en) values ($1, $2, $3, $4, $5, $6, $7)",
				string(area), r.Code, i, r.Label.JA, r.Label.EN, r.Body.JA, r.Body.EN)
			if err != nil {
				return err
			}
		}
		digest, err := s.log.Keep(ctx, tx, a, "enquiry_reason", area, list)
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Change, Kind: "enquiry_reason", Record: area, Area: area, Digest: digest})
		return nil
	})
}

// checkReason refuses a code that the area does not know.
func (s *Service) checkReason(ctx context.Context, area hub.ID, code string) error {
	own, err := s.Reasons(ctx, area)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(own, func(r Reason) bool { return r.Code == code })
	if len(own) == 0 {
		known = slices.Contains(Standard, code)
	}
	if !known {
		return (hub.Problems{{Field: "reason", Key: "error.choose"}}).Err()
	}
	return nil
}

// fewest is of how many enquiries a median must be, so that it tells of none.
const fewest = 5

// Median is how long the first answer took, over the enquiries of the last year
// that were answered.
type Median struct {
	Days float64 // working days; half days between two middle ones
	N    int     // of how many
}

// Median gives the area's median first-answer time to its staff, and to everybody
// when the area shows it; ok is false when it does not, or of too few.
func (s *Service) Median(ctx context.Context, a hub.Actor, area hub.ID) (m Median, ok bool, err error) {
	set, err := s.Settings(ctx, area)
	if err != nil || !set.ShowMedian && !a.StaffOf(area) && a.Kind != hub.System {
		return m, false, err
	}
	since := s.clock.Now().Add(-365 * 24 * time.Hour)
	var took []int
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		took, err = db.All(ctx, tx, db.Scalar[int], "select took from enquiry where area_id = $1 and answered > 0 and received >= $2", string(area), db.Millis(since))
		return err
	})
	if err != nil || len(took) < fewest {
		return Median{N: len(took)}, false, err
	}
	sort.Ints(took)
	n := len(took)
	return Median{Days: float64(took[(n-1)/2]+took[n/2]) / 2, N: n}, true, nil
}
