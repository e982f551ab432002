package jobs_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kyoten-hub/kyoten/internal/db"
	"github.com/kyoten-hub/kyoten/internal/db/dbtest"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/jobs"
)

var quiet = slog.New(slog.DiscardHandler)

// patience is how long a test waits for what must happen.
const patience = 60 * time.Second

func open(t testing.TB, d *db.DB, o jobs.Options) *jobs.Jobs {
	t.Helper()
	j, err := jobs.New(d, quiet, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return j
}

func run(t testing.TB, j *jobs.Jobs) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- j.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
	})
}

func add(ctx context.Context, d *db.DB, j *jobs.Jobs, name string, id hub.ID) error {
	return d.Write(ctx, func(ctx context.Context, tx db.Tx) error { return j.Add(ctx, tx, name, id, time.Time{}) })
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s did not happen", what)
}

func TestAJobIsDoneWhenItsWriteCommits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j := open(t, d, jobs.Options{})
		kept, undone := hub.NewID(), hub.NewID()
		var done, wrong atomic.Int32
		j.Handle("note", func(_ context.Context, id hub.ID) error {
			if id == kept {
				done.Add(1)
			} else {
				wrong.Add(1)
			}
			return nil
		})
		oops := errors.New("oops")
		err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
			return errors.Join(j.Add(ctx, tx, "note", undone, time.Time{}), oops)
		})
		if !errors.Is(err, oops) {
			t.Fatal(err)
		}
		for range 3 { // written down before it is done, it is one job
			if err := add(t.Context(), d, j, "note", kept); err != nil {
				t.Fatal(err)
			}
		}
		run(t, j)
		eventually(t, "the job", func() bool { return done.Load() > 0 })
		time.Sleep(300 * time.Millisecond)
		if done.Load() != 1 || wrong.Load() != 0 {
			t.Errorf("done %d times; of an undone Write %d times", done.Load(), wrong.Load())
		}
	})
}

func TestFailuresAreTriedAgainAndSomeAreNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j := open(t, d, jobs.Options{Retry: func(int) time.Duration { return time.Millisecond }})
		var tries, never, periodic atomic.Int32
		j.Handle("shaky", func(context.Context, hub.ID) error {
			if tries.Add(1) < 3 {
				return errors.New("not yet")
			}
			return nil
		})
		j.Handle("hopeless", func(context.Context, hub.ID) error { never.Add(1); return jobs.Never(errors.New("no")) })
		j.Every("tick", time.Second, func(context.Context, hub.ID) error { periodic.Add(1); return nil })
		for _, name := range []string{"shaky", "hopeless"} {
			if err := add(t.Context(), d, j, name, hub.NewID()); err != nil {
				t.Fatal(err)
			}
		}
		run(t, j)
		eventually(t, "the third try", func() bool { return tries.Load() == 3 })
		eventually(t, "the second tick", func() bool { return periodic.Load() >= 2 })
		if never.Load() != 1 {
			t.Errorf("a hopeless job was tried %d times", never.Load())
		}
		list, err := j.Recent(t.Context(), hub.SystemActor, 50)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, e := range list {
			found = found || e.Name == "hopeless" && e.State == "cancelled" && e.Failure != ""
		}
		if !found {
			t.Errorf("the failed job is not listed: %+v", list)
		}
		if _, err := j.Recent(t.Context(), hub.Actor{Kind: hub.User}, 50); hub.KindOf(err) != hub.Forbidden {
			t.Errorf("anyone reads the list: %v", err)
		}
	})
}

// TestKilledProcessesLoseNoJob kills a process that writes jobs down and does
// them, again and again. Every job whose writing was acknowledged is done, none
// is done that was not written, and each kill can double no more jobs than were
// under way.
func TestKilledProcessesLoseNoJob(t *testing.T) {
	kills := 4
	if os.Getenv("KYOTEN_SOAK") != "" {
		kills = 100
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			url := filepath.Join(t.TempDir(), "kyoten.db")
			if engine == "postgres" {
				url = dbtest.PostgresURL(t, true)
			}
			acknowledged := map[string]bool{}
			for range kills {
				for _, id := range liveAndDie(t, url) {
					acknowledged[id] = true
				}
			}
			if len(acknowledged) == 0 {
				t.Fatal("no job was acknowledged; the test saw nothing")
			}
			d, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			j := open(t, d, crashOptions)
			j.Handle("effect", effect(d))
			run(t, j)
			eventually(t, "every acknowledged job", func() bool {
				done := effects(t, d)
				for id := range acknowledged {
					if done[id] == 0 {
						return false
					}
				}
				return true
			})
			extra := 0
			for id, n := range effects(t, d) {
				extra += n - 1
				if !hub.ID(id).Valid() {
					t.Errorf("%q was never written down", id)
				}
			}
			// River notes in batches what is done, and a kill takes the last batch's notes
			// with it: work is done at least once, and each kind of work must bear a
			// second time (letters do by their Message-ID). Most is done once all the same.
			if extra > len(acknowledged)/2 {
				t.Errorf("%d of %d jobs done twice by %d kills", extra, len(acknowledged), kills)
			}
			t.Logf("%d jobs over %d kills, %d done twice", len(acknowledged), kills, extra)
		})
	}
}

var crashOptions = jobs.Options{Limit: time.Second, Rescue: time.Second, Retry: func(int) time.Duration { return time.Millisecond }}

// effect counts in the database how often a job was done.
func effect(d *db.DB) jobs.Work {
	return func(ctx context.Context, id hub.ID) error {
		return d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, `insert into setting (key, value) values ($1, '1')
				on conflict (key) do update set value = cast(cast(setting.value as integer) + 1 as text)`, "did:"+string(id))
			return err
		})
	}
}

func effects(t *testing.T, d *db.DB) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := d.Read(t.Context(), func(ctx context.Context, tx db.Tx) error {
		rows, err := tx.Query(ctx, "select substr(key, 5), value from setting where key like 'did:%'")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, n string
			if err := rows.Scan(&id, &n); err != nil {
				return err
			}
			out[id], _ = strconv.Atoi(n)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// liveAndDie runs this test binary as a process that adds jobs and does them,
// kills it in the middle, and gives the jobs it had acknowledged.
func liveAndDie(t *testing.T, url string) (acknowledged []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "KYOTEN_CRASH_URL="+url)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer end.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == 1 {
			time.AfterFunc(time.Duration(200+time.Now().UnixNano()%700)*time.Millisecond, func() { _ = cmd.Process.Kill() })
		}
	}
	_ = cmd.Wait() // killed
	return acknowledged
}

func TestMain(m *testing.M) {
	if url := os.Getenv("KYOTEN_CRASH_URL"); url != "" {
		if err := crashing(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// crashing adds jobs and does them until it is killed.
func crashing(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	j, err := jobs.New(d, quiet, crashOptions)
	if err != nil {
		return err
	}
	if err := j.Migrate(ctx); err != nil {
		return err
	}
	j.Handle("effect", effect(d))
	go func() { _ = j.Run(ctx) }()
	for {
		id := hub.NewID()
		if err := add(ctx, d, j, "effect", id); err != nil {
			return err
		}
		fmt.Println(id)
		time.Sleep(5 * time.Millisecond)
	}
}
