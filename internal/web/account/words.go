package account

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

func languages(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "", Label: i18n.T(ctx, "account.language_browser")},
		{Value: string(hub.JA), Label: "日本語"},
		{Value: string(hub.EN), Label: "English"},
	}
}

func roleWord(ctx context.Context, r hub.Role) string { return i18n.T(ctx, "role."+string(r)) }

func roleOptions(ctx context.Context) (out []ui.Option) {
	for _, r := range grantable() {
		out = append(out, ui.Option{Value: string(r), Label: roleWord(ctx, r)})
	}
	return out
}

// organisationOptions offers none first.
func organisationOptions(ctx context.Context, choices []Participant) []ui.Option {
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "form.none")}}
	for _, c := range choices {
		out = append(out, ui.Option{Value: string(c.ID), Label: i18n.Text(ctx, c.Name)})
	}
	return out
}

// accountsMenu leads to the pages beside the list of an area's accounts.
func accountsMenu(ctx context.Context, area account.Area) []ui.Action {
	at := AccountsPath(area.Slug)
	return []ui.Action{
		{Label: i18n.T(ctx, "account.invitations"), Href: at + "/invitations"},
		{Label: i18n.T(ctx, "letter.log"), Href: "/areas/" + area.Slug + "/letters"},
		{Label: i18n.T(ctx, "account.look"), Href: at + "/look"},
		{Label: i18n.T(ctx, "account.policy"), Href: at + "/policy"},
		{Label: i18n.T(ctx, "account.personal"), Href: at + "/personal"},
	}
}

func roleFacet(ctx context.Context) []ui.Facet {
	f := ui.Facet{Name: "role", Title: i18n.T(ctx, "account.role")}
	for _, r := range grantable() {
		f.Values = append(f.Values, ui.FacetValue{Value: string(r), Label: roleWord(ctx, r), Count: -1})
	}
	return []ui.Facet{f}
}

// inForce names the roles that count today.
func inForce(ctx context.Context, roles []account.Role, today hub.Date) string {
	var names []string
	for _, r := range roles {
		if r.InForce(today) {
			names = append(names, roleWord(ctx, r.Role))
		}
	}
	if i18n.Lang(ctx) == hub.EN {
		return strings.Join(names, ", ")
	}
	return strings.Join(names, "、")
}

func memberColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Key: "name", Title: i18n.T(ctx, "account.name"), Kind: ui.TitleColumn},
		{Key: "role", Title: i18n.T(ctx, "account.role"), Kind: ui.WideColumn, Main: true},
		{Key: "state", Title: i18n.T(ctx, "account.state"), Kind: ui.MarkColumn, Main: true},
	}
}

func memberRows(ctx context.Context, l accountList) []ui.Row {
	rows := make([]ui.Row, len(l.members))
	for i, m := range l.members {
		var state templ.Component
		if s := accountState(ctx, m.User); s != nil {
			state = ui.StateChip(*s)
		}
		rows[i] = ui.Row{ID: string(m.User.ID), Title: m.User.Name, Cells: []templ.Component{
			ui.TitleCell(ui.Link{Label: m.User.Name, Href: onePath(l.area, m.User.ID)}, m.User.Mail),
			currentRoles(l, m), state,
		}}
	}
	return rows
}

// accountState says what is out of the ordinary; nil when nothing is.
func accountState(ctx context.Context, u account.User) *ui.State {
	switch {
	case u.Disabled:
		return &ui.State{Label: i18n.T(ctx, "account.state_shut"), Tone: ui.Ended}
	case !u.HasPassword && !u.Sample:
		return &ui.State{Label: i18n.T(ctx, "account.state_no_password"), Tone: ui.Caution}
	}
	return nil
}

