// Package static serves the bundled style sheets, scripts and fonts.
//
// Their names carry a hash of their contents, so browsers may keep them for
// ever; they are the same for everyone and hold nothing of anybody's data. The
// bundle is made by tools/assets and committed.
package static

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed dist
var files embed.FS

// Prefix is where the files stand on the site.
const Prefix = "/static/"

var manifest = sync.OnceValue(func() map[string]string {
	b, err := files.ReadFile("dist/manifest.json")
	if err != nil {
		panic(err) // the bundle is part of the program
	}
	m := map[string]string{}
	if err := json.Unmarshal(b, &m); err != nil {
		panic(err)
	}
	return m
})

// Path gives the address of a bundled file by its plain name, such as
// kyoten.css. It panics on a name that is not bundled.
func Path(name string) string {
	hashed, ok := manifest()[name]
	if !ok {
		panic("static: no bundled file " + name + "; run go run ./tools/assets")
	}
	return Prefix + hashed
}

type file struct {
	kind         string
	plain, small []byte // small is nil when gzip does not help
}

// Handler serves the bundle below Prefix.
func Handler() http.Handler {
	all := load()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := all[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("ETag", `"`+path.Base(r.URL.Path)+`"`)
		body := f.plain
		if f.small != nil {
			h.Add("Vary", "Accept-Encoding")
			if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				h.Set("Content-Encoding", "gzip")
				body = f.small
			}
		}
		if r.Header.Get("If-None-Match") == h.Get("ETag") {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body)
		}
	})
}

func load() map[string]file {
	all := map[string]file{}
	dir, err := fs.ReadDir(files, "dist")
	if err != nil {
		panic(err)
	}
	for _, e := range dir {
		if e.Name() == "manifest.json" {
			continue
		}
		b, err := files.ReadFile("dist/" + e.Name())
		if err != nil {
			panic(err)
		}
		f := file{kind: kindOf(e.Name()), plain: b}
		if strings.HasPrefix(f.kind, "text/") {
			f.small = compress(b)
		}
		all[e.Name()] = f
	}
	return all
}

// kindOf does not ask the machine's tables, which differ between systems.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func compress(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}
