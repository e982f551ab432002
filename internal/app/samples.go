package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/app/demo"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

// almanac is the clock of a hub with samples. While these are loaded it stands
// at the day of each record, so that the sample hub has a past; then it runs.
type almanac struct{ at time.Time }

func (c *almanac) Now() time.Time {
	if !c.at.IsZero() {
		return c.at
	}
	return hub.SystemClock{}.Now()
}

// loader carries the samples into a hub through the same services as everything
// else. Samples name each other by keys; the maps say what became of them.
type loader struct {
	*App
	clock   *almanac
	now     time.Time
	samples demo.Samples

	programme     hub.ID
	areas         map[string]hub.ID
	organisations map[string]hub.ID
	people        map[string]hub.ID
	actors        map[string]hub.Actor
	seeds         map[string]hub.ID
	needs         map[string]hub.ID
	records       map[hub.ID]catalogue.Record
}

// loadSamples fills an empty hub with the samples, all or none. A hub that has
// areas is left as it is.
func (a *App) loadSamples(ctx context.Context, clock *almanac) error {
	areas, err := a.Account.Areas(ctx)
	if err != nil || len(areas) > 0 {
		return err
	}
	samples, err := demo.Load()
	if err != nil {
		return err
	}
	return a.loadThese(ctx, clock, samples)
}

func (a *App) loadThese(ctx context.Context, clock *almanac, samples demo.Samples) error {
	l := &loader{
		App: a, clock: clock, now: a.Clock.Now(), samples: samples,
		areas: map[string]hub.ID{}, organisations: map[string]hub.ID{}, people: map[string]hub.ID{},
		actors: map[string]hub.Actor{}, seeds: map[string]hub.ID{}, needs: map[string]hub.ID{},
		records: map[hub.ID]catalogue.Record{},
	}
	defer func() { clock.at = time.Time{} }()
	return a.DB.Write(ctx, func(ctx context.Context, _ db.Tx) error { return l.load(ctx) })
}

// A step is one record to load and the day on which it came to the hub.
type step struct {
	day  int // counted from today; negative is past
	what string
	load func(context.Context) error
}

// load begins with what does not age, then lives through the hub's past day by
// day.
func (l *loader) load(ctx context.Context) error {
	l.clock.at = l.day(-760)
	for _, first := range []func(context.Context) error{l.loadAreas, l.loadSchemes, l.loadOrganisations, l.loadPeople} {
		if err := first(ctx); err != nil {
			return err
		}
	}
	var steps []step
	for _, s := range l.samples.Seeds {
		day := -30
		if s.ConfirmedInDays != nil {
			day = *s.ConfirmedInDays
		}
		steps = append(steps, step{day, s.Key, func(ctx context.Context) error { return l.loadSeed(ctx, s) }})
	}
	for _, n := range l.samples.Needs {
		steps = append(steps, step{n.ReceivedInDays, n.Key, func(ctx context.Context) error { return l.loadNeed(ctx, n) }})
	}
	for _, p := range l.samples.Projects {
		steps = append(steps, l.projectSteps(p)...)
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.day, b.day) })
	for _, a := range l.samples.Activities { // after the records they speak of
		steps = append(steps, step{a.InDays, a.Key, func(ctx context.Context) error { return l.loadActivity(ctx, a) }})
	}
	for _, s := range steps {
		l.clock.at = l.day(s.day)
		if err := s.load(ctx); err != nil {
			return fmt.Errorf("sample %s: %w", s.what, err)
		}
	}
	return nil
}

// day gives ten in the morning in Japan of the day n days from today.
func (l *loader) day(n int) time.Time {
	return hub.DateOf(l.now).AddDays(n).Time().Add(10 * time.Hour).UTC()
}

func (l *loader) date(n *int) hub.Date {
	if n == nil {
		return ""
	}
	return hub.DateOf(l.now).AddDays(*n)
}

func (l *loader) loadAreas(ctx context.Context) error {
	p, err := l.Account.CreateProgramme(ctx, hub.SystemActor, account.Programme{
		Slug: l.samples.Programme.Key, Name: l.samples.Programme.Name, Sample: true,
	})
	if err != nil {
		return err
	}
	l.programme = p.ID
	for _, s := range l.samples.Areas {
		area, err := l.Account.CreateArea(ctx, hub.SystemActor, account.Area{
			Slug: s.Key, Programme: p.ID, Name: s.Name, Tagline: s.Vision, State: account.Running, Sample: true,
		})
		if err != nil {
			return fmt.Errorf("sample %s: %w", s.Key, err)
		}
		l.areas[s.Key] = area.ID
	}
	return nil
}

