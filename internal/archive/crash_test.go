package archive_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/activity"
	"github.com/kyoten-hub/kyoten/internal/audit"
	"github.com/kyoten-hub/kyoten/internal/catalogue"
	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/jobs"
)

const (
	crashURL  = "KYOTEN_CRASH_URL" // set for the process that is to be killed
	crashArea = "01890000-0000-7000-8000-000000000001"
	writers   = 4
)

// TestKilledHubsLoseNothing kills a process that writes records and jobs, again
// and again. After each kill every write that was acknowledged is there, with its
// version, its line in the log and its job; no record stands without these; the
// database is intact and the chain holds. In the end every job has been done.
//
// Three kills on each engine, a hundred of the process with KYOTEN_SOAK, and then
// PostgreSQL's own first process is killed in turn with it. What this cannot show
// is a power cut: the kernel keeps what it was given.
func TestKilledHubsLoseNothing(t *testing.T) {
	rounds, soak := 3, os.Getenv("KYOTEN_SOAK") != ""
	if soak {
		rounds = 100
	}
	t.Run("sqlite", func(t *testing.T) {
		crash(t, filepath.Join(t.TempDir(), "kyoten.db"), rounds, nil)
	})
	t.Run("postgres", func(t *testing.T) {
		if !soak {
			crash(t, dbtest.PostgresURL(t, true), rounds, nil)
			return
		}
		server, err := dbtest.Start("fsync=on", "synchronous_commit=on", "full_page_writes=on")
		if err != nil {
			t.Skipf("POSTGRESQL MISSING, not tested: %v", err)
		}
		t.Cleanup(func() { _ = server.Kill() })
		crash(t, server.URL, rounds, server)
	})
}

// crash kills rounds times; with a server of its own, that in every other round.
func crash(t *testing.T, url string, rounds int, server *dbtest.Cluster) {
	written := map[string]int{} // the version of each seed that was acknowledged
	for round := range rounds {
		kill := server
		if round%2 == 0 {
			kill = nil
		}
		acknowledged := liveAndDie(t, url, kill)
		if len(acknowledged) == 0 {
			t.Fatalf("round %d: nothing was acknowledged; the test saw nothing", round)
		}
		for id, version := range acknowledged {
			written[id] = max(written[id], version)
		}
		withDB(t, url, func(d *db.DB) { examine(t, d, written) })
		if t.Failed() {
			t.Fatalf("after kill %d of %d", round+1, rounds)
		}
	}
	withDB(t, url, func(d *db.DB) { finishJobs(t, d) })
	t.Logf("%d records over %d kills, nothing lost", len(written), rounds)
}

func withDB(t *testing.T, url string, fn func(*db.DB)) {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	fn(d)
}

// examine asserts that what was acknowledged is there and nothing is half there.
func examine(t *testing.T, d *db.DB, written map[string]int) {
	t.Helper()
	if n, err := audit.New(d, hub.SystemClock{}).Verify(t.Context()); err != nil || n == 0 {
		t.Errorf("the log: %d lines, %v", n, err)
	}
	stands := map[string]int{}
	err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		rows, err := tx.Query(ctx, "select id, version from seed")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			var version int
			if err := rows.Scan(&id, &version); err != nil {
				return err
			}
			stands[id] = version
		}
		if err := rows.Err(); err != nil {
			return err
		}
		rows.Close()
		for what, q := range map[string]string{
			"versions": "select count(*) from seed s where s.version <> (select count(*) from version v where v.kind = 'seed' and v.record_id = s.id)",
			"lines":    "select count(*) from seed s where s.version <> (select count(*) from log l where l.record_id = s.id)",
			"timeline": "select count(*) from seed s where not exists (select 1 from activity_subject a where a.record_id = s.id)",
			"jobs":     "select abs((select count(*) from seed) - (select count(*) from river_job where " + jobName(d) + " = 'effect'))",
		} {
			n, err := db.Scalar[int](tx.QueryRow(ctx, q))
			if err != nil {
				return err
			}
			if n != 0 {
				t.Errorf("%d seeds without their %s, or the other way round", n, what)
			}
		}
		if d.Dialect() == db.SQLite {
			if s, err := db.Scalar[string](tx.QueryRow(ctx, "pragma quick_check(1)")); err != nil || s != "ok" {
				t.Errorf("the file: %s, %v", s, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for id, version := range written {
		if stands[id] < version {
			t.Errorf("seed %s: version %d was acknowledged, %d stands", id, version, stands[id])
		}
	}
}

func jobName(d *db.DB) string {
	if d.Dialect() == db.PostgreSQL {
		return "args->>'name'"
	}
	return "json_extract(args, '$.name')"
}

var crashJobs = jobs.Options{Limit: time.Second, Rescue: time.Second, Retry: func(int) time.Duration { return time.Millisecond }}

// finishJobs does what was left to do and asserts that each record's job was done.
func finishJobs(t *testing.T, d *db.DB) {
	t.Helper()
	j, err := jobs.New(d, slog.New(slog.DiscardHandler), crashJobs)
	if err != nil {
		t.Fatal(err)
	}
	j.Handle("effect", effect(d))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- j.Run(ctx) }()
	defer func() { stop(); <-ended }()
	q := "select count(*) from seed s where not exists (select 1 from setting x where x.key = 'did:' || s.id)"
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var n int
		err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) (err error) {
			n, err = db.Scalar[int](tx.QueryRow(ctx, q))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d jobs were never done", n)
		}
	}
}

