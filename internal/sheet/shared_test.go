package sheet

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/hub/hubtest"
)

func openShared(t testing.TB, parts ...string) (*Book, error) {
	t.Helper()
	p := hubtest.Shared(t, append([]string{"data"}, parts...)...)
	f, err := os.Open(p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return Open(filepath.Base(p), f, st.Size(), Options{})
}

// Every real file is read as what it is: its header, its number of records and
// a value that a naive reader gets wrong.
func TestRealTables(t *testing.T) {
	type value struct {
		row  int
		col  string
		text string
	}
	for _, c := range []struct {
		path          string
		encoding      string
		sheet         string
		first, header int
		rows          int
		names         []string // the first headers
		values        []value
		rules         []string
	}{
		{"import/hospital_list.csv", "UTF-8", "", 1, 1, 574, []string{"id", "<病院（保健所別） H27.10.1現在>", "hospital_name"}, []value{{2, "D", "S22.4.1"}, {3, "I", "函館市"}}, []string{"L1-06", "L1-07", "L3-05"}},
		{"import/yaizu/222127_aed.csv", "UTF-8", "", 1, 1, 82, []string{"都道府県コード又は市区町村コード", "NO"}, []value{{2, "B", "0000000001"}}, nil},
		{"import/yaizu/222127_dono_station.csv", "UTF-8", "", 1, 1, 30, []string{"No.", "土のうステーション置き場"}, []value{{2, "B", "石脇チビッコ広場"}, {31, "A", "30"}}, []string{"L1-14"}},
		{"import/yaizu/222127_fire_hydrant.csv", "UTF-8", "", 1, 1, 193, []string{"全国地方公共団体コード", "ID"}, []value{{2, "F", "0003000"}}, nil},
		{"import/yaizu/222127_hinannjo.csv", "UTF-8", "", 1, 1, 56, []string{"NO"}, nil, nil},
		{"import/yaizu/222127_koujouheisetsuchokubaijo.csv", "UTF-8", "", 1, 1, 32, []string{"ID", "事業者名"}, []value{{2, "A", "0000001"}, {2, "K", "土;日;祝"}}, []string{"L1-07"}},
		{"import/yaizu/222127_park_info.csv", "UTF-8", "", 1, 1, 142, []string{"ID", "公園名"}, []value{{2, "F", "32,500"}}, []string{"L2-01"}},
		{"import/yaizu/222127_preschool.csv", "UTF-8", "", 1, 1, 60, []string{"都道府県コ―ド又は市区町村コ―ド"}, nil, nil},
		{"import/yaizu/222127_traffic_accident_2022.csv", "UTF-8 BOM", "", 1, 1, 675, []string{"事故内容", "事故内容区分"}, []value{{2, "R", "2022-11-02"}}, nil},
		{"import/yaizu/attributes.csv", "UTF-8", "", 1, 1, 4, []string{"original_name", "display_name", "label_flag"}, []value{{5, "A", "業種"}}, nil},
		{"import/yaizu/digital_coupon.csv", "UTF-8 BOM", "", 1, 1, 548, []string{"ソート番号", "クーポン名"}, []value{{2, "B", "MASUYA"}}, nil},
		{"import/yaizu/yohairyosya.csv", "CP932", "", 1, 1, 277, []string{"№", "要配慮者利用施設名称"}, []value{{2, "I", "①障害福祉サービス等提供施設"}, {2, "E", "焼津市八楠1丁目5-19　1階"}}, []string{"L1-08", "L1-14", "L3-08"}},
		{"import/yaizu/焼津市参加店舗リスト_飲食.csv", "UTF-8 BOM", "", 1, 1, 221, []string{"ID", "業種", "店舗名"}, nil, nil},
		{"import/yaizu/焼津市参加店舗リスト_小売り.csv", "UTF-8 BOM", "", 1, 1, 365, []string{"ID", "業種", "店舗名"}, nil, nil},
		{"import/yaizu/焼津市参加店舗リスト_その他.csv", "UTF-8 BOM", "", 1, 1, 116, []string{"ID", "業種", "店舗名"}, nil, nil},
		{"import/yaizu/timeFormat.xlsx", "", "Sheet1", 1, 1, 2, []string{"#property"}, []value{{2, "J", "08:30"}, {3, "J", "09:30"}}, nil},
		{"import/mlit_road_definition.xlsx", "", "Sheet1", 1, 1, 4595, []string{"id", "class", "number"}, []value{{4596, "A", "1709770010"}, {4596, "D", "菊水元町６条中通１号線"}}, []string{"L1-05", "L2-03"}},
		{"import/gif/438-1_コアデータモデル_コード一覧.xlsx", "", "コード一覧", 20, 20, 280, []string{"コード一覧No.", "プレフィックス", "コード一覧名称"}, []value{{22, "F", "不明"}}, []string{"L3-01"}},
		{"import/gif/438_コアデータモデル_DMD.xlsx", "", "個人", 2, 2, 46, []string{"No.", "プレフィックス", "項目名", "必須パターン1推奨:高"}, []value{{4, "C", "氏"}}, []string{"L3-01", "L1-04", "L1-06"}},
		{"import/gif/438_コアデータモデル_DMD.xlsx", "", "関連組織情報型", 2, 2, 2, []string{"No."}, nil, nil},
		{"import/gif/451-8-1_別表各種調達標準の比較.xlsx", "", "対比表（入札公告）", 3, 4, 66, []string{"入札公告", "データ項目名", "英語表記", "説明", "備考"}, []value{{17, "A", "公告内容"}, {5, "B", "公示種別"}}, []string{"L1-12", "L1-03", "L3-01"}},
		{"import/gif/491-2_コード_コード一覧_20240814.xlsx", "", "個人", 1, 1, 39, []string{"通しNo", "分類", "分類別No", "名前", "データのURL", "データ形式"}, []value{{2, "D", "マイナンバー"}}, []string{"L1-06"}},
		{"import/gif/491-2_コード_コード一覧_20240814.xlsx", "", "気象", 8, 8, 15, []string{"通しNo"}, nil, []string{"L3-01"}},
		{"import/gif/491-3-1_POIコード表.xlsx", "", "根拠コード等対応表（180110）", 1, 2, 902, []string{"大分類", "", "POI", "解説", "既存コード等の根拠 コード", "既存コード等の根拠 対象"}, []value{{4, "B", "0101"}, {3, "A", "地形"}}, []string{"L1-12", "L1-05"}},
		{"import/gif/491-3-1_POIコード表.xlsx", "", "変更履歴", 3, 3, 6, []string{"改定年月日"}, []value{{4, "A", "2019-03-28"}}, nil},
		{"reference/localgovjp/localgovjp-sjis.csv", "CP932", "", 1, 1, 1916, []string{"pid", "pref", "cid", "city"}, []value{{2, "D", "札幌市"}}, []string{"L3-08"}},
		{"reference/localgovjp/localgovjp-utf8.csv", "UTF-8 BOM", "", 1, 1, 1916, []string{"pid"}, []value{{2, "J", "011002"}}, nil},
		{"reference/localgovjp/prefjp-utf8.csv", "UTF-8", "", 1, 1, 47, []string{"pid", "pref"}, nil, nil},
		{"reference/holidays/syukujitsu.csv", "CP932", "", 1, 1, 1067, []string{"国民の祝日・休日月日"}, []value{{2, "A", "1955/1/1"}}, nil},
		{"reference/jsic/000420038.csv", "UTF-8 BOM", "", 1, 1, 2109, []string{"大分類コード"}, []value{{2, "E", "農業，林業"}}, nil},
		{"load/kaken_projects.tsv", "UTF-8", "", 1, 1, 57065, []string{"award_number", "title", "institution", "category", "total_grant_jpy", "keywords"}, []value{{2312, "B", `"糖質資化のホモキラリティー"への挑戦!　《L-グルコース代謝の多様性の解析》`}, {57066, "D", "研究活動スタート支援"}}, nil},
	} {
		t.Run(c.path+" "+c.sheet, func(t *testing.T) {
			b, err := openShared(t, strings.Split(c.path, "/")...)
			if err != nil {
				t.Fatal(err)
			}
			if b.Encoding != c.encoding {
				t.Errorf("encoding %q", b.Encoding)
			}
			tb, err := b.Best()
			if c.sheet != "" {
				tb, err = b.Table(c.sheet)
			}
			if err != nil {
				t.Fatal(err)
			}
			if tb.HeaderFirst != c.first || tb.HeaderLast != c.header {
				t.Errorf("header in rows %d–%d, want %d–%d", tb.HeaderFirst, tb.HeaderLast, c.first, c.header)
			}
			if got := names(tb)[:len(c.names)]; !slices.Equal(got, c.names) {
				t.Errorf("headers %q, want %q", got, c.names)
			}
			check := tb.Checker()
			n := 0
			for r, err := range tb.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				n++
				check.Row(r)
				for _, v := range c.values {
					if r.Number == v.row {
						i := slices.IndexFunc(tb.Columns, func(col Column) bool { return col.Letter == v.col })
						if r.Cells[i].Text != v.text {
							t.Errorf("%s%d is %q, want %q", v.col, v.row, r.Cells[i].Text, v.text)
						}
					}
				}
			}
			if n != c.rows {
				t.Errorf("%d records, want %d", n, c.rows)
			}
			var rules []string
			for _, f := range check.Findings() {
				rules = append(rules, f.Rule)
			}
			for _, want := range c.rules {
				if !slices.Contains(rules, want) {
					t.Errorf("findings %v lack %s", rules, want)
				}
			}
		})
	}
}

