// Command gotest runs `go test -json` with its arguments, prints what `go test`
// would have printed, and names every test that was skipped. With CI=true a
// skip is a failure: an engine or a browser that is missing must not look like
// a pass. Two reasons are let through everywhere, by how they begin:
// "SHARED DATA ABSENT" (the measuring data is never part of the checkout) and
// "SOAK" (tests that make soak runs).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action, Package, Test, Output, ImportPath string
}

func main() { os.Exit(run(os.Args[1:], os.Getenv("CI") == "true")) }

func run(args []string, ci bool) int {
	short := slices.Contains(args, "-short")
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	skipped := relay(out, os.Stdout)
	failed := cmd.Wait() != nil

	for _, s := range skipped {
		// Short runs leave tests out on purpose; a missing engine or browser fails its
		// tests in CI rather than skipping them.
		if ci && !short && !s.allowed() {
			failed = true
			fmt.Printf("SKIPPED IN CI, which is a failure: %s\n", s)
		} else {
			fmt.Printf("skipped: %s\n", s)
		}
	}
	if failed {
		fmt.Println("FAIL")
		return 1
	}
	return 0
}

// skip is one skipped test and the text it gave as its reason.
type skip struct{ pkg, test, reason string }

func (s skip) allowed() bool {
	return strings.HasPrefix(s.reason, "SHARED DATA ABSENT") || strings.HasPrefix(s.reason, "SOAK")
}

func (s skip) String() string { return s.pkg + " " + s.test + ": " + s.reason }

// relay copies to w what plain `go test` prints of the events in r: the lines
// of packages, and everything a failing test wrote. It gives the skips in the
// order in which they happened.
func relay(r io.Reader, w io.Writer) []skip {
	var skips []skip
	written := map[[2]string][]string{}
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) != nil {
			w.Write(line) // not an event: the go command speaking for itself
		} else {
			key := [2]string{e.Package, e.Test}
			switch {
			case e.Action == "build-output", e.Action == "output" && e.Test == "":
				if !noise(e.Output) {
					io.WriteString(w, e.Output)
				}
			case e.Action == "output":
				written[key] = append(written[key], e.Output)
			case e.Action == "fail" && e.Test != "":
				io.WriteString(w, strings.Join(written[key], ""))
				delete(written, key)
			case e.Action == "skip" && e.Test != "":
				skips = append(skips, skip{e.Package, e.Test, reason(written[key])})
				delete(written, key)
			case e.Action == "pass" && e.Test != "":
				delete(written, key)
			case e.Action == "fail": // a package that died takes its running tests with it
				for key, lines := range written {
					if key[0] == e.Package {
						io.WriteString(w, strings.Join(lines, ""))
						delete(written, key)
					}
				}
			}
		}
		if err != nil {
			return skips
		}
	}
}

// noise reports whether plain go test keeps a package's line to itself.
func noise(line string) bool {
	return line == "PASS\n" || strings.HasSuffix(line, "[no test files]\n") || strings.HasPrefix(line, "testing: warning: no tests to run")
}

// reason finds what t.Skip said among a test's lines: "    x_test.go:12: why".
func reason(lines []string) string {
	for _, l := range slices.Backward(lines) {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "---") || strings.HasPrefix(l, "===") {
			continue
		}
		if _, after, ok := strings.Cut(l, ".go:"); ok {
			if _, why, ok := strings.Cut(after, ": "); ok {
				return why
			}
		}
		if l != "" {
			return l
		}
	}
	return "no reason given"
}
