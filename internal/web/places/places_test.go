package places

import (
	"testing"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

func TestThePrefectureWithTheMostComesFirst(t *testing.T) {
	var x places
	for i, p := range directory.Prefectures {
		x.tiles = append(x.tiles, ui.Tile{Code: p.Code, Count: i % 3})
	}
	ranked := x.ranked()
	if len(ranked) != 31 || ranked[0].Code != "03" || ranked[0].Count != 2 || ranked[30].Count != 1 {
		t.Errorf("%d, first %+v, last %+v", len(ranked), ranked[0], ranked[len(ranked)-1])
	}
}
