package project

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// The states of an application.
const (
	Draft     = "draft"     // 作成中
	Submitted = "submitted" // 審査中
	Accepted  = "adopted"   // 採択
	Declined  = "declined"  // 不採択
)

// ApplicationText is what a coordinator writes jointly with the researcher. It
// belongs to the project's detail layer.
type ApplicationText struct {
	Question string      `json:"question,omitempty"` // 解く課題
	Approach string      `json:"approach,omitempty"` // 進め方
	Team     string      `json:"team,omitempty"`     // 体制
	Value    string      `json:"value,omitempty"`    // 見込む価値
	Wish     string      `json:"wish,omitempty"`     // 求める支援
	Criteria []Criterion `json:"criteria,omitempty"` // of the round; set when it is sent in
}

// Application is one round in which a project asks to be adopted.
type Application struct {
	ID        hub.ID
	Project   hub.ID
	N         int
	State     string
	Text      ApplicationText
	Submitted time.Time
	By        string // who sent it in
	Decided   time.Time
	DecidedBy string
	Reason    string
	Reviews   []Review
}

// The verdicts of a reviewer, worded under "review_verdict.CODE".
var Verdicts = []string{"yes", "conditions", "no"}

// Review is one reviewer's judgement; Done is zero while it is awaited.
type Review struct {
	Reviewer hub.ID // an account
	Name     string
	Done     time.Time
	Verdict  string
	Marks    map[string]int // 1 to 5 by a criterion's key
	Remark   string

	line hub.ID
}

type reviewBody struct {
	Marks  map[string]int `json:"marks,omitempty"`
	Remark string         `json:"remark,omitempty"`
}

// Applications gives the rounds of a project, newest first, to those who may
// read its detail layer. Reviews are for the area's staff; a reviewer sees his
// own.
func (s *Service) Applications(ctx context.Context, a hub.Actor, id hub.ID) (out []Application, err error) {
	all, err := s.Some(ctx, []hub.ID{id})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || !access.Can(a, access.SeeDetail, all[0].Access()) {
		return nil, missing(id)
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = s.applications(ctx, tx, id)
		return err
	})
	if !a.StaffOf(all[0].Area) && a.Kind != hub.System {
		for i := range out {
			out[i].Reviews = slices.DeleteFunc(out[i].Reviews, func(r Review) bool { return r.Reviewer != a.User || a.User == "" })
		}
	}
	return out, err
}

