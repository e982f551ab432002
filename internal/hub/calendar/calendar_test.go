package calendar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

func TestHolidaysOfKnownYears(t *testing.T) {
	for year, want := range map[int]string{
		2000: "01-01 01-10 02-11 03-20 04-29 05-03 05-04b 05-05 07-20 09-15 09-23 10-09 11-03 11-23 12-23",
		2003: "01-01 01-13 02-11 03-21 04-29 05-03 05-05 07-21 09-15 09-23 10-13 11-03 11-23 11-24s 12-23",
		2006: "01-01 01-02s 01-09 02-11 03-21 04-29 05-03 05-04b 05-05 07-17 09-18 09-23 10-09 11-03 11-23 12-23",
		2008: "01-01 01-14 02-11 03-20 04-29 05-03 05-04 05-05 05-06s 07-21 09-15 09-23 10-13 11-03 11-23 11-24s 12-23",
		2009: "01-01 01-12 02-11 03-20 04-29 05-03 05-04 05-05 05-06s 07-20 09-21 09-22b 09-23 10-12 11-03 11-23 12-23",
		2015: "01-01 01-12 02-11 03-21 04-29 05-03 05-04 05-05 05-06s 07-20 09-21 09-22b 09-23 10-12 11-03 11-23 12-23",
		2019: "01-01 01-14 02-11 03-21 04-29 04-30b 05-01 05-02b 05-03 05-04 05-05 05-06s 07-15 08-11 08-12s 09-16 09-23 10-14 10-22 11-03 11-04s 11-23",
		2020: "01-01 01-13 02-11 02-23 02-24s 03-20 04-29 05-03 05-04 05-05 05-06s 07-23 07-24 08-10 09-21 09-22 11-03 11-23",
		2021: "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09s 09-20 09-23 11-03 11-23",
		2024: "01-01 01-08 02-11 02-12s 02-23 03-20 04-29 05-03 05-04 05-05 05-06s 07-15 08-11 08-12s 09-16 09-22 09-23s 10-14 11-03 11-04s 11-23",
		2025: "01-01 01-13 02-11 02-23 02-24s 03-20 04-29 05-03 05-04 05-05 05-06s 07-21 08-11 09-15 09-23 10-13 11-03 11-23 11-24s",
		2026: "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06s 07-20 08-11 09-21 09-22b 09-23 10-12 11-03 11-23",
		2032: "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-21b 09-22 10-11 11-03 11-23",
	} {
		var got []string
		for _, d := range (Calendar{}).Year(year) {
			s := string(d.Date)[5:]
			switch d.Kind {
			case Substitute:
				s += "s"
			case Between:
				s += "b"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%d\n got %s\nwant %s", year, s, want)
		}
	}
}

// The equinoxes that the gazette has announced, and the ends of the formula.
func TestEquinoxes(t *testing.T) {
	for year, want := range map[int]string{
		2000: "20 23", 2003: "21 23", 2004: "20 23", 2007: "21 23", 2012: "20 22", 2016: "20 22", 2020: "20 22", 2024: "20 22",
		2025: "20 23", 2026: "20 23", 2027: "21 23", 2092: "19 22", 2099: "20 23",
	} {
		if got := fmt.Sprint(vernal(year), " ", autumnal(year)); got != want {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
}

func TestEveryYearIsWhole(t *testing.T) {
	for y := FirstYear; y <= LastYear; y++ {
		seen, n := map[string]bool{}, 0
		for _, d := range (Calendar{}).Year(y) {
			if d.Kind == National {
				n++
				if seen[d.Key] {
					t.Errorf("%d has %s twice", y, d.Key)
				}
				seen[d.Key] = true
			} else if d.Date.Time().Weekday() == 0 {
				t.Errorf("%s is a Sunday and %s", d.Date, d.Kind)
			}
		}
		if want := map[bool]int{true: 16, false: 14}[y >= 2020]; y >= 2020 && n != want {
			t.Errorf("%d has %d holidays, want %d", y, n, want)
		}
	}
}

func TestCountingWorkingDays(t *testing.T) {
	office := Of([]Day{
		{Date: "2020-12-29", Kind: Closed, Yearly: true},
		{Date: "2020-12-30", Kind: Closed, Yearly: true},
		{Date: "2020-12-31", Kind: Closed, Yearly: true},
		{Date: "2020-01-02", Kind: Closed, Yearly: true},
		{Date: "2020-01-03", Kind: Closed, Yearly: true},
		{Date: "2026-11-03", Kind: Opened},
		{Date: "2027-12-29", Kind: Opened},
		{Date: "2026-11-28", Kind: Opened}, // a Saturday of open day
	})
	for _, c := range []struct {
		in   Calendar
		from hub.Date
		n    int
		want hub.Date
	}{
		{Calendar{}, "2026-11-20", 3, "2026-11-26"}, // Friday; Monday is a holiday
		{Calendar{}, "2026-09-18", 1, "2026-09-24"}, // over 敬老の日, 国民の休日, 秋分の日
		{Calendar{}, "2026-05-01", 3, "2026-05-11"}, // over 連休 with its substitute
		{Calendar{}, "2026-11-22", 0, "2026-11-24"},
		{Calendar{}, "2026-11-24", 0, "2026-11-24"},
		{Calendar{}, "", 3, ""},
		{office, "2026-12-28", 1, "2027-01-04"},
		{office, "2026-11-02", 1, "2026-11-03"},
		{office, "2027-12-28", 1, "2027-12-29"}, // the single day goes before the yearly one
		{office, "2027-12-29", 1, "2028-01-04"},
		{office, "2026-11-27", 1, "2026-11-28"},
	} {
		if got := c.in.Add(c.from, c.n); got != c.want {
			t.Errorf("%s + %d = %s, want %s", c.from, c.n, got, c.want)
		}
		if c.n > 0 && c.from != "" {
			if got := c.in.Left(c.from, c.want); got != c.n {
				t.Errorf("%s to %s: %d left, want %d", c.from, c.want, got, c.n)
			}
		}
	}
	for _, c := range []struct {
		from, until hub.Date
		want        int
	}{
		{"2026-11-24", "2026-11-24", 0},
		{"2026-11-24", "2026-11-20", -1},
		{"2026-11-25", "2026-11-20", -2},
		{"2026-11-22", "2026-11-21", -1},
		{"", "2026-11-21", 0},
	} {
		if got := (Calendar{}).Left(c.from, c.until); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.from, c.until, got, c.want)
		}
	}
	if Calendar.Took(Calendar{}, "2026-11-24", "2026-11-24") != 0 {
		t.Error("an answer on the same day took some")
	}
}
