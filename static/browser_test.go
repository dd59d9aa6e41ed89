package static

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// jsTestPatience is when a test in the browser is given up as stuck. The longest
// take 10 s; on a machine that does four other things they took 30 s.
const jsTestPatience = 2 * time.Minute

// lookEvery is how often a test asks the page whether something came about.
const lookEvery = 50 * time.Millisecond

// chromium finds the browser: CHROMIUM, else the usual names on the path. A
// missing browser is a failure, never a skip: half of what this room promises
// can only be seen in one.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	t.Fatal("Chromium is not here; install it with: sudo apt-get install -y chromium (or name one: CHROMIUM=/path/to/chromium)")
	return ""
}

// openBrowser starts a Chromium on a profile folder and returns a tab of it.
func openBrowser(t testing.TB, profile string) (ctx context.Context, quit func()) {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.UserDataDir(profile),
		chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true)) // a microphone that beeps
	allocator, end := chromedp.NewExecAllocator(context.Background(), opts...)
	tab, closeTab := chromedp.NewContext(allocator)
	quit = func() {
		closeTab()
		end()
	}
	t.Cleanup(quit)
	return tab, quit
}

func evaluate[T any](t testing.TB, ctx context.Context, script string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, jsTestPatience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return value
}

// until asks script until it is true; a page that is being reloaded is asked again.
func until(t testing.TB, ctx context.Context, what, script string) {
	t.Helper()
	end := time.Now().Add(jsTestPatience)
	for {
		yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if yes && err == nil {
			return
		}
		if time.Now().After(end) {
			says, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText.slice(0, 300)"))
			t.Fatalf("%s did not come about (%v); the page says: %s", what, err, says)
		}
		time.Sleep(lookEvery)
	}
}

// Every JavaScript test of test/ in a real browser, each with a database of its own.
func TestBrowser(t *testing.T) {
	h := newHarness(t)
	ctx, _ := openBrowser(t, t.TempDir())
	load := func(t *testing.T) {
		if err := chromedp.Do(ctx, chromedp.Navigate(h.URL+"/test/page.html")); err != nil {
			t.Fatal(err)
		}
		until(t, ctx, "the list of tests", "typeof globalThis.testNames === 'function'")
	}
	load(t)
	names := evaluate[[]string](t, ctx, "testNames()")
	if len(names) == 0 {
		t.Fatal("no tests in the page")
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			// What was given up still runs in the page, and its end would lock the next one's vault.
			defer func() {
				if t.Failed() {
					load(t)
				}
			}()
			if failure := evaluate[string](t, ctx, "runTest("+strconv.Quote(name)+")"); failure != "" {
				t.Error(failure)
			}
		})
	}
}

// A test file that all.js does not import would never run.
func TestBrowser_EveryTestFileIsImported(t *testing.T) {
	files, err := filepath.Glob("test/*.test.js")
	if err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadFile("test/all.js")
	if err != nil {
		t.Fatal(err)
	}
	var imported []string
	for _, m := range regexp.MustCompile(`(?m)^import "\./(.*\.test\.js)";$`).FindAllStringSubmatch(string(all), -1) {
		imported = append(imported, m[1])
	}
	for _, file := range files {
		if !slices.Contains(imported, strings.TrimPrefix(file, "test/")) {
			t.Errorf("test/all.js does not import %s", file)
		}
	}
	if len(files) == 0 || len(files) != len(imported) {
		t.Errorf("%d test files, %d imported", len(files), len(imported))
	}
}
