package search

import (
	"context"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// Projects is the source of supported projects. Of the organisations that take
// part only the leading one's name is found; the team's is in no index.
func Projects(s *project.Service, d *directory.Service) Source {
	documents := func(ctx context.Context, all []project.Project) ([]Document, error) {
		orgs, err := organisationsOf(ctx, d, all, func(x *project.Project) hub.ID { return x.Organisation })
		if err != nil {
			return nil, err
		}
		out := make([]Document, 0, len(all))
		for i := range all {
			if x := &all[i]; !x.Withdrawn {
				out = append(out, projectDocument(x, orgs[x.Organisation]))
			}
		}
		return out, nil
	}
	return Source{
		Kind: project.Kind, Numbers: []string{"trl"}, Version: "1",
		Documents: func(ctx context.Context, ids []hub.ID) ([]Document, error) {
			all, err := s.Some(ctx, ids)
			if err != nil {
				return nil, err
			}
			return documents(ctx, all)
		},
		All:     inBatches(s.Each, documents),
		Touched: carrying(s.IDsOfOrganisation, s.IDsOfImport),
	}
}

func projectDocument(x *project.Project, org directory.Organisation) Document {
	fields := texts("title", lexical.TitleWeight, x.Title)
	fields = append(fields, texts("summary", 1, x.Summary)...)
	fields = append(fields, named(1, append([]string{x.Number}, x.Issues...)...)...)
	attributes := append(values("field", x.Fields), values("issue", x.Issues)...)
	attributes = append(attributes, "state:"+string(x.State), "scope:"+string(x.Scope))
	if x.Type != "" {
		attributes = append(attributes, "type:"+x.Type)
	}
	if x.Origin.Kind != "" {
		attributes = append(attributes, "origin:"+x.Origin.Kind)
	}
	trl := x.Level("trl").Level
	if trl > 0 {
		attributes = append(attributes, "trl:"+strconv.Itoa(trl))
	}
	layers := []Layer{
		{Scope: x.Scope, Fields: fields, Attributes: attributes},
		{Scope: x.DetailScope, Fields: append(texts("goal", 1, x.Detail.Goal), texts("plan", 1, x.Detail.Plan)...)},
	}
	var written []string
	for _, q := range x.Lead {
		if q.Name != x.Institution {
			written = append(written, q.Name)
		}
	}
	return Document{
		Record: x.Access(), Updated: x.Updated, SortKey: japanese.SortKey(x.Title.In(hub.JA)), Numbers: []int64{int64(trl)},
		Layers: append(layers, nameLayers(x.NameScope, org, x.Institution, written...)...),
	}
}
