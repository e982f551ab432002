package match

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Decision is what one person decided about a pair.
type Decision struct {
	ID      hub.ID
	Need    hub.ID
	Seed    hub.ID
	Verdict Verdict
	Reason  string // a code of Reasons; only for No
	Note    string
	User    hub.ID
	Name    string // of who decided, at that time
	At      time.Time
	Rank    int     // where the pair stood; 0 = not proposed
	Score   float32 // of the match at that time

	area                   hub.ID // of the need
	needSketch, seedSketch string
}

// tells reports whether the decision may be told to the actor: it is the hub's
// own note, for the staff of the need's area and for whoever made it, until it is
// brought to somebody as a proposal.
func (d Decision) tells(a hub.Actor) bool {
	return a.Kind == hub.System || a.StaffOf(d.area) || d.User != "" && d.User == a.User
}

// MaxNote is the longest note, in characters.
const MaxNote = 1_000

// Decide records a verdict on a pair. Both records must be visible to the actor
// and the need one that he may edit. A No takes one of Reasons.
func (s *Service) Decide(ctx context.Context, a hub.Actor, d Decision) (_ Decision, err error) {
	defer hub.Wrap(&err, "match.Decide(%s, %s)", d.Need, d.Seed)
	var p hub.Problems
	switch d.Verdict {
	case Candidate, Later:
		d.Reason = ""
	case No:
		if !slices.Contains(Reasons, d.Reason) {
			p.Add("reason", "error.match_reason")
		}
	default:
		p.Add("verdict", "error.match_verdict")
	}
	d.Note = strings.TrimSpace(d.Note)
	if n := utf8.RuneCountInString(d.Note); n > MaxNote {
		p.Add("note", "error.too_long", "n", n, "limit", MaxNote)
	}
	if err := p.Err(); err != nil {
		return d, err
	}
	need, seed, err := s.pair(ctx, a, d.Need, d.Seed)
	if err != nil {
		return d, err
	}
	if !need.Edit {
		return d, hub.Errorf(hub.Forbidden, "error.match_may_not")
	}
	d.ID, d.User, d.Name, d.At = hub.NewID(), a.User, a.Name, s.clock.Now()
	sketches := sketchOf(needText(&need.Entry)).String() + sketchOf(seedText(&seed.Entry)).String()
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `insert into decision (id, area_id, need_id, seed_id, verdict, reason, note, user_id, user_name, at, rank, score, sketch)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			string(d.ID), string(need.Entry.Area), string(d.Need), string(d.Seed), string(d.Verdict), d.Reason, d.Note,
			string(a.User), a.Name, db.Millis(d.At), d.Rank, float64(d.Score), sketches)
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Create, Kind: "decision", Record: d.ID, Area: need.Entry.Area})
		return s.lines.AddLine(ctx, a, told(need.Entry.Record, "need", seed.Entry.Record, "seed", d, "activity.decided_need"),
			told(seed.Entry.Record, "seed", need.Entry.Record, "need", d, "activity.decided_seed"))
	})
	return d, err
}

// told is the line that a decision leaves in one record's timeline. It names the
// other record only where everyone who may read this line may see that one.
func told(r catalogue.Record, kind string, other catalogue.Record, otherKind string, d Decision, message string) activity.Record {
	subjects := []activity.Subject{{Kind: kind, ID: r.ID}}
	title := ""
	if r.Area == other.Area && other.Scope.Narrower(hub.HubOnly) == hub.HubOnly {
		title = other.Title.In(hub.JA)
	}
	if title == "" {
		message += "_untold"
	}
	// No institution: a decision is the hub's own note until it is told.
	return activity.Record{
		Kind: activity.Decision, Message: message, Area: r.Area, Scope: r.Scope.Narrower(hub.HubOnly), Subjects: subjects, Case: r.ID,
		Args: hub.Args("verdict", activity.Word("verdict."+string(d.Verdict)), "title", title),
	}
}

// Undo takes a decision back. Whoever may decide, and was told of it, may undo.
func (s *Service) Undo(ctx context.Context, a hub.Actor, id hub.ID) (d Decision, err error) {
	defer hub.Wrap(&err, "match.Undo(%s)", id)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		d, err = scanDecision(tx.QueryRow(ctx, selectDecision+" where id = $1 and undone = 0", string(id)))
		return err
	})
	if err == db.ErrNoRows {
		return d, hub.Errorf(hub.NotFound, "error.match_undone")
	}
	if err != nil {
		return d, err
	}
	if !d.tells(a) {
		return d, hub.Errorf(hub.NotFound, "error.match_undone")
	}
	need, seed, err := s.pair(ctx, a, d.Need, d.Seed)
	if err != nil {
		return d, err
	}
	if !need.Edit {
		return d, hub.Errorf(hub.Forbidden, "error.match_may_not")
	}
	return d, s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "update decision set undone = $1, undone_by = $2 where id = $3 and undone = 0",
			db.Millis(s.clock.Now()), string(a.User), string(id))
		if err != nil {
			return err
		}
		s.log.Add(ctx, a, audit.Entry{Action: audit.Delete, Kind: "decision", Record: id, Area: need.Entry.Area})
		return s.lines.AddLine(ctx, a, told(need.Entry.Record, "need", seed.Entry.Record, "seed", d, "activity.undecided_need"))
	})
}

// pair loads both records as the actor may see them.
func (s *Service) pair(ctx context.Context, a hub.Actor, need, seed hub.ID) (n catalogue.View[catalogue.Need], x catalogue.View[catalogue.Seed], err error) {
	if n, err = s.catalogue.Needs.Get(ctx, a, need); err != nil {
		return n, x, err
	}
	x, err = s.catalogue.Seeds.Get(ctx, a, seed)
	return n, x, err
}

// Decisions gives what counts for the pairs of one record: the newest decision
// of each pair that is not taken back, by the ID of the other record. The caller
// has loaded the record; decisions on others that the actor may not see are
// left out.
func (s *Service) Decisions(ctx context.Context, a hub.Actor, side Side, record hub.ID) (map[hub.ID]Decision, error) {
	all, err := s.decisionsOf(ctx, a, side, []hub.ID{record})
	if err != nil {
		return nil, err
	}
	return all[record], nil
}

// decisionsOf gives, for many records at once, the decisions that count and that
// the actor may be told.
func (s *Service) decisionsOf(ctx context.Context, a hub.Actor, side Side, records []hub.ID) (map[hub.ID]map[hub.ID]Decision, error) {
	out := map[hub.ID]map[hub.ID]Decision{}
	if len(records) == 0 {
		return out, nil
	}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		q := selectDecision + " where undone = 0 and " + db.In(&args, string(side)+"_id", records) + " order by at, id"
		all, err := db.All(ctx, tx, scanDecision, q, args...)
		for _, d := range all {
			if !d.tells(a) {
				continue
			}
			record, other := d.Need, d.Seed
			if side == BySeed {
				record, other = other, record
			}
			if out[record] == nil {
				out[record] = map[hub.ID]Decision{}
			}
			out[record][other] = d // later ones overwrite
		}
		return err
	})
	return out, err
}

// History gives every decision made in the areas where the actor is staff,
// newest first, taken back or not.
func (s *Service) History(ctx context.Context, a hub.Actor, limit int) (out []Decision, err error) {
	areas := a.Areas(hub.Role.Staff)
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		var args db.Args
		q := selectDecision + " where " + db.In(&args, "area_id", areas)
		// Only decisions whose need the reader may see: a case is not told by its verdict.
		q += " and need_id in (select t.id from need t where " +
			access.Scope(a, access.See).SQL("t", db.Millis(s.clock.Now()), args.Add) + ")"
		out, err = db.All(ctx, tx, scanDecision, q+" order by at desc limit "+args.Add(max(1, min(limit, 1000))), args...)
		return err
	})
	return out, err
}

const selectDecision = "select id, area_id, need_id, seed_id, verdict, reason, note, user_id, user_name, at, rank, score, sketch from decision"

func scanDecision(r db.Row) (d Decision, err error) {
	var at int64
	var rank int64
	var score float64
	var sketches string
	err = r.Scan(&d.ID, &d.area, &d.Need, &d.Seed, &d.Verdict, &d.Reason, &d.Note, &d.User, &d.Name, &at, &rank, &score, &sketches)
	d.At, d.Rank, d.Score = db.Time(at), int(rank), float32(score)
	if len(sketches) == 2*4*sketchSize {
		d.needSketch, d.seedSketch = sketches[:4*sketchSize], sketches[4*sketchSize:]
	}
	return d, err
}

// outdated reports whether one of the texts has changed substantially since the
// decision, so that a turned-down pair may be proposed again.
func (d *Decision) outdated(need *catalogue.Need, seed *catalogue.Seed) bool {
	n, ok := parseSketch(d.needSketch)
	x, ok2 := parseSketch(d.seedSketch)
	if !ok || !ok2 {
		return false
	}
	return n.likeness(sketchOf(needText(need))) < substantial || x.likeness(sketchOf(seedText(seed))) < substantial
}
