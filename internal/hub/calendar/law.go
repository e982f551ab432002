package calendar

import (
	"sync"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// The years for which the rules below hold.
const (
	FirstYear = 2000
	LastYear  = 2099
)

// Holiday gives the public holiday on d; ok is false on other days and outside
// FirstYear to LastYear.
func Holiday(d hub.Date) (day Day, ok bool) {
	t := d.Time()
	if t.IsZero() || t.Year() < FirstYear || t.Year() > LastYear {
		return Day{}, false
	}
	day, ok = yearOf(t.Year())[d]
	return day, ok
}

var years sync.Map // int → map[hub.Date]Day

func yearOf(y int) map[hub.Date]Day {
	if m, ok := years.Load(y); ok {
		return m.(map[hub.Date]Day)
	}
	m := compute(y)
	years.Store(y, m)
	return m
}

// compute applies the law to one year: the named holidays (Article 2), then the
// substitutes for those on a Sunday (Article 3, 2), then the days between two
// holidays (Article 3, 3).
func compute(y int) map[hub.Date]Day {
	m := map[hub.Date]Day{}
	for key, d := range named(y) {
		m[d] = Day{Date: d, Kind: National, Key: "calendar." + key}
	}
	national := func(d hub.Date) bool { return m[d].Kind == National }
	var more []Day
	for d := range m {
		if d.Time().Weekday() != time.Sunday {
			continue
		}
		// Since 2007 it is the next day that is no holiday; before, the Monday, which
		// never was one.
		next := d.AddDays(1)
		for y >= 2007 && national(next) {
			next = next.AddDays(1)
		}
		more = append(more, Day{Date: next, Kind: Substitute, Key: "calendar.substitute"})
	}
	for d := range m {
		between := d.AddDays(1)
		if national(between) || !national(between.AddDays(1)) || between.Time().Weekday() == time.Sunday {
			continue
		}
		if y < 2007 && between.Time().Weekday() == time.Monday && national(d) && d.Time().Weekday() == time.Sunday {
			continue // is a substitute already
		}
		more = append(more, Day{Date: between, Kind: Between, Key: "calendar.between"})
	}
	for _, d := range more {
		if _, taken := m[d.Date]; !taken || m[d.Date].Kind == Between {
			m[d.Date] = d
		}
	}
	return m
}

// named gives the holidays of Article 2 as they stood in year y, by what follows
// "calendar." in their key, with the days that special laws moved or added.
func named(y int) map[string]hub.Date {
	on := func(month time.Month, day int) hub.Date {
		return hub.DateOf(time.Date(y, month, day, 0, 0, 0, 0, hub.Tokyo))
	}
	monday := func(month time.Month, nth int) hub.Date {
		first := time.Date(y, month, 1, 0, 0, 0, 0, hub.Tokyo)
		return on(month, 1+(int(time.Monday)-int(first.Weekday())+7)%7+7*(nth-1))
	}
	m := map[string]hub.Date{
		"new_year":         on(1, 1),
		"coming_of_age":    monday(1, 2),
		"foundation":       on(2, 11),
		"vernal_equinox":   on(3, vernal(y)),
		"showa":            on(4, 29),
		"constitution":     on(5, 3),
		"greenery":         on(5, 4),
		"children":         on(5, 5),
		"marine":           monday(7, 3),
		"mountain":         on(8, 11),
		"aged":             monday(9, 3),
		"autumnal_equinox": on(9, autumnal(y)),
		"sports":           monday(10, 2),
		"culture":          on(11, 3),
		"labour":           on(11, 23),
		"emperor":          on(2, 23),
	}
	if y < 2003 { // the second step of the Happy Monday system
		m["marine"], m["aged"] = on(7, 20), on(9, 15)
	}
	if y < 2007 { // 29 April was Greenery Day, 4 May none by name
		m["greenery"] = m["showa"]
		delete(m, "showa")
	}
	if y < 2016 {
		delete(m, "mountain")
	}
	switch {
	case y < 2019:
		m["emperor"] = on(12, 23)
	case y == 2019: // Act No. 99 of 2018
		delete(m, "emperor")
		m["accession"], m["enthronement"] = on(5, 1), on(10, 22)
	}
	switch y { // the Olympic games: Acts No. 55 of 2018 and No. 68 of 2020
	case 2020:
		m["marine"], m["sports"], m["mountain"] = on(7, 23), on(7, 24), on(8, 10)
	case 2021:
		m["marine"], m["sports"], m["mountain"] = on(7, 22), on(7, 23), on(8, 8)
	}
	if y < 2020 {
		m["health_sports"] = m["sports"]
		delete(m, "sports")
	}
	return m
}

// vernal and autumnal give the day of March and of September on which the sun
// passes the equinox in Japan, by the approximation of 海上保安庁水路部「新こよみ
// 便利帳」 for 1980 to 2099. The day itself is announced by the National
// Astronomical Observatory in the official gazette of the February before
// (暦要項); should it ever differ, an office corrects its calendar.
func vernal(y int) int { return equinox(20.8431, y) }

func autumnal(y int) int { return equinox(23.2488, y) }

func equinox(base float64, y int) int {
	return int(base+0.242194*float64(y-1980)) - (y-1980)/4
}
