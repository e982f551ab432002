// Package gallery shows every component of web/ui with made-up contents, in both
// languages, so that whoever changes one can look at all of them and browser
// tests can check them. It is served by tests and never by the product.
package gallery

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// now is when the gallery's stories happen.
var now = time.Date(2026, 11, 23, 5, 30, 0, 0, time.UTC)

// Routes are the gallery's pages.
func Routes() []web.Route {
	var out []web.Route
	for path, page := range map[string]func(*http.Request) templ.Component{
		"/{$}":     func(*http.Request) templ.Component { return parts() },
		"/seeds":   func(r *http.Request) templ.Component { return listPage(seeds(r)) },
		"/empty":   func(*http.Request) templ.Component { return emptyPage() },
		"/record":  func(*http.Request) templ.Component { return recordPage() },
		"/review":  func(*http.Request) templ.Component { return reviewPage() },
		"/form":    func(*http.Request) templ.Component { return formPage(ui.NewForm("scope", "hub", "kind", "joint"), nil) },
		"/wrong":   func(*http.Request) templ.Component { return formPage(wrongForm(), nil) },
		"/portal":  func(*http.Request) templ.Component { return portalPage() },
		"/confirm": func(*http.Request) templ.Component { return confirmPage() },
		"/work":    func(*http.Request) templ.Component { return workPage() },
		"/work/at": func(r *http.Request) templ.Component {
			return ui.Progress(ui.Work{Label: say(r.Context(), "取り込みました", "Imported"), Done: 1240, Total: 1240})
		},
		"/sheet": func(*http.Request) templ.Component { return sheet() },
		"/failure": func(r *http.Request) templ.Component {
			return ui.ErrorPage(i18n.T(r.Context(), "error.title_500"), i18n.T(r.Context(), "error.internal"), hub.RequestOf(r.Context()))
		},
	} {
		out = append(out, web.Route{Method: "GET", Pattern: path, Public: true, Section: "seeds", Handler: func(w http.ResponseWriter, r *http.Request) error {
			return web.Render(w, r, http.StatusOK, page(r))
		}})
	}
	return out
}

// Chrome is what stands around the gallery's pages.
func Chrome(r *http.Request) ui.Chrome {
	ctx := r.Context()
	kansai := ui.Area{Slug: "kansai", Name: hub.Text{JA: "関西エリア拠点（見本）", EN: "Kansai hub (sample)"}, Href: "/?area=kansai"}
	return ui.Chrome{
		Area: kansai,
		Areas: []ui.Area{
			{Slug: "north", Name: hub.Text{JA: "北エリア拠点（見本）", EN: "North hub (sample)"}, Href: "/?area=north"},
			kansai,
			{Slug: "hokuriku", Name: hub.Text{JA: "北陸エリア拠点（見本）", EN: "Hokuriku hub (sample)"}, Href: "/?area=hokuriku"},
		},
		Nav: []ui.NavItem{
			{Section: "today", Href: "/", Icon: "today", Count: 7},
			{Section: "seeds", Href: "/seeds", Icon: "seed"},
			{Section: "needs", Href: "/empty", Icon: "need"},
			{Section: "review", Href: "/review", Icon: "match", Count: 12},
			{Section: "enquiries", Href: "/record", Icon: "mail"},
			{Section: "projects", Href: "/form", Icon: "project"},
			{Section: "organisations", Href: "/wrong", Icon: "building"},
			{Section: "people", Href: "/confirm", Icon: "person"},
			{Section: "intake", Href: "/failure", Icon: "upload", Group: "section.admin"},
		},
		Account: say(ctx, "中村 さくら", "Nakamura Sakura"), Role: i18n.T(ctx, "role.coordinator"),
		Today: 7, TodayHref: "/", SearchHref: "/seeds", SignOut: "/sign-out", Sample: true,
		AccountLinks: []ui.Link{{Label: i18n.T(ctx, "section.account"), Href: "/form"}},
	}
}

