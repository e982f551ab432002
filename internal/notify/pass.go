package notify

import (
	"context"
	"net/url"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// The pages that passes open; the word that opens one stands in the query, which
// no log keeps.
const (
	InvitationPath = "/invitation"
	ResetPath      = "/sign-in/reset"
)

// PassLink gives the address that opens a pass, below the outer address of a site.
func PassLink(base string, p account.Purpose, token string) string {
	path := InvitationPath
	if p == account.Reset {
		path = ResetPath
	}
	return base + path + "?token=" + url.QueryEscape(token)
}

// invited says to whom an invitation goes.
func (s *Service) invited(ctx context.Context, about string) (to account.Standing, err error) {
	p, err := s.accounts.PassByID(ctx, hub.SystemActor, hub.ID(about))
	if err != nil {
		return to, err
	}
	to.User = account.User{Mail: p.Mail, Name: p.Name, Language: p.Language}
	return to, nil
}

// passLetter writes a copy of the pass out and makes the letter that carries it.
func (s *Service) passLetter(ctx context.Context, to account.Standing, about string) (Text, error) {
	p, token, err := s.accounts.WriteOut(ctx, hub.SystemActor, hub.ID(about))
	if err != nil {
		return Text{}, err
	}
	lang, err := s.language(ctx, to)
	if err != nil {
		return Text{}, err
	}
	return s.PassText(i18n.With(ctx, lang), p, PassLink(s.base, p.Purpose, token))
}

// PassText makes the letter about a pass in the language of ctx, for the letter
// itself and for an office that hands it over.
func (s *Service) PassText(ctx context.Context, p account.Pass, link string) (Text, error) {
	i, err := s.accounts.InvitedBy(ctx, p)
	if err != nil {
		return Text{}, err
	}
	family := "notify." + string(p.Purpose)
	name := p.Name
	if name == "" {
		name = p.Mail
	}
	args := []any{"name", name, "by", i.By, "area", i.AreaName, "role", p.Role, "day", hub.DateOf(p.Expires)}
	lead := i18n.T(ctx, family+"_lead", args...)
	if p.MadeBy == "" {
		lead = i18n.T(ctx, family+"_asked", args...)
	}
	l := letter{
		Lang: string(i18n.Lang(ctx)), Greeting: i18n.T(ctx, "notify.greeting", "name", name), Lead: lead,
		Open: i18n.T(ctx, family+"_open"), Link: link, Why: i18n.T(ctx, family+"_why", args...),
	}
	t, err := l.text(i18n.T(ctx, family+"_subject", args...))
	t.ReplyTo, t.ReplyName = i.ByMail, i.By
	return t, err
}
