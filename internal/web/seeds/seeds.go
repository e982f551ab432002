// Package seeds is the section /seeds: the list of research seeds, a seed's page
// and what can be done from it. One file per verb.
package seeds

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// Pages are the pages of the section.
type Pages struct{ *records.Services }

// Section is the section's name in navigation and tests.
const Section = "seeds"

// Routes is the section's table of addresses.
func (p *Pages) Routes() []web.Route {
	get := func(pattern string, h web.Handler, public bool) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Handler: h, Section: Section, Public: public}
	}
	post := func(pattern string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Handler: h, Section: Section}
	}
	upload := post("/seeds/{id}/files", p.addFile)
	upload.MaxBody = catalogue.MaxFile + 1<<20
	return []web.Route{
		get("/seeds", p.list, true),
		get("/seeds.csv", p.export, true),
		get("/seeds/booklet", p.booklet, true),
		get("/seeds/new", p.create, false),
		post("/seeds/new", p.created),
		get("/seeds/{id}", p.show, true),
		get("/seeds/{id}/print", p.sheet, true),
		get("/seeds/{id}/detail", p.detail, true),
		get("/seeds/{id}/history", p.history, false),
		post("/seeds/{id}/restore", p.restore),
		get("/seeds/{id}/edit", p.edit, false),
		post("/seeds/{id}/edit", p.edited),
		get("/seeds/{id}/publish", p.publish, false),
		post("/seeds/{id}/publish", p.published),
		post("/seeds/{id}/state", p.state),
		post("/seeds/{id}/withdraw", p.withdraw),
		upload,
		get("/seeds/{id}/files/{file}", p.file, true),
		post("/seeds/{id}/files/{file}/remove", p.removeFile),
	}
}

func href(id hub.ID) string { return "/seeds/" + string(id) }

// by tells who stands behind a seed, as far as the view shows it.
func by(ctx context.Context, v catalogue.View[catalogue.Seed], orgs map[hub.ID]hub.Text) string {
	s := &v.Entry
	name := s.Institution
	if t, ok := orgs[s.Organisation]; ok && s.Organisation != "" {
		name = i18n.Text(ctx, t)
	}
	for _, r := range s.Researchers {
		if r.Name == "" {
			continue
		}
		if name != "" {
			name += "　"
		}
		return name + r.Name
	}
	return name
}

func organisations(views []catalogue.View[catalogue.Seed]) (ids []hub.ID) {
	for _, v := range views {
		if v.Entry.Organisation != "" {
			ids = append(ids, v.Entry.Organisation)
		}
	}
	return ids
}