// say gives one of two texts, in ctx's language.
func say(ctx context.Context, ja, en string) string {
	return hub.Text{JA: ja, EN: en}.In(i18n.Lang(ctx))
}

type sample struct {
	title, by hub.Text
	field     hub.Text
	trl       string
	state     ui.State
	scope     hub.Scope
	day       hub.Date
}

// samples gives a page of seeds, with one long title and one in each scope.
func samples(ctx context.Context) []sample {
	titles := []struct{ ja, en, byJA, byEN, fJA, fEN string }{
		{"積雪寒冷地における屋根雪荷重の遠隔センシング", "Remote sensing of snow load on roofs in cold regions", "北都工科大学 雪氷工学研究室・佐伯 健", "Hokuto Institute of Technology, Saeki Ken", "土木・防災", "Civil engineering"},
		{"漆の硬化反応を制御する低温乾燥プロセス", "Low-temperature curing process for urushi lacquer", "金沢学院工科大学・能登 美咲", "Kanazawa Gakuin Institute, Noto Misaki", "材料・化学", "Materials"},
		{"ホタテ貝殻由来カルシウムを用いた抗菌コーティング材の開発と、水産加工場における長期耐久性の実証", "Antibacterial coating from scallop-shell calcium, with long-term proof in fish-processing plants", "道東海洋大学・工藤 亮", "Doto Ocean University, Kudo Ryo", "材料・化学", "Materials"},
		{"友禅染の図案を学習した文様生成AI", "Pattern-generating AI trained on yuzen dyeing designs", "京洛芸術工科大学・西村 彩", "Kyoraku University of Art and Technology, Nishimura Aya", "情報・AI", "Information, AI"},
		{"在宅介護の見守りを支える非接触バイタル計測", "Contactless vital signs for home care", "北陸医療福祉大学・高瀬 悠", "Hokuriku University of Health, Takase Yu", "医療・福祉", "Health and care"},
		{"圃場の土壌水分を面で推定する電波計測", "Radio mapping of soil moisture in fields", "北都工科大学・大野 真", "Hokuto Institute of Technology, Ono Makoto", "農林水産", "Agriculture"},
		{"中小製造業のための溶接ビード外観検査", "Weld-bead inspection for small manufacturers", "近江工業大学・岡田 拓也", "Omi Institute of Technology, Okada Takuya", "ものづくり", "Manufacturing"},
		{"木質バイオマス灰の農地還元に向けた重金属評価", "Assessing heavy metals in wood ash for farmland", "大雪農業大学・原 由美", "Taisetsu Agricultural University, Hara Yumi", "環境・エネルギー", "Energy"},
	}
	states := []ui.State{
		{Label: say(ctx, "公開", "Public"), Tone: ui.Good},
		{Label: say(ctx, "研究者確認待ち", "Awaiting researcher"), Tone: ui.Active},
		{Label: say(ctx, "下書き", "Draft")},
		{Label: say(ctx, "要更新", "Needs update"), Tone: ui.Caution},
		{Label: say(ctx, "終了", "Ended"), Tone: ui.Ended},
	}
	var out []sample
	for i := range 25 {
		t := titles[i%len(titles)]
		out = append(out, sample{
			title: hub.Text{JA: t.ja, EN: t.en}, by: hub.Text{JA: t.byJA, EN: t.byEN}, field: hub.Text{JA: t.fJA, EN: t.fEN},
			trl: string(rune('2' + i%6)), state: states[i%len(states)], scope: hub.Scopes[i%len(hub.Scopes)],
			day: hub.DateOf(now).AddDays(-i * 3),
		})
	}
	return out
}

type listed struct {
	table  ui.Table
	facets []ui.Facet
	addr   ui.Address
}

