package hub

import (
	"fmt"
	"time"
)

// Date is a calendar day in Japan, written YYYY-MM-DD. "" means no date. Its
// text sorts as time does.
type Date string

// Tokyo is the time zone of every calendar date: Japan Standard Time, UTC+9,
// which has no summer time.
var Tokyo = time.FixedZone("JST", 9*60*60)

// DateOf gives the calendar day in Japan at t.
func DateOf(t time.Time) Date { return Date(t.In(Tokyo).Format(time.DateOnly)) }

// ParseDate reads YYYY-MM-DD strictly. "" is no date and no error.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", Errorf(Invalid, "error.date", "value", s)
	}
	return Date(s), nil
}

// Time gives midnight in Japan at the start of the day; the zero time for "" or
// a malformed date.
func (d Date) Time() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), Tokyo)
	if err != nil {
		return time.Time{}
	}
	return t
}

// AddDays gives the day n days later; "" stays "".
func (d Date) AddDays(n int) Date {
	if d == "" {
		return ""
	}
	return Date(d.Time().AddDate(0, 0, n).Format(time.DateOnly))
}

// FiscalYear is a Japanese fiscal year, April to March, named by the year in
// which it begins. Zero means none.
type FiscalYear int

// FiscalYear gives the fiscal year of the day; zero for "".
func (d Date) FiscalYear() FiscalYear {
	t := d.Time()
	if t.IsZero() {
		return 0
	}
	if t.Month() < time.April {
		return FiscalYear(t.Year() - 1)
	}
	return FiscalYear(t.Year())
}

// Bounds gives the first and last day of the fiscal year.
func (y FiscalYear) Bounds() (first, last Date) {
	return Date(fmt.Sprintf("%04d-04-01", y)), Date(fmt.Sprintf("%04d-03-31", y+1))
}
