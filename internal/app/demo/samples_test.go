package demo

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

func load(t *testing.T) Samples {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCounts(t *testing.T) {
	s := load(t)
	for _, c := range []struct {
		what          string
		n, least, top int
	}{
		{"areas", len(s.Areas), 3, 3},
		{"organisations", len(s.Organisations), 60, 70},
		{"people", len(s.People), 30, 60},
		{"seeds", len(s.Seeds), 60, 60},
		{"needs", len(s.Needs), 40, 40},
		{"activities", len(s.Activities), 40, 60},
		{"answers", len(s.Answers), len(s.Needs), len(s.Needs)},
	} {
		if c.n < c.least || c.n > c.top {
			t.Errorf("%d %s, want %d to %d", c.n, c.what, c.least, c.top)
		}
	}
}

// Every text that is written must be written in both languages.
func TestBothLanguages(t *testing.T) {
	s := load(t)
	kana := regexp.MustCompile(`[ぁ-んァ-ヶ一-鿿]`)
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Slice:
			for i := range v.Len() {
				e := v.Index(i)
				name := path
				if e.Kind() == reflect.Struct {
					if k := e.FieldByName("Key"); k.IsValid() {
						name = k.String()
					}
				}
				walk(name, e)
			}
		case reflect.Struct:
			if x, ok := v.Interface().(hub.Text); ok {
				if (x.JA == "") != (x.EN == "") {
					t.Errorf("%s is in one language only: %q %q", path, x.JA, x.EN)
				}
				if kana.MatchString(x.EN) {
					t.Errorf("%s: Japanese in the English text %q", path, x.EN)
				}
				if x.JA != "" && !kana.MatchString(x.JA) {
					t.Errorf("%s: no Japanese in %q", path, x.JA)
				}
				return
			}
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		}
	}
	walk("samples", reflect.ValueOf(s))
	for _, d := range s.Seeds {
		for name, x := range map[string]hub.Text{
			"title": d.Title, "summary": d.Summary, "comparison": d.Comparison, "uses": d.Uses, "issues": d.Issues,
			"TRL ground": d.TRL.Ground, "remark": d.Remark, "detail": d.Detail,
		} {
			if x.Empty() {
				t.Errorf("%s has no %s", d.Key, name)
			}
		}
		if len(d.Keywords.JA) < 3 || len(d.Keywords.JA) != len(d.Keywords.EN) {
			t.Errorf("%s: keywords %v and %v", d.Key, d.Keywords.JA, d.Keywords.EN)
		}
	}
}

func TestLengths(t *testing.T) {
	s := load(t)
	runes := func(texts ...hub.Text) (n int) {
		for _, x := range texts {
			n += utf8.RuneCountInString(x.JA)
		}
		return n
	}
	for _, d := range s.Seeds {
		n := runes(d.Title, d.Summary, d.Comparison, d.Uses, d.Issues, d.Remark, d.Detail, d.TRL.Ground)
		if n < 340 || n > 1000 {
			t.Errorf("%s is %d characters long", d.Key, n)
		}
	}
	for _, n := range s.Needs {
		if c := runes(n.OwnWords); c < 150 || c > 400 {
			t.Errorf("%s: own words are %d characters long", n.Key, c)
		}
	}
}

