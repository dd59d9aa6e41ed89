package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// buckets are upper bounds in seconds: a list takes a millisecond, a batch of
// 200 records on a busy disk a second, a slow link's body tens of seconds.
var buckets = []float64{0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 60}

// Metrics counts what the server did, for Prometheus. Labels are route
// templates, methods, statuses and nothing that a caller can choose, so that
// neither a person nor an unbounded set of values ever stands in one.
type Metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	records  *prometheus.CounterVec
	due      prometheus.Gauge
	page     http.Handler
}

func newMetrics() *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "umbral_http_requests_total", Help: "Answered requests."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "umbral_http_request_seconds", Help: "From the whole request read to the answer made.", Buckets: buckets}, []string{"route"}),
		records: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "umbral_sync_records_total", Help: "Records that devices sent, by what became of them."}, []string{"status"}),
	}
	m.due = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "umbral_records_due", Help: "Detections whose term is over and that nothing holds, at the last look; only two persons destroy them."})
	// A registry of our own: the default one is a global that any package may add to.
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.requests, m.seconds, m.records, m.due,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.page = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return m
}

func (m *Metrics) request(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func (m *Metrics) record(status string) { m.records.WithLabelValues(status).Inc() }

// Due sets how many detections wait for somebody to end them.
func (m *Metrics) Due(n int) { m.due.Set(float64(n)) }

// ServeHTTP answers /metrics and nothing else.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/metrics" || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		http.NotFound(w, r)
		return
	}
	m.page.ServeHTTP(w, r)
}
