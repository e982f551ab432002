package intake

import (
	"strings"
	"sync"

	"github.com/kyoten-hub/kyoten/internal/sheet"
)

// Type says how the cells of a column are read.
type Type string

// The types of value. Their canonical forms are text, except: Date YYYY-MM-DD,
// Amount whole yen or one of the words of money states, Level 1–9, Months a
// number, and the coded ones their code.
const (
	Line        Type = "line"        // one line
	Code        Type = "code"        // what a register calls the record: by it the record is met again
	Prose       Type = "prose"       // any text
	List        Type = "list"        // several short values in a cell
	Names       Type = "names"       // people's names
	Institution Type = "institution" // names of organisations, with years or not
	Date        Type = "date"
	Amount      Type = "amount"
	Level       Type = "level" // TRL
	Months      Type = "months"
	Theme       Type = "theme"   // 分野: codes of catalogue.Fields, or as typed
	Form        Type = "form"    // 連携形態
	Place       Type = "place"   // prefecture
	Body        Type = "body"    // kind of organisation
	Part        Type = "part"    // kind of person
	Asker       Type = "asker"   // company need or regional challenge
	Corporate   Type = "corp"    // 法人番号
	Postal      Type = "postal"  // 郵便番号
	Web         Type = "web"     // URL
	Mail        Type = "mail"    // mail address
	Phone       Type = "phone"   // telephone number
	Reading     Type = "reading" // kana
	Number      Type = "number"  // 研究者番号
	Orcid       Type = "orcid"
	Rights      Type = "rights"    // patent numbers or their state
	Anonymity   Type = "anonymity" // may the asker's name be shown?
	Secrecy     Type = "secrecy"   // NDA
)

// Field is one thing a column can mean.
type Field struct {
	Name  string
	Type  Type
	Multi bool // several columns may feed it; their values are joined

	synonyms []string // folded by sheet.Label
}

// Key is the catalogue key of the field's name for people.
func (f Field) Key(k Kind) string { return "intake.field." + string(k) + "." + f.Name }

// FieldsOf gives what the columns of a kind can mean, in the order screens show.
func FieldsOf(k Kind) []Field { return fieldTable()[k] }

