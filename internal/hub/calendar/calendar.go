// Package calendar knows on which days people in Japan work: not on Saturdays,
// Sundays and public holidays, nor on days that an area's office has closed.
//
// The public holidays are computed from the law (国民の祝日に関する法律, Act No.
// 178 of 1948) for the years 2000 to 2099; what the law leaves open, and what an
// office decides for itself, are corrections that stand in the database and are
// given to Of. This package reads no database and no clock.
package calendar

import (
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Kind says why a day is, or is not, a day of work.
type Kind string

// The kinds of day. The first three follow from the law, the last two are the
// office's corrections.
const (
	National   Kind = "national"   // 国民の祝日
	Substitute Kind = "substitute" // 振替休日: the holiday fell on a Sunday
	Between    Kind = "between"    // 国民の休日: between two holidays
	Closed     Kind = "closed"     // the office does not work
	Opened     Kind = "opened"     // the office works although the law has a holiday
)

// Day is a public holiday or an office's correction.
type Day struct {
	Date hub.Date
	Kind Kind
	// Key names the law's days in the catalogue ("calendar.new_year"), Name is the
	// office's own word for its corrections.
	Key  string
	Name hub.Text
	// Yearly says of a correction that it holds on this day of every year.
	Yearly bool
}

// Off reports whether nobody works on the day.
func (d Day) Off() bool { return d.Kind != Opened }

// Calendar is the working days of one area. The zero value knows weekends and
// the law's holidays.
type Calendar struct {
	own    map[hub.Date]Day
	yearly map[string]Day // by month and day: "12-29"
}

// Of gives the calendar with an office's corrections, which go before the law;
// one of a single day goes before one of every year.
func Of(corrections []Day) Calendar {
	if len(corrections) == 0 {
		return Calendar{}
	}
	c := Calendar{own: map[hub.Date]Day{}, yearly: map[string]Day{}}
	for _, d := range corrections {
		if d.Yearly {
			c.yearly[monthDay(d.Date)] = d
		} else {
			c.own[d.Date] = d
		}
	}
	return c
}

func monthDay(d hub.Date) string { return string(d[min(len(d), len("2006-")):]) }

// correction gives what the office has said about d.
func (c Calendar) correction(d hub.Date) (Day, bool) {
	if day, ok := c.own[d]; ok {
		return day, true
	}
	day, ok := c.yearly[monthDay(d)]
	day.Date = d
	return day, ok
}

// Working reports whether people work on d. No date is no working day.
func (c Calendar) Working(d hub.Date) bool {
	if own, ok := c.correction(d); ok {
		return !own.Off()
	}
	t := d.Time()
	if t.IsZero() || t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		return false
	}
	_, holiday := Holiday(d)
	return !holiday
}

// Add gives the day that is n working days after d: the promise of three working
// days made on a Friday ends on Wednesday. n of zero or less gives d itself when
// people work on it, else the next day on which they do.
func (c Calendar) Add(d hub.Date, n int) hub.Date {
	if d == "" {
		return ""
	}
	for left, steps := n, 0; steps < longest; steps++ {
		if n <= 0 && c.Working(d) {
			return d
		}
		d = d.AddDays(1)
		if c.Working(d) {
			if left--; left <= 0 {
				return d
			}
		}
	}
	return d
}

// Next gives the first working day after d.
func (c Calendar) Next(d hub.Date) hub.Date { return c.Add(d, 1) }

// longest bounds every walk from day to day: somewhat more than three years.
const longest = 1200

// Left counts the working days after from up to and including until: what is
// left on the day from of a promise for until. It is negative once until has
// passed, and -1 also when only days off have passed since. A span of more than
// some years counts as that much.
func (c Calendar) Left(from, until hub.Date) (n int) {
	if from == "" || until == "" {
		return 0
	}
	step := 1
	if until < from {
		from, until, step = until, from, -1
	}
	for d, i := from, 0; d < until && i < longest; i++ {
		if d = d.AddDays(1); c.Working(d) {
			n += step
		}
	}
	if n == 0 && from != until && step < 0 {
		return -1 // overdue, though only days off have passed
	}
	return n
}

// Took counts the working days that something took which began on from and was
// done on until: none when both are the same day.
func (c Calendar) Took(from, until hub.Date) int { return max(0, c.Left(from, until)) }

// Year lists the days of a year that are not as weekends alone would have them:
// the law's holidays and the office's corrections, in order. A holiday that the
// office works on is given as its correction.
func (c Calendar) Year(year int) []Day {
	var out []Day
	first := hub.DateOf(time.Date(year, 1, 1, 0, 0, 0, 0, hub.Tokyo))
	for d := first; d.Time().Year() == year; d = d.AddDays(1) {
		if own, ok := c.correction(d); ok {
			out = append(out, own)
		} else if day, ok := Holiday(d); ok {
			out = append(out, day)
		}
	}
	return out
}
