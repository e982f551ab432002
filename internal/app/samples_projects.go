package app

import (
	"cmp"
	"context"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/app/demo"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/project"
)

// loadSchemes gives each area its own tiers: the default's criteria and menus
// under the words that the sample area has for them. An area with fewer tiers
// has the most advanced of them.
func (l *loader) loadSchemes(ctx context.Context) error {
	for _, a := range l.samples.Areas {
		s := project.DefaultScheme(l.areas[a.Key])
		for _, t := range a.Tiers {
			for i := range s.Tiers {
				if s.Tiers[i].Number == t.Tier {
					s.Tiers[i].Word = tierLabel(t)
				}
			}
		}
		s.Tiers = s.Tiers[len(s.Tiers)-len(a.Tiers):]
		s.Issues = a.Issues
		if err := l.Project.SetScheme(ctx, hub.SystemActor, s, 0); err != nil {
			return err
		}
	}
	return nil
}

// tierLabel takes the number out of a label, for it is shown beside the word.
func tierLabel(t demo.TierExample) hub.Text {
	_, ja, _ := strings.Cut(t.Label.JA, " ")
	_, en, _ := strings.Cut(t.Label.EN, ": ")
	return hub.Text{JA: cmp.Or(ja, t.Label.JA), EN: cmp.Or(en, t.Label.EN)}
}

// projectSteps are the days of a sample project: its beginning, its past, and
// last what is promised next.
func (l *loader) projectSteps(s demo.Project) []step {
	var p project.Project
	out := []step{{s.BeginInDays, s.Key, func(ctx context.Context) (err error) {
		p, err = l.beginProject(ctx, s)
		return err
	}}}
	last := s.BeginInDays
	for _, x := range s.Past {
		last = x.InDays
		out = append(out, step{x.InDays, s.Key, func(ctx context.Context) (err error) {
			p, err = l.stepProject(ctx, s, p, x)
			return err
		}})
	}
	if t := s.Task; t != nil {
		out = append(out, step{max(last, t.DueInDays-30), s.Key, func(ctx context.Context) error {
			by := l.actors[s.Coordinator]
			_, err := l.Project.AddTask(ctx, by, p.ID, project.Task{What: t.What.JA, Owner: by.User, Due: hub.DateOf(l.now).AddDays(t.DueInDays)})
			return err
		}})
	}
	return out
}

func (l *loader) beginProject(ctx context.Context, s demo.Project) (p project.Project, err error) {
	by := l.actors[s.Coordinator]
	if s.From == "" {
		p = project.Project{Record: catalogue.Record{Area: l.areas[s.Area], Title: s.Title, Coordinator: l.people[s.Coordinator], Number: s.Key, Sample: true}}
		p.Summary = s.Summary
		p, err = l.Project.Create(ctx, by, p)
	} else {
		from := project.Origin{Kind: "seed", ID: l.seeds[s.From]}
		if strings.HasPrefix(s.From, "need") {
			from = project.Origin{Kind: "need", ID: l.needs[s.From]}
		}
		p, err = l.Project.BeginSample(ctx, by, from)
	}
	if err != nil {
		return p, err
	}
	return l.Project.Revise(ctx, by, p.ID, p.Version, func(p *project.Project) error {
		p.Type, p.Number = s.Type, s.Key
		for _, a := range l.samples.Areas {
			if a.Key == s.Area && s.Issue < len(a.Issues) {
				p.Issues = []string{a.Issues[s.Issue].JA}
			}
		}
		if s.Scope == hub.Public || s.Scope == hub.Members {
			p.Scope = s.Scope
			p.NameScope = s.Scope
		}
		for _, q := range s.Partners {
			p.Lead = append(p.Lead, project.Partner{Organisation: l.organisations[q.Organisation], Name: l.nameOf(q.Organisation), Role: q.Role})
		}
		p.Team = append(p.Team, project.Member{Person: l.people[s.Coordinator], Role: "coordinator"})
		for _, x := range s.Levels {
			p.Levels = append(p.Levels, project.Level{Scale: x.Scale, Level: x.Level, Date: hub.DateOf(l.now).AddDays(x.InDays), Ground: x.Ground})
		}
		return nil
	})
}

func (l *loader) stepProject(ctx context.Context, s demo.Project, p project.Project, x demo.ProjectPast) (project.Project, error) {
	by, chief := l.actors[s.Coordinator], l.leader(s.Area, hub.Chief)
	switch x.Do {
	case "adopt", "decline":
		text := project.ApplicationText{
			Question: cmp.Or(p.Summary.JA, p.Title.JA), Approach: "半年ごとに節目を置き、現場で確かめながら進めます。", Team: "参画機関が役割を分けて受け持ちます。",
			Value: x.Reason.JA, Wish: "資金と販路の相談をお願いします。",
		}
		if err := l.Project.WriteApplication(ctx, by, p.ID, text); err != nil {
			return p, err
		}
		office := l.leader(s.Area, hub.Office)
		if err := l.Project.Submit(ctx, by, p.ID, p.Version, []project.Reviewer{{ID: office.User, Name: office.Name}}, "", "申請を審査する"); err != nil {
			return p, err
		}
		marks := map[string]int{}
		for _, c := range project.DefaultScheme("").Review {
			marks[c.Key] = 4
		}
		verdict := "yes"
		if x.Do == "decline" {
			verdict = "no"
		}
		if err := l.Project.Judge(ctx, office, p.ID, verdict, marks, x.Reason.JA); err != nil {
			return p, err
		}
		now, err := l.Project.Get(ctx, by, p.ID)
		if err != nil {
			return p, err
		}
		return l.Project.Decide(ctx, chief, p.ID, now.Entry.Version, x.Do == "adopt", "", x.Reason.JA)
	case "tier":
		return l.Project.Retier(ctx, chief, p.ID, p.Version, x.Tier, "", x.Reason.JA)
	}
	return l.Project.Move(ctx, by, p.ID, p.Version, catalogue.State(x.Do), "", x.Reason.JA)
}

// leader is the first person of an area who holds a role.
func (l *loader) leader(area string, role hub.Role) hub.Actor {
	for _, p := range l.samples.People {
		if p.Area == area && p.Role == role {
			return l.actors[p.Key]
		}
	}
	return hub.Actor{}
}
