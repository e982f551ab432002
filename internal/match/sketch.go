package match

import (
	"encoding/hex"
	"hash/fnv"
	"math"

	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// A sketch is a MinHash (Broder, 1997) of a text's character bigrams: the share
// of places in which two sketches agree estimates the Jaccard likeness of the
// texts. It is kept with a decision so that the text itself need not be.
type sketch [sketchSize]uint16

const sketchSize = 48

// substantial is the likeness below which a text has changed substantially.
// Mending words and adding a sentence stays above it; a rewritten purpose or
// solution does not.
const substantial = 0.7

func sketchOf(text string) (s sketch) {
	runes := []rune(japanese.Fold(text))
	least := [sketchSize]uint64{}
	for i := range least {
		least[i] = math.MaxUint64
	}
	for i := 0; i+1 < len(runes); i++ {
		h := fnv.New64a()
		_, _ = h.Write([]byte(string(runes[i : i+2])))
		x := h.Sum64()
		for k := range least {
			// One hash, spread into many by odd multipliers (splitmix64's finaliser).
			z := (x + uint64(k+1)*0x9e3779b97f4a7c15)
			z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
			z = (z ^ z>>27) * 0x94d049bb133111eb
			least[k] = min(least[k], z^z>>31)
		}
	}
	for k, v := range least {
		s[k] = uint16(v)
	}
	return s
}

func (s sketch) String() string {
	b := make([]byte, 0, sketchSize*2)
	for _, v := range s {
		b = append(b, byte(v>>8), byte(v))
	}
	return hex.EncodeToString(b)
}

func parseSketch(text string) (s sketch, ok bool) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != sketchSize*2 {
		return s, false
	}
	for k := range s {
		s[k] = uint16(b[2*k])<<8 | uint16(b[2*k+1])
	}
	return s, true
}

// likeness estimates how alike two texts are, 0 to 1.
func (s sketch) likeness(t sketch) float64 {
	same := 0
	for k := range s {
		if s[k] == t[k] {
			same++
		}
	}
	return float64(same) / sketchSize
}
