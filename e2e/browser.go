// Package e2e walks through pages in a real browser: Debian's Chromium, driven
// over its own protocol.
//
// Its tests look at what people see: whole tasks as a role does them, axe-core
// on every page, and screenshots for whoever changes a page. Nothing here is
// linked into the product. Without Chromium the tests are skipped loudly; with
// CI=true that is a failure.
package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1, the accessibility checker.
//
//go:embed testdata/axe-4.14.1.min.js
var axe string

// The two screens every page is looked at on.
const (
	Laptop = 1280
	Phone  = 390
)

// patience is how long one step may take before the test fails.
const patience = 20 * time.Second

// Browser is one browser with a fresh profile.
type Browser struct {
	ctx context.Context
}

// Start starts a browser that ends with the test.
func Start(t testing.TB) *Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("browser tests are not short")
	}
	path := ""
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium: browser tests cannot run")
		}
		t.Skip("NO CHROMIUM, not tested in a browser: install it with apt-get install chromium fonts-noto-cjk")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck,
		chromedp.NoSandbox,
		chromedp.Headless,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "ja"),
		chromedp.WSURLReadTimeout(time.Minute),
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return &Browser{ctx: ctx}
}

// Tab is one page being looked at. Its methods fail the test when the browser
// does not do as asked.
type Tab struct {
	t   testing.TB
	ctx context.Context
	// Width is the viewport's width in CSS pixels.
	Width int

	mu         sync.Mutex
	complaints []string
}

// Tab opens a page of its own, with a fresh set of cookies when fresh, as wide
// as width and 800 px high (844 on a phone).
func (b *Browser) Tab(t testing.TB, width int, fresh bool) *Tab {
	t.Helper()
	tab := &Tab{t: t}
	options := []chromedp.ContextOption{chromedp.WithListener(tab.listen)}
	if fresh {
		options = append(options, chromedp.WithNewBrowserContext())
	}
	ctx, cancel := chromedp.NewContext(b.ctx, options...)
	t.Cleanup(cancel)
	tab.ctx = ctx
	tab.Resize(width)
	return tab
}

// listen keeps what the browser complains of: errors of scripts, what the
// Content-Security-Policy stopped, files that were not there.
func (b *Tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.complaints = append(b.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	}
}

// Complaints gives what the browser complained of since the last call.
func (b *Tab) Complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.complaints
	b.complaints = nil
	return c
}

// Resize sets the width of the viewport.
func (b *Tab) Resize(width int) {
	b.t.Helper()
	b.Width = width
	if width < 500 {
		b.Do(chromedp.EmulateViewport(int64(width), 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
		return
	}
	b.Do(chromedp.EmulateViewport(int64(width), 800))
}

// Do runs steps within the time one step may take.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := b.Try(steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Try is Do that gives the error.
func (b *Tab) Try(steps ...chromedp.Action[chromedp.Void]) error {
	// The first use of a tab starts it and must not have a deadline of its own.
	if err := chromedp.Do(b.ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// get runs an action that gives a value, within the time one step may take.
func get[T any](b *Tab, what string, action chromedp.Action[T]) T {
	b.t.Helper()
	if err := b.Try(); err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
	return v
}

// Open goes to an address and waits until the page stands.
func (b *Tab) Open(url string) {
	b.t.Helper()
	if err := b.Try(chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS("body"))); err != nil {
		b.t.Fatalf("open %s: %v", url, err)
	}
}

// Click clicks what the CSS selector finds and waits for the page it leads to,
// if it leads to one.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	if err := b.Try(chromedp.Click(chromedp.CSS(selector)), chromedp.Sleep(50*time.Millisecond), chromedp.WaitReady(chromedp.CSS("body"))); err != nil {
		b.t.Fatalf("click %s: %v", selector, err)
	}
}

// Fill types text into a field, in place of what stands there.
func (b *Tab) Fill(selector, text string) {
	b.t.Helper()
	if err := b.Try(chromedp.Clear(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text)); err != nil {
		b.t.Fatalf("fill %s: %v", selector, err)
	}
}

// Press presses keys wherever the focus is.
func (b *Tab) Press(keys string) {
	b.t.Helper()
	b.Do(chromedp.KeyEvent(keys), chromedp.Sleep(50*time.Millisecond), chromedp.WaitReady(chromedp.CSS("body")))
}

// Text gives the visible text of what the selector finds.
func (b *Tab) Text(selector string) string {
	b.t.Helper()
	return get(b, "text of "+selector, chromedp.Text(chromedp.CSS(selector)))
}

// Shows fails the test unless the page shows the text.
func (b *Tab) Shows(text string) {
	b.t.Helper()
	if s := b.Text("body"); !strings.Contains(s, text) {
		b.t.Errorf("%s does not show %q", b.URL(), text)
	}
}

// Waits waits until the page shows the text, which a script brings.
func (b *Tab) Waits(text string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if strings.Contains(b.Text("body"), text) {
			return
		}
	}
	b.t.Errorf("%s never shows %q", b.URL(), text)
}

