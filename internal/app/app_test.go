package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/account"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
)

var quiet = slog.New(slog.DiscardHandler)

func TestOpenMakesAPrivateFileInANewFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "kyoten.db")
	a, err := Open(t.Context(), Storage{Database: path}, quiet, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the data file: %s", info.Mode())
	}
	if copies, _ := filepath.Glob(path + ".before-*"); len(copies) != 0 {
		t.Errorf("a new database was copied: %v", copies)
	}
}

func TestMigrateCopiesAnOldFileFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kyoten.db")
	old, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	err = old.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, "create table precious (word text)")
		return err
	})
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}

	s := Storage{Database: path}
	pending, err := Migrate(t.Context(), s, true, quiet)
	if err != nil || pending == 0 {
		t.Fatalf("%d pending, %v", pending, err)
	}
	if n, err := Migrate(t.Context(), s, false, quiet); err != nil || n != pending {
		t.Fatalf("%d steps, %v; want %d", n, err, pending)
	}
	if n, err := Migrate(t.Context(), s, false, quiet); err != nil || n != 0 {
		t.Errorf("a second time: %d steps, %v", n, err)
	}
	copies, _ := filepath.Glob(path + ".before-*")
	if len(copies) != 1 {
		t.Fatalf("copies: %v", copies)
	}
	kept, err := db.Open(t.Context(), copies[0])
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	err = kept.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := db.All(ctx, tx, db.Scalar[string], "select word from precious")
		return err
	})
	if err != nil {
		t.Errorf("the copy lacks what was there: %v", err)
	}
}

