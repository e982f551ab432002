package portal

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// start answers GET /: to where the reader's day begins, to the one area there
// is, or to a choice of areas.
func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a := web.ActorOf(ctx)
	if a.Kind == hub.User && p.Start != nil {
		if to := p.Start(a); to != "" {
			return web.Redirect(w, r, to)
		}
	}
	all, err := p.Accounts.Areas(ctx)
	if err != nil {
		return err
	}
	if len(all) == 1 {
		return web.Redirect(w, r, Href(all[0].Slug))
	}
	return p.choose(w, r, all)
}

// areas answers GET /areas.
func (p *Pages) areas(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Accounts.Areas(r.Context())
	if err != nil {
		return err
	}
	return p.choose(w, r, all)
}

func (p *Pages) choose(w http.ResponseWriter, r *http.Request, all []account.Area) error {
	ctx := r.Context()
	var cards []ui.Card
	sample := false
	for _, area := range all {
		c := ui.Card{Title: i18n.Text(ctx, area.Name), Href: Href(area.Slug), Text: i18n.Text(ctx, area.Tagline)}
		var err error
		if !p.Search.Ready() {
			cards = append(cards, c)
			continue
		}
		if c.Facts, err = p.count(ctx, area.ID); err != nil {
			return err
		}
		sample = sample || area.Sample
		cards = append(cards, c)
	}
	return web.Render(w, r, http.StatusOK, startPage(cards, sample, !p.Search.Ready()))
}

// count says how many seeds and needs of an area the reader may see.
func (p *Pages) count(ctx context.Context, area hub.ID) (string, error) {
	_, seeds, err := p.find(ctx, "seed", area)
	if err != nil {
		return "", err
	}
	_, needs, err := p.find(ctx, "need", area)
	if err != nil {
		return "", err
	}
	return i18n.T(ctx, "portal.counts", "seeds", seeds.Total, "needs", needs.Total), nil
}
