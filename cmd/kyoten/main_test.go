package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/i18n"
)

// kyoten runs a command line as a process would, with no environment but vars.
func kyoten(t *testing.T, vars map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	for k, v := range vars {
		t.Setenv(k, v)
	}
	var out, errs bytes.Buffer
	code = run(t.Context(), args, func(k string) string { return vars[k] }, &out, &errs)
	return code, out.String(), errs.String()
}

func TestHelpSpeaksBothLanguagesAndLeavesNoKey(t *testing.T) {
	key := regexp.MustCompile(`\bcli\.[a-z_.]+`)
	var commands []string
	parser, err := newParser(t.Context(), &commandLine{}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	_ = kong.Visit(parser.Model, func(v kong.Visitable, next kong.Next) error {
		if n, ok := v.(*kong.Node); ok && n.Type == kong.CommandNode && !n.Hidden {
			commands = append(commands, n.Path())
		}
		return next(nil)
	})
	if len(commands) < 5 {
		t.Fatalf("only %v found", commands)
	}
	for _, c := range append([]string{""}, commands...) {
		args := append(strings.Fields(strings.TrimPrefix(c, "kyoten")), "--help")
		for lang, usage := range map[string]string{"ja": "使い方:", "en": "Usage:"} {
			code, out, _ := kyoten(t, nil, append(args, "--lang="+lang)...)
			if code != 0 || !strings.Contains(out, usage) {
				t.Errorf("%v in %s: exit %d:\n%s", args, lang, code, out)
			}
			if k := key.FindString(out); k != "" {
				t.Errorf("%v in %s shows the key %s", args, lang, k)
			}
		}
	}
}

func TestEveryFlagHasItsSentenceAndVariable(t *testing.T) {
	parser, err := newParser(i18n.With(t.Context(), hub.EN), &commandLine{}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	_ = kong.Visit(parser.Model, func(v kong.Visitable, next kong.Next) error {
		if f, ok := v.(*kong.Flag); ok && f.Name != "help" {
			if f.Help == "" {
				t.Errorf("--%s has no help", f.Name)
			}
			if len(f.Envs) == 0 || !strings.HasPrefix(f.Envs[0], "KYOTEN_") {
				t.Errorf("--%s has no KYOTEN_ variable: %v", f.Name, f.Envs)
			}
		}
		return next(nil)
	})
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		args []string
		vars map[string]string
		want hub.Lang
	}{
		{nil, nil, hub.JA},
		{nil, map[string]string{"LANG": "ja_JP.UTF-8"}, hub.JA},
		{nil, map[string]string{"LANG": "C.UTF-8"}, hub.EN},
		{nil, map[string]string{"LANG": "en_GB.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, hub.JA},
		{nil, map[string]string{"LANG": "ja_JP.UTF-8", "KYOTEN_LANG": "en"}, hub.EN},
		{[]string{"serve", "--lang", "ja"}, map[string]string{"KYOTEN_LANG": "en"}, hub.JA},
		{[]string{"--lang=en"}, nil, hub.EN},
	} {
		if got := language(c.args, func(k string) string { return c.vars[k] }); got != c.want {
			t.Errorf("%v %v: %s, want %s", c.args, c.vars, got, c.want)
		}
	}
}

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "kyoten.db")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"version"}, 0},
		{[]string{"nonsense"}, exitUsage},
		{[]string{"serve", "--nonsense"}, exitUsage},
		{[]string{"migrate", "--database", file}, 0},
		{[]string{"migrate", "--database", "postgres://nobody@127.0.0.1:1/none?connect_timeout=1"}, exitUnavailable},
		{[]string{"serve", "--database", file, "--listen", taken.Addr().String()}, exitUnavailable},
		{[]string{"doctor", "--database", file, "--listen", "127.0.0.1:0"}, 0},
		{[]string{"doctor", "--database", file, "--listen", taken.Addr().String()}, exitFailure},
	} {
		if code, _, stderr := kyoten(t, nil, c.args...); code != c.want {
			t.Errorf("%v: exit %d, want %d: %s", c.args, code, c.want, stderr)
		}
	}
}

func TestAreasAndAccountsFromTheCommandLine(t *testing.T) {
	vars := map[string]string{"KYOTEN_DATABASE": filepath.Join(t.TempDir(), "kyoten.db"), "KYOTEN_LANG": "en"}
	for _, c := range []struct {
		line string
		code int
		says string
	}{
		{"area list", 0, "no area yet"},
		{"area create --slug north --name 北の拠点 --programme p", exitNotFound, "no programme"},
		{"area create --slug north --name 北の拠点 --name-en Northern --programme p --programme-name 事業", 0, "Northern"},
		{"area create --slug north --name 北の拠点", exitRefused, "in use"},
		{"area create --name 北の拠点", exitUsage, "--slug"},
		{"area list", 0, "north	Northern	running"},
		{"user list", 0, "no account yet"},
		{"user create --mail a@example.jp --name 事務局", 0, "Password: "},
		{"user create --mail b@example.jp --name 佐藤 --role nonsense", exitRefused, "no role"},
		{"user create --mail b@example.jp --name 佐藤 --role coordinator --area south", exitNotFound, "no area"},
		{"user create --mail b@example.jp --name 佐藤 --role coordinator --area north --password long-enough-and-odd-7", 0, "Coordinator"},
		{"user grant --mail b@example.jp --role programme_officer --programme p", 0, "b@example.jp"},
		{"user grant --mail c@example.jp --role chief --area north", exitNotFound, "could not find"},
		{"user password --mail b@example.jp --password short", exitRefused, "12"},
		{"user password --mail b@example.jp", 0, "Password: "},
		{"user list --area north", 0, "b@example.jp	佐藤	"},
		{"user list", 0, "a@example.jp	事務局	administrator"},
		{"doctor --listen 127.0.0.1:0", 0, "administrator"},
	} {
		code, stdout, stderr := kyoten(t, vars, strings.Fields(c.line)...)
		if code != c.code || !strings.Contains(stdout+stderr, c.says) {
			t.Errorf("%s: exit %d, want %d and %q:\n%s%s", c.line, code, c.code, c.says, stdout, stderr)
		}
	}
}

// The whole life of a server: it answers, a second start finds it, an interrupt
// stops it, and the file is whole afterwards.
func TestServeStopsGracefully(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new folder", "kyoten.db")
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := port.Addr().String()
	port.Close()

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	ended := make(chan int, 1)
	var log lockedBuffer
	go func() {
		ended <- run(ctx, []string{"serve", "--lang=en", "--database", file, "--listen", address}, func(string) string { return "" }, io.Discard, &log)
	}()
	if !answers("http://" + address + "/healthz") {
		t.Fatalf("the server does not answer: %s", log.String())
	}
	if code, _, stderr := kyoten(t, nil, "--lang=en", "--no-browser", "--listen", address, "--database", file); code != 0 || !strings.Contains(stderr, "already running") {
		t.Errorf("a second start: exit %d, %s", code, stderr)
	}
	interrupt()
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("an interrupted server exits with %d: %s", code, log.String())
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the server does not stop")
	}
	if code, out, _ := kyoten(t, nil, "doctor", "--lang=en", "--database", file, "--listen", address); code != 0 {
		t.Errorf("doctor afterwards: exit %d\n%s", code, out)
	}
}

func answers(url string) bool {
	for range 100 {
		if r, err := http.Get(url); err == nil {
			r.Body.Close()
			return r.StatusCode == http.StatusOK
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