// loadAccount gives a sample person an account that the demo lets in without a
// password, and keeps the actor that later steps act as.
func (l *loader) loadAccount(ctx context.Context, p demo.Person, person hub.ID) error {
	u, err := l.Account.CreateUser(ctx, hub.SystemActor, account.NewUser{Mail: p.Email, Name: p.Name.JA, Sample: true})
	if err != nil {
		return err
	}
	where := l.areas[p.Area]
	held := hub.RoleIn{Role: p.Role, Area: where}
	switch p.Role {
	case hub.ProgrammeOfficer:
		where = l.programme
		held = hub.RoleIn{Role: p.Role, Programme: where}
	case hub.Administrator:
		where = ""
	}
	if _, err := l.Account.Grant(ctx, hub.SystemActor, u.ID, p.Role, where, p.Since, ""); err != nil {
		return err
	}
	a := hub.Actor{Kind: hub.User, User: u.ID, Name: u.Name, Roles: []hub.RoleIn{held}}
	if person != "" {
		if err := l.Account.LinkPerson(ctx, hub.SystemActor, u.ID, person); err != nil {
			return err
		}
		a.Persons = []hub.ID{person}
	}
	if org := l.organisations[p.Organisation]; org != "" {
		// The people of firms, towns and banks are the ones who answer for them;
		// a researcher does not answer for his university.
		desk := p.Role.Member() && p.Role != hub.Researcher
		if err := l.Account.LinkOrganisation(ctx, hub.SystemActor, u.ID, org, desk); err != nil {
			return err
		}
		a.Affiliations = []hub.Affiliation{{Organisation: org, Desk: desk}}
	}
	l.actors[p.Key] = a
	return nil
}

func (l *loader) loadSeed(ctx context.Context, s demo.Seed) error {
	seed := catalogue.Seed{
		Record: catalogue.Record{
			Area: l.areas[s.Area], Organisation: l.organisations[s.Organisation], Coordinator: l.people[s.Coordinator],
			Scope: s.Scope, NameScope: s.Scope, DetailScope: s.DetailScope, State: seedState(s.State),
			Number: s.Key, Title: s.Title, Institution: l.nameOf(s.Organisation), Fields: codes(fieldCodes, s.Fields), Sample: true,
		},
		Summary: s.Summary, Advantage: s.Comparison, Applications: s.Uses, Challenges: s.Issues,
		Keywords: catalogue.Words{JA: s.Keywords.JA, EN: s.Keywords.EN},
		TRL:      catalogue.TRL{Level: s.TRL.Level, Date: s.TRL.Date, Ground: s.TRL.Ground},
		Forms:    codes(formCodes, s.Forms), Budget: s.Budget, Months: s.PeriodMonths,
		Remark: s.Remark, Confirmed: l.date(s.ConfirmedInDays), Detail: s.Detail,
	}
	filed := false
	for _, ip := range s.IP {
		seed.IP = append(seed.IP, catalogue.IP{Kind: ip.Kind, Status: code(ipCodes, ip.Status), Number: ip.Number, Filing: ip.Filing})
		filed = filed || ip.Kind == "patent"
	}
	for i, key := range s.Researchers {
		seed.Researchers = append(seed.Researchers, catalogue.Researcher{Person: l.people[key], Name: l.personName(key)})
		if i == 0 {
			seed.Owner = l.people[key]
		}
	}
	by := l.actors[s.Coordinator]
	if s.Scope == hub.Public || s.Scope == hub.Members {
		seed.Gate = catalogue.Gate{Answer: catalogue.GateNone, Date: hub.DateOf(l.clock.at), By: by.Name}
		if filed {
			seed.Gate.Answer = catalogue.GateFiled
		}
	}
	made, err := l.Catalogue.Seeds.Create(ctx, by, seed)
	l.seeds[s.Key], l.records[made.ID] = made.ID, made.Record
	return err
}

