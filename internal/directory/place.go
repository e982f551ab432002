package directory

import (
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

// Prefecture is one of the 47 with its code of JIS X 0401.
type Prefecture struct {
	Code string // "01" to "47"
	Name hub.Text
}

// Prefectures lists them in the order of their codes, north to south.
var Prefectures = func() []Prefecture {
	const names = `北海道 Hokkaido,青森県 Aomori,岩手県 Iwate,宮城県 Miyagi,秋田県 Akita,山形県 Yamagata,福島県 Fukushima,
茨城県 Ibaraki,栃木県 Tochigi,群馬県 Gunma,埼玉県 Saitama,千葉県 Chiba,東京都 Tokyo,神奈川県 Kanagawa,
新潟県 Niigata,富山県 Toyama,石川県 Ishikawa,福井県 Fukui,山梨県 Yamanashi,長野県 Nagano,岐阜県 Gifu,静岡県 Shizuoka,愛知県 Aichi,
三重県 Mie,滋賀県 Shiga,京都府 Kyoto,大阪府 Osaka,兵庫県 Hyogo,奈良県 Nara,和歌山県 Wakayama,
鳥取県 Tottori,島根県 Shimane,岡山県 Okayama,広島県 Hiroshima,山口県 Yamaguchi,徳島県 Tokushima,香川県 Kagawa,愛媛県 Ehime,高知県 Kochi,
福岡県 Fukuoka,佐賀県 Saga,長崎県 Nagasaki,熊本県 Kumamoto,大分県 Oita,宮崎県 Miyazaki,鹿児島県 Kagoshima,沖縄県 Okinawa`
	var out []Prefecture
	for i, pair := range strings.Split(names, ",") {
		ja, en, _ := strings.Cut(strings.TrimSpace(pair), " ")
		out = append(out, Prefecture{string([]byte{'0' + byte((i+1)/10), '0' + byte((i+1)%10)}), hub.Text{JA: ja, EN: en}})
	}
	return out
}()

// PrefectureName gives the name of a code; empty for no code.
func PrefectureName(code string) hub.Text {
	for _, p := range Prefectures {
		if p.Code == code {
			return p.Name
		}
	}
	return hub.Text{}
}

// PrefectureCode gives the code of a prefecture written as a code ("1", "01"),
// a name with or without 都道府県, or in English; "" when it is none.
func PrefectureCode(s string) string {
	s = strings.TrimSpace(japanese.Normalise(s))
	if allDigits(s) && len(s) <= 2 {
		if len(s) == 1 {
			s = "0" + s
		}
		if PrefectureName(s).JA != "" {
			return s
		}
		return ""
	}
	en := strings.TrimSpace(strings.TrimSuffix(strings.ToLower(s), "prefecture"))
	for _, p := range Prefectures {
		if s == p.Name.JA || s == ShortPrefecture(p.Name.JA) || en != "" && en == strings.ToLower(p.Name.EN) {
			return p.Code
		}
	}
	return ""
}

// PrefectureOf gives the code of the prefecture with which an address begins;
// "" when it names none.
func PrefectureOf(address string) string {
	address = strings.TrimSpace(japanese.Normalise(address))
	if rest, ok := strings.CutPrefix(address, "〒"); ok {
		address = strings.TrimLeft(rest, "0123456789- ")
	}
	for _, p := range Prefectures {
		if strings.HasPrefix(address, p.Name.JA) {
			return p.Code
		}
	}
	return ""
}

// ShortPrefecture leaves 都, 府 or 県 out; 北海道 keeps its 道.
func ShortPrefecture(name string) string {
	for _, end := range []string{"都", "府", "県"} {
		if s, ok := strings.CutSuffix(name, end); ok {
			return s
		}
	}
	return name
}
