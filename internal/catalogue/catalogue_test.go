package catalogue_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

var (
	area, org   = hub.NewID(), hub.NewID()
	researcher  = hub.NewID()
	coordinator = hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "見本 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area}}}
	firm        = hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Company, Area: area}}}
	owner       = hub.Actor{Kind: hub.User, User: hub.NewID(), Persons: []hub.ID{researcher}, Roles: []hub.RoleIn{{Role: hub.Researcher, Area: area}}}
	stranger    = hub.Actor{}
)

func each(t *testing.T, fn func(t *testing.T, s *catalogue.Service, l *audit.Log)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, hub.SystemClock{})
		fn(t, catalogue.New(d, l, activity.New(d, l, hub.SystemClock{}), hub.SystemClock{}), l)
	})
}

func seed() catalogue.Seed {
	return catalogue.Seed{
		Record:  catalogue.Record{Area: area, Organisation: org, Owner: researcher, Title: hub.Text{JA: "雪を溶かす塗料", EN: "Snow-melting paint"}, Institution: "見本大学"},
		Summary: hub.Text{JA: "屋根に塗る"}, Detail: hub.Text{JA: "配合は秘密"},
		Researchers: []catalogue.Researcher{{Person: researcher, Name: "見本 太郎"}},
	}
}

func kind(t *testing.T, what string, err error, want hub.Kind) {
	t.Helper()
	if got := hub.KindOf(err); got != want {
		t.Errorf("%s: kind %q (%v), want %q", what, got, err, want)
	}
}

func TestSeedStartsInsideAndIsCutForEachReader(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		made, err := s.Seeds.Create(ctx, coordinator, seed())
		if err != nil {
			t.Fatal(err)
		}
		if made.Scope != hub.HubOnly || made.State != catalogue.SeedDraft || made.Version != 1 {
			t.Errorf("a new seed is %s, %s, version %d", made.Scope, made.State, made.Version)
		}
		for name, a := range map[string]hub.Actor{"stranger": stranger, "firm": firm} {
			_, err := s.Seeds.Get(ctx, a, made.ID)
			kind(t, name, err, hub.NotFound)
			_, err = s.Seeds.Open(ctx, a, made.ID)
			kind(t, name+" opening", err, hub.NotFound)
		}
		v, err := s.Seeds.Get(ctx, coordinator, made.ID)
		if err != nil || !v.Entry.Detail.Empty() || !v.HasDetail || !v.Detail {
			t.Errorf("Get gives detail %v, has %v, %v", v.Entry.Detail, v.HasDetail, err)
		}
		v, err = s.Seeds.Open(ctx, coordinator, made.ID)
		if err != nil || v.Entry.Detail.JA != "配合は秘密" {
			t.Errorf("Open gives %v, %v", v.Entry.Detail, err)
		}
		if _, err := s.Seeds.Open(ctx, owner, made.ID); err != nil {
			t.Error(err)
		}
		o, err := s.Seeds.Openings(ctx, owner, made.ID, 10)
		if err != nil || len(o) != 1 || o[0].Name != "見本 花子" {
			t.Errorf("the owner is shown %v, %v; want the coordinator's opening only", o, err)
		}
	})
}

func TestGoingPublicPassesTheGate(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		x, err := s.Seeds.Create(ctx, coordinator, seed())
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Seeds.Revise(ctx, coordinator, x.ID, 1, func(x *catalogue.Seed) error { x.Scope = hub.Public; return nil })
		kind(t, "public without the gate", err, hub.Conflict)
		_, err = s.Publish(ctx, owner, x.ID, 1, catalogue.GateNone, hub.Public)
		kind(t, "the owner alone", err, hub.Forbidden)
		_, err = s.Publish(ctx, coordinator, x.ID, 1, "perhaps", hub.Public)
		kind(t, "an unknown answer", err, hub.Invalid)
		x, err = s.Publish(ctx, coordinator, x.ID, 1, catalogue.GateUnfiled, hub.Public)
		kind(t, "an unfiled invention", err, hub.Conflict)
		if x.Scope != hub.HubOnly || x.Gate.Answer != catalogue.GateUnfiled {
			t.Errorf("after the answer: scope %s, gate %+v; the answer is kept and the seed stays inside", x.Scope, x.Gate)
		}
		x, err = s.Publish(ctx, coordinator, x.ID, x.Version, catalogue.GateFiled, hub.Public)
		if err != nil || x.State != catalogue.SeedPublic {
			t.Fatalf("state %s, %v", x.State, err)
		}
		v, err := s.Seeds.Get(ctx, stranger, x.ID)
		if err != nil || v.Entry.Summary.JA == "" || v.HasDetail || v.Edit {
			t.Errorf("a stranger gets %+v, %v", v, err)
		}
	})
}

