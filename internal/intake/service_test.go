package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/hubtest"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

var (
	area  = hub.NewID()
	staff = hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "見本 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: area}}}
	other = hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "見本 次郎", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: hub.NewID()}}}
)

type house struct {
	*intake.Service
	cat  *catalogue.Service
	dir  *directory.Service
	log  *audit.Log
	t    testing.TB
	used map[hub.ID]string
}

func newHouse(t testing.TB, d *db.DB) *house {
	clock := hub.SystemClock{}
	log := audit.New(d, clock)
	lines := activity.New(d, log, clock)
	h := &house{cat: catalogue.New(d, log, lines, clock), dir: directory.New(d, log, lines, clock), log: log, t: t, used: map[hub.ID]string{}}
	h.Service = intake.New(d, log, h.dir, h.cat, clock, func(_ context.Context, kind string, ids []hub.ID) (map[hub.ID]string, error) {
		out := map[hub.ID]string{}
		for _, id := range ids {
			if why := h.used[id]; why != "" {
				out[id] = why
			}
		}
		return out, nil
	})
	return h
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newHouse(t, d)) })
}

// plan uploads a file and makes its plan.
func (h *house) plan(kind intake.Kind, name, text string) intake.Import {
	h.t.Helper()
	imp, err := h.Upload(h.t.Context(), staff, area, kind, name, strings.NewReader(text))
	if err == nil {
		err = h.Analyse(h.t.Context(), staff, imp.ID, nil)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return h.get(imp.ID)
}

func (h *house) get(id hub.ID) intake.Import {
	h.t.Helper()
	imp, err := h.Get(h.t.Context(), staff, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return imp
}

func (h *house) apply(id hub.ID) intake.Import {
	h.t.Helper()
	if err := h.Apply(h.t.Context(), staff, id, nil); err != nil {
		h.t.Fatal(err)
	}
	return h.get(id)
}

func (h *house) seed(number string) catalogue.Seed {
	h.t.Helper()
	found, _, err := h.cat.Seeds.Existing(h.t.Context(), staff, area, []string{number}, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return found[number]
}

func (h *house) rows(id hub.ID, l intake.Look) []intake.Item {
	h.t.Helper()
	l.Limit = 1000
	out, err := h.Rows(h.t.Context(), staff, id, l)
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func counts(imp intake.Import) [4]int {
	c := imp.Counts
	return [4]int{c.Create, c.Change, c.Same, c.Refuse}
}

const seedFile = `シーズ番号,研究題目,研究者,所属機関,研究概要,キーワード,技術分野,TRL,希望予算（万円）,特許
S-1,漆の乾燥を湿度で速める方法,北 花子（教授）、東 一郎,越前大学(2024) / 加賀大学(2019-2021),乾きを半分の時間にします。,漆；乾燥；湿度,工芸,4,300,特願2024-012345（単願）
S-2,雪室の温度を保つ壁,西 次郎,加賀大学,夏まで雪を保ちます。,雪室、断熱,雪氷,TRL5〜6,応相談,なし
S-3,,南 三郎,加賀大学,題目のない行です。,,,,,
S-1,二度目の番号,北 花子,越前大学,同じ番号です。,,,,,
S-4,鮭の鮮度を光で測る,沖 四郎,能登高専,,鮮度/光,水産,不明,100万円〜200万円,特許第6543210号
`

func TestSeedsArePlannedAppliedAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		org, err := h.dir.Organisations.Create(t.Context(), staff, area, directory.Organisation{Kind: directory.University, Name: hub.Text{JA: "越前大学"}})
		if err != nil {
			t.Fatal(err)
		}
		imp := h.plan(intake.Seeds, "シーズ.csv", seedFile)
		if imp.State != intake.Ready || counts(imp) != [4]int{3, 0, 0, 2} {
			t.Fatalf("state %s, counts %v", imp.State, counts(imp))
		}
		var problems []string
		for _, it := range h.rows(imp.ID, intake.Look{Problems: true}) {
			for _, p := range it.Draft.Problems {
				problems = append(problems, p.Key+"@"+p.Column+sheetNumber(p.Row))
			}
		}
		want := []string{"intake.trl_range@H3", "intake.no_title@B4", "intake.twice@5", "intake.not_trl@H6", "intake.amount_range@I6"}
		if !slices.Equal(problems, want) {
			t.Errorf("problems %v, want %v", problems, want)
		}
		if got := h.seed("S-1"); got.ID != "" {
			t.Error("a plan has changed the catalogue")
		}
		if imp = h.apply(imp.ID); imp.State != intake.Applied || imp.AppliedBy != staff.Name {
			t.Fatalf("after applying: %+v", imp)
		}
		s := h.seed("S-1")
		if s.Organisation != org.ID || s.Institution != "越前大学" || s.Import != imp.ID || s.Budget != hub.Yen(3_000_000) || s.TRL.Level != 4 ||
			s.Scope != hub.HubOnly || s.State != catalogue.SeedDraft || !slices.Equal(s.Keywords.JA, []string{"漆", "乾燥", "湿度"}) || !slices.Equal(s.Fields, []string{"craft"}) {
			t.Errorf("seed %+v", s)
		}
		if len(s.Researchers) != 2 || s.Researchers[0].Name != "北 花子" || len(s.IP) != 1 || s.IP[0] != (catalogue.IP{Kind: "patent", Status: "filed", Number: "特願2024-012345", Filing: "sole"}) {
			t.Errorf("researchers %v, IP %v", s.Researchers, s.IP)
		}
		if x := h.seed("S-2"); x.Budget.State != hub.Unknown || x.TRL.Level != 5 || x.IP != nil {
			t.Errorf("second seed %+v", x)
		}
		if err := h.Apply(t.Context(), staff, imp.ID, nil); hub.KindOf(err) != hub.Conflict {
			t.Errorf("applying twice: %v", err)
		}

		// The same file again meets what it made; a changed cell changes.
		again := h.plan(intake.Seeds, "シーズ2.csv", strings.Replace(seedFile, "夏まで雪を保ちます。", "秋まで雪を保ちます。", 1))
		if counts(again) != [4]int{0, 1, 2, 2} {
			t.Fatalf("again: %v", counts(again))
		}
		if rows := h.rows(again.ID, intake.Look{Outcome: intake.Change}); len(rows) != 1 || !slices.Equal(rows[0].Fields, []string{"summary"}) {
			t.Errorf("changed rows %+v", rows)
		}
		h.apply(again.ID)
		if x := h.seed("S-2"); x.Summary.JA != "秋まで雪を保ちます。" || x.Version != 2 {
			t.Errorf("after the second import: %+v", x)
		}
		if err := h.Undo(t.Context(), staff, again.ID, nil); err != nil {
			t.Fatal(err)
		}
		if x := h.seed("S-2"); x.Summary.JA != "夏まで雪を保ちます。" || x.Version != 3 {
			t.Errorf("after taking it back: %+v", x)
		}

		// The first import is taken back, save for what was edited or judged.
		x := h.seed("S-1")
		if _, err := h.cat.Seeds.Revise(t.Context(), staff, x.ID, x.Version, func(s *catalogue.Seed) error { s.Remark.JA = "良い"; return nil }); err != nil {
			t.Fatal(err)
		}
		h.used[h.seed("S-4").ID] = "intake.kept_judged"
		if err := h.Undo(t.Context(), staff, imp.ID, nil); err != nil {
			t.Fatal(err)
		}
		imp = h.get(imp.ID)
		var kept []string
		for _, it := range h.rows(imp.ID, intake.Look{Left: true}) {
			kept = append(kept, it.Title+" "+it.Left)
		}
		// S-2 stands as this import made it, the later one having been taken back.
		wantKept := []string{"漆の乾燥を湿度で速める方法 intake.kept_edited", "鮭の鮮度を光で測る intake.kept_judged"}
		if imp.State != intake.Undone || !slices.Equal(kept, wantKept) || imp.Counts.Kept != 2 || imp.Counts.Undone != 1 {
			t.Errorf("undone: %s %v %+v", imp.State, kept, imp.Counts)
		}
		if x := h.seed("S-2"); x.ID != "" {
			t.Errorf("%+v is still there", x)
		}
		if _, err := h.log.Verify(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func sheetNumber(n int) string { return sheet.Ref(n, 1)[1:] }

func TestUndoWithdrawsWhatNobodyTouched(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		imp := h.plan(intake.Seeds, "a.csv", seedFile)
		h.apply(imp.ID)
		if err := h.Undo(t.Context(), staff, imp.ID, nil); err != nil {
			t.Fatal(err)
		}
		if x := h.seed("S-1"); x.ID != "" {
			t.Errorf("%+v is still there", x)
		}
		if imp = h.get(imp.ID); imp.Counts.Undone != 3 || imp.Counts.Kept != 0 {
			t.Errorf("counts %+v", imp.Counts)
		}
		if again := h.plan(intake.Seeds, "a.csv", seedFile); again.Counts.Create != 3 {
			t.Errorf("after an undo the file would create %d", again.Counts.Create)
		}
	})
}

func TestNeeds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		imp := h.plan(intake.Needs, "ニーズ.csv", `会社名,困りごと,背景,希望期限,予算感,社名公開可否,都道府県,秘密保持契約,種別
（株）北の食品,塩引きの塩分がばらつく。職人の勘に頼っている。,職人が減っている,令和9年3月31日,50万円程度,不可,新潟県,要,企業
白馬町,空き家が雪で倒れる,,2027年度末,未定,○,長野,不要,地域課題
,,,,,,,,企業
`)
		if counts(imp) != [4]int{2, 0, 0, 1} {
			t.Fatalf("counts %v", counts(imp))
		}
		h.apply(imp.ID)
		ids := map[string]hub.ID{}
		for _, it := range h.rows(imp.ID, intake.Look{Outcome: intake.Create}) {
			ids[it.Title] = it.Record
		}
		v, err := h.cat.Needs.Open(t.Context(), staff, ids["塩引きの塩分がばらつく"])
		if err != nil {
			t.Fatal(err, ids)
		}
		n := v.Entry
		if n.Detail.Words.JA != "塩引きの塩分がばらつく。職人の勘に頼っている。" || n.Deadline != "2027-03-31" || n.Budget != hub.Yen(500_000) ||
			n.NameScope != hub.HubOnly || n.Prefecture != "15" || n.NDA != "wanted" || n.Institution != "（株）北の食品" || n.Kind != catalogue.CompanyNeed {
			t.Errorf("need %+v", n)
		}
		v, err = h.cat.Needs.Open(t.Context(), staff, ids["空き家が雪で倒れる"])
		if err != nil {
			t.Fatal(err)
		}
		if n = v.Entry; n.Kind != catalogue.RegionalChallenge || n.NameScope != hub.Public || n.Deadline != "2028-03-31" || n.Budget.State != hub.Unknown || n.NDA != "not_needed" || n.Prefecture != "20" {
			t.Errorf("challenge %+v", n)
		}
	})
}

func TestOrganisationsAndPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		imp := h.plan(intake.Organisations, "機関.csv", "法人番号,名称,ﾌﾘｶﾞﾅ,種別,住所,電話番号,URL\n8000012010038,デジタル庁見本,デジタルチョウ,自治体,東京都千代田区,03-1234-5678,example.go.jp\n1234567890123,㈱北山漆器,キタヤマ,中小企業,石川県輪島市,,\n,北陸工業大学,,,,,\n")
		if counts(imp) != [4]int{3, 0, 0, 0} || imp.Counts.Notes != 1 {
			t.Fatalf("counts %+v", imp.Counts)
		}
		h.apply(imp.ID)
		found, err := h.dir.Organisations.Resolve(t.Context(), staff, []string{"株式会社北山漆器", "北陸工業大学", "デジタル庁見本"})
		if err != nil || found[0].ID == "" || found[1].ID == "" || found[2].ID == "" {
			t.Fatalf("%+v %v", found, err)
		}
		v, err := h.dir.Organisations.Get(t.Context(), staff, found[0].ID)
		if err != nil || v.Kind != directory.SME || v.Prefecture != "17" || v.CorporateNumber != "" || v.Kana != "キタヤマ" {
			t.Errorf("%+v %v", v, err)
		}
		if contacts, err := h.dir.Contacts.Of(t.Context(), staff, found[2].ID); err != nil || len(contacts) != 1 || contacts[0].Value != "03-1234-5678" {
			t.Errorf("contacts %+v %v", contacts, err)
		}
		gone := h.plan(intake.Organisations, "他.csv", "名称,電話番号\n南の造船,0123-45-6789\n")
		h.apply(gone.ID)
		if err := h.Undo(t.Context(), staff, gone.ID, nil); err != nil {
			t.Fatal(err)
		}
		if gone = h.get(gone.ID); gone.Counts.Undone != 1 || gone.Counts.Kept != 0 {
			t.Errorf("an organisation with a telephone is not taken back: %+v", gone.Counts)
		}
		people := h.plan(intake.People, "人.csv", "姓,名,ふりがな,所属機関,役職,メールアドレス,研究者番号\n髙橋,花子,たかはし はなこ,北陸工業大学,准教授,hanako@example.ac.jp,12345678\n髙橋,花子,たかはし はなこ,北陸工業大学,教授,hanako@example.ac.jp,12345678\n")
		if counts(people) != [4]int{1, 0, 0, 1} {
			t.Fatalf("people %+v", people.Counts)
		}
		h.apply(people.ID)
		again := h.plan(intake.People, "人2.csv", "氏名,所属,職名,メール\n高橋 花子,北陸工業大学,教授,hanako@example.ac.jp\n")
		if counts(again) != [4]int{0, 1, 0, 0} {
			t.Fatalf("again %+v", again.Counts)
		}
		h.apply(again.ID)
		if err := h.Undo(t.Context(), staff, again.ID, nil); err != nil {
			t.Fatal(err)
		}
		id := h.rows(people.ID, intake.Look{Outcome: intake.Create})[0].Record
		p, err := h.dir.People.Get(t.Context(), staff, id)
		if err != nil || p.Name != "髙橋 花子" || p.Kana != "タカハシ ハナコ" || len(p.Affiliations) != 1 || p.Affiliations[0].Title.JA != "准教授" || p.Affiliations[0].Organisation != found[1].ID {
			t.Errorf("person %+v %v", p.Person, err)
		}
	})
}

