package account

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// grantable are the roles an area's office gives, in the order of screens.
func grantable() (out []hub.Role) {
	for _, r := range hub.Roles {
		if r.Staff() || r.Member() {
			out = append(out, r)
		}
	}
	return out
}

// area gives the area of the path to those who give its roles; to others it is
// not found.
func (p *Pages) area(r *http.Request) (account.Area, error) {
	area, err := p.Accounts.AreaBySlug(r.Context(), r.PathValue("slug"))
	if err == nil && !account.MayGrant(web.ActorOf(r.Context()), area.ID) {
		return area, hub.Errorf(hub.NotFound, "error.not_found")
	}
	return area, err
}

// accountList is the list of an area's accounts.
type accountList struct {
	area    account.Area
	list    web.List
	members []account.Member
	next    string
	today   hub.Date
}

// accounts answers GET /areas/{slug}/accounts.
func (p *Pages) accounts(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	l := accountList{area: area, list: web.ReadList(r, nil, []string{"role"}), today: hub.DateOf(p.Clock.Now())}
	f := account.UserFilter{Text: l.list.Words}
	if roles := l.list.Filter("role"); len(roles) > 0 {
		f.Role = hub.Role(roles[0])
	}
	l.members, l.next, err = p.Accounts.AreaMembers(r.Context(), web.ActorOf(r.Context()), area.ID, f, l.list.Page)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, accountsPage(l))
}

// add answers GET /areas/{slug}/accounts/new.
func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	f := ui.NewForm("from", string(hub.DateOf(p.Clock.Now())), "role", string(hub.Coordinator), "organisation", "", "language", "")
	return p.showAdd(w, r, http.StatusOK, area, f)
}

func (p *Pages) showAdd(w http.ResponseWriter, r *http.Request, status int, area account.Area, f *ui.Form) error {
	choices, err := p.participants(r.Context(), web.ActorOf(r.Context()), area.ID)
	if err != nil {
		return err
	}
	return web.Render(w, r, status, addPage(area, f, organisationOptions(r.Context(), choices), p.sends()))
}

// added answers POST /areas/{slug}/accounts/new: an account that exists gets the
// role, an address without one an invitation.
func (p *Pages) added(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	u, x, word, err := p.addTo(r, area, f)
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return p.showAdd(w, r, http.StatusUnprocessableEntity, area, f)
	}
	if u.ID != "" {
		return web.RedirectWith(w, r, onePath(area, u.ID), "account.role_given", "name", u.Name)
	}
	return p.showPass(w, r, area, x, word, p.sends())
}

// addTo finds the account and gives it the role, or invites the address. Nothing
// is made when the role is refused.
func (p *Pages) addTo(r *http.Request, area account.Area, f *ui.Form) (u account.User, x account.Pass, word string, err error) {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	role, from, until := p.readRole(f)
	lang := hub.Lang(f.Choice("language", "", string(hub.JA), string(hub.EN)))
	if err := f.Err(); err != nil {
		return u, x, "", err
	}
	u, err = p.Accounts.UserByMail(ctx, a, f.Text("mail"))
	if hub.KindOf(err) == hub.NotFound {
		x, word, err = p.Accounts.Invite(ctx, a, account.Pass{
			Mail: f.Text("mail"), Name: f.Text("name"), Language: lang, Role: role, Area: area.ID,
			Organisation: hub.ID(f.Get("organisation")), Desk: f.Bool("desk"), From: from, Until: until,
		})
		return account.User{}, x, word, err
	}
	if err == nil {
		_, err = p.Accounts.Grant(ctx, a, u.ID, role, area.ID, from, until)
	}
	return u, x, "", err
}

func (p *Pages) readRole(f *ui.Form) (role hub.Role, from, until hub.Date) {
	var codes []string
	for _, r := range grantable() {
		codes = append(codes, string(r))
	}
	return hub.Role(f.Choice("role", codes...)), f.Date("from"), f.Date("until")
}

func onePath(area account.Area, id hub.ID) string {
	return AccountsPath(area.Slug) + "/" + string(id)
}
