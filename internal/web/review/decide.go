package review

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// decide answers POST /review/decide. A "no" that has no reason yet gets the
// page again, with the reasons to choose from.
func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	rank, _ := strconv.Atoi(f.Get("rank"))
	score, _ := strconv.ParseFloat(f.Get("score"), 32)
	d := match.Decision{
		Need: hub.ID(f.Get("need")), Seed: hub.ID(f.Get("seed")), Verdict: match.Verdict(f.Get("verdict")),
		Reason: f.Get("reason"), Note: f.Text("note"), Rank: rank, Score: float32(score),
	}
	side, record := match.Side(f.Get("side")), d.Need
	if side != match.ByNeed {
		side, record = match.BySeed, d.Seed
	}
	if !record.Valid() {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}
	ctx := r.Context()
	done, err := p.Match.Decide(ctx, web.ActorOf(ctx), d)
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return p.render(w, r, side, record, http.StatusUnprocessableEntity, f)
	}
	web.Flash(w, r, ui.Message{
		Tone: ui.Good, Text: i18n.T(ctx, "review.decided_"+string(done.Verdict)),
		Undo: &ui.Action{Href: "/review/undo/" + string(done.ID) + "?side=" + string(side)},
	})
	return web.Redirect(w, r, back(side, record, f.Get("n")))
}

// back leads to the record's next candidate: the one decided has left its place
// to it.
func back(side match.Side, record hub.ID, n string) string {
	href := "/review/" + string(side) + "/" + string(record)
	if k, err := strconv.Atoi(n); err == nil && k > 0 {
		href += "?n=" + strconv.Itoa(k)
	}
	return href
}

// undo answers POST /review/undo/{id}: takes a decision back.
func (p *Pages) undo(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	d, err := p.Match.Undo(r.Context(), web.ActorOf(r.Context()), id)
	if err != nil {
		return err
	}
	side, record := match.ByNeed, d.Need
	if r.URL.Query().Get("side") == string(match.BySeed) {
		side, record = match.BySeed, d.Seed
	}
	return web.RedirectWith(w, r, back(side, record, ""), "review.undone")
}

// history answers GET /review/decisions: what was decided, by whom, newest
// first.
func (p *Pages) history(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	all, err := p.Match.History(ctx, a, 200)
	if err != nil {
		return err
	}
	var needs, seeds []hub.ID
	for _, d := range all {
		needs, seeds = append(needs, d.Need), append(seeds, d.Seed)
	}
	titles := map[hub.ID]hub.Text{}
	nv, err := p.Catalogue.Needs.Rows(ctx, a, needs)
	if err != nil {
		return err
	}
	for _, v := range nv {
		titles[v.Entry.ID] = v.Entry.Title
	}
	sv, err := p.Catalogue.Seeds.Rows(ctx, a, seeds)
	if err != nil {
		return err
	}
	for _, v := range sv {
		titles[v.Entry.ID] = v.Entry.Title
	}
	return web.Render(w, r, http.StatusOK, historyView(all, titles))
}
