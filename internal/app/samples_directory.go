package app

import (
	"context"
	"fmt"

	"github.com/kyoten-hub/kyoten/internal/app/demo"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/japanese"
)

func (l *loader) loadOrganisations(ctx context.Context) error {
	for _, s := range l.samples.Organisations {
		o, err := l.Directory.Organisations.Create(ctx, hub.SystemActor, "", directory.Organisation{
			Kind: directory.OrganisationKind(s.Kind), Scope: organisationScope(s.Kind), Name: s.Name, Kana: japanese.Katakana(s.Kana),
			Prefecture: s.Prefecture, About: s.About, Sample: true,
		})
		if err != nil {
			return fmt.Errorf("sample %s: %w", s.Key, err)
		}
		l.organisations[s.Key] = o.ID
	}
	for _, s := range l.samples.Memberships {
		_, err := l.Directory.Memberships.Add(ctx, hub.SystemActor, directory.Membership{
			Area: l.areas[s.Area], Organisation: l.organisations[s.Organisation], State: directory.Joined,
			Class: directory.MembershipClass(s.Kind), Joined: s.Joined, Left: s.Left,
		})
		if err != nil {
			return fmt.Errorf("sample membership of %s in %s: %w", s.Organisation, s.Area, err)
		}
	}
	return nil
}

// organisationScope keeps a firm that only asked for help inside the hub, until
// a membership makes it public. Public bodies are no secret.
func organisationScope(k demo.OrganisationKind) hub.Scope {
	switch k {
	case demo.LargeCompany, demo.SME, demo.Startup:
		return hub.HubOnly
	}
	return hub.Public
}

// loadPeople makes each sample person's record and account. The programme's
// officer and the administrator belong to no area, so they have accounts only.
func (l *loader) loadPeople(ctx context.Context) error {
	for _, s := range l.samples.People {
		if s.Area != "" {
			p, err := l.Directory.People.Create(ctx, hub.SystemActor, directory.Person{
				Area: l.areas[s.Area], Kind: personKind(s.Role), Scope: personScope(s.Role),
				Name: s.Name.JA, Kana: japanese.Katakana(s.Kana), English: s.Name.EN, Expertise: s.Expertise, Sample: true,
				Affiliations: []directory.Affiliation{{Organisation: l.organisations[s.Organisation], Title: s.Position, From: s.Since}},
			}, directory.Contact{Kind: directory.Mail, Value: s.Email})
			if err != nil {
				return fmt.Errorf("sample %s: %w", s.Key, err)
			}
			l.people[s.Key] = p.ID
		}
		if err := l.loadAccount(ctx, s, l.people[s.Key]); err != nil {
			return fmt.Errorf("sample %s: %w", s.Key, err)
		}
	}
	return nil
}

func personKind(r hub.Role) directory.PersonKind {
	switch r {
	case hub.Chief, hub.Deputy, hub.SeniorCoordinator, hub.Coordinator:
		return directory.Coordinator
	case hub.Office:
		return directory.OfficeStaff
	case hub.Researcher:
		return directory.Researcher
	case hub.Company:
		return directory.FromCompany
	case hub.Municipality:
		return directory.FromPublic
	case hub.Finance:
		return directory.FromFinance
	}
	return directory.OtherPerson
}

// personScope shows the hub's own people and researchers, who are found by their
// work, to everyone; who speaks for a firm is the hub's business.
func personScope(r hub.Role) hub.Scope {
	if r.Staff() || r == hub.Researcher {
		return hub.Public
	}
	return hub.HubOnly
}
