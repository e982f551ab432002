package seeds

import (
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// blank is the form of a new seed.
func blank() *ui.Form {
	return ui.NewForm("scope", string(hub.HubOnly), "name_scope", string(hub.Public), "detail_scope", string(hub.HubOnly))
}

// formOf fills the form from a seed.
func formOf(s *catalogue.Seed) *ui.Form {
	f := ui.NewForm()
	f.SetText("summary", s.Summary).SetText("advantage", s.Advantage).
		SetText("applications", s.Applications).SetText("challenges", s.Challenges).SetText("remark", s.Remark).
		SetText("detail", s.Detail).SetText("trl_ground", s.TRL.Ground).
		Set("keywords.ja", strings.Join(s.Keywords.JA, "、")).Set("keywords.en", strings.Join(s.Keywords.EN, ", ")).
		Set("trl_date", string(s.TRL.Date)).SetMoney("budget", s.Budget)
	if s.TRL.Level > 0 {
		f.Set("trl", strconv.Itoa(s.TRL.Level))
	}
	if s.Months > 0 {
		f.Set("months", strconv.Itoa(s.Months))
	}
	f.Values["forms"] = s.Forms
	var names []string
	for _, r := range s.Researchers {
		if r.Person == "" || r.Person != s.Owner {
			names = append(names, r.Name)
		}
	}
	f.Set("researchers", strings.Join(names, "、"))
	for i, x := range s.IP {
		n := strconv.Itoa(i)
		f.Set("ip_kind."+n, x.Kind).Set("ip_status."+n, x.Status).Set("ip_number."+n, x.Number).Set("ip_filing."+n, x.Filing)
	}
	return f
}

// ipLines is how many lines of intellectual property the form has: one more than
// are written, and at least three.
func ipLines(f *ui.Form) int {
	n := 0
	for i := range mostIP {
		if f.Get("ip_kind."+strconv.Itoa(i)) != "" || f.Get("ip_number."+strconv.Itoa(i)) != "" {
			n = i + 1
		}
	}
	return max(3, n+1)
}

// mostIP bounds the lines that are read from a form.
const mostIP = 200

// read puts what was typed into a seed. What cannot be read is noted in the
// form.
func read(f *ui.Form, s *catalogue.Seed, detail bool) {
	s.Summary, s.Advantage = f.Bilingual("summary"), f.Bilingual("advantage")
	s.Applications, s.Challenges, s.Remark = f.Bilingual("applications"), f.Bilingual("challenges"), f.Bilingual("remark")
	s.Keywords = catalogue.Words{JA: records.SplitWords(f.Text("keywords.ja")), EN: records.SplitWords(f.Text("keywords.en"))}
	s.Forms = f.List("forms")
	s.TRL = catalogue.TRL{Level: int(f.Int("trl")), Date: f.Date("trl_date"), Ground: f.Bilingual("trl_ground")}
	s.Budget, s.Months = f.Money("budget"), int(f.Int("months"))
	s.Researchers = readResearchers(f, s.Researchers)
	if detail {
		s.Detail = f.Bilingual("detail")
	}
	s.IP = nil
	for i := range mostIP {
		n := strconv.Itoa(i)
		x := catalogue.IP{Kind: f.Get("ip_kind." + n), Status: f.Get("ip_status." + n), Number: f.Text("ip_number." + n), Filing: f.Get("ip_filing." + n)}
		if x != (catalogue.IP{}) {
			s.IP = append(s.IP, x)
		}
	}
}

// readResearchers puts the owner first and then the names as typed. A name that
// stood there before keeps its link to the directory.
func readResearchers(f *ui.Form, before []catalogue.Researcher) (out []catalogue.Researcher) {
	known := map[string]hub.ID{}
	owner := hub.ID(f.Get("owner"))
	if owner != "" {
		out = append(out, catalogue.Researcher{Person: owner})
	}
	for _, r := range before {
		if r.Person == owner && owner != "" {
			out[0].Name = r.Name
		} else {
			known[r.Name] = r.Person
		}
	}
	for _, name := range records.SplitWords(f.Text("researchers")) {
		out = append(out, catalogue.Researcher{Person: known[name], Name: name})
	}
	return out
}

func researcherIDs(s *catalogue.Seed) (ids []hub.ID) {
	for _, r := range s.Researchers {
		ids = append(ids, r.Person)
	}
	return ids
}