func seeds(r *http.Request) listed {
	ctx := r.Context()
	l := web.ReadList(r, []string{"title", "trl", "updated"}, []string{"field", "trl", "state"})
	t := ui.Table{
		Caption: i18n.T(ctx, "section.seeds"), Address: l.Address, Select: "id", Form: "bulk",
		Columns: []ui.Column{
			{Key: "title", Title: say(ctx, "題目", "Title"), Kind: ui.TitleColumn, Sortable: true},
			{Key: "field", Title: say(ctx, "分野", "Field")},
			{Key: "trl", Title: "TRL", Kind: ui.NumberColumn, Sortable: true},
			{Key: "state", Title: say(ctx, "状態", "State"), Kind: ui.MarkColumn, Main: true},
			{Key: "scope", Title: i18n.T(ctx, "scope.column"), Kind: ui.MarkColumn, Main: true},
			{Key: "updated", Title: i18n.T(ctx, "record.updated"), Kind: ui.DateColumn, Sortable: true},
		},
	}
	for i, s := range samples(ctx) {
		var mark []templ.Component
		if i < 2 {
			mark = append(mark, ui.NewMark())
		}
		title := ui.TitleCell(ui.Link{Label: i18n.Text(ctx, s.title), Href: "/record"}, i18n.Text(ctx, s.by), mark...)
		if l.Words != "" {
			title = ui.MarkedTitleCell("/record", ui.Words(i18n.Text(ctx, s.title), strings.Fields(l.Words)...), ui.Words(i18n.Text(ctx, s.by), strings.Fields(l.Words)...))
		}
		t.Rows = append(t.Rows, ui.Row{ID: string(rune('a' + i)), Title: i18n.Text(ctx, s.title), Cells: []templ.Component{
			title, ui.Text(i18n.Text(ctx, s.field)), ui.Text(s.trl), ui.StateChip(s.state), ui.ScopeMark(s.scope), ui.DayCell(s.day),
		}})
	}
	facets := []ui.Facet{
		{Name: "field", Title: say(ctx, "分野", "Field")},
		{Name: "state", Title: say(ctx, "状態", "State"), Values: []ui.FacetValue{{Value: "public", Label: say(ctx, "公開", "Public"), Count: 112}, {Value: "draft", Label: say(ctx, "下書き", "Draft"), Count: 31}, {Value: "stale", Label: say(ctx, "要更新", "Needs update"), Count: 9}}},
		{Name: "trl", Title: "TRL"},
	}
	for i, f := range [][2]string{{"材料・化学", "Materials"}, {"情報・AI", "Information, AI"}, {"医療・福祉", "Health and care"}, {"農林水産", "Agriculture"}, {"ものづくり", "Manufacturing"}, {"土木・防災", "Civil engineering"}, {"環境・エネルギー", "Energy"}, {"人文・デザイン", "Humanities, design"}, {"経済・経営", "Economics"}, {"観光", "Tourism"}} {
		facets[0].Values = append(facets[0].Values, ui.FacetValue{Value: f[1], Label: say(ctx, f[0], f[1]), Count: 1240 / (i + 1)})
	}
	for i := range 5 {
		facets[2].Values = append(facets[2].Values, ui.FacetValue{Value: string(rune('2' + i)), Label: "TRL " + string(rune('2'+i)), Count: 40 - 7*i})
	}
	return listed{t, facets, l.Address}
}

