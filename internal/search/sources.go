package search

import (
	"context"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
)

// together is how many records are turned into documents at once, so that the
// names they need are fetched in one query.
const together = 500

// nameLayers are what tells whose a record is: the organisation as the source
// wrote it and the people, and the names that the directory has for it. That an
// organisation is known may itself be confidential; its names are then found by
// those alone who may see it.
func nameLayers(scope hub.Scope, org directory.Organisation, written string, people ...string) []Layer {
	own := Layer{Scope: scope, Fields: named(.5, append([]string{written}, people...)...)}
	if org.ID == "" {
		return []Layer{own}
	}
	return []Layer{own, {
		Scope: scope.Narrower(org.Scope), Fields: named(.5, org.Name.JA, org.Name.EN, org.Kana),
		Attributes: []string{"organisation:" + string(org.ID)},
	}}
}

func named(weight float32, all ...string) (f []lexical.Field) {
	for _, s := range all {
		if s != "" {
			f = append(f, lexical.Field{Name: "name", Weight: weight, Text: s})
		}
	}
	return f
}

// Seeds is the source of research seeds.
func Seeds(c *catalogue.Service, d *directory.Service) Source {
	documents := func(ctx context.Context, seeds []catalogue.Seed) ([]Document, error) {
		orgs, err := organisationsOf(ctx, d, seeds, func(s *catalogue.Seed) hub.ID { return s.Organisation })
		if err != nil {
			return nil, err
		}
		out := make([]Document, 0, len(seeds))
		for i := range seeds {
			if s := &seeds[i]; !s.Withdrawn {
				out = append(out, seedDocument(s, orgs[s.Organisation]))
			}
		}
		return out, nil
	}
	return Source{
		Kind: "seed", Numbers: []string{"trl"}, Version: "3",
		Documents: func(ctx context.Context, ids []hub.ID) ([]Document, error) {
			seeds, err := c.Seeds.Some(ctx, ids)
			if err != nil {
				return nil, err
			}
			return documents(ctx, seeds)
		},
		All:     inBatches(c.Seeds.Each, documents),
		Touched: carrying(c.Seeds.IDsOfOrganisation, c.Seeds.IDsOfImport),
	}
}

func seedDocument(s *catalogue.Seed, org directory.Organisation) Document {
	summary := *s
	summary.Detail = hub.Text{}
	var people []string
	for _, r := range s.Researchers {
		people = append(people, r.Name)
	}
	attributes := values("field", s.Fields)
	attributes = append(attributes, values("form", s.Forms)...)
	attributes = append(attributes, "state:"+string(s.State), "scope:"+string(s.Scope), "open:"+strconv.FormatBool(s.State.Open()))
	if s.TRL.Level > 0 {
		attributes = append(attributes, "trl:"+strconv.Itoa(s.TRL.Level))
	}
	layers := []Layer{
		{Scope: s.Scope, Fields: append(match.SeedFields(&summary), named(1, s.Number)...), Attributes: attributes},
		{Scope: s.DetailScope, Fields: texts("detail", 1, s.Detail)},
	}
	names := nameLayers(s.NameScope, org, s.Institution, people...)
	if org.Prefecture != "" {
		names[1].Attributes = append(names[1].Attributes, "prefecture:"+org.Prefecture)
	}
	return Document{
		Record: s.Access(), Updated: s.Updated, SortKey: japanese.SortKey(s.Title.In(hub.JA)), Numbers: []int64{int64(s.TRL.Level)},
		Layers: append(layers, names...),
	}
}

// Needs is the source of company needs and regional challenges.
func Needs(c *catalogue.Service, d *directory.Service) Source {
	documents := func(ctx context.Context, needs []catalogue.Need) ([]Document, error) {
		orgs, err := organisationsOf(ctx, d, needs, func(n *catalogue.Need) hub.ID { return n.Organisation })
		if err != nil {
			return nil, err
		}
		out := make([]Document, 0, len(needs))
		for i := range needs {
			if n := &needs[i]; !n.Withdrawn {
				out = append(out, needDocument(n, orgs[n.Organisation]))
			}
		}
		return out, nil
	}
	return Source{
		Kind: "need", Keys: []string{"deadline"}, Version: "2",
		Documents: func(ctx context.Context, ids []hub.ID) ([]Document, error) {
			needs, err := c.Needs.Some(ctx, ids)
			if err != nil {
				return nil, err
			}
			return documents(ctx, needs)
		},
		All:     inBatches(c.Needs.Each, documents),
		Touched: carrying(c.Needs.IDsOfOrganisation, c.Needs.IDsOfImport),
	}
}

