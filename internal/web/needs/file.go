package needs

import (
	"net/http"

	"github.com/kyoten-hub/kyoten/internal/web/records"
)

// addFile answers POST /needs/{id}/files.
func (p *Pages) addFile(w http.ResponseWriter, r *http.Request) error {
	return records.AddFile(w, r, &p.Catalogue.Needs, "/needs/")
}

// file answers GET /needs/{id}/files/{file}: always as a file to be saved, so
// that nothing in it runs in this site's name.
func (p *Pages) file(w http.ResponseWriter, r *http.Request) error {
	return records.SendFile(w, r, &p.Catalogue.Needs)
}

// removeFile answers POST /needs/{id}/files/{file}/remove.
func (p *Pages) removeFile(w http.ResponseWriter, r *http.Request) error {
	return records.RemoveFile(w, r, &p.Catalogue.Needs, "/needs/")
}
