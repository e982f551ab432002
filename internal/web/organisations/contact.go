package organisations

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/directory"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// addContact answers POST /organisations/{id}/contacts.
func (p *Pages) addContact(w http.ResponseWriter, r *http.Request) error {
	v, err := p.editable(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c := ReadContact(f)
	c.Record = v.ID
	if err = f.Err(); err == nil {
		_, err = p.Directory.Contacts.Add(r.Context(), web.ActorOf(r.Context()), c)
	}
	if f.Take(err) {
		return p.render(w, r, http.StatusUnprocessableEntity, v.ID, f)
	}
	if err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(v.ID)+"#contacts", "form.saved")
}

// ReadContact reads the fields of ContactForm.
func ReadContact(f *ui.Form) directory.Contact {
	return directory.Contact{
		Area: hub.ID(f.Get("contact.area")), Kind: directory.ContactKind(f.Get("contact.kind")), Scope: hub.Scope(f.Get("contact.scope")),
		Value: f.Text("contact.value"), Label: f.Text("contact.label"), Source: f.Text("contact.source"),
	}
}

// endContact answers POST /organisations/{id}/contacts/{contact}/end.
func (p *Pages) endContact(w http.ResponseWriter, r *http.Request) error {
	v, err := p.editable(r)
	if err != nil {
		return err
	}
	id, err := web.PathID(r, "contact")
	if err != nil {
		return err
	}
	if err := p.Directory.Contacts.End(r.Context(), web.ActorOf(r.Context()), id); err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(v.ID)+"#contacts", "organisations.contact_ended")
}
