package i18n

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

var (
	ja = With(context.Background(), hub.JA)
	en = With(context.Background(), hub.EN)
)

func TestSentencesFillTheirPlaces(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{T(ja, "list.count", "n", 12345), "12,345件"},
		{T(en, "list.count", "n", 12345), "12,345 items"},
		{T(en, "list.count", "n", 1), "1 item"},
		{T(en, "list.count", "n", int64(1)), "1 item"},
		{T(ja, "list.count", "n", 1), "1件"},
		{T(context.Background(), "button.save"), "保存する"},
		{T(ja, "no.such_key"), "no.such_key"},
		{T(ja, "list.count"), "{n}件"},
		{T(ja, "list.filter_remove", "name", "{n}"), "「{n}」を外す"},
		{T(en, "reason.bridge", "from", hub.Text{JA: "雪", EN: "snow"}, "to", hub.Sealed), "snow → Sealed"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestErrorsAreExplainedWithoutTheirInsides(t *testing.T) {
	secret := errors.New("pq: relation 封印 does not exist")
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{secret, T(ja, "error.internal")},
		{fmt.Errorf("show: %w", hub.Errorf(hub.NotFound, "error.not_found")), T(ja, "error.not_found")},
		{hub.Errorf(hub.Conflict, "not.in_catalogue"), T(ja, "error.conflict")},
		{hub.Errorf(hub.Invalid, "error.date", "value", "x"), "日付は「2026-11-23」の形で書いてください（「x」は読めません）。"},
	} {
		if got := Error(ja, c.err); got != c.want {
			t.Errorf("%v: got %q, want %q", c.err, got, c.want)
		}
	}
}

func TestDatesAndYears(t *testing.T) {
	now := time.Date(2026, 11, 23, 5, 30, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{Date(ja, "2026-11-23"), "2026年11月23日（月）"},
		{Date(en, "2026-11-03"), "Tue 3 Nov 2026"},
		{Date(ja, ""), ""},
		{DateColumn(ja, "2026-01-02"), "2026/01/02"},
		{DateColumn(en, "2026-01-02"), "2 Jan 2026"},
		{Time(ja, now), "2026年11月23日（月）14:30"},
		{Time(en, now), "Mon 23 Nov 2026, 14:30"},
		{Time(ja, time.Time{}), ""},
		{Relative(ja, now.Add(-30*time.Second), now), "たった今"},
		{Relative(ja, now.Add(-49*time.Hour), now), "2日前"},
		{Relative(en, now.Add(time.Hour), now), "in 1 hour"},
		{Relative(en, now.AddDate(0, -3, 0), now), "3 months ago"},
		{FiscalYear(ja, 2026), "令和8年度（2026年度）"},
		{FiscalYear(ja, 2019), "令和元年度（2019年度）"},
		{FiscalYear(ja, 2018), "平成30年度（2018年度）"},
		{FiscalYear(en, 1988), "FY1988 (Showa 63)"},
		{FiscalYear(ja, 1900), "1900年度"},
		{FiscalYear(en, 0), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMoneyHasFourAnswers(t *testing.T) {
	for _, c := range []struct {
		m             hub.Money
		ja, en, exact string
	}{
		{hub.Yen(0), "0円", "¥0", "0円"},
		{hub.Money{}, "不明", "unknown", "不明"},
		{hub.Money{State: hub.NotApplicable}, "該当なし", "not applicable", "該当なし"},
		{hub.Money{State: hub.Withheld}, "非公表", "withheld", "非公表"},
		{hub.Yen(12_000_000), "1,200万円", "¥12 million", "12,000,000円"},
		{hub.Yen(12_345_678), "約1,235万円", "about ¥12.35 million", "12,345,678円"},
		{hub.Yen(120_000_000), "1億2,000万円", "¥120 million", "120,000,000円"},
		{hub.Yen(99_999_999), "約1億円", "about ¥100 million", "99,999,999円"},
		{hub.Yen(3_000_000_000), "30億円", "¥3 billion", "3,000,000,000円"},
		{hub.Yen(-50_000), "−5万円", "−¥50,000", "−50,000円"},
		{hub.Yen(9_800), "9,800円", "¥9,800", "9,800円"},
	} {
		if got := Money(ja, c.m); got != c.ja {
			t.Errorf("ja: got %q, want %q", got, c.ja)
		}
		if got := Money(en, c.m); got != c.en {
			t.Errorf("en: got %q, want %q", got, c.en)
		}
		if got := MoneyExact(ja, c.m); got != c.exact {
			t.Errorf("exact: got %q, want %q", got, c.exact)
		}
	}
}