func TestOnlyTheAreasStaffImport(t *testing.T) {
	d := dbtest.SQLite(t)
	h := newHouse(t, d)
	if _, err := h.Upload(t.Context(), other, area, intake.Seeds, "a.csv", strings.NewReader(seedFile)); hub.KindOf(err) != hub.Forbidden {
		t.Errorf("another area's coordinator uploads: %v", err)
	}
	imp := h.plan(intake.Seeds, "a.csv", seedFile)
	ctx := t.Context()
	for name, err := range map[string]error{
		"get":   second(h.Get(ctx, other, imp.ID)),
		"list":  second(h.List(ctx, other, area, 10)),
		"rows":  second(h.Rows(ctx, other, imp.ID, intake.Look{})),
		"apply": h.Apply(ctx, other, imp.ID, nil),
		"undo":  h.Undo(ctx, other, imp.ID, nil),
		"drop":  h.Drop(ctx, other, imp.ID),
		"plan":  h.Analyse(ctx, other, imp.ID, nil),
	} {
		if hub.KindOf(err) != hub.NotFound {
			t.Errorf("%s by another area's coordinator: %v", name, err)
		}
	}
	if list, err := h.List(ctx, staff, area, 10); err != nil || len(list) != 1 {
		t.Errorf("list %v %v", list, err)
	}
	if err := h.Drop(ctx, staff, imp.ID); err != nil {
		t.Error(err)
	}
	if list, _ := h.List(ctx, staff, area, 10); len(list) != 0 {
		t.Errorf("dropped, but listed: %v", list)
	}
}

