package records

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/activity"
)

// Showing is a record with what stands around it on its page.
type Showing[T any] struct {
	View     catalogue.View[T]
	Opened   bool // the detail is in the view
	Orgs     map[hub.ID]hub.Text
	Areas    map[hub.ID]hub.Text
	People   map[hub.ID]string
	Files    []catalogue.File
	Openings []catalogue.Opening // for those who may edit
	Found    *match.Candidates   // nil where none are proposed to the reader
	Lines    activity.Lines
	// More is what the section itself fetched for its page; see Kind.Around.
	More any
}

// Subject loads a record for its timeline.
func (k *Kind[T]) Subject(ctx context.Context, a hub.Actor, id hub.ID) (activity.Subject, error) {
	v, err := k.Collection.Get(ctx, a, id)
	if err != nil {
		return activity.Subject{}, err
	}
	return k.subject(v), nil
}

func (k *Kind[T]) subject(v catalogue.View[T]) activity.Subject {
	e := k.Base(&v.Entry)
	return activity.Subject{
		Kind: k.Name, ID: e.ID, Title: e.Title, Href: k.Href(e.ID), Area: e.Area, Scope: e.Scope,
		Coordinator: e.Coordinator, Write: v.Edit && !e.Withdrawn,
	}
}

// show answers GET /seeds/{id}.
func (k *Kind[T]) show(w http.ResponseWriter, r *http.Request) error {
	v, err := k.load(r, k.Collection.Get)
	if err != nil {
		return err
	}
	return k.render(w, r, v, false)
}

// detail answers GET /seeds/{id}/detail: the page with its detail layer open.
// The opening is logged and shown to the owner.
func (k *Kind[T]) detail(w http.ResponseWriter, r *http.Request) error {
	v, err := k.load(r, k.Collection.Open)
	if err != nil {
		return err
	}
	return k.render(w, r, v, true)
}

func (k *Kind[T]) load(r *http.Request, get func(context.Context, hub.Actor, hub.ID) (catalogue.View[T], error)) (v catalogue.View[T], err error) {
	id, err := web.PathID(r, "id")
	if err != nil {
		return v, err
	}
	return get(r.Context(), web.ActorOf(r.Context()), id)
}

func (k *Kind[T]) render(w http.ResponseWriter, r *http.Request, v catalogue.View[T], opened bool) error {
	ctx := r.Context()
	a := web.ActorOf(ctx)
	e := k.Base(&v.Entry)
	x, err := k.named(ctx, a, v)
	if err != nil {
		return err
	}
	x.Opened = opened
	people := append([]hub.ID{e.Owner, e.Coordinator}, k.People(&v.Entry)...)
	if x.People, err = k.PersonNames(ctx, a, people); err != nil {
		return err
	}
	if x.Files, err = k.Collection.Files(ctx, a, e.ID); err != nil {
		return err
	}
	if v.Edit {
		if x.Openings, err = k.Collection.Openings(ctx, a, e.ID, 20); err != nil {
			return err
		}
	}
	if a.Kind == hub.User {
		if k.Side != "" {
			c, err := k.Match.Propose(ctx, a, k.Side, e.ID, 5)
			if err != nil {
				return err
			}
			x.Found = &c
		}
		if x.Lines, err = k.Lines.Of(ctx, a, k.subject(v)); err != nil {
			return err
		}
	}
	if k.Around != nil {
		if err := k.Around(ctx, a, &x); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, k.Page(x))
}

// named is a record with the names of its organisation and area.
func (k *Kind[T]) named(ctx context.Context, a hub.Actor, v catalogue.View[T]) (x Showing[T], err error) {
	x.View = v
	if x.Orgs, err = k.Directory.Organisations.Names(ctx, a, []hub.ID{k.Base(&v.Entry).Organisation}); err != nil {
		return x, err
	}
	x.Areas, err = k.AreaNames(ctx)
	return x, err
}

// sheet answers GET /seeds/{id}/print: the summary layer on A4.
func (k *Kind[T]) sheet(w http.ResponseWriter, r *http.Request) error {
	v, err := k.load(r, k.Collection.Get)
	if err != nil {
		return err
	}
	x, err := k.named(r.Context(), web.ActorOf(r.Context()), v)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, k.Sheet(x, k.Today(), Address(r, k.Href(k.Base(&v.Entry).ID))))
}
