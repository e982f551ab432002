package choose

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// SettleOrganisation finds out which organisation stands in the Pick named name,
// so that f.Get(name) is its id or "". Words that mean none or several are a
// problem of the form, which then offers what they may mean.
func (p *Pages) SettleOrganisation(ctx context.Context, a hub.Actor, f *ui.Form, name string, area hub.ID) error {
	id, words := f.Picked(name)
	if words == "" {
		f.Set(name, string(id))
		return nil
	}
	f.Set(name, "")
	found, err := p.Directory.Organisations.Resolve(ctx, a, []string{words})
	if err != nil {
		return err
	}
	if found[0].ID != "" {
		f.Set(name, string(found[0].ID)).Set(name+".was", words)
		return nil
	}
	likely, err := p.Directory.Organisations.Rows(ctx, a, found[0].Candidates)
	if err != nil {
		return err
	}
	var offer []ui.Option
	for _, v := range likely {
		offer = append(offer, organisation(ctx, v))
	}
	more, err := p.findOrganisations(ctx, a, area, words)
	f.Offer(name, offered(offer, more))
	return err
}

// SettlePerson is SettleOrganisation for a person of area. A name that only one
// person there bears means that person.
func (p *Pages) SettlePerson(ctx context.Context, a hub.Actor, f *ui.Form, name string, area hub.ID) error {
	id, words := f.Picked(name)
	if words == "" {
		f.Set(name, string(id))
		return nil
	}
	f.Set(name, "")
	found, err := p.Directory.People.Resolve(ctx, a, area, []directory.PersonClue{{Name: words}})
	if err != nil {
		return err
	}
	if same := found[0].Candidates; len(same) == 1 {
		f.Set(name, string(same[0])).Set(name+".was", words)
		return nil
	}
	likely, err := p.Directory.People.Rows(ctx, a, found[0].Candidates)
	if err != nil {
		return err
	}
	var offer []ui.Option
	for _, v := range likely {
		offer = append(offer, person(ctx, v, hub.DateOf(p.Clock.Now())))
	}
	more, err := p.findPeople(ctx, a, area, words)
	f.Offer(name, offered(offer, more))
	return err
}

// offered joins what the words certainly name with what they are found in.
func offered(all, more []ui.Option) []ui.Option {
	seen := map[string]bool{}
	for _, o := range all {
		seen[o.Value] = true
	}
	for _, o := range more {
		if !seen[o.Value] {
			all = append(all, o)
		}
	}
	return all[:min(most, len(all))]
}

// Word puts into the Picks of a form the words that stand for the ids in them,
// where nothing has been typed yet. An id the reader may not see stays without.
func (p *Pages) Word(ctx context.Context, a hub.Actor, f *ui.Form, organisations, people []string) error {
	ids := func(names []string) (out []hub.ID) {
		for _, n := range names {
			if id := hub.ID(f.Get(n)); id.Valid() {
				out = append(out, id)
			}
		}
		return out
	}
	orgs, err := p.Directory.Names(ctx, a, ids(organisations))
	if err != nil {
		return err
	}
	persons, err := p.Directory.PersonNames(ctx, a, ids(people))
	if err != nil {
		return err
	}
	word := func(name, words string) {
		if _, typed := f.Values[name+".text"]; !typed || f.Get(name) != "" && f.Get(name+".match") != "" {
			f.SetPick(name, hub.ID(f.Get(name)), words)
			f.Values.Del(name + ".match")
		}
	}
	for _, n := range organisations {
		word(n, orgs[hub.ID(f.Get(n))].In(hub.JA))
	}
	for _, n := range people {
		word(n, persons[hub.ID(f.Get(n))])
	}
	return nil
}
