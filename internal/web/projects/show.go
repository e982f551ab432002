package projects

import (
	"context"
	"maps"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// around is what a project's page shows beside the record itself.
type around struct {
	scheme   project.Scheme
	steps    []project.Step
	origin   *catalogue.Title // nil when the reader may not see it
	partners map[hub.ID]hub.Text
	staff    []ui.Option // to whom a task can be given
	rounds   []project.Application
	today    hub.Date
	leads    bool
}

func moreOf(x showing) around {
	m, _ := x.More.(around)
	return m
}

// around fetches it, in a fixed number of queries.
func (p *Pages) around(ctx context.Context, a hub.Actor, x *showing) (err error) {
	e := &x.View.Entry
	m := around{today: p.Today(), leads: project.Leads(a, e.Area)}
	if m.scheme, err = p.Projects.Scheme(ctx, e.Area); err != nil {
		return err
	}
	if m.steps, err = p.Projects.Steps(ctx, a, e.ID); err != nil {
		return err
	}
	if m.origin, err = p.originOf(ctx, a, e.Origin); err != nil {
		return err
	}
	var ids []hub.ID
	for _, q := range e.Lead {
		if q.Organisation != "" {
			ids = append(ids, q.Organisation)
		}
	}
	if m.partners, err = p.Directory.Organisations.Names(ctx, a, ids); err != nil {
		return err
	}
	if m.staff, err = p.staffOptions(ctx, a, e.Area); err != nil {
		return err
	}
	if x.View.Detail && x.View.Edit {
		if m.rounds, err = p.Projects.Applications(ctx, a, e.ID); err != nil {
			return err
		}
	}
	x.More = m
	return nil
}

// originOf names the record with which a project began, when the reader may see
// it.
func (p *Pages) originOf(ctx context.Context, a hub.Actor, o project.Origin) (*catalogue.Title, error) {
	titles := map[string]func(context.Context, hub.Actor, []hub.ID) (map[hub.ID]catalogue.Title, error){
		"seed": p.Catalogue.Seeds.Titles, "need": p.Catalogue.Needs.Titles,
	}[o.Kind]
	if titles == nil {
		return nil, nil
	}
	found, err := titles(ctx, a, []hub.ID{o.ID})
	if t, ok := found[o.ID]; ok {
		return &t, err
	}
	return nil, err
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// newest turns the history round.
func newest(steps []project.Step) []project.Step {
	out := slices.Clone(steps)
	slices.Reverse(out)
	return out
}
