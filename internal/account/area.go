package account

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Programme groups areas: the funding programme under which hubs run.
type Programme struct {
	ID     hub.ID
	Slug   string
	Name   hub.Text
	Sample bool
}

// AreaState is where an area stands in its life.
type AreaState string

// The states of an area.
const (
	Preparing   AreaState = "preparing"   // 準備
	Running     AreaState = "running"     // 実施
	Independent AreaState = "independent" // 自立: goes on after the programme's support
	Closed      AreaState = "closed"      // 終了
)

// AreaStates lists them in order.
var AreaStates = []AreaState{Preparing, Running, Independent, Closed}

// Area is one hub with its own records. Slug names it in URLs. Areas and
// programmes are public facts: everyone may read them.
type Area struct {
	ID        hub.ID    `json:"id"`
	Slug      string    `json:"slug"`
	Programme hub.ID    `json:"programme,omitempty"`
	Name      hub.Text  `json:"name"`
	Tagline   hub.Text  `json:"tagline"`
	State     AreaState `json:"state"`
	Sample    bool      `json:"sample,omitempty"`
	Version   int64     `json:"version"` // for ReviseArea
	Created   time.Time `json:"created"`
}

var slugForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// CreateProgramme makes a programme. It needs Slug and a Name; ID is given here.
// Administrators only.
func (s *Service) CreateProgramme(ctx context.Context, a hub.Actor, p Programme) (Programme, error) {
	if !mayAll(a) {
		return Programme{}, forbidden()
	}
	if err := checkNamed(p.Slug, p.Name); err != nil {
		return Programme{}, err
	}
	p.ID = hub.NewID()
	err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "insert into programme (id, slug, name_ja, name_en, sample, created_at) values ($1, $2, $3, $4, $5, $6)",
			p.ID, p.Slug, p.Name.JA, p.Name.EN, flag(p.Sample), db.Millis(s.now()))
		if err != nil {
			return taken(err)
		}
		return s.record(ctx, tx, a, audit.Create, KindProgramme, p.ID, "", p)
	})
	return p, err
}

// Programmes lists all programmes by slug.
func (s *Service) Programmes(ctx context.Context) (out []Programme, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, func(r db.Row) (p Programme, err error) {
			var sample int
			err = r.Scan(&p.ID, &p.Slug, &p.Name.JA, &p.Name.EN, &sample)
			p.Sample = sample == 1
			return p, err
		}, "select id, slug, name_ja, name_en, sample from programme order by slug")
		return err
	})
	return out, err
}

// CreateArea makes an area. It needs Slug and a Name; an empty State is
// Running. ID, Version and Created are given here. Administrators only.
func (s *Service) CreateArea(ctx context.Context, a hub.Actor, area Area) (Area, error) {
	if !mayAll(a) {
		return Area{}, forbidden()
	}
	if area.State == "" {
		area.State = Running
	}
	if err := checkArea(area); err != nil {
		return Area{}, err
	}
	area.ID, area.Version, area.Created = hub.NewID(), 1, s.now()
	err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := programmeExists(ctx, tx, area.Programme); err != nil {
			return err
		}
		at := db.Millis(area.Created)
		_, err := tx.Exec(ctx, `insert into area (id, slug, programme_id, name_ja, name_en, tagline_ja, tagline_en, state, sample, version, created_at, updated_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10)`,
			area.ID, area.Slug, area.Programme, area.Name.JA, area.Name.EN, area.Tagline.JA, area.Tagline.EN, area.State, flag(area.Sample), at)
		if err != nil {
			return taken(err)
		}
		return s.record(ctx, tx, a, audit.Create, KindArea, area.ID, area.ID, area)
	})
	return area, err
}

