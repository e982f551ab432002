package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
)

// Demo serves the sample hub until ctx ends. Without a database in c its data
// stands in a temporary folder, which is removed at the end; with one, what is
// there is kept and the samples are loaded only into an empty hub.
func Demo(ctx context.Context, c Config, log *slog.Logger, ready func(url string)) error {
	if c.Database != "" {
		return Serve(ctx, c, log, ready)
	}
	folder, err := os.MkdirTemp("", "kyoten-demo-")
	if err != nil {
		return err
	}
	c.Database = filepath.Join(folder, "kyoten.db")
	return errors.Join(Serve(ctx, c, log, ready), os.RemoveAll(folder))
}