func TestValuesAreKnown(t *testing.T) {
	s := load(t)
	prefecture := regexp.MustCompile(`^(0[1-9]|[1-3][0-9]|4[0-7])$`)
	kana := regexp.MustCompile(`^[ぁ-んー ]+$`)
	mail := regexp.MustCompile(`^[a-z]+@([a-z-]+\.)+example\.jp$`)
	for _, o := range s.Organisations {
		if !slices.Contains(OrganisationKinds, o.Kind) || !prefecture.MatchString(o.Prefecture) || !kana.MatchString(o.Kana) {
			t.Errorf("%s: kind %q, prefecture %q, kana %q", o.Key, o.Kind, o.Prefecture, o.Kana)
		}
	}
	for _, p := range s.People {
		if !slices.Contains(hub.Roles, p.Role) || !kana.MatchString(p.Kana) || !mail.MatchString(p.Email) {
			t.Errorf("%s: role %q, kana %q, mail %q", p.Key, p.Role, p.Kana, p.Email)
		}
	}
	date := func(key string, d hub.Date) {
		if _, err := hub.ParseDate(string(d)); err != nil || d == "" {
			t.Errorf("%s: date %q", key, d)
		}
	}
	for _, m := range s.Memberships {
		date(m.Organisation, m.Joined)
		if m.Kind != Participating && m.Kind != Cooperating || m.Left != "" && m.Left <= m.Joined {
			t.Errorf("membership of %s in %s: %q %s–%s", m.Organisation, m.Area, m.Kind, m.Joined, m.Left)
		}
	}
	money := func(key string, m hub.Money) {
		switch m.State {
		case hub.Amount:
			if m.Yen < 0 {
				t.Errorf("%s: %d yen", key, m.Yen)
			}
		case hub.Unknown, hub.NotApplicable, hub.Withheld:
			if m.Yen != 0 {
				t.Errorf("%s: an amount that is %q", key, m.State)
			}
		default:
			t.Errorf("%s: amount is %q", key, m.State)
		}
	}
	for _, d := range s.Seeds {
		date(d.Key, d.TRL.Date)
		money(d.Key, d.Budget)
		if d.TRL.Level < 1 || d.TRL.Level > 9 || !slices.Contains(SeedStates, d.State) ||
			!d.Scope.Valid() || !d.DetailScope.Valid() || d.Scope.Narrower(d.DetailScope) != d.DetailScope {
			t.Errorf("%s: TRL %d, state %q, scope %q, detail %q", d.Key, d.TRL.Level, d.State, d.Scope, d.DetailScope)
		}
		for _, f := range d.Forms {
			if !slices.Contains(Forms, f) {
				t.Errorf("%s: form %q", d.Key, f)
			}
		}
		unfiled := false
		for _, ip := range d.IP {
			unfiled = unfiled || ip.Status == "disclosed"
			if !slices.Contains([]string{"patent", "design", "copyright", "plant_variety", "know_how"}, ip.Kind) ||
				!slices.Contains([]string{"", "disclosed", "filed", "published", "registered"}, ip.Status) ||
				!slices.Contains([]string{"", "sole", "joint"}, ip.Filing) {
				t.Errorf("%s: right %+v", d.Key, ip)
			}
		}
		if (d.Scope == hub.Public || d.Scope == hub.Members) && (unfiled || d.State == Draft || d.State == AwaitingResearcher) {
			t.Errorf("%s is open to %s with an unfiled invention or before confirmation", d.Key, d.Scope)
		}
	}
	for _, n := range s.Needs {
		money(n.Key, n.Budget)
		if n.Kind != "company" && n.Kind != "regional" || !slices.Contains(NeedStates, n.State) || !n.Scope.Valid() || !n.NameScope.Valid() {
			t.Errorf("%s: kind %q, state %q, scope %q, name %q", n.Key, n.Kind, n.State, n.Scope, n.NameScope)
		}
		if (n.State == Declined) != !n.DeclineReason.Empty() {
			t.Errorf("%s: state %s with decline reason %q", n.Key, n.State, n.DeclineReason.JA)
		}
		if early := n.State == Received || n.State == Hearing; !early && n.Restated.Problem.Empty() {
			t.Errorf("%s is %s without a restated problem", n.Key, n.State)
		}
		if n.Scope == hub.Public && n.PublicVersion.Empty() {
			t.Errorf("%s is public without an anonymous version", n.Key)
		}
	}
	for _, a := range s.Activities {
		if !slices.Contains([]string{"visit", "meeting", "phone", "mail", "conference"}, a.Kind) || !a.Scope.Valid() || a.InDays > 0 || a.Minutes <= 0 {
			t.Errorf("%s: kind %q, scope %q, day %d, %d minutes", a.Key, a.Kind, a.Scope, a.InDays, a.Minutes)
		}
		if a.NextAction.Empty() != (a.Owner == "") || a.NextAction.Empty() != (a.DueInDays == nil) ||
			a.DoneInDays != nil && (a.DueInDays == nil || *a.DoneInDays > 0) {
			t.Errorf("%s: a next action needs an owner and a due date", a.Key)
		}
	}
}

