package enquiry_test

import (
	"context"
	"crypto/sha256"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// to sets the clock to noon in Japan of a day.
func (c *clock) to(d hub.Date) { c.now = d.Time().Add(12 * time.Hour).UTC() }

// house is two areas with a chief and two coordinators in the first and an office
// in the second.
type house struct {
	*enquiry.Service
	t                                   *testing.T
	clock                               *clock
	accounts                            *account.Service
	needs                               *catalogue.Service
	log                                 *audit.Log
	north, south                        account.Area
	chief, mine, other, far, bank, firm hub.Actor
	letters                             []hub.ID
}

func each(t *testing.T, fn func(h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{t: t, clock: &clock{}}
		h.clock.to("2026-11-20") // a Friday; the Monday after is a holiday
		h.log = audit.New(d, h.clock)
		h.accounts = account.New(d, h.log, h.clock, account.Options{})
		lines := activity.New(d, h.log, h.clock)
		people := directory.New(d, h.log, lines, h.clock)
		h.needs = catalogue.New(d, h.log, lines, h.clock)
		h.Service = enquiry.New(d, h.log, h.clock, enquiry.Rooms{
			Accounts: h.accounts, Lines: lines, Directory: people, Catalogue: h.needs,
			Post: func(_ context.Context, event, _ hub.ID) error { h.letters = append(h.letters, event); return nil },
		})
		h.north, h.south = h.area("north", "北"), h.area("south", "南")
		h.chief, h.mine, h.other = h.user("chief", hub.Chief, h.north), h.user("mine", hub.Coordinator, h.north), h.user("other", hub.Coordinator, h.north)
		h.far, h.bank, h.firm = h.user("far", hub.Office, h.south), h.user("bank", hub.Finance, h.north), h.user("firm", hub.Company, h.north)
		fn(h)
	})
}

func (h *house) area(slug, name string) account.Area {
	a, err := h.accounts.CreateArea(h.t.Context(), hub.SystemActor, account.Area{Slug: slug, Name: hub.Text{JA: name}})
	h.ok(err)
	return a
}

