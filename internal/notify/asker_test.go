package notify_test

import (
	"io"
	"mime/quotedprintable"
	"regexp"
	"strings"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/notify"
)

// Who asks without an account gets a receipt through a server that fails at
// first, once, with a link that opens the enquiry; what he typed begins no header.
func TestAnAskerGetsAReceipt(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, "担当 二", true)
		e := enquiry.New(d, h.log, h.clock, enquiry.Rooms{Accounts: h.accounts, Lines: h.lines, Directory: h.people, Catalogue: h.c})
		h.Enquiries(e)
		if err := h.SetPreference(t.Context(), h.a, notify.Preference{}); err != nil { // no digest
			t.Fatal(err)
		}
		h.server.fail("451 later", "")
		_, _, err := e.Ask(t.Context(), hub.Actor{}, enquiry.Question{
			Area: h.area, Words: "秘密の困りごと", Asker: enquiry.Asker{Name: "雪野\r\nBcc: all@x.example", Mail: "ask@firm.example"},
		})
		if err != nil {
			t.Fatal(err)
		}
		h.run()
		if l := h.until(notify.Sent); l.Kind != notify.ToAsker || l.Failures != 1 {
			t.Errorf("the letter %+v", l)
		}
		all := h.server.letters()
		if len(all) != 1 {
			t.Fatalf("%d letters", len(all))
		}
		head, _, _ := strings.Cut(all[0], "\r\n\r\n")
		if regexp.MustCompile(`(?mi)^Bcc:`).MatchString(head) {
			t.Errorf("a name made a header: %s", head)
		}
		body, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(all[0])))
		if strings.Contains(string(body), "秘密の困りごと") {
			t.Error("the asker's words travel in the mail")
		}
		link := regexp.MustCompile(`https://hub\.example/status/([A-Za-z0-9_-]+)`).FindStringSubmatch(string(body))
		if link == nil {
			t.Fatalf("no link in %s", body)
		}
		asker, err := h.accounts.FollowLink(t.Context(), link[1], enquiry.LinkStatus)
		if err != nil {
			t.Fatal(err)
		}
		if st, err := e.Status(t.Context(), asker); err != nil || st.Enquiry.Words != "秘密の困りごと" {
			t.Errorf("the link opens %+v, %v", st, err)
		}
	})
}
