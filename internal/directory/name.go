package directory

import (
	"slices"
	"strings"
	"unicode"

	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// legalForms are the words for an organisation's legal form, each followed by
// its short spellings as they stand after japanese.Fold (㈱ has become (株)).
// The first is the spelling under which names are compared.
var legalForms = [][]string{
	{"株式会社", "(株)", "株)", "(株"},
	{"有限会社", "(有)"},
	{"合同会社", "(同)", "(合同)"},
	{"合資会社", "(資)"},
	{"合名会社", "(名)"},
	{"特例有限会社"},
	{"相互会社", "(相)"},
	{"協同組合", "(協)"},
	{"企業組合", "(企)"},
	{"公益財団法人", "(公財)"},
	{"一般財団法人", "(一財)"},
	{"財団法人", "(財)"},
	{"公益社団法人", "(公社)"},
	{"一般社団法人", "(一社)"},
	{"社団法人", "(社)"},
	{"特定非営利活動法人", "(特非)", "npo法人", "(npo)"},
	{"認定npo法人", "認定特定非営利活動法人"},
	{"国立大学法人", "(国大)", "(大)"},
	{"公立大学法人", "(公大)"},
	{"学校法人", "(学)"},
	{"国立研究開発法人", "(国研)"},
	{"地方独立行政法人", "(地独)"},
	{"独立行政法人", "(独)"},
	{"大学共同利用機関法人"},
	{"医療法人社団"},
	{"医療法人財団"},
	{"医療法人", "(医)"},
	{"社会福祉法人", "(福)", "(社福)"},
	{"社会医療法人"},
	{"宗教法人", "(宗)"},
	{"農事組合法人", "(農)"},
	{"弁護士法人", "(弁)"},
	{"税理士法人", "(税)"},
	{"監査法人"},
	{"管理組合法人"},
}

// englishForms are dropped from the end of an English name, most often written
// after a comma.
var englishForms = []string{
	"co ltd", "company limited", "co limited", "corporation", "corp", "incorporated", "inc", "limited", "ltd", "kk", "k k",
	"llc", "llp", "gk", "g k", "plc", "company", "co",
}

type form struct{ spelled, canonical string }

// forms lists every spelling, longest first, so that 一般社団法人 is not read as
// 社団法人.
var forms = func() (out []form) {
	for _, f := range legalForms {
		for _, s := range f {
			out = append(out, form{s, f[0]})
		}
	}
	slices.SortStableFunc(out, func(a, b form) int { return len(b.spelled) - len(a.spelled) })
	return out
}()

// NameKeys gives the two forms in which an organisation's name is compared:
// whole, with its legal form in one spelling and in its place (（株）北山 and
// ㈱北山 are 株式会社北山, but 北山株式会社 is another), and bare, without it. Both
// ignore width, case, spaces, marks and variant kanji. A name that is nothing
// but a legal form keeps it.
func NameKeys(name string) (whole, bare string) {
	s := squeeze(name)
	whole, bare = s, s
	for again := true; again; {
		again = false
		for _, f := range forms {
			if rest, ok := strings.CutPrefix(bare, f.spelled); ok && rest != "" {
				if bare == whole {
					whole = f.canonical + rest
				}
				bare, again = rest, true
				break
			}
			if rest, ok := strings.CutSuffix(bare, f.spelled); ok && rest != "" {
				if bare == whole {
					whole = rest + f.canonical
				}
				bare, again = rest, true
				break
			}
		}
	}
	if english := dropEnglishForm(name); english != "" {
		bare = english
	}
	whole, bare = letters(whole), letters(bare)
	if bare == "" {
		bare = whole
	}
	return whole, bare
}

// dropEnglishForm gives the squeezed English name without Co., Ltd. and its
// kin; "" when the name has none.
func dropEnglishForm(name string) string {
	words := strings.FieldsFunc(japanese.Fold(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	n := len(words)
	for again := true; again; {
		again = false
		for _, f := range englishForms {
			parts := strings.Fields(f)
			if n > len(parts) && slices.Equal(words[n-len(parts):n], parts) {
				n, again = n-len(parts), true
				break
			}
		}
	}
	if n == len(words) {
		return ""
	}
	return strings.Join(words[:n], "")
}

// squeeze folds a name and drops its spaces.
func squeeze(name string) string {
	return strings.Join(strings.Fields(japanese.Fold(name)), "")
}

// letters drops everything but letters and digits, unless nothing is left.
func letters(s string) string {
	out := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == 'ー' {
			return r
		}
		return -1
	}, s)
	if out == "" {
		return s
	}
	return out
}

// personVariants are kanji that people confuse in names of persons beyond what
// japanese.Fold already brings together (渡邊, 渡邉 → 渡辺; 髙 → 高).
var personVariants = strings.NewReplacer("斉", "斎", "嶌", "島", "桧", "檜", "藪", "薮", "阪", "坂", "曾", "曽", "舘", "館", "冨", "富", "峯", "峰", "埜", "野", "籐", "藤")

// PersonKey gives the form in which a person's name is compared: without
// spaces, width, case and variant kanji, readings in katakana. It brings names
// together to be looked at; that two are one person is for people to say.
func PersonKey(name string) string {
	return letters(personVariants.Replace(squeeze(japanese.Katakana(name))))
}

// searchKey folds what a list is searched in; each part also without its spaces.
func searchKey(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		f := strings.Join(strings.Fields(japanese.Fold(p)), " ")
		if f == "" {
			continue
		}
		b.WriteString(f)
		b.WriteByte('\n')
		if tight := strings.ReplaceAll(f, " ", ""); tight != f && len(f) < 200 {
			b.WriteString(tight)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// searchWords splits what was typed into a list's search box.
func searchWords(q string) []string {
	words := strings.Fields(japanese.Fold(q))
	return words[:min(len(words), 8)]
}

// like makes a pattern that finds s anywhere; use it with escape '\'.
func like(s string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s) + "%"
}