func (h *house) user(name string, role hub.Role, area account.Area) hub.Actor {
	u, err := h.accounts.CreateUser(h.t.Context(), hub.SystemActor, account.NewUser{Mail: name + "@x.example", Name: name})
	h.ok(err)
	_, err = h.accounts.Grant(h.t.Context(), hub.SystemActor, u.ID, role, area.ID, "2020-01-01", "")
	h.ok(err)
	return hub.Actor{Kind: hub.User, User: u.ID, Name: name, Roles: []hub.RoleIn{{Role: role, Area: area.ID}}}
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) refused(err error, kind hub.Kind, what string) {
	h.t.Helper()
	if hub.KindOf(err) != kind {
		h.t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

func (h *house) ask(change ...func(*enquiry.Question)) (enquiry.Enquiry, hub.Actor) {
	h.t.Helper()
	q := enquiry.Question{Area: h.north.ID, Words: "屋根の雪を\r\n人手をかけずに下ろしたい", Asker: enquiry.Asker{Name: "雪野", Body: "雪野製作所", Mail: "ask@firm.example"}}
	for _, f := range change {
		f(&q)
	}
	e, word, err := h.Ask(h.t.Context(), hub.Actor{}, q)
	h.ok(err)
	return e, h.follow(word)
}

func (h *house) follow(word string) hub.Actor {
	h.t.Helper()
	a, err := h.accounts.FollowLink(h.t.Context(), word, enquiry.LinkStatus)
	h.ok(err)
	return a
}

func (h *house) get(a hub.Actor, id hub.ID) enquiry.View {
	h.t.Helper()
	v, err := h.Get(h.t.Context(), a, id)
	h.ok(err)
	return v
}

var letter = enquiry.Text{Subject: "ご相談について", Body: "ご相談ありがとうございます。"}

func TestTheClockRunsUntilTheAnswer(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		e, asker := h.ask()
		if e.Promised != "2026-11-26" || e.Due != "2026-11-26" || e.State != enquiry.Received {
			t.Errorf("promised %s, due %s, %s: three working days over a holiday are Thursday", e.Promised, e.Due, e.State)
		}
		e, err := h.Assign(ctx, h.chief, e.ID, e.Version, h.mine.User)
		h.ok(err)
		h.clock.to("2026-11-25")
		if late, n, err := h.Open(ctx, h.chief, enquiry.Filter{Not: h.chief.User, Until: "2026-11-24"}, 5); n != 0 || len(late) != 0 || err != nil {
			t.Errorf("%d late before the day, %v", n, err)
		}
		h.clock.to("2026-11-27")
		if late, n, err := h.Open(ctx, h.chief, enquiry.Filter{Not: h.chief.User, Until: "2026-11-26"}, 5); n != 1 || len(late) != 1 || err != nil {
			t.Errorf("%d late for the chief, %v", n, err)
		}
		e, err = h.Answer(ctx, h.mine, e.ID, e.Version, letter, "2026-12-04")
		h.ok(err)
		if e.Took != 4 || e.State != enquiry.Continued || e.Due != "2026-12-04" {
			t.Errorf("took %d, %s, due %s", e.Took, e.State, e.Due)
		}
		first := e.First
		h.clock.to("2026-12-03")
		e, err = h.Answer(ctx, h.mine, e.ID, e.Version, letter, "")
		h.ok(err)
		if e.Took != 4 || !e.First.Equal(first) || e.Running() || e.State != enquiry.Answered {
			t.Errorf("the second answer moved the first: %+v", e)
		}
		h.ok(h.AddText(ctx, asker, "もう一つ教えてください"))
		if v := h.get(h.mine, e.ID); v.Due != "2026-12-08" || v.State != enquiry.Continued {
			t.Errorf("more words from the asker: due %s, %s", v.Due, v.State)
		}
		st, err := h.Status(ctx, asker)
		h.ok(err)
		var steps []string
		for _, x := range st.Events {
			steps = append(steps, string(x.Kind))
		}
		if got, want := strings.Join(steps, " "), "received assigned answer answer added"; got != want {
			t.Errorf("the asker is told %s, want %s", got, want)
		}
		if st.Contact.Name != "mine" || len(h.letters) != 3 {
			t.Errorf("contact %q, %d letters, want the receipt and two answers", st.Contact.Name, len(h.letters))
		}
		h.refused(errOf(h.Answer(ctx, h.mine, e.ID, 1, letter, "")), hub.Conflict, "an answer over somebody else's change")
		if v, err := h.log.Versions(ctx, enquiry.Kind, e.ID); len(v) != 5 || err != nil {
			t.Errorf("%d versions, %v", len(v), err)
		}
	})
}

func errOf[T any](_ T, err error) error { return err }

func TestWhoMayReadAndAnswer(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		e, asker := h.ask(func(q *enquiry.Question) { q.Anonymous = true })
		_, stranger := h.ask()
		for name, a := range map[string]hub.Actor{"a stranger": {}, "a firm": h.firm, "a bank": h.bank, "another area": h.far, "the asker's link": asker} {
			h.refused(errOf(h.Get(ctx, a, e.ID)), hub.NotFound, name+" reads it")
			h.refused(errOf(h.Answer(ctx, a, e.ID, 0, letter, "")), hub.NotFound, name+" answers it")
			h.refused(errOf(h.Assign(ctx, a, e.ID, 0, h.mine.User)), hub.NotFound, name+" assigns it")
			h.refused(errOf(h.MakeNeed(ctx, a, e.ID, 0, "")), hub.NotFound, name+" makes a need of it")
			h.refused(errOf(h.Decline(ctx, a, e.ID, 0, "budget", letter, "別の窓口")), hub.NotFound, name+" declines it")
			h.refused(errOf(h.NewLink(ctx, a, e.ID)), hub.NotFound, name+" makes a link")
			if list, _, err := h.List(ctx, a, enquiry.Filter{}, hub.Page{}); len(list) != 0 || err != nil {
				t.Errorf("%s lists %d, %v", name, len(list), err)
			}
		}
		// Who asks anonymously is known to the one who answers, and to nobody else.
		if v := h.get(h.chief, e.ID); v.Name || v.Asker != (enquiry.Asker{}) || v.Words == "" {
			t.Errorf("the chief knows who asks: %+v", v.Asker)
		}
		h.refused(errOf(h.NewLink(ctx, h.chief, e.ID)), hub.Forbidden, "a link to who does not know the asker")
		_, err := h.Assign(ctx, h.chief, e.ID, 0, h.mine.User)
		h.ok(err)
		if v := h.get(h.mine, e.ID); !v.Name || v.Asker.Name != "雪野" {
			t.Errorf("the assignee does not know who asks: %+v", v)
		}
		if v := h.get(h.other, e.ID); v.Name || v.Asker != (enquiry.Asker{}) {
			t.Errorf("a colleague knows who asks: %+v", v.Asker)
		}
		h.refused(errOf(h.Assign(ctx, h.chief, e.ID, 0, h.firm.User)), hub.Invalid, "a firm as assignee")
		// A link opens its own enquiry and nothing else.
		st, err := h.Status(ctx, stranger)
		if err != nil || st.Enquiry.ID == e.ID {
			t.Errorf("another link opens it: %v", err)
		}
		forged := asker
		forged.Link.Purpose = "else"
		h.refused(errOf(h.Status(ctx, forged)), hub.NotFound, "a link of another purpose")
		h.refused(errOf(h.Status(ctx, h.mine)), hub.NotFound, "somebody without the link")
		h.ok(h.RevokeLinks(ctx, h.mine, e.ID))
	})
}

