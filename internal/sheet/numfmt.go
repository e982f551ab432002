package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// numberFormat is what a cell's number format means for reading its value.
type numberFormat struct {
	date, clock bool
	percent     bool
	zeros       int    // shown with leading zeros to this many digits, as codes are
	unit        string // 円, 千円, 万円, 百万円, 億円 shown after the number
}

// formatOf understands a number format: by number where built in (ECMA-376 part
// 1 §18.8.30, with the Japanese ones 27–36 and 50–58), else by its code.
func formatOf(id int, code string) numberFormat {
	if code == "" {
		switch {
		case id == 9 || id == 10:
			return numberFormat{percent: true}
		case id == 22:
			return numberFormat{date: true, clock: true}
		case id >= 14 && id <= 17, id >= 27 && id <= 31, id >= 34 && id <= 36, id >= 50 && id <= 58:
			return numberFormat{date: true}
		case id >= 18 && id <= 21, id == 32, id == 33, id >= 45 && id <= 47:
			return numberFormat{clock: true}
		}
		return numberFormat{}
	}
	code, _, _ = strings.Cut(code, ";")
	bare, literal := splitFormat(code)
	lower := strings.NewReplacer("am/pm", "", "a/p", "").Replace(strings.ToLower(bare))
	var f numberFormat
	if strings.Contains(lower, "general") || strings.Contains(bare, "標準") {
		return f
	}
	numeric := strings.ContainsAny(bare, "0#?")
	f.date = !numeric && strings.ContainsAny(lower, "yedga") || !numeric && strings.Contains(lower, "m") && !strings.ContainsAny(lower, "hs")
	f.clock = strings.ContainsAny(lower, "hs") && (!numeric || strings.Contains(lower, "s"))
	if f.date || f.clock {
		return f
	}
	f.percent = strings.Contains(bare, "%")
	for _, u := range []string{"百万円", "千円", "万円", "億円", "円"} {
		if strings.Contains(literal, u) {
			f.unit = u
			break
		}
	}
	if strings.Trim(bare, "0") == "" && len(bare) > 1 {
		f.zeros = min(len(bare), 32)
	}
	return f
}

// splitFormat takes quoted and escaped text and [conditions] out of a format
// code. [h], [m] and [s] are running times and stay.
func splitFormat(code string) (bare, literal string) {
	var b, l strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				end = len(code) - i - 1
			}
			l.WriteString(code[i+1 : i+1+end])
			i += end + 1
		case '\\', '_', '*':
			if i+1 < len(code) && c == '\\' {
				l.WriteByte(code[i+1])
			}
			i++
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return b.String(), l.String()
			}
			if in := strings.ToLower(code[i+1 : i+end]); strings.Trim(in, "h") == "" || strings.Trim(in, "m") == "" || strings.Trim(in, "s") == "" {
				b.WriteString(in)
			}
			i += end
		default:
			b.WriteByte(c)
			if c >= 0x80 {
				l.WriteByte(c)
			}
		}
	}
	return b.String(), l.String()
}

// show gives a number as Cell.Text.
func (f numberFormat) show(v float64, is1904 bool) (string, Kind) {
	if (f.date || f.clock) && v >= 0 && v < 2958466 { // below the year 10000
		return serial(v, f, is1904)
	}
	if f.percent {
		return plain(v*100) + "%", Number
	}
	s := plain(v)
	if f.zeros > len(s) && v >= 0 && v == math.Trunc(v) {
		s = strings.Repeat("0", f.zeros-len(s)) + s
	}
	return s + f.unit, Number
}

// serial reads a day number. Excel counts a 29 February 1900 that never was, so
// days before 1 March 1900 stand one lower.
func serial(v float64, f numberFormat, is1904 bool) (string, Kind) {
	day, part := math.Modf(v)
	seconds := int(math.Round(part * 86400))
	if seconds == 86400 {
		day, seconds = day+1, 0
	}
	clock := time.Date(2000, 1, 1, 0, 0, seconds, 0, time.UTC)
	hhmm := clock.Format("15:04")
	if seconds%60 != 0 {
		hhmm = clock.Format("15:04:05")
	}
	if !f.date && day == 0 || f.clock && !f.date && day < 1 {
		return hhmm, Time
	}
	if !f.date { // running time beyond a day
		hours := int(day)*24 + seconds/3600
		return strconv.Itoa(hours) + clock.Format(":04"), Time
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case is1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day < 60:
		base = base.AddDate(0, 0, 1)
	}
	s := base.AddDate(0, 0, int(day)).Format(time.DateOnly)
	if f.clock || seconds != 0 {
		s += " " + hhmm
	}
	return s, Date
}

// plain writes a number as Excel shows it in a wide cell: at most 15 digits,
// never in powers of ten below 10^21.
func plain(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		r = v
	}
	if math.Abs(r) >= 1e21 || r != 0 && math.Abs(r) < 1e-9 {
		return strconv.FormatFloat(r, 'g', -1, 64)
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

func itoa(n int) string { return strconv.Itoa(n) }
