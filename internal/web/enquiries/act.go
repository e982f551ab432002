package enquiries

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/enquiry"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// assign answers POST /enquiries/{id}/assign.
func (p *Pages) assign(w http.ResponseWriter, r *http.Request) error {
	v, err := p.one(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	e, err := p.Enquiry.Assign(r.Context(), web.ActorOf(r.Context()), v.ID, version(f), hub.ID(f.Get("to")))
	if err != nil {
		return err
	}
	names, err := p.Accounts.NamesOf(r.Context(), web.ActorOf(r.Context()), []hub.ID{e.Assignee})
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(v.ID), "enquiries.assigned", "who", names[e.Assignee])
}

// need answers POST /enquiries/{id}/need: the enquiry becomes a need, whose page
// follows.
func (p *Pages) need(w http.ResponseWriter, r *http.Request) error {
	v, err := p.one(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n, err := p.Enquiry.MakeNeed(r.Context(), web.ActorOf(r.Context()), v.ID, version(f), f.Text("title"))
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, "/needs/"+string(n.ID), "enquiries.need_made")
}

// close answers POST /enquiries/{id}/close.
func (p *Pages) close(w http.ResponseWriter, r *http.Request) error {
	v, err := p.one(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if _, err := p.Enquiry.Close(r.Context(), web.ActorOf(r.Context()), v.ID, version(f)); err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(v.ID), "enquiries.closed_done")
}

// consent reads who agreed, when and for what.
func consent(get func(string) string, on hub.Date) enquiry.Consent {
	return enquiry.Consent{By: get("consent_by"), On: on, For: get("consent_for")}
}
