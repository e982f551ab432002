package e2e

import (
	"context"
	"net/url"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
)

// TestTheWalkOfANewUser does what somebody does who tries Kyoten with her own
// files: she enters as a coordinator, brings in a spreadsheet of seeds and one of
// needs as offices have them, mends the mapping, applies, looks at candidates
// with their reasons, decides five by keyboard, finds a record again and takes an
// import back.
func TestTheWalkOfANewUser(t *testing.T) {
	browser := Start(t)
	for name, database := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return dbtest.PostgresURL(t, false) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_DATA_HOME", t.TempDir()) // where the index of a PostgreSQL hub is kept
			w := &newcomer{Tab: browser.Tab(t, Laptop, true), url: Demo(t, database(t))}
			w.Play(w.url, "coordinator")
			seeds := w.bringIn("seeds", workbook(t, "シーズ一覧.xlsx", seedRows), 6, "ひとこと自慢", "advantage")
			w.bringIn("needs", workbook(t, "相談票.xlsx", needRows), 5, "ねらいどころ", "conditions")
			w.decideFive()
			w.findAgain()
			w.takeBack(seeds)
			w.pictures()
		})
	}
}

// newcomer is one person on her way.
type newcomer struct {
	*Tab
	url string
}

// bringIn imports a file of a kind, of which made rows are good and others are
// not, after telling what one column means; and gives the import's address.
func (w *newcomer) bringIn(kind, file string, made int, column, field string) string {
	w.t.Helper()
	w.Open(w.url + "/intake/new?kind=" + kind)
	w.Do(chromedp.SetUploadFiles(chromedp.CSS("input[name=file]"), []string{file}))
	w.Click("form[action='/intake/new'] button[type=submit]")
	w.until(`document.querySelector("form[action$='/apply'] button") !== null`, "the plan for "+kind)
	w.Accessible()

	// The office's own word for a column is told by hand.
	choice := `[...document.querySelectorAll("select[name^='col.']")].find(s => s.closest(".field").textContent.includes(` + quote(column) + `))`
	if !Eval[bool](w.Tab, `(() => {
		const s = `+choice+`;
		if (!s) return false;
		s.closest("details")?.setAttribute("open", "");
		s.value = `+quote(field)+`;
		s.setAttribute("data-told", "");
		return s.value === `+quote(field)+`;
	})()`) {
		w.t.Fatalf("the column %q cannot be told to be %s", column, field)
	}
	was := Eval[string](w.Tab, "String(performance.timeOrigin)")
	w.Click("form[action$='/setup'] button[type=submit]")
	w.until(`String(performance.timeOrigin) !== `+quote(was)+` && document.querySelector("form[action$='/apply'] button") !== null`, "the new plan for "+kind)
	w.Screenshot("doc-import-"+kind, false)

	w.Click("form[action$='/apply'] button")
	w.until(`document.querySelector("a[href$='/undo']") !== null`, "the end of the import of "+kind)
	if got := Eval[int](w.Tab, `parseInt(document.querySelector("a[href*='show=create']").innerText.replace(/\D/g, ""))`); got != made {
		w.t.Errorf("%d %s were made of the file, want %d", got, kind, made)
	}
	return w.URL()
}

// decideFive goes through the needs she brought and decides on the first
// candidate of each with the keys alone.
func (w *newcomer) decideFive() {
	w.t.Helper()
	for i := range 5 {
		title := needTitle(i)
		row := `[...document.querySelectorAll("a[href^='/review/need/']")].find(a => a.innerText.includes(` + quote(title) + `))`
		w.eventually(w.url+"/review", row+` !== undefined`, "the need "+title+" in the queue")
		address := Eval[string](w.Tab, row+".href")
		w.eventually(address, `document.querySelector("[data-key='1']") !== null`, "a candidate for "+title)
		if i == 0 {
			w.Accessible()
			w.Screenshot("doc-review", false)
			if marks := Eval[int](w.Tab, `document.querySelectorAll("main mark").length`); marks < 2 {
				w.t.Errorf("%d words are marked as the reason for %q", marks, title)
			}
		}
		before := Eval[int](w.Tab, `document.querySelectorAll("form[action^='/review/undo/']").length`)
		switch i {
		case 1:
			w.Press("2") // not now
		case 2:
			w.Press("3") // no, and why
			w.Click("input[name=reason][value=too_early]")
			w.Press("\r")
		default:
			w.Press("1") // a candidate
		}
		w.eventually(address, `document.querySelectorAll("form[action^='/review/undo/']").length > `+strconv.Itoa(before), "the decision on "+title)
	}
	w.Open(w.url + "/review/decisions")
	for _, word := range []string{"候補", "見送", "合わない"} {
		w.Shows(word)
	}
}

