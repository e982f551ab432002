package japanese

import "strings"

// hepburn gives the Latin letters of katakana after Hepburn.
var hepburn = func() map[string]string {
	m := map[string]string{"ン": "n", "ッ": "", "ー": "", "ヴ": "v", "ヲ": "o", "ワ": "wa", "ヰ": "i", "ヱ": "e", "ヤ": "ya", "ユ": "yu", "ヨ": "yo"}
	for _, row := range []string{
		"アaイiウuエeオo", "カkaキkiクkuケkeコko", "サsaシshiスsuセseソso", "タtaチchiツtsuテteトto", "ナnaニniヌnuネneノno", "ハhaヒhiフfuヘheホho",
		"マmaミmiムmuメmeモmo", "ラraリriルruレreロro", "ガgaギgiグguゲgeゴgo", "ザzaジjiズzuゼzeゾzo", "ダdaヂjiヅzuデdeドdo", "バbaビbiブbuベbeボbo", "パpaピpiプpuペpeポpo",
		"キャkyaキュkyuキョkyo", "シャshaシュshuショshoシェshe", "チャchaチュchuチョchoチェche", "ニャnyaニュnyuニョnyo", "ヒャhyaヒュhyuヒョhyo", "ミャmyaミュmyuミョmyo", "リャryaリュryuリョryo",
		"ギャgyaギュgyuギョgyo", "ジャjaジュjuジョjoジェje", "ビャbyaビュbyuビョbyo", "ピャpyaピュpyuピョpyo", "ファfaフィfiフェfeフォfo", "ティtiディdiデュduトゥtuドゥdu", "ウィwiウェweウォwo", "ヴァvaヴィviヴェveヴォvo",
	} {
		kana, latin := "", ""
		for _, r := range row {
			if r < 0x80 {
				latin += string(r)
				continue
			}
			if latin != "" {
				m[kana], kana, latin = latin, "", ""
			}
			kana += string(r)
		}
		m[kana] = latin
	}
	return m
}()

// Romaji writes a reading in katakana as a name is written in English: Hepburn
// without marks for long vowels (トウキョウ → tokyo, オオノ → ono, ケンイチ → kenichi).
// "" is given for text that has anything but katakana in it.
func Romaji(kana string) string {
	var b strings.Builder
	runes := []rune(kana)
	double := false
	for i := 0; i < len(runes); i++ {
		piece, ok := "", false
		if i+1 < len(runes) {
			if piece, ok = hepburn[string(runes[i:i+2])]; ok {
				i++
			}
		}
		if !ok {
			if piece, ok = hepburn[string(runes[i])]; !ok {
				return ""
			}
			if runes[i] == 'ッ' {
				double = true
				continue
			}
		}
		if double && piece != "" && !isVowel(piece, 0) {
			if strings.HasPrefix(piece, "ch") {
				b.WriteByte('t')
			} else {
				b.WriteByte(piece[0])
			}
		}
		double = false
		b.WriteString(piece)
	}
	return strings.NewReplacer("ou", "o", "oo", "o", "uu", "u").Replace(b.String())
}
