package records_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)">`)

// fieldsOf gives the hidden fields of the form that holds the step.
func fieldsOf(page, step string) url.Values {
	out := url.Values{}
	for _, form := range strings.Split(page, "<form ")[1:] {
		form, _, _ = strings.Cut(form, "</form>")
		if !strings.Contains(form, `name="step" value="`+step+`"`) {
			continue
		}
		for _, m := range hiddenField.FindAllStringSubmatch(form, -1) {
			out.Add(m[1], m[2])
		}
	}
	return out
}

func TestManySeedsAreChangedFromTheList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		one := s.seed(catalogue.Seed{Record: catalogue.Record{Title: hub.Text{JA: "一つ目"}, Fields: []string{"snow"}}})
		two := s.seed(catalogue.Seed{Record: catalogue.Record{Title: hub.Text{JA: "二つ目"}, Fields: []string{"snow"}, State: catalogue.SeedEnded}})
		s.seed(catalogue.Seed{Record: catalogue.Record{Title: hub.Text{JA: "別の分野"}, Fields: []string{"food"}}})
		s.settle()
		list := s.want(http.StatusOK, "staff", "/seeds?field=snow", nil)
		s.contains("the list", list, `name="id" value="`+string(one.ID)+`" form="bulk"`, "見つかった2件すべてを変更", `action="/seeds/bulk"`)
		if page := s.want(http.StatusOK, "member", "/seeds", nil); strings.Contains(page, "/seeds/bulk") {
			t.Error("a member is offered to change many")
		}
		if status, _, _ := s.ask("member", "/seeds/bulk", url.Values{"id": {string(one.ID)}}); status != http.StatusForbidden {
			t.Errorf("a member changes many: %d", status)
		}

		page := s.want(http.StatusOK, "staff", "/seeds/bulk", url.Values{"query": {"field=snow"}, "all": {"1"}})
		f := fieldsOf(page, "preview")
		if n := len(strings.Fields(f.Get("ids"))); n != 2 {
			t.Fatalf("all found are %d", n)
		}
		s.want(http.StatusUnprocessableEntity, "staff", "/seeds/bulk", f) // nothing to change
		f.Set("state", string(catalogue.SeedPaused))
		f.Set("add_keywords", "雪国、融雪")
		page = s.want(http.StatusOK, "staff", "/seeds/bulk", f)
		if strings.Count(page, "今の状態からは、その状態に進めません") != 2 {
			t.Errorf("the refusals: %s", words(page))
		}
		f.Set("state", string(catalogue.SeedEnded))
		page = s.want(http.StatusOK, "staff", "/seeds/bulk", f)
		s.contains("the preview", page, "2件が変わります", "状態：下書き → 終了", "キーワードに追加：雪国、融雪")
		apply := fieldsOf(page, "apply")
		at := s.want(http.StatusSeeOther, "staff", "/seeds/bulk", apply)
		if at != "/seeds?field=snow" {
			t.Errorf("it leads to %s", at)
		}
		v, err := s.svc.Catalogue.Seeds.Get(t.Context(), s.as["staff"], one.ID)
		if err != nil || v.Entry.State != catalogue.SeedEnded || strings.Join(v.Entry.Keywords.JA, " ") != "雪国 融雪" {
			t.Errorf("the first is %+v, %v", v.Entry, err)
		}
		// Sent twice, it finds that the records have changed since.
		if status, _, _ := s.ask("staff", "/seeds/bulk", apply); status < 400 {
			t.Errorf("sent twice: %d", status)
		}

		if err := s.svc.Catalogue.Seeds.Withdraw(t.Context(), s.as["staff"], two.ID, true); err != nil {
			t.Fatal(err)
		}
		s.contains("the bin", s.want(http.StatusOK, "staff", "/seeds/bin", nil), "二つ目", "北山 花子", "1件")
		if page := s.want(http.StatusOK, "member", "/seeds/bin", nil); strings.Contains(page, "二つ目") {
			t.Error("a member looks into the bin")
		}
		s.want(http.StatusSeeOther, "staff", "/seeds/bin", url.Values{"id": {string(two.ID)}})
		if v, err := s.svc.Catalogue.Seeds.Get(t.Context(), s.as["staff"], two.ID); err != nil || v.Entry.Withdrawn {
			t.Errorf("it is not back: %v", err)
		}
	})
}
