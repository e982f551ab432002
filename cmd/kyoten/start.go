package main

import (
	"context"

	"github.com/kyoten-hub/kyoten/internal/app"
)

// startCmd is kyoten without a command, as a double click starts it: it serves
// from the user's own data folder and opens the browser. When Kyoten already
// serves at the address it only opens the browser.
type startCmd struct {
	app.Config `embed:""`
	Browser    bool `help:"cli.flag.browser" negatable:"" default:"true"`
}

func (c *startCmd) Run(ctx context.Context, o output) error {
	if url, ok := app.Running(ctx, c.Listen); ok {
		say(ctx, o.Err, "cli.start.running", "url", url)
		return c.open(url)
	}
	return app.Serve(ctx, c.Config, c.Logger(o.Err), func(url string) {
		say(ctx, o.Err, "cli.start.ready", "url", url)
		_ = c.open(url) // the address stands on the screen
	})
}

func (c *startCmd) open(url string) error {
	if !c.Browser {
		return nil
	}
	return openBrowser(url)
}
