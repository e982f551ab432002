package seeds

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// addFile answers POST /seeds/{id}/files.
func (p *Pages) addFile(w http.ResponseWriter, r *http.Request) error {
	return records.AddFile(w, r, &p.Catalogue.Seeds, "/seeds/")
}

// file answers GET /seeds/{id}/files/{file}: always as a file to be saved, so
// that nothing in it runs in this site's name.
func (p *Pages) file(w http.ResponseWriter, r *http.Request) error {
	return records.SendFile(w, r, &p.Catalogue.Seeds)
}

// removeFile answers POST /seeds/{id}/files/{file}/remove.
func (p *Pages) removeFile(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	file, err := web.PathID(r, "file")
	if err != nil {
		return err
	}
	if err := p.Catalogue.Seeds.RemoveFile(r.Context(), web.ActorOf(r.Context()), id, file); err != nil {
		return err
	}
	return web.RedirectWith(w, r, href(id), "record.file_removed")
}
