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
}

func (c Config) bm25(e Evidence) BM25 {
	if v, ok := c.BM25[e]; ok {
		return v
	}
	return DefaultBM25
}
