package intake

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
	"github.com/kyoten-hub/kyoten/internal/intake"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/ui"
)

// create answers GET /intake/new, with ?kind= chosen when it comes from a list.
func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	kind := intake.Kind(r.URL.Query().Get("kind"))
	if !kind.Valid() {
		kind = intake.Seeds
	}
	return p.renderUpload(w, r, http.StatusOK, ui.NewForm("kind", string(kind)))
}

func (p *Pages) renderUpload(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	ctx := r.Context()
	areas, err := p.areas(ctx, web.ActorOf(ctx))
	if err != nil {
		return err
	}
	options := make([]ui.Option, len(areas))
	for i, x := range areas {
		options[i] = ui.Option{Value: string(x.ID), Label: i18n.Text(ctx, x.Name)}
	}
	if f.Get("area") == "" {
		f.Set("area", string(areas[0].ID))
	}
	kinds := make([]ui.Option, len(intake.Kinds))
	for i, k := range intake.Kinds {
		kinds[i] = ui.Option{Value: string(k), Label: kindWord(ctx, k), Help: i18n.T(ctx, "intake.kind_help."+string(k))}
	}
	return web.Render(w, r, status, uploadPage(f, kinds, options))
}

// created answers POST /intake/new: takes the file and begins the plan.
func (p *Pages) created(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx, a := r.Context(), web.ActorOf(r.Context())
	file, head, err := r.FormFile("file")
	if err != nil {
		f.Problems.Add("file", "intake.choose_file")
		return p.renderUpload(w, r, http.StatusUnprocessableEntity, f)
	}
	defer file.Close()
	imp, err := p.Intake.Upload(ctx, a, hub.ID(f.Get("area")), intake.Kind(f.Get("kind")), head.Filename, file)
	if err != nil {
		if f.Take(err) {
			if f.General != nil { // what is wrong is wrong with the file
				e := f.General.(*hub.Error)
				f.General = nil
				f.Problems = append(f.Problems, hub.FieldError{Field: "file", Key: e.Key, Args: e.Args})
			}
			return p.renderUpload(w, r, http.StatusUnprocessableEntity, f)
		}
		return err
	}
	return p.begin(w, r, imp.ID, p.analyse)
}