// findAgain looks for a seed by two characters of it, from the search box.
func (w *newcomer) findAgain() {
	w.t.Helper()
	w.Open(w.url + "/seeds")
	w.Press("/")
	w.Press("和紙")
	w.Press("\r")
	w.until(`document.body.innerText.includes(`+quote(seedTitle(0))+`)`, "the seed in the search")
}

// takeBack undoes the import of the seeds: those that she decided on stay and
// are named, the others are gone from the search.
func (w *newcomer) takeBack(address string) {
	w.t.Helper()
	w.Open(address)
	if Eval[bool](w.Tab, `document.querySelector("details:not([open]) a[href$='/undo']") !== null`) {
		w.Click("details:has(a[href$='/undo']) > summary")
	}
	w.Click("a[href$='/undo']")
	w.Click("form[action$='/undo'] button[type=submit]")
	w.until(`document.body.innerText.includes("元に戻しました")`, "the end of the undo")
	w.Shows("戻したもの 1 件、残したもの 5 件")
	// What nobody decided on is found no more; what she decided on stays.
	w.eventually(w.url+"/seeds?q="+url.QueryEscape("山菜 あく"), `!document.body.innerText.includes(`+quote(seedTitle(5))+`)`, "the seed to be gone")
	w.Open(w.url + "/seeds?q=" + url.QueryEscape("和紙 吸音"))
	w.Shows(seedTitle(0))
}

// pictures takes the pictures of docs/screenshots, as a laptop's screen and a
// phone's show the pages.
func (w *newcomer) pictures() {
	w.t.Helper()
	for _, p := range []struct{ name, path, click string }{
		{"portal", "/areas/hokuriku", ""},
		{"seeds", "/seeds", ""},
		{"seed", "/seeds?q=" + url.QueryEscape("漆 硬化"), "main .row-title"},
		{"need", "/needs?q=" + url.QueryEscape("漆 乾き"), "main .row-title"},
		{"queue", "/review", ""},
		{"search", "/search?q=" + url.QueryEscape("雪"), ""},
	} {
		w.Resize(Laptop)
		w.Open(w.url + p.path)
		if p.click != "" {
			w.Click(p.click)
			w.until(`document.querySelector("h1") !== null && location.search === ""`, "the record of "+p.name)
		}
		w.Screenshot("doc-"+p.name, false)
		w.Resize(Phone)
		w.Screenshot("doc-"+p.name+"-phone", false)
	}
}

// until waits for a condition on the page as it stands, which may renew itself.
func (w *newcomer) until(condition, what string) {
	w.t.Helper()
	w.wait(condition, what, func() {})
}

// eventually opens an address again and again until a condition holds: the index
// follows a change within two seconds.
func (w *newcomer) eventually(address, condition, what string) {
	w.t.Helper()
	w.Open(address)
	w.wait(condition, what, func() { w.Open(address) })
}

func (w *newcomer) wait(condition, what string, again func()) {
	w.t.Helper()
	for range 60 {
		if w.holds(condition) {
			return
		}
		time.Sleep(500 * time.Millisecond)
		again()
	}
	w.Screenshot("walk-failed", true)
	w.t.Fatalf("%s: waited in vain at %s", what, w.URL())
}

// holds reports whether a condition is true on the page. While a page gives way
// to the next there is nothing to ask, and it does not hold.
func (w *newcomer) holds(condition string) bool {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.readyState === 'complete' && !!("+condition+")"))
	return err == nil && v
}