func TestLinksEnd(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		e, _, err := h.Ask(ctx, hub.Actor{}, enquiry.Question{Area: h.north.ID, Words: "x", Asker: enquiry.Asker{Name: "n", Phone: "1"}})
		h.ok(err)
		first, err := h.NewLink(ctx, h.mine, e.ID)
		h.ok(err)
		if len(first) != 32 {
			t.Errorf("the word %q has %d characters, want 32 for 160 bits", first, len(first))
		}
		h.follow(first)
		h.refused(errOf(h.accounts.FollowLink(ctx, first, "else")), hub.NotFound, "another purpose")
		h.refused(errOf(h.accounts.FollowLink(ctx, strings.Repeat("a", 32), enquiry.LinkStatus)), hub.NotFound, "a guess")
		h.ok(h.RevokeLinks(ctx, h.mine, e.ID))
		h.refused(errOf(h.accounts.FollowLink(ctx, first, enquiry.LinkStatus)), hub.Gone, "a revoked link")
		second, err := h.NewLink(ctx, h.mine, e.ID)
		h.ok(err)
		h.follow(second)
		h.clock.now = h.clock.now.Add(366 * 24 * time.Hour)
		h.refused(errOf(h.accounts.FollowLink(ctx, second, enquiry.LinkStatus)), hub.Gone, "an expired link")
	})
}