// roleColumns are those of a list of roles; withArea when it spans areas.
func roleColumns(ctx context.Context, withArea bool) []ui.Column {
	c := []ui.Column{
		{Key: "role", Title: i18n.T(ctx, "account.role"), Kind: ui.TitleColumn},
		{Key: "period", Title: i18n.T(ctx, "account.period"), Main: true},
		{Key: "state", Title: i18n.T(ctx, "account.state"), Kind: ui.MarkColumn, Main: true},
	}
	if withArea {
		return append(c, ui.Column{Key: "area", Title: i18n.T(ctx, "shell.area")})
	}
	return append(c, ui.Column{Key: "end", Title: i18n.T(ctx, "account.role_end")})
}

// roleRows are the rows of roleColumns: with the area of each, or for a member
// with the way to end it.
func roleRows(ctx context.Context, roles []account.Role, areas map[hub.ID]hub.Text, today hub.Date, m *member) []ui.Row {
	rows := make([]ui.Row, len(roles))
	for i, r := range roles {
		last := templ.Component(ui.Text(i18n.Text(ctx, areas[r.Area])))
		if m != nil {
			last = nil
			if r.Ended.IsZero() && (r.Until == "" || r.Until >= today) {
				last = ui.Linked(ui.Link{Label: i18n.T(ctx, "account.role_end_do"), Href: onePath(m.area, m.user.ID) + "/roles/" + string(r.ID) + "/end"})
			}
		}
		rows[i] = ui.Row{ID: string(r.ID), Title: roleWord(ctx, r.Role), Cells: []templ.Component{
			ui.Text(roleWord(ctx, r.Role)), period(r.From, r.Until), ui.StateChip(roleState(ctx, r, today)), last,
		}}
	}
	return rows
}

func roleState(ctx context.Context, r account.Role, today hub.Date) ui.State {
	switch {
	case r.InForce(today):
		return ui.State{Label: i18n.T(ctx, "account.role_now"), Tone: ui.Good}
	case r.Ended.IsZero() && r.From > today:
		return ui.State{Label: i18n.T(ctx, "account.role_later"), Tone: ui.Neutral}
	}
	return ui.State{Label: i18n.T(ctx, "account.role_past"), Tone: ui.Ended}
}

func sessionColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Key: "device", Title: i18n.T(ctx, "account.device"), Kind: ui.TitleColumn},
		{Key: "address", Title: i18n.T(ctx, "account.address")},
		{Key: "began", Title: i18n.T(ctx, "account.began"), Main: true},
		{Key: "seen", Title: i18n.T(ctx, "account.seen"), Main: true},
		{Key: "end", Title: i18n.T(ctx, "account.session_end")},
	}
}

func sessionRows(ctx context.Context, o own) []ui.Row {
	rows := make([]ui.Row, len(o.sessions))
	for i, s := range o.sessions {
		var end templ.Component
		if !s.Current {
			end = ui.Do(ui.Action{Label: i18n.T(ctx, "account.session_end"), Href: Path + "/sessions/" + string(s.ID) + "/end", Post: true}, "quiet")
		}
		rows[i] = ui.Row{ID: string(s.ID), Title: agentName(ctx, s.Device.Agent), Cells: []templ.Component{
			sessionCell(s), ui.Text(s.Device.Address), ui.When(s.Created, o.now), ui.When(s.Seen, o.now), end,
		}}
	}
	return rows
}

// agentName tells a browser and its system from what it calls itself, as far as
// people need it to know their own devices.
func agentName(ctx context.Context, agent string) string {
	find := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := find("Edg/", "Edge", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := find("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "Macintosh", "Mac", "Linux", "Linux")
	name := strings.TrimSpace(browser + " " + system)
	if name == "" {
		return i18n.T(ctx, "account.device_unknown")
	}
	return name
}

func demoID(i int) string { return "area-" + strconv.Itoa(i+1) }

func demoTitle(ctx context.Context, x parts) string {
	if x.Area.ID == "" {
		return i18n.T(ctx, "account.demo_whole")
	}
	return i18n.Text(ctx, x.Area.Name)
}
