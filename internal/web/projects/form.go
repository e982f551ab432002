package projects

import (
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/project"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// blank is the form of a new project.
func blank() *ui.Form {
	return ui.NewForm("scope", string(hub.HubOnly), "name_scope", string(hub.HubOnly), "detail_scope", string(hub.HubOnly))
}

// formOf fills the form from a project. What stands in forms of its own is in it
// too, as text, so that the page of versions tells of it.
func formOf(x *project.Project) *ui.Form {
	d := &x.Detail
	f := ui.NewForm("type", x.Type, "start", string(x.Start), "end", string(x.End), "issues", strings.Join(x.Issues, "\n"), "state", string(x.State)).
		SetText("summary", x.Summary).SetText("goal", d.Goal).SetText("plan", d.Plan)
	line := func(name string, parts ...string) {
		f.Values.Add(name, strings.Join(parts, " "))
	}
	for _, p := range x.Lead {
		line("partners", p.Role, string(p.Organisation), p.Name)
	}
	for _, m := range x.Team {
		line("team", m.Role, string(m.Person))
	}
	for _, l := range x.Levels {
		line("levels", strings.ToUpper(l.Scale), string(rune('0'+l.Level)), string(l.Date), l.Ground)
	}
	for _, m := range d.Milestones {
		line("milestones", m.What, string(m.Due), string(m.Done))
	}
	for _, r := range d.Risks {
		line("risks", r.What, r.Measure)
	}
	for _, c := range d.Decisions {
		line("decisions", string(c.Date), c.What, c.Reason)
	}
	for _, key := range sortedKeys(d.Evidence) {
		line("evidence", d.Evidence[key].Text)
	}
	return f
}

// read puts what was typed into a project. The lead partner is the organisation
// of the form; the other partners have a form of their own.
func read(f *ui.Form, x *project.Project, detail bool) {
	x.Summary, x.Type, x.Start, x.End = f.Bilingual("summary"), f.Get("type"), f.Date("start"), f.Date("end")
	x.Issues = lines(f.Text("issues"))
	lead := project.Partner{Organisation: x.Organisation, Name: x.Institution, Role: "lead"}
	there := false
	for i, p := range x.Lead {
		if p.Role == "lead" {
			x.Lead[i], there = lead, true
			break
		}
	}
	switch empty := lead.Organisation == "" && lead.Name == ""; {
	case !there && !empty:
		x.Lead = append([]project.Partner{lead}, x.Lead...)
	case there && empty:
		var rest []project.Partner
		for _, p := range x.Lead {
			if p.Organisation != "" || p.Name != "" {
				rest = append(rest, p)
			}
		}
		x.Lead = rest
	}
	if detail {
		x.Detail.Goal, x.Detail.Plan = f.Bilingual("goal"), f.Bilingual("plan")
	}
}

// lines are the lines of a text that hold something.
func lines(s string) (out []string) {
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}