// The rows she brings. The last seed has no title and is refused, as is the last
// need, which says nothing; other doubtful cells are taken with a note.
var (
	seedRows = [][]any{
		{"北陸大地大学　研究シーズ一覧（令和8年度）"},
		{},
		{"No.", "研究題目", "概要", "想定用途", "所属機関", "研究者名", "キーワード", "分野", "TRL", "希望予算（万円）", "ひとこと自慢"},
		{1, "越前和紙の長い繊維を使った軽い吸音パネル", "楮の長い繊維を立体に漉き、会議室や病院の反響をおさえる軽い吸音材をつくる。", "コールセンター、会議室、病院の待合室の吸音", "北陸大地大学", "藤枝　涼", "和紙、吸音、反響", "材料", "５", "３００", "石こうボードの四分の一の重さ"},
		{2, "屋根雪の重さを柱の縮みから知る無線センサー", "柱に貼った小さなひずみ計で屋根に積もった雪の重さを推定し、雪下ろしの時期を知らせる。", "空き家や集会所の屋根雪の見守り", "北陸大地大学", "雪野　晴", "屋根雪、積雪荷重、雪下ろし", "雪・防災", "6", "250万円", "電池で三冬動く"},
		{3, "養殖カキの殻を短時間で砕く低温粉砕", "カキ殻を低温で砕き、肥料や路盤の材料に使える粉にする。", "カキ殻の処分に困る漁協", "北陸大地大学", "磯部　渚", "カキ殻、粉砕、肥料", "水産", "レベル4", "三百万くらい", "においが出ない"},
		{4, "刺しゅうミシンで縫い込む導電糸の見守りシーツ", "導電糸を縫い込んだシーツで、寝たきりの人の体の向きと床ずれの危険を知る。", "介護施設の夜間の見守り", "北陸大地大学", "糸井　結", "導電糸、床ずれ、見守り", "介護", "12", "", "洗濯機で洗える"},
		{5, "獣道の足跡をカメラで数えてイノシシの出没を予測する", "農道のカメラの画像からイノシシの足跡を数え、畑に出る晩を予測する。", "集落ぐるみの獣害対策", "北陸大地大学", "山根　楓", "イノシシ、獣害、出没予測", "農業", 5, 180, "電波の届かない谷でも使える"},
		{6, "超音波で山菜のあくを早く抜く", "わらびやぜんまいのあくを超音波で短い時間に抜き、歯ざわりを残す。", "山菜の加工場", "北陸大地大学", "沢田　緑", "山菜、あく抜き、超音波", "食品", 4, 120, "重曹を使わない"},
		{7, "", "題目を書き忘れた行。", "", "北陸大地大学", "藤枝　涼", "", "", "", "", ""},
	}
	needRows = [][]any{
		{"相談票（窓口受付分）"},
		{"件名", "困りごと", "会社名", "期限", "分野", "ねらいどころ"},
		{"コールセンターの反響をおさえる吸音材がほしい", "古い蔵を直した事務所で電話の声が反響し、隣の声まで拾ってしまう。壁に貼れる軽い吸音材を探している。和紙のような見た目だとうれしい。", "株式会社ことのは窓口", "令和9年3月31日", "材料", "壁に貼れる軽さ"},
		{"空き家の屋根雪の重さを離れた所から知りたい", "集落に空き家が三十軒あり、屋根雪でつぶれないか毎朝見て回っている。雪下ろしの時期が分かる安いセンサーはないか。", "白嶺町", "2027/12/1", "雪・防災", "電池で冬を越す"},
		{"山積みのカキ殻を肥料にしたい", "漁協の裏にカキ殻がたまり、においの苦情が来る。砕いて肥料や路盤に使えないか。", "千鳥浜漁業協同組合", "来年の春ごろ", "水産", "においを出さない"},
		{"夜の見回りを減らして床ずれを防ぎたい", "介護施設で夜の体位交換の見回りがきつい。寝ている人の体の向きと床ずれの危険を知らせるシーツのようなものはないか。", "社会福祉法人ひだまり", "", "介護", "洗濯できる"},
		{"イノシシが畑に出る晩を前もって知りたい", "毎晩電気柵を見回るのがつらい。カメラの画像などでイノシシの出没を予測し、出る晩だけ備えたい。", "山田集落営農組合", "2026-12-20", "農業", "電波の届かない谷"},
		{"", "", "株式会社なまえだけ", "", "", ""},
	}
)

// title gives the title of the nth record of a file, whose rows begin at first.
func title(rows [][]any, first, column, n int) string { return rows[first+n][column].(string) }

func seedTitle(n int) string { return title(seedRows, 3, 1, n) }
func needTitle(n int) string { return title(needRows, 2, 0, n) }

// workbook writes rows as an Excel file.
func workbook(t *testing.T, name string, rows [][]any) string {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = f.SetSheetRow("Sheet1", cell, &row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}
