package review

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// most is how many candidates one record is looked at for.
const most = 20

// pairPage is one record beside one of its candidates.
type pairPage struct {
	side   match.Side
	need   *catalogue.View[catalogue.Need]
	seed   *catalogue.View[catalogue.Seed]
	found  match.Candidates
	at     int // which proposal is shown, from 0
	by     []string
	decide bool     // the reader may decide
	form   *ui.Form // a decision that was refused
}

// need answers GET /review/need/{id}: the need in the asker's own words, and
// its candidates one by one. Reading the words is an opening and logged.
func (p *Pages) need(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, match.ByNeed, http.StatusOK, nil)
}

// seed answers GET /review/seed/{id}.
func (p *Pages) seed(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, match.BySeed, http.StatusOK, nil)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, side match.Side, status int, form *ui.Form) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	return p.render(w, r, side, id, status, form)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, side match.Side, id hub.ID, status int, form *ui.Form) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x := pairPage{side: side, form: form}
	if side == match.ByNeed {
		v, err := p.Catalogue.Needs.Get(ctx, a, id)
		if err != nil {
			return err
		}
		if v.HasDetail {
			if v, err = p.Catalogue.Needs.Open(ctx, a, id); err != nil {
				return err
			}
		}
		x.need, x.decide = &v, v.Edit
	} else {
		v, err := p.Catalogue.Seeds.Get(ctx, a, id)
		if err != nil {
			return err
		}
		x.seed, x.decide = &v, v.Edit
	}
	var err error
	if x.found, err = p.Match.Propose(ctx, a, side, id, most); err != nil {
		return err
	}
	x.at = min(max(queryInt(r, "n"), 0), max(0, len(x.found.Proposals)-1))
	if len(x.found.Proposals) > 0 && x.need != nil {
		x.found.Proposals[x.at].Need.Entry.Detail = x.need.Entry.Detail // opened above
	}
	if x.by, err = p.behind(r, x.found); err != nil {
		return err
	}
	if err := p.Match.Shown(ctx, a, x.found); err != nil {
		return err
	}
	return web.Render(w, r, status, pairView(x))
}

func queryInt(r *http.Request, name string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(name))
	return n
}

// behind tells, for each proposal, who stands behind the other record.
func (p *Pages) behind(r *http.Request, c match.Candidates) ([]string, error) {
	ctx := r.Context()
	orgOf := func(x match.Proposal) (hub.ID, string) {
		if c.Side == match.ByNeed {
			return x.Seed.Entry.Organisation, x.Seed.Entry.Institution
		}
		return x.Need.Entry.Organisation, x.Need.Entry.Institution
	}
	var ids []hub.ID
	for _, x := range c.Proposals {
		if id, _ := orgOf(x); id != "" {
			ids = append(ids, id)
		}
	}
	names, err := p.Directory.Organisations.Names(ctx, web.ActorOf(ctx), ids)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(c.Proposals))
	for i, x := range c.Proposals {
		id, written := orgOf(x)
		out[i] = written
		if n, ok := names[id]; ok && id != "" {
			out[i] = i18n.Text(ctx, n)
		}
		if c.Side == match.ByNeed && len(x.Seed.Entry.Researchers) > 0 {
			out[i] += "　" + x.Seed.Entry.Researchers[0].Name
		}
	}
	return out, nil
}
