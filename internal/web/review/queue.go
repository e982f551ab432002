package review

import (
	"net/http"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// The ways to walk through the queue.
const (
	byNeed        = "need"
	bySeed        = "seed"
	byInstitution = "institution"
	withoutAny    = "none" // needs without a candidate
)

// waiting is one row of the queue.
type waiting struct {
	id       hub.ID
	title    hub.Text
	by       string
	state    ui.State
	scope    hub.Scope
	best     *match.Proposal
	open     int // proposals to decide, at most perRecord
	fresh    int // of them not shown to the reader before
	accepted int
}

// perRecord is how many proposals a row of the queue counts.
const perRecord = 5

// A page of the queue is a batch of records. Whether a need has a candidate is
// known only when it is matched, so the page of those without any goes through
// batches until it is half full: at most mostBatches, so that it comes in time. It
// may then be short, and the next page goes on behind what was looked through.
const (
	batch       = 50
	mostBatches = 10
)

type queuePage struct {
	view   string
	rows   []waiting
	list   web.List
	next   string
	facets []ui.Facet
}

// queue answers GET /review: records with candidates waiting for a decision.
func (p *Pages) queue(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	list := web.ReadList(r, nil, []string{"view", "organisation", "field", "area"})
	x := queuePage{view: byNeed, list: list}
	if v := list.Filter("view"); len(v) > 0 {
		x.view = v[0]
	}
	side, kind := match.ByNeed, "need"
	if x.view == bySeed || x.view == byInstitution {
		side, kind = match.BySeed, "seed"
	}
	wanted, err := p.areas(r, list.Filter("area"))
	if err != nil {
		return err
	}
	ask := search.Query{
		Sort: "-updated", After: list.Page.After, Limit: batch, Facets: []string{"field", "organisation", "area"},
		Filter: search.Filter{Kinds: []string{kind}, Any: map[string][]string{
			"open": {"true"}, "organisation": list.Filter("organisation"), "field": list.Filter("field"), "area": wanted,
		}},
	}
	var found search.Result
	var areas map[string]hub.Text
	for range mostBatches {
		if len(wanted) == 0 {
			break // it is nobody's queue
		}
		more, names, err := p.Find(ctx, a, ask)
		if err != nil {
			return err
		}
		rows, err := p.waiting(r, side, more.Hits)
		if err != nil {
			return err
		}
		if x.view == withoutAny {
			rows = slices.DeleteFunc(rows, func(w waiting) bool { return w.open > 0 || w.accepted > 0 })
		}
		x.rows = append(x.rows, rows...)
		if ask.Facets != nil {
			found, areas = more, names
		}
		ask.After, ask.Facets = more.Next, nil
		if x.next = more.Next; x.next == "" || x.view != withoutAny || len(x.rows) >= batch/2 {
			break
		}
	}
	if x.facets, err = p.facets(r, x.view, found, areas); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, queueView(x))
}

// waiting gives the rows of the records found, with what is proposed for them.
func (p *Pages) waiting(r *http.Request, side match.Side, hits []search.Hit) ([]waiting, error) {
	ids := make([]hub.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	all, err := p.Match.ProposeMany(r.Context(), web.ActorOf(r.Context()), side, ids, perRecord)
	if err != nil {
		return nil, err
	}
	return p.rows(r, side, ids, all)
}

// rows joins what is proposed with what the records are, in the order of ids.
func (p *Pages) rows(r *http.Request, side match.Side, ids []hub.ID, all []match.Candidates) ([]waiting, error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	proposed := map[hub.ID]match.Candidates{}
	for _, c := range all {
		proposed[c.Record] = c
	}
	var out []waiting
	add := func(b catalogue.Record, state ui.State) {
		row := waiting{id: b.ID, title: b.Title, by: b.Institution, scope: b.Scope, state: state}
		c := proposed[b.ID]
		row.open = len(c.Proposals)
		for i := range c.Proposals {
			if c.Proposals[i].New {
				row.fresh++
			}
		}
		for _, d := range c.Decided {
			if d.Decision.Verdict == match.Candidate {
				row.accepted++
			}
		}
		if row.open > 0 {
			row.best = &c.Proposals[0]
		}
		out = append(out, row)
	}
	if side == match.ByNeed {
		views, err := p.Catalogue.Needs.Rows(ctx, a, ids)
		for _, v := range views {
			add(v.Entry.Record, records.NeedState(ctx, v.Entry.State))
		}
		return out, err
	}
	views, err := p.Catalogue.Seeds.Rows(ctx, a, ids)
	for _, v := range views {
		add(v.Entry.Record, records.SeedState(ctx, v.Entry.State))
	}
	return out, err
}

// areas gives the slugs of those areas asked for in which the reader is one of
// the hub's own people; all of those when none is asked for.
func (p *Pages) areas(r *http.Request, asked []string) (slugs []string, err error) {
	all, err := p.Accounts.Areas(r.Context())
	for _, x := range all {
		if web.ActorOf(r.Context()).StaffOf(x.ID) && (len(asked) == 0 || slices.Contains(asked, x.Slug)) {
			slugs = append(slugs, x.Slug)
		}
	}
	return slugs, err
}

func (p *Pages) facets(r *http.Request, view string, found search.Result, areas map[string]hub.Text) ([]ui.Facet, error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	var orgs []hub.ID
	for _, c := range found.Facets["organisation"] {
		orgs = append(orgs, hub.ID(c.Value))
	}
	names, err := p.Directory.Organisations.Names(ctx, a, orgs)
	if err != nil {
		return nil, err
	}
	specs := []records.FacetSpec{
		{Name: "field", Title: i18n.T(ctx, "seed.fields"), Label: func(c string) string { return records.Word(ctx, "field", c) }},
		{Name: "area", Title: i18n.T(ctx, "seed.area"), Label: func(slug string) string { return i18n.Text(ctx, areas[slug]) }},
	}
	org := records.FacetSpec{Name: "organisation", Title: i18n.T(ctx, "seed.organisation"), Label: func(id string) string { return i18n.Text(ctx, names[hub.ID(id)]) }}
	if view == byInstitution {
		specs = append([]records.FacetSpec{org}, specs...)
	} else {
		specs = append(specs, org)
	}
	return records.Facets(found.Facets, specs), nil
}
