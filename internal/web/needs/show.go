package needs

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// page is a need with what stands around it.
type page struct {
	view     catalogue.View[catalogue.Need]
	opened   bool
	orgs     map[hub.ID]hub.Text
	areas    map[hub.ID]hub.Text
	people   map[hub.ID]string
	files    []catalogue.File
	openings []catalogue.Opening
	found    *match.Candidates
	lines    activity.Lines
}

// Subject loads a need for its timeline.
func (p *Pages) Subject(ctx context.Context, a hub.Actor, id hub.ID) (activity.Subject, error) {
	v, err := p.Catalogue.Needs.Get(ctx, a, id)
	if err != nil {
		return activity.Subject{}, err
	}
	return subject(v), nil
}

func subject(v catalogue.View[catalogue.Need]) activity.Subject {
	e := &v.Entry
	return activity.Subject{
		Kind: "need", ID: e.ID, Title: e.Title, Href: href(e.ID), Area: e.Area, Scope: e.Scope,
		Coordinator: e.Coordinator, Write: v.Edit && !e.Withdrawn,
	}
}

// show answers GET /needs/{id}.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	v, err := p.Catalogue.Needs.Get(r.Context(), web.ActorOf(r.Context()), id)
	if err != nil {
		return err
	}
	return p.render(w, r, v, false)
}

// detail answers GET /needs/{id}/detail: the page with the asker's own words and
// the coordinator's reading of them. The opening is logged.
func (p *Pages) detail(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	v, err := p.Catalogue.Needs.Open(r.Context(), web.ActorOf(r.Context()), id)
	if err != nil {
		return err
	}
	return p.render(w, r, v, true)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, v catalogue.View[catalogue.Need], opened bool) (err error) {
	ctx := r.Context()
	a := web.ActorOf(ctx)
	n := &v.Entry
	x := page{view: v, opened: opened}
	if x.orgs, err = p.Directory.Organisations.Names(ctx, a, []hub.ID{n.Organisation}); err != nil {
		return err
	}
	if x.areas, err = p.AreaNames(ctx); err != nil {
		return err
	}
	if x.people, err = p.PersonNames(ctx, a, []hub.ID{n.Owner, n.Coordinator}); err != nil {
		return err
	}
	if x.files, err = p.Catalogue.Needs.Files(ctx, a, n.ID); err != nil {
		return err
	}
	if v.Edit {
		if x.openings, err = p.Catalogue.Needs.Openings(ctx, a, n.ID, 20); err != nil {
			return err
		}
	}
	if a.Kind == hub.User {
		c, err := p.Match.Propose(ctx, a, match.ByNeed, n.ID, 5)
		if err != nil {
			return err
		}
		x.found = &c
		if x.lines, err = p.Lines.Of(ctx, a, subject(v)); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, showPage(x))
}

// sheet answers GET /needs/{id}/print: the summary layer on A4.
func (p *Pages) sheet(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	v, err := p.Catalogue.Needs.Get(ctx, a, id)
	if err != nil {
		return err
	}
	x := page{view: v}
	if x.orgs, err = p.Directory.Organisations.Names(ctx, a, []hub.ID{v.Entry.Organisation}); err != nil {
		return err
	}
	if x.areas, err = p.AreaNames(ctx); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, sheetPage(x, p.Today(), records.Address(r, href(id))))
}
