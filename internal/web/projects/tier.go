package projects

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// tiering is a project before the criteria of its area's tiers.
type tiering struct {
	view     catalogue.View[project.Project]
	standing project.Standing
	form     *ui.Form
	leads    bool
	today    hub.Date
}

func (p *Pages) tiering(r *http.Request) (x tiering, err error) {
	if x.view, err = p.one(r); err != nil {
		return x, err
	}
	if !x.view.Detail {
		return x, hub.Errorf(hub.Forbidden, "error.may_not_edit")
	}
	scheme, err := p.Projects.Scheme(r.Context(), x.view.Entry.Area)
	if err != nil {
		return x, err
	}
	x.today = p.Today()
	x.standing = project.Stand(&x.view.Entry, scheme, x.today)
	x.leads = project.Leads(web.ActorOf(r.Context()), x.view.Entry.Area)
	return x, nil
}

// tier answers GET /projects/{id}/tier: which criteria are met and by what, and
// what they speak for.
func (p *Pages) tier(w http.ResponseWriter, r *http.Request) error {
	x, err := p.tiering(r)
	if err != nil {
		return err
	}
	x.form = ui.NewForm("version", strconv.Itoa(x.view.Entry.Version), "on", string(x.today))
	for key, e := range x.view.Entry.Detail.Evidence {
		x.form.Set("evidence."+key, e.Text)
	}
	if to := r.URL.Query().Get("to"); to != "" {
		x.form.Set("tier", to)
	} else if x.standing.Propose != 0 {
		x.form.Set("tier", strconv.Itoa(x.standing.Propose))
	}
	return web.Render(w, r, http.StatusOK, tierPage(x))
}

// tiered answers POST /projects/{id}/tier: evidence, or with do=decide the
// chief's decision.
func (p *Pages) tiered(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x, err := p.tiering(r)
	if err != nil {
		return err
	}
	x.form = f
	ctx, a, id := r.Context(), web.ActorOf(r.Context()), x.view.Entry.ID
	version, _ := strconv.Atoi(f.Get("version"))
	said := "record.saved"
	if f.Get("do") == "decide" {
		said = "projects.tier_decided"
		on, number := f.Date("on"), int(f.Int("tier"))
		if err = f.Err(); err == nil {
			_, err = p.Projects.Retier(ctx, a, id, version, number, on, f.Text("reason"))
		}
		for key, e := range x.view.Entry.Detail.Evidence {
			f.Set("evidence."+key, e.Text)
		}
	} else {
		texts := map[string]string{}
		for name := range f.Values {
			if key, ok := strings.CutPrefix(name, "evidence."); ok && knownCriterion(x.standing.Scheme, key) {
				texts[key] = f.Text(name)
			}
		}
		if err = f.Err(); err == nil {
			_, err = p.Projects.SetEvidence(ctx, a, id, version, texts)
		}
	}
	if err == nil {
		return web.RedirectWith(w, r, href(id)+"/tier", said)
	}
	if !f.Take(err) {
		return err
	}
	return web.Render(w, r, http.StatusUnprocessableEntity, tierPage(x))
}

func knownCriterion(s project.Scheme, key string) bool {
	for _, t := range s.Tiers {
		for _, c := range t.Criteria {
			if c.Key == key {
				return true
			}
		}
	}
	return false
}
