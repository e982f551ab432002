package intake_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/web"
	pages "github.com/kyoten-hub/kyoten/internal/web/intake"
)

// site serves the section; the header As says who asks.
type site struct {
	http.Handler
	t      *testing.T
	area   hub.ID
	intake *intake.Service
	cat    *catalogue.Service
}

func open(t *testing.T) *site {
	d := dbtest.SQLite(t)
	clock := hub.SystemClock{}
	log := audit.New(d, clock)
	accounts := account.New(d, log, clock, account.Options{})
	area, err := accounts.CreateArea(t.Context(), hub.SystemActor, account.Area{Slug: "north", Name: hub.Text{JA: "北"}})
	if err != nil {
		t.Fatal(err)
	}
	lines := activity.New(d, log, clock)
	s := &site{t: t, area: area.ID, cat: catalogue.New(d, log, lines, clock)}
	s.intake = intake.New(d, log, directory.New(d, log, lines, clock), s.cat, clock)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.intake.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	p := &pages.Pages{Intake: s.intake, Accounts: accounts, Clock: clock, Patience: 20 * time.Second}
	s.Handler, err = web.New(web.Deps{
		Routes: p.Routes(), Clock: clock, Log: slog.New(slog.DiscardHandler),
		Authenticate: func(r *http.Request) (hub.Actor, error) {
			role := map[string]hub.Role{"staff": hub.Coordinator, "company": hub.Company}[r.Header.Get("As")]
			if role == "" {
				return hub.Actor{}, nil
			}
			return hub.Actor{Kind: hub.User, User: hub.NewID(), Name: "北山 花子", Roles: []hub.RoleIn{{Role: role, Area: s.area}}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; s.intake.Begin(hub.SystemActor, "", func(context.Context, hub.Actor, hub.ID) error { return nil }) != nil; i++ {
		if i > 1000 {
			t.Fatal("background steps do not start")
		}
		time.Sleep(time.Millisecond)
	}
	return s
}

func (s *site) do(as, method, path, kind string, body io.Reader) (int, string, http.Header) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, body)
	r.Header.Set("As", as)
	r.Header.Set("Accept-Language", "ja")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

func (s *site) get(path string) string {
	s.t.Helper()
	code, body, _ := s.do("staff", "GET", path, "", nil)
	if code != http.StatusOK {
		s.t.Fatalf("GET %s: %d\n%s", path, code, body)
	}
	return body
}

func (s *site) post(path string, pairs ...string) string {
	s.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	code, body, h := s.do("staff", "POST", path, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
	if code != http.StatusSeeOther {
		s.t.Fatalf("POST %s: %d\n%s", path, code, body)
	}
	return h.Get("Location")
}

func (s *site) upload(as, kind, name string, content []byte) (int, string, http.Header) {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("kind", kind)
	_ = m.WriteField("area", string(s.area))
	f, _ := m.CreateFormFile("file", name)
	_, _ = f.Write(content)
	_ = m.Close()
	return s.do(as, "POST", "/intake/new", m.FormDataContentType(), &b)
}

var tags = regexp.MustCompile(`(?s)<[^>]*>`)

// text gives a page's words.
func text(body string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " ")
}

func wants(t *testing.T, where, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text(body), w) {
			t.Errorf("%s lacks %q:\n%s", where, w, text(body))
		}
	}
}

const file = "番号,呼び名,概要,TRL,予算\nS-1,雪を溶かす塗料,熱を使いません,4,300万円程度\nS-2,,題目なし,,\nS-3,漆の乾燥,湿度で,高い,\n"

func TestAWholeImport(t *testing.T) {
	s := open(t)
	wants(t, "the empty list", s.get("/intake"), "まだ取り込んだファイルがありません", "ファイルを取り込む")
	wants(t, "the upload form", s.get("/intake/new?kind=needs"), "何の表か", "シーズ", "100 MBまで")

	code, body, h := s.upload("staff", "seeds", "シーズ一覧.csv", []byte(file))
	if code != http.StatusSeeOther {
		t.Fatalf("upload: %d\n%s", code, body)
	}
	at := h.Get("Location")
	// The title's column is not known: the page asks for it.
	wants(t, "the page without a title", s.get(at), "列の確認待ち", "題目にあたる列が決まっていません", "B 呼び名", "提案なし。例：雪を溶かす塗料")

	// Two columns cannot both be the number; what was chosen stays.
	code, body, _ = s.do("staff", "POST", at+"/setup", "application/x-www-form-urlencoded", strings.NewReader("col.A=number&col.B=number&first=1&last=1"))
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a doubled field: %d", code)
	}
	wants(t, "the refused mapping", body, "A列とB列の両方が同じ項目")

	at = s.post(at+"/setup", "col.A", "number", "col.B", "title", "col.C", "summary", "col.D", "trl", "col.E", "budget", "first", "1", "last", "1")
	body = s.get(at)
	wants(t, "the plan", body, "取り込み前の確認", "新規 2", "取り込めない 1", "ほかに確認した方がよい行 2", "題目がないため取り込めません", "「高い」はTRL（1～9）として読めない", "3,000,000 円として取り込みます", "取り込む")
	if strings.Index(body, "figures") > strings.Index(body, `id="rows"`) {
		t.Error("the figures do not come before the rows")
	}
	wants(t, "the new rows", s.get(at+"?show=create"), "新しく登録する行", "雪を溶かす塗料", "漆の乾燥")

	code, csv, h := s.do("staff", "GET", at+"/problems.csv", "", nil)
	if code != http.StatusOK || !strings.Contains(csv, ",3,B,") || !strings.HasPrefix(csv, "\uFEFF") || !strings.Contains(h.Get("Content-Disposition"), "attachment") {
		t.Errorf("problems.csv: %d %q %v", code, csv, h)
	}

	if to := s.post(at + "/apply"); to != at {
		t.Errorf("apply leads to %s", to)
	}
	body = s.get(at)
	wants(t, "the result", body, "取り込み済み", "北山 花子 さんが", "この取り込みを元に戻す")
	found, _, err := s.cat.Seeds.Existing(t.Context(), hub.SystemActor, s.area, []string{"S-1"}, nil)
	if err != nil || found["S-1"].Budget != hub.Yen(3_000_000) {
		t.Errorf("%+v %v", found, err)
	}
	wants(t, "the question", s.get(at+"/undo"), "「シーズ一覧.csv」の取り込みを元に戻しますか", "新しく登録した 2 件を取り下げ")
	s.post(at + "/undo")
	wants(t, "what was taken back", s.get(at), "元に戻しました", "戻したもの 2 件、残したもの 0 件")
	wants(t, "the list", s.get("/intake"), "シーズ一覧.csv", "元に戻しました")

	code, body, _ = s.do("staff", "GET", at+"/progress", "", nil)
	if code != http.StatusOK || strings.Contains(body, "hx-get") {
		t.Errorf("progress of a finished import: %d %s", code, body)
	}
}