func TestABankRefersAClientAndAnotherAreaAnswers(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		q := enquiry.Question{Area: h.north.ID, Words: "漆の乾きを早めたい", Asker: enquiry.Asker{Name: "塗谷", Mail: "c@client.example"}}
		h.refused(errOf2(h.Enter(ctx, h.bank, q)), hub.Invalid, "without the client's consent")
		q.Consent = enquiry.Consent{By: "塗谷 社長", On: "2026-11-19", For: "拠点への相談と連絡先の提供"}
		h.refused(errOf2(h.Enter(ctx, h.firm, q)), hub.Forbidden, "a firm for another")
		e, word, err := h.Enter(ctx, h.bank, q)
		h.ok(err)
		client := h.follow(word)
		if e.Source != enquiry.Bank || e.Referrer != h.bank.User || e.Consent != q.Consent {
			t.Errorf("entered as %+v", e)
		}
		if v := h.get(h.bank, e.ID); !v.StatusOnly || v.Asker != (enquiry.Asker{}) {
			t.Errorf("the bank sees %+v", v)
		}
		h.refused(errOf(h.Events(ctx, h.bank, e.ID)), hub.NotFound, "the bank reads the answers")

		// It misses: the asker is asked, and then the other area has it as it stands.
		r, err := h.Pass(ctx, h.mine, e.ID, 0, enquiry.Target{Area: h.south.ID}, letter, enquiry.Consent{})
		h.ok(err)
		if r.Done {
			t.Fatal("passed without anybody's consent")
		}
		h.refused(errOf(h.Get(ctx, h.far, e.ID)), hub.NotFound, "the other area before the asker agrees")
		if st, err := h.Status(ctx, client); err != nil || st.Asked.JA != "南" {
			t.Errorf("the asker is not asked: %+v, %v", st.Asked, err)
		}
		h.clock.to("2026-11-24")
		h.ok(h.Agree(ctx, client, true))
		h.refused(h.Agree(ctx, client, true), hub.Conflict, "agreeing twice")
		there, _, err := h.List(ctx, h.far, enquiry.Filter{}, hub.Page{})
		if err != nil || len(there) != 1 || there[0].Words != q.Words || there[0].Asker != q.Asker || there[0].Due != "2026-11-27" || there[0].Consent != q.Consent {
			t.Fatalf("there %+v, %v", there, err)
		}
		if v := h.get(h.mine, e.ID); v.Outcome != enquiry.Redirected || v.Running() {
			t.Errorf("here it is %s, %s", v.State, v.Outcome)
		}
		h.refused(errOf(h.Get(ctx, h.mine, there[0].ID)), hub.NotFound, "the area that passed it reads on")
		_, err = h.Answer(ctx, h.far, there[0].ID, 0, letter, "")
		h.ok(err)
		st, err := h.Status(ctx, client)
		h.ok(err)
		if st.Enquiry.ID != there[0].ID || st.Area != h.south.ID || st.Events[len(st.Events)-1].Kind != enquiry.StepAnswer {
			t.Errorf("the asker's link does not lead on: %+v", st)
		}
		if list, _, err := h.List(ctx, h.bank, enquiry.Filter{Referrer: h.bank.User}, hub.Page{}); err != nil || len(list) != 2 || !list[0].StatusOnly {
			t.Errorf("the bank sees %d of its client, %v", len(list), err)
		}
	})
}

func errOf2[T, U any](_ T, _ U, err error) error { return err }

func TestANeedCarriesTheWordsOver(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		e, asker := h.ask(func(q *enquiry.Question) { q.Anonymous = true })
		n, err := h.MakeNeed(ctx, h.mine, e.ID, e.Version, "")
		h.ok(err)
		if n.Detail.Words.JA != "屋根の雪を\n人手をかけずに下ろしたい" || n.Institution != "雪野製作所" || !strings.Contains(n.Detail.Contact, "ask@firm.example") ||
			n.NameScope != hub.Case || n.Scope != hub.HubOnly || n.Title.JA == "" {
			t.Errorf("the need is %+v %+v", n.Record, n.Detail)
		}
		if v := h.get(h.mine, e.ID); v.Need != n.ID || !v.Running() {
			t.Errorf("the enquiry is %+v", v.Enquiry)
		}
		h.refused(errOf(h.MakeNeed(ctx, h.mine, e.ID, 0, "")), hub.Conflict, "a second need")
		h.refused(errOf(h.Close(ctx, h.mine, e.ID, 0)), hub.Conflict, "closing without an answer")
		h.refused(errOf(h.Decline(ctx, h.mine, e.ID, 0, "budget", letter, " ")), hub.Invalid, "declining without an alternative")
		h.refused(errOf(h.Decline(ctx, h.mine, e.ID, 0, "because", letter, "県の窓口")), hub.Invalid, "declining for an unknown reason")
		d, err := h.Decline(ctx, h.mine, e.ID, 0, "budget", letter, "県の工業技術センターが無料で試験できます。")
		h.ok(err)
		if d.Outcome != enquiry.Declined || d.Running() || d.Took != 0 {
			t.Errorf("declined: %+v", d)
		}
		st, err := h.Status(ctx, asker)
		if err != nil || !strings.Contains(st.Events[len(st.Events)-1].Body, "工業技術センター") {
			t.Errorf("the alternative is not told: %v", err)
		}
		h.ok(h.AddText(ctx, asker, "では見積だけでも"))
		if v := h.get(h.mine, e.ID); !v.Running() || v.State != enquiry.Continued {
			t.Errorf("more words after a refusal: %+v", v.Enquiry)
		}
		h.ok(h.Withdraw(ctx, asker))
		h.refused(h.AddText(ctx, asker, "x"), hub.Conflict, "words after withdrawing")
		h.refused(h.Withdraw(ctx, asker), hub.Conflict, "withdrawing twice")
	})
}

