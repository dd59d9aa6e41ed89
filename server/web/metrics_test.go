package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestMetrics_CountsByRouteAndStatus(t *testing.T) {
	m := newMetrics()
	m.request("GET", "/api/v1/detections/:id", 200, 30*time.Millisecond)
	m.request("GET", "/api/v1/detections/:id", 404, time.Millisecond)
	m.record("accepted")
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, want := range []string{
		`umbral_http_requests_total{method="GET",route="/api/v1/detections/:id",status="200"} 1`,
		`umbral_http_requests_total{method="GET",route="/api/v1/detections/:id",status="404"} 1`,
		`umbral_http_request_seconds_bucket{route="/api/v1/detections/:id",le="0.1"} 2`,
		`umbral_sync_records_total{status="accepted"} 1`,
		"go_goroutines",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %q in:\n%s", want, w.Body)
		}
	}
}

func TestMetrics_AnswersNothingElse(t *testing.T) {
	m := newMetrics()
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodGet, "/", nil),
		httptest.NewRequest(http.MethodPost, "/metrics", nil),
		httptest.NewRequest(http.MethodGet, "/metrics/x", nil),
	} {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound {
			t.Errorf("%s %s: %d", r.Method, r.URL, w.Code)
		}
	}
}
