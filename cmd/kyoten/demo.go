package main

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/app"
)

// demoCmd serves the sample hub, in which one chooses a role without a password.
type demoCmd struct {
	app.Config `embed:""`
	Browser    bool `help:"cli.flag.browser" negatable:"" default:"false"`
}

func (c *demoCmd) Run(ctx context.Context, o output) error {
	return app.Demo(ctx, c.Config, c.Logger(o.Err), func(l app.Listening) {
		say(ctx, o.Err, "cli.demo.ready", "url", l.URL)
		if c.Browser {
			_ = openBrowser(l.URL)
		}
	})
}
