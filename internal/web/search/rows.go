package search

import (
	"context"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/search"
	"github.com/kyoten-hub/kyoten/internal/web/records"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// rows fetches the hits of one kind from its room, as the reader may see them,
// in the order found. A kind that has no room here gives none.
func (p *Pages) rows(ctx context.Context, a hub.Actor, kind string, r search.Result, words []string) ([]hit, error) {
	ids := make([]hub.ID, len(r.Hits))
	for i, h := range r.Hits {
		ids[i] = h.ID
	}
	switch kind {
	case "seed":
		return p.seeds(ctx, a, ids, words)
	case "need":
		return p.needs(ctx, a, ids, words)
	case project.Kind:
		return p.projects(ctx, a, ids, words)
	case directory.KindOrganisation:
		return p.organisations(ctx, a, ids, words)
	case directory.KindPerson:
		return p.people(ctx, a, ids, words)
	}
	return nil, nil
}

func (p *Pages) seeds(ctx context.Context, a hub.Actor, ids []hub.ID, words []string) (out []hit, err error) {
	views, err := p.Catalogue.Seeds.Rows(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	orgs, err := p.names(ctx, a, len(views), func(i int) hub.ID { return views[i].Entry.Organisation })
	for _, v := range views {
		s := &v.Entry
		whose := []string{institution(ctx, &s.Record, orgs)}
		if len(s.Researchers) > 0 {
			whose = append(whose, s.Researchers[0].Name)
		}
		out = append(out, hit{
			href: "/seeds/" + string(s.ID), title: records.Mark(i18n.Text(ctx, s.Title), words), by: join(ctx, whose...),
			below: records.Snippet(ctx, words, s.Summary, s.Applications, s.Advantage, s.Challenges, s.Remark),
		})
	}
	return out, err
}

func (p *Pages) needs(ctx context.Context, a hub.Actor, ids []hub.ID, words []string) (out []hit, err error) {
	views, err := p.Catalogue.Needs.Rows(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	orgs, err := p.names(ctx, a, len(views), func(i int) hub.ID { return views[i].Entry.Organisation })
	for _, v := range views {
		n := &v.Entry
		whose := institution(ctx, &n.Record, orgs)
		if whose == "" {
			whose = i18n.T(ctx, "need_kind."+n.Kind)
		}
		out = append(out, hit{
			href: "/needs/" + string(n.ID), title: records.Mark(i18n.Text(ctx, n.Title), words),
			by:    join(ctx, whose, i18n.Text(ctx, directory.PrefectureName(n.Prefecture))),
			below: records.Snippet(ctx, words, n.Anonymous, n.Affected),
		})
	}
	return out, err
}

func (p *Pages) projects(ctx context.Context, a hub.Actor, ids []hub.ID, words []string) (out []hit, err error) {
	views, err := p.Projects.Rows(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	orgs, err := p.names(ctx, a, len(views), func(i int) hub.ID { return views[i].Entry.Organisation })
	for _, v := range views {
		x := &v.Entry
		out = append(out, hit{
			href: "/projects/" + string(x.ID), title: records.Mark(i18n.Text(ctx, x.Title), words),
			by:    join(ctx, i18n.T(ctx, "project_state."+string(x.State)), institution(ctx, &x.Record, orgs)),
			below: records.Snippet(ctx, words, x.Summary),
		})
	}
	return out, err
}

func (p *Pages) organisations(ctx context.Context, a hub.Actor, ids []hub.ID, words []string) (out []hit, err error) {
	views, err := p.Directory.Organisations.Rows(ctx, a, ids)
	for _, v := range views {
		out = append(out, hit{
			href: "/organisations/" + string(v.ID), title: records.Mark(i18n.Text(ctx, v.Name), words),
			by:    join(ctx, records.Word(ctx, "organisation_kind", string(v.Kind)), i18n.Text(ctx, directory.PrefectureName(v.Prefecture))),
			below: records.Snippet(ctx, words, v.About, v.Address),
		})
	}
	return out, err
}

func (p *Pages) people(ctx context.Context, a hub.Actor, ids []hub.ID, words []string) (out []hit, err error) {
	views, err := p.Directory.People.Rows(ctx, a, ids)
	for _, v := range views {
		var place []string
		if len(v.Affiliations) > 0 {
			f := v.Affiliations[0]
			name := f.Name
			if t, ok := v.Organisations[f.Organisation]; ok {
				name = i18n.Text(ctx, t)
			}
			place = []string{name, f.Department, i18n.Text(ctx, f.Title)}
		}
		name := v.Name
		if i18n.Lang(ctx) == hub.EN && v.English != "" {
			name = v.English
		}
		out = append(out, hit{
			href: "/people/" + string(v.ID), title: records.Mark(name, words), by: join(ctx, place...),
			below: records.Snippet(ctx, words, v.Expertise, v.Handles, v.Achievements),
		})
	}
	return out, err
}

// names gives the names of the organisations of n records, as far as the reader
// may see them.
func (p *Pages) names(ctx context.Context, a hub.Actor, n int, of func(int) hub.ID) (map[hub.ID]hub.Text, error) {
	var ids []hub.ID
	for i := range n {
		if id := of(i); id != "" {
			ids = append(ids, id)
		}
	}
	return p.Directory.Organisations.Names(ctx, a, ids)
}

func institution(ctx context.Context, r *catalogue.Record, orgs map[hub.ID]hub.Text) string {
	if t, ok := orgs[r.Organisation]; ok && r.Organisation != "" {
		return i18n.Text(ctx, t)
	}
	return r.Institution
}

// join sets what is written of several facts beside each other.
func join(ctx context.Context, all ...string) string {
	var parts []string
	for _, s := range all {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if i18n.Lang(ctx) == hub.EN {
		return strings.Join(parts, ", ")
	}
	return strings.Join(parts, "　")
}

func hits(ctx context.Context, g group) (rows []ui.Row) {
	for _, h := range g.hits {
		rows = append(rows, ui.Row{Title: h.title.Text, Cells: cells(h)})
	}
	return rows
}