func TestWhatIsTypedStaysOnItsLine(t *testing.T) {
	each(t, func(h *house) {
		e, _ := h.ask(func(q *enquiry.Question) {
			q.Asker.Name, q.Asker.Body = "山田\r\nBcc: all@x.example", "=HYPERLINK(\"http://x\")\u2028x"
		})
		if strings.ContainsAny(e.Asker.Name+e.Asker.Body, "\r\n\u2028") {
			t.Errorf("kept %q, %q", e.Asker.Name, e.Asker.Body)
		}
		for field, change := range map[string]func(*enquiry.Question){
			"mail":  func(q *enquiry.Question) { q.Asker.Mail = "a@x.example\nBcc: b@x.example, c@y" },
			"words": func(q *enquiry.Question) { q.Words = strings.Repeat("雪", 501) },
			"name":  func(q *enquiry.Question) { q.Asker.Name = " \n" },
		} {
			q := enquiry.Question{Area: h.north.ID, Words: "雪", Asker: enquiry.Asker{Name: "雪野", Mail: "ask@firm.example"}}
			change(&q)
			_, _, err := h.Ask(h.t.Context(), hub.Actor{}, q)
			x, _ := err.(*hub.Error)
			h.refused(err, hub.Invalid, field)
			if x != nil && x.Fields[0].Field != field {
				t.Errorf("%s: %v", field, x.Fields)
			}
		}
	})
}

func TestTheMedianIsOfEnoughAndShownOnWish(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		h.clock.to("2026-06-01") // a Monday without holidays near
		for i, day := range []hub.Date{"2026-06-01", "2026-06-02", "2026-06-03", "2026-06-08", "2026-06-09"} {
			h.clock.to("2026-06-01")
			e, _ := h.ask()
			h.clock.to(day)
			if _, ok, _ := h.Median(ctx, h.mine, h.north.ID); ok {
				t.Errorf("a median of %d", i)
			}
			_, err := h.Answer(ctx, h.mine, e.ID, 0, letter, "")
			h.ok(err)
		}
		if m, ok, err := h.Median(ctx, h.mine, h.north.ID); !ok || m.Days != 2 || m.N != 5 || err != nil {
			t.Errorf("%+v, %v, %v", m, ok, err)
		}
		if _, ok, _ := h.Median(ctx, hub.Actor{}, h.north.ID); ok {
			t.Error("shown to everybody without the area's wish")
		}
		set, err := h.Settings(ctx, h.north.ID)
		h.ok(err)
		set.ShowMedian, set.Days = true, 5
		h.refused(h.Set(ctx, h.mine, set), hub.Forbidden, "a coordinator sets the promise")
		h.ok(h.Set(ctx, h.chief, set))
		h.refused(h.Set(ctx, h.chief, set), hub.Conflict, "setting over another's change")
		if _, ok, _ := h.Median(ctx, hub.Actor{}, h.north.ID); !ok {
			t.Error("not shown though the area wishes it")
		}
		h.clock.to("2026-06-15")
		if e, _ := h.ask(); e.Due != "2026-06-22" {
			t.Errorf("five working days end on %s", e.Due)
		}
	})
}

