package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// Bounds of what a record takes, in characters, as the rooms have them.
const (
	maxLine  = 300
	maxProse = 20_000
	maxList  = 50
)

// Words of money that is no sum, in canonical form.
const (
	moneyWithheld = "withheld"
	moneyNone     = "na"
)

// cell is one cell to be read, with what its column says.
type cell struct {
	text   string
	kind   sheet.Kind
	column sheet.Column
}

// convert reads a cell as a value of a type. notes are what is wrong or worth a
// look; their Key, Args, Rule and Refuses are set. A value "" is left out.
func convert(t Type, c cell) (value string, notes []Problem) {
	if c.kind == sheet.ErrorValue {
		return "", []Problem{left("intake.cell_error", c.text)}
	}
	s := strings.TrimSpace(c.text)
	if blank(s) && t != Prose && t != Line {
		return "", nil
	}
	if n := utf8.RuneCountInString(s); n > maxProse {
		return "", []Problem{{Key: "intake.too_long", Args: hub.Args("n", n, "limit", maxProse), Refuses: true}}
	}
	switch t {
	case Prose:
		return s, nil
	case Line, Code:
		s = strings.Join(strings.Fields(s), " ")
		if n := utf8.RuneCountInString(s); n > maxLine {
			return "", []Problem{{Key: "intake.too_long", Args: hub.Args("n", n, "limit", maxLine), Refuses: true}}
		}
		return s, nil
	case List:
		return joined(listOf(s)), nil
	case Names:
		return joined(namesOf(s)), nil
	case Institution:
		return joined(institutionsOf(s)), nil
	case Date:
		return dateOf(c)
	case Amount:
		return amountOf(s, c.column.Unit)
	case Level:
		return levelOf(s)
	case Months:
		return monthsOf(s, c.column.Name)
	case Theme:
		return joined(coded(listOf(s), themeCode)), nil
	case Form:
		return joined(coded(listOf(s), formCode)), nil
	case Place:
		if code := directory.PrefectureCode(s); code != "" {
			return code, nil
		}
		if code := directory.PrefectureOf(s); code != "" {
			return code, nil
		}
		return "", []Problem{left("intake.not_prefecture", s)}
	case Body:
		if code := bodyCode(s); code != "" {
			return code, nil
		}
		return "", []Problem{left("intake.not_body", s)}
	case Part:
		if code := partCode(s); code != "" {
			return code, nil
		}
		return "", []Problem{left("intake.not_part", s)}
	case Asker:
		return askerCode(s), nil
	case Corporate:
		return checked(s, directory.CorporateNumber, "intake.not_corporate")
	case Postal:
		return checked(s, directory.PostalCode, "intake.not_postal")
	case Number:
		return checked(s, directory.ResearcherNumber, "intake.not_researcher_number")
	case Orcid:
		return checked(s, directory.ORCID, "intake.not_orcid")
	case Web:
		return checked(firstLine(s), webOf, "intake.not_web")
	case Mail:
		return checked(firstLine(s), mailOf, "intake.not_mail")
	case Phone:
		return checked(firstLine(s), phoneOf, "intake.not_phone")
	case Reading:
		return strings.Join(strings.Fields(japanese.Katakana(s)), " "), nil
	case Rights:
		return joined(rightsOf(s)), nil
	case Anonymity:
		return anonymityOf(s, c.column.Name)
	case Secrecy:
		return yesNo(s, "wanted", "not_needed", "intake.not_yes_no")
	}
	return s, nil
}

// left is a problem that leaves only the value out.
func left(key, value string) Problem {
	return Problem{Key: key, Args: hub.Args("value", clip(value))}
}

func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

// blank reports whether a cell says "nothing" in one of the ways offices do.
func blank(s string) bool {
	switch s {
	case "", "-", "－", "―", "—", "ー", "‐", "−", "/", "／", "…", "*", "＊":
		return true
	}
	return false
}

func joined(all []string) string { return strings.Join(all, "\n") }

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return strings.TrimSpace(s)
}