func needDocument(n *catalogue.Need, org directory.Organisation) Document {
	summary, inner := *n, *n
	summary.Detail = catalogue.NeedDetail{}
	inner.Title, inner.Keywords, inner.Affected = hub.Text{}, catalogue.Words{}, hub.Text{}
	attributes := values("field", n.Fields)
	attributes = append(attributes, values("form", n.Forms)...)
	attributes = append(attributes, "state:"+string(n.State), "scope:"+string(n.Scope), "kind_of_need:"+n.Kind, "open:"+strconv.FormatBool(n.State.Open()))
	if n.Prefecture != "" {
		attributes = append(attributes, "prefecture:"+n.Prefecture)
	}
	layers := []Layer{{Scope: n.Scope, Fields: append(match.NeedFields(&summary), named(1, n.Number)...), Attributes: attributes}, {Scope: n.DetailScope}}
	if inner.Detail != (catalogue.NeedDetail{}) {
		layers[1].Fields = append(match.NeedFields(&inner), texts("view", .5, inner.Detail.View)...)
	}
	layers = append(layers, nameLayers(n.NameScope, org, n.Institution)...)
	return Document{
		Record: n.Access(), Updated: n.Updated, SortKey: japanese.SortKey(n.Title.In(hub.JA)), Keys: []string{string(n.Deadline)}, Layers: layers,
	}
}

// Organisations is the source of the directory's organisations. They belong to
// no area; the areas of which they are or were members are the attribute "area".
func Organisations(d *directory.Service) Source {
	documents := func(ctx context.Context, all []directory.Organisation) (out []Document, err error) {
		ids := make([]hub.ID, len(all))
		for i, o := range all {
			ids[i] = o.ID
		}
		rows, err := d.Organisations.Rows(ctx, hub.SystemActor, ids)
		for _, v := range rows {
			if !v.Withdrawn && v.MergedInto == "" {
				out = append(out, organisationDocument(v))
			}
		}
		return out, err
	}
	return Source{
		Kind: "organisation", Version: "2",
		Documents: func(ctx context.Context, ids []hub.ID) ([]Document, error) {
			all, err := d.Organisations.Some(ctx, ids)
			if err != nil {
				return nil, err
			}
			return documents(ctx, all)
		},
		All:     inBatches(d.Organisations.Each, documents),
		Touched: joined(d),
	}
}

func organisationDocument(v directory.OrganisationView) Document {
	o := v.Organisation
	fields := named(lexical.TitleWeight, append([]string{o.Name.JA, o.Name.EN, o.Kana}, o.Former...)...)
	fields = append(fields, texts("about", 1, o.About)...)
	fields = append(fields, texts("address", .5, o.Address)...)
	fields = append(fields, named(1, o.CorporateNumber)...)
	attributes := []string{"organisation_kind:" + string(o.Kind)}
	if o.Prefecture != "" {
		attributes = append(attributes, "prefecture:"+o.Prefecture)
	}
	for _, m := range v.Memberships {
		if m.Joined != "" { // whom an area courts is told to its staff alone
			attributes = append(attributes, "area:"+string(m.Area))
		}
	}
	return Document{
		Record: access.Resource{ID: o.ID, Scope: o.Scope, NameScope: o.Scope, DetailScope: o.Scope, Organisation: o.ID},
		Readers: func(s hub.Scope) []string {
			if s != o.Scope {
				return nil
			}
			return append(directory.OrganisationReaders(o, nil), access.AnyStaff)
		},
		Updated: o.Updated, SortKey: japanese.SortKey(sortName(o.Kana, o.Name)),
		Layers: []Layer{{Scope: o.Scope, Fields: fields, Attributes: attributes}},
	}
}

// joined finds the organisations whose membership changed.
func joined(d *directory.Service) func(context.Context, []audit.Line) ([]hub.ID, error) {
	return func(ctx context.Context, lines []audit.Line) (out []hub.ID, err error) {
		for _, x := range lines {
			if x.Kind != directory.KindMembership {
				continue
			}
			m, err := d.Memberships.Get(ctx, hub.SystemActor, x.Record)
			switch {
			case err == nil:
				out = append(out, m.Organisation)
			case hub.KindOf(err) != hub.NotFound:
				return nil, err
			}
		}
		return out, nil
	}
}