func TestRealFilesWithoutFurigana(t *testing.T) {
	b, err := openShared(t, "import", "gif", "491-3-1_POIコード表.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	for _, tb := range b.Tables {
		if strings.Contains(strings.Join(names(tb), "|"), "ダイブンルイ") {
			t.Errorf("furigana in the headers of %s: %q", tb.Sheet, names(tb))
		}
		for r := range tb.Rows() {
			if r.Cells[0].Text == "地形チケイ" {
				t.Errorf("furigana in row %d", r.Number)
			}
		}
	}
}

func TestRealFilesRefused(t *testing.T) {
	for path, key := range map[string]string{
		"import/soumu_000925835.xls":                     "sheet.xls",
		"reference/holidays/holidays_detailed.yml":       "sheet.not_spreadsheet",
		"reference/localgovjp/README.md":                 "sheet.not_spreadsheet",
		"reference/universities/r4-university-info.json": "sheet.not_spreadsheet",
		"reference/topojson/smartnews/prefectures.json":  "sheet.not_spreadsheet",
	} {
		_, err := openShared(t, strings.Split(path, "/")...)
		if e, ok := errors.AsType[*hub.Error](err); !ok || e.Key != key {
			t.Errorf("%s: %v, want %s", path, err, key)
		}
	}
}

func TestLargeFileIsFast(t *testing.T) {
	b, err := openShared(t, "load", "kaken_projects.tsv")
	tb := best(t, b, err)
	start, n := time.Now(), 0
	for range tb.Rows() {
		n++
	}
	if d := time.Since(start); n != 57065 || d > 5*time.Second {
		t.Errorf("%d rows in %v", n, d)
	}
}