// reason is the candidate that the record and review pages show.
func reason(ctx context.Context, fresh bool) ui.Reason {
	return ui.Reason{
		Title: ui.Words(say(ctx, "積雪寒冷地における屋根雪荷重の遠隔センシング", "Remote sensing of snow load on roofs in cold regions"), "雪", "snow", "roofs"),
		Href:  "/record", By: say(ctx, "北都工科大学・佐伯 健", "Hokuto Institute of Technology, Saeki Ken"), Scope: hub.Members,
		Sentence:   say(ctx, "屋根に積もった雪の重さを人が登らずに測る技術で、空き家の雪下ろしを見きわめたいという課題に応えられます。", "Measures the weight of snow on a roof without anyone climbing up, which answers the wish to know which empty houses need clearing."),
		Confidence: "high", New: fresh,
		Ours:    ui.Passage{Label: say(ctx, "ニーズ：困っていること", "Need: the problem"), Text: ui.Words(say(ctx, "空き家の屋根雪が隣家に落ちる事故が続いている。人手が足りず、どの家から雪かきをすべきか判断できない。", "Snow sliding off the roofs of empty houses keeps damaging neighbours. We lack hands and cannot tell which house to clear first."), "屋根", "雪", "snow", "roofs")},
		Theirs:  ui.Passage{Label: say(ctx, "シーズ：概要", "Seed: summary"), Text: ui.Words(say(ctx, "屋根に後付けするひずみ計と気象予測から雪荷重を推定し、除雪が必要な日を三日前に知らせる。", "Strain gauges fitted to roofs and a weather forecast estimate the snow load and tell three days ahead when clearing is due."), "屋根", "雪", "snow", "roofs")},
		Bridges: []ui.Bridge{{From: say(ctx, "雪かき", "clear"), To: say(ctx, "除雪", "snow removal")}, {From: say(ctx, "空き家", "empty houses"), To: say(ctx, "既存住宅", "existing housing")}},
		Aspects: []ui.Aspect{
			{Label: i18n.T(ctx, "reason.field"), Here: say(ctx, "防災・まちづくり", "Disaster prevention"), There: say(ctx, "土木・防災", "Civil engineering"), Fit: "yes"},
			{Label: i18n.T(ctx, "reason.place"), Here: say(ctx, "北エリア 上杜町", "North, Kamimori"), There: say(ctx, "札幌市", "Sapporo"), Fit: "partly"},
			{Label: "TRL", Here: say(ctx, "5以上を希望", "5 or more wished"), There: "4", Fit: "no"},
			{Label: i18n.T(ctx, "reason.budget"), Here: i18n.Money(ctx, hub.Yen(3_000_000)), There: i18n.Money(ctx, hub.Money{}), Fit: "unknown"},
		},
		Unfit: []string{say(ctx, "実証は鉄骨造だけで、木造住宅での実績はまだありません（TRL 4、希望は5以上）。", "Proven on steel frames only; no record yet on wooden houses (TRL 4, wish 5 or more).")},
	}
}

func wrongForm() *ui.Form {
	f := ui.NewForm("title.ja", "", "budget.state", "amount", "budget", "三千円くらい", "due", "11月末", "summary.ja", "空き家の屋根雪が隣家に落ちる。", "scope", "public")
	f.Required("title.ja", "題目")
	f.Money("budget")
	f.Date("due")
	return f
}

func entries(ctx context.Context) []ui.Entry {
	at := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	return []ui.Entry{
		{At: at(0), Kind: ui.EntryKind{Icon: "phone", Label: say(ctx, "電話", "Call")}, Text: say(ctx, "上杜町の担当者と、実証に使える空き家の数を確認した。", "Checked with the town how many empty houses can be used for a trial."), Who: say(ctx, "中村", "Nakamura")},
		{At: at(4), Kind: ui.EntryKind{Icon: "visit", Label: say(ctx, "訪問", "Visit")}, Text: say(ctx, "佐伯研究室を訪ねた", "Visited the Saeki laboratory"), Who: say(ctx, "中村", "Nakamura"), Detail: ui.Prose(say(ctx, "木造での計測は来冬に計画。町の協力があれば一月に前倒しできる。\n\n次回は町の防災課も同席する。", "Measurements on wooden houses are planned for next winter; with the town’s help, January.\n\nThe town’s disaster office will join next time."))},
		{At: at(11), Kind: ui.EntryKind{Icon: "flag", Label: say(ctx, "状態", "State")}, Text: say(ctx, "状態が「研究者確認待ち」から「公開」に変わった。", "State changed from “Awaiting researcher” to “Public”."), Href: "/record"},
		{At: at(20), Kind: ui.EntryKind{Icon: "mail", Label: say(ctx, "メール", "Mail")}, Text: say(ctx, "原稿の確認を依頼した。", "Asked the researcher to check the draft."), Who: say(ctx, "事務局", "Office")},
	}
}