// effect notes in the database that a job was done.
func effect(d *db.DB) jobs.Work {
	return func(ctx context.Context, id hub.ID) error {
		return d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, "insert into setting (key, value) values ($1, '1') on conflict (key) do nothing", "did:"+string(id))
			return err
		})
	}
}

// liveAndDie runs this test binary as a hub that people write to, kills it, or
// the database's server, in the middle, and gives what it had acknowledged.
func liveAndDie(t *testing.T, url string, server *dbtest.Cluster) map[string]int {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), crashURL+"="+url)
	cmd.Stderr = os.Stderr
	if server != nil {
		cmd.Stderr = nil // it complains, rightly, that the server is gone
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	acknowledged := map[string]int{}
	killed := make(chan error, 1)
	killed <- nil
	for in := bufio.NewScanner(out); in.Scan(); {
		var id string
		var version int
		if _, err := fmt.Sscanf(in.Text(), "%s %d.", &id, &version); err != nil || !strings.HasSuffix(in.Text(), ".") {
			break // the last line was cut: it was not acknowledged
		}
		if len(acknowledged) == 0 {
			<-killed
			time.AfterFunc(time.Duration(200+rand.IntN(600))*time.Millisecond, func() {
				if server != nil {
					killed <- server.Kill()
					time.Sleep(20 * time.Millisecond)
					_ = cmd.Process.Kill()
					return
				}
				if used, err := db.InUse(context.Background(), url); !strings.HasPrefix(url, "postgres") && (!used || err != nil) {
					t.Errorf("a data file that another process has open counts as free: %v", err)
				}
				killed <- cmd.Process.Kill()
			})
		}
		acknowledged[id] = max(acknowledged[id], version)
	}
	_ = cmd.Wait() // killed
	if err := <-killed; err != nil {
		t.Fatal(err)
	}
	if server != nil {
		if err := server.Restart(); err != nil {
			t.Fatal(err)
		}
	}
	return acknowledged
}

func TestMain(m *testing.M) {
	if url := os.Getenv(crashURL); url != "" {
		if err := crashing(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// crashing writes seeds, each with a job, does jobs and says what has been
// committed, until it is killed.
func crashing(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	j, err := jobs.New(d, slog.New(slog.DiscardHandler), crashJobs)
	if err != nil {
		return err
	}
	if err := j.Migrate(ctx); err != nil {
		return err
	}
	j.Handle("effect", effect(d))
	go func() { _ = j.Run(ctx) }()

	log := audit.New(d, hub.SystemClock{})
	seeds := catalogue.New(d, log, activity.New(d, log, hub.SystemClock{}), hub.SystemClock{}).Seeds
	by := hub.Actor{Kind: hub.User, User: crashArea, Name: "見本 花子", Roles: []hub.RoleIn{{Role: hub.Coordinator, Area: crashArea}}}
	var said sync.Mutex
	say := func(id hub.ID, version int) {
		said.Lock()
		defer said.Unlock()
		fmt.Printf("%s %d.\n", id, version)
	}
	failed := make(chan error, writers)
	for range writers {
		go func() {
			for {
				var made catalogue.Seed
				err := d.Write(ctx, func(ctx context.Context, tx db.Tx) (err error) {
					made, err = seeds.Create(ctx, by, catalogue.Seed{
						Record:  catalogue.Record{Area: crashArea, Title: hub.Text{JA: "題目 " + string(hub.NewID())}},
						Summary: hub.Text{JA: strings.Repeat("雪を溶かす塗料。", 40)},
					})
					return errors.Join(err, j.Add(ctx, tx, "effect", made.ID, time.Time{}))
				})
				if err != nil {
					failed <- err
					return
				}
				say(made.ID, 1)
				if rand.IntN(3) > 0 {
					continue
				}
				made, err = seeds.Revise(ctx, by, made.ID, 1, func(s *catalogue.Seed) error {
					s.Summary.JA += "改めました。"
					return nil
				})
				if err != nil {
					failed <- err
					return
				}
				say(made.ID, made.Version)
			}
		}()
	}
	return <-failed
}
