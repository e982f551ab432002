package notify

import (
	"context"
	"html/template"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/desk"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// part is one section of the letter.
type part struct {
	Title string
	Lines []string
	Rest  string // how many more there are; "" for none
}

// letter is the whole of it.
type letter struct {
	Lang, Greeting, Lead, Open, Link, Why string
	Parts                                 []part
}

// digest makes the daily letter for a person as he stands now, from the same list
// that his page shows.
func (s *Service) digest(ctx context.Context, to account.Standing, _ string) (Text, error) {
	lang, err := s.language(ctx, to)
	if err != nil {
		return Text{}, err
	}
	ctx = i18n.With(ctx, lang)
	if err := s.desk.Prepare(ctx, to.Actor); err != nil {
		return Text{}, err
	}
	t, err := s.desk.Today(ctx, to.Actor)
	if err != nil || t.Waiting() == 0 && len(t.Changes) == 0 {
		return Text{}, err
	}
	l := letter{
		Lang: string(lang), Greeting: i18n.T(ctx, "notify.greeting", "name", to.User.Name), Lead: i18n.T(ctx, "notify.lead", "day", t.Day),
		Open: i18n.T(ctx, "notify.open"), Why: i18n.T(ctx, "notify.why"),
	}
	if s.base != "" {
		l.Link = s.base + "/today"
	}
	for _, x := range []struct {
		name string
		desk.Section
	}{
		{"overdue", t.Overdue},
		{"due", t.Due},
		{"triage", t.Triage},
		{"candidates", t.Candidates},
		{"confirm", t.Confirm},
		{"unplanned", t.Unplanned},
		{"drafts", t.Drafts},
	} {
		if x.Total > 0 {
			l.Parts = append(l.Parts, section(ctx, x.name, x.Section))
		}
	}
	if c := changes(ctx, t.Changes); len(c.Lines) > 0 {
		l.Parts = append(l.Parts, c)
	}
	return l.text(i18n.T(ctx, "notify.subject", "day", t.Day, "overdue", t.Overdue.Total, "n", t.Waiting()))
}

func section(ctx context.Context, name string, s desk.Section) part {
	p := part{Title: i18n.T(ctx, "desk."+name) + " " + i18n.T(ctx, "list.count", "n", s.Total)}
	for _, i := range s.Items {
		p.Lines = append(p.Lines, line(ctx, i))
	}
	if more := s.Total - len(s.Items); more > 0 {
		p.Rest = i18n.T(ctx, "notify.more", "n", more)
	}
	return p
}

// line tells one piece of work. Of what is for named parties only it says the day
// and nothing else.
func line(ctx context.Context, i desk.Item) string {
	what := i18n.Text(ctx, i.Record.Title)
	switch {
	case i.Confined || i.Record.ID == "":
		what = i18n.T(ctx, "notify.confined")
	case i.What != "":
		what = i18n.T(ctx, "notify.about", "what", i.What, "title", what)
	}
	if i.N > 0 {
		what = i18n.T(ctx, "notify.with", "what", what, "note", i18n.T(ctx, "desk.candidates_n", "n", i.N))
	}
	if i.Due != "" {
		what = i18n.T(ctx, "notify.with", "what", what, "note", i18n.Date(ctx, i.Due))
	}
	if !i.Mine && i.Who != "" {
		what = i18n.T(ctx, "notify.with", "what", what, "note", i.Who)
	}
	return what
}

func changes(ctx context.Context, all []desk.Change) part {
	p := part{Title: i18n.T(ctx, "desk.changes")}
	for _, c := range all {
		if !c.Confined {
			p.Lines = append(p.Lines, i18n.Text(ctx, c.Record.Title))
		}
	}
	return p
}

// text writes the letter plainly and as simple HTML.
func (l letter) text(subject string) (Text, error) {
	var b strings.Builder
	b.WriteString(l.Greeting + "\n\n" + l.Lead + "\n")
	for _, p := range l.Parts {
		b.WriteString("\n■ " + p.Title + "\n")
		for _, x := range p.Lines {
			b.WriteString("・" + header(x) + "\n")
		}
		if p.Rest != "" {
			b.WriteString(p.Rest + "\n")
		}
	}
	if l.Link != "" {
		b.WriteString("\n" + l.Open + "\n" + l.Link + "\n")
	}
	b.WriteString("\n--\n" + l.Why + "\n")
	var html strings.Builder
	err := page.Execute(&html, l)
	return Text{Subject: subject, Plain: b.String(), HTML: html.String()}, err
}

var page = template.Must(template.New("letter").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"></head><body>
<p>{{.Greeting}}</p><p style="white-space: pre-line">{{.Lead}}</p>
{{range .Parts}}<h2>{{.Title}}</h2><ul>{{range .Lines}}<li>{{.}}</li>{{end}}</ul>{{if .Rest}}<p>{{.Rest}}</p>{{end}}
{{end}}{{if .Link}}<p><a href="{{.Link}}">{{.Open}}</a></p>{{end}}
<hr><p>{{.Why}}</p></body></html>
`))
