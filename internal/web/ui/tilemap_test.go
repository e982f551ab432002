package ui

import "testing"

func TestEveryPrefectureHasItsOwnSquare(t *testing.T) {
	taken := map[[2]int]string{}
	for code, at := range seat {
		if other := taken[at]; other != "" {
			t.Errorf("%s and %s have the same square", code, other)
		}
		taken[at] = code
		if at[0] >= tileColumns || at[1] >= tileRows {
			t.Errorf("%s stands outside the map", code)
		}
	}
	if len(seat) != 47 {
		t.Errorf("%d prefectures", len(seat))
	}
}

func TestShades(t *testing.T) {
	all := []Tile{{Count: 20}, {Count: 1}}
	for n, want := range map[int]string{0: "0", 1: "1", 5: "1", 6: "2", 20: "4"} {
		if got := shade(n, all); got != want {
			t.Errorf("%d of 20: %s, want %s", n, got, want)
		}
	}
	if got := shade(1, []Tile{{Count: 1}}); got != "1" {
		t.Errorf("the only one: %s", got)
	}
}
