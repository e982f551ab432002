// Package match proposes which seed may answer which need, says why and what
// does not fit, and remembers what people decided.
//
// It ranks only what the asking person may see, and every proposal carries its
// reasons. It proposes and never decides: what a person turned down is not
// proposed again until one of the two texts has changed substantially, and a
// decision can always be taken back.
package match

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// Finder searches the index for records of a kind ("seed" or "need") whose text
// answers fields, among those the actor may see and that are open, best first.
// It is given by package search, which stands below this room.
type Finder func(ctx context.Context, a hub.Actor, kind string, fields []lexical.Field, limit int) ([]Found, error)

// Found is one record with what made it.
type Found struct {
	ID      hub.ID
	Score   float32
	Share   float32 // of the whole weight of the question's words, how much was met: 0 to 1
	Reasons []lexical.Reason
}

// Service matches and keeps decisions.
type Service struct {
	db        *db.DB
	log       *audit.Log
	lines     *activity.Service
	catalogue *catalogue.Service
	find      Finder
	clock     hub.Clock
}

// New gives the service over d.
func New(d *db.DB, log *audit.Log, lines *activity.Service, c *catalogue.Service, find Finder, clock hub.Clock) *Service {
	return &Service{db: d, log: log, lines: lines, catalogue: c, find: find, clock: clock}
}

// Side says from which side one looks.
type Side string

// The two sides of a match.
const (
	ByNeed Side = "need" // which seeds answer this need
	BySeed Side = "seed" // which needs this seed answers
)

func (s Side) other() Side {
	if s == ByNeed {
		return BySeed
	}
	return ByNeed
}

// Verdict is what a person decided about a pair.
type Verdict string

// The verdicts. The zero value means undecided.
const (
	Undecided Verdict = ""
	Candidate Verdict = "candidate" // 候補にする
	Later     Verdict = "later"     // 今は見送る
	No        Verdict = "no"        // 合わない
)

// Reasons are the codes a "no" takes, worded under "match_reason.CODE". The
// first five follow the classes in which companies answered offers of
// technology in published statistics; the others are the hub's own.
var Reasons = []string{
	"too_early", "benefit_unclear", "route_unclear", "description_unclear", "science_doubted",
	"other_field", "solved_already", "terms_unfit",
}

// Confidence says in a word how well a candidate answers.
type Confidence string

// The three words. Nothing below Low is proposed.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// Point is one comparison of facts between a need and a seed.
type Point struct {
	Name string // field, place, trl, budget, period, form: worded under "match_point.NAME"
	Fit  Fit
	Key  string         // sentence in the i18n catalogue
	Args map[string]any // its values; codes stay codes
}

// Fit says whether a fact speaks for the pair.
type Fit int

// The three answers.
const (
	NotKnown Fit = iota
	Fits
	Differs
)

// Proposal is one candidate for one need or seed, as one person may see it.
type Proposal struct {
	Need       catalogue.View[catalogue.Need]
	Seed       catalogue.View[catalogue.Seed]
	Rank       int // 1 is the best
	Score      float32
	Share      float32 // of the question that was met; see Found
	Confidence Confidence
	Reasons    []lexical.Reason // their shares add up to Score
	Points     []Point
	New        bool      // not shown to this person before
	Changed    bool      // turned down once, but a text has changed since
	Decision   *Decision // the one that counts; nil when undecided
}
