package projects

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// scheming is the page of an area's tiers.
type scheming struct {
	area   account.Area
	scheme project.Scheme
	form   *ui.Form
	edit   bool
	rows   int
}

// spareTiers is how many empty tiers stand below those that are filled.
const spareTiers = 2

func (p *Pages) scheming(r *http.Request) (x scheming, err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	areas, err := p.Accounts.Areas(ctx)
	if err != nil {
		return x, err
	}
	slug := r.PathValue("slug")
	for _, y := range areas {
		if y.Slug == slug {
			x.area = y
		}
	}
	if x.area.ID == "" {
		return x, hub.Errorf(hub.NotFound, "error.not_found")
	}
	x.edit = project.Leads(a, x.area.ID) || a.Has(hub.Office, x.area.ID)
	x.scheme, err = p.Projects.Scheme(ctx, x.area.ID)
	return x, err
}

// scheme answers GET /areas/{slug}/tiers: what each tier means, for everyone, and
// the form for those who set it.
func (p *Pages) scheme(w http.ResponseWriter, r *http.Request) error {
	x, err := p.scheming(r)
	if err != nil {
		return err
	}
	s := x.scheme
	f := ui.NewForm("version", strconv.Itoa(s.Version), "quiet", strconv.Itoa(s.Quiet), "review.ja", criteriaText(s.Review, hub.JA), "review.en", criteriaText(s.Review, hub.EN))
	for i, t := range s.Tiers {
		name := at("tier", i)
		f.Set(name+".number", strconv.Itoa(t.Number)).SetText(name+".word", t.Word).Set(name+".stage", t.Stage).Set(name+".review", strconv.Itoa(t.Review)).
			Set(name+".criteria.ja", criteriaText(t.Criteria, hub.JA)).Set(name+".criteria.en", criteriaText(t.Criteria, hub.EN))
		f.Values[name+".support"] = t.Support
	}
	x.form, x.rows = f, len(s.Tiers)+spareTiers
	return web.Render(w, r, http.StatusOK, schemePage(x))
}

// schemed answers POST /areas/{slug}/tiers.
func (p *Pages) schemed(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x, err := p.scheming(r)
	if err != nil {
		return err
	}
	rows, _ := strconv.Atoi(f.Get("tiers"))
	x.form, x.rows = f, min(max(rows, spareTiers), 14)
	s := project.Scheme{Area: x.area.ID, Issues: x.scheme.Issues, Quiet: int(f.Int("quiet")), Review: criteria(f, "review", x.scheme.Review, "r")}
	for i := range x.rows {
		name := at("tier", i)
		t := project.Tier{
			Number: int(f.Int(name + ".number")), Word: f.Bilingual(name + ".word"), Stage: f.Get(name + ".stage"),
			Review: int(f.Int(name + ".review")), Support: f.List(name + ".support"),
		}
		if t.Number == 0 && t.Word.Empty() {
			continue
		}
		old, _ := x.scheme.Tier(t.Number)
		t.Criteria = criteria(f, name+".criteria", old.Criteria, strconv.Itoa(t.Number))
		s.Tiers = append(s.Tiers, t)
	}
	if f.Err() == nil {
		version, _ := strconv.Atoi(f.Get("version"))
		err := p.Projects.SetScheme(r.Context(), web.ActorOf(r.Context()), s, version)
		if err == nil {
			return web.RedirectWith(w, r, "/areas/"+x.area.Slug+"/tiers", "record.saved")
		}
		if !f.Take(err) {
			return err
		}
	}
	return web.Render(w, r, http.StatusUnprocessableEntity, schemePage(x))
}

func criteriaText(all []project.Criterion, lang hub.Lang) (s string) {
	for i, c := range all {
		if i > 0 {
			s += "\n"
		}
		if lang == hub.EN {
			s += c.Text.EN
		} else {
			s += c.Text.JA
		}
	}
	return s
}

// criteria reads one criterion from each line. The Japanese lines lead; a line
// that stood there before keeps its key, and so its evidence, and so does one in
// the same place whose words were mended.
func criteria(f *ui.Form, name string, old []project.Criterion, prefix string) (out []project.Criterion) {
	ja, en := lines(f.Text(name+".ja")), lines(f.Text(name+".en"))
	taken, byText := map[string]bool{}, map[string]string{}
	for _, c := range old {
		byText[c.Text.JA] = c.Key
	}
	for _, s := range ja {
		if key := byText[s]; key != "" {
			taken[key] = true
		}
	}
	for i, s := range ja {
		c := project.Criterion{Text: hub.Text{JA: s}}
		if i < len(en) {
			c.Text.EN = en[i]
		}
		c.Key = byText[s]
		if c.Key == "" && len(ja) == len(old) && !taken[old[i].Key] {
			c.Key = old[i].Key
		}
		if c.Key == "" {
			c.Key = prefix + "-" + string(hub.NewID())[24:]
		}
		taken[c.Key] = true
		out = append(out, c)
	}
	return out
}
