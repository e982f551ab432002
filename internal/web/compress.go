package web

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// smallest is the size below which compressing is not worth it.
const smallest = 1024

var writers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return z
}}

// compressor sends text compressed when the reader's browser takes that and the
// first write is long enough.
type compressor struct {
	http.ResponseWriter
	accepts bool
	status  int
	started bool
	z       *gzip.Writer
}

func compress(w http.ResponseWriter, r *http.Request) *compressor {
	accepts := strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && r.Method != http.MethodHead
	return &compressor{ResponseWriter: w, accepts: accepts}
}

func (c *compressor) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
}

func (c *compressor) Write(b []byte) (int, error) {
	c.start(len(b))
	if c.z != nil {
		return c.z.Write(b)
	}
	return c.ResponseWriter.Write(b)
}

// start decides, at the first write, and sends the head.
func (c *compressor) start(size int) {
	if c.started {
		return
	}
	c.started = true
	h := c.Header()
	if text(h.Get("Content-Type")) && h.Get("Content-Encoding") == "" {
		h.Add("Vary", "Accept-Encoding")
		if c.accepts && size >= smallest {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			c.z = writers.Get().(*gzip.Writer)
			c.z.Reset(c.ResponseWriter)
		}
	}
	if c.status != 0 {
		c.ResponseWriter.WriteHeader(c.status)
	}
}

// Flush sends what has been written so far.
func (c *compressor) Flush() {
	c.start(0)
	if c.z != nil {
		_ = c.z.Flush()
	}
	_ = http.NewResponseController(c.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (c *compressor) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// close ends the answer. An answer without a body still has its head sent.
func (c *compressor) close() {
	if !c.started && c.status != 0 {
		c.started = true
		c.ResponseWriter.WriteHeader(c.status)
	}
	if c.z != nil {
		_ = c.z.Close()
		writers.Put(c.z)
		c.z = nil
	}
}

func text(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") ||
		strings.HasPrefix(kind, "application/xml") || strings.HasPrefix(kind, "image/svg")
}