func TestDoctorNamesWhatIsWrong(t *testing.T) {
	good := filepath.Join(t.TempDir(), "kyoten.db")
	a, err := Open(t.Context(), Storage{Database: good}, quiet, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Account.CreateFirstAdministrator(t.Context(), account.NewUser{Mail: "a@example.jp", Name: "管理", Password: "とても長い合言葉です。雪"}); err != nil {
		t.Fatal(err)
	}
	a.Close()
	unowned := filepath.Join(t.TempDir(), "unowned.db")
	if _, err := Migrate(t.Context(), Storage{Database: unowned}, false, quiet); err != nil {
		t.Fatal(err)
	}

	damaged := filepath.Join(t.TempDir(), "damaged.db")
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(whole); i++ { // every page but the first
		whole[i] ^= 0x55
	}
	if err := os.WriteFile(damaged, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	scratched := filepath.Join(t.TempDir(), "scratched.db")
	whole, _ = os.ReadFile(good)
	head := (rootPage(t, good, "log") - 1) * 4096 // of the page that the log begins on
	for i := head; i < head+1000; i++ {
		whole[i] ^= 0x55
	}
	if err := os.WriteFile(scratched, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	noDatabase := filepath.Join(t.TempDir(), "letter.db")
	if err := os.WriteFile(noDatabase, []byte(strings.Repeat("拝啓 ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(t.TempDir(), "open.db")
	whole, _ = os.ReadFile(good)
	if err := os.WriteFile(open, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()

	for _, c := range []struct {
		database, listen string
		health           Health
		key              string // of a finding with that health; "" = all are good
	}{
		{good, "127.0.0.1:0", Good, ""},
		{good, taken.Addr().String(), Bad, "cli.doctor.address_taken"},
		{filepath.Join(t.TempDir(), "none.db"), "127.0.0.1:0", Doubtful, "cli.doctor.no_file"},
		{damaged, "127.0.0.1:0", Bad, "cli.doctor.file_damaged"},
		{scratched, "127.0.0.1:0", Bad, "cli.doctor.file_damaged"},
		{noDatabase, "127.0.0.1:0", Bad, "cli.doctor.not_a_database"},
		{unowned, "127.0.0.1:0", Doubtful, "cli.doctor.no_administrator"},
		{open, "127.0.0.1:0", Doubtful, "cli.doctor.file_open_to_others"},
		{"postgres://nobody:secret@127.0.0.1:1/none?connect_timeout=1", "127.0.0.1:0", Bad, "cli.doctor.unreachable"},
	} {
		if c.key == "cli.doctor.file_open_to_others" && runtime.GOOS == "windows" {
			continue
		}
		var all []Finding
		Doctor(t.Context(), Config{Storage: Storage{Database: c.database}, Listen: c.listen}, func(f Finding) { all = append(all, f) })
		hit := slices.ContainsFunc(all, func(f Finding) bool { return f.Key == c.key && f.Health == c.health })
		all = slices.DeleteFunc(all, func(f Finding) bool { return f.Key == "cli.doctor.backup_off" })
		allGood := !slices.ContainsFunc(all, func(f Finding) bool { return f.Health != Good })
		if c.key == "" && !allGood || c.key != "" && !hit {
			t.Errorf("%s: findings %+v, want %s %s", c.database, all, c.health, c.key)
		}
		for _, f := range all {
			for _, v := range f.Args {
				if s, ok := v.(string); ok && strings.Contains(s, "secret") {
					t.Errorf("%s shows the password: %s", f.Key, s)
				}
			}
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(good), "none.db")); err == nil {
		t.Error("doctor made a database")
	}
}

func TestServeOnBothEngines(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir()) // where the index of a PostgreSQL hub is kept
	urls := map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "kyoten.db") },
		"postgres": func(t *testing.T) string { return dbtest.PostgresURL(t, false) },
	}
	for name, database := range urls {
		t.Run(name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended, ready := make(chan error, 1), make(chan Listening, 1)
			c := Config{Storage: Storage{Database: database(t)}, Listen: "127.0.0.1:0"}
			go func() { ended <- Serve(ctx, c, quiet, func(l Listening) { ready <- l }) }()
			var url string
			select {
			case l := <-ready:
				url = l.URL
				if !strings.HasPrefix(l.SetUp, url+"/setup?token=") {
					t.Errorf("a new hub invites no administrator: %q", l.SetUp)
				}
			case err := <-ended:
				t.Fatal(err)
			}
			await(t, url+"/readyz")
			for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
				r, err := http.Get(url + path)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(r.Body)
				r.Body.Close()
				if string(body) != want || r.StatusCode != http.StatusOK {
					t.Errorf("%s: %d %q", path, r.StatusCode, body)
				}
			}
			if _, ours := Running(ctx, strings.TrimPrefix(url, "http://")); !ours {
				t.Error("Running does not know its own kind")
			}
			stop()
			select {
			case err := <-ended:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("does not stop")
			}
		})
	}
}

func TestRunningIsNotFooledByAnotherProgram(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	other := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })}
	go func() { _ = other.Serve(l) }()
	defer other.Close()
	if _, ours := Running(t.Context(), l.Addr().String()); ours {
		t.Error("another web server passes for Kyoten")
	}
}

func TestLogCarriesTheRequest(t *testing.T) {
	var b strings.Builder
	Logging{LogFormat: "json", LogLevel: "warn"}.Logger(&b).With("room", "x").WarnContext(hub.WithRequest(t.Context(), "r-1"), "hello")
	var line map[string]any
	if err := json.Unmarshal([]byte(b.String()), &line); err != nil || line["request"] != "r-1" || line["room"] != "x" {
		t.Errorf("%s (%v)", b.String(), err)
	}
	b.Reset()
	Logging{LogFormat: "text", LogLevel: "warn"}.Logger(&b).Info("hello")
	if b.Len() != 0 {
		t.Errorf("a line below the level: %s", b.String())
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 B", 1023: "1023 B", 1536: "1.5 KB", 5 << 30: "5 GB", 3 << 50: "3072 TB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

// await asks until the answer is 200.
func await(t *testing.T, url string) {
	t.Helper()
	for range 200 {
		r, err := http.Get(url)
		if err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s stays unwell", url)
}

// rootPage gives the number of the page on which a table of an SQLite file
// begins; the first page of the file is 1.
func rootPage(t *testing.T, file, table string) (page int) {
	t.Helper()
	d, err := db.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRow(ctx, "select rootpage from sqlite_master where name = $1", table).Scan(&page)
	})
	if err != nil {
		t.Fatal(err)
	}
	return page
}
