package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kyoten-hub/kyoten/internal/archive"
	"github.com/kyoten-hub/kyoten/internal/hub"
	"github.com/kyoten-hub/kyoten/internal/web"
	"github.com/kyoten-hub/kyoten/internal/web/account"
)

// Patience of a stop: how long requests under way may take to finish.
const graceful = 20 * time.Second

// Listening is what a server tells once it listens: its address for a browser
// and, as long as nobody administers the hub, the address of the page that makes
// the first administrator. That one is a secret: it goes to whoever started the
// program and into no log.
type Listening struct{ URL, SetUp string }

// Serve answers HTTP on the address of c until ctx ends, then finishes the
// requests under way, stops the background work and closes the database, in that
// order. ready is called once the server listens; it may be nil.
func Serve(ctx context.Context, c Config, log *slog.Logger, ready func(Listening)) error {
	return launch(ctx, c, log, Options{}, nil, ready)
}

// launch is Serve with options, and with what is to be done once the App is open
// and before it serves.
func launch(ctx context.Context, c Config, log *slog.Logger, o Options, prepare func(*App) error, ready func(Listening)) error {
	// The address is taken first: a second start by double click must not touch
	// the database that the first one serves.
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return &hub.Error{Kind: hub.Unavailable, Key: "cli.error.listen", Args: hub.Args("address", c.Listen, "cause", err.Error()), Err: err}
	}
	c.fill()
	a, err := Open(ctx, c.Storage, log, o)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	err = a.inviteAdministrator(ctx, o)
	if err == nil && prepare != nil {
		err = prepare(a)
	}
	if err != nil {
		return errors.Join(err, listener.Close(), a.Close())
	}
	if copies, ok := c.Copies(); ok {
		a.Copies = archive.NewDaily(a.Archive, copies, c.dataFile(), a.Clock, log)
		a.background = append(a.background, a.Copies.Run)
	}
	return a.serve(ctx, c, listener, ready)
}

// inviteAdministrator opens the page that makes the first administrator, for
// whoever knows the token. A demo needs none.
func (a *App) inviteAdministrator(ctx context.Context, o Options) error {
	missing, err := a.Account.NeedsAdministrator(ctx)
	if err == nil && missing && !o.Demo {
		a.setUpToken = rand.Text()
	}
	return err
}

// openPost makes ready what sends letters.
func (a *App) openPost(c Config) error {
	sender, err := c.sender()
	if err != nil {
		return &hub.Error{Kind: hub.Invalid, Key: "cli.error.smtp", Args: hub.Args("cause", err.Error()), Err: err}
	}
	a.Notify.Open(sender, strings.TrimSuffix(c.PublicURL, "/"))
	return nil
}

// serve owns listener and a: both are closed when it returns.
func (a *App) serve(ctx context.Context, c Config, listener net.Listener, ready func(Listening)) error {
	handler, err := a.Handler(c.PublicURL)
	if err == nil {
		err = a.openPost(c)
	}
	if err != nil {
		return errors.Join(err, listener.Close(), a.Close())
	}
	server := web.Server(c.Listen, handler)
	// A request that is being served must see a stop as slowness, not as a
	// cancelled query: its context is not the one that ends.
	server.BaseContext = func(net.Listener) context.Context { return context.WithoutCancel(ctx) }
	a.background = append(a.background, a.follow, a.Intake.Run, a.lookOut, a.Jobs.Run)
	stop := a.run(context.WithoutCancel(ctx))
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	url := "http://" + browsable(listener.Addr().String())
	a.Log.Info("serving", "url", url)
	if ready != nil {
		l := Listening{URL: url}
		if a.setUpToken != "" {
			l.SetUp = url + account.SetUpPath + "?token=" + a.setUpToken
		}
		ready(l)
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
		a.Log.Info("stopping", "patience", graceful.String())
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
		err = server.Shutdown(patience)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
	}
	stop()
	a.Log.Info("stopped")
	return errors.Join(err, a.Close())
}

// follow reads the index and keeps it up to date. Until it is read, pages that
// search say so and readyz is not ready.
func (a *App) follow(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(a.snapshot), 0o700); err != nil {
		return err
	}
	if err := a.Search.Open(ctx); err != nil {
		return err
	}
	return a.Search.Run(ctx)
}

// browsable turns the address that is listened on into one a browser can open:
// a server on every interface is also on the loopback one.
func browsable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
