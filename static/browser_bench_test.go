package static

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// crowd is how many persons one visit of the benchmark has, as a farm may.
const crowd = 200

// crowdPatience is when such a visit is given up as stuck.
const crowdPatience = 15 * time.Minute

// BenchmarkVisitOfMany times the steps of an agent in a visit of 200 persons beside
// those in a visit of five: what must not grow is a ratio near 1.
func BenchmarkVisitOfMany(b *testing.B) {
	h := newHarness(b)
	ctx, _ := openBrowser(b, b.TempDir())
	if err := chromedp.Do(ctx, chromedp.Navigate(h.URL+"/test/page.html")); err != nil {
		b.Fatal(err)
	}
	until(b, ctx, "the page", "typeof globalThis.testNames === 'function'")
	type medians struct{ Few, Many float64 }
	for b.Loop() {
		limited, cancel := context.WithTimeout(ctx, crowdPatience)
		steps, err := chromedp.Run(limited, chromedp.Evaluate[map[string]medians](fmt.Sprintf(`import("/test/bench.js").then((m) => m.visitOf(%d))`, crowd), chromedp.EvalAwaitPromise))
		cancel()
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range []string{"tap", "next person", "end", "seal", "list"} {
			m := steps[name]
			b.Logf("%-12s with 5 persons %6.1f ms, with %d %6.1f ms", name, m.Few, crowd, m.Many)
			b.ReportMetric(m.Many/m.Few, strings.ReplaceAll(name, " ", "-")+"-200/5")
		}
	}
	b.ReportMetric(0, "ns/op")
}
