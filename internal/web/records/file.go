package records

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
)

// filer is a collection whose records have files.
type filer interface {
	AddFile(ctx context.Context, a hub.Actor, record hub.ID, layer catalogue.Layer, name string, r io.Reader) (catalogue.File, error)
	ReadFile(ctx context.Context, a hub.Actor, record, id hub.ID, start func(catalogue.File), w io.Writer) error
	RemoveFile(ctx context.Context, a hub.Actor, record, id hub.ID) error
}

// AddFile takes an upload for the record named in the path and leads back to
// it, at base followed by its ID. What is larger than a mebibyte waits in a
// temporary file, never in memory.
func AddFile(w http.ResponseWriter, r *http.Request, c filer, base string) error {
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
		_, err = c.AddFile(r.Context(), web.ActorOf(r.Context()), id, layer, h.Filename, b)
		_ = b.Close()
		if err != nil {
			return err
		}
	}
	return web.RedirectWith(w, r, base+string(id), "record.file_added")
}

// SendFile gives a file of the record named in the path, to be saved.
func SendFile(w http.ResponseWriter, r *http.Request, c filer) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	file, err := web.PathID(r, "file")
	if err != nil {
		return err
	}
	return c.ReadFile(r.Context(), web.ActorOf(r.Context()), id, file, func(f catalogue.File) {
		w.Header().Set("Content-Type", f.MediaType)
		w.Header().Set("Content-Disposition", web.Attachment(f.Name))
		w.Header().Set("Content-Length", strconv.FormatInt(f.Size, 10))
		w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
		w.WriteHeader(http.StatusOK)
	}, w)
}

// RemoveFile takes a file off the record named in the path and leads back to
// it, at base followed by its ID.
func RemoveFile(w http.ResponseWriter, r *http.Request, c filer, base string) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	file, err := web.PathID(r, "file")
	if err != nil {
		return err
	}
	if err := c.RemoveFile(r.Context(), web.ActorOf(r.Context()), id, file); err != nil {
		return err
	}
	return web.RedirectWith(w, r, base+string(id), "record.file_removed")
}
