package japanese

import (
	"slices"
	"testing"
)

func TestLoanwordsSoundLikeTheirOrigin(t *testing.T) {
	from := func(kana, english string) bool {
		s, ok := KatakanaSounds(kana)
		return ok && slices.ContainsFunc(EnglishSounds(english), s.From)
	}
	for _, p := range [][2]string{
		{"プロジェクト", "project"},
		{"クライアント", "client"},
		{"スケジュール", "schedule"},
		{"メール", "mail"},
		{"システム", "system"},
		{"ターゲット", "target"},
		{"シミュレーション", "simulation"},
		{"セキュリティ", "security"},
		{"テクノロジー", "technology"},
		{"コンピュータ", "computer"},
		{"センサ", "sensor"},
		{"コーティング", "coating"},
		{"ゲノム", "genome"},
		{"ロボット", "robot"},
		{"ドローン", "drone"},
	} {
		if !from(p[0], p[1]) {
			k, _ := KatakanaSounds(p[0])
			t.Errorf("%s is not heard in %s: %v, %v", p[0], p[1], k, EnglishSounds(p[1]))
		}
	}
	for _, p := range [][2]string{
		{"メール", "mile"},
		{"メール", "mole"},
		{"センサ", "science"},
		{"ロボット", "rabbit"},
		{"ゲノム", "gnome"},
		{"プロジェクト", "product"},
		{"コート", "cat"},
		{"メール", "m"},
		{"雪", "snow"},
		{"", ""},
		{"ー", "oh"},
	} {
		if from(p[0], p[1]) {
			t.Errorf("%s is heard in %s", p[0], p[1])
		}
	}
}

func FuzzSounds(f *testing.F) {
	f.Add("プロジェクト", "project")
	f.Add("ッァー", "qu")
	f.Fuzz(func(t *testing.T, kana, english string) {
		s, _ := KatakanaSounds(kana)
		for _, e := range EnglishSounds(english) {
			if s.From(e) && s.Key != e.Key {
				t.Fatalf("%q is heard in %q although their consonants differ", kana, english)
			}
		}
	})
}