// listOf cuts a list; 漆/塗装/乾燥 is one as well when nothing else cuts.
func listOf(s string) []string {
	parts := sheet.SplitList(s)
	if len(parts) == 1 && strings.ContainsAny(s, "/／・") && !strings.Contains(s, "://") {
		marks := "/／"
		if !strings.ContainsAny(s, marks) {
			marks = "・"
		}
		parts = nil
		for _, p := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(marks, r) }) {
			if p = strings.TrimSpace(p); p != "" {
				parts = append(parts, p)
			}
		}
	}
	var out []string
	for _, p := range parts {
		p = strings.TrimLeft(strings.Join(strings.Fields(p), " "), "#＃")
		if p != "" && !blank(p) && !slices.Contains(out, p) && len(out) < maxList && utf8.RuneCountInString(p) <= 100 {
			out = append(out, p)
		}
	}
	return out
}

var (
	inBrackets = regexp.MustCompile(`[（(][^（()）]*[）)]`)
	postTitle  = regexp.MustCompile(`[\s　]*(?:特任|特別|特命|客員|名誉|主任|上席|主席)*(?:教授|准教授|助教授|助教|助手|講師|研究員|研究主幹|技師|校長|学長|先生|さん|氏|様|博士)$`)
)

// namesOf cuts a cell of people's names and takes posts and brackets off.
func namesOf(s string) (out []string) {
	parts := sheet.SplitList(s)
	if len(parts) == 2 && isASCII(s) && !strings.ContainsAny(s, ";\n|") && !strings.Contains(parts[0], " ") {
		parts = []string{s} // Smith, John
	}
	for _, p := range parts {
		for _, n := range regexp.MustCompile(`\s+[/／]\s+|[/／]`).Split(p, -1) {
			n = strings.TrimSpace(inBrackets.ReplaceAllString(n, ""))
			n = strings.TrimSpace(postTitle.ReplaceAllString(n, ""))
			n = strings.Join(strings.FieldsFunc(n, func(r rune) bool { return r == ' ' || r == '　' || r == '\t' }), " ")
			if n != "" && !blank(n) && !slices.Contains(out, n) && utf8.RuneCountInString(n) <= 100 && len(out) < maxList {
				out = append(out, n)
			}
		}
	}
	return out
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// institutionsOf gives the institutions of a cell, the present one first: the
// one with the latest year, else the first.
func institutionsOf(s string) (out []string) {
	stays := directory.Stays(s)
	slices.SortStableFunc(stays, func(a, b directory.Stay) int { return b.Until - a.Until })
	for _, x := range stays {
		n := strings.Join(strings.FieldsFunc(x.Name, func(r rune) bool { return r == ' ' || r == '　' || r == '\t' }), " ")
		if n != "" && !slices.Contains(out, n) && utf8.RuneCountInString(n) <= 200 {
			out = append(out, n)
		}
	}
	return out
}

var (
	monthOnly = regexp.MustCompile(`^(.*\d|.*元)\s*(?:年|[./-])\s*(\d{1,2})\s*月?(末|頃|ごろ|まで|中|上旬|中旬|下旬)*$`)
	yearOnly  = regexp.MustCompile(`^((?:明治|大正|昭和|平成|令和|[mtshr])?\s*(?:\d{1,4}|元))\s*年?度(?:末|中|内|まで)*$`)
	serialDay = regexp.MustCompile(`^[2-7]\d{4}$`)
)

// dateOf reads a date. A month alone means its last day and a fiscal year its
// 31 March, which is said; so is a bare day number of a spreadsheet.
func dateOf(c cell) (string, []Problem) {
	s := strings.TrimSpace(c.text)
	if d, err := japanese.ParseDate(s); err == nil {
		return string(d), nil
	}
	n := strings.ToLower(strings.Join(strings.Fields(japanese.Normalise(s)), ""))
	for _, end := range []string{"まで", "頃", "ごろ", "以前", "必着", "締切", "〆切", "予定", "希望", "目途", "目処"} {
		n = strings.TrimSuffix(n, end)
	}
	if d, err := japanese.ParseDate(n); err == nil && d != "" {
		return string(d), nil
	}
	said := func(d hub.Date, key string) (string, []Problem) {
		return string(d), []Problem{{Key: key, Args: hub.Args("value", clip(s), "date", string(d)), Rule: "L3-05"}}
	}
	if m := yearOnly.FindStringSubmatch(n); m != nil {
		if d, err := japanese.ParseDate(m[1] + "年4月1日"); err == nil && d != "" {
			_, last := d.FiscalYear().Bounds()
			return said(last, "intake.date_year")
		}
	}
	if m := monthOnly.FindStringSubmatch(n); m != nil {
		if d, err := japanese.ParseDate(m[1] + "年" + m[2] + "月1日"); err == nil && d != "" {
			last := d.Time().AddDate(0, 1, -1)
			return said(hub.Date(last.Format(time.DateOnly)), "intake.date_month")
		}
	}
	if serialDay.MatchString(n) {
		days, _ := strconv.Atoi(n)
		return said(hub.Date("1899-12-30").AddDays(days), "intake.date_serial")
	}
	p := left("intake.not_date", s)
	p.Rule = "L3-05"
	return "", []Problem{p}
}

var (
	aboutAmount = regexp.MustCompile(`(?:程度|以内|以下|前後|まで|未満|くらい|ぐらい|弱|強|上限|\(税[込抜別]\)|税[込抜別]|/年|年間|~|〜)+$`)
	rangeAmount = regexp.MustCompile(`^(.+?)[~〜～\-－–](.+)$`)
)

// checked reads a value that carries its own form or check digit.
func checked(s string, read func(string) (string, bool), key string) (string, []Problem) {
	if v, ok := read(s); ok {
		return v, nil
	}
	return "", []Problem{left(key, s)}
}

func webOf(s string) (string, bool) {
	s = strings.TrimSpace(japanese.Normalise(s))
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	host := strings.SplitN(strings.SplitN(s, "://", 2)[1], "/", 2)[0]
	return s, (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && strings.Contains(host, ".") && !strings.ContainsAny(s, " \t<>\"@")
}

func mailOf(s string) (string, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(japanese.Normalise(s)), "mailto:")
	return s, mailForm.MatchString(s)
}

func phoneOf(s string) (string, bool) {
	s = strings.TrimSpace(strings.NewReplacer("‐", "-", "―", "-", "ー", "-").Replace(japanese.Normalise(s)))
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return s, digits >= 5 && digits <= 20 && utf8.RuneCountInString(s) <= 40
}

// yesNo reads a mark of consent or refusal.
func yesNo(s, yes, no, key string) (string, []Problem) {
	switch sheet.Label(s) {
	case "", "可", "有", "有り", "あり", "要", "必要", "希望", "希望する", "はい", "yes", "y", "true", "1", "する", "済", "締結希望", "可能", "ok", "レ", "✓":
		if sheet.Label(s) != "" || strings.ContainsAny(s, "○◯〇●◎■☑") {
			return yes, nil
		}
	case "不可", "無", "無し", "なし", "不要", "希望しない", "いいえ", "no", "n", "false", "0", "しない", "否", "×", "x", "ng":
		return no, nil
	}
	if strings.ContainsAny(s, "○◯〇◎☑") {
		return yes, nil
	}
	return "", []Problem{left(key, s)}
}

// anonymityOf reads whether the asker's name may be shown: "show" or "hide".
// What 可 means depends on the question the header asks.
func anonymityOf(s, header string) (string, []Problem) {
	switch l := sheet.Label(s); {
	case strings.Contains(l, "匿名"), strings.Contains(l, "非公開"), strings.Contains(l, "公開不可"), strings.Contains(l, "公開しない"), l == "内部", l == "秘":
		if l != "匿名不要" && l != "匿名なし" {
			return "hide", nil
		}
		return "show", nil
	case l == "公開", l == "公開可", l == "実名", l == "社名公開", l == "公開する", l == "公開可能":
		return "show", nil
	}
	h := sheet.Label(header)
	if strings.Contains(h, "匿名") || strings.Contains(h, "非公開") || strings.Contains(h, "anonymous") {
		return yesNo(s, "hide", "show", "intake.not_yes_no")
	}
	return yesNo(s, "show", "hide", "intake.not_yes_no")
}
