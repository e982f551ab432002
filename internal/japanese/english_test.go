package japanese

import "testing"

func TestStem(t *testing.T) {
	for _, group := range [][]string{
		{"coating", "coatings", "coated", "coats", "coat"},
		{"measure", "measured", "measuring", "measurement"},
		{"optimize", "optimization", "optimizing", "optimizer", "optimisation"},
		{"battery", "batteries"},
		{"planning", "planned", "plan", "plans"},
		{"electric", "electrical"},
		{"analysis", "analyses", "analyze", "analysing"},
		{"detect", "detection", "detecting", "detected"},
		{"thickness", "thick"},
	} {
		for _, w := range group[1:] {
			if Stem(w) != Stem(group[0]) {
				t.Errorf("Stem(%s) = %s, but Stem(%s) = %s", w, Stem(w), group[0], Stem(group[0]))
			}
		}
	}
	for _, w := range []string{"gas", "ai", "co2", "don't", "", "is", "a.b"} {
		if Stem(w) != w {
			t.Errorf("Stem(%q) = %q", w, Stem(w))
		}
	}
	for _, apart := range [][2]string{{"new", "news"}, {"policy", "police"}, {"ion", "iron"}} {
		if Stem(apart[0]) == Stem(apart[1]) {
			t.Errorf("%v fall together as %s", apart, Stem(apart[0]))
		}
	}
	for w, want := range map[string]bool{"the": true, "would": true, "it's": true, "coat": false, "": false} {
		if EnglishStop(w) != want {
			t.Errorf("EnglishStop(%q) = %v", w, !want)
		}
	}
}

func TestRomaji(t *testing.T) {
	for in, want := range map[string]string{
		"タカハシ": "takahashi", "トウキョウ": "tokyo", "オオノ": "ono", "ハットリ": "hattori", "ケンイチ": "kenichi", "ジュンコ": "junko",
		"ハッチョウボリ": "hatchobori", "ユウコ": "yuko", "ベン": "ben", "": "", "山田": "",
	} {
		if got := Romaji(in); got != want {
			t.Errorf("Romaji(%s) = %q, want %q", in, got, want)
		}
	}
}
