package letters

import (
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/notify"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// own is what the page of one's own letters shows.
type own struct {
	choices []notify.Choice
	letters []notify.Letter
	sends   bool
	form    *ui.Form
}

// mine answers GET /account/letters.
func (p *Pages) mine(w http.ResponseWriter, r *http.Request) error {
	pref, err := p.Letters.Preference(r.Context(), web.ActorOf(r.Context()))
	if err != nil {
		return err
	}
	f := ui.NewForm("hour", strconv.Itoa(pref.Hour), "language", string(pref.Language))
	if pref.Digest {
		f.Set("digest", "1")
	}
	return p.show(w, r, http.StatusOK, f, false)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, f *ui.Form, typed bool) error {
	ctx, a := r.Context(), web.ActorOf(r.Context())
	o := own{form: f, sends: p.Letters.Sends()}
	var err error
	if o.choices, err = p.Letters.Choices(ctx, a); err != nil {
		return err
	}
	for _, c := range o.choices {
		if c.Wanted && !typed {
			f.Values.Add("kind", c.Kind)
		}
	}
	if o.letters, err = p.Letters.Mail(ctx, a, 20); err != nil {
		return err
	}
	return web.Render(w, r, status, minePage(o))
}

// saved answers POST /account/letters.
func (p *Pages) saved(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	pref := notify.Preference{Digest: f.Bool("digest"), Hour: int(f.Int("hour")), Language: hub.Lang(f.Choice("language", "", string(hub.JA), string(hub.EN)))}
	wanted := map[string]bool{}
	for _, k := range f.List("kind") {
		wanted[k] = true
	}
	if err = f.Err(); err == nil {
		err = p.Letters.SetPreference(ctx, a, pref)
	}
	if err == nil {
		err = p.Letters.Choose(ctx, a, wanted)
	}
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return p.show(w, r, http.StatusUnprocessableEntity, f, true)
	}
	return web.RedirectWith(w, r, Path, "form.saved")
}
