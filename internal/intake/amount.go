package intake

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// amountOf reads a sum of yen. Of a range the upper end is taken, which is said.
func amountOf(s string, unit int64) (string, []Problem) {
	if yen, err := japanese.ParseAmount(s, unit); err == nil {
		return amount(yen, s)
	}
	n := strings.Join(strings.Fields(japanese.Normalise(s)), "")
	switch strings.Trim(n, "()") {
	case "未定", "応相談", "要相談", "相談", "不明", "検討中", "未設定", "協議", "要協議", "tbd", "TBD":
		return "", nil
	case "非公開", "非公表", "秘", "秘密", "公開不可":
		return moneyWithheld, nil
	case "なし", "無し", "無", "不要", "該当なし", "対象外", "n/a", "N/A":
		return moneyNone, nil
	}
	n = strings.TrimPrefix(strings.TrimPrefix(n, "上限"), "最大")
	n = aboutAmount.ReplaceAllString(n, "")
	if yen, err := japanese.ParseAmount(n, unit); err == nil {
		v, bad := amount(yen, s)
		if bad == nil {
			bad = []Problem{{Key: "intake.amount_about", Args: hub.Args("value", clip(s), "yen", yen), Rule: "L2-01"}}
		}
		return v, bad
	}
	if m := rangeAmount.FindStringSubmatch(n); m != nil {
		if yen, err := japanese.ParseAmount(m[2], unit); err == nil && yen > 0 {
			return strconv.FormatInt(yen, 10), []Problem{{Key: "intake.amount_range", Args: hub.Args("value", clip(s), "yen", yen), Rule: "L2-01"}}
		}
	}
	p := left("intake.not_amount", s)
	p.Rule = "L2-01"
	return "", []Problem{p}
}

func amount(yen int64, s string) (string, []Problem) {
	if yen < 0 {
		return "", []Problem{left("intake.amount_negative", s)}
	}
	return strconv.FormatInt(yen, 10), nil
}

var levels = regexp.MustCompile(`[1-9]`)

// levelOf reads a TRL. Of a range the lower end is taken, which is said.
func levelOf(s string) (string, []Problem) {
	n := strings.ToLower(strings.Join(strings.Fields(japanese.Normalise(s)), ""))
	n = strings.TrimPrefix(strings.TrimPrefix(n, "trl"), "レベル")
	n = strings.Trim(strings.TrimPrefix(n, "level"), "-:.()")
	if len(n) == 1 && n >= "1" && n <= "9" {
		return n, nil
	}
	if strings.HasSuffix(n, ".0") && len(n) == 3 && n[0] >= '1' && n[0] <= '9' {
		return n[:1], nil
	}
	if found := levels.FindAllString(n, -1); len(found) == 2 && len(n) > 2 && len(strings.Trim(n, "123456789~-〜～,、trl")) == 0 {
		low := min(found[0], found[1])
		return low, []Problem{{Key: "intake.trl_range", Args: hub.Args("value", clip(s), "level", low)}}
	}
	return "", []Problem{left("intake.not_trl", s)}
}

var period = regexp.MustCompile(`^約?(?:(\d+(?:\.5)?)\s*(?:年間?|years?)(半)?)?(?:(\d+)\s*(?:[ヶヵかカケ箇]?月間?|months?))?(?:程度|以内)?$`)

func monthsOf(s, header string) (string, []Problem) {
	n := strings.ToLower(strings.Join(strings.Fields(japanese.Normalise(s)), ""))
	if v, err := strconv.Atoi(n); err == nil && v > 0 && v <= 600 {
		if strings.Contains(header, "年") && !strings.Contains(header, "月") && v <= 50 {
			v *= 12
		}
		return strconv.Itoa(v), nil
	}
	if m := period.FindStringSubmatch(n); m != nil && (m[1] != "" || m[3] != "") {
		years, _ := strconv.ParseFloat(m[1], 64)
		months, _ := strconv.Atoi(m[3])
		total := int(years*12) + months
		if m[2] != "" {
			total += 6
		}
		if total > 0 && total <= 600 {
			return strconv.Itoa(total), nil
		}
	}
	return "", []Problem{left("intake.not_months", s)}
}