// ReviseArea changes name, tagline, state and programme of the area named by ID;
// slug and sample stay. Version must be the one that was read. Administrators,
// and for name and tagline those who give the area's roles.
func (s *Service) ReviseArea(ctx context.Context, a hub.Actor, area Area) (Area, error) {
	if !mayGrant(a, area.ID) {
		return Area{}, forbidden()
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		old, err := one(ctx, tx, " where id = $1", area.ID)
		if err != nil {
			return err
		}
		if old.Version != area.Version {
			return hub.Errorf(hub.Conflict, "error.conflict")
		}
		area.Slug, area.Sample, area.Created = old.Slug, old.Sample, old.Created
		if !mayAll(a) && (area.State != old.State || area.Programme != old.Programme) {
			return forbidden()
		}
		if err := checkArea(area); err != nil {
			return err
		}
		if err := programmeExists(ctx, tx, area.Programme); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `update area set programme_id = $1, name_ja = $2, name_en = $3, tagline_ja = $4, tagline_en = $5,
			state = $6, version = version + 1, updated_at = $7 where id = $8 and version = $9`,
			area.Programme, area.Name.JA, area.Name.EN, area.Tagline.JA, area.Tagline.EN, area.State, db.Millis(s.now()), area.ID, area.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return hub.Errorf(hub.Conflict, "error.conflict")
		}
		area.Version++
		return s.record(ctx, tx, a, audit.Change, KindArea, area.ID, area.ID, area)
	})
	return area, err
}

// Areas lists all areas by slug.
func (s *Service) Areas(ctx context.Context) (out []Area, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = db.All(ctx, tx, scanArea, selectArea+" order by slug")
		return err
	})
	return out, err
}

// Area gives one area, or NotFound.
func (s *Service) Area(ctx context.Context, id hub.ID) (area Area, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		area, err = one(ctx, tx, " where id = $1", id)
		return err
	})
	return area, err
}

// AreaBySlug gives the area that URLs call slug, or NotFound.
func (s *Service) AreaBySlug(ctx context.Context, slug string) (area Area, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		area, err = one(ctx, tx, " where slug = $1", slug)
		return err
	})
	return area, err
}

const selectArea = "select id, slug, programme_id, name_ja, name_en, tagline_ja, tagline_en, state, sample, version, created_at from area"

func scanArea(r db.Row) (a Area, err error) {
	var sample int
	var created int64
	err = r.Scan(&a.ID, &a.Slug, &a.Programme, &a.Name.JA, &a.Name.EN, &a.Tagline.JA, &a.Tagline.EN, &a.State, &sample, &a.Version, &created)
	a.Sample, a.Created = sample == 1, db.Time(created)
	return a, err
}

func one(ctx context.Context, tx db.Tx, where string, arg any) (Area, error) {
	area, err := scanArea(tx.QueryRow(ctx, selectArea+where, arg))
	if errors.Is(err, db.ErrNoRows) {
		return Area{}, hub.Errorf(hub.NotFound, "error.area_missing")
	}
	return area, err
}

func programmeExists(ctx context.Context, tx db.Tx, id hub.ID) error {
	if id == "" {
		return nil
	}
	n, err := db.Scalar[int](tx.QueryRow(ctx, "select count(*) from programme where id = $1", id))
	if err == nil && n == 0 {
		return hub.Errorf(hub.NotFound, "error.programme_missing")
	}
	return err
}

func checkArea(a Area) error {
	for _, s := range AreaStates {
		if a.State == s {
			return checkNamed(a.Slug, a.Name)
		}
	}
	var p hub.Problems
	p.Add("state", "error.choose")
	return p.Err()
}

func checkNamed(slug string, name hub.Text) error {
	var p hub.Problems
	if !slugForm.MatchString(slug) || slug == "new" {
		p.Add("slug", "error.slug")
	}
	if strings.TrimSpace(name.JA+name.EN) == "" {
		p.Add("name", "error.name_missing")
	}
	return p.Err()
}

// taken explains a unique key that forbids the slug.
func taken(err error) error {
	if errors.Is(err, db.ErrConflict) {
		return &hub.Error{Kind: hub.Conflict, Key: "error.slug_taken", Err: err, Fields: []hub.FieldError{{Field: "slug", Key: "error.slug_taken"}}}
	}
	return err
}

// record keeps the new version of a record and logs the change.
func (s *Service) record(ctx context.Context, tx db.Tx, a hub.Actor, action audit.Action, kind string, id, area hub.ID, body any) error {
	digest, err := s.log.Keep(ctx, tx, a, kind, id, body)
	if err != nil {
		return err
	}
	s.log.Add(ctx, a, audit.Entry{Action: action, Kind: kind, Record: id, Area: area, Digest: digest})
	return nil
}
