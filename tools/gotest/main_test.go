package main

import (
	"strings"
	"testing"
)

func TestRelayPrintsFailuresAndCollectsSkips(t *testing.T) {
	in := strings.Join([]string{
		`{"Action":"run","Package":"p","Test":"TestA"}`,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}`,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:7: broken\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestA"}`,
		`{"Action":"output","Package":"p","Test":"TestB","Output":"=== RUN   TestB\n"}`,
		`{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:9: PostgreSQL ABSENT: no server\n"}`,
		`{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestB"}`,
		`{"Action":"output","Package":"p","Test":"TestC","Output":"    chatter of a passing test\n"}`,
		`{"Action":"pass","Package":"p","Test":"TestC"}`,
		`{"Action":"output","Package":"p","Output":"PASS\n"}`,
		`{"Action":"output","Package":"p","Output":"FAIL\tp\t0.01s\n"}`,
		`not json`,
	}, "\n")
	var out strings.Builder
	skips := relay(strings.NewReader(in), &out)
	for _, want := range []string{"a_test.go:7: broken", "FAIL\tp\t0.01s", "not json"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("output lacks %q:\n%s", want, out.String())
		}
	}
	for _, unwanted := range []string{"chatter", "PASS"} {
		if strings.Contains(out.String(), unwanted) {
			t.Errorf("output has %q", unwanted)
		}
	}
	if len(skips) != 1 || skips[0].reason != "PostgreSQL ABSENT: no server" || skips[0].allowed() {
		t.Errorf("skips: %+v", skips)
	}
}

func TestOnlyNamedReasonsMaySkipInCI(t *testing.T) {
	for reason, want := range map[string]bool{
		"SHARED DATA ABSENT, not tested: x": true,
		"SOAK: kill -9 under load":          true,
		"PostgreSQL is not installed":       false,
		"no Chromium":                       false,
		"no reason given":                   false,
	} {
		if got := (skip{reason: reason}).allowed(); got != want {
			t.Errorf("%q allowed: %v", reason, got)
		}
	}
}
