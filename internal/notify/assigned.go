package notify

import (
	"context"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// Assigned is the kind of letter that tells somebody that work was handed to him.
const Assigned = "assigned"

// tellAssigned writes the letter, in the transaction that hands the work over.
func (s *Service) tellAssigned(ctx context.Context, by hub.Actor, line, to hub.ID) error {
	about := strings.Join([]string{string(line), string(by.User), strconv.FormatInt(s.clock.Now().UnixMilli(), 10)}, ":")
	return s.Write(ctx, Letter{User: to, Kind: Assigned, About: about})
}

// assigned makes the letter, unless the work is no longer its reader's. Of what is
// for named parties only it says that something waits.
func (s *Service) assigned(ctx context.Context, to account.Standing, about string) (Text, error) {
	line, rest, _ := strings.Cut(about, ":")
	giver, _, _ := strings.Cut(rest, ":")
	r, err := s.desk.Line(ctx, to.Actor, hub.ID(line))
	if err != nil {
		return Text{}, err
	}
	if r.Assignee != to.User.ID || r.Next == "" || !r.Done.IsZero() {
		return Text{}, nil
	}
	by, err := s.accounts.Standing(ctx, hub.SystemActor, hub.ID(giver))
	if err != nil {
		return Text{}, err
	}
	lang, err := s.language(ctx, to)
	if err != nil {
		return Text{}, err
	}
	ctx = i18n.With(ctx, lang)
	what := r.Next
	if r.Scope == hub.Case || r.Scope == hub.Sealed {
		what = i18n.T(ctx, "notify.confined")
	}
	l := letter{
		Lang: string(lang), Greeting: i18n.T(ctx, "notify.greeting", "name", to.User.Name),
		Lead: i18n.T(ctx, "notify.assigned_lead", "by", by.User.Name), Open: i18n.T(ctx, "notify.open"), Why: i18n.T(ctx, "notify.assigned_why"),
	}
	if r.Due != "" {
		what = i18n.T(ctx, "notify.with", "what", what, "note", i18n.Date(ctx, r.Due))
	}
	l.Parts = []part{{Title: i18n.T(ctx, "notify.assigned_work"), Lines: []string{what}}}
	if s.base != "" {
		l.Link = s.base + "/today"
	}
	t, err := l.text(i18n.T(ctx, "notify.assigned_subject", "by", by.User.Name))
	t.ReplyTo, t.ReplyName = by.User.Mail, by.User.Name
	return t, err
}
