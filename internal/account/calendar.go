package account

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/calendar"
)

// longestCorrection is how many days one correction may set at once.
const longestCorrection = 31

// CorrectDays says of the days from first to last that the office is closed or
// works, in the name of those who give the area's roles. kind is Closed or
// Opened; yearly has it hold every year. What was said of a day before is
// replaced. last "" is the first day alone.
func (s *Service) CorrectDays(ctx context.Context, a hub.Actor, area hub.ID, first, last hub.Date, kind calendar.Kind, yearly bool, name hub.Text) error {
	if area == "" || !mayGrant(a, area) {
		return forbidden()
	}
	if last == "" {
		last = first
	}
	if err := checkCorrection(first, last, kind, name); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := one(ctx, tx, " where id = $1", area); err != nil {
			return err
		}
		for d := first; d <= last; d = d.AddDays(1) {
			if yearly {
				if _, err := tx.Exec(ctx, "delete from calendar_day where area_id = $1 and yearly = 1 and substr(day, 6) = $2", string(area), string(d[5:])); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, `insert into calendar_day (area_id, day, yearly, kind, name_ja, name_en) values ($1, $2, $3, $4, $5, $6)
				on conflict (area_id, day, yearly) do update set kind = excluded.kind, name_ja = excluded.name_ja, name_en = excluded.name_en`,
				string(area), string(d), flag(yearly), string(kind), name.JA, name.EN)
			if err != nil {
				return err
			}
		}
		return s.keepCalendar(ctx, tx, a, area)
	})
}

// UncorrectDay takes back what was said of a day; of one of which nothing was
// said it is no error.
func (s *Service) UncorrectDay(ctx context.Context, a hub.Actor, area hub.ID, day hub.Date, yearly bool) error {
	if area == "" || !mayGrant(a, area) {
		return forbidden()
	}
	if _, err := hub.ParseDate(string(day)); err != nil || day == "" {
		return hub.Errorf(hub.Invalid, "error.date", "value", string(day))
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		q, which := "delete from calendar_day where area_id = $1 and yearly = 0 and day = $2", string(day)
		if yearly { // it stands under the day of whichever year it was written for
			q, which = "delete from calendar_day where area_id = $1 and yearly = 1 and substr(day, 6) = $2", string(day[5:])
		}
		n, err := tx.Exec(ctx, q, string(area), which)
		if err != nil || n == 0 {
			return err
		}
		return s.keepCalendar(ctx, tx, a, area)
	})
}

// keepCalendar keeps the corrections as they are now and logs the change. The
// promises that count by them are days already given; they stay.
func (s *Service) keepCalendar(ctx context.Context, tx db.Tx, a hub.Actor, area hub.ID) error {
	days, err := correctionsIn(ctx, tx, " where area_id = $1", string(area))
	if err != nil {
		return err
	}
	return s.record(ctx, tx, a, audit.Change, "calendar", area, area, days[area])
}

func checkCorrection(first, last hub.Date, kind calendar.Kind, name hub.Text) error {
	var p hub.Problems
	for _, d := range []struct {
		field string
		date  hub.Date
	}{{"from", first}, {"until", last}} {
		if _, err := hub.ParseDate(string(d.date)); err != nil || d.date == "" {
			p.Add(d.field, "error.date", "value", string(d.date))
		}
	}
	if len(p) == 0 && (last < first || last > first.AddDays(longestCorrection-1)) {
		p.Add("until", "calendar.error_span", "n", longestCorrection)
	}
	if kind != calendar.Closed && kind != calendar.Opened {
		p.Add("kind", "error.choose")
	}
	if strings.ContainsRune(name.JA+name.EN, 0) || max(utf8.RuneCountInString(name.JA), utf8.RuneCountInString(name.EN)) > 60 {
		p.Add("name.ja", "error.too_long", "limit", 60, "n", max(utf8.RuneCountInString(name.JA), utf8.RuneCountInString(name.EN)))
	}
	return p.Err()
}

// Corrections lists what the area's office has said of days, in order. It is a
// public fact, as the days are.
func (s *Service) Corrections(ctx context.Context, area hub.ID) (out []calendar.Day, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		days, err := correctionsIn(ctx, tx, " where area_id = $1", string(area))
		out = days[area]
		return err
	})
	return out, err
}

// Calendar gives the working days of an area.
func (s *Service) Calendar(ctx context.Context, area hub.ID) (calendar.Calendar, error) {
	days, err := s.Corrections(ctx, area)
	return calendar.Of(days), err
}

// Calendars gives the working days of every area that has corrected them, in one
// query; for other areas the zero Calendar is right.
func (s *Service) Calendars(ctx context.Context) (map[hub.ID]calendar.Calendar, error) {
	out := map[hub.ID]calendar.Calendar{}
	err := s.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
		days, err := correctionsIn(ctx, tx, "")
		for area, of := range days {
			out[area] = calendar.Of(of)
		}
		return err
	})
	return out, err
}

func correctionsIn(ctx context.Context, tx db.Tx, where string, args ...any) (map[hub.ID][]calendar.Day, error) {
	type row struct {
		area hub.ID
		day  calendar.Day
	}
	rows, err := db.All(ctx, tx, func(r db.Row) (x row, err error) {
		var yearly int
		err = r.Scan(&x.area, &x.day.Date, &yearly, &x.day.Kind, &x.day.Name.JA, &x.day.Name.EN)
		x.day.Yearly = yearly == 1
		return x, err
	}, "select area_id, day, yearly, kind, name_ja, name_en from calendar_day"+where+" order by area_id, day, yearly", args...)
	out := map[hub.ID][]calendar.Day{}
	for _, x := range rows {
		out[x.area] = append(out[x.area], x.day)
	}
	for _, of := range out {
		slices.SortStableFunc(of, func(a, b calendar.Day) int { return strings.Compare(string(a.Date), string(b.Date)) })
	}
	return out, err
}
