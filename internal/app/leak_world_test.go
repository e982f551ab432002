package app

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kyoten-hub/kyoten/internal/access"
	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/match"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// A marker is a word that stands in one field of one record and nowhere else.
type marker struct {
	what string // for the report: "seed hub/hub/hub: summary"
	// may says whether a party may read it, take whether he may take it out in a
	// list; nil means that this is the same.
	may, take func(party) bool
}

// party is one line of docs/access.tsv as an account that can sign in.
type party struct {
	name  string
	actor hub.Actor
	token string // session; "" for a stranger
	mail  string
}

// leakRecord is a record on whose addresses the matrix knocks.
type leakRecord struct {
	kind     string
	id       hub.ID
	resource access.Resource
	files    []hub.ID
	lines    []hub.ID
	contacts []hub.ID
	title    string // the marker in its title
}

// leakWorld is a hub in which every field of every scope holds a marker.
type leakWorld struct {
	*App
	t       testing.TB
	rules   accessTable
	handler http.Handler
	logged  *lockedBuffer
	fee     hub.ID       // of the area
	area    account.Area // where all records are
	other   account.Area
	parties []party
	markers map[string]marker
	records []leakRecord
	// organisation is the records' own; member is one that everyone knows.
	organisation, member hub.ID
	memberships          []hub.ID
	roles                map[string]hub.ID // of a party, by name
	decision, intake     hub.ID
	passes               []hub.ID // an invitation, and the letters that are to go out
}

// accessTable is docs/access.tsv: party, scope, column.
type accessTable map[string]map[hub.Scope]map[string]bool

func readAccessTable(t testing.TB) accessTable {
	f, err := os.Open("../../docs/access.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table := accessTable{}
	var header []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		cells := strings.Split(lines.Text(), "\t")
		if header == nil {
			header = cells
			continue
		}
		if table[cells[0]] == nil {
			table[cells[0]] = map[hub.Scope]map[string]bool{}
		}
		row := map[string]bool{}
		for i, c := range cells[3:] {
			row[header[i+3]] = c == "y"
		}
		table[cells[0]][hub.Scope(cells[1])] = row
	}
	if len(table) < 15 {
		t.Fatalf("docs/access.tsv has %d parties", len(table))
	}
	return table
}

