package organisations

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// placing is the form of a membership, new or stored.
type placing struct {
	form         *ui.Form
	organisation directory.OrganisationView
	id           hub.ID      // "" for a new one
	areas        []ui.Option // to choose from for a new one
	area         hub.Text    // of a stored one
}

func readMembership(f *ui.Form, m *directory.Membership) {
	m.State, m.Class = directory.MembershipState(f.Get("state")), directory.MembershipClass(f.Get("class"))
	m.Joined, m.Left = f.Date("joined"), f.Date("left")
	m.Category, m.Remark = f.Text("category"), f.Text("remark")
}

// join answers GET /organisations/{id}/memberships/new.
func (p *Pages) join(w http.ResponseWriter, r *http.Request) error {
	x, err := p.placing(r)
	if err != nil {
		return err
	}
	x.form = ui.NewForm("state", string(directory.Joined), "class", string(directory.Participating), "joined", string(p.today()), "area", x.areas[0].Value)
	return web.Render(w, r, http.StatusOK, membershipPage(x))
}

// joined answers POST /organisations/{id}/memberships/new.
func (p *Pages) joined(w http.ResponseWriter, r *http.Request) error {
	x, err := p.placing(r)
	if err != nil {
		return err
	}
	if x.form, err = web.ReadForm(r); err != nil {
		return err
	}
	m := directory.Membership{Organisation: x.organisation.ID, Area: hub.ID(x.form.Get("area"))}
	readMembership(x.form, &m)
	if err = x.form.Err(); err == nil {
		_, err = p.Directory.Memberships.Add(r.Context(), web.ActorOf(r.Context()), m)
	}
	return p.placed(w, r, x, err)
}

// membership answers GET /organisations/{id}/memberships/{membership}.
func (p *Pages) membership(w http.ResponseWriter, r *http.Request) error {
	x, m, err := p.stored(r)
	if err != nil {
		return err
	}
	x.form = ui.NewForm("state", string(m.State), "class", string(m.Class), "joined", string(m.Joined), "left", string(m.Left),
		"category", m.Category, "remark", m.Remark, "version", strconv.Itoa(m.Version))
	return web.Render(w, r, http.StatusOK, membershipPage(x))
}

// membershipEdited answers POST /organisations/{id}/memberships/{membership}.
func (p *Pages) membershipEdited(w http.ResponseWriter, r *http.Request) error {
	x, m, err := p.stored(r)
	if err != nil {
		return err
	}
	if x.form, err = web.ReadForm(r); err != nil {
		return err
	}
	version := int(x.form.Int("version"))
	readMembership(x.form, &m)
	if err = x.form.Err(); err == nil {
		_, err = p.Directory.Memberships.Revise(r.Context(), web.ActorOf(r.Context()), m.ID, version, func(now *directory.Membership) error {
			readMembership(x.form, now)
			return nil
		})
	}
	return p.placed(w, r, x, err)
}

func (p *Pages) placed(w http.ResponseWriter, r *http.Request, x placing, err error) error {
	if x.form.Take(err) {
		return web.Render(w, r, statusOf(err), membershipPage(x))
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(x.organisation.ID)+"#memberships", "form.saved")
}

// placing loads the organisation for one of the hub's own people.
func (p *Pages) placing(r *http.Request) (x placing, err error) {
	if x.organisation, err = p.editable(r); err != nil {
		return x, err
	}
	areas, err := p.areas(r.Context())
	if err != nil {
		return x, err
	}
	if x.areas = areas.mine(r.Context(), web.ActorOf(r.Context())); len(x.areas) == 0 {
		return x, hub.Errorf(hub.Forbidden, "error.forbidden")
	}
	return x, nil
}

func (p *Pages) stored(r *http.Request) (x placing, m directory.Membership, err error) {
	if x, err = p.placing(r); err != nil {
		return x, m, err
	}
	id, err := web.PathID(r, "membership")
	if err != nil {
		return x, m, err
	}
	if m, err = p.Directory.Memberships.Get(r.Context(), web.ActorOf(r.Context()), id); err != nil {
		return x, m, err
	}
	if m.Organisation != x.organisation.ID {
		return x, m, hub.Errorf(hub.NotFound, "error.not_found")
	}
	areas, err := p.areas(r.Context())
	x.id, x.area = m.ID, areas.name[m.Area]
	return x, m, err
}
