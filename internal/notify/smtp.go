package notify

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// ErrRefused says that a mail server will never take a letter: it answered with
// a code of the five hundreds to its sender, receiver or text.
var ErrRefused = errors.New("notify: the mail server refuses the letter")

// SMTP is how the mail server is reached, read from flags and KYOTEN_SMTP_*.
// Without a Host there is none.
type SMTP struct {
	Host     string
	Port     int    // 0 = 587, or 465 with TLS "implicit"
	User     string // "" = without signing in
	Password string
	TLS      string // "mandatory" (also ""), "opportunistic", "implicit" or "none"
	From     string // "Name <address>"
}

// Open gives the sender, nil when there is no mail server.
func (c SMTP) Open() (Sender, error) {
	if c.Host == "" {
		return nil, nil
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("the sender's address %q: %w", c.From, err)
	}
	o := []gomail.Option{gomail.WithTimeout(30 * time.Second)}
	switch c.TLS {
	case "", "mandatory":
		o = append(o, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	case "opportunistic":
		o = append(o, gomail.WithTLSPortPolicy(gomail.TLSOpportunistic))
	case "implicit":
		o = append(o, gomail.WithSSLPort(false))
	case "none":
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("TLS of the mail server: %q", c.TLS)
	}
	if c.Port != 0 {
		o = append(o, gomail.WithPort(c.Port))
	}
	if c.User != "" {
		o = append(o, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	client, err := gomail.NewClient(c.Host, o...)
	if err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	return &server{client, from, domain}, nil
}

type server struct {
	client *gomail.Client
	from   *mail.Address
	domain string
}

// Send hands the letter over. The Message-ID is made of id alone.
func (s *server) Send(ctx context.Context, id hub.ID, to, name string, t Text) error {
	m := gomail.NewMsg()
	if err := errors.Join(m.FromFormat(header(s.from.Name), s.from.Address), m.AddToFormat(header(name), to)); err != nil {
		return errors.Join(ErrRefused, err)
	}
	if t.ReplyTo != "" {
		if err := m.ReplyToFormat(header(t.ReplyName), t.ReplyTo); err != nil {
			return errors.Join(ErrRefused, err)
		}
	}
	m.SetMessageIDWithValue(string(id) + "@" + s.domain)
	m.SetDate()
	m.SetGenHeader(gomail.Header("Auto-Submitted"), "auto-generated")
	m.Subject(header(t.Subject))
	m.SetBodyString(gomail.TypeTextPlain, t.Plain)
	m.AddAlternativeString(gomail.TypeTextHTML, t.HTML)
	err := s.client.DialAndSendWithContext(ctx, m)
	if e, ok := errors.AsType[*gomail.SendError](err); ok && !e.IsTemp() && e.ErrorCode() >= 500 {
		return errors.Join(ErrRefused, err)
	}
	return err
}

// header puts a text on one line without control characters, so that it cannot
// begin another header.
func header(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s))
}
