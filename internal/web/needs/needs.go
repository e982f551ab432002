// Package needs is the section /needs: company needs and regional challenges,
// their list, a need's page and what can be done from it. One file per verb.
package needs

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// Pages are the pages of the section.
type Pages struct{ *records.Services }

// Section is the section's name in navigation and tests.
const Section = "needs"

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	get := func(pattern string, h web.Handler, public bool) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Handler: h, Section: Section, Public: public}
	}
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section}
	}
	upload := post("/needs/{id}/files", p.addFile)
	upload.MaxBody = catalogue.MaxFile + 1<<20
	return []web.Route{
		get("/needs", p.list, true),
		get("/needs.csv", p.export, true),
		get("/needs/new", p.create, false),
		post("/needs/new", p.created),
		get("/needs/{id}", p.show, true),
		get("/needs/{id}/print", p.sheet, true),
		get("/needs/{id}/detail", p.detail, true),
		get("/needs/{id}/history", p.history, false),
		post("/needs/{id}/restore", p.restore),
		get("/needs/{id}/edit", p.edit, false),
		post("/needs/{id}/edit", p.edited),
		post("/needs/{id}/state", p.state),
		post("/needs/{id}/withdraw", p.withdraw),
		upload,
		get("/needs/{id}/files/{file}", p.file, true),
		post("/needs/{id}/files/{file}/remove", p.removeFile),
	}
}

func href(id hub.ID) string { return "/needs/" + string(id) }

// by tells who asks, as far as the view shows it, and where.
func by(ctx context.Context, v catalogue.View[catalogue.Need], orgs map[hub.ID]hub.Text) string {
	n := &v.Entry
	place := i18n.Text(ctx, directory.PrefectureName(n.Prefecture))
	name := n.Institution
	if t, ok := orgs[n.Organisation]; ok && n.Organisation != "" {
		name = i18n.Text(ctx, t)
	}
	if name == "" {
		name = i18n.T(ctx, "need.name_withheld")
	}
	if place == "" {
		return name
	}
	return name + "　" + place
}

func organisations(views []catalogue.View[catalogue.Need]) (ids []hub.ID) {
	for _, v := range views {
		if v.Entry.Organisation != "" {
			ids = append(ids, v.Entry.Organisation)
		}
	}
	return ids
}
