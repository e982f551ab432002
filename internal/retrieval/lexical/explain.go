package lexical

import (
	"cmp"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// Kind says how a word of the query was found in the document.
type Kind string

// The kinds of reason.
const (
	Word        Kind = "word"        // the word itself, in whatever form
	Bridge      Kind = "bridge"      // another word for it, from the thesaurus or a dictionary
	Translation Kind = "translation" // a word of the other language
	Fragment    Kind = "fragment"    // a part of it: 除雪機 and 除雪
)

// Reason is one line of why a document was found.
type Reason struct {
	Words  []string // as written in the query; neighbours found together are one
	Bridge string   // the other word that stands in the document; "" for Word and Fragment
	Kind   Kind
	Share  float32 // part of the score, in the score's own unit
}

// Explain tells why the query found the hit, greatest share first. The hit must
// come from this query asked with Explain. The shares add up to the score.
func (q Query) Explain(hit retrieval.Hit) []Reason {
	type key struct {
		word   int32
		bridge string
	}
	type sum struct {
		kind  Kind
		share float32
	}
	found := map[key]*sum{}
	var order []key
	add := func(k key, kind Kind, share float32) {
		s, ok := found[k]
		if !ok {
			s = &sum{kind: kind}
			found[k] = s
			order = append(order, k)
		}
		if kind != Fragment {
			s.kind = kind
		}
		s.share += share
	}
	for _, s := range hit.Shares {
		if s.Query < 0 || s.Query >= len(q.origin) {
			continue
		}
		o := q.origin[s.Query]
		if o.first == o.second {
			add(key{o.first, o.bridge}, o.kind, s.Part)
			continue
		}
		add(key{o.first, o.bridge}, o.kind, s.Part/2)
		add(key{o.second, o.bridge}, o.kind, s.Part/2)
	}
	slices.SortFunc(order, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.bridge, b.bridge), cmp.Compare(a.word, b.word))
	})
	var out []Reason
	last := key{word: -2}
	for _, k := range order {
		s := found[k]
		word := ""
		if k.word >= 0 && int(k.word) < len(q.words) {
			word = q.words[k.word]
		}
		if n := len(out); n > 0 && k.bridge == "" && last.bridge == "" && k.word == last.word+1 && k.word > 0 && q.joined[k.word] && out[n-1].Kind == s.kind {
			out[n-1].Words[0] += word
			out[n-1].Share += s.share
		} else {
			out = append(out, Reason{Words: []string{word}, Bridge: k.bridge, Kind: s.kind, Share: s.share})
		}
		last = k
	}
	// The same word may stand in several places of a long need.
	merged := out[:0]
	at := map[[2]string]int{}
	for _, r := range out {
		k := [2]string{r.Words[0], r.Bridge}
		if i, ok := at[k]; ok {
			merged[i].Share += r.Share
			if r.Kind != Fragment {
				merged[i].Kind = r.Kind
			}
			continue
		}
		at[k] = len(merged)
		merged = append(merged, r)
	}
	slices.SortStableFunc(merged, func(a, b Reason) int { return cmp.Compare(b.Share, a.Share) })
	return merged
}
