package notify

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// ToAsker is the kind of the letters to those who asked something: the receipt,
// answers, and what the hub asks back. They have no account; each letter carries
// a fresh link to the page that shows how their enquiry stands.
const ToAsker = "enquiry"

// StatusPath is where that page is, before the word that opens it.
const StatusPath = "/status/"

// Enquiries has e's letters to askers written and sent. It is for the time before
// jobs run.
func (s *Service) Enquiries(e *enquiry.Service) {
	e.Post = func(ctx context.Context, event, area hub.ID) error {
		return s.Write(ctx, Letter{Kind: ToAsker, About: string(event), Area: area})
	}
	s.Register(Kind{
		Name: ToAsker, Linked: true,
		Receiver: func(ctx context.Context, about string) (to account.Standing, err error) {
			asker, lang, err := e.Receiver(ctx, hub.SystemActor, hub.ID(about))
			to.User = account.User{Mail: asker.Mail, Name: asker.Name, Language: lang}
			return to, err
		},
		Render: func(ctx context.Context, to account.Standing, about string) (Text, error) {
			l, err := e.LetterOf(ctx, hub.SystemActor, hub.ID(about))
			if err != nil {
				return Text{}, err
			}
			return s.toAsker(i18n.With(ctx, l.Enquiry.Language), to.User.Name, l)
		},
	})
}

// toAsker words a letter: what the hub wrote, or the receipt.
func (s *Service) toAsker(ctx context.Context, name string, x enquiry.Letter) (Text, error) {
	args := []any{"number", x.Enquiry.Number(), "area", i18n.Text(ctx, x.Area.Name), "day", x.Enquiry.Promised}
	subject, lead := x.Event.Subject, x.Event.Body
	if !x.Event.Outgoing() {
		subject, lead = i18n.T(ctx, "notify.enquiry_subject", args...), i18n.T(ctx, "notify.enquiry_lead", args...)
	}
	if name == "" {
		name = i18n.T(ctx, "notify.enquiry_nameless")
	}
	l := letter{
		Lang: string(i18n.Lang(ctx)), Greeting: i18n.T(ctx, "notify.greeting", "name", name), Lead: lead,
		Open: i18n.T(ctx, "notify.enquiry_open"), Link: s.base + StatusPath + x.Word, Why: i18n.T(ctx, "notify.enquiry_why", args...),
	}
	t, err := l.text(header(subject))
	t.ReplyTo, t.ReplyName = x.From.Mail, x.From.Name
	return t, err
}
