package hub

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestNewIDSortsByTimeAndIsValid(t *testing.T) {
	a := NewID()
	time.Sleep(2 * time.Millisecond)
	b := NewID()
	if a >= b {
		t.Errorf("later id %s does not sort after %s", b, a)
	}
	for _, id := range []ID{a, b} {
		if !id.Valid() || id[14] != '7' {
			t.Errorf("%q is not a UUIDv7", id)
		}
	}
	for _, bad := range []ID{"", "x", a + "0", "0190A000-0000-7000-8000-000000000000"} {
		if bad.Valid() {
			t.Errorf("%q passes for an ID", bad)
		}
	}
}

func TestFiscalYear(t *testing.T) {
	for d, want := range map[Date]FiscalYear{"2026-03-31": 2025, "2026-04-01": 2026, "": 0} {
		if got := d.FiscalYear(); got != want {
			t.Errorf("%q: fiscal year %d, want %d", d, got, want)
		}
	}
	if d := DateOf(time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC)); d != "2026-04-01" {
		t.Errorf("15:00 UTC is the next day in Japan, got %s", d)
	}
}

func TestKindOfSeesThroughWrapping(t *testing.T) {
	err := error(Errorf(NotFound, "k"))
	err = fmt.Errorf("outer: %w", err)
	if KindOf(err) != NotFound || KindOf(errors.New("x")) != Internal || KindOf(nil) != "" {
		t.Error("KindOf misreads an error")
	}
}

func TestTextFallsBackToTheOtherLanguage(t *testing.T) {
	if (Text{JA: "雪"}).In(EN) != "雪" || (Text{EN: "snow"}).In(JA) != "snow" || (Text{JA: "雪", EN: "snow"}).In(EN) != "snow" {
		t.Error("wrong language chosen")
	}
}
