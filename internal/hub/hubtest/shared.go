// Package hubtest helps tests of every room: it finds the measuring data that
// lies beside the checkout and is never part of it.
package hubtest

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared gives the path of a file or folder of the shared test data, below
// $KYOTEN_SHARED (default: a folder "shared" beside the checkout), such as
// Shared(t, "data", "eval"). When it is absent the test is skipped, loudly.
func Shared(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv("KYOTEN_SHARED")
	if root == "" {
		root = filepath.Join(checkout(t), "..", "shared")
	}
	p := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("SHARED DATA ABSENT, not tested: %s (set KYOTEN_SHARED)", p)
	}
	return p
}

// checkout finds the folder of go.mod above the test's working folder.
func checkout(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's working folder")
		}
		dir = up
	}
}