// Nobody offers, asks or coordinates in an area he does not belong to.
func TestEveryoneBelongsToTheArea(t *testing.T) {
	s := load(t)
	member := map[[2]string]bool{}
	for _, m := range s.Memberships {
		member[[2]string{m.Area, m.Organisation}] = true
	}
	belongs := func(key, area, organisation string) {
		if !member[[2]string{area, organisation}] {
			t.Errorf("%s: %s is no member of %s", key, organisation, area)
		}
	}
	staff := map[string]string{}
	for _, p := range s.People {
		if p.Area != "" {
			belongs(p.Key, p.Area, p.Organisation)
		}
		if p.Role.Staff() {
			staff[p.Key] = p.Area
		}
	}
	for _, d := range s.Seeds {
		belongs(d.Key, d.Area, d.Organisation)
		if staff[d.Coordinator] != d.Area {
			t.Errorf("%s: %s does not coordinate in %s", d.Key, d.Coordinator, d.Area)
		}
	}
	for _, n := range s.Needs {
		belongs(n.Key, n.Area, n.Organisation)
		if staff[n.Coordinator] != n.Area {
			t.Errorf("%s: %s does not coordinate in %s", n.Key, n.Coordinator, n.Area)
		}
	}
}

// A need whose organisation is not public must not give it away in what the
// public reads: neither the whole name nor its distinctive part.
func TestPublicVersionIsAnonymous(t *testing.T) {
	s := load(t)
	forms := regexp.MustCompile(`株式会社|有限会社|NPO法人|公益財団法人|一般財団法人`)
	for _, n := range s.Needs {
		for _, o := range s.Organisations {
			ja := forms.ReplaceAllString(o.Name.JA, "")
			en, _, _ := strings.Cut(o.Name.EN, " ")
			if strings.Contains(n.PublicVersion.JA, ja) || len(en) > 5 && strings.Contains(n.PublicVersion.EN, en) {
				t.Errorf("%s: the public version names %s", n.Key, o.Name.JA)
			}
		}
	}
}

func TestAnswers(t *testing.T) {
	s := load(t)
	seeds, needs := map[string]Seed{}, map[string]Need{}
	for _, d := range s.Seeds {
		seeds[d.Key] = d
	}
	for _, n := range s.Needs {
		needs[n.Key] = n
	}
	answered, classes := map[string]bool{}, map[AnswerClass]int{}
	for _, a := range s.Answers {
		if answered[a.Need] {
			t.Errorf("%s is answered twice", a.Need)
		}
		answered[a.Need] = true
		classes[a.Class]++
		if (a.Class == None) != (len(a.Seeds) == 0) {
			t.Errorf("%s: class %s with %d right seeds", a.Need, a.Class, len(a.Seeds))
		}
		for _, g := range a.Seeds {
			if g.Grade != 1 && g.Grade != 2 {
				t.Errorf("%s: grade %d", a.Need, g.Grade)
			}
			title, need := seeds[g.Seed].Title, needText(needs[a.Need])
			if a.Class == Plain {
				if g.Grade == 2 && len(sharedJA(title.JA, need.JA)) == 0 {
					t.Errorf("%s is called plain and shares nothing with the title of %s", a.Need, g.Seed)
				}
				continue
			}
			if w := sharedJA(title.JA, need.JA); len(w) > 0 {
				t.Errorf("%s shares %v with the title of %s", a.Need, w, g.Seed)
			}
			if w := sharedEN(title.EN, need.EN); len(w) > 0 {
				t.Errorf("%s shares %v with the title of %s", a.Need, w, g.Seed)
			}
		}
	}
	if classes[Gap] != 10 || classes[None] != 10 {
		t.Errorf("answers by class: %v, want ten gaps and ten without a seed", classes)
	}
}

