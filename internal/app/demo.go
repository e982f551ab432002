package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Demo serves the sample hub until ctx ends. Without a database in c its data
// stands in a temporary folder, which is removed at the end; with one, what is
// there is kept and the samples are loaded only into a hub without areas.
//
// A role is taken without a password, so it serves this machine only.
func Demo(ctx context.Context, c Config, log *slog.Logger, ready func(Listening)) error {
	if !loopback(c.Listen) {
		return hub.Errorf(hub.Invalid, "cli.error.demo_address", "address", c.Listen)
	}
	c.Keep = 0 // samples need no copies
	remove := func() error { return nil }
	if c.Database == "" {
		folder, err := os.MkdirTemp("", "kyoten-demo-")
		if err != nil {
			return err
		}
		c.Database = filepath.Join(folder, "kyoten.db")
		remove = func() error { return os.RemoveAll(folder) }
	}
	clock := &almanac{}
	err := launch(ctx, c, log, Options{Demo: true, Clock: clock}, func(a *App) error {
		if err := a.loadSamples(ctx, clock); err != nil {
			return err
		}
		return a.Search.Open(ctx) // small: the first page shall have it
	}, ready)
	return errors.Join(err, remove())
}

// loopback reports whether an address can be reached from this machine only.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
