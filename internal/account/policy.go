package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// KindPolicy is what the log calls an area's rules for its accounts.
const KindPolicy = "policy"

const (
	maxConsent = 10_000 // characters
	maxKeep    = 600    // months
)

// Policy is what an area asks of its accounts.
type Policy struct {
	Area         hub.ID     `json:"area"`
	SecondFactor []hub.Role `json:"second_factor,omitempty"` // roles that need one
	// Consent is what everybody reads and agrees to before the first page, and
	// again when it changes; empty asks nobody.
	Consent        hub.Text  `json:"consent"`
	ConsentVersion int       `json:"consent_version"` // 0 = there never was one
	ConsentSince   time.Time `json:"consent_since"`
	// Keep is for how many months after the last role personal data are kept; 0 is
	// not decided.
	Keep    int   `json:"keep_months"`
	Version int64 `json:"version"` // for RevisePolicy
}

const selectPolicy = "select area_id, second_factor, consent_ja, consent_en, consent_version, consent_at, keep_months, version from area_policy"

func scanPolicy(r db.Row) (p Policy, err error) {
	var roles string
	var at int64
	err = r.Scan(&p.Area, &roles, &p.Consent.JA, &p.Consent.EN, &p.ConsentVersion, &at, &p.Keep, &p.Version)
	p.ConsentSince = db.Time(at)
	for x := range strings.FieldsSeq(roles) {
		p.SecondFactor = append(p.SecondFactor, hub.Role(x))
	}
	return p, err
}

func policyOf(ctx context.Context, tx db.Tx, area hub.ID) (Policy, error) {
	p, err := scanPolicy(tx.QueryRow(ctx, selectPolicy+" where area_id = $1", area))
	if errors.Is(err, db.ErrNoRows) {
		return Policy{Area: area}, nil
	}
	return p, err
}

// Policy gives what an area asks, to those who give its roles.
func (s *Service) Policy(ctx context.Context, a hub.Actor, area hub.ID) (p Policy, err error) {
	if area == "" || !mayGrant(a, area) {
		return p, forbidden()
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = policyOf(ctx, tx, area)
		return err
	})
	return p, err
}

// RevisePolicy changes what an area asks; Version must be the one that was read,
// 0 for the first. A consent text that changes gets the next number, and everybody
// is asked again; an empty one asks nobody any more. For those who give the area's
// roles.
func (s *Service) RevisePolicy(ctx context.Context, a hub.Actor, p Policy) (Policy, error) {
	if p.Area == "" || !mayGrant(a, p.Area) {
		return p, forbidden()
	}
	var bad hub.Problems
	for _, r := range p.SecondFactor {
		if !areaRole(r) {
			bad.Add("second_factor", "error.choose")
		}
	}
	for field, text := range map[string]string{"consent.ja": p.Consent.JA, "consent.en": p.Consent.EN} {
		if n := utf8.RuneCountInString(text); n > maxConsent {
			bad.Add(field, "error.too_long", "limit", maxConsent, "n", n)
		}
	}
	if p.Consent.JA == "" && p.Consent.EN != "" {
		bad.Add("consent.ja", "error.consent_japanese")
	}
	if p.Keep < 0 || p.Keep > maxKeep {
		bad.Add("keep", "error.keep_months", "max", maxKeep)
	}
	if err := bad.Err(); err != nil {
		return p, err
	}
	slices.Sort(p.SecondFactor)
	p.SecondFactor = slices.Compact(p.SecondFactor)
	var roles []string
	for _, r := range p.SecondFactor {
		roles = append(roles, string(r))
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := one(ctx, tx, " where id = $1"+tx.Dialect().ForUpdate(), p.Area); err != nil {
			return err
		}
		old, err := policyOf(ctx, tx, p.Area)
		if err != nil {
			return err
		}
		if old.Version != p.Version {
			return hub.Errorf(hub.Conflict, "error.conflict")
		}
		p.ConsentVersion, p.ConsentSince = old.ConsentVersion, old.ConsentSince
		switch {
		case p.Consent.Empty():
			p.ConsentVersion = -abs(old.ConsentVersion) // keeps the number for the next text
		case p.Consent != old.Consent:
			p.ConsentVersion, p.ConsentSince = abs(old.ConsentVersion)+1, s.now()
		}
		p.Version++
		_, err = tx.Exec(ctx, `insert into area_policy (area_id, second_factor, consent_ja, consent_en, consent_version, consent_at, keep_months, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (area_id) do update set second_factor = excluded.second_factor, consent_ja = excluded.consent_ja,
			consent_en = excluded.consent_en, consent_version = excluded.consent_version, consent_at = excluded.consent_at,
			keep_months = excluded.keep_months, version = excluded.version`,
			p.Area, strings.Join(roles, " "), p.Consent.JA, p.Consent.EN, p.ConsentVersion, db.Millis(p.ConsentSince), p.Keep, p.Version)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, a, audit.Change, KindPolicy, p.Area, p.Area, p)
	})
	return p, err
}

func abs(n int) int { return max(n, -n) }

// Notice is a text that somebody has to agree to.
type Notice struct {
	Area    Area
	Text    hub.Text
	Version int
	Since   time.Time
	Agreed  time.Time // zero = not yet
}

// Notices gives the texts of the areas in which the actor has a role, with when he
// agreed to each.
func (s *Service) Notices(ctx context.Context, a hub.Actor) (out []Notice, err error) {
	areas := a.Areas(func(hub.Role) bool { return true })
	if len(areas) == 0 || a.User == "" {
		return nil, nil
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, id := range areas {
			p, err := policyOf(ctx, tx, id)
			if err != nil {
				return err
			}
			if p.ConsentVersion <= 0 {
				continue
			}
			n := Notice{Text: p.Consent, Version: p.ConsentVersion, Since: p.ConsentSince}
			if n.Area, err = one(ctx, tx, " where id = $1", id); err != nil {
				return err
			}
			at, err := db.All(ctx, tx, db.Scalar[int64], "select at from user_consent where user_id = $1 and area_id = $2 and version = $3", a.User, id, p.ConsentVersion)
			if err != nil {
				return err
			}
			if len(at) == 1 {
				n.Agreed = db.Time(at[0])
			}
			out = append(out, n)
		}
		return nil
	})
	return out, err
}

// Agree notes that the actor agrees to version of an area's text; a text that has
// changed meanwhile is a Conflict.
func (s *Service) Agree(ctx context.Context, a hub.Actor, area hub.ID, version int) error {
	if a.User == "" || a.Borrowed() {
		return forbidden()
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := policyOf(ctx, tx, area)
		if err != nil {
			return err
		}
		if p.ConsentVersion <= 0 || p.ConsentVersion != version {
			return hub.Errorf(hub.Conflict, "error.consent_changed")
		}
		n, err := tx.Exec(ctx, "insert into user_consent (user_id, area_id, version, at) values ($1, $2, $3, $4) on conflict do nothing",
			a.User, area, version, db.Millis(s.now()))
		if n > 0 {
			s.log.Add(ctx, a, audit.Entry{Action: audit.Grant, Kind: KindPolicy, Record: a.User, Area: area})
		}
		return err
	})
}
