package intake

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// entries is the target for seeds and for needs: the same ways with another
// record.
type entries[T any] struct {
	name      string
	base      func(*T) *catalogue.Record
	detail    func(*T) any // pointer to the inner layer, which JSON leaves out
	fill      func(*T, Draft)
	existing  func(ctx context.Context, a hub.Actor, area hub.ID, numbers, keys []string) (byNumber, byTitle map[string]T, err error)
	createAll func(ctx context.Context, a hub.Actor, all []T) ([]T, error)
	revise    func(ctx context.Context, a hub.Actor, id hub.ID, version int, change func(*T) error) (T, error)
	withdrawn func(ctx context.Context, a hub.Actor, id hub.ID, withdrawn bool) error
	some      func(ctx context.Context, ids []hub.ID) ([]T, error)
	cat       *catalogue.Service
	dir       *directory.Service
}

func seedTarget(cat *catalogue.Service, dir *directory.Service) target {
	c := &cat.Seeds
	return &entries[catalogue.Seed]{
		name: "seed", base: func(s *catalogue.Seed) *catalogue.Record { return &s.Record },
		detail: func(s *catalogue.Seed) any { return &s.Detail }, fill: fillSeed,
		existing: c.Existing, createAll: c.CreateAll, revise: c.Revise, withdrawn: c.Withdraw, some: c.Some, cat: cat, dir: dir,
	}
}

func needTarget(cat *catalogue.Service, dir *directory.Service) target {
	c := &cat.Needs
	return &entries[catalogue.Need]{
		name: "need", base: func(n *catalogue.Need) *catalogue.Record { return &n.Record },
		detail: func(n *catalogue.Need) any { return &n.Detail }, fill: fillNeed,
		existing: c.Existing, createAll: c.CreateAll, revise: c.Revise, withdrawn: c.Withdraw, some: c.Some, cat: cat, dir: dir,
	}
}

func (e *entries[T]) kind() string { return e.name }

// snapshot is a record with both its layers.
type snapshot struct {
	Body   json.RawMessage `json:"body"`
	Detail json.RawMessage `json:"detail"`
}

func (e *entries[T]) snapshot(r *T) (string, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	detail, err := json.Marshal(e.detail(r))
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(snapshot{body, detail})
	return string(b), err
}

func (e *entries[T]) unpack(text string) (r T, err error) {
	var s snapshot
	if err = json.Unmarshal([]byte(text), &s); err != nil {
		return r, err
	}
	if err = json.Unmarshal(s.Body, &r); err != nil {
		return r, err
	}
	return r, json.Unmarshal(s.Detail, e.detail(&r))
}

// plan meets drafts with the records of the area: by number, else by title in
// the same institution.
func (e *entries[T]) plan(ctx context.Context, a hub.Actor, imp *Import, seen *memory, drafts []Draft) ([]Item, error) {
	var numbers, keys []string
	for _, d := range drafts {
		if n := d.Values["number"]; n != "" {
			numbers = append(numbers, n)
		}
		if k := titleKey(d); k != "" {
			keys = append(keys, k)
		}
	}
	byNumber, byTitle, err := e.existing(ctx, a, imp.Area, numbers, keys)
	if err != nil {
		return nil, err
	}
	orgs, err := resolveNames(ctx, a, e.dir.Organisations, seen, drafts)
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(drafts))
	for _, d := range drafts {
		if id := orgs[institution(d)]; id != "" {
			d.Values[organisationID] = string(id)
		}
		it := Item{Sheet: d.Sheet, Row: d.Row, Outcome: Create, Record: hub.NewID(), Title: titleOf(d), Draft: d}
		if first, twice := seen.meets(d); twice {
			it.Outcome, it.Record = Refuse, ""
			it.Draft.Problems = append(it.Draft.Problems, Problem{Sheet: d.Sheet, Row: d.Row, Key: "intake.twice", Args: hub.Args("first", first), Refuses: true})
			out = append(out, it)
			continue
		}
		old, met := byNumber[d.Values["number"]]
		if !met || d.Values["number"] == "" {
			old, met = byTitle[titleKey(d)]
			met = met && e.sameInstitution(&old, d) && (d.Values["number"] == "" || e.base(&old).Number == "")
		}
		if met {
			if err := e.compare(&it, old); err != nil {
				return nil, err
			}
		}
		out = append(out, it)
	}
	return out, nil
}

// compare settles what a draft does to the record it meets.
func (e *entries[T]) compare(it *Item, old T) error {
	before, err := e.snapshot(&old)
	if err != nil {
		return err
	}
	next, err := e.unpack(before)
	if err != nil {
		return err
	}
	e.fill(&next, it.Draft)
	r := e.base(&old)
	it.Record, it.Version, it.Before = r.ID, r.Version, before
	if it.Fields, err = e.differences(&old, &next); err != nil {
		return err
	}
	it.Outcome = Change
	if len(it.Fields) == 0 {
		it.Outcome, it.Before = Same, ""
	}
	return nil
}