func second[T any](_ T, err error) error { return err }

// A form with labels beside values is one record.
func TestOneRecordPerSheet(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	imp := h.plan(intake.Seeds, "紹介票.csv", "シーズ紹介票,\n研究題目,漆の乾燥を速める方法\n研究者,北 花子\n所属機関,越前大学\n研究概要,\"乾きを湿度で\n制御します。\"\nTRL,4\n")
	if imp.Shape != sheet.Record || imp.Counts.Create != 1 {
		t.Fatalf("%s %+v", imp.Shape, imp.Counts)
	}
	h.apply(imp.ID)
	_, byTitle, err := h.cat.Seeds.Existing(t.Context(), staff, area, nil, []string{catalogue.TitleKey(hub.Text{JA: "漆の乾燥を速める方法"})})
	if err != nil || len(byTitle) != 1 {
		t.Fatal(byTitle, err)
	}
	for _, s := range byTitle {
		if s.TRL.Level != 4 || s.Institution != "越前大学" || s.Summary.JA != "乾きを湿度で\n制御します。" {
			t.Errorf("%+v", s)
		}
	}
}

func TestMappingWithoutTitleWaitsForAPerson(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ctx := t.Context()
	imp, err := h.Upload(ctx, staff, area, intake.Seeds, "a.csv", strings.NewReader("謎の列,研究概要\n雪を溶かす塗料,熱を使いません\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Analyse(ctx, staff, imp.ID, nil); hub.KindOf(err) != hub.Invalid {
		t.Fatalf("planned without a title: %v", err)
	}
	if imp = h.get(imp.ID); imp.State != intake.Waiting || imp.Failure == nil || imp.Failure.Key != "intake.map_no_name_seeds" {
		t.Fatalf("%s %+v", imp.State, imp.Failure)
	}
	if _, err := h.Correct(ctx, staff, imp.ID, intake.Setup{Mapping: intake.Mapping{"A": "title", "B": "title"}}); hub.KindOf(err) != hub.Invalid {
		t.Errorf("two titles: %v", err)
	}
	if _, err := h.Correct(ctx, staff, imp.ID, intake.Setup{Mapping: intake.Mapping{"A": "title", "B": "summary"}}); err != nil {
		t.Fatal(err)
	}
	if err := h.Analyse(ctx, staff, imp.ID, nil); err != nil {
		t.Fatal(err)
	}
	if imp = h.get(imp.ID); imp.Counts.Create != 1 || imp.Choices[0].Certainty != intake.ByHand {
		t.Errorf("%+v", imp)
	}
	if _, err := h.CorrectWith(ctx, staff, imp.ID, []byte(`{"研究概要":"","謎の列":"title"}`)); err != nil {
		t.Error(err)
	}
	if imp = h.get(imp.ID); imp.Choices[1].Field != "" || imp.State != intake.Waiting {
		t.Errorf("%+v", imp.Choices)
	}
	for _, bad := range []string{`{"無い列":"title"}`, `{"A":"nonsense"}`, `[]`} {
		if _, err := h.CorrectWith(ctx, staff, imp.ID, []byte(bad)); hub.KindOf(err) != hub.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestCancelLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		imp := h.plan(intake.Seeds, "a.csv", seedFile)
		before := stored(t, d)
		err := h.Apply(t.Context(), staff, imp.ID, func(int) { h.Cancel(imp.ID) })
		if err == nil {
			t.Fatal("cancelled, but applied")
		}
		if imp = h.get(imp.ID); imp.State != intake.Ready || imp.Failure == nil || imp.Failure.Key != "intake.stopped" || h.seed("S-1").ID != "" {
			t.Errorf("after a cancel: %s %+v", imp.State, imp.Failure)
		}
		if after := stored(t, d); after != before {
			t.Errorf("rows of seed, record_person, version, activity, activity_subject: %v, before %v", after, before)
		}
		h.apply(imp.ID)
		if h.seed("S-1").ID == "" {
			t.Error("applied again, but not there")
		}
	})
}

