package main

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/app"
)

// serveCmd serves the hub until it is interrupted.
type serveCmd struct {
	app.Config `embed:""`
}

func (c *serveCmd) Run(ctx context.Context, o output) error {
	return app.Serve(ctx, c.Config, c.Logger(o.Err), func(l app.Listening) { invite(ctx, o, l) })
}
