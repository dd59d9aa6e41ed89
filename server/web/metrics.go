package web

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// buckets are upper bounds in seconds: a list takes a millisecond, a batch of
// 200 records on a busy disk a second, a slow link's body tens of seconds.
var buckets = []float64{0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 60}

// Metrics counts what the server did, for Prometheus. Labels are route
// templates, methods, statuses and nothing that a caller can choose, so that
// neither a person nor an unbounded set of values ever stands in one.
type Metrics struct {
	mu       sync.Mutex
	requests map[requestLabels]uint64
	seconds  map[string]*histogram // by route
	records  map[string]uint64     // by sync status
	started  time.Time
}

type requestLabels struct {
	method, route string
	status        int
}

type histogram struct {
	counts []uint64 // a bucket each, not yet summed
	sum    float64
	total  uint64
}

func newMetrics(now time.Time) *Metrics {
	return &Metrics{
		requests: map[requestLabels]uint64{}, seconds: map[string]*histogram{},
		records: map[string]uint64{}, started: now,
	}
}

func (m *Metrics) request(method, route string, status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests[requestLabels{method, route, status}]++
	h := m.seconds[route]
	if h == nil {
		h = &histogram{counts: make([]uint64, len(buckets))}
		m.seconds[route] = h
	}
	s := took.Seconds()
	h.sum += s
	h.total++
	if i, _ := slices.BinarySearch(buckets, s); i < len(buckets) {
		h.counts[i]++
	}
}

func (m *Metrics) record(status string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records[status]++
}

// ServeHTTP answers in Prometheus' text format, version 0.0.4.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/metrics" || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	out := bufio.NewWriter(w)
	defer out.Flush()
	m.write(out)
}

func (m *Metrics) write(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	head(w, "umbral_http_requests_total", "counter", "Answered requests.")
	for _, l := range sortedKeys(m.requests, func(l requestLabels) string { return fmt.Sprint(l.route, l.method, l.status) }) {
		fmt.Fprintf(w, "umbral_http_requests_total{method=%q,route=%q,status=\"%d\"} %d\n", l.method, l.route, l.status, m.requests[l])
	}
	head(w, "umbral_http_request_seconds", "histogram", "From the whole request read to the answer made.")
	for _, route := range sortedKeys(m.seconds, strings.Clone) {
		m.seconds[route].write(w, route)
	}
	head(w, "umbral_sync_records_total", "counter", "Records that devices sent, by what became of them.")
	for _, status := range sortedKeys(m.records, strings.Clone) {
		fmt.Fprintf(w, "umbral_sync_records_total{status=%q} %d\n", status, m.records[status])
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	head(w, "go_goroutines", "gauge", "Goroutines that exist.")
	fmt.Fprintf(w, "go_goroutines %d\n", runtime.NumGoroutine())
	head(w, "go_memstats_heap_alloc_bytes", "gauge", "Heap in use.")
	fmt.Fprintf(w, "go_memstats_heap_alloc_bytes %d\n", mem.HeapAlloc)
	head(w, "process_start_time_seconds", "gauge", "Start, in Unix time.")
	fmt.Fprintf(w, "process_start_time_seconds %d\n", m.started.Unix())
}

func (h *histogram) write(w io.Writer, route string) {
	var sum uint64
	for i, upper := range buckets {
		sum += h.counts[i]
		fmt.Fprintf(w, "umbral_http_request_seconds_bucket{route=%q,le=\"%g\"} %d\n", route, upper, sum)
	}
	fmt.Fprintf(w, "umbral_http_request_seconds_bucket{route=%q,le=\"+Inf\"} %d\n", route, h.total)
	fmt.Fprintf(w, "umbral_http_request_seconds_sum{route=%q} %g\n", route, h.sum)
	fmt.Fprintf(w, "umbral_http_request_seconds_count{route=%q} %d\n", route, h.total)
}

func head(w io.Writer, name, typ, help string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, typ)
}

func sortedKeys[K comparable, V any](m map[K]V, by func(K) string) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int { return strings.Compare(by(a), by(b)) })
	return keys
}