func (l *loader) loadNeed(ctx context.Context, n demo.Need) error {
	need := catalogue.Need{
		Record: catalogue.Record{
			Area: l.areas[n.Area], Organisation: l.organisations[n.Organisation], Coordinator: l.people[n.Coordinator], Owner: l.people[n.Asker],
			Scope: n.Scope, NameScope: n.NameScope, DetailScope: n.Scope.Narrower(hub.HubOnly), State: needState(n.State),
			Number: n.Key, Title: n.Title, Institution: l.nameOf(n.Organisation), Fields: codes(fieldCodes, n.Fields), Sample: true,
		},
		Kind: n.Kind, Anonymous: n.PublicVersion, Affected: n.Restated.PeopleAffected,
		Prefecture: l.prefectureOf(n.Organisation), Deadline: l.date(n.DeadlineInDays), Budget: n.Budget, Reason: n.DeclineReason.JA,
		Detail: catalogue.NeedDetail{
			Words: n.OwnWords, Problem: n.Restated.Problem, Conditions: n.Restated.Conditions,
			Constraints: n.Restated.Constraints, Tried: n.Restated.Tried, Background: n.Restated.Place,
		},
	}
	made, err := l.Catalogue.Needs.Create(ctx, l.actors[n.Coordinator], need)
	l.needs[n.Key], l.records[made.ID] = made.ID, made.Record
	return err
}

func (l *loader) loadActivity(ctx context.Context, s demo.Activity) error {
	by := l.actors[s.By]
	r := activity.Record{
		At: l.clock.at, Kind: activityKinds[s.Kind], Line: s.Summary.JA, Area: l.areas[s.Area], Scope: s.Scope,
		Next: s.NextAction.JA, Assignee: l.actors[s.Owner].User, Due: l.date(s.DueInDays),
	}
	if len(by.Persons) > 0 {
		r.Owner = by.Persons[0]
	}
	subjects := func(kind string, keys []string, ids map[string]hub.ID) {
		for _, key := range keys {
			id := ids[key]
			r.Subjects = append(r.Subjects, activity.Subject{Kind: kind, ID: id})
			if of, ok := l.records[id]; ok {
				r.Scope = r.Scope.Narrower(of.Scope) // a line is never wider than its subject
				r.Coordinator = of.Coordinator
			}
		}
	}
	subjects("seed", s.Seeds, l.seeds)
	subjects("need", s.Needs, l.needs)
	subjects("organisation", s.Organisations, l.organisations)
	subjects("person", s.People, l.people)
	if r.Scope == hub.Sealed {
		r.Scope = hub.Case
	}
	id, err := l.Activity.Add(ctx, by, r)
	if err != nil || s.DoneInDays == nil {
		return err
	}
	l.clock.at = l.day(*s.DoneInDays)
	return l.Activity.Complete(ctx, l.actors[s.Owner], id)
}

// The words of the samples that the rooms spell differently.
var (
	fieldCodes    = map[string]string{"crafts": "craft", "textiles": "textile"}
	formCodes     = map[string]string{"joint_chair": "joint_research_chair"}
	ipCodes       = map[string]string{"disclosed": "planned"}
	stateCodes    = map[string]string{"closed": "ended", "clarified": "sorted", "declined": "dropped"}
	activityKinds = map[string]activity.Kind{
		"visit": activity.Visit, "meeting": activity.Interview, "phone": activity.Call,
		"mail": activity.Mail, "conference": activity.Meeting,
	}
)

func seedState(s demo.SeedState) catalogue.State {
	return catalogue.State(code(stateCodes, string(s)))
}

func needState(s demo.NeedState) catalogue.State {
	return catalogue.State(code(stateCodes, string(s)))
}

func code(spelling map[string]string, word string) string {
	if c, ok := spelling[word]; ok {
		return c
	}
	return word
}

func codes[S ~string](spelling map[string]string, words []S) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = code(spelling, string(w))
	}
	return out
}

func (l *loader) organisation(key string) demo.Organisation {
	i := slices.IndexFunc(l.samples.Organisations, func(o demo.Organisation) bool { return o.Key == key })
	if i < 0 {
		return demo.Organisation{}
	}
	return l.samples.Organisations[i]
}

func (l *loader) nameOf(organisation string) string { return l.organisation(organisation).Name.JA }

func (l *loader) prefectureOf(organisation string) string {
	return l.organisation(organisation).Prefecture
}

func (l *loader) personName(key string) string {
	i := slices.IndexFunc(l.samples.People, func(p demo.Person) bool { return p.Key == key })
	if i < 0 {
		return ""
	}
	return l.samples.People[i].Name.JA
}