// differences names the JSON fields in which two records differ.
func (e *entries[T]) differences(a, b *T) ([]string, error) {
	fields := func(r *T) (map[string]any, error) {
		text, err := e.snapshot(r)
		if err != nil {
			return nil, err
		}
		var both struct{ Body, Detail any }
		if err := json.Unmarshal([]byte(text), &both); err != nil {
			return nil, err
		}
		out, _ := both.Body.(map[string]any)
		if inner, ok := both.Detail.(map[string]any); ok && e.name == "need" {
			for k, v := range inner {
				out[k] = v
			}
		} else {
			out["detail"] = both.Detail
		}
		return out, nil
	}
	x, err := fields(a)
	if err != nil {
		return nil, err
	}
	y, err := fields(b)
	return differing(x, y), err
}

func differing(x, y map[string]any) (out []string) {
	for k, v := range y {
		if !reflect.DeepEqual(x[k], v) {
			out = append(out, k)
		}
	}
	for k := range x {
		if _, ok := y[k]; !ok {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func (e *entries[T]) sameInstitution(old *T, d Draft) bool {
	r := e.base(old)
	if d.Values[organisationID] != "" && r.Organisation != "" {
		return string(r.Organisation) == d.Values[organisationID]
	}
	given := institution(d)
	if given == "" || r.Institution == "" {
		return true
	}
	_, x := directory.NameKeys(given)
	_, y := directory.NameKeys(r.Institution)
	return x == y
}

func (e *entries[T]) create(ctx context.Context, a hub.Actor, imp *Import, items []Item) error {
	all := make([]T, len(items))
	for i, it := range items {
		r := e.base(&all[i])
		r.ID, r.Area, r.Import = it.Record, imp.Area, imp.ID
		e.fill(&all[i], it.Draft)
	}
	_, err := e.createAll(ctx, a, all)
	return err
}

func (e *entries[T]) arriving(ctx context.Context, a hub.Actor, imported hub.ID) error {
	return e.cat.Arriving(ctx, a, imported)
}

func (e *entries[T]) arrived(ctx context.Context, imported hub.ID) error {
	return e.cat.Arrived(ctx, imported)
}

func (e *entries[T]) discard(ctx context.Context, a hub.Actor, imported hub.ID) error {
	return e.cat.Discard(ctx, a, imported)
}

func (e *entries[T]) change(ctx context.Context, a hub.Actor, _ *Import, it Item) error {
	_, err := e.revise(ctx, a, it.Record, it.Version, func(r *T) error {
		e.fill(r, it.Draft)
		return nil
	})
	return err
}

func (e *entries[T]) versions(ctx context.Context, ids []hub.ID) (map[hub.ID]int, error) {
	all, err := e.some(ctx, ids)
	out := make(map[hub.ID]int, len(all))
	for i := range all {
		if r := e.base(&all[i]); !r.Withdrawn {
			out[r.ID] = r.Version
		}
	}
	return out, err
}

func (e *entries[T]) withdraw(ctx context.Context, a hub.Actor, ids []hub.ID) error {
	for _, id := range ids {
		if err := e.withdrawn(ctx, a, id, true); err != nil {
			return err
		}
	}
	return nil
}

func (e *entries[T]) restore(ctx context.Context, a hub.Actor, it Item) error {
	before, err := e.unpack(it.Before)
	if err != nil {
		return err
	}
	_, err = e.revise(ctx, a, it.Record, it.Version+1, func(r *T) error {
		*r = before
		return nil
	})
	return err
}

// linked: what hangs on seeds and needs is told by the rooms that lend a Used.
func (e *entries[T]) linked(context.Context, []hub.ID) (map[hub.ID]string, error) {
	return map[hub.ID]string{}, nil
}

// organisationID is where a draft keeps the organisation that its institution
// was found to be.
const organisationID = "organisation_id"

// institution gives the present institution of a draft.
func institution(d Draft) string { return firstLine(d.Values["institution"]) }

func titleKey(d Draft) string {
	t := hub.Text{JA: d.Values["title"], EN: d.Values["title_en"]}
	if t.Empty() {
		return ""
	}
	return catalogue.TitleKey(t)
}

// meets reports whether an earlier row of the file is the same record, and which.
func (m *memory) meets(d Draft) (first int, twice bool) {
	key := "n:" + d.Values["number"]
	if d.Values["number"] == "" {
		_, bare := directory.NameKeys(institution(d))
		key = "t:" + titleKey(d) + "\x00" + bare
	}
	if first, twice = m.rows[key]; !twice {
		m.rows[key] = d.Row
	}
	return first, twice
}

// resolveNames finds the organisations that drafts name, each name once per
// import.
func resolveNames(ctx context.Context, a hub.Actor, dir *directory.Organisations, seen *memory, drafts []Draft) (map[string]hub.ID, error) {
	var names []string
	asked := map[string]bool{}
	for _, d := range drafts {
		if n := institution(d); n != "" && !asked[n] {
			asked[n] = true
			if _, known := seen.orgs[n]; !known {
				names = append(names, n)
			}
		}
	}
	if len(names) > 0 {
		found, err := dir.Resolve(ctx, a, names)
		if err != nil {
			return nil, err
		}
		for i, f := range found {
			seen.orgs[names[i]] = f.ID
		}
	}
	out := make(map[string]hub.ID, len(asked))
	for n := range asked {
		out[n] = seen.orgs[n]
	}
	return out, nil
}
