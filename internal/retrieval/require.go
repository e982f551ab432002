package retrieval

// Term is a term of one kind.
type Term struct {
	Term     string
	Evidence Evidence
}

// Requirement is something that a hit must have, in one of several ways: "these
// two words, or else all the bigrams of what was typed". No ways means that no
// document has it.
type Requirement []Way

// Way is satisfied by a document that has, of every Choice, at least one term.
// The empty Way is satisfied by all.
type Way []Choice

// Choice is terms of which one is enough. Nothing is in an empty Choice.
type Choice []Term

// requirement is a Requirement looked up in a state's dictionary: way by way,
// choice by choice, the numbers of the terms that are known at all.
type requirement [][][]termID

func (s *state) requirements(all []Requirement) []requirement {
	out := make([]requirement, len(all))
	for i, ways := range all {
		for _, way := range ways {
			choices := make([][]termID, len(way))
			for j, choice := range way {
				for _, t := range choice {
					if id, ok := s.dict.find(t.Term, t.Evidence); ok {
						choices[j] = append(choices[j], id)
					}
				}
			}
			out[i] = append(out[i], choices)
		}
	}
	return out
}

// narrow takes out of b the documents of g that lack one of the requirements.
func narrow(b bitmap, g *segment, all []requirement) {
	any, every, choice := newBitmap(g.n), newBitmap(g.n), newBitmap(g.n)
	for _, ways := range all {
		clear(any)
		for _, way := range ways {
			copy(every, b)
			for _, terms := range way {
				clear(choice)
				for _, id := range terms {
					if r := g.terms.rank(id); r >= 0 {
						docs, _ := g.postings(r)
						for _, d := range docs {
							choice.set(d)
						}
					}
				}
				every.and(choice)
			}
			for i := range any {
				any[i] |= every[i]
			}
		}
		b.and(any)
	}
}