// lockedBuffer is what the program logs.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newLeakWorld(t testing.TB, database string) *leakWorld {
	t.Helper()
	w := &leakWorld{t: t, rules: readAccessTable(t), logged: &lockedBuffer{}, markers: map[string]marker{}, roles: map[string]hub.ID{}}
	log := slog.New(slog.NewJSONHandler(w.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a, err := Open(t.Context(), Storage{Database: database}, log, Options{Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	w.App = a
	if w.handler, err = a.Handler(""); err != nil {
		t.Fatal(err)
	}
	w.build()
	if err := a.Search.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *leakWorld) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// mark makes a marker: a word of consonants, which no analysis shortens.
func (w *leakWorld) mark(what string, may func(party) bool) string {
	const letters = "bcdfghjkmnpqrtvw"
	n := len(w.markers)
	word := "zq"
	for range 7 {
		word += string(letters[n%16])
		n /= 16
	}
	w.markers[word] = marker{what: what, may: may}
	return word
}

func (w *leakWorld) build() {
	ctx, system := w.t.Context(), hub.SystemActor
	var err error
	w.area, err = w.Account.CreateArea(ctx, system, account.Area{Slug: "here", Name: hub.Text{JA: "ここ"}})
	w.ok(err)
	w.other, err = w.Account.CreateArea(ctx, system, account.Area{Slug: "there", Name: hub.Text{JA: "よそ"}})
	w.ok(err)
	seesOrganisation := func(o directory.Organisation) func(party) bool {
		return func(p party) bool { return directory.CanSee(p.actor, o) }
	}
	var o directory.Organisation
	o = directory.Organisation{Kind: directory.SME, Scope: hub.HubOnly}
	mayO := func(p party) bool { return seesOrganisation(o)(p) }
	// On a record its name is for those to whom the record's name layer is open too.
	mayName := func(p party) bool { return mayO(p) || w.rules[p.name][hub.HubOnly]["name"] }
	o.Name = hub.Text{JA: "秘密商会 " + w.mark("organisation hub: name", mayName), EN: w.mark("organisation hub: English name", mayName)}
	o.About = hub.Text{JA: w.mark("organisation hub: about", mayO)}
	o.Address = hub.Text{JA: w.mark("organisation hub: address", mayO)}
	o, err = w.Directory.Organisations.Create(ctx, system, w.area.ID, o)
	w.ok(err)
	w.organisation = o.ID
	staffHere := func(p party) bool { return p.actor.StaffOf(w.area.ID) }
	m, err := w.Directory.Organisations.Create(ctx, system, w.area.ID, directory.Organisation{Kind: directory.University, Scope: hub.Public, Name: hub.Text{JA: "公開大学"}})
	w.ok(err)
	w.member = m.ID
	joined, err := w.Directory.Memberships.Add(ctx, system,
		directory.Membership{Area: w.area.ID, Organisation: m.ID, Class: directory.Participating, Joined: "2025-04-01", Remark: w.mark("membership: remark", staffHere)},
		directory.Membership{Area: w.area.ID, Organisation: o.ID, State: directory.Approached, Remark: w.mark("courting: remark", staffHere)})
	w.ok(err)
	for _, x := range joined {
		w.memberships = append(w.memberships, x.ID)
	}
	w.records = append(w.records, leakRecord{kind: "organisation", id: o.ID}, leakRecord{kind: "organisation", id: m.ID})

	persons := map[string]hub.ID{}
	for _, name := range []string{"owner", "its_coordinator", "named", "somebody"} {
		persons[name] = w.person(name)
	}
	w.people(persons)
	w.catalogue(persons)
	w.enquire()
	w.decide()
	w.plan()
	w.invite()
}

// invite has somebody invited to the area, to whom a letter is to go.
func (w *leakWorld) invite() {
	ctx, system := w.t.Context(), hub.SystemActor
	gives := func(p party) bool { return account.MayGrant(p.actor, w.area.ID) }
	p, _, err := w.Account.Invite(ctx, system, account.Pass{
		Mail: w.mark("invitation: mail", gives) + "@example.jp", Name: w.mark("invitation: name", gives), Role: hub.Coordinator, Area: w.area.ID,
	})
	w.ok(err)
	w.passes = append(w.passes, p.ID)
	letters, err := w.Notify.Letters(ctx, system, 100)
	w.ok(err)
	for _, l := range letters {
		w.passes = append(w.passes, l.ID)
	}
}

// person adds a person of scope hub with a marker in each field.
func (w *leakWorld) person(name string) hub.ID {
	ctx, system := w.t.Context(), hub.SystemActor
	p := &directory.Person{Area: w.area.ID, Scope: hub.HubOnly, Kind: directory.Researcher, Name: "人物"}
	may := func(x party) bool { return access.Can(x.actor, access.See, p.Access()) }
	mark := func(field string) string { return w.mark("person "+name+": "+field, may) }
	p.Name += mark("name")
	p.Expertise.JA, p.Handles.JA, p.Achievements.JA = mark("expertise"), mark("handles"), mark("achievements")
	p.Affiliations = []directory.Affiliation{{Name: mark("affiliation"), Department: mark("department")}}
	p.Remark = w.mark("person "+name+": remark", func(x party) bool { return x.actor.StaffOf(w.area.ID) })
	contact := &directory.Contact{Kind: directory.Postal, Scope: hub.HubOnly, Area: w.area.ID}
	mayCall := func(x party) bool { return may(x) && access.Can(x.actor, access.See, contact.Access()) }
	contact.Value = "北町 " + w.mark("person "+name+": address", mayCall)
	contact.Label = w.mark("person "+name+": its label", mayCall)
	made, err := w.Directory.People.Create(ctx, system, *p, *contact)
	w.ok(err)
	*p = made
	all, err := w.Directory.Contacts.Of(ctx, system, made.ID)
	w.ok(err)
	r := leakRecord{kind: "person", id: made.ID, resource: made.Access()}
	for _, c := range all {
		*contact = c
		r.contacts = append(r.contacts, c.ID)
	}
	r.lines = append(r.lines, w.line(r, hub.HubOnly))
	w.records = append(w.records, r)
	return made.ID
}

// people makes an account for every party of the table that can sign in.
func (w *leakWorld) people(persons map[string]hub.ID) {
	ctx, system := w.t.Context(), hub.SystemActor
	for name := range w.rules {
		if thin() && slices.Contains([]string{"chief", "deputy", "senior_coordinator", "researcher", "municipality", "finance"}, name) {
			continue // others stand alike to the records
		}
		switch name {
		case "stranger":
			w.parties = append(w.parties, party{name: name})
			continue
		case "link_to_it", "link_to_another": // no page is opened by a link yet
			continue
		}
		x := &party{name: name}
		x.mail = w.mark("account "+name+": mail", func(p party) bool { return w.seesMail(p, *x) }) + "@example.jp"
		u, err := w.Account.CreateUser(ctx, system, account.NewUser{Mail: x.mail, Name: "利用者 " + name, Sample: true})
		w.ok(err)
		grant := func(r hub.Role, where hub.ID) {
			id, err := w.Account.Grant(ctx, system, u.ID, r, where, "", "")
			w.ok(err)
			w.roles[name] = id
		}
		switch name {
		case "administrator":
			grant(hub.Administrator, "")
		case "programme_officer":
			p, err := w.Account.CreateProgramme(ctx, system, account.Programme{Slug: "p", Name: hub.Text{JA: "事業"}})
			w.ok(err)
			grant(hub.ProgrammeOfficer, p.ID)
		case "signed_in_elsewhere":
			grant(hub.Chief, w.other.ID)
		case "own_institution", "own_desk":
			w.ok(w.Account.LinkOrganisation(ctx, system, u.ID, w.organisation, name == "own_desk"))
		case "owner", "its_coordinator", "named":
			w.ok(w.Account.LinkPerson(ctx, system, u.ID, persons[name]))
		default:
			if !slices.Contains(hub.Roles, hub.Role(name)) {
				w.t.Fatalf("docs/access.tsv has a party %q that this test does not know", name)
			}
			grant(hub.Role(name), w.area.ID)
		}
		x.token, err = w.Account.DemoSignIn(ctx, u.ID, account.Device{})
		w.ok(err)
		x.actor, err = w.Account.Actor(ctx, x.token)
		w.ok(err)
		w.parties = append(w.parties, *x)
	}
	slices.SortFunc(w.parties, func(a, b party) int { return strings.Compare(a.name, b.name) })
}

// seesMail: one's own, the administrator's all, and the office's those of the
// accounts with a role in its area.
func (w *leakWorld) seesMail(p, of party) bool {
	here := of.actor.Areas(func(hub.Role) bool { return true })
	return p.name == of.name || p.actor.IsAdministrator() || slices.ContainsFunc(here, func(area hub.ID) bool { return account.MayGrant(p.actor, area) })
}

// catalogue adds seeds and needs: for each scope one that has it throughout, and
// one whose summary is public and whose name and detail have it.
func (w *leakWorld) catalogue(persons map[string]hub.ID) {
	for _, scope := range hub.Scopes {
		for _, inner := range []bool{false, true} {
			base := catalogue.Record{
				Area: w.area.ID, Organisation: w.organisation, Owner: persons["owner"], Coordinator: persons["its_coordinator"],
				Scope: scope, NameScope: scope, DetailScope: scope, Fields: []string{"snow"},
			}
			if inner {
				base.Scope = hub.Public
			}
			w.seed(base, persons)
			w.need(base, persons)
			w.project(base, persons)
		}
	}
	for _, scope := range hub.Scopes { // in the recycle bin
		base := catalogue.Record{
			Area: w.area.ID, Organisation: w.organisation, Owner: persons["owner"], Coordinator: persons["its_coordinator"],
			Scope: scope, NameScope: scope, DetailScope: scope, Fields: []string{"snow"}, Withdrawn: true,
		}
		w.seed(base, persons)
		w.need(base, persons)
	}
}

// layer makes markers of one layer of a record; a party may read them by the
// table.
func (w *leakWorld) layer(kind string, r catalogue.Record, layer string) func(field string) string {
	may := func(p party) bool {
		rules := w.rules[p.name]
		see := rules[r.Scope]["see"] && (!r.Withdrawn || rules[r.Scope]["edit"])
		switch layer {
		case "summary":
			return see
		case "name":
			return see && rules[r.NameScope]["name"]
		case "detail":
			return see && rules[r.DetailScope]["detail"]
		}
		return see && rules[r.NameScope]["name"] && rules[r.DetailScope]["detail"]
	}
	return func(field string) string {
		word := w.mark(fmt.Sprintf("%s %s/%s/%s, %s: %s", kind, r.Scope, r.NameScope, r.DetailScope, layer, field), may)
		m := w.markers[word]
		m.take = func(p party) bool { return may(p) && w.rules[p.name][r.Scope]["export"] }
		w.markers[word] = m
		return word
	}
}

func (w *leakWorld) seed(r catalogue.Record, persons map[string]hub.ID) {
	ctx, system := w.t.Context(), hub.SystemActor
	open, name, detail := w.layer("seed", r, "summary"), w.layer("seed", r, "name"), w.layer("seed", r, "detail")
	title := open("title")
	r.Title = hub.Text{JA: "共通の題 " + title, EN: "common " + open("English title")}
	r.Number, r.Institution = open("number"), name("institution")
	x, err := w.Catalogue.Seeds.Create(ctx, system, catalogue.Seed{
		Record: r, Summary: hub.Text{JA: open("summary"), EN: open("English summary")}, Advantage: hub.Text{JA: open("advantage")},
		Applications: hub.Text{JA: open("applications")}, Challenges: hub.Text{JA: open("challenges")}, Remark: hub.Text{JA: open("remark")},
		Keywords: catalogue.Words{JA: []string{open("keyword")}}, Category: open("category"),
		TRL: catalogue.TRL{Level: 4, Ground: hub.Text{JA: open("ground of TRL")}}, IP: []catalogue.IP{{Kind: "patent", Status: "filed", Number: open("patent")}},
		Researchers: []catalogue.Researcher{{Name: name("researcher")}}, Gate: catalogue.Gate{Answer: catalogue.GateNone},
		Detail: hub.Text{JA: detail("detail"), EN: detail("English detail")},
	})
	w.ok(err)
	w.ok(w.Catalogue.Seeds.Name(ctx, system, x.ID, "試験", persons["named"]))
	rec := leakRecord{kind: "seed", id: x.ID, resource: w.resource(x.Access(), persons), title: title}
	if r.Withdrawn {
		w.records = append(w.records, rec)
		return
	}
	for layer, mark := range map[catalogue.Layer]func(string) string{catalogue.Summary: open, catalogue.Inner: detail} {
		f, err := w.Catalogue.Seeds.AddFile(ctx, system, x.ID, layer, mark("file's name")+".txt", strings.NewReader("共通 "+mark("file's text")))
		w.ok(err)
		rec.files = append(rec.files, f.ID)
	}
	rec.lines = append(rec.lines, w.line(rec, r.Scope))
	w.records = append(w.records, rec)
}

func (w *leakWorld) need(r catalogue.Record, persons map[string]hub.ID) {
	ctx, system := w.t.Context(), hub.SystemActor
	open, name, detail, both := w.layer("need", r, "summary"), w.layer("need", r, "name"), w.layer("need", r, "detail"), w.layer("need", r, "name and detail")
	title := open("title")
	r.Title = hub.Text{JA: "共通の題 " + title, EN: "common " + open("English title")}
	r.Number, r.Institution = open("number"), name("institution")
	text := func(field string) hub.Text { return hub.Text{JA: detail(field)} }
	x, err := w.Catalogue.Needs.Create(ctx, system, catalogue.Need{
		Record: r, Anonymous: hub.Text{JA: open("anonymous")}, Affected: hub.Text{JA: open("affected")},
		Keywords: catalogue.Words{JA: []string{open("keyword")}}, Prefecture: "15", Municipality: name("municipality"),
		Detail: catalogue.NeedDetail{
			Words: text("words"), Problem: text("problem"), Background: text("background"), Conditions: text("conditions"),
			Constraints: text("constraints"), Tried: text("tried"), Success: text("success"), View: text("view"), Contact: both("contact"),
		},
	})
	w.ok(err)
	w.ok(w.Catalogue.Needs.Name(ctx, system, x.ID, "試験", persons["named"]))
	rec := leakRecord{kind: "need", id: x.ID, resource: w.resource(x.Access(), persons), title: title}
	if r.Withdrawn {
		w.records = append(w.records, rec)
		return
	}
	for layer, mark := range map[catalogue.Layer]func(string) string{catalogue.Summary: open, catalogue.Inner: detail} {
		f, err := w.Catalogue.Needs.AddFile(ctx, system, x.ID, layer, mark("file's name")+".txt", strings.NewReader("共通 "+mark("file's text")))
		w.ok(err)
		rec.files = append(rec.files, f.ID)
	}
	rec.lines = append(rec.lines, w.line(rec, r.Scope))
	w.records = append(w.records, rec)
}

func (w *leakWorld) project(r catalogue.Record, persons map[string]hub.ID) {
	ctx, system := w.t.Context(), hub.SystemActor
	open, name, detail := w.layer("project", r, "summary"), w.layer("project", r, "name"), w.layer("project", r, "detail")
	title := open("title")
	r.Title = hub.Text{JA: "共通の題 " + title, EN: "common " + open("English title")}
	r.Number, r.Institution = open("number"), name("institution")
	x, err := w.Project.Create(ctx, system, project.Project{
		Record: r, Summary: hub.Text{JA: open("summary"), EN: open("English summary")}, Issues: []string{open("issue")},
		Levels: []project.Level{{Scale: "trl", Level: 4, Date: "2026-01-01", Ground: open("ground of TRL")}},
		Lead: []project.Partner{
			{Organisation: r.Organisation, Name: r.Institution, Role: "lead"}, {Name: name("partner"), Role: "company"},
		},
		Detail: project.Detail{
			Goal: hub.Text{JA: detail("goal"), EN: detail("English goal")}, Plan: hub.Text{JA: detail("plan")},
			Milestones: []project.Milestone{{What: detail("milestone"), Due: "2026-05-01"}},
			Risks:      []project.Risk{{What: detail("risk"), Measure: detail("measure")}},
			Decisions:  []project.Decided{{What: detail("decision"), Reason: detail("its reason"), Date: "2026-01-01"}},
			Evidence:   map[string]project.Evidence{"3-result": {Text: detail("evidence"), By: detail("who gave it")}},
		},
	})
	w.ok(err)
	w.ok(w.Project.Name(ctx, system, x.ID, "試験", persons["named"]))
	rec := leakRecord{kind: "project", id: x.ID, resource: w.resource(x.Access(), persons), title: title}
	for layer, mark := range map[catalogue.Layer]func(string) string{catalogue.Summary: open, catalogue.Inner: detail} {
		f, err := w.Project.AddFile(ctx, system, x.ID, layer, mark("file's name")+".txt", strings.NewReader("共通 "+mark("file's text")))
		w.ok(err)
		rec.files = append(rec.files, f.ID)
	}
	rec.lines = append(rec.lines, w.line(rec, r.Scope))
	w.records = append(w.records, rec)
	w.projectPast(x, open, detail)
}

// projectPast lets a project apply and be adopted, with a marker in every text.
func (w *leakWorld) projectPast(x project.Project, open, detail func(string) string) {
	ctx, system := w.t.Context(), hub.SystemActor
	w.ok(w.Project.WriteApplication(ctx, system, x.ID, project.ApplicationText{
		Question: detail("question"), Approach: detail("approach"), Team: detail("team"), Value: detail("value"), Wish: detail("wish"),
	}))
	reviewer := project.Reviewer{ID: hub.NewID(), Name: detail("reviewer")}
	w.ok(w.Project.Submit(ctx, system, x.ID, x.Version, []project.Reviewer{reviewer}, "", "審査"))
	_, err := w.Project.Decide(ctx, system, x.ID, x.Version+1, true, "", detail("why it was adopted"))
	w.ok(err)
}

func (w *leakWorld) resource(r access.Resource, persons map[string]hub.ID) access.Resource {
	r.Named = []hub.ID{persons["named"]}
	return r
}

// line notes something on a record, with the record's scope but never wider than
// the hub, and with a next action.
func (w *leakWorld) line(r leakRecord, scope hub.Scope) hub.ID {
	ctx := w.t.Context()
	scope = scope.Narrower(hub.HubOnly)
	line := &activity.Record{
		Kind: activity.Visit, Area: w.area.ID, Scope: scope, Case: r.id, Subjects: []activity.Subject{{Kind: r.kind, ID: r.id}},
		Organisation: r.resource.Organisation, Owner: r.resource.Owner, Coordinator: r.resource.Coordinator,
	}
	may := func(p party) bool {
		of := line.Resource()
		of.Named = r.resource.Named
		return access.Can(p.actor, access.See, r.resource) && access.Can(p.actor, access.See, of)
	}
	what := fmt.Sprintf("line of scope %s on %s %s: ", scope, r.kind, r.resource.Scope)
	line.Line, line.Body, line.Next, line.Due = w.mark(what+"line", may), w.mark(what+"body", may), w.mark(what+"next", may), "2030-01-01"
	id, err := w.Activity.Add(ctx, hub.SystemActor, *line)
	w.ok(err)
	return id
}

// enquire adds what strangers asked: one by name, and one whose asker wishes not
// to be named, with its answer, its file and the fees of the area.
func (w *leakWorld) enquire() {
	ctx, system := w.t.Context(), hub.SystemActor
	coordinator := w.parties[slices.IndexFunc(w.parties, func(p party) bool { return p.name == "coordinator" })]
	staff := func(p party) bool { return p.actor.StaffOf(w.area.ID) }
	for _, anonymous := range []bool{false, true} {
		what := fmt.Sprintf("enquiry, anonymous %v: ", anonymous)
		named := func(p party) bool { return staff(p) && (!anonymous || p.name == "coordinator") }
		e, _, err := w.Enquiry.Ask(ctx, hub.Actor{}, enquiry.Question{
			Area: w.area.ID, Words: "共通の相談 " + w.mark(what+"words", staff), Anonymous: anonymous,
			Asker: enquiry.Asker{
				Name: w.mark(what+"name", named), Body: w.mark(what+"firm", named), Phone: w.mark(what+"phone", named),
				Mail: w.mark(what+"mail", named) + "@example.jp",
			},
		})
		w.ok(err)
		w.ok(w.Enquiry.Attach(ctx, e.ID, w.mark(what+"file's name", named)+".txt", strings.NewReader("共通 "+w.mark(what+"file's text", named))))
		_, err = w.Enquiry.Assign(ctx, system, e.ID, 0, coordinator.actor.User)
		w.ok(err)
		text := enquiry.Text{Subject: w.mark(what+"answer's subject", staff), Body: w.mark(what+"answer", staff)}
		_, err = w.Enquiry.Answer(ctx, coordinator.actor, e.ID, 0, text, "2030-01-01")
		w.ok(err)
		files, err := w.Enquiry.Files(ctx, coordinator.actor, e.ID)
		w.ok(err)
		r := leakRecord{kind: "enquiry", id: e.ID, resource: e.Access()}
		for _, f := range files {
			r.files = append(r.files, f.ID)
		}
		w.records = append(w.records, r)
	}
	f, err := w.Enquiry.AddFee(ctx, system, enquiry.Fee{Area: w.area.ID, Form: "joint_research", From: "2026-01-01", Cost: hub.Text{JA: "相談による"}})
	w.ok(err)
	_, err = w.Enquiry.AddFee(ctx, system, enquiry.Fee{Area: w.area.ID, Organisation: w.organisation, Form: "joint_research", From: "2026-01-01", Cost: hub.Text{JA: "相談による"}})
	w.ok(err)
	w.fee = f.ID
}

// decide has a coordinator turn down a pair that staff alone may see.
func (w *leakWorld) decide() {
	find := func(kind string) hub.ID {
		i := slices.IndexFunc(w.records, func(r leakRecord) bool { return r.kind == kind && r.resource.Scope == hub.HubOnly })
		return w.records[i].id
	}
	i := slices.IndexFunc(w.parties, func(p party) bool { return p.name == "coordinator" })
	note := w.mark("decision: note", func(p party) bool { return p.actor.StaffOf(w.area.ID) })
	d, err := w.Match.Decide(w.t.Context(), w.parties[i].actor, match.Decision{
		Need: find("need"), Seed: find("seed"), Verdict: match.No, Reason: match.Reasons[0], Note: note,
	})
	w.ok(err)
	w.decision = d.ID
}

// plan has a spreadsheet read that nobody has applied yet.
func (w *leakWorld) plan() {
	staff := func(p party) bool { return p.actor.StaffOf(w.area.ID) }
	file := "題目,概要\n取り込む題 " + w.mark("import: title", staff) + "," + w.mark("import: summary", staff) + "\n,題がない " + w.mark("import: refused row", staff) + "\n"
	i, err := w.Intake.Upload(w.t.Context(), hub.SystemActor, w.area.ID, intake.Seeds, w.mark("import: file's name", staff)+".csv", strings.NewReader(file))
	w.ok(err)
	w.ok(w.Intake.Analyse(w.t.Context(), hub.SystemActor, i.ID, func(int) {}))
	w.intake = i.ID
}

// changes counts the lines of the log that say something was changed.
func (w *leakWorld) changes() (n int) {
	w.t.Helper()
	for from := int64(0); ; {
		lines, err := w.Audit.Since(w.t.Context(), from, 5000)
		w.ok(err)
		if len(lines) == 0 {
			return n
		}
		for _, l := range lines {
			switch l.Action {
			case "create", "change", "delete", "grant":
				n++
			}
		}
		from = lines[len(lines)-1].Seq
	}
}

type leakRoute = web.Route

func canSee(p party, r leakRecord) bool { return access.Can(p.actor, access.See, r.resource) }
