package account

import (
	"net"
	"net/http"
	"net/netip"
	"slices"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// demoOpen fails as not found unless this is a demo and the request came from
// this very machine to a name of it. Without the look at the name, a page of
// another site could lead the visitor's browser here under a name of its own
// (DNS rebinding).
func (p *Pages) demoOpen(r *http.Request) error {
	if p.Accounts.Demo() && loopback(r.RemoteAddr) && local(r.Host) {
		return nil
	}
	return hub.Errorf(hub.NotFound, "error.not_found")
}

// loopback reports whether an address with a port is this machine's own.
func loopback(address string) bool {
	a, err := netip.ParseAddrPort(address)
	return err == nil && a.Addr().Unmap().IsLoopback()
}

// local reports whether a Host header names this machine.
func local(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1", "[::1]"}, name)
}

// parts are the roles that a visitor of the demo can play in one area; Area is
// zero for those of the whole installation.
type parts struct {
	Area  account.Area
	Roles []account.DemoRole
}

// demo answers GET /demo: the choice of a part.
func (p *Pages) demo(w http.ResponseWriter, r *http.Request) error {
	if err := p.demoOpen(r); err != nil {
		return err
	}
	all, err := p.Accounts.DemoRoles(r.Context())
	if err != nil {
		return err
	}
	areas, err := p.Accounts.Areas(r.Context())
	if err != nil {
		return err
	}
	var list []parts
	for _, area := range append(areas, account.Area{}) {
		x := parts{Area: area}
		for _, d := range all {
			if d.Area == area.ID {
				x.Roles = append(x.Roles, d)
			}
		}
		if x.Roles != nil {
			list = append(list, x)
		}
	}
	return web.Render(w, r, http.StatusOK, demoPage(list, web.Local(r.URL.Query().Get("next"))))
}

// demoSignIn answers POST /demo. A browser says in Origin which site a form was
// on; it must be this one.
func (p *Pages) demoSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := p.demoOpen(r); err != nil {
		return err
	}
	if r.Header.Get("Origin") != "http://"+r.Host {
		return hub.Errorf(hub.Forbidden, "error.cross_origin")
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	fresh, err := p.Accounts.DemoSignIn(r.Context(), hub.ID(f.Get("user")), device(r))
	if err != nil {
		return err
	}
	return p.begin(w, r, fresh, f.Get("next"))
}