// People is the source of the directory's people. How to reach them is in no
// index.
func People(d *directory.Service) Source {
	document := func(p directory.Person) Document {
		var fields []lexical.Field
		for _, s := range []string{p.Name, p.Kana, p.English} {
			if s != "" {
				fields = append(fields, lexical.Field{Name: "name", Weight: lexical.TitleWeight, Text: s})
			}
		}
		fields = append(fields, texts("expertise", 1, p.Expertise)...)
		fields = append(fields, texts("handles", 1, p.Handles)...)
		fields = append(fields, texts("achievements", 1, p.Achievements)...)
		var attributes []string
		for _, f := range p.Affiliations {
			if f.Name != "" {
				fields = append(fields, lexical.Field{Name: "affiliation", Weight: .5, Text: f.Name})
			}
		}
		if p.Kind != "" {
			attributes = append(attributes, "person_kind:"+string(p.Kind))
		}
		return Document{
			Record: p.Access(), Updated: p.Updated, SortKey: japanese.SortKey(sortName(p.Kana, hub.Text{JA: p.Name})),
			Layers: []Layer{{Scope: p.Scope, Fields: fields, Attributes: attributes}},
		}
	}
	return Source{
		Kind: "person", Version: "1",
		Documents: func(ctx context.Context, ids []hub.ID) (out []Document, err error) {
			all, err := d.People.Some(ctx, ids)
			for _, p := range all {
				if !p.Withdrawn && p.MergedInto == "" {
					out = append(out, document(p))
				}
			}
			return out, err
		},
		All: func(ctx context.Context, yield func(Document) error) error {
			return d.People.Each(ctx, func(p directory.Person) error {
				if p.Withdrawn || p.MergedInto != "" {
					return nil
				}
				return yield(document(p))
			})
		},
	}
}

// Finder gives package match its way to the index: open records of a kind,
// nearest to a text.
func (s *Service) Finder() match.Finder {
	return func(ctx context.Context, a hub.Actor, kind string, fields []lexical.Field, limit int) ([]match.Found, error) {
		f := Filter{Kinds: []string{kind}, Any: map[string][]string{"open": {"true"}}}
		found, err := s.Candidates(ctx, a, fields, f, limit)
		out := make([]match.Found, len(found))
		for i, c := range found {
			out[i] = match.Found{ID: c.ID, Score: c.Score, Share: c.Share, Reasons: c.Reasons}
		}
		return out, err
	}
}

func sortName(kana string, name hub.Text) string {
	if kana != "" {
		return kana
	}
	return name.In(hub.JA)
}

func values(name string, codes []string) (out []string) {
	for _, c := range codes {
		out = append(out, name+":"+c)
	}
	return out
}

func texts(name string, weight float32, t hub.Text) (out []lexical.Field) {
	for _, s := range []string{t.JA, t.EN} {
		if s != "" {
			out = append(out, lexical.Field{Name: name, Weight: weight, Text: s})
		}
	}
	return out
}

func organisationsOf[T any](ctx context.Context, d *directory.Service, all []T, of func(*T) hub.ID) (map[hub.ID]directory.Organisation, error) {
	out := map[hub.ID]directory.Organisation{}
	var ids []hub.ID
	for i := range all {
		if id := of(&all[i]); id != "" {
			if _, ok := out[id]; !ok {
				out[id] = directory.Organisation{}
				ids = append(ids, id)
			}
		}
	}
	found, err := d.Organisations.Some(ctx, ids)
	for _, o := range found {
		out[o.ID] = o
	}
	return out, err
}

// inBatches turns a walk over single records into one over documents made many
// at a time.
func inBatches[T any](each func(context.Context, func(T) error) error, documents func(context.Context, []T) ([]Document, error)) func(context.Context, func(Document) error) error {
	return func(ctx context.Context, yield func(Document) error) error {
		var waiting []T
		flush := func() error {
			docs, err := documents(ctx, waiting)
			if err != nil {
				return err
			}
			waiting = waiting[:0]
			for _, d := range docs {
				if err := yield(d); err != nil {
					return err
				}
			}
			return nil
		}
		err := each(ctx, func(x T) error {
			if waiting = append(waiting, x); len(waiting) < together {
				return nil
			}
			return flush()
		})
		if err != nil {
			return err
		}
		return flush()
	}
}

// carrying finds the records that carry the name of organisations that changed,
// and those of imports that have arrived.
func carrying(ofOrganisation, ofImport func(context.Context, hub.ID) ([]hub.ID, error)) func(context.Context, []audit.Line) ([]hub.ID, error) {
	return func(ctx context.Context, lines []audit.Line) (out []hub.ID, err error) {
		for _, x := range lines {
			var ids []hub.ID
			switch {
			case x.Kind == "organisation" && x.Action == audit.Change:
				ids, err = ofOrganisation(ctx, x.Record)
			case x.Kind == "import" && x.Action == audit.Create:
				ids, err = ofImport(ctx, x.Record)
			}
			if err != nil {
				return nil, err
			}
			out = append(out, ids...)
		}
		return out, nil
	}
}