func TestHiddenNameTakesEverythingThatTellsIt(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		n := catalogue.Need{Record: catalogue.Record{
			Area: area, Organisation: org, Owner: researcher, Institution: "見本製作所", Scope: hub.Public, DetailScope: hub.Public,
			Title: hub.Text{JA: "塗装の乾きを早めたい"},
		}, Detail: catalogue.NeedDetail{Words: hub.Text{JA: "乾かない"}, Contact: "090"}}
		made, err := s.Needs.Create(ctx, coordinator, n)
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.Needs.Open(ctx, stranger, made.ID)
		if err != nil || v.Name || v.Entry.Organisation != "" || v.Entry.Institution != "" || v.Entry.Owner != "" || v.Entry.Detail.Contact != "" {
			t.Errorf("a stranger gets %+v, %v", v.Entry, err)
		}
		if v.Entry.Detail.Words.JA == "" {
			t.Error("the public detail is missing")
		}
		if of, err := s.Needs.OfOrganisation(ctx, stranger, org, 10); err != nil || len(of) != 0 {
			t.Errorf("the organisation's page betrays %d needs (%v)", len(of), err)
		}
		if of, err := s.Needs.OfOrganisation(ctx, coordinator, org, 10); err != nil || len(of) != 1 {
			t.Errorf("the coordinator finds %d needs (%v)", len(of), err)
		}
	})
}

func TestTwoEditorsAndTheUnseenLayer(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, l *audit.Log) {
		ctx := t.Context()
		x := seed()
		x.DetailScope = hub.Case // the coordinator edits what he sees
		x, err := s.Seeds.Create(ctx, coordinator, x)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Seeds.Revise(ctx, coordinator, x.ID, 1, func(x *catalogue.Seed) error {
			x.Summary.JA = "屋根と道に塗る"
			x.Detail = hub.Text{}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Seeds.Revise(ctx, owner, x.ID, 1, func(*catalogue.Seed) error { return nil })
		kind(t, "an edit of an old version", err, hub.Conflict)
		v, err := s.Seeds.Open(ctx, owner, x.ID)
		if err != nil || v.Entry.Detail.JA != "配合は秘密" || v.Entry.Summary.JA != "屋根と道に塗る" || v.Entry.Version != 2 {
			t.Errorf("afterwards %+v, %v", v.Entry, err)
		}
		versions, err := l.Versions(ctx, "seed", x.ID)
		if err != nil || len(versions) != 2 || !strings.Contains(string(versions[1].Body), "屋根に塗る") {
			t.Errorf("%d versions, %v", len(versions), err)
		}
		if n, err := l.Verify(ctx); err != nil || n == 0 {
			t.Errorf("log: %d lines, %v", n, err)
		}
	})
}

func TestBatchIsAllOrNone(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		good, bad := seed(), seed()
		good.Number, bad.Title = "R-1", hub.Text{}
		_, err := s.Seeds.CreateAll(ctx, coordinator, []catalogue.Seed{good, bad})
		kind(t, "a batch with a bad row", err, hub.Invalid)
		byNumber, _, err := s.Seeds.Existing(ctx, coordinator, area, []string{"R-1"}, nil)
		if err != nil || len(byNumber) != 0 {
			t.Errorf("half a batch is there: %v, %v", byNumber, err)
		}
		if _, err := s.Seeds.CreateAll(ctx, coordinator, []catalogue.Seed{good, seed()}); err != nil {
			t.Fatal(err)
		}
		byNumber, byTitle, err := s.Seeds.Existing(ctx, coordinator, area, []string{"R-1"}, []string{catalogue.TitleKey(hub.Text{JA: "雪を溶かす 塗料"})})
		if err != nil || len(byNumber) != 1 || len(byTitle) != 1 {
			t.Errorf("found %v and %v, %v", byNumber, byTitle, err)
		}
	})
}

func TestWithdrawnIsOutOfListsButNotLost(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		x, err := s.Seeds.Create(ctx, coordinator, seed())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Seeds.Withdraw(ctx, coordinator, x.ID, true); err != nil {
			t.Fatal(err)
		}
		if rows, _ := s.Seeds.Rows(ctx, coordinator, []hub.ID{x.ID}); len(rows) != 0 {
			t.Error("a withdrawn seed stands in a list")
		}
		if err := s.Seeds.Withdraw(ctx, coordinator, x.ID, false); err != nil {
			t.Fatal(err)
		}
		if rows, _ := s.Seeds.Rows(ctx, coordinator, []hub.ID{x.ID, "none", x.ID}); len(rows) != 2 {
			t.Error("a seed put back is not in the list")
		}
	})
}

