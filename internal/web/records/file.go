package records

import (
	"mime/multipart"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// addFile answers POST /seeds/{id}/files. What is larger than a mebibyte waits
// in a temporary file, never in memory.
func (k *Kind[T]) addFile(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	layer := catalogue.Summary
	if v := f.Get("layer"); v != "" {
		layer = catalogue.Layer(v)
	}
	var files []*multipart.FileHeader
	if r.MultipartForm != nil {
		files = r.MultipartForm.File["file"]
	}
	if len(files) == 0 {
		return hub.Errorf(hub.Invalid, "error.file_missing")
	}
	for _, h := range files {
		b, err := h.Open()
		if err != nil {
			return err
		}
		_, err = k.Collection.AddFile(r.Context(), web.ActorOf(r.Context()), id, layer, h.Filename, b)
		_ = b.Close()
		if err != nil {
			return err
		}
	}
	return web.RedirectWith(w, r, k.Href(id), "record.file_added")
}

// file answers GET /seeds/{id}/files/{file}: always as a file to be saved, so
// that nothing in it runs in this site's name.
func (k *Kind[T]) file(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	file, err := web.PathID(r, "file")
	if err != nil {
		return err
	}
	return k.Collection.ReadFile(r.Context(), web.ActorOf(r.Context()), id, file, func(f catalogue.File) {
		w.Header().Set("Content-Type", f.MediaType)
		w.Header().Set("Content-Disposition", web.Attachment(f.Name))
		w.Header().Set("Content-Length", strconv.FormatInt(f.Size, 10))
		w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
		w.WriteHeader(http.StatusOK)
	}, w)
}

// removeFile answers POST /seeds/{id}/files/{file}/remove.
func (k *Kind[T]) removeFile(w http.ResponseWriter, r *http.Request) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	file, err := web.PathID(r, "file")
	if err != nil {
		return err
	}
	if err := k.Collection.RemoveFile(r.Context(), web.ActorOf(r.Context()), id, file); err != nil {
		return err
	}
	return web.RedirectWith(w, r, k.Href(id), "record.file_removed")
}
