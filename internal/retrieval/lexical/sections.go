package lexical

import (
	"regexp"
	"strings"
)

// headings of long needs and calls for proposals, and what the text below them
// counts: what is sought is said under some, how to apply under others.
var headings = map[string]float32{
	"objective": 2, "objectives": 2, "goal": 2, "goals": 2, "problem": 2, "problem statement": 2, "need": 2, "keywords": 2, "keyword": 2, "key words": 2,
	"summary": 1, "abstract": 1, "description": 1, "requirements": 1, "scope": 1, "technology area": 1, "technology area(s)": 1, "topic": 1,
	"background": .5, "phase i": .5, "phase ii": .5, "phase iii": .5, "phase iii dual use applications": .5, "dual use": .5, "commercialization": .5, "private sector commercial potential": .5,
	"references": .2, "bibliography": .2, "proposals accepted": .2, "point of contact": .2, "contact": .2, "how to apply": .2, "eligibility": .2, "deadline": .2, "award": .2,
	"目的": 2, "課題": 2, "困りごと": 2, "解決したいこと": 2, "求める技術": 2, "ニーズ": 2, "キーワード": 2, "要望": 2,
	"概要": 1, "内容": 1, "詳細": 1, "条件": 1, "要件": 1, "現状": 1,
	"背景": .5, "経緯": .5, "試したこと": .5, "備考": .5,
	"参考文献": .2, "参考": .2, "連絡先": .2, "問い合わせ先": .2, "問合せ先": .2, "応募方法": .2, "応募資格": .2, "締切": .2, "募集期間": .2,
}

var headingMark = regexp.MustCompile(`(?:^|[\s。.!?;)])[【\[<]?((?:[A-Z][A-Za-z()]*(?:[ /][A-Z(][A-Za-z()]*){0,5})|[\p{Han}\p{Hiragana}\p{Katakana}]{2,8})[】\]>]?\s?[:：\n]|【([^】]{2,12})】`)

// longNeed is the length, in bytes, from which a text is taken apart by its
// headings: shorter ones say what they want.
const longNeed = 600

// section is a stretch of text, from a heading to the next, and its weight.
type section struct {
	end    int
	weight float32
}

// sections takes normalised text apart by the headings it knows. Without any the
// whole is one section of weight 1.
func sections(s string) []section {
	if len(s) < longNeed {
		return []section{{len(s), 1}}
	}
	var out []section
	weight := float32(1)
	for _, m := range headingMark.FindAllStringSubmatchIndex(s, -1) {
		name := ""
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				name = s[m[g]:m[g+1]]
			}
		}
		name = strings.ToLower(strings.TrimSpace(name))
		w, ok := headings[name]
		for !ok && strings.Contains(name, " ") { // the end of the line before it
			_, name, _ = strings.Cut(name, " ")
			w, ok = headings[name]
		}
		if !ok {
			continue
		}
		if m[0] > 0 {
			out = append(out, section{m[1] - len(name) - 1, weight})
		}
		weight = w
	}
	return append(out, section{len(s), weight})
}

// weightAt gives the weight of the section that holds byte at.
func weightAt(parts []section, at int) float32 {
	for _, p := range parts {
		if at < p.end {
			return p.weight
		}
	}
	return 1
}
