package i18n

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

var weekdays = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// Date writes a day in full: 2026年11月23日（月） or Mon 23 Nov 2026; "" for no
// date.
func Date(ctx context.Context, d hub.Date) string {
	t := d.Time()
	if t.IsZero() {
		return ""
	}
	if Lang(ctx) == hub.EN {
		return t.Format("Mon 2 Jan 2006")
	}
	return fmt.Sprintf("%d年%d月%d日（%s）", t.Year(), t.Month(), t.Day(), weekdays[t.Weekday()])
}

// DateColumn writes a day for a column of a table, without the weekday:
// 2026/11/23 or 23 Nov 2026.
func DateColumn(ctx context.Context, d hub.Date) string {
	t := d.Time()
	if t.IsZero() {
		return ""
	}
	if Lang(ctx) == hub.EN {
		return t.Format("2 Jan 2006")
	}
	return t.Format("2006/01/02")
}

// Time writes day and time in Japan: 2026年11月23日（月）14:30 or Mon 23 Nov
// 2026, 14:30; "" for the zero time.
func Time(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	sep := ""
	if Lang(ctx) == hub.EN {
		sep = ", "
	}
	return Date(ctx, hub.DateOf(t)) + sep + t.In(hub.Tokyo).Format("15:04")
}

// Relative says how far t lies from now, in the largest whole unit: 3日前, in 2
// hours. Screens show it only beside the date itself.
func Relative(ctx context.Context, t, now time.Time) string {
	d, tense := now.Sub(t), "ago"
	if d < 0 {
		d, tense = -d, "ahead"
	}
	unit, n := "minute", int64(d/time.Minute)
	switch {
	case d < time.Minute:
		return T(ctx, "relative.now")
	case d >= 365*24*time.Hour:
		unit, n = "year", int64(d/(365*24*time.Hour))
	case d >= 60*24*time.Hour:
		unit, n = "month", int64(d/(30*24*time.Hour))
	case d >= 24*time.Hour:
		unit, n = "day", int64(d/(24*time.Hour))
	case d >= time.Hour:
		unit, n = "hour", int64(d/time.Hour)
	}
	return T(ctx, "relative."+unit+"_"+tense, "n", n)
}

// Number groups digits by thousands: 1,234,567.
func Number(_ context.Context, n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Money writes a sum as people say it: 1,200万円 or ¥12 million, with 約 or
// "about" where it is rounded, and the word for a sum that is unknown, not
// applicable or withheld. MoneyExact has every yen.
func Money(ctx context.Context, m hub.Money) string {
	if m.State != hub.Amount {
		return moneyState(ctx, m.State)
	}
	abs, sign := m.Yen, ""
	if abs < 0 {
		abs, sign = -abs, "−"
	}
	if Lang(ctx) == hub.EN {
		return sign + moneyEnglish(ctx, abs)
	}
	if abs < 10_000 {
		return sign + Number(ctx, abs) + "円"
	}
	man, about := (abs+5_000)/10_000, ""
	if abs%10_000 != 0 {
		about = "約"
	}
	oku, rest := man/10_000, man%10_000
	switch {
	case oku == 0:
		return about + sign + Number(ctx, man) + "万円"
	case rest == 0:
		return about + sign + Number(ctx, oku) + "億円"
	}
	return about + sign + Number(ctx, oku) + "億" + Number(ctx, rest) + "万円"
}

func moneyEnglish(ctx context.Context, yen int64) string {
	for _, unit := range []struct {
		size int64
		word string
	}{{1_000_000_000, " billion"}, {1_000_000, " million"}} {
		if yen < unit.size {
			continue
		}
		hundredths := (yen*100 + unit.size/2) / unit.size
		about := ""
		if hundredths*(unit.size/100) != yen {
			about = "about "
		}
		s := strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64)
		return about + "¥" + s + unit.word
	}
	return "¥" + Number(ctx, yen)
}

// MoneyExact writes every yen: 12,000,000円 or ¥12,000,000, or the word for a
// sum that is not there.
func MoneyExact(ctx context.Context, m hub.Money) string {
	switch {
	case m.State != hub.Amount:
		return moneyState(ctx, m.State)
	case Lang(ctx) == hub.EN:
		return "¥" + Number(ctx, m.Yen)
	}
	return Number(ctx, m.Yen) + "円"
}

func moneyState(ctx context.Context, s hub.Known) string {
	switch s {
	case hub.NotApplicable:
		return T(ctx, "money.na")
	case hub.Withheld:
		return T(ctx, "money.withheld")
	}
	return T(ctx, "money.unknown")
}

// FiscalYear writes a fiscal year: 令和8年度（2026年度） or FY2026 (Reiwa 8). The
// era is the one of the day the year is usually named by: 2019 is 令和元年度,
// 1989 is 平成元年度. Years before 1926 carry no era; zero gives "".
func FiscalYear(ctx context.Context, y hub.FiscalYear) string {
	if y == 0 {
		return ""
	}

	for _, e := range []struct {
		from   hub.FiscalYear
		ja, en string
	}{{2019, "令和", "Reiwa"}, {1989, "平成", "Heisei"}, {1926, "昭和", "Showa"}} {
		if y < e.from {
			continue
		}
		n := int(y-e.from) + 1
		if Lang(ctx) == hub.EN {
			return fmt.Sprintf("FY%d (%s %d)", y, e.en, n)
		}
		era := e.ja + strconv.Itoa(n)
		if n == 1 {
			era = e.ja + "元"
		}
		return fmt.Sprintf("%s年度（%d年度）", era, y)
	}
	if Lang(ctx) == hub.EN {
		return fmt.Sprintf("FY%d", y)
	}
	return fmt.Sprintf("%d年度", y)
}
