package app

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/retrieval/lexical"
	"github.com/kyoten-hub/kyoten/internal/search"
)

// experts is how many people are looked at for an enquiry.
const experts = 100

// findExperts gives the people of an area nearest to a text, for proposing who
// could answer an enquiry.
func (a *App) findExperts(ctx context.Context, actor hub.Actor, area hub.ID, text string) ([]enquiry.Expert, error) {
	if !a.Search.Ready() {
		return nil, nil
	}
	found, err := a.Search.Candidates(ctx, actor, []lexical.Field{{Name: "words", Text: text}},
		search.Filter{Kinds: []string{"person"}, Areas: []hub.ID{area}}, experts)
	if err != nil {
		return nil, err
	}
	out := make([]enquiry.Expert, len(found))
	for i, c := range found {
		out[i] = enquiry.Expert{Person: c.ID, Share: c.Share}
		for _, r := range c.Reasons {
			if r.Kind == lexical.Fragment {
				continue // a piece of a word says nothing to a person
			}
			out[i].Words = append(out[i].Words, r.Words...)
		}
	}
	return out, nil
}
