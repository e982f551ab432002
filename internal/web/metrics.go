package web

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"
)

// buckets are the upper bounds of the duration histogram, in seconds.
var buckets = [...]float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// series is what is counted of one route.
type series struct {
	statuses map[int]int64
	within   [len(buckets)]int64
	n        int64
	sum      float64
}

type metrics struct {
	mu     sync.Mutex
	routes map[[2]string]*series // by method and pattern
	since  time.Time
}

func newMetrics() *metrics {
	return &metrics{routes: map[[2]string]*series{}, since: time.Now()}
}

// count adds one request. Patterns are those of the route table, so there are
// never more series than routes, whatever addresses strangers try; a method
// that is no standard one counts as other.
func (m *metrics) count(method, pattern string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		method = "other"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := [2]string{method, pattern}
	s := m.routes[key]
	if s == nil {
		s = &series{statuses: map[int]int64{}}
		m.routes[key] = s
	}
	s.statuses[status]++
	s.n++
	s.sum += took.Seconds()
	for i, b := range buckets {
		if took.Seconds() <= b {
			s.within[i]++
		}
	}
}

// write gives everything in the Prometheus text format 0.0.4.
func (m *metrics) write(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	keys := slices.SortedFunc(maps.Keys(m.routes), func(a, b [2]string) int {
		return slices.Compare(a[:], b[:])
	})
	fmt.Fprintln(w, "# HELP kyoten_requests_total Requests by route and status.")
	fmt.Fprintln(w, "# TYPE kyoten_requests_total counter")
	for _, k := range keys {
		s := m.routes[k]
		for _, status := range slices.Sorted(maps.Keys(s.statuses)) {
			fmt.Fprintf(w, "kyoten_requests_total{method=%q,route=%q,status=\"%d\"} %d\n", k[0], k[1], status, s.statuses[status])
		}
	}
	fmt.Fprintln(w, "# HELP kyoten_request_seconds How long requests took.")
	fmt.Fprintln(w, "# TYPE kyoten_request_seconds histogram")
	for _, k := range keys {
		s := m.routes[k]
		for i, b := range buckets {
			fmt.Fprintf(w, "kyoten_request_seconds_bucket{method=%q,route=%q,le=%q} %d\n", k[0], k[1], strconv.FormatFloat(b, 'g', -1, 64), s.within[i])
		}
		fmt.Fprintf(w, "kyoten_request_seconds_bucket{method=%q,route=%q,le=\"+Inf\"} %d\n", k[0], k[1], s.n)
		fmt.Fprintf(w, "kyoten_request_seconds_sum{method=%q,route=%q} %g\n", k[0], k[1], s.sum)
		fmt.Fprintf(w, "kyoten_request_seconds_count{method=%q,route=%q} %d\n", k[0], k[1], s.n)
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	for _, g := range []struct {
		name, help, kind string
		value            float64
	}{
		{"go_goroutines", "Goroutines that exist.", "gauge", float64(runtime.NumGoroutine())},
		{"go_memstats_heap_alloc_bytes", "Heap bytes in use.", "gauge", float64(mem.HeapAlloc)},
		{"go_memstats_sys_bytes", "Bytes obtained from the system.", "gauge", float64(mem.Sys)},
		{"go_gc_cycles_total", "Finished garbage collections.", "counter", float64(mem.NumGC)},
		{"go_gc_pause_seconds_total", "Time the program stood still for them.", "counter", float64(mem.PauseTotalNs) / 1e9},
		{"process_start_time_seconds", "When the site was built, as Unix time.", "gauge", float64(m.since.Unix())},
	} {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n%s %s\n", g.name, g.help, g.name, g.kind, g.name, strconv.FormatFloat(g.value, 'f', -1, 64))
	}
}

// serveMetrics answers only to the machine itself, and not through a proxy: how
// busy a hub is, is nobody else's business.
func (s *site) serveMetrics(w http.ResponseWriter, r *http.Request) {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	if ip == nil || !ip.IsLoopback() || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	s.metrics.write(w)
}
