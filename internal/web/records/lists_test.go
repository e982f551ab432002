package records_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// file asks for a file and reads it back with the project's own reader.
func (s *site) file(as, path string) (*sheet.Table, [][]string, []sheet.Finding) {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("As", as)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		s.t.Fatalf("%s gives %d, %s", path, w.Code, words(w.Body.String()))
	}
	name, _, _ := strings.Cut(path, "?")
	book, err := sheet.Open(name, bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()), sheet.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	t, err := book.Best()
	if err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	check := t.Checker()
	var rows [][]string
	for row, err := range t.Rows() {
		if err != nil {
			s.t.Fatal(err)
		}
		check.Row(row)
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.Text)
		}
		rows = append(rows, cells)
	}
	return t, rows, check.Findings()
}

func (s *site) seed(x catalogue.Seed) catalogue.Seed {
	s.t.Helper()
	x.Area = s.area
	out, err := s.svc.Catalogue.Seeds.Create(s.t.Context(), s.as["staff"], x)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// settle lets the index catch up with what has been written.
func (s *site) settle() {
	s.t.Helper()
	if err := s.svc.Search.Rebuild(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func TestFilesOfAListKeepTheRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.seed(catalogue.Seed{
			Record:   catalogue.Record{Title: hub.Text{JA: "=HYPERLINK(\"http://x\")", EN: "Snow"}, Fields: []string{"snow", "energy", "it"}, Number: "0012"},
			Summary:  hub.Text{JA: "一行目\n二行目"},
			Keywords: catalogue.Words{JA: []string{"雪", "融雪", "熱", "屋根"}}, TRL: catalogue.TRL{Level: 4}, Budget: hub.Yen(3_000_000),
		})
		s.seed(catalogue.Seed{Record: catalogue.Record{Title: hub.Text{JA: "二つ目"}, Fields: []string{"snow"}}, Months: 6})
		if _, err := s.svc.Catalogue.Needs.Create(t.Context(), s.as["staff"], catalogue.Need{Record: catalogue.Record{Area: s.area, Title: hub.Text{JA: "除雪の人手"}}, Prefecture: "15"}); err != nil {
			t.Fatal(err)
		}
		s.settle()
		for _, path := range []string{"/seeds.csv", "/seeds.xlsx", "/seeds.csv?encoding=cp932", "/needs.csv", "/needs.xlsx"} {
			table, rows, findings := s.file("staff", path)
			for _, f := range findings {
				if f.Rule != "L3-08" || !strings.Contains(path, "cp932") {
					t.Errorf("%s breaks rule %+v", path, f)
				}
			}
			if !strings.HasPrefix(path, "/seeds") {
				continue
			}
			if len(rows) != 2 {
				t.Fatalf("%s has %d rows", path, len(rows))
			}
			column := func(name string) string {
				for i, c := range table.Columns {
					if c.Name == name {
						for _, r := range rows {
							if i < len(r) && strings.HasPrefix(strings.Join(r, ""), rows[0][0]) && r[i] != "" {
								return r[i]
							}
						}
						for _, r := range rows {
							if i < len(r) && r[i] != "" {
								return r[i]
							}
						}
					}
				}
				return ""
			}
			for name, want := range map[string]string{"キーワード4": "屋根", "分野3": "情報通信", "予算（円）": "", "登録簿の番号": ""} {
				if got := column(name); want != "" && got != want {
					t.Errorf("%s: %s is %q, not %q", path, name, got, want)
				}
			}
			all := strings.Join(append(append([]string{}, rows[0]...), rows[1]...), "|")
			for _, want := range []string{"=HYPERLINK", "0012", "3000000"} {
				if !strings.Contains(all, want) {
					t.Errorf("%s lacks %q: %s", path, want, all)
				}
			}
		}
	})
}

func TestCharactersThatShiftJISLacksAreTold(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	s.seed(catalogue.Seed{Record: catalogue.Record{Title: hub.Text{JA: "𠮷野の雪"}}})
	s.settle()
	page := s.want(http.StatusOK, "staff", "/seeds.csv?encoding=cp932", nil)
	s.contains("the warning", page, "U+20BB7", "𠮷野の雪", "anyway=1", "/seeds.csv")
	_, rows, _ := s.file("staff", "/seeds.csv?encoding=cp932&anyway=1")
	if !strings.Contains(strings.Join(rows[0], "|"), "〓野の雪") {
		t.Errorf("the file holds %v", rows)
	}
}

func TestColumnsAndViews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.seed(catalogue.Seed{Record: catalogue.Record{Title: hub.Text{JA: "雪の計測"}, Number: "N-77", Fields: []string{"snow"}}})
		s.settle()
		if page := s.want(http.StatusOK, "staff", "/seeds", nil); strings.Contains(page, "N-77") {
			t.Error("the usual columns hold the number")
		}
		at := "/seeds?col=number&col=state&field=snow"
		s.contains("the chosen columns", s.want(http.StatusOK, "staff", at, nil), "N-77", "雪の計測")
		_, rows, _ := s.file("staff", "/seeds.csv?only=1&col=number")
		if len(rows) != 1 || len(rows[0]) != 3 {
			t.Errorf("only the shown columns: %v", rows)
		}
		page := s.want(http.StatusOK, "staff", "/seeds/view?"+at[7:], nil)
		s.contains("the settings", page, `action="/seeds.xlsx"`, `name="field" value="snow"`, "北エリアの職員と共有", `value="number" checked`)
		if page := s.want(http.StatusOK, "member", "/seeds/view", nil); strings.Contains(page, "職員と共有") {
			t.Error("a member is offered to share")
		}

		query := "col=number&col=state&field=snow"
		to := s.want(http.StatusSeeOther, "staff", "/views", url.Values{"section": {"seeds"}, "query": {query}, "name": {"雪だけ"}, "area": {string(s.area)}, "default": {"1"}})
		if to != at {
			t.Errorf("saving leads to %s", to)
		}
		if to := s.want(http.StatusSeeOther, "staff", "/seeds", nil); to != at {
			t.Errorf("the list opens with %s", to)
		}
		s.contains("everything", s.want(http.StatusOK, "staff", "/seeds?view=all", nil), "雪だけ")
		s.contains("the colleague's list", s.want(http.StatusOK, "office", "/seeds", nil), "雪だけ（共有）")
		if page := s.want(http.StatusOK, "member", "/seeds", nil); strings.Contains(page, "雪だけ") {
			t.Error("a member sees the staff's view")
		}
		if status, _, _ := s.ask("member", "/views", url.Values{"section": {"seeds"}, "name": {"x"}, "area": {string(s.area)}}); status != http.StatusForbidden {
			t.Errorf("a member shares: %d", status)
		}
		if status, _, _ := s.ask("staff", "/views", url.Values{"section": {"elsewhere"}, "name": {"x"}}); status != http.StatusNotFound {
			t.Errorf("a view of no list: %d", status)
		}
		s.want(http.StatusSeeOther, "staff", "/views/default", url.Values{"section": {"seeds"}})
		s.want(http.StatusOK, "staff", "/seeds", nil)
	})
}
