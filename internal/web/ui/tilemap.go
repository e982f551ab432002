package ui

// Tile is one prefecture on a tile map.
type Tile struct {
	Code  string // JIS X 0401, "01" to "47"
	Label string // short enough for a tile: two or three characters
	Name  string // in full
	Count int
	Href  string // where its records are; not followed when Count is 0
}

// seat gives a prefecture's column and row on the tile map: every prefecture is
// one square, near its neighbours, so that a small one is seen as well as a large.
var seat = map[string][2]int{
	"01": {12, 0}, "02": {11, 1}, "03": {11, 2}, "05": {10, 2}, "04": {11, 3}, "06": {10, 3}, "07": {10, 4},
	"17": {7, 4}, "16": {8, 4}, "15": {9, 4},
	"32": {3, 5}, "31": {4, 5}, "28": {5, 5}, "26": {6, 5}, "18": {7, 5}, "21": {8, 5}, "20": {9, 5}, "10": {10, 5}, "09": {11, 5}, "08": {12, 5},
	"35": {2, 6}, "34": {3, 6}, "33": {4, 6}, "27": {6, 6}, "25": {7, 6}, "23": {8, 6}, "19": {9, 6}, "11": {10, 6}, "13": {11, 6}, "12": {12, 6},
	"41": {0, 7}, "40": {1, 7}, "44": {2, 7}, "30": {6, 7}, "29": {7, 7}, "24": {8, 7}, "22": {9, 7}, "14": {10, 7},
	"42": {0, 8}, "43": {1, 8}, "38": {3, 8}, "37": {4, 8},
	"46": {1, 9}, "45": {2, 9}, "39": {3, 9}, "36": {4, 9},
	"47": {0, 10},
}

// The measures of a tile map, in its own units.
const (
	tileWide, tileHigh = 54, 46
	tileGap            = 4
	tileColumns        = 13
	tileRows           = 11
)

func tileX(t Tile) int { return seat[t.Code][0] * tileWide }
func tileY(t Tile) int { return seat[t.Code][1] * tileHigh }

// shade sets a count against the greatest one: 0 for none, else 1 to 4.
func shade(n int, all []Tile) string {
	most := 0
	for _, t := range all {
		most = max(most, t.Count)
	}
	if n == 0 {
		return "0"
	}
	return itoa(1 + min(3, (n-1)*4/most))
}
