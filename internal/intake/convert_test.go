package intake

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/hub/hubtest"
	"github.com/kyoten-hub/kyoten/internal/sheet"
)

func TestConvert(t *testing.T) {
	col := func(name string, unit int64) sheet.Column { return sheet.Column{Name: name, Unit: unit} }
	for _, c := range []struct {
		typ    Type
		in     string
		column sheet.Column
		want   string
		note   string // key of the only problem
	}{
		{Line, "雪を\n溶かす  塗料", col("", 0), "雪を 溶かす 塗料", ""},
		{List, "漆；塗装；漆", col("", 0), "漆\n塗装", ""},
		{List, "司法/精神/医療", col("", 0), "司法\n精神\n医療", ""},
		{List, "#AI #IoT", col("", 0), "AI #IoT", ""},
		{Names, "北 花子（教授）、東　一郎准教授", col("", 0), "北 花子\n東 一郎", ""},
		{Names, "Smith, John", col("", 0), "Smith, John", ""},
		{Institution, "沖縄科学技術大学院大学(2017-2019) / 東北大学(2022)", col("", 0), "東北大学\n沖縄科学技術大学院大学", ""},
		{Institution, "石川県立看護大学", col("", 0), "石川県立看護大学", ""},
		{Date, "S22.4.1", col("", 0), "1947-04-01", ""},
		{Date, "1955/1/1", col("", 0), "1955-01-01", ""},
		{Date, "令和八年四月一日", col("", 0), "2026-04-01", ""},
		{Date, "２０２６年４月", col("", 0), "2026-04-30", "intake.date_month"},
		{Date, "R8.9末", col("", 0), "2026-09-30", "intake.date_month"},
		{Date, "令和8年度末", col("", 0), "2027-03-31", "intake.date_year"},
		{Date, "43552", col("", 0), "2019-03-28", "intake.date_serial"},
		{Date, "随時", col("", 0), "", "intake.not_date"},
		{Date, "－", col("", 0), "", ""},
		{Amount, "１，２００", col("予算（千円）", 1000), "1200000", ""},
		{Amount, "3百万円", col("予算", 0), "3000000", ""},
		{Amount, "50万円程度", col("予算", 0), "500000", "intake.amount_about"},
		{Amount, "100万円～300万円", col("予算", 0), "3000000", "intake.amount_range"},
		{Amount, "応相談", col("予算", 0), "", ""},
		{Amount, "非公開", col("予算", 0), "withheld", ""},
		{Amount, "なし", col("予算", 0), "na", ""},
		{Amount, "0", col("予算", 0), "0", ""},
		{Amount, "たくさん", col("予算", 0), "", "intake.not_amount"},
		{Amount, "△5", col("予算", 0), "", "intake.amount_negative"},
		{Level, "ＴＲＬ４", col("", 0), "4", ""},
		{Level, "TRL3～5", col("", 0), "3", "intake.trl_range"},
		{Level, "基礎研究", col("", 0), "", "intake.not_trl"},
		{Level, "12", col("", 0), "", "intake.not_trl"},
		{Months, "2年間", col("", 0), "24", ""},
		{Months, "1年半", col("", 0), "18", ""},
		{Months, "6ヶ月程度", col("", 0), "6", ""},
		{Months, "3", col("期間（年）", 0), "36", ""},
		{Months, "応相談", col("", 0), "", "intake.not_months"},
		{Theme, "工芸、雪氷、謎の分野", col("", 0), "craft\nsnow\n謎の分野", ""},
		{Form, "共同研究、技術相談を希望", col("", 0), "joint_research\ntechnical_consultation", ""},
		{Place, "石川", col("", 0), "17", ""},
		{Place, "北海道札幌市", col("", 0), "01", ""},
		{Place, "どこか", col("", 0), "", "intake.not_prefecture"},
		{Body, "国立大学", col("", 0), "university", ""},
		{Body, "民間企業", col("", 0), "company", ""},
		{Body, "保育所", col("", 0), "", "intake.not_body"},
		{Corporate, "8000012010038", col("", 0), "8000012010038", ""},
		{Corporate, "8000012010039", col("", 0), "", "intake.not_corporate"},
		{Web, "example.ac.jp/lab", col("", 0), "https://example.ac.jp/lab", ""},
		{Web, "https//yaizu.example/", col("", 0), "", "intake.not_web"},
		{Mail, "ｈａｎａｋｏ＠example.jp", col("", 0), "hanako@example.jp", ""},
		{Phone, "（054）627-5225", col("", 0), "(054)627-5225", ""},
		{Phone, "非公開", col("", 0), "", "intake.not_phone"},
		{Reading, "やまだ ﾊﾅｺ", col("", 0), "ヤマダ ハナコ", ""},
		{Rights, "特願2020-123456、特許第6543210号（共願）", col("", 0), "patent|filed|特願2020-123456|joint\npatent|registered|特許第6543210号|joint", ""},
		{Rights, "出願予定", col("", 0), "patent|planned||", ""},
		{Rights, "特になし", col("", 0), "", ""},
		{Anonymity, "可", col("匿名可否", 0), "hide", ""},
		{Anonymity, "可", col("社名公開可否", 0), "show", ""},
		{Anonymity, "×", col("社名公開", 0), "hide", ""},
		{Anonymity, "匿名希望", col("社名公開", 0), "hide", ""},
		{Anonymity, "要検討", col("社名公開", 0), "", "intake.not_yes_no"},
		{Secrecy, "○", col("", 0), "wanted", ""},
	} {
		got, notes := convert(c.typ, cell{text: c.in, kind: sheet.Text, column: c.column})
		note := ""
		for _, n := range notes {
			note += n.Key
		}
		if got != c.want || note != c.note {
			t.Errorf("%s %q: %q %q, want %q %q", c.typ, c.in, got, note, c.want, c.note)
		}
	}
	if _, notes := convert(Prose, cell{text: "#N/A", kind: sheet.ErrorValue}); len(notes) != 1 || notes[0].Key != "intake.cell_error" {
		t.Errorf("an error cell: %v", notes)
	}
}