func (s *Service) applications(ctx context.Context, tx db.Tx, id hub.ID) ([]Application, error) {
	out, err := db.All(ctx, tx, func(r db.Row) (x Application, err error) {
		var body string
		var submitted, decided int64
		if err := r.Scan(&x.ID, &x.Project, &x.N, &x.State, &body, &submitted, &x.By, &decided, &x.DecidedBy, &x.Reason); err != nil {
			return x, err
		}
		x.Submitted, x.Decided = db.Time(submitted), db.Time(decided)
		return x, json.Unmarshal([]byte(body), &x.Text)
	}, `select id, project_id, n, state, body, submitted_at, submitted_by, decided_at, decided_by, reason
		from project_application where project_id = $1 order by n desc`, string(id))
	if err != nil {
		return nil, err
	}
	for i := range out { // a project has few rounds
		out[i].Reviews, err = db.All(ctx, tx, func(r db.Row) (x Review, err error) {
			var done int64
			var body string
			if err := r.Scan(&x.Reviewer, &x.Name, &x.line, &done, &x.Verdict, &body); err != nil {
				return x, err
			}
			x.Done = db.Time(done)
			if body == "" {
				return x, nil
			}
			var b reviewBody
			err = json.Unmarshal([]byte(body), &b)
			x.Marks, x.Remark = b.Marks, b.Remark
			return x, err
		}, "select reviewer_id, reviewer_name, activity_id, done_at, verdict, body from project_review where application_id = $1 order by reviewer_name, reviewer_id", string(out[i].ID))
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// WriteApplication keeps the draft of the next application; the first call begins it.
func (s *Service) WriteApplication(ctx context.Context, a hub.Actor, id hub.ID, text ApplicationText) (err error) {
	defer hub.Wrap(&err, "project.WriteApplication(%s)", id)
	p, err := s.editable(ctx, a, id)
	if err != nil {
		return err
	}
	if !access.Can(a, access.SeeDetail, p.Access()) {
		return hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	if p.State != Concept && p.State != Planned {
		return hub.Errorf(hub.Conflict, "project.error_apply_state")
	}
	var f hub.Problems
	for field, t := range map[string]string{"question": text.Question, "approach": text.Approach, "team": text.Team, "value": text.Value, "wish": text.Wish} {
		if n := utf8.RuneCountInString(t); n > 8_000 {
			f.Add(field, "error.too_long", "n", n, "limit", 8_000)
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	text.Criteria = nil
	body, err := json.Marshal(text)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		last, err := s.last(ctx, tx, id)
		if err != nil {
			return err
		}
		switch last.State {
		case Submitted:
			return hub.Errorf(hub.Conflict, "project.error_under_review")
		case Draft:
			_, err = tx.Exec(ctx, "update project_application set body = $2 where id = $1", string(last.ID), string(body))
		default:
			last.ID = hub.NewID()
			_, err = tx.Exec(ctx, "insert into project_application (id, project_id, n, state, body) values ($1, $2, $3, $4, $5)",
				string(last.ID), string(id), last.N+1, Draft, string(body))
		}
		if err != nil {
			return err
		}
		return s.kept(ctx, tx, a, &p, last.ID, text)
	})
}

func (s *Service) kept(ctx context.Context, tx db.Tx, a hub.Actor, p *Project, id hub.ID, what any) error {
	digest, err := s.log.Keep(ctx, tx, a, "project_application", id, what)
	if err != nil {
		return err
	}
	s.log.Add(ctx, a, audit.Entry{Action: audit.Change, Kind: "project_application", Record: id, Area: p.Area, Digest: digest})
	return nil
}

// last gives the newest round, the zero value when there is none.
func (s *Service) last(ctx context.Context, tx db.Tx, id hub.ID) (Application, error) {
	all, err := s.applications(ctx, tx, id)
	if err != nil || len(all) == 0 {
		return Application{}, err
	}
	return all[0], nil
}

// Reviewer is an account that shall judge an application.
type Reviewer struct {
	ID   hub.ID
	Name string
}

// Submit sends the draft in to be reviewed by the reviewers named, each of whom
// gets a promise due on a day. A project that was a concept becomes a plan. The
// reviewers must be the area's staff, which the caller has looked up.
func (s *Service) Submit(ctx context.Context, a hub.Actor, id hub.ID, version int, reviewers []Reviewer, due hub.Date, promise string) (err error) {
	defer hub.Wrap(&err, "project.Submit(%s)", id)
	p, err := s.editable(ctx, a, id)
	if err != nil {
		return err
	}
	if len(reviewers) == 0 {
		var f hub.Problems
		f.Add("reviewers", "project.error_reviewers")
		return f.Err()
	}
	scheme, err := s.Scheme(ctx, p.Area)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		last, err := s.last(ctx, tx, id)
		if err != nil {
			return err
		}
		if last.State != Draft {
			return hub.Errorf(hub.Conflict, "project.error_no_draft")
		}
		if last.Text.Question == "" || last.Text.Approach == "" {
			var f hub.Problems
			f.Add("question", "project.error_application")
			return f.Err()
		}
		last.Text.Criteria = scheme.Review
		body, err := json.Marshal(last.Text)
		if err != nil {
			return err
		}
		if p.State == Concept {
			if p, err = s.move(ctx, a, id, version, Planned, "", "", nil); err != nil {
				return err
			}
		} else if p.Version != version {
			return hub.Errorf(hub.Conflict, "error.changed_meanwhile", "version", p.Version)
		}
		if _, err := tx.Exec(ctx, "update project_application set state = $2, body = $3, submitted_at = $4, submitted_by = $5 where id = $1",
			string(last.ID), Submitted, string(body), db.Millis(s.clock.Now()), a.Name); err != nil {
			return err
		}
		for _, r := range reviewers {
			line, err := s.lines.Add(ctx, a, s.promise(&p, "activity.project_review", Task{What: promise, Owner: r.ID, Due: due}))
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "insert into project_review (application_id, reviewer_id, reviewer_name, activity_id) values ($1, $2, $3, $4)",
				string(last.ID), string(r.ID), r.Name, string(line)); err != nil {
				return err
			}
		}
		if err := s.lines.AddLine(ctx, a, told(&p, "activity.project_submitted", hub.Args("n", last.N))); err != nil {
			return err
		}
		return s.kept(ctx, tx, a, &p, last.ID, last.Text)
	})
}

