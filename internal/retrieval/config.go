package retrieval

// BM25 holds the two constants of the BM25 term weight (Robertson and Walker,
// SIGIR 1994): K1 ≥ 0 says how slowly repeated occurrences saturate, B in 0…1
// how much a longer document is discounted.
type BM25 struct{ K1, B float32 }

// DefaultBM25 is what measurements on Japanese questions recommend; around it the
// quality is flat.
var DefaultBM25 = BM25{K1: 1.0, B: 0.75}

// Config shapes an index. The zero Config is a good one.
type Config struct {
	// BM25 has the constants of kinds of evidence that differ from DefaultBM25.
	// They act at query time: an index need not be rebuilt when they change.
	BM25 map[Evidence]BM25

	// Fold has the kinds of evidence whose terms are told apart by a hash of so many
	// bits only, 1 to 24. It is for evidence of little weight with terms without end,
	// such as pairs of neighbouring words: of these most occur once, and naming them
	// all would take more memory than their postings. With 20 bits among a million
	// documents of eighty pairs, a pair that nobody has seems to stand in eighty. An
	// index lives and dies with its Fold: a snapshot made under another is not loaded.
	Fold map[Evidence]int
}

func (c Config) bm25(e Evidence) BM25 {
	if v, ok := c.BM25[e]; ok {
		return v
	}
	return DefaultBM25
}