func TestNamedPersonSeesTheCase(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		x := seed()
		x.Scope, x.DetailScope = hub.Case, hub.Case
		x, err := s.Seeds.Create(ctx, coordinator, x)
		if err != nil {
			t.Fatal(err)
		}
		guest := hub.Actor{Kind: hub.User, Persons: []hub.ID{hub.NewID()}}
		_, err = s.Seeds.Get(ctx, guest, x.ID)
		kind(t, "before he is named", err, hub.NotFound)
		if err := s.Seeds.Name(ctx, owner, x.ID, "面談", guest.Persons...); err != nil {
			t.Fatal(err)
		}
		if v, err := s.Seeds.Get(ctx, guest, x.ID); err != nil || !v.Detail || v.Edit {
			t.Errorf("after: %+v, %v", v, err)
		}
	})
}

func TestFilesFollowTheirLayer(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		x := seed()
		x.Gate.Answer = catalogue.GateNone
		x.Scope = hub.Public
		x, err := s.Seeds.Create(ctx, coordinator, x)
		if err != nil {
			t.Fatal(err)
		}
		big := bytes.Repeat([]byte("雪"), 900_000) // 2.7 MB: three chunks
		open, err := s.Seeds.AddFile(ctx, coordinator, x.ID, catalogue.Summary, `C:\tmp\概要.txt`, bytes.NewReader(big))
		if err != nil || open.Name != "概要.txt" {
			t.Fatalf("%+v, %v", open, err)
		}
		inner, err := s.Seeds.AddFile(ctx, coordinator, x.ID, catalogue.Inner, "配合.csv", strings.NewReader("a,b"))
		if err != nil {
			t.Fatal(err)
		}
		files, err := s.Seeds.Files(ctx, stranger, x.ID)
		if err != nil || len(files) != 1 {
			t.Fatalf("a stranger sees %v, %v", files, err)
		}
		var got bytes.Buffer
		if err := s.Seeds.ReadFile(ctx, stranger, x.ID, open.ID, func(catalogue.File) {}, &got); err != nil || !bytes.Equal(got.Bytes(), big) {
			t.Errorf("read %d bytes, %v", got.Len(), err)
		}
		kind(t, "a stranger taking the inner file", s.Seeds.ReadFile(ctx, stranger, x.ID, inner.ID, func(catalogue.File) {}, &got), hub.NotFound)
		kind(t, "a stranger adding", func() error {
			_, err := s.Seeds.AddFile(ctx, stranger, x.ID, catalogue.Summary, "x", strings.NewReader("x"))
			return err
		}(), hub.NotFound)
		if err := s.Seeds.RemoveFile(ctx, coordinator, x.ID, open.ID); err != nil {
			t.Fatal(err)
		}
		if files, _ := s.Seeds.Files(context.Background(), stranger, x.ID); len(files) != 0 {
			t.Error("a removed file is still listed")
		}
	})
}

func TestHistoryIsCutAndRestoredWithoutWidening(t *testing.T) {
	each(t, func(t *testing.T, s *catalogue.Service, _ *audit.Log) {
		ctx := t.Context()
		x, err := s.Seeds.Create(ctx, coordinator, seed())
		if err != nil {
			t.Fatal(err)
		}
		x, err = s.Seeds.Revise(ctx, coordinator, x.ID, 1, func(x *catalogue.Seed) error {
			x.Summary.JA, x.Detail.JA, x.DetailScope = "道に塗る", "新しい配合", hub.Case
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		h, err := s.Seeds.History(ctx, owner, x.ID)
		if err != nil || len(h) != 2 || h[1].Entry.Summary.JA != "屋根に塗る" || h[1].Entry.Detail.JA != "配合は秘密" {
			t.Fatalf("the owner sees %+v, %v", h, err)
		}
		if h, err := s.Seeds.History(ctx, coordinator, x.ID); err != nil || !h[1].Entry.Detail.Empty() || !h[0].Entry.Detail.Empty() {
			t.Errorf("who may not see the detail now finds it in the history: %+v, %v", h, err)
		}
		_, err = s.Seeds.History(ctx, stranger, x.ID)
		kind(t, "a stranger's history", err, hub.NotFound)
		x, err = s.Seeds.Restore(ctx, owner, x.ID, 2, 1)
		if err != nil || x.Summary.JA != "屋根に塗る" || x.Detail.JA != "配合は秘密" || x.DetailScope != hub.Case || x.Version != 3 {
			t.Errorf("restored %+v, %v; the narrower scope must stay", x, err)
		}
		_, err = s.Seeds.Restore(ctx, owner, x.ID, 3, 9)
		kind(t, "a version that never was", err, hub.NotFound)
		_, err = s.Seeds.Restore(ctx, owner, x.ID, 1, 1)
		kind(t, "restoring over somebody's change", err, hub.Conflict)
	})
}
