package japanese

import (
	"math/big"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

var (
	kanjiDigit = map[rune]int64{
		'〇': 0, '零': 0, '一': 1, '壱': 1, '壹': 1, '二': 2, '弐': 2, '貳': 2, '三': 3, '参': 3, '參': 3,
		'四': 4, '五': 5, '伍': 5, '六': 6, '七': 7, '八': 8, '九': 9,
	}
	smallUnit = map[rune]int64{'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000, '阡': 1000}
	bigUnit   = map[rune]int64{'万': 1e4, '萬': 1e4, '億': 1e8, '兆': 1e12}
)

// ParseAmount reads an amount of yen as offices write it: ￥1,234, １２３４円,
// 3億2,000万円, 1.5百万円, 金三百万円也, △500 (negative). A number that names no
// unit of its own is taken in units of unit yen (1000 under a heading 千円; zero
// counts as 1). Text that is empty, a range, part of a sentence or not a whole
// number of yen is an Invalid error: nothing is guessed.
func ParseAmount(s string, unit int64) (yen int64, err error) {
	bad := func() (int64, error) {
		return 0, hub.Errorf(hub.Invalid, "error.amount", "value", strings.TrimSpace(s))
	}
	if len(s) > 200 {
		return bad()
	}
	t := strings.Join(strings.Fields(norm.NFKC.String(s)), "")
	negative := false
	for _, p := range []string{"約", "金"} {
		t = strings.TrimPrefix(t, p)
	}
	strip := func() {
		for _, p := range []string{"△", "▲", "-", "−", "－", "‐"} {
			if rest, ok := strings.CutPrefix(t, p); ok {
				t, negative = rest, true
				return
			}
		}
	}
	strip()
	for _, p := range []string{"¥", "\\"} {
		t = strings.TrimPrefix(t, p)
	}
	if !negative {
		strip()
	}
	t = strings.TrimSuffix(t, "-") // ¥1,000-
	t = strings.TrimSuffix(strings.TrimSuffix(t, "也"), "整")
	if inner, ok := strings.CutPrefix(t, "("); ok && strings.HasSuffix(inner, ")") && !negative {
		t, negative = strings.TrimSuffix(inner, ")"), true
	}
	t, named := strings.CutSuffix(t, "円")
	v, scaled, ok := parseNumber(t)
	if !ok {
		return bad()
	}
	if !named && !scaled && unit > 1 {
		v.Mul(v, new(big.Rat).SetInt64(unit))
	}
	if !v.IsInt() || !v.Num().IsInt64() {
		return bad()
	}
	yen = v.Num().Int64()
	if negative {
		yen = -yen
	}
	return yen, nil
}

// ParseNumber reads a number written with digits of any width, commas, a
// decimal point, 漢数字 (二〇二六, 百二十三) or both together (3億2000万).
func ParseNumber(s string) (float64, error) {
	if len(s) <= 200 {
		t := strings.Join(strings.Fields(norm.NFKC.String(s)), "")
		t, minus := strings.CutPrefix(strings.ReplaceAll(t, "−", "-"), "-")
		if v, _, ok := parseNumber(t); ok {
			f, _ := v.Float64()
			if minus {
				f = -f
			}
			return f, nil
		}
	}
	return 0, hub.Errorf(hub.Invalid, "error.number", "value", strings.TrimSpace(s))
}

// parseNumber reads a bare number. scaled says that it named a unit from 千 up
// after digits, so that a column's unit no longer applies.
func parseNumber(s string) (v *big.Rat, scaled, ok bool) {
	total, section := new(big.Rat), new(big.Rat)
	var figure *big.Rat // the figure not yet multiplied
	lastBig, lastSmall := int64(1e16), int64(1e4)
	runes := []rune(s)
	if len(runes) == 0 {
		return nil, false, false
	}
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case r >= '0' && r <= '9' || kanjiDigitOK(r):
			if figure != nil {
				return nil, false, false
			}
			n, f := readFigure(runes[i:])
			if n == 0 {
				return nil, false, false
			}
			figure, i = f, i+n
			continue
		case smallUnit[r] != 0:
			u := smallUnit[r]
			if u >= lastSmall {
				return nil, false, false
			}
			if figure == nil {
				figure = big.NewRat(1, 1)
			}
			section.Add(section, figure.Mul(figure, big.NewRat(u, 1)))
			figure, lastSmall = nil, u
			scaled = true
		case bigUnit[r] != 0:
			u := bigUnit[r]
			if u >= lastBig {
				return nil, false, false
			}
			if figure != nil {
				section.Add(section, figure)
			} else if section.Sign() == 0 && lastSmall == 1e4 {
				return nil, false, false // 万 with nothing before it
			}
			total.Add(total, section.Mul(section, big.NewRat(u, 1)))
			section, figure = new(big.Rat), nil
			lastBig, lastSmall, scaled = u, 1e4, true
		default:
			return nil, false, false
		}
		i++
	}
	if figure != nil {
		section.Add(section, figure)
	}
	return total.Add(total, section), scaled, true
}

func kanjiDigitOK(r rune) bool { _, ok := kanjiDigit[r]; return ok }

// readFigure reads digits from the front: Arabic with commas at thousands and
// one decimal point, or kanji digits side by side. n is the runes read, 0 when
// malformed or longer than 18 digits.
func readFigure(runes []rune) (n int, v *big.Rat) {
	var b strings.Builder
	if kanjiDigitOK(runes[0]) {
		for n < len(runes) && kanjiDigitOK(runes[n]) {
			b.WriteByte('0' + byte(kanjiDigit[runes[n]]))
			n++
		}
	} else {
		group, point := -1, false // digits since the last comma; -1 before any
		for n < len(runes) {
			r := runes[n]
			switch {
			case r >= '0' && r <= '9':
				if group >= 0 {
					group++
				}
				b.WriteRune(r)
			case r == ',' && !point:
				if group >= 0 && group != 3 || group < 0 && b.Len() > 3 {
					return 0, nil
				}
				group = 0
			case r == '.' && !point && n+1 < len(runes) && runes[n+1] >= '0' && runes[n+1] <= '9':
				if group >= 0 && group != 3 {
					return 0, nil
				}
				group, point = -1, true
				b.WriteByte('.')
			default:
				goto done
			}
			n++
		}
	done:
		if group >= 0 && group != 3 {
			return 0, nil
		}
	}
	if b.Len() > 19 {
		return 0, nil
	}
	v, ok := new(big.Rat).SetString(b.String())
	if !ok {
		return 0, nil
	}
	return n, v
}
