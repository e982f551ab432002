package intake

import (
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// give sets a text when the draft has one. A cell that is empty leaves what is
// there: re-importing a shorter file must not wipe what people have written.
func give(to *string, value string) {
	if value != "" {
		*to = value
	}
}

// giveText sets a text in the language it is written in: one without any
// Japanese goes to English when the record's other texts are English too.
func giveText(to *hub.Text, d Draft, field string) {
	v := d.Values[field]
	if v != "" && d.english() && d.Values[field+"_en"] == "" {
		to.EN = v
	} else {
		give(&to.JA, v)
	}
	give(&to.EN, d.Values[field+"_en"])
}

// english reports whether what names and describes the record has no Japanese.
func (d *Draft) english() bool {
	any := false
	for _, f := range []string{"title", "summary", "words", "problem", "institution"} {
		v := d.Values[f]
		any = any || v != ""
		if strings.ContainsFunc(v, japanese.IsJapanese) {
			return false
		}
	}
	return any
}

func giveList(to *[]string, d Draft, field string) {
	if all := d.list(field); len(all) > 0 {
		*to = all
	}
}

func giveMoney(to *hub.Money, v string) {
	switch v {
	case "":
	case moneyWithheld:
		*to = hub.Money{State: hub.Withheld}
	case moneyNone:
		*to = hub.Money{State: hub.NotApplicable}
	default:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			*to = hub.Yen(n)
		}
	}
}

func giveInt(to *int, v string) {
	if n, err := strconv.Atoi(v); err == nil && n > 0 {
		*to = n
	}
}

func fillRecord(r *catalogue.Record, d Draft) {
	give(&r.Number, d.Values["number"])
	giveText(&r.Title, d, "title")
	give(&r.Institution, institution(d))
	if id := hub.ID(d.Values[organisationID]); id != "" {
		r.Organisation = id
	}
	giveList(&r.Fields, d, "fields")
}

func fillSeed(s *catalogue.Seed, d Draft) {
	fillRecord(&s.Record, d)
	giveText(&s.Summary, d, "summary")
	giveText(&s.Advantage, d, "advantage")
	giveText(&s.Applications, d, "applications")
	giveText(&s.Challenges, d, "challenges")
	giveText(&s.Remark, d, "remark")
	giveList(&s.Keywords.JA, d, "keywords")
	giveInt(&s.TRL.Level, d.Values["trl"])
	if v := d.Values["trl_date"]; v != "" {
		s.TRL.Date = hub.Date(v)
	}
	if rights := d.list("ip"); len(rights) > 0 {
		s.IP = nil
		for _, line := range rights {
			p := strings.SplitN(line, "|", 4)
			s.IP = append(s.IP, catalogue.IP{Kind: p[0], Status: p[1], Number: p[2], Filing: p[3]})
		}
	}
	giveList(&s.Forms, d, "forms")
	giveMoney(&s.Budget, d.Values["budget"])
	giveInt(&s.Months, d.Values["months"])
	give(&s.Category, d.Values["category"])
	if names := d.list("researchers"); len(names) > 0 {
		s.Researchers = researchers(s.Researchers, names)
	}
	// Who to ask and where he sits are not for the public layer.
	var inner []string
	for _, f := range []struct{ name, label string }{{"detail", ""}, {"department", "所属部局："}, {"post", "職名："}, {"contact", "連絡先："}} {
		if v := d.Values[f.name]; v != "" {
			inner = append(inner, f.label+v)
		}
	}
	give(&s.Detail.JA, strings.Join(inner, "\n"))
}

// researchers keeps the links of those who are named again.
func researchers(had []catalogue.Researcher, names []string) (out []catalogue.Researcher) {
	for _, n := range names {
		r := catalogue.Researcher{Name: n}
		for _, x := range had {
			if directory.PersonKey(x.Name) == directory.PersonKey(n) {
				r = x
			}
		}
		out = append(out, r)
	}
	return out
}

func fillNeed(n *catalogue.Need, d Draft) {
	fillRecord(&n.Record, d)
	x := &n.Detail
	giveText(&x.Words, d, "words")
	giveText(&x.Problem, d, "problem")
	giveText(&x.Background, d, "background")
	giveText(&x.Conditions, d, "conditions")
	giveText(&x.Constraints, d, "constraints")
	giveText(&x.Tried, d, "tried")
	giveText(&x.Success, d, "success")
	giveText(&x.View, d, "view")
	give(&x.Contact, d.Values["contact"])
	giveText(&n.Affected, d, "affected")
	giveText(&n.Anonymous, d, "anonymous")
	give(&n.Kind, d.Values["kind"])
	give(&n.Prefecture, d.Values["prefecture"])
	give(&n.Municipality, d.Values["municipality"])
	if v := d.Values["deadline"]; v != "" {
		n.Deadline = hub.Date(v)
	}
	giveMoney(&n.Budget, d.Values["budget"])
	giveList(&n.Keywords.JA, d, "keywords")
	giveList(&n.Forms, d, "forms")
	giveInt(&n.TRLWish, d.Values["trl_wish"])
	give(&n.NDA, d.Values["nda"])
	switch d.Values["anonymity"] {
	case "show":
		n.NameScope = hub.Public
	case "hide":
		n.NameScope = hub.HubOnly
	}
	if n.Kind == "" && bodyOf(n.Institution) == directory.Municipality {
		n.Kind = catalogue.RegionalChallenge
	}
}
