package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/kyoten-hub/kyoten/internal/retrieval"
)

// The kinds of evidence of the corpora.
const (
	words retrieval.Evidence = iota
	bigrams
)

// bigramWeight is what a bigram counts beside a word.
const bigramWeight = .35

// A synthetic corpus is text as Japanese seeds have it, counted: documents of about
// 355 characters with 85 different words and 200 different character bigrams, words
// by Zipf and Mandelbrot's law, written in kanji and katakana that follow such a law
// too, with particles between them. Every document depends on its number and the
// seed alone, so any part of the corpus can be made at any time.
type synthetic struct {
	seed  uint64
	terms []string  // words by rank
	chars [][]rune  // their characters
	sums  []float64 // cumulated probability by rank
	pairs map[[2]rune]string
}

const (
	vocabulary   = 200_000
	particles    = "のをにはがでとも"
	particlesLen = 8
)

func newSynthetic(seed uint64) *synthetic {
	s := &synthetic{seed: seed, pairs: map[[2]rune]string{}}
	r := rand.New(rand.NewPCG(seed, 0))
	kanji := cumulated(2_500, .7, 30)
	kana := cumulated(80, .7, 5)
	seen := map[string]bool{}
	sum := 0.0
	for rank := 0; rank < vocabulary; {
		var w []rune
		if r.Float64() < .25 {
			for range 2 + r.IntN(4) {
				w = append(w, 'ア'+rune(draw(r, kana)))
			}
		} else {
			// A multiplier scatters the frequent characters over the block.
			for range 1 + min(r.IntN(4), r.IntN(4)+1) {
				w = append(w, '一'+rune(draw(r, kanji)*7%20_000))
			}
		}
		if seen[string(w)] {
			continue
		}
		seen[string(w)] = true
		s.terms, s.chars = append(s.terms, string(w)), append(s.chars, w)
		sum += math.Pow(float64(rank)+18, -1.02)
		s.sums = append(s.sums, sum)
		rank++
	}
	return s
}

// cumulated is a law of n ranks with exponent e and offset q.
func cumulated(n int, e, q float64) (sums []float64) {
	sum := 0.0
	for i := range n {
		sum += math.Pow(float64(i)+q, -e)
		sums = append(sums, sum)
	}
	return sums
}

func draw(r *rand.Rand, sums []float64) int {
	return sort.SearchFloat64s(sums, r.Float64()*sums[len(sums)-1])
}

// text draws the words of a document and its running characters.
func (s *synthetic) text(i int) (ranks []int, chars []rune) {
	r := rand.New(rand.NewPCG(s.seed, uint64(i)+1))
	length := 25 + int(72*math.Exp(.35*r.NormFloat64()))
	for range length {
		w := draw(r, s.sums)
		if len(ranks) > 0 && r.Float64() < .12 { // a topic comes back
			w = ranks[r.IntN(len(ranks))]
		}
		ranks = append(ranks, w)
		chars = append(chars, s.chars[w]...)
		if r.Float64() < .55 {
			chars = append(chars, []rune(particles)[r.IntN(particlesLen)])
		}
	}
	return ranks, chars
}

// document is the document of a number.
func (s *synthetic) document(i int, withBigrams bool) []retrieval.Occurrence {
	ranks, chars := s.text(i)
	slices.Sort(ranks)
	var terms []retrieval.Occurrence
	for j, w := range ranks {
		if j > 0 && ranks[j-1] == w {
			terms[len(terms)-1].Frequency++
			continue
		}
		terms = append(terms, retrieval.Occurrence{Term: s.terms[w], Evidence: words, Frequency: 1})
	}
	if withBigrams {
		terms = append(terms, s.bigrams(chars)...)
	}
	return terms
}

func (s *synthetic) bigrams(chars []rune) (terms []retrieval.Occurrence) {
	at := map[[2]rune]int{}
	for j := range len(chars) - 1 {
		p := [2]rune{chars[j], chars[j+1]}
		if p[0] < 'ァ' || p[1] < 'ァ' { // a particle
			continue
		}
		if k, ok := at[p]; ok {
			terms[k].Frequency++
			continue
		}
		text, ok := s.pairs[p]
		if !ok {
			text = string(p[:])
			s.pairs[p] = text
		}
		at[p] = len(terms)
		terms = append(terms, retrieval.Occurrence{Term: text, Evidence: bigrams, Frequency: 1})
	}
	return terms
}

// need is a question of 13 words about what some document says: most of them are
// the document's own, some come from elsewhere.
func (s *synthetic) need(i, documents int, withBigrams bool) []retrieval.QueryTerm {
	r := rand.New(rand.NewPCG(s.seed+1, uint64(i)))
	ranks, _ := s.text(r.IntN(documents))
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	r.Shuffle(len(ranks), func(a, b int) { ranks[a], ranks[b] = ranks[b], ranks[a] })
	ranks = ranks[:min(9, len(ranks))]
	for len(ranks) < 13 {
		ranks = append(ranks, draw(r, s.sums))
	}
	var q []retrieval.QueryTerm
	var chars []rune
	for _, w := range ranks {
		q = append(q, retrieval.QueryTerm{Term: s.terms[w], Evidence: words, Weight: 1})
		chars = append(chars, s.chars[w]...)
		chars = append(chars, []rune(particles)[r.IntN(particlesLen)])
	}
	if withBigrams {
		for _, o := range s.bigrams(chars) {
			q = append(q, retrieval.QueryTerm{Term: o.Term, Evidence: bigrams, Weight: bigramWeight * o.Frequency})
		}
	}
	return q
}