func TestSuspiciousSendersConfirm(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		stamp, err := h.NewStamp(ctx, h.north.ID)
		h.ok(err)
		judge := func(x enquiry.Sender) enquiry.Verdict {
			h.t.Helper()
			if x.Stamp == "" {
				x.Stamp = stamp
			}
			v, err := h.Judge(ctx, h.north.ID, x)
			h.ok(err)
			return v
		}
		if v := judge(enquiry.Sender{Address: "192.0.2.1"}); v != enquiry.Confirm {
			t.Errorf("a form sent at once: %v", v)
		}
		h.clock.now = h.clock.now.Add(time.Minute)
		if v := judge(enquiry.Sender{Address: "192.0.2.2"}); v != enquiry.Take {
			t.Errorf("a person: %v", v)
		}
		if v := judge(enquiry.Sender{Address: "192.0.2.3", Trap: "http://spam"}); v != enquiry.Confirm {
			t.Errorf("the trap: %v", v)
		}
		for name, bad := range map[string]string{"none": "x", "another area's": must(h.NewStamp(ctx, h.south.ID)), "a challenge": must(h.NewChallenge(ctx, h.north.ID))} {
			if v := judge(enquiry.Sender{Address: "192.0.2.4", Stamp: bad}); v != enquiry.Redraw {
				t.Errorf("stamp %s: %v", name, v)
			}
		}
		again := must(h.NewChallenge(ctx, h.north.ID))
		trapped := enquiry.Sender{Address: "192.0.2.5", Trap: "x", Again: again}
		if v := judge(trapped); v != enquiry.Confirm {
			t.Errorf("confirmed at once without work: %v", v)
		}
		trapped.Answer = work(again)
		if v := judge(trapped); v != enquiry.Take {
			t.Errorf("confirmed by work: %v", v)
		}
		trapped.Answer = ""
		h.clock.now = h.clock.now.Add(enquiry.Patience)
		if v := judge(trapped); v != enquiry.Take {
			t.Errorf("confirmed by waiting: %v", v)
		}
		var last error
		for range 25 {
			_, last = h.Judge(ctx, h.north.ID, enquiry.Sender{Address: "2001:db8::1", Stamp: stamp})
		}
		h.refused(last, hub.Unavailable, "a flood")
		h.refused(errOf(h.Judge(ctx, h.north.ID, enquiry.Sender{Address: "2001:db8::ffff", Stamp: stamp})), hub.Unavailable, "a flood from the same /64")
		h.clock.now = h.clock.now.Add(2 * time.Hour)
		if v := judge(enquiry.Sender{Address: "2001:db8::1"}); v != enquiry.Take {
			t.Errorf("after the flood: %v", v)
		}
	})
}

func must(s string, _ error) string { return s }

// work answers a challenge as the page's script does.
func work(challenge string) string {
	for n := 0; ; n++ {
		sum := sha256.Sum256([]byte(challenge + ":" + strconv.Itoa(n)))
		if sum[0] == 0 && sum[1] == 0 {
			return strconv.Itoa(n)
		}
	}
}

func TestReassignHandsOverWhatIsOpen(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		var ids []hub.ID
		for range 3 {
			e, _ := h.ask()
			_, err := h.Assign(ctx, h.chief, e.ID, 0, h.mine.User)
			h.ok(err)
			ids = append(ids, e.ID)
		}
		_, err := h.Answer(ctx, h.mine, ids[0], 0, letter, "")
		h.ok(err)
		_, err = h.Close(ctx, h.mine, ids[0], 0)
		h.ok(err)
		h.refused(errOf(h.Reassign(ctx, h.far, h.north.ID, h.mine.User, h.other.User)), hub.Forbidden, "another area")
		if n, err := h.Reassign(ctx, h.mine, h.north.ID, h.mine.User, h.other.User); n != 2 || err != nil {
			t.Errorf("reassigned %d, %v", n, err)
		}
		if mine, n, err := h.Open(ctx, h.other, enquiry.Filter{Assignee: h.other.User}, 1); n != 2 || len(mine) != 1 || err != nil {
			t.Errorf("the successor has %d, %v", n, err)
		}
	})
}

func TestSuggestionsCountWhatOneCarries(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		e, _ := h.ask()
		_, err := h.Assign(ctx, h.chief, e.ID, 0, h.mine.User)
		h.ok(err)
		fresh, _ := h.ask()
		all, err := h.Suggest(ctx, h.chief, fresh.ID)
		if err != nil || len(all) != 3 || all[2].User != h.mine.User || all[2].Open != 1 {
			t.Errorf("%+v, %v", all, err)
		}
		if all, err := h.Suggest(ctx, h.firm, fresh.ID); len(all) != 0 || err == nil {
			t.Errorf("a firm is told %v, %v", all, err)
		}
	})
}