// Has reports whether the page has what the selector finds.
func (b *Tab) Has(selector string) bool {
	b.t.Helper()
	return Eval[int](b, "document.querySelectorAll("+quote(selector)+").length") > 0
}

// URL gives the address of the page.
func (b *Tab) URL() string {
	b.t.Helper()
	return get(b, "address", chromedp.Location())
}

// Eval gives the value of a JavaScript expression; a promise is waited for.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	return get(b, fmt.Sprintf("evaluate %.200s", expression), chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Screenshot keeps a picture as name.png in $KYOTEN_ARTEFACTS, or nowhere when
// that is not set. whole takes the page to its end, else what the screen shows.
func (b *Tab) Screenshot(name string, whole bool) {
	b.t.Helper()
	folder := os.Getenv("KYOTEN_ARTEFACTS")
	if folder == "" {
		return
	}
	take := chromedp.CaptureScreenshot()
	if whole {
		take = chromedp.FullScreenshot(100)
	}
	png := get(b, "screenshot", take)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// PDF gives the page as it would be printed on A4.
func (b *Tab) PDF() []byte {
	b.t.Helper()
	return get(b, "print", chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
}

// Accessible fails the test when axe-core finds a violation of WCAG 2.2 A or AA
// or of good practice, with what is wrong and where.
func (b *Tab) Accessible() {
	b.t.Helper()
	Eval[int](b, axe+"; 0")
	// From the top, and at rest: under the bar a half covered link is too small.
	Eval[bool](b, `new Promise(done => {
		const rest = () => scrollY === 0 ? requestAnimationFrame(() => done(true)) : (scrollTo({ top: 0, behavior: "instant" }), requestAnimationFrame(rest));
		requestAnimationFrame(rest);
	})`)
	out := Eval[string](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => JSON.stringify(r.violations))`)
	var violations []struct {
		ID, Impact, Help string
		Nodes            []struct {
			Target         []any
			HTML           string
			FailureSummary string
		}
	}
	if err := json.Unmarshal([]byte(out), &violations); err != nil {
		b.t.Fatalf("axe: %v", err)
	}
	for _, v := range violations {
		var where strings.Builder
		for i, n := range v.Nodes {
			if i == 3 {
				fmt.Fprintf(&where, "\n  … and %d more", len(v.Nodes)-3)
				break
			}
			fmt.Fprintf(&where, "\n  %v: %.200s\n    %s", n.Target, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n    "))
		}
		b.t.Errorf("%s at %d px: axe %s (%s): %s%s", b.URL(), b.Width, v.ID, v.Impact, v.Help, where.String())
	}
}

// Fits fails the test when the page is wider than the screen.
func (b *Tab) Fits() {
	b.t.Helper()
	wide := Eval[string](b, `(() => {
		const w = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= w) return "";
		const out = [];
		for (const e of document.body.querySelectorAll("*")) {
			const r = e.getBoundingClientRect();
			if (r.right > w + 1 && r.width > 0 && getComputedStyle(e).position !== "fixed") out.push(e.tagName + "." + e.className + " " + Math.round(r.right));
		}
		return out.slice(0, 5).join("; ") || "the page scrolls sideways";
	})()`)
	if wide != "" {
		b.t.Errorf("%s at %d px is too wide: %s", b.URL(), b.Width, wide)
	}
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