func fieldOf(k Kind, name string) (Field, bool) {
	for _, f := range FieldsOf(k) {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// field begins a definition: synonyms are parted by spaces; "_" stands for a
// space inside one, which folding drops anyway.
func field(name string, t Type, synonyms string) Field {
	f := Field{Name: name, Type: t}
	for _, s := range strings.Fields(synonyms) {
		f.synonyms = append(f.synonyms, sheet.Label(s))
	}
	return f
}

func (f Field) multi() Field { f.Multi = true; return f }

var fieldTable = sync.OnceValue(func() map[Kind][]Field {
	const (
		number  = "番号 no 管理番号 整理番号 登録番号 受付番号 通し番号 通しno 通番 連番 id seed_id シーズ番号 シーズno ニーズ番号 ニーズno need_id 課題番号 研究課題番号 award_number award_no 案件番号 code コード"
		org     = "所属 所属機関 所属機関名 機関 機関名 研究機関 研究機関名 大学 大学名 学校名 所属大学 代表機関 institution affiliation organisation organization university 機関_名称 所属_名称 所属先"
		keyword = "キーワード 検索キーワード 研究キーワード キーワード一覧 技術キーワード key_words keyword keywords tag tags タグ 技術用語"
		theme   = "分野 技術分野 研究分野 専門分野 シーズ分野 ニーズ分野 カテゴリー カテゴリ 分類 大分類 技術分類 領域 研究領域 産業分野 field fields area category research_field 区分"
		contact = "連絡先 問合せ先 問い合わせ先 お問合せ先 窓口 担当窓口 連絡先窓口 contact 相談窓口"
		form    = "希望する連携形態 連携形態 希望連携形態 連携の形態 希望する連携 連携方法 連携希望 希望形態 求める連携 企業への期待 期待する連携 連携企業への期待 collaboration cooperation form 支援内容 求める支援 希望する支援 支援希望"
		budget  = "予算 予算感 希望予算 予算規模 予算額 想定予算 予算上限 研究費 必要経費 希望する研究費 共同研究費 budget 費用 概算費用 予算_円 予算_千円 予算_万円"
		place   = "都道府県 都道府県名 県 県名 pref prefecture 所在都道府県 地域 所在県"
		kana    = "よみ 読み ふりがな フリガナ 氏名フリガナ 氏名ふりがな 氏名カナ 名称カナ カナ 名称_カナ 事業者名カナ 氏名よみ 読みがな 読み仮名 kana 名称フリガナ 法人名フリガナ 会社名フリガナ 会社名カナ 企業名カナ 商号または名称カナ 名称よみ reading"
	)
	return map[Kind][]Field{
		Seeds: {
			field("title", Line, "題目 研究題目 研究課題 研究課題名 課題名 研究課題題目 テーマ 研究テーマ テーマ名 研究テーマ名 シーズ名 シーズ名称 シーズタイトル シーズ テーマ名称 技術名 技術名称 技術タイトル 技術シーズ 技術シーズ名 研究シーズ 研究シーズ名 研究名 発明の名称 発明名称 タイトル 件名 名称 title seed_title seed theme subject project_title project"),
			field("title_en", Line, "英文題目 題目英語 題目英文 英語題目 英語タイトル 英文タイトル タイトル英語 title_en title_english english_title 研究題目英語 研究題目英文"),
			field("number", Code, number),
			field("institution", Institution, org),
			field("researchers", Names, "研究者 研究者名 氏名 研究代表者 研究代表者名 代表者 発明者 教員 教員名 教員氏名 研究者氏名 担当教員 代表研究者 研究責任者 担当者 名前 先生 pi researcher researchers investigator principal_investigator 研究者_氏名 発明者名").multi(),
			field("department", Line, "部局 学部 学科 研究科 部署 専攻 講座 研究室 department faculty 所属部局 所属部署 所属学科 学部学科"),
			field("post", Line, "職名 役職 職位 職 position 研究者_職名 肩書"),
			field("summary", Prose, "概要 研究概要 研究内容 内容 研究の概要 研究の内容 技術概要 技術の概要 技術内容 シーズ概要 シーズの概要 シーズ内容 要旨 要約 説明 解説 本文 abstract summary overview description outline テーマ概要 発明の概要 特徴 技術の特徴 研究の特徴 研究目的 目的 背景 研究背景 アピールポイント アピール 技術のポイント ポイント").multi(),
			field("summary_en", Prose, "英文概要 概要英語 英語概要 概要英文 summary_en abstract_en english_summary english_abstract"),
			field("advantage", Prose, "従来技術との比較優位性 従来技術との比較 従来技術との違い 優位性 技術の優位性 従来技術に対する優位性 新規性 新規性優位性 独自性 強み 競合優位性 セールスポイント 従来比 advantage advantages novelty 従来技術との差異 既存技術との比較"),
			field("applications", Prose, "応用例想定用途 応用例 想定用途 用途 応用分野 想定される用途 想定される応用 活用例 活用分野 適用分野 利用分野 想定市場 想定する産業 産業応用 実用化イメージ 期待される効果 製品イメージ application applications use_case usecases 想定される活用例 応用 想定ユーザー 適用例 想定業界").multi(),
			field("challenges", Prose, "実用化に向けた課題 実用化への課題 実用化の課題 課題 今後の課題 残された課題 技術課題 解決すべき課題 事業化への課題 challenge challenges issue issues"),
			field("keywords", List, keyword).multi(),
			field("fields", Theme, theme).multi(),
			field("trl", Level, "trl trlレベル 技術成熟度 技術成熟度レベル 技術レベル 研究段階 開発段階 開発フェーズ 成熟度 trl1-9 technology_readiness_level readiness 研究開発段階 実用化段階"),
			field("trl_date", Date, "trl判定日 trl評価日 trl日付 trl_date 判定日"),
			field("ip", Rights, "知財 知的財産 知的財産権 特許 特許番号 特許情報 特許等 関連特許 知財情報 知財番号 出願番号 特許出願番号 登録番号特許 公開番号 特許出願 patent patents patent_number ip 産業財産権 特許知財 知財状況 特許状況 出願状況 知財の状況").multi(),
			field("forms", Form, form).multi(),
			field("budget", Amount, budget),
			field("months", Months, "期間 希望期間 研究期間 共同研究期間 想定期間 実施期間 period duration months"),
			field("category", Line, "種目 研究種目 category grant_category 事業名 制度名 研究種別 プログラム program programme 助成区分 資金"),
			field("remark", Prose, "コーディネーターの一言 コーディネータの一言 コーディネーター所見 コメント 備考 所見 remark remarks comment comments note notes 推薦コメント coの一言 メモ 特記事項"),
			field("contact", Prose, contact),
			field("detail", Prose, "詳細 非公開情報 非公開 詳細情報 社外秘 内部メモ 秘密情報 detail details confidential 内部情報 未公開情報"),
		},
		Needs: {
			field("title", Line, "件名 題目 タイトル ニーズ名 ニーズ ニーズ名称 ニーズタイトル 課題名 テーマ テーマ名 相談件名 案件名 募集テーマ 課題タイトル title need subject theme 表題 標題 相談タイトル 要望名"),
			field("title_en", Line, "題目英語 英文題目 title_en english_title 英語タイトル"),
			field("number", Code, number),
			field("words", Prose, "困りごと お困りごと 困り事 お困り事 相談内容 ご相談内容 相談 ニーズ内容 ニーズの内容 ニーズ詳細 内容 要望 ご要望 課題内容 現場の声 本人の言葉 悩み 具体的内容 詳細 説明 description need_description request problem_in_own_words 依頼内容 概要 ニーズ概要 要約").multi(),
			field("problem", Prose, "課題 解決したい課題 整理後の課題 技術課題 課題の整理 解決すべき課題 抱えている課題 地域課題 problem problems issue challenge 求める技術 求めるシーズ 求めている技術"),
			field("background", Prose, "背景 経緯 課題の背景 背景経緯 現状 現状と背景 相談の背景 背景と経緯 background context 現状の問題 地域の現状"),
			field("conditions", Prose, "条件 求める性能条件 求める条件 求める性能 要求仕様 要求性能 必要条件 仕様 目標値 目標 スペック conditions requirements requirement specification spec 求める要件 要件"),
			field("constraints", Prose, "制約 制約条件 制限 constraint constraints 前提条件 法規制 留意点"),
			field("tried", Prose, "試したこと これまでの取組 これまでの取り組み 取組状況 取り組み状況 既に試したこと 実施済みの対策 これまでに試したこと tried 過去の取組 対策状況 既存の対策"),
			field("success", Prose, "どうなれば解決か 解決の姿 期待する成果 期待する効果 期待される効果 ゴール 目指す姿 success goal 達成目標 あるべき姿"),
			field("affected", Prose, "影響を受ける人場所 影響を受ける人 影響範囲 対象者 対象地域 場所 困っている人 affected stakeholders 誰が困っているか"),
			field("institution", Institution, "会社名 企業名 社名 法人名 事業者名 相談者名 相談者 相談企業 相談元 依頼元 団体名 組織名 機関名 自治体名 自治体 市町村 会社 企業 名称 company company_name organisation organization 所属 申込者 提案者 提供元 事業者"),
			field("contact", Prose, contact+" 担当者 担当者名 ご担当者 ご担当者名 担当者氏名 氏名 電話番号 電話 tel phone メール メールアドレス email e-mail mail").multi(),
			field("anonymity", Anonymity, "匿名可否 匿名 匿名希望 社名公開 社名公開可否 公開可否 社名の公開 企業名公開 企業名の公開 名称公開 公開範囲 社名非公開 匿名公開 anonymous 社名開示 社名公開の可否"),
			field("anonymous", Prose, "匿名版 公開文 公開用文章 公開用概要 公開用 anonymous_text public_text 公開文面 公開用テキスト"),
			field("deadline", Date, "期限 希望期限 納期 希望時期 締切 締め切り 解決希望時期 解決希望日 回答期限 希望納期 時期 deadline due due_date by_when いつまでに 期日"),
			field("budget", Amount, budget),
			field("prefecture", Place, place),
			field("municipality", Line, "市区町村 市町村名 市区町村名 municipality city 市"),
			field("kind", Asker, "種別 ニーズ種別 区分 種類 kind type ニーズ区分 相談種別 課題種別"),
			field("fields", Theme, theme+" 業種").multi(),
			field("keywords", List, keyword).multi(),
			field("forms", Form, form).multi(),
			field("trl_wish", Level, "trl 求めるtrl 希望trl 必要trl trl_wish 求める技術成熟度"),
			field("nda", Secrecy, "nda nda要否 秘密保持 秘密保持契約 秘密保持契約の要否 nda希望 守秘義務"),
			field("view", Prose, "担当者の見立て 見立て コーディネーターの見立て 所見 コメント 備考 担当者所見 対応方針 view remark remarks comment note メモ 特記事項 対応状況"),
		},
		Organisations: {
			field("name", Line, "名称 会社名 企業名 法人名 団体名 組織名 機関名 事業者名 社名 商号 商号または名称 商号又は名称 施設名 施設名称 店舗名 大学名 学校名 名前 機関 会社 企業 organisation organization company name organisation_name company_name 参画機関 参画機関名 会員名 機関名称 事業所名 公園名 hospital_name 病院名 医療機関名 要配慮者利用施設名称 クーポン名 city university"),
			field("name_en", Line, "英語名称 英文名称 名称英語 英名 英語名 英文名 name_en english_name 会社名英語 機関名英語"),
			field("kana", Reading, kana+" citykana クーポン名カナ 団体名カナ 法人名カナ"),
			field("corporate", Corporate, "法人番号 corporate_number 法人番号13桁 法人no corporateid 法人マイナンバー"),
			field("kind", Body, "種別 種類 区分 機関種別 組織種別 組織区分 法人種別 会員種別 会員区分 機関区分 業態 企業規模 規模 kind type 団体種別 分類"),
			field("prefecture", Place, place),
			field("postal", Postal, "郵便番号 〒 postal_code zip zipcode postal_num 郵便 postcode 住所_郵便番号"),
			field("address", Line, "住所 所在地 本社所在地 本店所在地 所在 本社住所 店舗住所 address 所在地_連結表記 住所番地まで 施設所在地 住所所在地").multi(),
			field("website", Web, "url ホームページ hp ホームページurl ウェブサイト webサイト web サイト website homepage 店舗url 公園hpアドレス hpアドレス リンク サイトurl"),
			field("phone", Phone, "電話番号 電話 tel 代表電話 phone phone_number telephone telephonenumber 連絡先電話番号 電話番号代表"),
			field("mail", Mail, "メールアドレス メール email e-mail mail 連絡先メールアドレス 電子メール mail_address"),
			field("contact", Line, "担当窓口 窓口 連絡窓口 連絡先 問合せ先 contact 担当部署 担当部署名"),
			field("about", Prose, "概要 事業内容 業種 事業概要 会社概要 紹介 紹介文 説明 主な事業 業務内容 about description 主要製品 製品 備考 店舗説明 公園紹介文 事業").multi(),
			field("former", List, "旧名称 旧称 別名 通称 略称 旧社名 former alias 旧会社名 旧商号"),
		},
		People: {
			field("name", Names, "氏名 名前 お名前 研究者名 研究者 教員名 担当者 担当者名 氏名漢字 姓名 会員氏名 コーディネーター名 コーディネーター name full_name person person_name researcher"),
			field("family", Line, "姓 氏 名字 苗字 family_name last_name surname"),
			field("given", Line, "名 given_name first_name"),
			field("kana", Reading, kana),
			field("english", Line, "英語氏名 英文氏名 氏名英語 氏名ローマ字 ローマ字 ローマ字氏名 英字氏名 name_en english_name romaji"),
			field("institution", Institution, org+" 会社名 企業名 勤務先 団体名 組織名 法人名 会社 company"),
			field("department", Line, "部署 部局 学部 学科 研究科 所属部署 所属部局 部署名 課 department division faculty 所属学科"),
			field("post", Line, "役職 職名 肩書 職位 役職名 職 position title job_title post"),
			field("mail", Mail, "メール メールアドレス email e-mail mail mailaddress 電子メール eメール mail_address"),
			field("phone", Phone, "電話 電話番号 tel phone 携帯 携帯電話 携帯番号 連絡先電話番号 telephone 内線"),
			field("researcher_number", Number, "研究者番号 科研費研究者番号 e-rad番号 erad erad番号 researcher_number e-rad研究者番号 kaken番号"),
			field("orcid", Orcid, "orcid orcid_id orcidid"),
			field("website", Web, "url ホームページ hp 研究室url 研究室hp ウェブサイト website researchmap researchmap_url 個人ページ"),
			field("kind", Part, "種別 区分 役割 種類 kind type 職種 立場 人材区分"),
			field("expertise", Prose, "専門 専門分野 得意分野 専門得意分野 研究分野 専門領域 専攻 キーワード expertise specialty 研究テーマ 研究内容").multi(),
			field("handles", Prose, "扱える分野 対応分野 担当分野 対応可能分野 支援分野 handles 対応可能な分野"),
			field("achievements", Prose, "実績 経歴 略歴 業績 支援実績 achievements career profile プロフィール"),
			field("remark", Prose, "備考 メモ コメント 特記事項 remark remarks note notes comment"),
		},
	}
})
