package ui

import "github.com/kyoten-hub/kyoten/internal/hub"

// A Pick has up to four values under its name: the record's id, "text" as it
// stands in the field, "was", the words that stand for the id, and "match", the
// one chosen of those that were offered when "asked" had been typed.

// SetPick fills a Pick with a record and the words that stand for it; "" for
// none.
func (f *Form) SetPick(name string, id hub.ID, words string) *Form {
	return f.Set(name, string(id)).Set(name+".text", words).Set(name+".was", words)
}

// Picked tells what stands in a Pick: a record's id, or words of which nobody
// knows yet for which record they stand, or neither. The id is as it was sent:
// the room decides whether this actor may use it.
func (f *Form) Picked(name string) (id hub.ID, words string) {
	words = f.Text(name + ".text")
	id = hub.ID(f.Get(name))
	if _, typed := f.Values[name+".text"]; !typed {
		return id, ""
	}
	if m := hub.ID(f.Get(name + ".match")); m.Valid() && f.Text(name+".asked") == words {
		return m, ""
	}
	if words == "" {
		return "", ""
	}
	if id.Valid() && words == f.Text(name+".was") {
		return id, ""
	}
	return "", words
}

// Offer notes that the words of a Pick mean no one record, and what they may
// mean.
func (f *Form) Offer(name string, matches []Option) {
	if f.Matches == nil {
		f.Matches = map[string][]Option{}
	}
	f.Matches[name] = matches
	f.Set(name+".asked", f.Text(name+".text"))
	if len(matches) == 0 {
		f.Problems.Add(name, "error.pick_none", "words", f.Text(name+".text"))
		return
	}
	f.Problems.Add(name, "error.pick_which", "words", f.Text(name+".text"))
}
