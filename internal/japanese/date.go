package japanese

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// eras gives the year before the first of each era. Texts written before an era
// ended count on in it (平成35年), so only its beginning is a bound.
var eras = map[string]int{
	"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018,
	"m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018,
	"明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018,
}

var (
	weekday   = regexp.MustCompile(`[(]?[月火水木金土日](曜日?|[)])[)]?`)
	clockTime = regexp.MustCompile(`^(.*\d日?)(?:t|\s)\s*(\d{1,2}[:時].*)$`)
	ymdDate   = regexp.MustCompile(`^(明治|大正|昭和|平成|令和|[明大昭平令mtshr])?[.]?(\d{1,4}|元)(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?$`)
	compact   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
)

// ParseDate reads a calendar date as offices write it: 2026-04-01, 1955/1/1,
// 2026年4月1日(水), S22.4.1, 令和元年五月一日, ㍻31.4.30, 20260401; digits of any
// width, a time of day after it ignored unless it carries an offset from UTC,
// which is then turned into the day in Japan. "" is no date and no error. A date
// without a day, a year of two digits without an era, month/day/year, a day that
// does not exist and dates before 1873, when Japan took the present calendar, are
// Invalid errors. Serial numbers of spreadsheets are package sheet's business.
func ParseDate(s string) (hub.Date, error) {
	bad := func() (hub.Date, error) {
		return "", hub.Errorf(hub.Invalid, "error.date", "value", strings.TrimSpace(s))
	}
	if len(s) > 100 {
		return bad()
	}
	t := strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
	if t == "" {
		return "", nil
	}
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(t)); err == nil {
		return checked(at.In(hub.Tokyo).Date())(bad)
	}
	t = weekday.ReplaceAllString(t, "")
	if m := clockTime.FindStringSubmatch(strings.TrimSpace(t)); m != nil {
		t = m[1]
	}
	t = strings.Join(strings.Fields(t), "")
	t = strings.NewReplacer("年", "年", "−", "-", "‐", "-", "―", "-", "・", ".").Replace(kanjiNumbers(t))
	if m := compact.FindStringSubmatch(t); m != nil {
		return checked(atoi(m[1]), time.Month(atoi(m[2])), atoi(m[3]))(bad)
	}
	m := ymdDate.FindStringSubmatch(t)
	if m == nil {
		return bad()
	}
	year := 1
	if m[2] != "元" {
		year = atoi(m[2])
	}
	if m[1] == "" {
		if len(m[2]) != 4 {
			return bad()
		}
	} else {
		if year == 0 || year > 130 {
			return bad()
		}
		year += eras[m[1]]
	}
	return checked(year, time.Month(atoi(m[3])), atoi(m[4]))(bad)
}

// checked gives the date when it exists, else what bad says.
func checked(y int, m time.Month, d int) func(bad func() (hub.Date, error)) (hub.Date, error) {
	return func(bad func() (hub.Date, error)) (hub.Date, error) {
		t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
		if y < 1873 || y > 9999 || t.Month() != m || t.Day() != d || t.Year() != y {
			return bad()
		}
		return hub.Date(t.Format(time.DateOnly)), nil
	}
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

// kanjiNumbers rewrites runs of 漢数字 as Arabic figures (二十五 → 25).
func kanjiNumbers(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && (kanjiDigitOK(runes[j]) || smallUnit[runes[j]] != 0) {
			j++
		}
		if j == i {
			b.WriteRune(runes[i])
			i++
			continue
		}
		if v, _, ok := parseNumber(string(runes[i:j])); ok && v.IsInt() {
			b.WriteString(v.Num().String())
		} else {
			b.WriteString(string(runes[i:j]))
		}
		i = j
	}
	return b.String()
}

var eraNames = []struct {
	name  string
	short string
	first hub.Date
	base  int
}{
	{"令和", "R", "2019-05-01", 2018},
	{"平成", "H", "1989-01-08", 1988},
	{"昭和", "S", "1926-12-25", 1925},
	{"大正", "T", "1912-07-30", 1911},
	{"明治", "M", "1873-01-01", 1867},
}

// EraDate writes a date in the Japanese era: 令和6年4月1日, 令和元年5月1日. ""
// and malformed dates give "".
func EraDate(d hub.Date) string {
	t := d.Time()
	if t.IsZero() {
		return ""
	}
	for _, e := range eraNames {
		if d >= e.first {
			year := strconv.Itoa(t.Year() - e.base)
			if year == "1" {
				year = "元"
			}
			return fmt.Sprintf("%s%s年%d月%d日", e.name, year, t.Month(), t.Day())
		}
	}
	return ""
}

// EraYear writes a fiscal year in the era in which it begins: 令和8年度. The
// fiscal year 2019 began in 平成31年 but is called 令和元年度. Zero gives "".
func EraYear(y hub.FiscalYear) string {
	if y == 0 {
		return ""
	}
	first, last := y.Bounds()
	d := first
	if y == 2019 {
		d = last
	}
	for _, e := range eraNames {
		if d >= e.first {
			n := int(y) - e.base
			if n == 1 {
				return e.name + "元年度"
			}
			return fmt.Sprintf("%s%d年度", e.name, n)
		}
	}
	return ""
}
