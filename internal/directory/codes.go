package directory

import (
	"strings"

	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// CorporateNumber reads a 法人番号 as people write it (full-width digits, spaces,
// hyphens, the T of an invoice number) and reports whether its check digit is
// right: over the twelve digits after the first, numbered from the right, those
// in odd places weigh 1 and those in even places 2; the first digit is 9 less
// the sum's remainder by 9 (法人番号の指定等に関する省令 第2条).
func CorporateNumber(s string) (number string, ok bool) {
	s = strings.TrimPrefix(digitsOf(s), "T")
	if len(s) != 13 || !allDigits(s) {
		return s, false
	}
	sum := 0
	for i := range 12 {
		d := int(s[12-i] - '0')
		sum += d * (1 + i%2)
	}
	return s, int(s[0]-'0') == 9-sum%9
}

// MunicipalityCode reads a municipality's code (全国地方公共団体コード): six digits
// of which the last checks the others, or the five before it, to which the check
// digit is added. The five weigh 6, 5, 4, 3, 2; the check digit is 11 less the
// sum's remainder by 11, of which the last digit counts.
func MunicipalityCode(s string) (code string, ok bool) {
	s = digitsOf(s)
	if len(s) != 5 && len(s) != 6 || !allDigits(s) {
		return s, false
	}
	sum := 0
	for i := range 5 {
		sum += int(s[i]-'0') * (6 - i)
	}
	check := byte('0' + (11-sum%11)%10)
	if len(s) == 5 {
		return s + string(check), PrefectureName(s[:2]).JA != ""
	}
	return s, s[5] == check && PrefectureName(s[:2]).JA != ""
}

// ORCID reads an ORCID iD, bare or as an address, and reports whether its last
// character checks the others (ISO 7064 MOD 11-2). It gives the form
// 0000-0002-1825-0097.
func ORCID(s string) (id string, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(japanese.Normalise(s)))
	for _, p := range []string{"HTTPS://", "HTTP://", "WWW.", "ORCID.ORG/"} {
		s = strings.TrimPrefix(s, p)
	}
	s = digitsOf(s)
	if len(s) != 16 || !allDigits(s[:15]) {
		return s, false
	}
	total := 0
	for i := range 15 {
		total = (total + int(s[i]-'0')) * 2
	}
	check := byte('0' + (12-total%11)%11)
	if check == '0'+10 {
		check = 'X'
	}
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:], s[15] == check
}

// ROR reads a ROR identifier, bare or as an address, and reports whether it is
// one: 0, six characters of Crockford's base 32 and two digits that check them
// (ISO 7064 MOD 97-10). It gives the nine characters.
func ROR(s string) (id string, ok bool) {
	s = strings.ToLower(strings.TrimSpace(japanese.Normalise(s)))
	for _, p := range []string{"https://", "http://", "www.", "ror.org/"} {
		s = strings.TrimPrefix(s, p)
	}
	if len(s) != 9 || s[0] != '0' || !allDigits(s[7:]) {
		return s, false
	}
	n := 0
	for i := 1; i < 7; i++ {
		v := strings.IndexByte("0123456789abcdefghjkmnpqrstvwxyz", s[i])
		if v < 0 {
			return s, false
		}
		n = n*32 + v
	}
	check := 98 - n*100%97
	return s, int(s[7]-'0')*10+int(s[8]-'0') == check
}

// ResearcherNumber reads a 研究者番号 (e-Rad): eight digits.
func ResearcherNumber(s string) (number string, ok bool) {
	s = digitsOf(s)
	return s, len(s) == 8 && allDigits(s)
}

// PostalCode reads a postal code and gives the form 060-0808.
func PostalCode(s string) (code string, ok bool) {
	s = strings.TrimPrefix(digitsOf(s), "〒")
	if len(s) != 7 || !allDigits(s) {
		return s, false
	}
	return s[:3] + "-" + s[3:], true
}

// digitsOf brings a number to half width and drops what people put between the
// digits.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '―', 'ー', '\t', '\n', '.':
			return -1
		}
		return r
	}, strings.ToUpper(japanese.Normalise(s)))
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
