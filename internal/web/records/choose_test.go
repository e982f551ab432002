package records_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Choosing works by the words alone, as a form sends them without a script.
func TestWhoIsChosenByTyping(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		uni := s.firm("国立大学法人見本大学")
		s.firm("見本大学校友会株式会社")
		one, other := s.person("渡邉 太郎", "見本大学"), s.person("渡辺 太郎", "別の大学")
		sole := s.person("佐藤 花", "見本大学")

		f := s.seedForm("雪の計測")
		f.Set("organisation.text", "見本大学")
		f.Set("owner.text", "渡邊太郎")
		f.Set("coordinator.text", "佐藤花")
		page := s.want(http.StatusUnprocessableEntity, "staff", "/seeds/new", f)
		s.contains("the form with two of one name", page, `value="渡邊太郎"`, string(one.ID), string(other.ID), "別の大学", `href="#f-owner"`,
			`name="owner.match"`, `name="organisation" value="`+string(uni.ID)+`"`)

		f.Set("owner.asked", "渡邊太郎")
		f.Set("owner.match", string(other.ID))
		at := s.want(http.StatusSeeOther, "staff", "/seeds/new", f)
		v, err := s.svc.Catalogue.Seeds.Get(t.Context(), s.as["staff"], hub.ID(strings.TrimPrefix(at, "/seeds/")))
		if err != nil || v.Entry.Organisation != uni.ID || v.Entry.Owner != other.ID || v.Entry.Coordinator != sole.ID {
			t.Fatalf("chosen were %+v, %v", v.Entry.Record, err)
		}

		// The form of the stored seed shows names, and sending it back keeps the ids:
		// of two people of one name the one that was chosen.
		page = s.want(http.StatusOK, "staff", at+"/edit", nil)
		s.contains("the form of the stored seed", page, `name="owner.text"`, `value="渡辺 太郎"`, `value="国立大学法人見本大学"`)
		f.Set("version", "1")
		f.Set("owner", string(other.ID))
		f.Set("owner.was", "渡辺 太郎")
		f.Set("owner.text", "渡辺 太郎")
		f.Del("owner.match")
		f.Set("coordinator.text", "")
		s.want(http.StatusSeeOther, "staff", at+"/edit", f)
		v, err = s.svc.Catalogue.Seeds.Get(t.Context(), s.as["staff"], v.Entry.ID)
		if err != nil || v.Entry.Owner != other.ID || v.Entry.Coordinator != "" {
			t.Fatalf("after saving again: %+v, %v", v.Entry.Record, err)
		}

		// Words that changed after the choice win over the id that came along.
		f.Set("version", "2")
		f.Set("owner.text", "誰でもない")
		page = s.want(http.StatusUnprocessableEntity, "staff", at+"/edit", f)
		s.contains("the form with a stranger", page, "「誰でもない」は登録されていません", `value="誰でもない"`)
	})
}

func TestTheListWhileOneTypes(t *testing.T) {
	s := open(t, dbtest.SQLite(t))
	s.person("渡邉 太郎", "見本大学")
	hidden := s.firm("秘密商会")
	if _, err := s.svc.Directory.Organisations.Revise(t.Context(), s.as["staff"], hidden.ID, 1, narrow); err != nil {
		t.Fatal(err)
	}
	page := s.want(http.StatusOK, "staff", "/choose/people?area="+string(s.area)+"&q=渡辺", nil)
	s.contains("the answer", page, `role="listbox"`, `role="option"`, "渡邉 太郎", "見本大学", "data-pick-status")
	s.contains("the staff's answer", s.want(http.StatusOK, "staff", "/choose/organisations?q=秘密", nil), "秘密商会")
	if page := s.want(http.StatusOK, "member", "/choose/organisations?q=秘密", nil); strings.Contains(page, "秘密商会") {
		t.Error("a member is offered an organisation that he may not see")
	}
	if at := s.want(http.StatusSeeOther, "", "/choose/people?q=渡辺", nil); !strings.HasPrefix(at, "/sign-in") {
		t.Errorf("a stranger is led to %s", at)
	}
}
