package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a PostgreSQL of this process's own. Tests may kill and restart one.
type Cluster struct {
	URL   string
	run   func() *exec.Cmd
	cmd   *exec.Cmd
	ended chan struct{}
}

// Start starts a PostgreSQL cluster in a temporary folder, on a free port of the
// loopback interface. The server ends with this process, and the folder of one
// that has ended is removed by the next Start.
//
// It trades durability for speed (fsync=off); pass "fsync=on" to undo that.
func Start(settings ...string) (*Cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	owner, err := ordinaryUser()
	if err != nil {
		return nil, err
	}
	sweep()
	dir, err := os.MkdirTemp("", fmt.Sprintf("kyoten-pg-%d-", os.Getpid()))
	if err != nil {
		return nil, err
	}
	if err := owner.own(dir); err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := owner.command(filepath.Join(bin, "initdb"),
		"-D", data, "-U", "kyoten", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	args := []string{
		"-D", data, "-p", strconv.Itoa(port), "-k", dir, "-c", "listen_addresses=127.0.0.1",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB",
	}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	c := &Cluster{
		URL: fmt.Sprintf("postgres://kyoten@127.0.0.1:%d/postgres", port),

		run: func() *exec.Cmd { return owner.command(filepath.Join(bin, "postgres"), args...) },
	}
	if err := c.start(); err != nil {
		return nil, err
	}
	return c, await(c.URL)
}

func (c *Cluster) start() error {
	c.cmd, c.ended = c.run(), make(chan struct{})
	if err := startTied(c.cmd); err != nil {
		return err
	}
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(c.cmd, c.ended)
	return nil
}

// Kill ends the server's first process by signal 9, as the kernel does when
// memory is short; the others notice and leave.
func (c *Cluster) Kill() error {
	err := c.cmd.Process.Kill()
	<-c.ended
	return err
}

// Restart starts the server again after Kill. While processes of the killed one
// are still leaving, the new one refuses to start and is asked again.
func (c *Cluster) Restart() error {
	for range 100 {
		if err := c.start(); err != nil {
			return err
		}
		select {
		case <-c.ended:
			time.Sleep(100 * time.Millisecond)
		case <-time.After(500 * time.Millisecond):
			return await(c.URL)
		}
	}
	return errors.New("the server does not start again")
}

// startTied starts a server that the kernel stops when this process ends. The
// kernel watches the starting thread, so that thread is kept for good.
func startTied(cmd *exec.Cmd) error {
	tie(cmd)
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- cmd.Start()
		select {}
	}()
	return <-started
}

func await(url string) error {
	var last error
	for range 200 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			err = conn.Close(ctx)
			cancel()
			return err
		}
		cancel()
		last = err
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("PostgreSQL does not answer: %w", last)
}

// binaries finds the folder of initdb and postgres, which Debian keeps off the
// PATH; the newest version wins.
func binaries() (string, error) {
	if p, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(p), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return "", errors.New("no postgres program found (Debian: apt-get install postgresql)")
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1]), nil
}

// account is the user that the server runs as; PostgreSQL refuses root.
type account struct {
	uid, gid int
	other    bool // not the user of this process
}

func ordinaryUser() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		return account{uid, gid, true}, nil
	}
	return account{}, errors.New("no ordinary user to run PostgreSQL as")
}

func (a account) own(dir string) error {
	if !a.other {
		return nil
	}
	return os.Chown(dir, a.uid, a.gid)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// sweep removes the folders of clusters whose process is gone.
func sweep() {
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), "kyoten-pg-*"))
	for _, dir := range old {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), "kyoten-pg-%d-", &pid); err == nil && !alive(pid) {
			_ = os.RemoveAll(dir)
		}
	}
}