func TestRefusedFilesSayWhatToDo(t *testing.T) {
	s := open(t)
	for name, c := range map[string]struct {
		content  string
		sentence string
	}{
		"古い.xls":   {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600), "「Excel ブック (.xlsx)」を選んで保存し直してください"},
		"壊れた.xlsx": {"PK\x03\x04abc", "壊れているため読めません"},
		"文書.pdf":   {"%PDF-1.7", "表のファイルではありません（PDF）"},
		"空.csv":    {"", "ファイルの中身が空です"},
	} {
		code, body, _ := s.upload("staff", "seeds", name, []byte(c.content))
		if code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, code)
		}
		wants(t, name, body, c.sentence)
		if !strings.Contains(body, `href="#f-file"`) {
			t.Errorf("%s: the summary does not lead to the field", name)
		}
	}
	code, body, _ := s.do("staff", "POST", "/intake/new", "application/x-www-form-urlencoded", strings.NewReader("kind=seeds"))
	if code != http.StatusUnprocessableEntity {
		t.Errorf("no file: %d", code)
	}
	wants(t, "no file", body, "ファイルを選んでください")
}

func TestOnlyStaffMayImport(t *testing.T) {
	s := open(t)
	_, _, h := s.upload("staff", "seeds", "a.csv", []byte(strings.Replace(file, "呼び名", "題目", 1)))
	at := h.Get("Location")
	for _, path := range []string{"/intake", "/intake/new"} {
		if code, _, _ := s.do("company", "GET", path, "", nil); code != http.StatusForbidden {
			t.Errorf("a company's %s: %d", path, code)
		}
	}
	if code, _, _ := s.upload("company", "seeds", "a.csv", []byte(file)); code != http.StatusForbidden {
		t.Errorf("a company uploads: %d", code)
	}
	for _, c := range [][2]string{{"GET", ""}, {"GET", "/progress"}, {"GET", "/problems.csv"}, {"GET", "/undo"}, {"POST", "/setup"}, {"POST", "/apply"}, {"POST", "/cancel"}, {"POST", "/drop"}, {"POST", "/undo"}} {
		code, body, _ := s.do("company", c[0], at+c[1], "application/x-www-form-urlencoded", nil)
		if code != http.StatusNotFound || strings.Contains(body, "雪を溶かす") {
			t.Errorf("a company's %s %s: %d", c[0], c[1], code)
		}
		if code, _, _ := s.do("", c[0], at+c[1], "application/x-www-form-urlencoded", nil); code == http.StatusOK {
			t.Errorf("a stranger's %s %s: %d", c[0], c[1], code)
		}
	}
	if found, _, _ := s.cat.Seeds.Existing(t.Context(), hub.SystemActor, s.area, []string{"S-1"}, nil); len(found) != 0 {
		t.Error("a company has applied an import")
	}
}

func TestGivenUp(t *testing.T) {
	s := open(t)
	_, _, h := s.upload("staff", "organisations", "機関.csv", []byte("名称,住所\n北陸工業大学,石川県\n"))
	at := h.Get("Location")
	wants(t, "the plan", s.get(at), "新規 1", "問題のある行はありません")
	if to := s.post(at + "/drop"); to != "/intake" {
		t.Errorf("leads to %s", to)
	}
	if body := s.get("/intake"); strings.Contains(body, "機関.csv") {
		t.Error("a dropped import is listed")
	}
}
