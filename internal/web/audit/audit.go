// Package audit is the section /audit: the log of who did and saw what, to look
// through and, when something has gone wrong, to take out for a window of time.
// It is for administrators and, in their areas, for those who give roles. The log
// holds ids; names are asked of the rooms, for the reader, when a page is drawn.
package audit

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// Section is the section's name in navigation and tests; Path its address.
const (
	Section = "audit"
	Path    = "/audit"
)

// Pages are the pages of the section.
type Pages struct {
	Log       *audit.Log
	Accounts  *account.Service
	Catalogue *catalogue.Service
	Directory *directory.Service
	Clock     hub.Clock
}

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Handler: p.list, Section: Section},
		{Method: http.MethodPost, Pattern: Path + "/export", Handler: p.export, Section: Section, Timeout: 2 * time.Minute},
		{Method: http.MethodPost, Pattern: Path + "/verify", Handler: p.verify, Section: Section, Timeout: 2 * time.Minute},
	}
}

// The parameters that narrow the list.
const (
	byParam     = "by"
	recordParam = "record"
	actionParam = "action"
	kindParam   = "kind"
	fromParam   = "from"
	untilParam  = "until"
)

var (
	actions = []audit.Action{audit.Create, audit.Change, audit.Delete, audit.Grant, audit.Read, audit.Export, audit.Login}
	// seen are the actions that tell who saw or took out what.
	seen  = []audit.Action{audit.Read, audit.Export, audit.Login}
	kinds = []string{
		"seed", "need", "organisation", "person", "contact", "membership", "activity", "decision", "import",
		"user", "area", "programme", "hub", "copy", "log",
	}
)

// page is what the list shows.
type page struct {
	list   web.List
	filter audit.Filter
	form   *ui.Form
	lines  []audit.Line
	next   string
	names  names
	all    bool // the reader reads the whole log
}

// read reads the address and narrows the log by it. What cannot be read of it is
// told in the form and narrows nothing.
func (p *Pages) read(r *http.Request) (x page, err error) {
	a := web.ActorOf(r.Context())
	if !audit.MayRead(a) {
		return x, hub.Errorf(hub.NotFound, "error.not_found")
	}
	l := web.ReadList(r, nil, []string{byParam, recordParam, actionParam, kindParam, fromParam, untilParam})
	get := func(name string) string {
		if v := l.Filter(name); len(v) > 0 {
			return v[0]
		}
		return ""
	}
	x = page{list: l, all: a.IsAdministrator(), form: ui.NewForm(fromParam, get(fromParam), untilParam, get(untilParam))}
	x.filter = audit.Filter{By: hub.ID(get(byParam)), Record: hub.ID(get(recordParam))}
	for _, v := range l.Filter(kindParam) {
		if slices.Contains(kinds, v) {
			x.filter.Kinds = append(x.filter.Kinds, v)
		}
	}
	for _, v := range l.Filter(actionParam) {
		if slices.Contains(actions, audit.Action(v)) {
			x.filter.Actions = append(x.filter.Actions, audit.Action(v))
		}
	}
	if from := x.form.Date(fromParam); from != "" {
		x.filter.From = from.Time()
	}
	if until := x.form.Date(untilParam); until != "" {
		x.filter.Until = until.AddDays(1).Time()
	}
	return x, nil
}

// list answers GET /audit. A mail address in the form becomes the account it
// belongs to.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	x, err := p.read(r)
	if err != nil {
		return err
	}
	if mail := r.URL.Query().Get("mail"); mail != "" {
		u, err := p.Accounts.UserByMail(ctx, a, mail)
		if err == nil {
			return web.Redirect(w, r, x.list.Address.Set(byParam, string(u.ID)).String())
		}
		if hub.KindOf(err) != hub.NotFound {
			return err
		}
		x.form.Set("mail", mail)
		x.form.Problems.Add("mail", "audit.no_account", "mail", mail)
	}
	if x.lines, x.next, err = p.Log.Search(ctx, a, x.filter, x.list.Page); err != nil {
		return err
	}
	if x.names, err = p.nameAll(ctx, a, x.lines, x.filter); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(x))
}

// verify answers POST /audit/verify: whether the chain of the whole log holds.
func (p *Pages) verify(w http.ResponseWriter, r *http.Request) error {
	if !web.ActorOf(r.Context()).IsAdministrator() {
		return hub.Errorf(hub.NotFound, "error.not_found")
	}
	n, err := p.Log.Verify(r.Context())
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, Path, "audit.verified", "n", n)
}

// names are what the ids in lines are called, for the reader.
type names struct {
	users   map[hub.ID]string
	records map[hub.ID]hub.Text
}

// nameAll names what the lines speak of: a query or two for each kind, however
// many lines.
func (p *Pages) nameAll(ctx context.Context, a hub.Actor, lines []audit.Line, f audit.Filter) (n names, err error) {
	users, records := map[hub.ID]bool{f.By: true}, map[string]map[hub.ID]bool{}
	for _, l := range lines {
		users[l.By] = true
		if records[l.Kind] == nil {
			records[l.Kind] = map[hub.ID]bool{}
		}
		records[l.Kind][l.Record] = true
		if l.Kind == account.KindUser {
			users[l.Record] = true
		}
	}
	n = names{users: map[hub.ID]string{}, records: map[hub.ID]hub.Text{}}
	for some := range slices.Chunk(keys(users), 500) {
		found, err := p.Accounts.NamesOf(ctx, a, some)
		if err != nil {
			return n, err
		}
		for id, name := range found {
			n.users[id], n.records[id] = name, hub.Text{JA: name}
		}
	}
	areas, err := p.Accounts.Areas(ctx)
	if err != nil {
		return n, err
	}
	for _, area := range areas {
		n.records[area.ID] = area.Name
	}
	titled := map[string]func(context.Context, hub.Actor, []hub.ID) (map[hub.ID]catalogue.Title, error){
		"seed": p.Catalogue.Seeds.Titles, "need": p.Catalogue.Needs.Titles,
	}
	for kind, titles := range titled {
		found, err := titles(ctx, a, keys(records[kind]))
		if err != nil {
			return n, err
		}
		for id, t := range found {
			n.records[id] = t.Title
		}
	}
	for some := range slices.Chunk(keys(records[directory.KindOrganisation]), 500) {
		found, err := p.Directory.Names(ctx, a, some)
		if err != nil {
			return n, err
		}
		for id, name := range found {
			n.records[id] = name
		}
	}
	for some := range slices.Chunk(keys(records[directory.KindPerson]), 500) {
		found, err := p.Directory.PersonNames(ctx, a, some)
		if err != nil {
			return n, err
		}
		for id, name := range found {
			n.records[id] = hub.Text{JA: name}
		}
	}
	return n, nil
}

// keys gives the ids of a set in order, without the empty one.
func keys(set map[hub.ID]bool) (out []hub.ID) {
	for id := range set {
		if id != "" {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
