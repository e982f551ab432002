package intake

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	words "github.com/kyoten-hub/kyoten/internal/i18n/catalogue"
	"github.com/kyoten-hub/kyoten/internal/japanese"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// coded turns words into codes where a code is known and keeps the others as
// typed, each once.
func coded(all []string, code func(string) string) (out []string) {
	for _, s := range all {
		if c := code(s); c != "" {
			s = c
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// wordTable maps folded words of both languages, and each part of 林業・木材, to
// the code under a prefix of the catalogue of sentences.
func wordTable(prefix string, codes []string, more map[string]string) map[string]string {
	out := map[string]string{}
	rows, _ := words.Rows()
	for _, r := range rows {
		code, ok := strings.CutPrefix(r.Key, prefix)
		if !ok || !slices.Contains(codes, code) {
			continue
		}
		for _, s := range []string{r.JA, r.EN, code} {
			out[sheet.Label(s)] = code
		}
		for _, s := range strings.Split(r.JA, "・") {
			out[sheet.Label(s)] = code
		}
	}
	for w, code := range more {
		for _, s := range strings.Fields(w) {
			out[sheet.Label(s)] = code
		}
	}
	return out
}

var themes = sync.OnceValue(func() map[string]string {
	return wordTable("field.", catalogue.Fields, map[string]string{
		"農学 農水 アグリ 農林水産 農業分野":                "agriculture",
		"食 食料 食品加工 フード":                      "food",
		"水産業 漁業 海洋":                          "fisheries",
		"環境技術 グリーン 環境科学 脱炭素":                 "environment",
		"エネルギー技術 省エネ 再生可能エネルギー 電力":           "energy",
		"土木 建築 建設 インフラ 建築学 土木工学":             "construction",
		"交通 モビリティ":                           "mobility",
		"ナノテク材料 ナノテクノロジー材料 材料 化学 材料化学 素材":    "materials",
		"機械 製造 製造業 製造技術 ものづくり 加工 機械工学":       "manufacturing",
		"電気 電子 半導体 デバイス 電気電子":                "electronics",
		"計測 ai 人工知能 センシング センサー センサ ロボット iot": "sensing_ai",
		"ict 情報 情報通信 it ソフトウェア 情報学":          "it",
		"医学 医療機器 ヘルスケア 健康 創薬 薬学 医歯薬 医工連携":    "medical",
		"介護 福祉 介護福祉":                         "care",
		"バイオ ライフサイエンス バイオテクノロジー 生命科学":        "biotech",
		"繊維 染色 染織 テキスタイル":                    "textile",
		"工芸 伝統工芸 漆器":                         "craft",
		"人文 人文社会":                            "humanities",
		"経済 経営 経済学 経営学 社会科学":                 "economy",
		"まちづくり 地域づくり 行政":                     "administration",
	})
})

func themeCode(s string) string { return themes()[sheet.Label(s)] }

var forms = sync.OnceValue(func() map[string]string {
	return wordTable("form.", catalogue.Forms, map[string]string{
		"技術相談 相談 コンサルティング 技術指導":             "technical_consultation",
		"学術コンサルティング 学術指導 アドバイス 指導 助言":       "academic_consulting",
		"受託研究 委託研究 受託 委託":                   "commissioned_research",
		"共同研究 共研 共同開発":                      "joint_research",
		"寄附講座 寄付講座 共同研究講座":                  "joint_research_chair",
		"実施許諾 技術移転 ライセンス ライセンス契約 特許実施 実施契約": "licence",
		"mta 試料提供 サンプル提供 成果有体物 材料提供":        "material_transfer",
		"実証実験 実証 実証フィールド フィールド提供 実証試験":      "field_trial",
		"装置利用 設備利用 機器利用 分析依頼 依頼試験 測定":       "equipment_use",
		"人材育成 人材交流 インターンシップ 研修 学生":          "human_resources",
	})
})

func formCode(s string) string {
	l := sheet.Label(s)
	if c := forms()[l]; c != "" {
		return c
	}
	for _, end := range []string{"を希望", "希望", "可能", "可", "歓迎", "契約"} {
		if c := forms()[strings.TrimSuffix(l, end)]; c != "" {
			return c
		}
	}
	return ""
}

// bodyWords are the words for kinds of organisation, those that are part of
// others last.
var bodyWords = []struct {
	word string
	kind directory.OrganisationKind
}{
	{"高等専門学校", directory.Kosen},
	{"高専", directory.Kosen},
	{"kosen", directory.Kosen},
	{"短期大学", directory.University},
	{"大学", directory.University},
	{"university", directory.University},
	{"公設試", directory.PublicLab},
	{"国立研究", directory.PublicLab},
	{"国研", directory.PublicLab},
	{"研究所", directory.PublicLab},
	{"研究機関", directory.PublicLab},
	{"試験場", directory.PublicLab},
	{"独立行政法人", directory.PublicLab},
	{"ベンチャーキャピタル", directory.VC},
	{"vc", directory.VC},
	{"スタートアップ", directory.Startup},
	{"ベンチャー", directory.Startup},
	{"startup", directory.Startup},
	{"大企業", directory.LargeCompany},
	{"中小", directory.SME},
	{"小規模事業者", directory.SME},
	{"sme", directory.SME},
	{"自治体", directory.Municipality},
	{"地方公共団体", directory.Municipality},
	{"市町村", directory.Municipality},
	{"都道府県", directory.Municipality},
	{"行政", directory.Municipality},
	{"商工会", directory.EconomicBody},
	{"経済団体", directory.EconomicBody},
	{"業界団体", directory.EconomicBody},
	{"経済連合", directory.EconomicBody},
	{"銀行", directory.Bank},
	{"信用金庫", directory.Bank},
	{"信用組合", directory.Bank},
	{"金融", directory.Bank},
	{"bank", directory.Bank},
	{"npo", directory.NPO},
	{"特定非営利", directory.NPO},
	{"支援機関", directory.SupportBody},
	{"財団", directory.SupportBody},
	{"産業支援", directory.SupportBody},
	{"振興機構", directory.SupportBody},
	{"企業", directory.Company},
	{"会社", directory.Company},
	{"民間", directory.Company},
	{"company", directory.Company},
	{"その他", directory.Other},
	{"other", directory.Other},
}

func bodyCode(s string) string {
	l := sheet.Label(s)
	for _, k := range directory.OrganisationKinds {
		if l == sheet.Label(string(k)) {
			return string(k)
		}
	}
	for _, w := range bodyWords {
		if strings.Contains(l, w.word) {
			return string(w.kind)
		}
	}
	return ""
}

var publicBody = regexp.MustCompile(`^[^\s()（）]{1,12}(?:都|道|府|県|市|区|町|村|役所|役場|県庁|道庁|府庁|都庁)$`)

// bodyOf tells the kind of an organisation from its name where the name says
// it; Other where it does not.
func bodyOf(name string) directory.OrganisationKind {
	n := japanese.Normalise(name)
	switch {
	case strings.Contains(n, "高等専門学校") || strings.HasSuffix(n, "高専"):
		return directory.Kosen
	case strings.Contains(n, "大学"):
		return directory.University
	case strings.Contains(n, "国立研究開発法人") || strings.HasSuffix(n, "研究所") && !strings.Contains(n, "会社") || strings.HasSuffix(n, "試験場") || strings.HasSuffix(n, "技術センター"):
		return directory.PublicLab
	case strings.Contains(n, "銀行") || strings.Contains(n, "信用金庫") || strings.Contains(n, "信用組合"):
		return directory.Bank
	case strings.Contains(n, "商工会") || strings.Contains(n, "経済連合会") || strings.Contains(n, "経営者協会"):
		return directory.EconomicBody
	case strings.Contains(n, "NPO") || strings.Contains(n, "特定非営利活動法人"):
		return directory.NPO
	case strings.Contains(n, "会社") || strings.Contains(n, "(株)") || strings.Contains(n, "(有)") || strings.Contains(n, "(同)"):
		return directory.Company
	case strings.Contains(n, "財団") || strings.Contains(n, "振興機構") || strings.Contains(n, "支援センター"):
		return directory.SupportBody
	case publicBody.MatchString(n):
		return directory.Municipality
	}
	return directory.Other
}

func partCode(s string) string {
	l := sheet.Label(s)
	for _, k := range directory.PersonKinds {
		if l == sheet.Label(string(k)) {
			return string(k)
		}
	}
	for _, w := range []struct {
		word string
		kind directory.PersonKind
	}{
		{"コーディネーター", directory.Coordinator},
		{"コーディネータ", directory.Coordinator},
		{"ura", directory.Coordinator},
		{"研究", directory.Researcher},
		{"教員", directory.Researcher},
		{"教授", directory.Researcher},
		{"事務", directory.OfficeStaff},
		{"企業", directory.FromCompany},
		{"会社", directory.FromCompany},
		{"自治体", directory.FromPublic},
		{"行政", directory.FromPublic},
		{"npo", directory.FromPublic},
		{"金融", directory.FromFinance},
		{"銀行", directory.FromFinance},
		{"専門家", directory.Expert},
		{"アドバイザー", directory.Expert},
		{"その他", directory.OtherPerson},
	} {
		if strings.Contains(l, w.word) {
			return string(w.kind)
		}
	}
	return ""
}

func askerCode(s string) string {
	l := sheet.Label(s)
	for _, w := range []string{"地域", "自治体", "行政", "住民", "まち", "regional", "市町村"} {
		if strings.Contains(l, w) {
			return catalogue.RegionalChallenge
		}
	}
	return catalogue.CompanyNeed
}

var rightNumber = regexp.MustCompile(`(特願|特開|特公|特表|再公表|特許第?|実願|実登第?|意願|意匠登録第?|商願|商標登録第?|PCT/[A-Z]{2}|US|WO|EP)\s*[-‐]?\s*([0-9][0-9,/\-]*(?:\s*[A-Z][0-9]?)?)\s*号?`)

// rightsOf reads what stands about patents: one line for each, of kind, status,
// number and filing parted by "|". Words that say none give nothing.
func rightsOf(s string) (out []string) {
	n := japanese.Normalise(s)
	filing := ""
	switch {
	case strings.Contains(n, "共願"), strings.Contains(n, "共同出願"):
		filing = "joint"
	case strings.Contains(n, "単願"), strings.Contains(n, "単独出願"):
		filing = "sole"
	}
	add := func(kind, status, number string) {
		line := strings.Join([]string{kind, status, number, filing}, "|")
		if !slices.Contains(out, line) && len(out) < maxList {
			out = append(out, line)
		}
	}
	for _, m := range rightNumber.FindAllStringSubmatch(n, -1) {
		kind, status := "patent", "filed"
		switch {
		case strings.HasPrefix(m[1], "特許"), strings.Contains(m[1], "登"):
			status = "registered"
		case m[1] == "特開" || m[1] == "特公" || m[1] == "特表" || m[1] == "再公表":
			status = "published"
		}
		if strings.HasPrefix(m[1], "意") {
			kind = "design"
		}
		add(kind, status, strings.TrimSpace(m[0]))
	}
	if out != nil {
		return out
	}
	switch l := sheet.Label(n); {
	case l == "", l == "なし", l == "無し", l == "無", l == "特になし", l == "該当なし", l == "0", l == "未出願", l == "none", l == "no", l == "×":
	case strings.Contains(l, "ノウハウ"):
		add("know_how", "", "")
	case strings.Contains(l, "予定"), strings.Contains(l, "準備"), strings.Contains(l, "検討"):
		add("patent", "planned", "")
	case strings.Contains(l, "登録"), strings.Contains(l, "取得"), strings.Contains(l, "特許あり"):
		add("patent", "registered", "")
	case strings.Contains(l, "出願"), strings.Contains(l, "申請"):
		add("patent", "filed", "")
	case l == "あり", l == "有", l == "有り", l == "yes", l == "○":
		add("patent", "", "")
	default:
		add("patent", "", clip(strings.ReplaceAll(n, "|", " ")))
	}
	return out
}
