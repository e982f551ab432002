package account_test

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// office gives an account that looks after the area.
func (h house) office(area account.Area) hub.Actor {
	h.t.Helper()
	u, err := h.CreateUser(h.t.Context(), hub.SystemActor, account.NewUser{Mail: "office@example.jp", Name: "事務局", Password: password})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.Grant(h.t.Context(), hub.SystemActor, u.ID, hub.Office, area.ID, "", ""); err != nil {
		h.t.Fatal(err)
	}
	x, err := h.Standing(h.t.Context(), hub.SystemActor, u.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return x.Actor
}

func TestInvitations(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		north, south := h.area("north"), h.area("south")
		office := h.office(north)
		var letters []account.Letter
		h.SetPost(func(_ context.Context, l account.Letter) error { letters = append(letters, l); return nil })
		invite := func(a hub.Actor, p account.Pass) (account.Pass, string, error) { return h.Invite(ctx, a, p) }
		for what, c := range map[string]struct {
			p    account.Pass
			kind hub.Kind
		}{
			"another area":            {account.Pass{Mail: "a@example.jp", Role: hub.Coordinator, Area: south.ID}, hub.Forbidden},
			"the installation's role": {account.Pass{Mail: "a@example.jp", Role: hub.Administrator}, hub.Forbidden},
			"no address":              {account.Pass{Mail: "a", Role: hub.Coordinator, Area: north.ID}, hub.Invalid},
			"an account that exists":  {account.Pass{Mail: "OFFICE@example.jp", Role: hub.Coordinator, Area: north.ID}, hub.Conflict},
			"an organisation outside": {account.Pass{Mail: "a@example.jp", Role: hub.Company, Area: north.ID, Organisation: hub.NewID()}, hub.Invalid},
		} {
			if _, _, err := invite(office, c.p); hub.KindOf(err) != c.kind {
				t.Errorf("%s: %v, want %s", what, err, c.kind)
			}
		}
		p, token, err := invite(office, account.Pass{Mail: " ａ@example.jp ", Name: "新", Role: hub.Coordinator, Area: north.ID, Until: "2027-03-31"})
		if err != nil {
			t.Fatal(err)
		}
		if len(letters) != 1 || letters[0].Kind != "invitation" || letters[0].About != p.ID || letters[0].User != "" {
			t.Errorf("letters %+v", letters)
		}
		var kept int
		err = h.db.Read(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			kept, err = db.Scalar[int](tx.QueryRow(ctx, "select count(*) from account_pass_token where token_hash = $1", token))
			return err
		})
		if err != nil || kept != 0 {
			t.Errorf("the word stands in the database in the clear: %d, %v", kept, err)
		}
		if n := len(token); n != 27 { // 160 bits in base64
			t.Errorf("a word of %d letters", n)
		}
		// A letter sent twice carries two words for one pass.
		_, second, err := h.WriteOut(ctx, hub.SystemActor, p.ID)
		if err != nil || second == token {
			t.Fatalf("written out again: %v", err)
		}
		if _, _, err := h.WriteOut(ctx, office, p.ID); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("the office writes out: %v", err)
		}
		u, err := h.Accept(ctx, second, "新任", password, hub.JA, account.Device{})
		if err != nil {
			t.Fatal(err)
		}
		roles, err := h.Roles(ctx, hub.SystemActor, u.ID)
		if err != nil || len(roles) != 1 || roles[0].Role != hub.Coordinator || roles[0].Until != "2027-03-31" || roles[0].GrantedBy != office.User {
			t.Errorf("roles %+v, %v", roles, err)
		}
		if _, err := h.Accept(ctx, token, "別", password, hub.JA, account.Device{}); hub.KindOf(err) != hub.Gone {
			t.Errorf("used twice: %v", err)
		}
		// The one who invited must still be allowed to.
		_, token, err = invite(office, account.Pass{Mail: "b@example.jp", Role: hub.Company, Area: north.ID})
		if err != nil {
			t.Fatal(err)
		}
		mine, _ := h.Roles(ctx, hub.SystemActor, office.User)
		if err := h.EndRole(ctx, hub.SystemActor, mine[0].ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Accept(ctx, token, "遅い", password, hub.JA, account.Device{}); hub.KindOf(err) != hub.Gone {
			t.Errorf("invited by somebody who left: %v", err)
		}
		if _, err := h.log.Verify(ctx); err != nil {
			t.Error(err)
		}
	})
}

// The codes of RFC 6238, appendix B, for SHA-1, of which six digits are shown.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		got, err := totp.GenerateCodeCustom(secret, time.Unix(at, 0), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil || got != want {
			t.Errorf("at %d: %s, want %s, %v", at, got, want, err)
		}
	}
}