// Judge keeps the actor's review of the round that is under review, of which he
// is a reviewer, and marks his promise as done.
func (s *Service) Judge(ctx context.Context, a hub.Actor, id hub.ID, verdict string, marks map[string]int, remark string) (err error) {
	defer hub.Wrap(&err, "project.Judge(%s)", id)
	all, err := s.Some(ctx, []hub.ID{id})
	if err != nil {
		return err
	}
	if len(all) == 0 || !access.Can(a, access.SeeDetail, all[0].Access()) {
		return missing(id)
	}
	p := &all[0]
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		last, err := s.last(ctx, tx, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(last.Reviews, func(r Review) bool { return r.Reviewer == a.User && a.User != "" })
		if last.State != Submitted || i < 0 {
			return hub.Errorf(hub.Forbidden, "project.error_no_reviewer")
		}
		var f hub.Problems
		if !slices.Contains(Verdicts, verdict) {
			f.Add("verdict", "error.choose")
		}
		for _, c := range last.Text.Criteria {
			if m := marks[c.Key]; m < 1 || m > 5 {
				f.Add("mark."+c.Key, "error.choose")
			}
		}
		if n := utf8.RuneCountInString(remark); n > 4_000 {
			f.Add("remark", "error.too_long", "n", n, "limit", 4_000)
		}
		if remark == "" && verdict != "yes" {
			f.Add("remark", "error.reason_missing")
		}
		if err := f.Err(); err != nil {
			return err
		}
		body, err := json.Marshal(reviewBody{marks, remark})
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "update project_review set done_at = $3, verdict = $4, body = $5 where application_id = $1 and reviewer_id = $2",
			string(last.ID), string(a.User), db.Millis(s.clock.Now()), verdict, string(body)); err != nil {
			return err
		}
		if line := last.Reviews[i].line; line != "" {
			if err := s.lines.Complete(ctx, a, line); err != nil && hub.KindOf(err) != hub.NotFound {
				return err
			}
		}
		return s.kept(ctx, tx, a, p, last.ID, map[string]string{"reviewer": string(a.User), "verdict": verdict})
	})
}

// Decide adopts or declines the application under review, with a reason. The
// chief and the deputy decide. An adopted project enters the first tier of the
// area's scheme; one that is declined stays a plan and may apply again.
func (s *Service) Decide(ctx context.Context, a hub.Actor, id hub.ID, version int, adopt bool, on hub.Date, reason string) (out Project, err error) {
	defer hub.Wrap(&err, "project.Decide(%s)", id)
	p, err := s.editable(ctx, a, id)
	if err != nil {
		return out, err
	}
	if !Leads(a, p.Area) {
		return out, hub.Errorf(hub.Forbidden, "project.error_chief")
	}
	if reason == "" {
		var f hub.Problems
		f.Add("reason", "error.reason_missing")
		return out, f.Err()
	}
	scheme, err := s.Scheme(ctx, p.Area)
	if err != nil {
		return out, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		last, err := s.last(ctx, tx, id)
		if err != nil {
			return err
		}
		if last.State != Submitted {
			return hub.Errorf(hub.Conflict, "project.error_no_application")
		}
		state, message := Declined, "activity.project_declined"
		if adopt {
			state, message = Accepted, "activity.project_adopted"
		}
		if _, err := tx.Exec(ctx, "update project_application set state = $2, decided_at = $3, decided_by = $4, reason = $5 where id = $1",
			string(last.ID), state, db.Millis(s.clock.Now()), a.Name, reason); err != nil {
			return err
		}
		// Reviews that nobody waits for any more are no promises any more.
		for _, r := range last.Reviews {
			if r.Done.IsZero() && r.line != "" {
				if err := s.lines.Complete(ctx, a, r.line); err != nil && hub.KindOf(err) != hub.NotFound {
					return err
				}
			}
		}
		if out = p; adopt {
			out, err = s.move(ctx, a, id, version, Adopted, on, reason, func(ctx context.Context, tx db.Tx, p *Project) error {
				day, err := s.checkDay(on)
				if err != nil {
					return err
				}
				return s.step(ctx, tx, a, p, tierStep, strconv.Itoa(scheme.Tiers[0].Number), day, reason)
			})
			if err != nil {
				return err
			}
		} else if p.Version != version {
			return hub.Errorf(hub.Conflict, "error.changed_meanwhile", "version", p.Version)
		}
		if err := s.lines.AddLine(ctx, a, told(&out, message, hub.Args("n", last.N))); err != nil {
			return err
		}
		return s.kept(ctx, tx, a, &p, last.ID, map[string]string{"state": state, "reason": reason})
	})
	return out, err
}