// The samples should show every state and scope that a screen can meet.
func TestVariety(t *testing.T) {
	s := load(t)
	count := map[string]int{}
	for _, o := range s.Organisations {
		count["kind "+string(o.Kind)]++
	}
	for _, d := range s.Seeds {
		count["seed "+string(d.State)]++
		count["seed scope "+string(d.Scope)]++
		for _, f := range d.Fields {
			count["field "+f]++
		}
	}
	for _, n := range s.Needs {
		count["need "+string(n.State)]++
		count["name "+string(n.NameScope)]++
		count["need budget "+string(n.Budget.State)]++
	}
	late := 0
	for _, a := range s.Activities {
		if a.DueInDays != nil && *a.DueInDays < 0 && a.DoneInDays == nil {
			late++
		}
	}
	var want []string
	for _, k := range OrganisationKinds {
		want = append(want, "kind "+string(k))
	}
	for _, x := range SeedStates {
		want = append(want, "seed "+string(x))
	}
	for _, x := range hub.Scopes {
		want = append(want, "seed scope "+string(x))
	}
	for _, x := range NeedStates {
		want = append(want, "need "+string(x))
	}
	for _, f := range s.Fields {
		want = append(want, "field "+f.Key)
	}
	for _, m := range []hub.Known{hub.Amount, hub.Unknown, hub.NotApplicable, hub.Withheld} {
		want = append(want, "need budget "+string(m))
	}
	for _, w := range want {
		if count[w] == 0 {
			t.Errorf("no sample with %s", w)
		}
	}
	if late == 0 || late > 5 {
		t.Errorf("%d next actions are overdue, want a few", late)
	}
}

// needText is everything that is written about a need.
func needText(n Need) hub.Text {
	var ja, en []string
	for _, x := range []hub.Text{
		n.Title, n.OwnWords, n.PublicVersion, n.Restated.Problem, n.Restated.Conditions,
		n.Restated.Constraints, n.Restated.Tried, n.Restated.Place, n.Restated.PeopleAffected,
	} {
		ja, en = append(ja, x.JA), append(en, x.EN)
	}
	return hub.Text{JA: strings.Join(ja, "\n"), EN: strings.Join(en, "\n")}
}

var kanji, katakana = regexp.MustCompile(`[\p{Han}々]+`), regexp.MustCompile(`[ァ-ヶー]{2,}`)

// sharedJA is stricter than comparing words: any two neighbouring kanji, any
// kanji standing alone and any katakana word count as content.
func sharedJA(a, b string) []string {
	parts := func(s string) map[string]bool {
		m := map[string]bool{}
		for _, run := range kanji.FindAllString(s, -1) {
			r := []rune(run)
			if len(r) == 1 {
				m[run] = true
			}
			for i := range len(r) - 1 {
				m[string(r[i:i+2])] = true
			}
		}
		for _, w := range katakana.FindAllString(s, -1) {
			m[w] = true
		}
		return m
	}
	return shared(parts(a), parts(b))
}

var (
	english = regexp.MustCompile(`[a-z]+`)
	ending  = regexp.MustCompile(`(ing|ed|es|s)$`)
	empty   = strings.Fields("a an the of for and to in on by from with that at is are be it as or its not no so can who what when where which how their than we our us you they them this these out up has have")
)

func sharedEN(a, b string) []string {
	parts := func(s string) map[string]bool {
		m := map[string]bool{}
		for _, w := range english.FindAllString(strings.ToLower(s), -1) {
			if len(w) > 2 && !slices.Contains(empty, w) {
				m[ending.ReplaceAllString(w, "")] = true
			}
		}
		return m
	}
	return shared(parts(a), parts(b))
}

func shared(a, b map[string]bool) (out []string) {
	for w := range a {
		if b[w] {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}