func TestForgettingAndDisclosing(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		north := h.area("north")
		office := h.office(north)
		u, err := h.CreateMember(ctx, hub.SystemActor, account.NewUser{Mail: "leaver@example.jp", Name: "去る人", Password: password}, hub.Coordinator, north.ID, "2024-04-01", "2025-03-31")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.RevisePolicy(ctx, office, account.Policy{Area: north.ID, Keep: 12}); err != nil {
			t.Fatal(err)
		}
		due, err := h.DueForForgetting(ctx, office, north.ID)
		if err != nil || len(due) != 1 || due[0].User.ID != u.ID || due[0].Last != "2025-03-31" {
			t.Fatalf("due %+v, %v", due, err)
		}
		b, err := h.Disclose(ctx, office, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		var d account.Disclosure
		if err := json.Unmarshal(b, &d); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), "leaver@example.jp") || len(d.Rows["user_role"]) != 1 || strings.Contains(string(b), "argon2") {
			t.Errorf("the disclosure: %s", b)
		}
		if !slices.ContainsFunc(d.Named, func(n account.Naming) bool { return n.Table == "version" && n.Record == string(u.ID) }) {
			t.Errorf("the versions that name the person are not listed: %+v", d.Named)
		}
		stranger := hub.Actor{Kind: hub.User, User: hub.NewID(), Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: north.ID}}}
		if _, err := h.Disclose(ctx, stranger, u.ID); hub.KindOf(err) != hub.NotFound {
			t.Errorf("a coordinator is disclosed to: %v", err)
		}
		if err := h.Forget(ctx, stranger, u.ID); hub.KindOf(err) != hub.NotFound {
			t.Errorf("a coordinator forgets: %v", err)
		}
		if err := h.Forget(ctx, office, office.User); hub.KindOf(err) != hub.Conflict {
			t.Errorf("the office forgets itself: %v", err)
		}
		if err := h.Forget(ctx, office, u.ID); err != nil {
			t.Fatal(err)
		}
		if b, err = h.Disclose(ctx, office, u.ID); err != nil || strings.Contains(string(b), "leaver@") || strings.Contains(string(b), "去る人") {
			t.Errorf("what is left: %s, %v", b, err)
		}
		versions, err := h.log.Versions(ctx, account.KindUser, u.ID)
		if err != nil || len(versions) != 1 || strings.Contains(string(versions[0].Body), "去る人") {
			t.Errorf("versions %+v, %v", versions, err)
		}
		if _, err := h.SignIn(ctx, "leaver@example.jp", password, account.Device{}); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("the forgotten sign in: %v", err)
		}
		if due, err := h.DueForForgetting(ctx, office, north.ID); err != nil || len(due) != 0 {
			t.Errorf("still due: %+v, %v", due, err)
		}
		if _, err := h.log.Verify(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestHeldForms(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := t.Context()
		h.office(h.area("north"))
		token, err := h.SignIn(ctx, "office@example.jp", password, account.Device{})
		if err != nil {
			t.Fatal(err)
		}
		a, _ := h.Actor(ctx, token)
		h.clock.pass(account.IdleTimeout + time.Minute)
		word, err := h.Hold(ctx, token, account.HeldForm{Action: "/seeds/new", Values: url.Values{"title.ja": {"雪の秘密"}}})
		if err != nil || word == "" {
			t.Fatalf("not held: %v", err)
		}
		var body []byte
		err = h.db.Read(ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.QueryRow(ctx, "select body from held_form").Scan(&body)
		})
		if err != nil || strings.Contains(string(body), "雪") {
			t.Errorf("the form is kept in the clear: %v", err)
		}
		if f, ok, err := h.Held(ctx, a, word); err != nil || !ok || f.Values.Get("title.ja") != "雪の秘密" {
			t.Errorf("held: %+v, %v, %v", f, ok, err)
		}
		id, _, _ := strings.Cut(word, ".")
		for what, c := range map[string]struct {
			a    hub.Actor
			word string
		}{
			"another account": {hub.Actor{Kind: hub.User, User: hub.NewID()}, word}, "another key": {a, id + "." + strings.Repeat("A", 43)},
			"borrowed eyes": {hub.Actor{Kind: hub.User, User: a.User, Behind: "x"}, word}, "nonsense": {a, "x"},
		} {
			if _, ok, err := h.Held(ctx, c.a, c.word); ok || err != nil {
				t.Errorf("%s: %v, %v", what, ok, err)
			}
		}
		if word, err := h.Hold(ctx, "made up", account.HeldForm{Action: "/"}); word != "" || err != nil {
			t.Errorf("a stranger's form is held: %q, %v", word, err)
		}
		h.clock.pass(account.HeldFor + time.Minute)
		if _, ok, _ := h.Held(ctx, a, word); ok {
			t.Error("held for ever")
		}
	})
}