// stored counts the rows that a new seed has anywhere.
func stored(t *testing.T, d *db.DB) (n [6]int) {
	t.Helper()
	err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		for i, table := range []string{"seed", "record_person", "version", "activity", "activity_subject", "arriving"} {
			if err := tx.QueryRow(ctx, "select count(*) from "+table).Scan(&n[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// While the records of an import are being written, nobody meets one of them.
func TestRecordsArriveTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var file strings.Builder
		file.WriteString("整理番号,研究題目\n")
		const all = 700
		for i := range all {
			fmt.Fprintf(&file, "A-%d,題目その%d\n", i, i)
		}
		imp := h.plan(intake.Seeds, "a.csv", file.String())
		first := h.rows(imp.ID, intake.Look{})[0].Record
		seen := func() (n int) {
			if _, err := h.cat.Seeds.Get(t.Context(), staff, first); hub.KindOf(err) != hub.NotFound {
				n++
			}
			titles, err := h.cat.Seeds.Titles(t.Context(), staff, []hub.ID{first})
			if err != nil {
				t.Fatal(err)
			}
			some, err := h.cat.Seeds.Some(t.Context(), []hub.ID{first})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := h.cat.Seeds.Rows(t.Context(), staff, []hub.ID{first})
			if err != nil {
				t.Fatal(err)
			}
			if err := h.cat.Seeds.Each(t.Context(), func(catalogue.Seed) error { n++; return nil }); err != nil {
				t.Fatal(err)
			}
			_, waiting, err := h.cat.Seeds.Waiting(t.Context(), staff, catalogue.Waiting{Areas: []hub.ID{area}}, 10)
			if err != nil {
				t.Fatal(err)
			}
			return n + len(titles) + len(some) + len(rows) + waiting
		}
		looks := 0
		err := h.Apply(t.Context(), staff, imp.ID, func(done int) {
			looks++
			if n := stored(t, d)[0]; n != done {
				t.Errorf("%d are told, %d written", done, n)
			}
			if n := seen(); n != 0 {
				t.Errorf("after %d of %d, %d are met", done, all, n)
			}
			if _, err := h.cat.Needs.Create(t.Context(), staff, catalogue.Need{Record: catalogue.Record{Area: area, Title: hub.Text{JA: "その間の保存"}}}); err != nil {
				t.Error(err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if looks < 3 {
			t.Errorf("only %d steps", looks)
		}
		if n := seen(); n != 1+1+1+1+all+all {
			t.Errorf("when it has arrived, %d are met", n)
		}
	})
}

func TestBackgroundSteps(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	imp, err := h.Upload(t.Context(), staff, area, intake.Seeds, "a.csv", strings.NewReader(seedFile))
	if err != nil {
		t.Fatal(err)
	}
	analyse := func(ctx context.Context, a hub.Actor, id hub.ID) error { return h.Analyse(ctx, a, id, nil) }
	if err := h.Begin(staff, imp.ID, analyse); hub.KindOf(err) != hub.Unavailable {
		t.Errorf("a step without Run: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	deadline := time.Now().Add(10 * time.Second)
	for h.Begin(staff, imp.ID, analyse) != nil && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	for h.get(imp.ID).State != intake.Ready && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	if s := h.get(imp.ID).State; s != intake.Ready {
		t.Errorf("state %s", s)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// The real volume: every project of KAKEN becomes a seed, quickly, while another
// person's saves hardly wait.
func TestKaken(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole of KAKEN is not for -short")
	}
	file, err := os.ReadFile(hubtest.Shared(t, "data", "load", "kaken_projects.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, dbtest.SQLite(t))
	ctx := t.Context()
	begin := time.Now()
	imp, err := h.Upload(ctx, staff, area, intake.Seeds, "kaken_projects.tsv", bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	uploaded := time.Now()

	saving, stop := context.WithCancel(ctx)
	var waits []time.Duration
	var wg sync.WaitGroup
	wg.Go(func() {
		for saving.Err() == nil {
			start := time.Now()
			_, err := h.cat.Needs.Create(ctx, staff, catalogue.Need{Record: catalogue.Record{Area: area, Title: hub.Text{JA: "保存の待ち時間"}}})
			if err != nil {
				t.Error(err)
				return
			}
			waits = append(waits, time.Since(start))
			time.Sleep(20 * time.Millisecond)
		}
	})
	if err := h.Analyse(ctx, staff, imp.ID, nil); err != nil {
		t.Fatal(err)
	}
	planned := time.Now()
	if err := h.Apply(ctx, staff, imp.ID, nil); err != nil {
		t.Fatal(err)
	}
	applied := time.Now()
	stop()
	wg.Wait()
	slices.Sort(waits)
	imp = h.get(imp.ID)
	t.Logf("upload %v, plan %v, apply %v; %d saves meanwhile, p50 %v, p95 %v, longest %v", uploaded.Sub(begin), planned.Sub(uploaded), applied.Sub(planned),
		len(waits), waits[len(waits)/2], waits[len(waits)*95/100], waits[len(waits)-1])
	if imp.Counts.Create != 57_065-32 || imp.Counts.Refuse != 32 {
		t.Errorf("counts %+v", imp.Counts)
	}
	for _, it := range h.rows(imp.ID, intake.Look{Outcome: intake.Refuse}) {
		if p := it.Draft.Problems[0]; p.Key != "intake.no_title" || p.Column != "B" {
			t.Errorf("row %d is refused for %+v", it.Row, p)
		}
	}
	s := h.seed("17H04749")
	if s.Title.JA != "動作の癖を抑制する神経機構" || s.Institution != "東北大学" || s.Category != "若手研究(A)" || !slices.Equal(s.Keywords.JA, []string{"丘", "前野", "癖"}) {
		t.Errorf("%+v", s)
	}
	if p95 := waits[len(waits)*95/100]; p95 > 500*time.Millisecond {
		t.Errorf("saves wait %v (p95) during an import", p95)
	}
}
