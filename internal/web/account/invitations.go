package account

import (
	"context"
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/notify"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// passesShown is how many invitations and requests a page lists.
const passesShown = 200

func invitationsPath(area account.Area) string { return AccountsPath(area.Slug) + "/invitations" }

// passList is the list of an area's invitations and requests for a password.
type passList struct {
	area   account.Area
	passes []account.Pass
	sends  bool
}

// invitations answers GET …/invitations.
func (p *Pages) invitations(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	l := passList{area: area, sends: p.sends()}
	if l.passes, err = p.Accounts.Passes(r.Context(), web.ActorOf(r.Context()), area.ID, passesShown); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, invitationsPage(l, p.Clock.Now()))
}

// handOver answers POST …/invitations/{id}/hand-over: one more copy of the link,
// shown once.
func (p *Pages) handOver(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	x, token, err := p.Accounts.HandOver(r.Context(), web.ActorOf(r.Context()), id)
	if err != nil {
		return err
	}
	return p.showPass(w, r, area, x, token, false)
}

// revoke answers POST …/invitations/{id}/revoke.
func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	area, err := p.area(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Accounts.Revoke(r.Context(), web.ActorOf(r.Context()), id); err != nil {
		return err
	}
	return web.RedirectWith(w, r, invitationsPath(area), "account.pass_revoked")
}

// resetMade answers POST /areas/{slug}/accounts/{id}/reset: a link with which the
// person sets a new password.
func (p *Pages) resetMade(w http.ResponseWriter, r *http.Request) error {
	m, err := p.member(r)
	if err != nil {
		return err
	}
	x, token, err := p.Accounts.InviteReset(r.Context(), web.ActorOf(r.Context()), m.user.ID)
	if err != nil {
		return err
	}
	return p.showPass(w, r, m.area, x, token, p.sends())
}

// handed is a link to be handed over, with the letter that would carry it.
type handed struct {
	area account.Area
	pass account.Pass
	link string
	text notify.Text
	sent bool // a letter goes out as well
}

func (p *Pages) showPass(w http.ResponseWriter, r *http.Request, area account.Area, x account.Pass, token string, sent bool) error {
	h := handed{area: area, pass: x, link: notify.PassLink(p.base(r), x.Purpose, token), sent: sent}
	ctx := r.Context()
	if x.Language != "" {
		ctx = i18n.With(ctx, x.Language)
	}
	var err error
	if p.Letters != nil {
		h.text, err = p.Letters.PassText(ctx, x, h.link)
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, handedPage(h))
}

// sends reports whether letters leave by themselves.
func (p *Pages) sends() bool { return p.Letters != nil && p.Letters.Sends() }

// base is the outer address of the site: what the operator says, else what the
// office's own browser called it.
func (p *Pages) base(r *http.Request) string {
	if p.Base != "" {
		return p.Base
	}
	if web.Secure(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// participants gives the organisations that take part in the area, to choose from.
func (p *Pages) participants(ctx context.Context, a hub.Actor, area hub.ID) ([]Participant, error) {
	if p.Participants == nil {
		return nil, nil
	}
	return p.Participants(ctx, a, area)
}

// Participant is an organisation that takes part in an area.
type Participant struct {
	ID   hub.ID
	Name hub.Text
}
