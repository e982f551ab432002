package lexical

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// Terms is what the index keeps of a document. It is kept in the database beside
// the text, so that a restart does not analyse anything again. The zero Terms is
// a document without words.
type Terms struct{ occurrences []retrieval.Occurrence }

// Occurrences gives the terms in the index's form, sorted by kind and term. The
// caller must not change them.
func (t Terms) Occurrences() []retrieval.Occurrence { return t.occurrences }

// Document gives the terms of a document. Fields are read in order; a word in
// two fields counts with the sum of their weights.
func (a *Analyzer) Document(fields []Field) Terms {
	type key struct {
		e retrieval.Evidence
		t string
	}
	freq := map[key]float32{}
	for _, f := range fields {
		s := japanese.Normalise(f.Text)
		if l := languageOf(s); l != 0 {
			freq[key{Languages, Populations[l-1].Term}] = 1
		}
		weight := f.weight()
		end := 0
		if len(fields) == 1 {
			end = leadEnd(s)
		}
		a.emit(s, a.tokens(s), func(_, _ int, at int32, e retrieval.Evidence, term string) {
			w := weight
			if int(at) < end {
				w *= a.method.lead
			}
			freq[key{e, term}] += w
		})
	}
	t := Terms{make([]retrieval.Occurrence, 0, len(freq))}
	for k, f := range freq {
		t.occurrences = append(t.occurrences, retrieval.Occurrence{Term: k.t, Evidence: k.e, Frequency: f})
	}
	slices.SortFunc(t.occurrences, func(x, y retrieval.Occurrence) int {
		return cmp.Or(cmp.Compare(x.Evidence, y.Evidence), cmp.Compare(x.Term, y.Term))
	})
	return t
}

// Version is that of the analysis: terms made by another version are not
// comparable and must be made anew from the text. It is the first byte of what
// MarshalBinary writes.
const Version = 3

// step is the resolution of frequencies in the binary form.
const step = 1.0 / 16

var errTerms = errors.New("lexical: terms are damaged or of another version")

// MarshalBinary writes the terms compactly: about six bytes a term.
func (t Terms) MarshalBinary() ([]byte, error) {
	b := make([]byte, 1, 1+8*len(t.occurrences))
	b[0] = Version
	before := ""
	for _, o := range t.occurrences {
		// What the term shares with the one before it is not written again.
		same := 0
		for same < len(before) && same < len(o.Term) && before[same] == o.Term[same] {
			same++
		}
		before = o.Term
		b = append(b, byte(o.Evidence))
		b = binary.AppendUvarint(b, uint64(same))
		b = binary.AppendUvarint(b, uint64(len(o.Term)-same))
		b = append(b, o.Term[same:]...)
		b = binary.AppendUvarint(b, uint64(max(1, math.Round(float64(min(o.Frequency, 1e6))/step))))
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary wrote. Terms of another version or
// damaged ones are an error: analyse the text again then.
func (t *Terms) UnmarshalBinary(b []byte) error {
	if len(b) == 0 || b[0] != Version {
		return errTerms
	}
	b = b[1:]
	t.occurrences = nil
	before := ""
	number := func() (int, bool) {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<30 {
			return 0, false
		}
		b = b[n:]
		return int(v), true
	}
	for len(b) > 0 {
		e := retrieval.Evidence(b[0])
		b = b[1:]
		same, ok1 := number()
		rest, ok2 := number()
		if !ok1 || !ok2 || e >= Kinds || same > len(before) || rest > len(b) {
			return errTerms
		}
		term := before[:same] + string(b[:rest])
		b = b[rest:]
		f, ok := number()
		if !ok || f == 0 {
			return errTerms
		}
		before = term
		t.occurrences = append(t.occurrences, retrieval.Occurrence{Term: term, Evidence: e, Frequency: float32(f) * step})
	}
	return nil
}
