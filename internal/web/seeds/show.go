package seeds

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
)

// page is a seed with what stands around it.
type page struct {
	view     catalogue.View[catalogue.Seed]
	opened   bool // the detail is in the view
	orgs     map[hub.ID]hub.Text
	areas    map[hub.ID]hub.Text
	people   map[hub.ID]string
	files    []catalogue.File
	openings []catalogue.Opening // for those who may edit
	found    *match.Candidates   // nil where none are proposed to the reader
	lines    activity.Lines
}

// Subject loads a seed for its timeline.
func (p *Pages) Subject(ctx context.Context, a hub.Actor, id hub.ID) (activity.Subject, error) {
	v, err := p.Catalogue.Seeds.Get(ctx, a, id)
	if err != nil {
		return activity.Subject{}, err
	}
	return subject(v), nil
}

func subject(v catalogue.View[catalogue.Seed]) activity.Subject {
	e := &v.Entry
	return activity.Subject{
		Kind: "seed", ID: e.ID, Title: e.Title, Href: href(e.ID), Area: e.Area, Scope: e.Scope,
		Coordinator: e.Coordinator, Write: v.Edit && !e.Withdrawn,
	}
}

// show answers GET /seeds/{id}.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	v, err := p.Catalogue.Seeds.Get(r.Context(), web.ActorOf(r.Context()), id)
	if err != nil {
		return err
	}
	return p.render(w, r, v, false)
}

// detail answers GET /seeds/{id}/detail: the page with its detail layer open.
// The opening is logged and shown to the owner.
func (p *Pages) detail(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	v, err := p.Catalogue.Seeds.Open(r.Context(), web.ActorOf(r.Context()), id)
	if err != nil {
		return err
	}
	return p.render(w, r, v, true)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, v catalogue.View[catalogue.Seed], opened bool) (err error) {
	ctx := r.Context()
	a := web.ActorOf(ctx)
	s := &v.Entry
	x := page{view: v, opened: opened}
	if x.orgs, err = p.Directory.Organisations.Names(ctx, a, []hub.ID{s.Organisation}); err != nil {
		return err
	}
	if x.areas, err = p.AreaNames(ctx); err != nil {
		return err
	}
	people := []hub.ID{s.Owner, s.Coordinator}
	for _, q := range s.Researchers {
		people = append(people, q.Person)
	}
	if x.people, err = p.PersonNames(ctx, a, people); err != nil {
		return err
	}
	if x.files, err = p.Catalogue.Seeds.Files(ctx, a, s.ID); err != nil {
		return err
	}
	if v.Edit {
		if x.openings, err = p.Catalogue.Seeds.Openings(ctx, a, s.ID, 20); err != nil {
			return err
		}
	}
	if a.Kind == hub.User {
		c, err := p.Match.Propose(ctx, a, match.BySeed, s.ID, 5)
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