func FuzzConvert(f *testing.F) {
	for _, s := range []string{"令和元年", "1億2,000万円～", "TRL 3-4", "特願2020-1、", "2年半6ヶ月", "○", "　", "東大(2001"} {
		f.Add(s, "社名公開（千円）")
	}
	types := []Type{Line, Prose, List, Names, Institution, Date, Amount, Level, Months, Theme, Form, Place, Body, Part, Asker, Corporate, Postal, Web, Mail, Phone, Reading, Number, Orcid, Rights, Anonymity, Secrecy}
	f.Fuzz(func(t *testing.T, s, header string) {
		for _, typ := range types {
			v, notes := convert(typ, cell{text: s, kind: sheet.Text, column: sheet.Column{Name: header}})
			for _, n := range notes {
				if n.Refuses && v != "" {
					t.Errorf("%s %q is refused and yet gives %q", typ, s, v)
				}
			}
		}
	})
}

func propose(t *testing.T, k Kind, parts ...string) (*sheet.Table, map[string]string) {
	t.Helper()
	f, err := os.Open(hubtest.Shared(t, append([]string{"data"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	st, _ := f.Stat()
	b, err := sheet.Open(filepath.Base(f.Name()), f, st.Size(), sheet.Options{Known: Known(k)})
	if err != nil {
		t.Fatal(err)
	}
	tb, err := b.Best()
	if err != nil {
		t.Fatal(err)
	}
	choices, err := Propose(tb, k)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range choices {
		if c.Field != "" {
			got[c.Column.Name] = c.Field
		}
	}
	return tb, got
}

// Real files are read as what they are: each column whose meaning is plain is
// given it, and no other.
func TestRealFilesAreMapped(t *testing.T) {
	for _, c := range []struct {
		path string
		kind Kind
		want map[string]string
	}{
		{"load/kaken_projects.tsv", Seeds, map[string]string{"award_number": "number", "title": "title", "institution": "institution", "category": "category", "keywords": "keywords"}},
		{"import/hospital_list.csv", Organisations, map[string]string{"hospital_name": "name", "postal_num": "postal", "address": "address", "phone_number": "phone"}},
		{"import/yaizu/222127_preschool.csv", Organisations, map[string]string{"名称": "name", "名称_カナ": "kana", "種別": "kind", "住所": "address", "電話番号": "phone", "都道府県名": "prefecture", "法人番号": "corporate", "URL": "website", "備考": "about"}},
		{"import/yaizu/222127_koujouheisetsuchokubaijo.csv", Organisations, map[string]string{"事業者名": "name", "事業者名カナ": "kana", "住所": "address", "電話番号": "phone", "URL": "website"}},
		{"import/yaizu/yohairyosya.csv", Organisations, map[string]string{"要配慮者利用施設名称": "name", "郵便番号": "postal", "所在地": "address", "電話番号": "phone", "区分": "kind"}},
		{"reference/localgovjp/localgovjp-sjis.csv", Organisations, map[string]string{"pref": "prefecture", "city": "name", "citykana": "kana", "url": "website"}},
	} {
		tb, got := propose(t, c.kind, strings.Split(c.path, "/")...)
		for name, field := range c.want {
			if got[name] != field {
				t.Errorf("%s: %s is %q, want %q", c.path, name, got[name], field)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: mapped %v, want %v", c.path, got, c.want)
		}
		m := Mapping{}
		for _, col := range tb.Columns {
			if f := got[col.Name]; f != "" {
				m[col.Letter] = f
			}
		}
		rows, refused := 0, 0
		if _, err := Drafts(tb, c.kind, m, func(d Draft) error {
			rows++
			if d.Refused() {
				refused++
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		if want := map[bool]int{true: 32, false: 0}[c.path == "load/kaken_projects.tsv"]; refused != want || rows < 30 {
			t.Errorf("%s: %d of %d rows refused, want %d", c.path, refused, rows, want)
		}
	}
}

// A reference table or a road census is no list of seeds: nothing is imported
// from it without a person saying what the title is.
func TestForeignTablesAreNotTakenForSeeds(t *testing.T) {
	for _, path := range []string{"import/mlit_road_definition.xlsx", "reference/holidays/syukujitsu.csv", "reference/jsic/000420038.csv", "import/yaizu/attributes.csv", "import/yaizu/222127_traffic_accident_2022.csv"} {
		_, got := propose(t, Seeds, strings.Split(path, "/")...)
		for name, field := range got {
			if field == "title" && path != "import/yaizu/attributes.csv" {
				t.Errorf("%s: %s is taken for a title", path, name)
			}
		}
	}
}

func TestProposalsForUsualHeaders(t *testing.T) {
	// The cells hold あ and い: a column called E-mail without addresses is none.
	for _, c := range []struct {
		kind   Kind
		header string
		want   []string
	}{
		{Seeds, "№,研究題目,研究代表者,所属・職名,技術分野,研究の概要,従来技術との比較・優位性,応用例・想定用途,実用化に向けた課題,希望する連携形態,知的財産権,キーワード,TRL", []string{"number", "title", "researchers", "institution", "fields", "summary", "advantage", "applications", "challenges", "forms", "ip", "keywords", "trl"}},
		{Seeds, "シーズ名称,機関 名称,研究者 氏名,研究者 職名,※必須 概要", []string{"title", "institution", "researchers", "post", "summary"}},
		{Needs, "受付番号,企業名,ご担当者名,ご相談内容,解決希望時期,予算（万円）,匿名希望,業種", []string{"number", "institution", "contact", "words", "deadline", "budget", "anonymity", "fields"}},
		{Organisations, "会社名,会社名（カナ）,本社所在地,代表電話,事業内容", []string{"name", "kana", "address", "phone", "about"}},
		{People, "氏名,フリガナ,所属,役職,Ｅ－ｍａｉｌ,ＴＥＬ,専門分野", []string{"name", "kana", "institution", "post", "", "phone", "expertise"}},
	} {
		headers := strings.Split(c.header, ",")
		text := c.header + "\n" + strings.Repeat("あ,", len(headers)-1) + "い\n" + strings.Repeat("う,", len(headers)-1) + "え\n"
		b, err := sheet.Open("a.csv", strings.NewReader(text), int64(len(text)), sheet.Options{Known: Known(c.kind)})
		if err != nil {
			t.Fatal(err)
		}
		tb, err := b.Best()
		if err != nil {
			t.Fatal(err)
		}
		choices, err := Propose(tb, c.kind)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range choices {
			got = append(got, x.Field)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.header, got, c.want)
		}
	}
}
